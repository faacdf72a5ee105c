"""What one answer writes: its own path, the paths that go with it, and what nobody is asked for.

Pure: it computes changes, and applies none. The names that a value of `also`, `assumed` or `facts` may hold: those of a
path (`{speaker}`, `{person}`, ...), `{answer}`, `{words}`, `{now}`, `{today}`, `{in_a_month}`, the host's facts, and
`{consent_form}`, `{consent_version}`, `{consent_digest}` of the text that is read, in `{read_in}`. A name alone gives
its value as it is, true or false too; a name not known here leaves its path out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from intake.i18n import LANGUAGES
from intake.questionnaire.model import Words
from intake.questionnaire.parsing import Parsed
from intake.questionnaire.scenes import PEOPLE, PLACES, read_in
from intake.questionnaire.walk import NAME, Step, Walk
from intake.records import consent_text

if TYPE_CHECKING:
    from intake.i18n import Language
    from intake.questionnaire.model import Question, Questionnaire


@dataclass(frozen=True)
class Writing:
    """Turns an answer into changes, on a draft as it stands before it."""

    walk: Walk
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
        elif parsed.unclear:  # a date that stood here belonged to other words
            changes[str(walk.expand(question.maps_to, step))] = None
        if question.words_to and parsed.words:
            changes[str(walk.expand(question.words_to, step))] = parsed.words
        changes |= {f"{PLACES}.{value}.{name}": said for name, said in parsed.place.items()}
        return changes | dict(parsed.beside) | self._granted(question, value)

    def assumed(self, step: Step) -> dict[str, Any]:
        """What stands for a question that was passed over: everything its answer would have written."""
        question = step.question
        if question is None or question.assumed is None:
            return {}
        if isinstance(question.assumed, Words):
            value: Any = question.assumed.say(self.lang)
        else:
            value = self._fill(question.assumed, step, None, "")
        value = list(value) if isinstance(value, tuple) else value
        return {} if value is None else self.of(step, question, Parsed(value))

    def facts(self, step: Step, beside: Questionnaire | None = None) -> dict[str, Any]:
        """What is written when consent opens the store; `beside`: only what this form has beside another."""
        others = beside.facts.items() if beside else ()
        facts = [fact for fact in self.walk.form.facts.items() if fact not in others]
        found = {self.walk.expand(path, step): self._fill(content, step, None, "") for path, content in facts}
        return {path: value for path, value in found.items() if path is not None and value is not None}

    def _granted(self, question: Question, answer: Any) -> dict[str, Any]:
        """The roles that being chosen here gives."""
        chosen = answer if isinstance(answer, list) else [answer]
        gains: dict[str, list[str]] = {}
        for role, who in question.grants.items():
            for person in chosen if who == "{answer}" else [self.walk.subjects[who]]:
                if isinstance(person, str):
                    gains.setdefault(f"{PEOPLE}.{person}.roles", []).append(role)
        held = {path: list(self.walk.values.get(path) or ()) for path in gains}
        return {
            path: [*held[path], *(role for role in roles if role not in held[path])]
            for path, roles in gains.items()
            if not set(roles) <= set(held[path])
        }

    def _fill(self, content: Any, step: Step, answer: Any, words: str) -> Any:
        """A value with its names filled in; None when one of them is not known here."""
        if content == "{answer}" or not isinstance(content, str):
            return answer if content == "{answer}" else content
        whole = NAME.fullmatch(content)
        if whole is not None and not isinstance(known := self.walk.host.get(whole[1], ""), str):
            return known
        read = answer if isinstance(answer, str) and answer in LANGUAGES else read_in(self.walk, self.lang)
        names = {
            **{name: fact for name, fact in self.walk.host.items() if isinstance(fact, str)},
            **self.walk.names(step, content),
            "words": words,
            "now": self.now,
            "today": self.now[:10],
            "in_a_month": (date.fromisoformat(self.now[:10]) + timedelta(days=30)).isoformat(),
            "read_in": read,
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
    if question.each is None:
        return codes
    signs = question.signs.items()
    return [{question.each: code} | {sign: True for sign, marked in signs if code in marked} for code in codes]
