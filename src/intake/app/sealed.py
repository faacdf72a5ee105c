"""Sealed: how many there are and where they stand; and by case code what the person adds, corrects or takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work

from intake.app.amending import Amending
from intake.app.base import EXPLAIN, GO_BACK, SPEAK, PrivateScreen
from intake.app.drafts import CHOOSE, row_words
from intake.app.questions import Line, Told
from intake.app.widgets import Menu, Words
from intake.usecases.listing import list_
from intake.usecases.saying import age_words
from intake.usecases.status import SealedHere, status
from intake.usecases.withdrawing import withdraw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.widget import Widget
    from textual.widgets import OptionList

    from intake.app.keys import Key
    from intake.i18n import Translator

MOST = 40  # codes listed; who looks for one more types it


class Sealed(PrivateScreen[None]):
    """Counts, deeds by code, and the codes."""

    what: ClassVar[str] = "Sealed testimonies"
    explained: ClassVar[str] = (
        "What is sealed can't be read on this laptop. It leaves by Hand over, and goes from here once a receipt covers "
        "it.\nWhat a person adds or corrects, and consent taken back, need the case code only."
    )
    KEYS: ClassVar[tuple[Key, ...]] = (CHOOSE, GO_BACK, EXPLAIN, SPEAK)

    def body(self) -> Iterable[Widget]:
        """Filled when the vault was asked."""
        t = self.t
        yield Words("", id="counts")
        ways = (
            ("amend", t("The person adds or corrects something")),
            ("withdraw", t("The person takes consent back")),
        )
        yield Menu(ways)
        yield Words("", id="codes", classes="quiet")

    async def fill(self) -> None:
        """Count."""
        found, rows = await self.look(status), await self.look(list_)
        if found is None or rows is None:
            return
        self.query_one("#counts", Words).update("\n".join(_counts(found.states, self.t)))
        sealed = [row_words(row, self.t) for row in rows if row.state not in ("draft", "ended")]
        self.query_one("#codes", Words).update("\n".join(sealed[:MOST]))

    @work
    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """By code."""
        t = self.t
        case = await self.ask(Line(t("Case code")))
        if not case:
            return
        if event.option.id == "amend":
            await self.ask(Amending(case))
            return
        taken = await self.do(withdraw, case)
        if taken is not None:
            gone = t.plural("{n} sealed file destroyed here", "{n} sealed files destroyed here", n=taken.destroyed)
            told = t("The withdrawal is sealed. Hand it over soon: it counts for everybody who holds the testimony.")
            await self.ask(Told(taken.case, told, *([gone] if taken.destroyed else [])))


def _counts(states: SealedHere, t: Translator) -> Iterator[str]:
    shown = list(states.rows(t))
    width = max(len(name) for name, _ in shown)
    for name, waiting in shown:
        oldest = ""
        if waiting.count and waiting.oldest_days is not None:
            oldest = "   " + t("the oldest: {age}", age=age_words(waiting.oldest_days, t))
        yield f"{name:<{width}}  {waiting.count:>3}{oldest}"
