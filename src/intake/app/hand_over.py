"""Hand over: what would go, where to, how far it is, and what was made sure of. What has no receipt stays visible.

To a stick, or both ways over a place that everybody reaches (`sync`).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.widgets import ProgressBar

from intake.app.base import EXPLAIN, GO_BACK, SPEAK, PrivateScreen
from intake.app.drafts import CHOOSE
from intake.app.places import Place
from intake.app.questions import Line, Told
from intake.app.widgets import Menu, Words
from intake.usecases import targets
from intake.usecases.exporting import Exported, export
from intake.usecases.media import free_bytes
from intake.usecases.outgoing import Outgoing, outgoing
from intake.usecases.saying import exported_words, receipts_sums, receipts_told, remains, sentence, size
from intake.usecases.status import Status, status
from intake.usecases.syncing import Synced, sync
from intake.usecases.syncing_words import synced_sums, synced_told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from textual.widget import Widget
    from textual.widgets import OptionList

    from intake.app.keys import Key
    from intake.i18n import Translator
    from intake.usecases.environment import Environment


STICK, LAST, OTHER = "stick", "last", "other"


class HandOver(PrivateScreen[None]):
    """One export, or one sync."""

    what: ClassVar[str] = "Hand over"
    explained: ClassVar[str] = (
        "Everything that no receipt covers goes into one encrypted file. Only the organisation can open it.\n"
        "It is read back from the stick and compared. A lost stick loses nothing: the next one holds it all again.\n"
        "A sync goes both ways: what is due goes there, receipts and packs that wait there are taken."
    )
    KEYS: ClassVar[tuple[Key, ...]] = (CHOOSE, GO_BACK, EXPLAIN, SPEAK)

    def __init__(self) -> None:
        super().__init__()
        self._ready: Outgoing | None = None
        self._last = ""
        self._done: Exported | None = None

    def body(self) -> Iterable[Widget]:
        """What would go and the ways, then how it goes, then what came of it."""
        yield Words("", id="what", classes="question")
        yield Menu((), id="ways")
        yield Words("", id="where")
        yield ProgressBar(id="bar", show_eta=True)
        yield Words("", id="done", classes="question")
        yield Words("", id="notes")

    async def fill(self) -> None:
        """Count what would go."""
        self.query_one("#bar").display = False
        self._ready, self._last = await self.look(outgoing), await self.look(last_target) or ""
        if self._ready is not None and self._done is None:
            self.query_one("#what", Words).update("\n".join(_what(self._ready, self.t)))
            self.query_one("#ways", Menu).show(self._ways(self._ready))
        self.show_lines()

    def _ways(self, ready: Outgoing) -> Iterator[tuple[str, str]]:
        t = self.t
        if ready.anything:
            yield STICK, t("To a stick or a folder")
        if self._last:
            yield LAST, t("Sync both ways with {place}", place=self._last)
        yield OTHER, t("Sync both ways with another place")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """This way."""
        if event.option.id == STICK:
            self._carry()
        else:
            self._sync(self._last if event.option.id == LAST else "")

    @work
    async def _carry(self) -> None:
        """Choose, write, read back."""
        folder = await self.ask(Place(self.t("Where to?"), "folder"))
        if folder is None:
            return
        self.query_one("#where", Words).update(_where(folder, self.t))
        with self._on_the_bar():
            done = await self.do(export, folder)
        if done is not None:
            self._done = done
            await self._say(done)

    @work
    async def _sync(self, place: str) -> None:
        """What is due, both ways; what was done is kept, wherever it stops."""
        t = self.t
        place = place or await self.ask(Line(t("Which place? A folder, sftp://, webdavs:// or s3://")))
        if not place or not place.strip():
            return
        with self._on_the_bar():
            done = await self.do(sync, place.strip())
        if done is not None:
            if done.packs:
                self.intake.follow_mission()
            await self.ask(Told(*_synced(done, await self.look(status), t)))

    @contextmanager
    def _on_the_bar(self) -> Iterator[None]:
        bar = self.query_one(ProgressBar)
        bar.display = True
        bar.update(total=None, progress=0)
        try:
            yield
        finally:
            bar.display = False

    async def _say(self, done: Exported) -> None:
        t, found = self.t, await self.look(status)
        self.query_one("#ways").display = False  # not a second time by accident
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


def last_target(env: Environment) -> str:
    """Where the last sync went; empty where none was."""
    return str(env.vault.settings.get(targets.LAST) or "") if env.vault else ""


def _synced(done: Synced, found: Status | None, t: Translator) -> Iterator[str]:
    yield t("Synced.") if done.stopped is None else f"■ {t('Not all of it was done.')}"
    yield from (f"{name}: {value}" for name, value in synced_sums(done, t) if value is not None)
    if done.receipts is not None:
        yield from (f"{name}: {value}" for name, value in receipts_sums(done.receipts, t) if value is not None)
        yield from receipts_told(done.receipts, t)
    yield from (sentence(line) for line in synced_told(done, t))
    if found is not None and found.not_receipted:
        yield remains(found.not_receipted, t)


def _where(folder: Path, t: Translator) -> str:
    return t("To {folder}   free: {size}", folder=folder, size=size(free_bytes(folder), t))
