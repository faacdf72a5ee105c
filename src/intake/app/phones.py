"""Numbers where a person can get help, with the date of their edition; from every screen by F7."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from intake.app.base import PrivateScreen
from intake.app.keys import Key
from intake.app.widgets import Words
from intake.usecases.phones import phone_book

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget


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
