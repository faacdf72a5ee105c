"""What one answer writes: its own path, the paths that go with it, and what nobody is asked for.

Pure: it computes changes, and applies none. The names that a value of `also` or `facts` may hold: those of a path
(`{speaker}`, `{person}`, ...), `{answer}`, `{words}`, `{now}`, `{today}`, the host's facts, and `{consent_form}`,
`{consent_version}`, `{consent_digest}` of the text that is read. A name not known here leaves its path out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from intake.i18n import LANGUAGES
from intake.questionnaire.scenes import PEOPLE, read_in
from intake.questionnaire.walk import NAME, Step, Walk
from intake.records import consent_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.i18n import Language
    from intake.questionnaire.kinds import Parsed
    from intake.questionnaire.model import Question


@dataclass(frozen=True)
class Writing:
    """Turns an answer into changes, on a draft as it stands before it."""

    walk: Walk
    known: Mapping[str, str]
    now: str
    lang: Language

    def of(self, step: Step, question: Question, parsed: Parsed) -> dict[str, Any]:
        """Everything that one answer writes; path -> value, None takes away."""
        walk = self.walk
        value = _wrapped(parsed.value, question)
        more = {"answer": value} if isinstance(value, str) else {}
        changes: dict[str, Any] = {}
        if parsed.whole:
            changes[str(walk.expand(question.maps_to, step))] = value
            changes[str(walk.expand(question.nil, step))] = None
            for template, content in question.also.items():
                path = walk.expand(template, step, **more)
                if path is not None:
                    changes[path] = self._fill(content, step, value, parsed.words)
        if question.words_to and parsed.words:
            changes[str(walk.expand(question.words_to, step))] = parsed.words
        return changes | dict(parsed.beside) | self._granted(question, value)

    def facts(self, step: Step) -> dict[str, Any]:
        """What is written when consent opens the store."""
        return {path: self._fill(content, step, None, "") for path, content in self.walk.form.facts.items()}

    def _granted(self, question: Question, people: Any) -> dict[str, Any]:
        """The role that being chosen here gives each person."""
        if question.grants is None:
            return {}
        roles = {person: self.walk.values.get(f"{PEOPLE}.{person}.roles") or [] for person in people}
        return {
            f"{PEOPLE}.{person}.roles": [*held, question.grants]
            for person, held in roles.items()
            if question.grants not in held
        }

    def _fill(self, content: Any, step: Step, answer: Any, words: str) -> Any:
        """A value with its names filled in; None when one of them is not known here."""
        if content == "{answer}" or not isinstance(content, str):
            return answer if content == "{answer}" else content
        read = answer if answer in LANGUAGES else read_in(self.walk, self.lang)
        names = {
            **self.known,
            **self.walk.names(step, content),
            "words": words,
            "now": self.now,
            "today": self.now[:10],
            "consent_form": consent_text.TEXT_ID,
            "consent_version": consent_text.TEXT_VERSION,
            "consent_digest": consent_text.text_digest(read),
        }
        if not all(names.get(name) for name in NAME.findall(content)):
            return None
        return NAME.sub(lambda found: names[found[1]], content)


def _wrapped(value: Any, question: Question) -> Any:
    """Codes as the record has them: without the 0 of "nobody, nothing", each in its object where it has one."""
    if not isinstance(value, list) or question.type not in {"choose_many", "people"}:
        return value
    codes = [*(code for code in question.always if code not in value), *(code for code in value if code)]
    return [{question.each: code} for code in codes] if question.each else codes
