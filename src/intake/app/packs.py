"""Receipts and packs: what comes back from the organisation, and what it needs from this laptop before."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work

from intake.app.base import EXPLAIN, GO_BACK, SPEAK, PrivateScreen
from intake.app.drafts import CHOOSE
from intake.app.first_run import request_told
from intake.app.places import Place
from intake.app.questions import Told
from intake.app.widgets import Menu, Words
from intake.usecases.enrol import PackTaken, enrol
from intake.usecases.files import read_file
from intake.usecases.init import init
from intake.usecases.receipts import ReceiptsReport, receipts
from intake.usecases.requesting import carry_request
from intake.usecases.saying import day, receipts_sums, receipts_told, remains
from intake.usecases.status import Status, status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from textual.widget import Widget
    from textual.widgets import OptionList

    from intake.app.keys import Key
    from intake.i18n import Translator


class Packs(PrivateScreen[None]):
    """Four ways in; which of them make sense is what the vault says."""

    what: ClassVar[str] = "Receipts and packs"
    explained: ClassVar[str] = (
        "A receipt is the organisation's signed word that a testimony arrived; what it covers is deleted here.\n"
        "A pack says who may read what is sealed here. It comes after the coordinator had this laptop's request."
    )
    KEYS: ClassVar[tuple[Key, ...]] = (CHOOSE, GO_BACK, EXPLAIN, SPEAK)

    def __init__(self) -> None:
        super().__init__()
        self._deeds: dict[str, tuple[str, Callable[[], object]]] = {
            "receipts": ("Apply receipts from a stick", self._receipts),
            "pack": ("Take a mission pack", self._pack),
            "card": ("Take the organisation's card", self._card),
            "request": ("Write this laptop's request to a stick", self._request),
        }

    def body(self) -> Iterable[Widget]:
        """Filled when the vault was asked."""
        yield Words("", id="who")
        yield Menu((), id="menu")

    async def fill(self) -> None:
        """Who this laptop is, and what it can take."""
        found = await self.look(status)
        if found is not None:
            self.query_one("#who", Words).update("\n".join(_who(found, self.t)))
            self.query_one(Menu).show([(code, self.t(self._deeds[code][0])) for code in _offered(found)])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Do it."""
        self._deeds[str(event.option.id)][1]()

    @work
    async def _receipts(self) -> None:
        folder = await self.ask(Place(self.t("Where are the receipts?"), "folder"))
        report = await self.do(receipts, [folder]) if folder else None
        if report is not None:
            found = await self.look(status)
            await self.ask(Told(self.t("Receipts"), *_receipts_told(report, found, self.t)))

    @work
    async def _pack(self) -> None:
        path = await self.ask(Place(self.t("Where is the pack?"), "file"))
        taken = await self.do(lambda env: enrol(env, read_file(path))) if path else None
        if taken is not None:
            self.intake.follow_mission()
            await self.ask(Told(self.t("The pack is taken."), *_pack_told(taken, self.t)))

    @work
    async def _card(self) -> None:
        path = await self.ask(Place(self.t("Where is the card?"), "file"))
        ready = await self.do(lambda env: init(env, read_file(path))) if path else None
        if ready is not None:
            await self.ask(Told(self.t("The card is taken."), *request_told(ready, self.t)))

    @work
    async def _request(self) -> None:
        folder = await self.ask(Place(self.t("Where to?"), "folder"))
        carried = await self.do(carry_request, folder) if folder else None
        if carried is not None:
            told = self.t("Carry the request to the coordinator, and compare its words by voice or face to face.")
            await self.ask(Told(self.t("Written: {file}", file=carried.path.name), told))


def _offered(found: Status) -> tuple[str, ...]:
    if found.principal:
        return ("receipts", "pack")
    return ("pack", "request", "card") if found.org else ("card",)


def _who(found: Status, t: Translator) -> Iterator[str]:
    if found.name:
        yield f"{t('Organisation')}: «{found.name}»" + (f", {t(found.purpose)}" if found.purpose else "")
    if found.principal:
        yield f"{t('Enrolled as')}: {found.principal}"
    else:
        yield t("not enrolled yet: drafts can be taken, sealing waits for a mission pack")


def _receipts_told(report: ReceiptsReport, found: Status | None, t: Translator) -> Iterator[str]:
    yield from (f"{name}: {value}" for name, value in receipts_sums(report, t) if value is not None)
    if report.cases:
        yield t("Deleted here, because the organisation has them safe: {cases}", cases=", ".join(report.cases))
    yield from receipts_told(report, t)
    if found is not None:
        yield remains(found.not_receipted, t)


def _pack_told(taken: PackTaken, t: Translator) -> Iterator[str]:
    yield f"{t('Organisation')}: «{taken.name}», {t(taken.purpose)}"
    yield f"{t('Enrolled as')}: {taken.principal}"
    if taken.until:
        yield f"{t('Until')}: {day(taken.until)}"
    if taken.revoked is not None:
        yield t(
            "This laptop was revoked: nothing it signs counts any more. Hand it in; what is sealed here is not lost."
        )
    if taken.form_refused:
        yield t("The questionnaire in this pack is not one for this version of intake; the one that was here stays")
