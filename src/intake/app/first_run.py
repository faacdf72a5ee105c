"""A laptop without a vault: the language, then a vault with the organisation's card or without one.

What is asked is asked by `usecases.init`; the passphrase is typed once more afterwards, to unlock, which is also how
somebody finds out that they know it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work

from intake.app.base import EXPLAIN, SPEAK, PrivateScreen
from intake.app.keys import Key
from intake.app.locked import Locked
from intake.app.places import Place
from intake.app.questions import Told
from intake.app.widgets import Menu, Words
from intake.usecases.files import read_file
from intake.usecases.init import LaptopReady, init

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget
    from textual.widgets import OptionList

    from intake.i18n import Translator


class FirstRun(PrivateScreen[None]):
    """Three ways to begin."""

    what: ClassVar[str] = "the first time"
    explained: ClassVar[str] = (
        "A vault is an encrypted folder on this laptop, opened by your passphrase.\n"
        "The organisation's card says for whom testimonies are sealed. Without it drafts can be taken, not sealed; "
        "the card can come later."
    )
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key((), "", "1-2", "choose"),
        EXPLAIN,
        SPEAK,
        Key(("q",), "quit", "q", "leave"),
    )

    def body(self) -> Iterable[Widget]:
        """The ways."""
        t = self.t
        yield Words(t("There is no vault on this laptop yet."), classes="question")
        ways = (
            ("card", t("I have the organisation's card (a file)")),
            ("alone", t("Without an organisation for now: drafts only")),
        )
        yield Menu(ways)

    def saved(self) -> str:
        """Nothing is there to be saved."""
        return ""

    @work
    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Make the vault."""
        card = None
        if event.option.id == "card":
            path = await self.ask(Place(self.t("Where is the card?"), "file"))
            card = await self.do(lambda _env: read_file(path)) if path else None
            if card is None:
                return
        ready = await self.do(init, card)
        if ready is not None:
            await self.ask(Told(self.t("The vault is made."), *request_told(ready, self.t)))
            self.intake.call_later(self.intake.show_only, Locked())

    def action_quit(self) -> None:
        """Leave."""
        self.app.exit(0)


def request_told(ready: LaptopReady, t: Translator) -> list[str]:
    """What to do with the request, if there is one."""
    if ready.request is None or ready.request_words is None:
        return [t("Drafts can be taken now. For sealing, take the organisation's card: Receipts and packs.")]
    return [
        t("The request for the coordinator: {file}", file=ready.request),
        " ".join(ready.request_words.words),
        t("Carry the request to the coordinator, and compare its words by voice or face to face."),
        t("Then take the pack that comes back: Receipts and packs."),
    ]
