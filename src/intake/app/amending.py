"""What a person adds or corrects: the questions of the use case, and the story in the editor of an interview.

The deed asks from its own thread (`asking.AppAsk`), so it saves the story itself, while it is typed; hidden, the same
addition is gone on with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Static

from intake.app.base import PrivateScreen
from intake.app.interview.views import words
from intake.app.interview.written import Box
from intake.app.keys import Key
from intake.app.questions import Told
from intake.app.widgets import Words
from intake.usecases.amending import amend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.widget import Widget

    from intake.usecases.amending import Amended

LOOK_SECONDS = 0.5


class Amending(PrivateScreen[None]):
    """One addition, from its first question, or from where it stopped, to its last."""

    what: ClassVar[str] = "The person adds or corrects something"
    KEYS: ClassVar[tuple[Key, ...]] = ()
    in_interview: ClassVar[bool] = True

    def __init__(self, case: str) -> None:
        super().__init__(case)
        self._begun = False

    async def fill(self) -> None:
        """Ask, once; the questions are screens above this one."""
        if not self._begun:
            self._begun = True
            self.run_worker(self._ask(), group="errand")

    async def _ask(self) -> None:
        added: Amended | None = await self.do(amend, self.case)
        if added is not None:
            t = self.t
            await self.ask(Told(t("Saved as a draft: {case}", case=added.case), t("Seal it among the drafts.")))
        self.dismiss(None)

    def leave(self) -> Callable[[], None] | None:
        """After the unlocking, the question that was not answered."""
        app, case = self.intake, self.case

        def come_back() -> None:
            app.push_screen(Amending(case))

        return come_back


@dataclass
class Telling:
    """A text that is being typed on a screen and saved by a deed in its thread."""

    text: str
    kept: str = ""
    failed: bool = False


class Story(PrivateScreen[str]):
    """A long text, as in an interview. `telling`: shared with the deed that saves it."""

    KEYS: ClassVar[tuple[Key, ...]] = (
        Key(("tab",), "forward", "Tab", "go on"),
        Key(("f2",), "back", "F2", "back"),
    )
    CSS_PATH = "interview/look.tcss"
    in_interview: ClassVar[bool] = True

    def __init__(self, prompt: str, telling: Telling) -> None:
        super().__init__()
        self._prompt = prompt
        self._telling = telling

    def body(self) -> Iterable[Widget]:
        """What is asked, the editor, how long it is."""
        yield Words(self._prompt, classes="question")
        yield Box(self._telling.text, writes=True)
        yield Static("", id="foot", markup=False)

    def on_mount(self) -> None:
        """The keys go to the text."""
        self.set_focus(self.query_one(Box))
        self.set_interval(LOOK_SECONDS, self.show_lines)

    def saved(self) -> str:
        """Whether all of it is in the vault."""
        if self._telling.failed:
            return self.t("NOT SAVED")
        return self.t("saved")

    def show_lines(self) -> None:
        """With the number of words."""
        super().show_lines()
        for foot in self.query("#foot").results(Static):
            foot.update(words(self._telling.text, self.t))

    def on_edited(self) -> None:
        """For the deed to save."""
        self._telling.text = self.query_one(Box).text

    def action_forward(self) -> None:
        """The end of the story."""
        self.dismiss(self.query_one(Box).text)
