"""Home: six things to do, each with what waits there."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from intake.app.base import EXPLAIN, SPEAK, PrivateScreen
from intake.app.keys import Key
from intake.app.widgets import Menu
from intake.usecases.desk import Entry, desk, machine_warnings
from intake.usecases.doctor import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget
    from textual.widgets import OptionList

TITLE_COLUMNS, COUNT_COLUMNS, ROW_COLUMNS = 19, 3, 72


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
        """Count; then look at the machine, which takes longer, and add a word on it."""
        entries = await self.look(desk)
        if entries is None:
            return
        self.query_one(Menu).show([(entry.place, _row(entry)) for entry in entries])
        # Beside the vault's deeds, not among them: it needs no vault, and nobody should wait for it.
        env, terminal = self.intake.session.env, Terminal("utf-8", self.app.size.width, os.environ.get("TERM", ""))
        warnings = await asyncio.to_thread(machine_warnings, env, terminal)
        self.stop_if_gone()
        if warnings:
            first, _, _ = warnings[0].partition(":")  # what it means stands on the page behind it
            rows = [replace(one, note=f"■ {first}") if one.place == "laptop" else one for one in entries]
            self.query_one(Menu).show([(entry.place, _row(entry)) for entry in rows])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open it."""
        self.intake.open_place(str(event.option.id))

    def action_quit(self) -> None:
        """Leave; everything is saved."""
        self.app.exit(0)


def _row(entry: Entry) -> str:
    count = "" if entry.count is None else str(entry.count)
    row = f"{entry.title:<{TITLE_COLUMNS}}{count:>{COUNT_COLUMNS}}  {entry.note}".rstrip()
    return row if len(row) <= ROW_COLUMNS else row[: ROW_COLUMNS - 1] + "…"
