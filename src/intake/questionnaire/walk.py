"""The steps of one interview, in order, as the answers so far open and close them.

Pure: it reads the questionnaire and the draft's values, and changes neither. Paths under `form.` (the form's own
answers) and `parked.` never leave the draft: `records.paths.assemble` passes over both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from intake.questionnaire.conditions import Lookup
    from intake.questionnaire.model import Question, Questionnaire, Repeat, Words

PARKED = "parked."
FORM = "form."
HOST = "host."
NAME = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Step:
    """One thing to ask: a question (for one member of its repeat), or the gate that asks for one more member.

    `outer`: the step of the outer repeat's member, where a repeat stands in another.
    """

    key: str
    section: str
    question: Question | None
    repeat: Repeat | None
    member: str = ""
    ordinal: int = 0
    outer: Step | None = None

    @property
    def words(self) -> Words:
        """What is asked."""
        if self.question is not None:
            return self.question.label
        assert self.repeat is not None  # noqa: S101  a step is one or the other
        return self.repeat.ask

    def is_of(self, member: str) -> bool:
        """Whether it is about that member of a repeat, or about something of theirs."""
        return self.member == member or (self.outer is not None and self.outer.member == member)

    @property
    def roster(self) -> str:
        """The name under which the members of its repeat are kept: one list for each member of the outer one."""
        return roster(self.repeat, self.outer.member if self.outer else "") if self.repeat else ""


def roster(repeat: Repeat, outer: str) -> str:
    """The name of a list of members."""
    return f"{repeat.id}@{outer}" if outer else repeat.id


@dataclass(frozen=True)
class Walk:
    """The questionnaire laid over a draft: `subjects` name -> id, `members` repeat id -> ids in order.

    `host`: what conditions may look at under `host.`: the interviewer's training, the mission's scopes, the mode.
    """

    form: Questionnaire
    values: Mapping[str, Any]
    subjects: Mapping[str, str]
    members: Mapping[str, Sequence[str]]
    host: Mapping[str, Any] = field(default_factory=dict)

    def steps(self) -> list[Step]:
        """What is asked now, in order."""
        return self._open

    @cached_property
    def _open(self) -> list[Step]:
        return [step for step in self.every() if self.is_open(step)]

    def every(self) -> Sequence[Step]:
        """Every step, those of closed branches too."""
        return self._every

    @cached_property
    def _every(self) -> list[Step]:
        form = self.form
        groups = groupby(form.questions, key=lambda question: (form.top(question), question.section))
        return [step for (top, section), block in groups for step in self._group(top, section, list(block))]

    def _group(self, top: str | None, section: str, block: list[Question]) -> Iterator[Step]:
        if top is None:
            yield from (Step(question.id, section, question, None) for question in block)
            return
        repeat = self.form.repeat(top)
        for ordinal, member in enumerate(self._members(repeat), start=1):
            about = Step("", section, None, repeat, member, ordinal)
            for inner, questions in groupby(block, key=lambda question: question.repeat):
                if inner == top:
                    yield from _asked(questions, about)
                else:
                    yield from self._rows(self.form.repeat(str(inner)), list(questions), about)
        if section == repeat.section and not repeat.over:
            yield Step(f"{top}+", section, None, repeat)

    def _rows(self, repeat: Repeat, questions: list[Question], outer: Step) -> Iterator[Step]:
        """The members of a repeat in a repeat, and the gate after them."""
        for ordinal, member in enumerate(self.members.get(roster(repeat, outer.member), ()), start=1):
            yield from _asked(questions, Step("", outer.section, None, repeat, member, ordinal, outer))
        yield Step(f"{repeat.id}+@{outer.member}", outer.section, None, repeat, outer=outer)

    def _members(self, repeat: Repeat) -> Sequence[str]:
        if not repeat.over:
            return self.members.get(repeat.id, ())
        return self.value(repeat.over) or ()

    def value(self, path: str) -> Any:
        """What stands at a path of the draft, or of the host."""
        if path.startswith(HOST):
            return self.host.get(path.removeprefix(HOST))
        return self.values.get(path)

    def is_open(self, step: Step) -> bool:
        """Whether the answers so far open this step."""
        outer = step.outer.repeat if step.outer else None
        owners = (self.form.section(step.section), outer, step.repeat, step.question)
        conditions = [owner.relevant for owner in owners if owner is not None and owner.relevant is not None]
        if step.question is not None and self.expand(step.question.maps_to, step) is None:
            return False
        look = self.lookup(step)
        return all(condition.holds(look) for condition in conditions)

    def is_aside(self, step: Step) -> bool:
        """Whether the interview passes over this open step; the review has it."""
        owner = step.question or (step.repeat if not self.members.get(step.roster) else None)
        return owner is not None and owner.aside is not None and owner.aside.holds(self.lookup(step))

    def lookup(self, step: Step) -> Lookup:
        """What stands at a path template, as seen from a step."""

        def look(template: str) -> Any:
            path = self.expand(template, step)
            return None if path is None else self.value(path)

        return look

    def expand(self, template: str, step: Step, **more: str) -> str | None:
        """The path, with its names filled in; None when one of them names nobody yet."""
        wanted = NAME.findall(template)
        if not wanted:
            return template
        names = {**self.names(step, template), **more}
        if not names.keys() >= set(wanted):
            return None
        return NAME.sub(lambda found: names[found[1]], template)

    def names(self, step: Step, template: str) -> dict[str, str]:
        """The ids that the names of a template stand for, seen from a step."""
        names = dict(self.subjects)
        for one in (step.outer, step):
            if one is not None and one.repeat is not None and one.member:
                names[one.repeat.name] = one.member
        bound = step.question.bind if step.question else {}
        wanted = {name: holder for name, holder in bound.items() if f"{{{name}}}" in template}
        held = {name: self.held(NAME.sub(lambda found: names[found[1]], holder)) for name, holder in wanted.items()}
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
        return [*(path for path in paths if path is not None), *self._granted(step.question, answer)]

    def _granted(self, question: Question, answer: Any) -> list[str]:
        """The roles of those whom being chosen gave one."""
        chosen = {who: answer if who == "{answer}" else self.subjects[who] for who in question.grants.values()}
        people = [one for who in chosen.values() for one in (who if isinstance(who, list) else [who])]
        return [f"account.people.{person}.roles" for person in people if isinstance(person, str)]

    def listed(self, step: Step) -> list[str]:
        """The list that the rows of a repeat make up, at the gate that asks for one more."""
        own = step.repeat.list if step.question is None and step.repeat is not None else ""
        path = self.expand(own, step) if own else None
        return [path] if path else []


def _asked(questions: Iterable[Question], about: Step) -> Iterator[Step]:
    for question in questions:
        key = f"{question.id}@{about.member}"
        yield Step(key, question.section, question, about.repeat, about.member, about.ordinal, about.outer)


def parking(walk: Walk, stale: set[str], asked: Collection[str] = ()) -> dict[str, Any]:
    """What must be put aside or brought back so that the draft holds what the open steps ask; path -> value or None.

    `stale`: keys of open steps whose answer is no longer offered; `asked`: paths of a form that was left. A path
    that an open step owns is never put aside.
    """
    kept: set[str] = set()
    closed: set[str] = set(asked)
    is_open = {step.key for step in walk.steps()}
    for step in walk.every():
        (kept if step.key in is_open and step.key not in stale else closed).update(walk.owned(step))
    changes: dict[str, Any] = {}
    for path in closed - kept:
        if path in walk.values:
            changes |= {PARKED + path: walk.values[path], path: None}
    for path in kept:
        if path not in walk.values and PARKED + path in walk.values:
            changes |= {path: walk.values[PARKED + path], PARKED + path: None}
    return changes


def rows(walk: Walk, ended: Collection[str]) -> dict[str, Any]:
    """The lists that are one value, made up of their rows: path -> list; None where no row is whole.

    A row is whole when its required questions are answered. What it holds beside the answers stays in it. `ended`: the
    rosters whose gate was answered with no more; there, no row at all says that there are none.
    """
    held: dict[str, dict[str, Any]] = {}
    for where, value in walk.values.items():
        if where.startswith(FORM):
            member, _, name = where.removeprefix(FORM).partition(".")
            held.setdefault(member, {})[name] = value
    is_open = {step.key for step in walk.steps()}
    lists: dict[str, dict[str, dict[str, Any] | None]] = {}
    none: set[str] = set()
    for step in walk.every():
        path = walk.expand(step.repeat.list, step) if step.repeat is not None and step.repeat.list else None
        if path is None:
            continue
        found = lists.setdefault(path, {})
        if step.key not in is_open:
            continue
        if step.question is None:
            none |= {path} if step.roster in ended else set()
            continue
        row = found.setdefault(step.member, held.get(step.member))
        if row is not None and step.question.required and walk.lookup(step)(step.question.maps_to) is None:
            found[step.member] = None
    whole = {path: [row for row in found.values() if row] for path, found in lists.items()}
    return {path: found or ([] if path in none else None) for path, found in whole.items()}
