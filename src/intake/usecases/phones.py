"""Numbers where a person can get help, with the date of their edition: phones.toml, each with where it was read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

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
