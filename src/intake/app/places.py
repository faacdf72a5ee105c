"""Choosing a folder or a file: the sticks first, then folder by folder with the arrows; or its path, typed.

Nothing is remembered: there is no list of recent files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from intake.app.base import GO_BACK, PrivateScreen
from intake.app.keys import Key
from intake.app.widgets import Field, Menu, Words
from intake.usecases.files import typed_path
from intake.usecases.media import media
from intake.usecases.saying import size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.events import Key as Pressed
    from textual.events import Paste
    from textual.widget import Widget
    from textual.widgets import Input, OptionList

MOST = 400  # rows of one folder
HERE, UP, START, TYPED = "here", "up", "start", "typed"


class Place(PrivateScreen[Path]):
    """One folder, or one file, that exists. `question` is in the language chosen already."""

    KEYS: ClassVar[tuple[Key, ...]] = (
        Key((), "", "Enter", "choose"),
        Key(("backspace",), "up", "Backspace", "the folder above"),
        GO_BACK,
    )

    def __init__(self, question: str, kind: Literal["folder", "file"]) -> None:
        super().__init__()
        self._question = question
        self._kind = kind
        self._folder: Path | None = None  # None: at the sticks
        self._found: dict[str, Path] = {}

    def body(self) -> Iterable[Widget]:
        """The question, where we are, and what is there."""
        yield Words(self._question, classes="question")
        yield Words("", id="where", classes="quiet")
        yield Menu((), id="rows")
        yield Words("", id="typing", classes="quiet")
        yield Field()

    async def fill(self) -> None:
        """List."""
        self.query_one("#where", Words).update(str(self._folder or ""))
        self.query_one("#typing", Words).update(self.t("Or type the path here, and Enter:"))
        menu = self.query_one(Menu)
        menu.show(self._rows())
        if not self.query_one(Field).has_focus:
            menu.focus()

    def _rows(self) -> list[tuple[str, str]]:
        t = self.t
        self._found = {}
        if self._folder is None:
            rows = [(one.folder, t("{stick}   free: {size}", stick=one.folder, size=size(one.free_bytes, t)))
                    for one in media()]  # fmt: skip
            home = Path.home()
            rows.append((home, t("this laptop: {folder}", folder=home)))
            return [self._row(path, label) for path, label in rows]
        found = [(HERE, t("this folder"))] if self._kind == "folder" else []
        return [*found, *(self._row(path, label) for path, label in _inside(self._folder, self._kind))]

    def _row(self, path: Path, label: str) -> tuple[str, str]:
        code = f"path-{len(self._found)}"
        self._found[code] = path
        return code, label

    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Into a folder; or this is the one."""
        code = str(event.option.id)
        chosen = self._folder if code == HERE else self._found[code]
        if chosen is None:
            return
        if code == HERE or chosen.is_file():
            self.dismiss(chosen)
            return
        self._folder = chosen
        await self.fill()

    async def action_up(self) -> None:
        """The folder above; above the topmost the sticks."""
        folder = self._folder
        self._folder = None if folder is None or folder.parent == folder else folder.parent
        await self.fill()

    async def on_key(self, event: Pressed) -> None:
        """What is typed while the rows have the keys is a path: the words under them say that it can be."""
        if event.is_printable and event.character:
            event.stop()
            self._type(event.character)

    def on_paste(self, event: Paste) -> None:
        """The same, of a folder that was dragged into the terminal."""
        event.stop()
        self._type(event.text)

    def _type(self, text: str) -> None:
        field = self.query_one(Field)
        self.set_focus(field)
        field.insert_text_at_cursor(text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A path that was typed, or dragged into the terminal."""
        path = typed_path(event.value)
        if path.is_dir() if self._kind == "folder" else path.is_file():
            self.dismiss(path)
        else:
            self.query_one("#typing", Words).update(self.t("There is no such place. Nothing was changed."))


def _inside(folder: Path, kind: str) -> list[tuple[Path, str]]:
    """Folders first, then files where one is looked for; hidden ones are left out."""
    try:
        seen = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        folders = [(path, f"{path.name}/") for path in seen if path.is_dir()]
        files = [(path, path.name) for path in seen if path.is_file()] if kind == "file" else []
    except OSError:
        return []
    return [*folders, *files][:MOST]
