"""This laptop: is it, and is the vault, sound? The rows of `doctor`, what wants doing first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

from intake.app.base import EXPLAIN, GO_BACK, SPEAK, PrivateScreen
from intake.app.widgets import Rows, Words
from intake.usecases.doctor import Row, State, Terminal, doctor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.widget import Widget

    from intake.app.keys import Key
    from intake.i18n import Translator

SIGNS: dict[State, str] = {"warning": "■", "unknown": "?", "note": "·", "ok": "✓"}  # in the order they are shown


class Laptop(PrivateScreen[None]):
    """Explains, refuses nothing."""

    what: ClassVar[str] = "This laptop"
    explained: ClassVar[str] = (
        "■ wants doing, ? could not be looked at, · good to know, ✓ is well.\nNothing here stops you: it explains."
    )
    KEYS: ClassVar[tuple[Key, ...]] = (GO_BACK, EXPLAIN, SPEAK)

    def body(self) -> Iterable[Widget]:
        """Filled when the machine was looked at."""
        yield Words("", id="sum", classes="question")
        yield Rows()

    async def fill(self) -> None:
        """Look."""
        self.say_working(self.t("looking…"))
        rows = await self.look(doctor, Terminal("utf-8", self.app.size.width, os.environ.get("TERM", "")))
        if rows is not None:
            n = sum(row.state == "warning" for row in rows)
            self.query_one("#sum", Words).update(self.t.plural("{n} warning", "{n} warnings", n=n))
            order = list(SIGNS)
            ordered = sorted(rows, key=lambda row: order.index(row.state))
            await self.query_one(Rows).show(line for row in ordered for line in _lines(row, self.t))


def _lines(row: Row, t: Translator) -> Iterator[tuple[str, str]]:
    yield SIGNS[row.state], f"{t(row.title)}: {t(row.says, **row.fields)}"
    if row.todo and row.state != "ok":
        yield " ", f"▸ {t('What to do: {todo}', todo=t(row.todo, **row.fields))}"
