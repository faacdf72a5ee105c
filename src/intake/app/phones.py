"""Numbers where a person can get help, with the date of their edition; from every screen by F7.

The numbers are in phones.toml, each with where it was read.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, ClassVar

from intake.app.base import PrivateScreen
from intake.app.keys import Key
from intake.app.widgets import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.widget import Widget

    from intake.i18n import Language


@dataclass(frozen=True)
class Phone:
    """One line that answers."""

    numbers: str
    says: Mapping[Language, str]


@dataclass(frozen=True)
class PhoneBook:
    """The lines, in the order in which they are shown."""

    edition: str  # as 24.02.2022
    phones: tuple[Phone, ...]


def phone_book() -> PhoneBook:
    """What this version has."""
    data = tomllib.loads(files(__package__).joinpath("phones.toml").read_text("utf-8"))
    lines = tuple(Phone(one["numbers"], {"uk": one["uk"], "ru": one["ru"], "en": one["en"]}) for one in data["line"])
    return PhoneBook(".".join(reversed(str(data["edition"]).split("-"))), lines)


class Phones(PrivateScreen[None]):
    """To be read aloud, or written down for the person."""

    what: ClassVar[str] = "where to get help"
    KEYS: ClassVar[tuple[Key, ...]] = (Key(("enter", "f2", "f7", "space"), "back", "Enter", "go on"),)

    def body(self) -> Iterable[Widget]:
        """Every line, and how old the list is."""
        t, book = self.t, phone_book()
        for phone in book.phones:
            yield Words(phone.numbers, classes="number")
            yield Words(phone.says[t.lang], classes="says")
        yield Words(t("As of {edition}. Lines change: ask your coordinator for newer ones.", edition=book.edition))
