"""Hand over: what would go, where to, how far it is, and what was made sure of. What has no receipt stays visible."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.widgets import ProgressBar

from intake.app.base import EXPLAIN, GO_BACK, SPEAK, PrivateScreen
from intake.app.keys import Key
from intake.app.places import Place
from intake.app.widgets import Words
from intake.usecases.exporting import Exported, export
from intake.usecases.media import free_bytes
from intake.usecases.outgoing import Outgoing, outgoing
from intake.usecases.saying import exported_words, remains, size
from intake.usecases.status import status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from textual.widget import Widget

    from intake.i18n import Translator


class HandOver(PrivateScreen[None]):
    """One export."""

    what: ClassVar[str] = "Hand over"
    explained: ClassVar[str] = (
        "Everything that no receipt covers goes into one encrypted file. Only the organisation can open it.\n"
        "It is read back from the stick and compared. A lost stick loses nothing: the next one holds it all again."
    )
    KEYS: ClassVar[tuple[Key, ...]] = (Key(("enter",), "go", "Enter", "choose the stick"), GO_BACK, EXPLAIN, SPEAK)

    def __init__(self) -> None:
        super().__init__()
        self._ready: Outgoing | None = None
        self._done: Exported | None = None

    def keys(self) -> Iterable[Key]:
        """Enter only while there is something to hand over."""
        goes = self._done is None and self._ready is not None and self._ready.anything
        return [key for key in self.KEYS if goes or key.action != "go"]

    def body(self) -> Iterable[Widget]:
        """What would go, then how it goes, then what came of it."""
        yield Words("", id="what", classes="question")
        yield Words("", id="where")
        yield ProgressBar(id="bar", show_eta=True)
        yield Words("", id="done", classes="question")
        yield Words("", id="notes")

    async def fill(self) -> None:
        """Count what would go."""
        self.query_one("#bar").display = False
        self._ready = await self.look(outgoing)
        if self._ready is not None and self._done is None:
            self.query_one("#what", Words).update("\n".join(_what(self._ready, self.t)))
        self.show_lines()

    @work
    async def action_go(self) -> None:
        """Choose, write, read back."""
        t, ready = self.t, self._ready
        folder = await self.ask(Place(t("Where to?"), "folder"))
        if folder is None or ready is None:
            return
        self.query_one("#where", Words).update(_where(folder, t))
        bar = self.query_one(ProgressBar)
        bar.display = True
        bar.update(total=None, progress=0)
        done = await self.do(export, folder)
        bar.display = False
        if done is not None:
            self._done = done
            await self._say(done)

    async def _say(self, done: Exported) -> None:
        t, found = self.t, await self.look(status)
        checked = f"✓ {t('read back and compared')}" if done.checked else f"■ {t('not read back')}"
        self.query_one("#done", Words).update(f"✓ {t('written')}   {checked}")
        notes = [f"{done.path.name} · {size(done.size_bytes, t)}", *exported_words(done, t)]
        if found is not None and found.not_receipted:
            notes.append(remains(found.not_receipted, t))
        self.query_one("#notes", Words).update("\n".join(notes))
        self.show_lines()

    def say_progress(self, what: str, done: int, total: int | None) -> None:
        """On the bar."""
        self.query_one(ProgressBar).update(total=total, progress=done)
        self.say_working(f"{what}…")


def _what(ready: Outgoing, t: Translator) -> Iterator[str]:
    if not ready.anything:
        yield t("Nothing waits to be handed over.")
        return
    parts = [t.plural("{n} testimony", "{n} testimonies", n=ready.testimonies)]
    if ready.attachments:
        parts.append(t.plural("{n} attachment", "{n} attachments", n=ready.attachments))
    yield t("{what} ▸ 1 package, {size}", what=", ".join(parts), size=size(ready.size_bytes, t))


def _where(folder: Path, t: Translator) -> str:
    return t("To {folder}   free: {size}", folder=folder, size=size(free_bytes(folder), t))
