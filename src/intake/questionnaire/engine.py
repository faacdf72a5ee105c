"""Walks an interview: which question is next, what an answer changes, where to come back to.

It knows no terminal, no store and no clock: a `Host` is passed in. What must hold:
- an answer is saved before the next question is shown (`Host.save` returns only after the commit), and a save that
  fails leaves the session as it was;
- nothing is saved before consent: earlier answers wait in memory and go to the store in one save with the consent;
- a refused or withdrawn consent takes back every saved answer and leaves a reason code;
- an answer whose branch closed is parked under `parked.`, comes back when the branch reopens, and is never exported.
Decision page: docs/decisions/0006-form-engine.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from intake.errors import (
    AnswerMustBeGiven,
    AnswerNeeded,
    BadSkipReason,
    ConsentFirst,
    InterviewEnded,
    NoSuchChoice,
    NotThere,
)
from intake.questionnaire.choices import choose_one
from intake.questionnaire.kinds import KINDS, NARRATIVE_LIMIT, TEXT_LIMIT, clean, yes_or_no
from intake.questionnaire.scenes import PLACES, Asked, Showing, reasons
from intake.questionnaire.state import State, difference, resume
from intake.questionnaire.walk import PARKED, Step, Walk, parking
from intake.questionnaire.writing import Writing
from intake.records.ids import new_id

if TYPE_CHECKING:
    from intake.i18n import Language
    from intake.questionnaire.model import Questionnaire, Stop

Json = Any
Changes = Mapping[str, Json]
"""Path -> new value; None takes the path away. One `Changes` is one commit."""
Position = Mapping[str, Json]
"""Where the interview stands, and its repeats; JSON, opaque to the store."""
Answered = Literal["answered", "skipped", "open", "required"]
MEMBERS_LIMIT = 200  # of one repeat: a longer list is a document to attach, not an interview


class Save(Protocol):
    """Commits the changes and the position together, and returns only when they are durable."""

    def __call__(self, changes: Changes, position: Position) -> None:
        """One transaction."""
        ...


class Clock(Protocol):
    """Now, as `2026-11-21T17:40:00Z`."""

    def __call__(self) -> str:
        """The time as text."""
        ...


@dataclass(frozen=True)
class Host:
    """What a session needs from outside. `facts`: `interviewer`, `device`, `app`: what nobody is asked for."""

    save: Save
    clock: Clock
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What an answer did. `understood`: the echo of what was stored; `stops`: asks whether to `stop()` really.

    `keeps`: whether what was answered stays when it is stopped.
    """

    understood: str = ""
    words_kept: bool = False
    parked: int = 0
    stops: str = ""
    keeps: bool = False


@dataclass(frozen=True)
class Ended:
    """The session is over: `reason` code; `kept` is False when nothing but date, mode and reason remains."""

    reason: str
    kept: bool


@dataclass(frozen=True)
class Line:
    """One row of the review."""

    key: str
    section: str
    label: str
    about: str
    state: Answered
    shown: str


