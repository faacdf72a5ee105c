"""The few widgets that are ours: a numbered menu, and inputs that never tell a clipboard of the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.containers import Horizontal, Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.events import Key as Pressed

DIGITS = "123456789"
HERE = "▸"


class Pointed(OptionList):
    """Rows that begin with a blank; `▸` stands in it at the row that is highlighted."""

    def watch_highlighted(self, highlighted: int | None) -> None:
        """A sign before the row, because a colour alone says nothing to many."""
        super().watch_highlighted(highlighted)
        for at, option in enumerate(self.options):
            prompt, sign = str(option.prompt), HERE if at == highlighted else " "
            if prompt[:1] in (HERE, " ") and prompt[:1] != sign:
                self.replace_option_prompt_at_index(at, sign + prompt[1:])


class Menu(Pointed):
    """Rows that a digit, or the arrows and Enter, choose; a row's id comes back in `OptionSelected`."""

    def __init__(self, rows: Iterable[tuple[str, str]], *, numbered: bool = True, id: str | None = None) -> None:  # noqa: A002  Textual's own name for it
        super().__init__(*_options(rows, numbered=numbered), id=id, markup=False, compact=True)
        self._numbered = numbered

    def show(self, rows: Iterable[tuple[str, str]]) -> None:
        """Other rows; the highlight stays where it was as far as it can."""
        at = self.highlighted
        self.clear_options()
        self.add_options(_options(rows, numbered=self._numbered))
        if self.option_count:
            self.highlighted = min(at or 0, self.option_count - 1)

    def on_mount(self) -> None:
        """Begin at the first row."""
        if self.option_count:
            self.highlighted = 0

    def on_key(self, event: Pressed) -> None:
        """A digit chooses at once."""
        if self._numbered and self.has_focus and event.key in DIGITS and DIGITS.index(event.key) < self.option_count:
            event.stop()
            self.highlighted = DIGITS.index(event.key)
            self.action_select()

    @property
    def chosen(self) -> str | None:
        """The id of the row that is highlighted."""
        at = self.highlighted
        return None if at is None else self.get_option_at_index(at).id


def _options(rows: Iterable[tuple[str, str]], *, numbered: bool) -> list[Option]:
    found = []
    for number, (code, label) in enumerate(rows, start=1):
        sign = f"{number:>2}  " if numbered and number <= len(DIGITS) else "    " if numbered else ""
        found.append(Option(sign + label.replace("\n", "\n    "), id=code))
    return found


class Field(Input):
    """One line to type. `secret`: shown as dots."""

    def __init__(self, *, secret: bool = False, value: str = "", id: str = "field") -> None:  # noqa: A002  Textual's own name for it
        super().__init__(value=value, password=secret, compact=True, select_on_focus=False, id=id)

    def take(self) -> str:
        """What was typed; the field forgets it."""
        typed = self.value
        self.value = ""
        return typed


class Words(Static):
    """A paragraph; never read as markup."""

    def __init__(self, text: str = "", **named: Any) -> None:
        super().__init__(text, markup=False, **named)


class Rows(Vertical):
    """Lines that hang: a sign at the left, and the text beside it, however many rows it takes."""

    async def show(self, rows: Iterable[tuple[str, str]]) -> None:
        """These instead of what was there."""
        await self.remove_children()
        lines = (Horizontal(Words(sign, classes="sign"), Words(text, classes="text")) for sign, text in rows)
        await self.mount_all(lines)
