"""Drafts: which there are, and what can be done with one. A list shows code, state, age and last section only."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work

from intake.app.amending import Amending
from intake.app.base import EXPLAIN, GO_BACK, SPEAK, PrivateScreen
from intake.app.keys import Key
from intake.app.places import Place
from intake.app.questions import Choose, Told
from intake.app.sealing import Sealing, seal_told
from intake.app.widgets import Menu, Words
from intake.usecases.attach import attach
from intake.usecases.discard import discard
from intake.usecases.drafts import ADDENDUM
from intake.usecases.gaps import Gap, gaps
from intake.usecases.listing import Row, list_
from intake.usecases.saying import age_words, gap_said, section_words, size
from intake.usecases.seal import INTERRUPTIONS, seal
from intake.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.widget import Widget
    from textual.widgets import OptionList

    from intake.i18n import Translator

CHOOSE = Key((), "", "1-9", "choose")


class Drafts(PrivateScreen[None]):
    """The list."""

    what: ClassVar[str] = "Drafts"
    explained: ClassVar[str] = (
        "Interviews that are not sealed yet. Everything answered is saved; open one to go on at the same question.\n"
        "The list shows code, state, age and last section, and nothing of what was said."
    )
    KEYS: ClassVar[tuple[Key, ...]] = (CHOOSE, GO_BACK, EXPLAIN, SPEAK)

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, Row] = {}

    def body(self) -> Iterable[Widget]:
        """Filled when the vault was asked."""
        yield Words("", id="none")
        yield Menu((), id="menu")

    async def fill(self) -> None:
        """Read the list."""
        rows = await self.look(list_)
        if rows is not None:
            self._rows = {row.case: row for row in rows if row.state in ("draft", "ended")}
            lines = [(case, row_words(row, self.t)) for case, row in self._rows.items()]
            self.query_one(Menu).show(lines)
            self.query_one("#none", Words).update("" if lines else self.t("No drafts: nothing waits here."))
            self.query_one("#none").display = not lines

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open one."""
        self.app.push_screen(DraftDeeds(self._rows[str(event.option.id)]))


def row_words(row: Row, t: Translator) -> str:
    """A row of a list: code, state, age, last section."""
    state = t("addition") if row.kind == ADDENDUM else t(row.state)
    return f"{row.case}   {state:<14} {age_words(row.age_days, t):<12} {section_words(row, t)}".rstrip()


class DraftDeeds(PrivateScreen[None]):
    """One draft, and what can be done with it."""

    what: ClassVar[str] = "draft"
    explained: ClassVar[str] = (
        "Going on opens the interview where it stopped. What is missing is shown with its way on.\n"
        "Sealing is final on this laptop. Destroying takes the case code, typed once more."
    )
    KEYS: ClassVar[tuple[Key, ...]] = (CHOOSE, GO_BACK, EXPLAIN, SPEAK)

    def __init__(self, row: Row) -> None:
        super().__init__(row.case)
        self._row = row
        self._deeds: dict[str, tuple[str, Callable[[], object]]] = {
            "on": ("Go on with it", self._go_on),
            "gaps": ("What is missing", self._gaps),
            "attach": ("Attach a file", self._add_file),
            "seal": ("Seal it", self._seal),
            "interrupted": ("Seal it unfinished: it stopped in the middle", self._interrupted),
            "discard": ("Destroy it", self._discard),
        }

    def body(self) -> Iterable[Widget]:
        """What it is, and the deeds."""
        yield Words(row_words(self._row, self.t), classes="quiet")
        yield Menu([(code, self.t(title)) for code, (title, _) in self._offered()])

    def _offered(self) -> Iterable[tuple[str, tuple[str, Callable[[], object]]]]:
        """Of an interview that ended nothing is left but to forget it; an addition has no questionnaire."""
        if self._row.state == "ended":
            return [(code, deed) for code, deed in self._deeds.items() if code == "discard"]
        without = {"gaps", "interrupted"} if self._row.kind == ADDENDUM else set()
        return [(code, deed) for code, deed in self._deeds.items() if code not in without]

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Do it."""
        self._deeds[str(event.option.id)][1]()

    @work
    async def _go_on(self) -> None:
        if self._row.kind == ADDENDUM:
            await self.ask(Amending(self.case))
        else:  # back from it is the list: inside, it may be sealed, and then nothing here is true any more
            app = self.intake
            self.dismiss(None)
            app.open_interview(self.case)

    @work
    async def _gaps(self) -> None:
        found = await self.do(gaps, self.case)
        if found is not None:
            t = self.t
            told = [gap_words(gap, t) for gap in found]
            await self.ask(Told(t("What is missing"), *(told or [t("Nothing is missing.")])))

    @work
    async def _add_file(self) -> None:
        t = self.t
        path = await self.ask(Place(t("Which file?"), "file"))
        done = await self.do(attach, self.case, (path,)) if path else None
        if done is not None:
            lines = [f"{t(one.part)} · {size(one.size_bytes, t)} · SHA-256 {one.sha256}" for one in done]
            kept = t("The originals stay where they were, unencrypted: keep the medium safe, or destroy them.")
            await self.ask(Told(t("Attached"), *lines, kept))

    @work
    async def _seal(self) -> None:
        if self._row.kind == ADDENDUM:
            report = await self.do(seal, [self.case])
            if report is not None:
                await self.ask(seal_told(report, self.t))
                self._leave_if(sealed=bool(report.sealed))
        else:
            self._leave_if(sealed=bool(await self.ask(Sealing(self.case))))

    @work
    async def _interrupted(self) -> None:
        t = self.t
        choices = tuple((one, label(one, t.lang, family_name="interview_status")) for one in INTERRUPTIONS)
        why = await self.ask(Choose(t("Why did it stop?"), choices))
        if why is not None:
            self._leave_if(sealed=bool(await self.ask(Sealing(self.case, interrupted=why))))

    @work
    async def _discard(self) -> None:
        if await self.do(discard, self.case) is not None:
            await self.ask(Told(self.t("The draft is destroyed, and the keys of its attachments.")))
            self.dismiss(None)

    def _leave_if(self, *, sealed: bool) -> None:
        if sealed and self.is_attached:
            self.dismiss(None)


def gap_words(gap: Gap, t: Translator) -> str:
    """The question, and what is wrong with its way on."""
    question = gap.question or (gap.finding.field if gap.finding else "")
    said = gap_said(gap, t)
    return f"▸ {question}\n  {said}"
