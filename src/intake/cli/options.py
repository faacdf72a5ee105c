"""The options that every command takes, as values: filled while the command line is parsed, read by `session`.

Light on purpose: an unknown command, a help page and completion need this and nothing of the vault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intake.errors import UnknownLanguage
from intake.i18n import LANGUAGES

if TYPE_CHECKING:
    from intake.i18n import Translator
    from intake.store.vault import Vault


class Globals:
    """The options that work before and after a command's name, as they are met; the last one wins.

    `vault`: one that is open already, for a command that was chosen from the menu.
    """

    def __init__(self, t: Translator, vault: Vault | None = None) -> None:
        self.t = t
        self.vault = vault
        self.values: dict[str, Any] = {}

    def remember(self, name: str, value: Any) -> None:
        """Keep one option's value."""
        if name == "lang" and value not in LANGUAGES:
            raise UnknownLanguage
        self.values[name] = value
