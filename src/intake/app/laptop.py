"""This laptop: is it, and is the vault, sound? The rows of `doctor`, what wants doing first."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, ClassVar

from textual import work

from intake.app.base import EXPLAIN, GO_BACK, READ_ON, SPEAK, PrivateScreen
from intake.app.drafts import CHOOSE
from intake.app.places import Place
from intake.app.questions import Told
from intake.app.widgets import Menu, Rows, Words
from intake.usecases.backup import backup
from intake.usecases.doctor import Row, State, Terminal, doctor
from intake.usecases.passphrase import change_passphrase
from intake.usecases.saying import size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.widget import Widget
    from textual.widgets import OptionList

    from intake.app.keys import Key
    from intake.i18n import Translator
    from intake.usecases.environment import Environment

SIGNS: dict[State, str] = {"warning": "■", "unknown": "?", "note": "·", "ok": "✓"}  # in the order they are shown


class Laptop(PrivateScreen[None]):
    """Explains, refuses nothing."""

    what: ClassVar[str] = "This laptop"
    explained: ClassVar[str] = (
        "■ wants doing, ? could not be looked at, · good to know, ✓ is well.\nNothing here stops you: it explains."
    )
    KEYS: ClassVar[tuple[Key, ...]] = (CHOOSE, GO_BACK, READ_ON, EXPLAIN, SPEAK)

    def body(self) -> Iterable[Widget]:
        """Filled when the machine was looked at."""
        t = self.t
        yield Menu((("passphrase", t("Another passphrase")), ("backup", t("Backup to a stick"))))
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

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Do it."""
        {"passphrase": self._passphrase, "backup": self._backup}[str(event.option.id)]()

    @work
    async def _passphrase(self) -> None:
        """Locked first, so that the old one is asked for: whoever finds a laptop unlocked must not take it over."""
        t = self.t
        try:
            await asyncio.to_thread(self.intake.session.lock)
            if await self.do(_changed):
                old = t("If somebody may have the old one and a copy of this disk, run intake vault rotate as well.")
                told = t("The passphrase is changed. The old one no longer opens this vault.")
                await self.ask(Told(told, old))
        finally:
            self.intake.call_later(self.intake.lock)

    @work
    async def _backup(self) -> None:
        t = self.t
        folder = await self.ask(Place(t("Where to?"), "folder"))
        if folder is None:
            return
        done = await self.do(backup, folder / f"backup-{self.intake.session.env.clock():%Y-%m-%d-%H%M}.age")
        if done is not None:
            read = t("Written, read back and compared. It does not open with your passphrase, nor on this machine.")
            if not done.checked:
                read = t("Written, but not read back past this system's cache: take the stick out, and look again.")
            await self.ask(Told(f"{done.path.name} · {size(done.size_bytes, t)}", read))


def _changed(env: Environment) -> bool:
    change_passphrase(env)
    return True


def _lines(row: Row, t: Translator) -> Iterator[tuple[str, str]]:
    yield SIGNS[row.state], f"{t(row.title)}: {t(row.says, **row.fields)}"
    if row.todo and row.state != "ok":
        yield " ", f"▸ {t('What to do: {todo}', todo=t(row.todo, **row.fields))}"
