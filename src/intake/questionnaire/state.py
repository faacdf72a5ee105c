"""What changes while an interview runs, and how it is taken up again from a draft.

A draft that `add` wrote has values and no position: its repeats are found in its paths, the rows of its lists in their
values. Nothing here saves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from intake.questionnaire.walk import FORM, PARKED, Step, Walk, roster
from intake.records.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.questionnaire.model import Questionnaire, Repeat


@dataclass
class State:
    """The draft's values and where the interview stands; copied before each change, so that a failed save undoes it.

    `added`: a member of a repeat that was added in the middle of something; `back_to`: the question it was.
    `unfinished`: key of a question -> what was typed or marked there, not handed in. No answer: it is never exported.
    """

    values: dict[str, Any]
    subjects: dict[str, str]
    members: dict[str, list[str]]
    closed: set[str]
    at: str
    consented: bool
    added: str = ""
    back_to: str = ""
    unfinished: dict[str, Any] = field(default_factory=dict)

    def copy(self) -> State:
        """One that can be changed without changing this."""
        members = {name: list(ids) for name, ids in self.members.items()}
        values, subjects, closed = dict(self.values), dict(self.subjects), set(self.closed)
        return State(
            values, subjects, members, closed, self.at, self.consented, self.added, self.back_to, dict(self.unfinished)
        )

    def hold(self, key: str, typed: Any) -> None:
        """Something is typed at a question; None: nothing is any more."""
        if typed is None:
            self.unfinished.pop(key, None)
        else:
            self.unfinished[key] = typed

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Write the changes; None takes a path away."""
        for path, value in changes.items():
            if value is None:
                self.values.pop(path, None)
            else:
                self.values[path] = value

    def forget(self, step: Step) -> None:
        """Take out the member of a repeat with all it holds, and its id wherever another answer names it."""
        self.members[step.roster].remove(step.member)
        inner = [name for name in self.members if name.endswith(f"@{step.member}")]
        for member in (step.member, *(row for name in inner for row in self.members.pop(name))):
            self._forget(member)

    def _forget(self, member: str) -> None:
        self.unfinished = {key: typed for key, typed in self.unfinished.items() if not key.endswith(f"@{member}")}
        for path, value in list(self.values.items()):
            if f".{member}." in f"{path}." or value == member:
                del self.values[path]
            elif isinstance(value, list) and member in value:
                self.values[path] = [kept for kept in value if kept != member]

    def is_empty(self, member: str) -> bool:
        """Whether a member holds no answer yet, nor the beginning of one."""
        inner = (row for name, rows in self.members.items() if name.endswith(f"@{member}") for row in rows)
        members = [member, *inner]
        begun = any(key.endswith(f"@{one}") for key in self.unfinished for one in members)
        return not begun and not any(f".{one}." in f"{path}." for path in self.values for one in members)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What one save must write; None for a path that went."""
    changed = {path: value for path, value in after.items() if path not in before or before[path] != value}
    return changed | {path: None for path in before if path not in after}


def resume(form: Questionnaire, values: Mapping[str, Any], position: Mapping[str, Any]) -> State:
    """The state that a draft's values and position describe; a new interview when both are empty."""
    known = position.get("subjects", {})
    subjects = {
        subject.name: str(known.get(subject.name) or values.get(subject.known_by) or new_id())
        for subject in form.subjects
    }
    first = form.questions[0].id
    state = State(
        values=dict(values),
        subjects=subjects,
        members={name: list(ids) for name, ids in position.get("members", {}).items()},
        closed=set(position.get("closed", ())),
        at=str(position.get("at", first)),
        consented=bool(position.get("consented", values)),
        added=str(position.get("added", "")),
        back_to=str(position.get("back_to", "")),
        unfinished=dict(position.get("unfinished", {})),
    )
    find_members(form, state)
    return state


def find_members(form: Questionnaire, state: State) -> None:
    """The members that the draft holds of repeats which nobody went through yet: of `add`, or of another form."""
    for repeat in form.repeats:
        if repeat.members and repeat.id not in state.members:
            state.members[repeat.id] = _members(repeat, state.values, set(state.subjects.values()))
    for repeat in (repeat for repeat in form.repeats if repeat.list):
        outer = form.repeat(repeat.within) if repeat.within else None
        for member in state.members.get(outer.id, ()) if outer else ("",):
            if roster(repeat, member) not in state.members:
                state.members[roster(repeat, member)] = _unfold(form, state, repeat, outer, member)


def _members(repeat: Repeat, values: Mapping[str, Any], subjects: set[str]) -> list[str]:
    pattern = re.compile(rf"(?:{re.escape(PARKED)})?{re.escape(repeat.members)}\.([^.]+)\.")
    found = (pattern.match(path) for path in values)
    return [member for member in dict.fromkeys(match[1] for match in found if match) if member not in subjects]


def _unfold(form: Questionnaire, state: State, repeat: Repeat, outer: Repeat | None, member: str) -> list[str]:
    """A list that is one value, as rows of which each field has a path."""
    about = Step("", repeat.section, None, outer, member)
    path = Walk(form, state.values, state.subjects, state.members).expand(repeat.list, about)
    found = state.values.get(path or "")
    made = {new_id(): row for row in found or () if isinstance(row, dict)}
    state.apply({f"{FORM}{row}.{name}": value for row, fields in made.items() for name, value in fields.items()})
    return list(made)