class Session:
    """One interview on one draft. `lang` may be changed at any time."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        values: Mapping[str, Json],
        host: Host,
        *,
        lang: Language,
        position: Position | None = None,
    ) -> None:
        self.form = questionnaire
        self.lang: Language = lang
        self._host = host
        self._state = resume(questionnaire, values, position or {})
        self._stop: Stop | None = None
        ended = (position or {}).get("ended")
        self.ended: Ended | None = Ended(str(ended), bool((position or {}).get("kept"))) if ended else None
        if self._state.at != "" and self._find(self._state.at) is None:
            self._state.at = self._first_open()

    # -- what is shown -------------------------------------------------------------------------------------------------

    @property
    def current(self) -> Asked | None:
        """The question to show; None when the interview is through its last question or has ended."""
        if self.ended or self._state.at == "":
            return None
        steps = self._walk.steps()
        number = next(n for n, step in enumerate(steps, start=1) if step.key == self._state.at)
        return self._showing.asked(steps[number - 1], number, len(steps))

    @property
    def consented(self) -> bool:
        """True once consent is stored: from then on every answer is on the disk before the next question."""
        return self._state.consented

    @property
    def position(self) -> Position:
        """What resumes here."""
        if self.ended:
            return {"form": self.form.id, "ended": self.ended.reason, "kept": self.ended.kept}
        state = self._state
        return {
            "form": self.form.id,
            "version": self.form.version,
            "at": state.at,
            "subjects": state.subjects,
            "members": state.members,
            "closed": sorted(state.closed),
            "consented": state.consented,
        }

    def review(self) -> Sequence[Line]:
        """Every question that is open to this interview, with what was answered."""
        showing = self._showing
        return [
            Line(
                key=step.key,
                section=self.form.section_label(step.section, self.lang),
                label=step.words.say(self.lang),
                about=showing.about(step),
                state=self._answered(step),
                shown=showing.shown(step) or showing.skipped(step),
            )
            for step in self._walk.steps()
        ]

    def asks(self, path: str) -> Line | None:
        """The open question whose answer stands at a path, above it, or in it: where a finding can be mended."""
        steps = sorted(self._walk.steps(), key=lambda step: self._answered(step) != "required")  # a gap first
        owned = [(step, one) for step in steps for one in self._walk.owned(step)]
        near = (
            lambda one: one == path,
            lambda one: one.startswith(f"{path}."),
            lambda one: path.startswith(f"{one}."),
        )
        key = next((step.key for is_near in near for step, one in owned if is_near(one)), None)
        return next((line for line in self.review() if line.key == key), None)

    def covers(self) -> frozenset[str]:
        """Every path that an open question, or a fact nobody is asked for, may have written."""
        names = self._state.subjects
        facts = {path.format_map(names) for path in self.form.facts}
        return frozenset(facts | {path for step in self._walk.steps() for path in self._walk.owned(step)})

    # -- what is done --------------------------------------------------------------------------------------------------

    def answer(self, typed: str) -> Outcome:
        """Take what was typed, save it, go on; an `AnswerRefused` leaf, and no step, when it can't be an answer."""
        step = self._step()
        self._stop = None
        if step.question is None:
            return self._pass_gate(step, typed)
        question = step.question
        scene = self._showing.scene(step, question)
        parsed = KINDS[question.type].parse(typed, scene)
        self._stop = next((stop for stop in question.stop if _among(parsed.value, stop.answers)), None)
        if self._stop is not None:
            return Outcome(stops=self._stop.say.say(self.lang), keeps=self._stop.kept)
        changes = self._writing.of(step, question, parsed)
        with self._change() as state:
            state.apply(changes)
            parked = self._settle(state)
            if question.opens and not state.consented:
                self._open_store(state)
            if parsed.whole:
                self._move_on(step)
        return Outcome(parsed.understood, words_kept=not parsed.whole, parked=parked)

    def stop(self) -> Ended:
        """End the interview, after an answer that stops it: what was saved is taken back unless the stop keeps it."""
        if self._stop is None:
            raise NotThere
        self._alive()
        stop, state = self._stop, self._state
        taken_back: Changes = {} if stop.kept or not state.consented else dict.fromkeys(state.values)
        before, self.ended = self.ended, Ended(stop.reason, stop.kept)
        try:
            self._host.save(taken_back, self.position)
        except BaseException:
            self.ended = before
            raise
        if not stop.kept:
            state.values.clear()
        return self.ended

    def save_partial(self, text: str) -> None:
        """Save unfinished text; the question stays open. Before consent nothing is saved, and nothing happens."""
        step, asked = self._step(), self.current
        if step.question is None or asked is None or not (asked.keeps_partial and self._state.consented):
            return
        path = str(self._walk.expand(step.question.maps_to, step))
        limit = NARRATIVE_LIMIT if asked.kind == "narrative" else TEXT_LIMIT
        kept = clean(text, limit, lines=asked.kind == "narrative")
        if (self._state.values.get(path) or "") == kept:
            return
        with self._change() as state:
            state.apply({path: kept if kept.strip() else None, str(self._walk.expand(step.question.nil, step)): None})

    def next(self) -> None:
        """Go on without changing the answer; refused where a required one is missing."""
        step = self._step()
        if self._answered(step) == "required":
            raise AnswerNeeded if step.question and step.question.skippable else AnswerMustBeGiven
        with self._change():
            self._move_on(step)

    def back(self) -> None:
        """To the question before. A member of a repeat that holds nothing yet goes away."""
        self._alive()
        steps = self._walk.steps()
        keys = [step.key for step in steps]
        index = keys.index(self._state.at) if self._state.at else len(keys)
        if index == 0:
            return
        with self._change() as state:
            state.at = keys[index - 1]
            left = steps[index] if index < len(steps) else steps[index - 1]
            if left.member not in {"", steps[index - 1].member} and state.is_empty(left.member):
                state.forget(left)

    def skip(self, reason: str) -> Outcome:
        """No answer, and why: a code of the `nil_reason` list, its number, or a part of its label."""
        step = self._step()
        if step.question is None or not step.question.skippable:
            raise AnswerMustBeGiven
        try:
            code = choose_one(reason, reasons(self.lang)).code
        except (NoSuchChoice, AnswerNeeded):
            raise BadSkipReason from None
        gone = dict.fromkeys(self._owned_now(step))
        nil = self._walk.expand(step.question.nil, step)
        with self._change() as state:
            state.apply({**gone, str(nil): code})
            parked = self._settle(state)
            self._move_on(step)
        return Outcome(parked=parked)

    def jump(self, key: str) -> None:
        """To a question of the review; not over the consent."""
        self._alive()
        steps = self._walk.steps()
        if key not in [step.key for step in steps]:
            raise NotThere
        before = steps[: [step.key for step in steps].index(key)]
        if not self._state.consented and any(self._answered(step) == "required" for step in before):
            raise ConsentFirst
        with self._change() as state:
            state.at = key

    def remove(self) -> None:
        """Take out the member of a repeat that the current question is about, and every reference to it."""
        step = self._step()
        if step.repeat is None or not step.member:
            raise NotThere
        with self._change() as state:
            state.forget(step)
            state.at = f"{step.repeat.id}+"

    # -- inside --------------------------------------------------------------------------------------------------------

    @property
    def _walk(self) -> Walk:
        state = self._state
        return Walk(self.form, state.values, state.subjects, state.members)

    @property
    def _showing(self) -> Showing:
        return Showing(self._walk, self.lang, self._host.clock()[:10])

    @property
    def _writing(self) -> Writing:
        return Writing(self._walk, self._host.facts, self._host.clock(), self.lang)

    def _alive(self) -> None:
        if self.ended:
            raise InterviewEnded(reason=self.ended.reason)

    def _step(self) -> Step:
        self._alive()
        step = self._find(self._state.at)
        if step is None:
            raise NotThere
        return step

    def _find(self, key: str) -> Step | None:
        return next((step for step in self._walk.steps() if step.key == key), None)

    def _answered(self, step: Step) -> Answered:
        if step.question is None:
            closed = step.repeat is not None and step.repeat.id in self._state.closed
            return "answered" if closed else "open"
        if self._showing.value(step) is not None or self._words(step):
            return "answered"
        if self._showing.skipped(step):
            return "skipped"
        return "required" if step.question.required else "open"

    def _owned_now(self, step: Step) -> list[str]:
        """What goes when the answer goes: a place goes whole, with what other questions said of it."""
        place = self._showing.value(step) if step.question and step.question.type == "place" else None
        said = [path for path in self._state.values if place and path.startswith(f"{PLACES}.{place}.")]
        return [*self._walk.owned(step), *said]

    def _words(self, step: Step) -> bool:
        """Hours may stand in the person's words alone; a date may not."""
        question = step.question
        if question is None or question.words_to is None or question.type == "date":
            return False
        return self._walk.lookup(step)(question.words_to) is not None

    def _first_open(self) -> str:
        waiting = (step.key for step in self._walk.steps() if self._answered(step) == "required")
        return next(waiting, "")

    @contextmanager
    def _change(self) -> Iterator[State]:
        """Change the state and save the difference; a failure on the way leaves everything as it was."""
        before = self._state
        self._state = before.copy()
        try:
            yield self._state
            after = self._state
            if after.consented:
                known = before.values if before.consented else {}
                self._host.save(difference(known, after.values), self.position)
        except BaseException:
            self._state = before
            raise

    def _move_on(self, step: Step) -> None:
        keys = [found.key for found in self._walk.steps()]
        following = keys[keys.index(step.key) + 1 :] if step.key in keys else []
        self._state.at = following[0] if following else ""
        if step.question is not None and step.question.opens and not self._state.consented:
            self._state.at = self._first_open()  # something before the consent is still missing

    def _open_store(self, state: State) -> None:
        """Consent is there: what waited in memory is saved with it, and the facts nobody was asked for."""
        steps = self._walk.steps()
        opening = next(found for found in steps if found.question is not None and found.question.opens)
        if any(self._answered(found) == "required" for found in steps[: steps.index(opening)]):
            return
        facts = self._writing.facts(opening)
        state.apply({path: value for path, value in facts.items() if path not in state.values})
        state.consented = True

    def _settle(self, state: State) -> int:
        """Park and restore until nothing moves; how many answers were put aside."""
        before = sum(path.startswith(PARKED) for path in state.values)
        for _ in range(len(self.form.questions)):
            changes = parking(self._walk, self._stale())
            if not changes:
                break
            state.apply(changes)
        return max(0, sum(path.startswith(PARKED) for path in state.values) - before)

    def _stale(self) -> set[str]:
        """Open questions whose code is no longer among those offered."""
        showing = self._showing
        return {
            step.key
            for step in self._walk.steps()
            if step.question is not None
            and step.question.only_when
            and (held := self._walk.held(self._walk.expand(step.question.maps_to, step) or "")) is not None
            and held not in {choice.code for choice in showing.choices(step)}
        }

    def _pass_gate(self, step: Step, typed: str) -> Outcome:
        repeat = step.repeat
        if repeat is None:
            raise NotThere
        wanted = yes_or_no(typed)
        with self._change() as state:
            members = state.members.setdefault(repeat.id, [])
            if wanted and len(members) < MEMBERS_LIMIT:
                state.closed.discard(repeat.id)
                members.append(new_id())
                state.at = next(found.key for found in self._walk.steps() if found.member == members[-1])
            else:
                state.closed.add(repeat.id)
                self._move_on(step)
        return Outcome()


def _among(value: Json, answers: Sequence[str | bool]) -> bool:
    """Whether the answer is one that stops the interview; True is not the text "True"."""
    return any(value == answer and type(value) is type(answer) for answer in answers)
