"""What a kind of question sees, and what it makes of what was typed. Text is cleaned here, once for all kinds."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from intake.errors import AnswerTooLong

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.i18n import Language
    from intake.questionnaire.choices import Choice
    from intake.questionnaire.model import Question

LINE_LIMIT = 500
TEXT_LIMIT = 20_000
# Categories Cc and Cs. An expression, because a long narrative is cleaned every two seconds while it is typed.
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
CONTROLS_BUT_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
NARRATIVE_LIMIT = 2_000_000  # about forty hours of talk; what the record takes


@dataclass(frozen=True)
class Scene:
    """What a kind may see: its question, the language, the choices as numbered on the screen, what stands there now.

    `words`: what was said of a place or a time already. A place's choices are then those of the codifier, and before
    that the places named here.
    """

    question: Question
    lang: Language
    choices: tuple[Choice, ...] = ()
    value: Any = None
    today: str = ""
    words: str = ""


@dataclass(frozen=True)
class Parsed:
    """What was understood. `words`: the person's own. `whole` is False while something is still to be asked here.

    `unclear`: why words gave no date, and `readings` what they may mean. `stays`: the answer is there, and may be made
    more exact. `place`: what is written of a place. `beside`: further paths of the same answer, where a kind has them.
    """

    value: Any
    words: str = ""
    understood: str = ""
    whole: bool = True
    unclear: str = ""
    readings: tuple[str, ...] = ()
    stays: bool = False
    place: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)


class Kind(Protocol):
    """From typed to stored, from stored to shown."""

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """The answer; raises a leaf of `AnswerRefused`."""
        ...

    def show(self, value: Any, scene: Scene) -> str:
        """A stored answer for the screen."""
        ...


def clean(text: str, limit: int, *, lines: bool = False) -> str:
    """NFC without control characters; line ends and tabs stay where `lines` are allowed."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = (CONTROLS_BUT_LINES if lines else CONTROLS).sub(" ", text)
    if len(text) > limit:
        raise AnswerTooLong(limit=limit)
    return text if lines else text.strip()
