"""The steps of one interview, in order, as the answers so far open and close them.

Pure: it reads the questionnaire and the draft's values, and changes neither. Paths under `form.` (the form's own
answers) and `parked.` never leave the draft: `records.paths.assemble` passes over both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from intake.questionnaire.model import NOTHING, Question, Questionnaire, Repeat, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from intake.questionnaire.conditions import Lookup

PARKED = "parked."
NAME = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Step:
    """One thing to ask: a question (for one member of its repeat), or the gate that asks for one more member."""

    key: str
    section: str
    question: Question | None
    repeat: Repeat | None
    member: str = ""
    ordinal: int = 0

    @property
    def words(self) -> Words:
        """What is asked."""
        if self.question is not None:
            return self.question.label
        return self.repeat.ask if self.repeat is not None else NOTHING


@dataclass(frozen=True)
class Walk:
    """The questionnaire laid over a draft: `subjects` name -> id, `members` repeat id -> ids in order."""

    form: Questionnaire
    values: Mapping[str, Any]
    subjects: Mapping[str, str]
    members: Mapping[str, Sequence[str]]

    def steps(self) -> list[Step]:
        """What is asked now, in order."""
        return [step for step in self.every() if self.is_open(step)]

    def every(self) -> Iterator[Step]:
        """Every step, those of closed branches too."""
        for (repeat_id, section), group in groupby(self.form.questions, key=lambda q: (q.repeat, q.section)):
            block = list(group)
            if repeat_id is None:
                yield from (Step(question.id, section, question, None) for question in block)
                continue
            repeat = self.form.repeat(repeat_id)
            for ordinal, member in enumerate(self.members.get(repeat_id, ()), start=1):
                for question in block:
                    yield Step(f"{question.id}@{member}", section, question, repeat, member, ordinal)
            if section == repeat.section:
                yield Step(f"{repeat_id}+", section, None, repeat)

    def is_open(self, step: Step) -> bool:
        """Whether the answers so far open this step."""
        conditions = [step.repeat.relevant if step.repeat else None, step.question.relevant if step.question else None]
        look = self.lookup(step)
        bound = step.question is None or self.expand(step.question.maps_to, step) is not None
        return bound and all(condition.holds(look) for condition in conditions if condition is not None)

    def lookup(self, step: Step) -> Lookup:
        """What stands at a path template, as seen from a step."""

        def look(template: str) -> Any:
            path = self.expand(template, step)
            return None if path is None else self.values.get(path)

        return look

    def expand(self, template: str, step: Step, **more: str) -> str | None:
        """The path, with its names filled in; None when one of them names nobody yet."""
        names = {**self.names(step, template), **more}
        if not set(NAME.findall(template)) <= set(names):
            return None
        return NAME.sub(lambda found: names[found[1]], template)

    def names(self, step: Step, template: str) -> dict[str, str]:
        """The ids that the names of a template stand for, seen from a step."""
        names = dict(self.subjects)
        if step.repeat is not None and step.member:
            names[step.repeat.name] = step.member
        bound = step.question.bind if step.question else {}
        wanted = {name: holder for name, holder in bound.items() if f"{{{name}}}" in template}
        held = {name: self.held(holder.format_map(names)) for name, holder in wanted.items()}
        return names | {name: found for name, found in held.items() if isinstance(found, str)}

    def held(self, path: str) -> Any:
        """What stands at a path, or is parked there."""
        return self.values.get(path, self.values.get(PARKED + path))

    def owned(self, step: Step) -> list[str]:
        """Every path that the answer of a step may have written."""
        if step.question is None:
            return []
        where = self.expand(step.question.maps_to, step)
        answer = self.held(where) if where else None
        more = {"answer": answer} if isinstance(answer, str) else {}
        paths = (self.expand(template, step, **more) for template in step.question.paths)
        return [path for path in paths if path is not None]


def parking(walk: Walk, stale: set[str]) -> dict[str, Any]:
    """What must be put aside or brought back so that the draft holds what the open steps ask; path -> value or None.

    `stale`: keys of open steps whose answer is no longer offered. A path that an open step owns is never put aside.
    """
    kept: set[str] = set()
    closed: set[str] = set()
    for step in walk.every():
        is_kept = walk.is_open(step) and step.key not in stale
        (kept if is_kept else closed).update(walk.owned(step))
    changes: dict[str, Any] = {}
    for path in closed - kept:
        if path in walk.values:
            changes |= {PARKED + path: walk.values[path], path: None}
    for path in kept:
        if path not in walk.values and PARKED + path in walk.values:
            changes |= {path: walk.values[PARKED + path], PARKED + path: None}
    return changes
