"""What a deed may ask, each a screen of its own with one thing on it; `F2` declines, and nothing was changed then."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from intake.app.base import EXPLAIN, GO_BACK, PrivateScreen
from intake.app.keys import Key
from intake.app.widgets import Field, Menu, Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget
    from textual.widgets import OptionList

    from intake.errors import IntakeError
    from intake.usecases.environment import Words as Compared

ENTER = Key(("enter",), "enter", "Enter", "go on")
CHOOSE = Key((), "", "1-9", "choose")
HEX_GROUPS = 8  # in a row, as the card is printed


class Line(PrivateScreen[str]):
    """One line of text."""

    KEYS: ClassVar[tuple[Key, ...]] = (ENTER, GO_BACK)
    secret: ClassVar[bool] = False

    def __init__(self, prompt: str) -> None:
        super().__init__()
        self._prompt = prompt

    def body(self) -> Iterable[Widget]:
        """The question, and where to type."""
        yield Words(self._prompt, classes="question")
        yield Field(secret=self.secret)
        yield Words("", id="said")

    def on_input_submitted(self) -> None:
        """Enter. Textual calls this of every class of a screen, so only the base has one."""
        self.typed(self.query_one(Field).take() if self.secret else self.query_one(Field).value)

    def typed(self, line: str) -> None:
        """The line is the answer."""
        self.dismiss(line)

    def say(self, text: str) -> None:
        """Why it is still being asked."""
        self.query_one("#said", Words).update(text)


class Secret(Line):
    """A line that is not shown."""

    secret: ClassVar[bool] = True


class NewSecret(Secret):
    """A new passphrase: the suggested one typed again, or an own one typed twice."""

    def __init__(self, prompt: str, suggested: str) -> None:
        super().__init__(prompt)
        self._suggested = suggested
        self._first = ""

    def body(self) -> Iterable[Widget]:
        """The suggestion first."""
        t = self.t
        yield Words(self._prompt, classes="question")
        yield Words(t("Suggested, six words: learn them or keep them on paper, away from this laptop:"))
        yield Words(self._suggested, classes="secret")
        yield Words(t("Type it once to take it. Or type one of your own, and then once more."))
        yield Field(secret=True)
        yield Words("", id="said")

    def typed(self, line: str) -> None:
        """Compare with the suggestion, or with what was typed before."""
        if not line.strip():
            return
        if line in (self._suggested, self._first):
            self.dismiss(line)
        elif self._first:
            self._first = ""
            self.say(self.t("The two are not the same; nothing was changed. Type it again."))
        else:
            self._first = line
            self.say(self.t("Not the suggested one: yours, once more"))


class Choose(PrivateScreen[str]):
    """One of several."""

    KEYS: ClassVar[tuple[Key, ...]] = (CHOOSE, GO_BACK)

    def __init__(self, prompt: str, choices: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._prompt = prompt
        self._choices = choices

    def body(self) -> Iterable[Widget]:
        """The question and its answers."""
        yield Words(self._prompt, classes="question")
        yield Menu(self._choices)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A row was chosen."""
        self.dismiss(event.option.id)


class YesNo(PrivateScreen[bool]):
    """Yes or no; Enter alone is neither."""

    KEYS: ClassVar[tuple[Key, ...]] = (Key(("1", "y"), "yes", "1", "yes"), Key(("2", "n"), "no", "2", "no"), GO_BACK)

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def body(self) -> Iterable[Widget]:
        """The question."""
        yield Words(self._question, classes="question")

    def action_yes(self) -> None:
        """Yes."""
        self.dismiss(result=True)

    def action_no(self) -> None:
        """No."""
        self.dismiss(result=False)


class Compare(YesNo):
    """Eight words, and the same as hex groups, beside the question whether the other side sees the same."""

    def __init__(self, question: str, words: Compared) -> None:
        super().__init__(question)
        self._words = words

    def body(self) -> Iterable[Widget]:
        """The words large, the groups under them."""
        groups = self._words.hex.split()
        rows = [" ".join(groups[at : at + HEX_GROUPS]) for at in range(0, len(groups), HEX_GROUPS)]
        yield Words(" ".join(self._words.words), classes="secret")
        yield Words("\n".join(rows), classes="quiet")
        yield Words(self._question, classes="question")


class Told(PrivateScreen[None]):
    """Something to read, and Enter. `title` and `lines` are in the language chosen already."""

    KEYS: ClassVar[tuple[Key, ...]] = (Key(("enter", "space", "f2"), "back", "Enter", "go on"),)

    def __init__(self, title: str, *lines: str) -> None:
        super().__init__()
        self._title = title
        self._lines = lines

    def body(self) -> Iterable[Widget]:
        """The title, then the lines."""
        yield Words(self._title, classes="question")
        for line in self._lines:
            yield Words(line)


class Failed(Told):
    """An error of ours: what happened, whether anything was lost, what to do."""

    def __init__(self, error: IntakeError, said: tuple[str, str]) -> None:
        message, hint = said
        super().__init__(f"■ {message}", hint)
        self.error = error


class Explained(Told):
    """What a screen is for; its keys are on it already."""


__all__ = ["EXPLAIN", "Choose", "Compare", "Explained", "Failed", "Line", "NewSecret", "Secret", "Told", "YesNo"]
