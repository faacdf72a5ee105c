"""Before a sealing: what was agreed to, what is missing, who will be able to read it, and what it means. Then Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work

from intake.app.base import GO_BACK, READ_ON, PrivateScreen
from intake.app.keys import Key
from intake.app.questions import Told
from intake.app.widgets import Rows, Words
from intake.records.rules import stops
from intake.usecases.before_sealing import Beforehand, before_sealing
from intake.usecases.saying import finding_in_one
from intake.usecases.seal import SealReport, seal
from intake.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.widget import Widget

    from intake.i18n import Translator
    from intake.usecases.gaps import Gap

GIVEN = frozenset({"given", "given_with_limits"})
MOST_GAPS = 6


class Sealing(PrivateScreen[bool]):
    """True once it is sealed. `interrupted`: why the interview stopped, if it did."""

    what: ClassVar[str] = "seal"
    KEYS: ClassVar[tuple[Key, ...]] = (Key(("enter",), "seal", "Enter", "seal"), GO_BACK, READ_ON)

    def __init__(self, case: str, interrupted: str | None = None) -> None:
        super().__init__(case)
        self._interrupted = interrupted
        self._seen = False

    def body(self) -> Iterable[Widget]:
        """Filled when the vault was asked."""
        yield Words("", classes="question", id="consequence")
        for part in ("consent", "gaps", "readers"):
            yield Words("", id=f"{part}-head", classes="head")
            yield Rows(id=part)

    async def fill(self) -> None:
        """Look at the draft."""
        found = await self.look(before_sealing, self.case)
        if found is None:
            return
        t = self.t
        heads = {
            "consent": t("Consent:"),
            "gaps": t("Missing:") if found.gaps else t("Missing: nothing"),
            "readers": t("Will be able to read it:"),
        }
        rows = {
            "consent": _consent(found, t),
            "gaps": _gaps(found.gaps, t, interrupted=bool(self._interrupted)),
            "readers": _readers(found, t),
        }
        for part, head in heads.items():
            self.query_one(f"#{part}-head", Words).update(head)
            await self.query_one(f"#{part}", Rows).show(rows[part])
        self.query_one("#consequence", Words).update(
            t("After this, this laptop can't read it any more. Corrections can only be added.")
        )
        self._seen = True

    @work
    async def action_seal(self) -> None:
        """Seal it; what stops it is shown, and it stays a draft."""
        if not self._seen:
            return
        report = await self.do(seal, [self.case], interrupted=self._interrupted)
        if report is not None:
            await self.ask(seal_told(report, self.t))
            self.dismiss(bool(report.sealed))


def _consent(found: Beforehand, t: Translator) -> Iterator[tuple[str, str]]:
    for scope, decision in found.decisions.items():
        said = label(decision, t.lang, family_name="consent_decision")
        yield "✓" if decision in GIVEN else "✗", f"{label(scope, t.lang, family_name='consent_scope')} — {said}"
    if not found.decisions:
        yield "✗", t("no decision was taken")


def _gaps(gaps: tuple[Gap, ...], t: Translator, *, interrupted: bool) -> Iterator[tuple[str, str]]:
    """Those that stop the sealing first."""
    for gap in sorted(gaps, key=lambda gap: not _stops(gap, interrupted=interrupted))[:MOST_GAPS]:
        sign = "!" if _stops(gap, interrupted=interrupted) else "·"
        way = _way(gap, t, interrupted=interrupted)
        yield sign, f"{gap.question or (gap.finding.field if gap.finding else '')} ({way})"
    if len(gaps) > MOST_GAPS:
        yield "·", t("and {n} more", n=len(gaps) - MOST_GAPS)


def _stops(gap: Gap, *, interrupted: bool) -> bool:
    """Only a rule stops a sealing; a question without an answer is a gap that a coordinator sees."""
    return gap.finding is not None and bool(stops((gap.finding,), interrupted=interrupted))


def _way(gap: Gap, t: Translator, *, interrupted: bool) -> str:
    if gap.finding is None:
        return t("may stay")
    if _stops(gap, interrupted=interrupted):
        return t("has to be mended")
    return t("may stay, with a reason") if gap.finding.level == "warn" else t("may stay, with a mark")


def _readers(found: Beforehand, t: Translator) -> Iterator[tuple[str, str]]:
    epoch = t("epoch {epoch}, archive", epoch=found.epoch) if found.epoch else t("the archive only")
    yield "▸", f"«{found.reader}», {epoch}"
    yield " ", " · ".join(found.words.words)


def seal_told(report: SealReport, t: Translator) -> Told:
    """What came of it."""
    lines = []
    for done in report.sealed:
        lines.append(t("{case}: sealed, items: {items}", case=done.case, items=done.items))
        if done.marks:
            lines.append(t("marks for the coordinator: {rules}", rules=" ".join(done.marks)))
        if done.archive_only:
            lines.append(t("{case}: only the archive can open it; take a newer mission pack soon", case=done.case))
    for stopped in report.refused:
        lines += [t("{case}: not sealed, it stays a draft", case=stopped.case)]
        lines += [f"· {stopped.asked.get(one.field, one.field)}: {finding_in_one(one, t)}" for one in stopped.findings]
    if report.sealed:
        lines.append(t("This laptop can't read what is sealed any more. Next: Hand over."))
    return Told(t("Sealed.") if report.sealed else t("Not sealed. Nothing was lost."), *lines)
