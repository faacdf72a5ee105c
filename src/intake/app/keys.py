"""Keys of the application: digits, arrows and function keys first; a letter is its key, whatever the layout.

Never Ctrl+S, Ctrl+Q (terminals stop and start their output with them) nor a bare Esc (it begins every function key).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.i18n.layouts import key_of

if TYPE_CHECKING:
    from textual.events import Key as Pressed

QUIT, HELP, LANGUAGE = "q", "?", "'"
BACK, PHONES, HIDE = "f2", "f7", "f10"
# The same key under Cyrillic layouts: Shift+slash is a comma there, Shift+7 a question mark.
ON_KEYBOARD = {"uk": "Є", "ru": "Э", "en": "'"}  # what is printed on the key of LANGUAGE
HELP_SIGNS = frozenset({"?", ",", "f1"})

# Keys that belong to a line or a text while somebody types in it, beside everything that is a letter.
OF_TYPING = frozenset({"enter", "backspace", "delete", "left", "right", "up", "down", "home", "end"})


@dataclass(frozen=True)
class Key:
    """One command of a screen. `label` is an English key of the catalogue; without one the key isn't shown.

    `names`: Textual's name of a key (`f2`, `enter`, `down`), a digit, or a letter of the Latin layout.
    """

    names: tuple[str, ...]
    action: str
    shown: str = ""
    label: str = ""

    def means(self, pressed: Pressed, *, typing: bool = False) -> bool:
        """Whether this is the key that was pressed; `typing`: where letters are letters."""
        if typing and (pressed.is_printable or pressed.key in OF_TYPING):
            return False
        return pressed.key in self.names or bool(pressed.character and key_of(pressed.character) in self.names)
