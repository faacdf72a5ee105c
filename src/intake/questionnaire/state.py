"""What changes while an interview runs, and how it is taken up again from a draft.

A draft that `add` wrote has values and no position: its repeats are found in its paths. Nothing here saves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from intake.questionnaire.walk import PARKED, Step
from intake.records.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.questionnaire.model import Questionnaire, Repeat


@dataclass
class State:
    """The draft's values and where the interview stands; copied before each change, so that a failed save undoes it."""

    values: dict[str, Any]
    subjects: dict[str, str]
    members: dict[str, list[str]]
    closed: set[str]
    at: str
    consented: bool

    def copy(self) -> State:
        """One that can be changed without changing this."""
        members = {repeat: list(ids) for repeat, ids in self.members.items()}
        return State(dict(self.values), dict(self.subjects), members, set(self.closed), self.at, self.consented)

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Write the changes; None takes a path away."""
        for path, value in changes.items():
            if value is None:
                self.values.pop(path, None)
            else:
                self.values[path] = value

    def forget(self, step: Step) -> None:
        """Take out the member of a repeat with all it holds, and its id wherever another answer names it."""
        if step.repeat is None:
            return
        self.members[step.repeat.id].remove(step.member)
        for path, value in list(self.values.items()):
            if f".{step.member}." in f"{path}." or value == step.member:
                del self.values[path]
            elif isinstance(value, list) and step.member in value:
                self.values[path] = [kept for kept in value if kept != step.member]

    def is_empty(self, member: str) -> bool:
        """Whether a member holds no answer yet."""
        return not any(f".{member}." in f"{path}." for path in self.values)


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
    found = {repeat.id: _members(repeat, values, set(subjects.values())) for repeat in form.repeats}
    members = {repeat: list(ids) for repeat, ids in position.get("members", {}).items() if repeat in found}
    first = form.questions[0].id
    return State(
        values=dict(values),
        subjects=subjects,
        members=found | members,
        closed=set(position.get("closed", ())),
        at=str(position.get("at", first)),
        consented=bool(position.get("consented", values)),
    )


def _members(repeat: Repeat, values: Mapping[str, Any], subjects: set[str]) -> list[str]:
    pattern = re.compile(rf"(?:{re.escape(PARKED)})?{re.escape(repeat.members)}\.([^.]+)\.")
    found = (pattern.match(path) for path in values)
    return [member for member in dict.fromkeys(match[1] for match in found if match) if member not in subjects]
