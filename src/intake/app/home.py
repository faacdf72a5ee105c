"""Home: six things to do, each with what waits there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from intake.app.base import EXPLAIN, SPEAK, PrivateScreen
from intake.app.keys import Key
from intake.app.widgets import Menu
from intake.usecases.desk import Entry, desk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget
    from textual.widgets import OptionList

TITLE_COLUMNS, COUNT_COLUMNS = 24, 4


class Home(PrivateScreen[None]):
    """The first page. The table of entries is `usecases.desk`; where each leads is `application.OPENS`."""

    explained: ClassVar[str] = "A digit opens what it stands before. Nothing here shows what a testimony says."
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key((), "", "1-6", "choose"),
        EXPLAIN,
        SPEAK,
        Key(("q",), "quit", "q", "leave"),
    )

    def body(self) -> Iterable[Widget]:
        """The menu; filled when the vault was asked."""
        yield Menu((), id="menu")

    async def fill(self) -> None:
        """Count."""
        entries = await self.look(desk)
        if entries is not None:
            self.query_one(Menu).show([(entry.place, _row(entry)) for entry in entries])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open it."""
        self.intake.open_place(str(event.option.id))

    def action_quit(self) -> None:
        """Leave; everything is saved."""
        self.app.exit(0)


def _row(entry: Entry) -> str:
    count = "" if entry.count is None else str(entry.count)
    return f"{entry.title:<{TITLE_COLUMNS}}{count:>{COUNT_COLUMNS}}   {entry.note}".rstrip()
