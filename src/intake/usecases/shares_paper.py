"""Sheets on their way to a printer: one custodian's at a time lie in a folder, and are gone before the next one's come.

They are secrets in the clear, so the folder belongs on a medium that forgets (tmpfs) or can be destroyed (a stick); on
a disk it says so first. All of them at once only where that is asked for.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from intake.errors import Declined, FolderUnwritable, SheetsLying
from intake.store.files import make_folder, sync_folder, write_whole
from intake.store.wipe import destroy_file
from intake.usecases.doctor_machine import Terminal, this_machine
from intake.usecases.media import media
from intake.usecases.shares_sheet import as_html, as_text

if TYPE_CHECKING:
    from pathlib import Path

    from intake.usecases.environment import Environment
    from intake.usecases.shares_split import Handful

_PREFIX: Final = "custodian-"
_IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})


@dataclass(frozen=True)
class Paper:
    """Writes each custodian's sheets below `folder`. `keep`: they all stay there."""

    env: Environment
    folder: Path
    keep: bool = False

    def begin(self) -> None:
        """SheetsLying where an earlier run left some; on a disk, only if that is really wanted."""
        if self.folder.is_dir() and any(self.folder.glob(f"{_PREFIX}*")):
            raise SheetsLying(folder=self.folder)
        question = self.env.t(
            "{folder} seems to be on this machine's disk, where deleted sheets may be found again. Write them there?",
            folder=self.folder,
        )
        if not forgets(self.folder, self.env) and not self.env.ask.confirm(question):
            raise Declined

    def hand_over(self, handful: Handful) -> None:
        """Text and page of each set; then they are printed and handed over, and destroyed here."""
        place = self.folder / f"{_PREFIX}{handful.custodian}"
        contents = {
            place / f"{page.name}.{ending}": render(page)
            for page in handful.pages
            for ending, render in (("html", as_html), ("txt", as_text))
        }
        try:
            self._write(place, contents)
            if not self.keep:
                self.env.ask.text(
                    self.env.t(
                        "Custodian {n} of {of}: print what is in {folder}, count it, hand it over; then Enter",
                        n=handful.custodian,
                        of=handful.of,
                        folder=place,
                    )
                )
        except BaseException:
            _gone(place)
            raise
        if not self.keep:
            _gone(place)

    def _write(self, place: Path, contents: dict[Path, str]) -> None:
        try:
            make_folder(place)
            for path, text in contents.items():
                with write_whole(path) as sink:
                    sink.write(text.encode("utf-8"))
        except OSError:
            raise FolderUnwritable(folder=place) from None


def _gone(place: Path) -> None:
    for path in place.glob("*"):
        destroy_file(path)
    with suppress(OSError):
        place.rmdir()
        sync_folder(place.parent)


def forgets(folder: Path, env: Environment) -> bool:
    """Whether the folder is in memory, or on a medium that can be carried away; where that can't be told, it is not."""
    place = folder.expanduser().absolute()
    if any(medium.folder == place or medium.folder in place.parents for medium in media()):
        return True
    mount = this_machine(place, env.clock(), Terminal("", None, "")).mount(place.resolve())
    return mount is not None and mount.kind in _IN_MEMORY
