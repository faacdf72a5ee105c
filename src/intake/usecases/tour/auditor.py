"""The tour's auditor: our verifier, stock tools, a changed byte that both must see, and a bundle held back."""

from __future__ import annotations

import shutil
from os.path import relpath
from typing import TYPE_CHECKING

from intake.bundle.audit import AuditVerdict
from intake.bundle.verify import Verdict
from intake.keys import namespaces
from intake.usecases.auditing import Audited, audit
from intake.usecases.tour import stock
from intake.usecases.tour.steps import Listed, Ran, Step, Told
from intake.usecases.verifying import Verified, verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from intake.i18n import Translator

MANIFEST, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"


def _said(done: Audited, t: Translator) -> tuple[str, str]:
    """The verdict, and the first thing that is missing: from whom, and which row says so."""
    missing = next((one for one in done.findings if one.level != "note"), None)
    if missing is None:
        return done.verdict.value, "-"
    return done.verdict.value, f"{missing.id} {missing.sender or ''}: {t(missing.why, **missing.fields)}"


class Auditor:
    """Somebody with the folder that `received` wrote, and nothing else."""

    def __init__(self, t: Translator, folder: Path, at: datetime) -> None:
        self._t = t
        self.folder = folder / "auditor"
        self._work = folder / "work"  # of the stock tools, and of the changed copy; removed again
        self._at = at
        self.holds = True

    def verify(self) -> Iterator[Step]:
        """Every bundle by the table of checks."""
        t = self._t
        done = self._run(self.folder / "bundles")
        self.holds = self.holds and all(one.report.verdict is Verdict.VALID for one in done)
        rows = tuple((one.path.name[:12] + "…", one.report.verdict.value, str(len(one.report.checks))) for one in done)
        yield Listed((t("Bundle"), t("Verdict"), t("Checks")), rows)

    def _run(self, what: Path) -> tuple[Verified, ...]:
        return verify([what], root=self.folder / "root", trust=self.folder / "trust", at=self._at)

    def with_stock_tools(self) -> Iterator[Step]:
        """The first bundle by tar, sha256sum and ssh-keygen, as the auditor's guide does it."""
        t = self._t
        yield Told(t("The same with tools that others wrote:"))
        tar = min((self.folder / "bundles").iterdir())
        self._work.mkdir()
        try:
            yield stock.run(["tar", "xf", relpath(tar, self._work)], self._work)
            bag = self._work / tar.stem
            if bag.is_dir():
                yield from self._look_into(bag)
        finally:
            shutil.rmtree(self._work, ignore_errors=True)

    def _look_into(self, bag: Path) -> Iterator[Step]:
        yield self._signature(bag, f"{TAGS}.sig")
        if stock.knows_composite():
            yield self._signature(bag, f"{TAGS}.pq.sig")
        else:
            yield Ran(f"ssh-keygen -Y verify … -s {TAGS}.pq.sig", found=False, ok=True, output="OpenSSH >= 10.4")
        yield stock.run(["sha256sum", "--quiet", "-c", TAGS], bag)
        yield stock.run(["sha256sum", "--quiet", "-c", MANIFEST], bag)

    def _signature(self, bag: Path, signature: str) -> Ran:
        roster, sender = relpath(self.folder / "trust" / "roster", bag), self._sender_of(bag)
        words = [
            "ssh-keygen",
            "-Y",
            "verify",
            "-f",
            roster,
            "-I",
            sender,
            "-n",
            namespaces.BUNDLE,
            "-s",
            signature,
        ]
        return stock.run(words, bag, stdin=bag / TAGS)

    def _sender_of(self, bag: Path) -> str:
        """Whom the verifier found: the stock tool must be told whose signature it is to be."""
        done = self._run(self.folder / "bundles" / f"{bag.name}.tar")
        return next((one.report.bundle.statement.sender for one in done if one.report.bundle), "")

    def audit(self) -> Iterator[Step]:
        """Everything against the coordinator's log; then without one bundle, which an auditor must miss by name."""
        t = self._t
        whole = self._count()
        held = min((self.folder / "bundles").iterdir())
        self._work.mkdir()
        try:
            away = held.rename(self._work / held.name)
            less = self._count()
            away.rename(held)
        finally:
            shutil.rmtree(self._work, ignore_errors=True)
        verdicts = (whole.verdict, less.verdict)
        self.holds = self.holds and verdicts == (AuditVerdict.COMPLETE, AuditVerdict.INCOMPLETE)
        rows = ((t("all of it"), *_said(whole, t)), (t("all but one bundle"), *_said(less, t)))
        yield Listed((t("Handed over"), t("Verdict"), t("What is missing")), rows)

    def _count(self) -> Audited:
        return audit(self.folder, root=self.folder / "root", trust=self.folder / "trust", at=self._at)

    def with_a_changed_byte(self) -> Iterator[Step]:
        """A copy in which one byte is another is refused, by its check's ID."""
        tar = min((self.folder / "bundles").iterdir())
        data = bytearray(tar.read_bytes())
        data[len(data) // 2] ^= 1
        self._work.mkdir()
        try:
            copy = self._work / tar.name
            copy.write_bytes(data)
            report = self._run(copy)[0].report
        finally:
            shutil.rmtree(self._work, ignore_errors=True)
        self.holds = self.holds and report.verdict is Verdict.INVALID
        check = report.failed.id if report.failed else "-"
        yield Told(
            self._t(
                "A copy with one byte changed: {verdict}, check {check}.", verdict=report.verdict.value, check=check
            )
        )
