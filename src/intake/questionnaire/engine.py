"""Walks an interview: which question is next, what an answer changes, where to come back to.

It knows no terminal, no store and no clock: a `Host` is passed in. What must hold:
- an answer is saved before the next question is shown (`Host.save` returns only after the commit), and a save that
  fails leaves the session as it was;
- nothing is saved before consent: earlier answers wait in memory and go to the store in one save with the consent;
- a refused or withdrawn consent takes back every saved answer and leaves a reason code;
- an answer whose branch closed is parked under `parked.`, comes back when the branch reopens, and is never exported;
- another form may take over in the middle (`switch`): what it does not ask is parked too. What no form of today asks
  (a draft of an older version) stays as it was said.
Decision page: docs/decisions/0006-form-engine.md.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

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
from intake.questionnaire.conditions import codes_in
from intake.questionnaire.kinds import KINDS, yes_or_no
from intake.questionnaire.parsing import NARRATIVE_LIMIT, TEXT_LIMIT, Parsed, clean
from intake.questionnaire.pausing import HALTS, PAUSES, Reminder, going_on, halted, paused_since, reminder
from intake.questionnaire.scenes import PLACES, Asked, Showing, reasons
from intake.questionnaire.state import State, difference, find_members, resume
from intake.questionnaire.talk import Answered, Changes, Ended, Group, Host, Json, Line, Outcome, Position, Save
from intake.questionnaire.walk import PARKED, Step, Walk, parking, rows
from intake.questionnaire.writing import Writing
from intake.records.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from intake.i18n import Language
    from intake.questionnaire.choices import Choice
    from intake.questionnaire.model import Question, Questionnaire, Stop

__all__ = ["Answered", "Changes", "Ended", "Group", "Host", "Line", "Outcome", "Position", "Save", "Session"]

MODE = "account.account_mode"
MEMBERS_LIMIT = 200  # of one repeat: a longer list is a document to attach, not an interview


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
        self._saved = dict(values)
        self._settled: Walk | None = None  # the walk between two changes; while one is made, each look is a new one
        self._changing = False
        self._stop: tuple[Stop, Changes] | None = None
        self._sought: dict[str, str] = {}
        self._opened_at = host.clock()
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
        walk = self._walk
        steps = [step for step in walk.steps() if step.key == self._state.at or not walk.is_aside(step)]
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
        state, steps = self._state, self._walk.steps()
        unfinished = {step.key: state.unfinished[step.key] for step in steps if step.key in state.unfinished}
        return {
            "form": self.form.id,
            "version": self.form.version,
            "at": state.at,
            "section": next((step.section for step in steps if step.key == state.at), ""),
            "subjects": state.subjects,
            "members": state.members,
            "closed": sorted(state.closed),
            "consented": state.consented,
            **({"added": state.added, "back_to": state.back_to} if state.added else {}),
            **({"unfinished": unfinished} if unfinished else {}),
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
                aside=showing.walk.is_aside(step),
            )
            for step in self._walk.steps()
        ]

    def asks(self, path: str) -> Line | None:
        """The open question whose answer stands at a path, above it, or in it: where a finding can be mended."""
        steps = sorted(self._walk.steps(), key=lambda step: self._answered(step) != "required")  # a gap first
        owned = [(step, one) for step in steps for one in (*self._walk.owned(step), *self._walk.listed(step))]
        near = (
            lambda one: one == path,
            lambda one: one.startswith(f"{path}."),
            lambda one: path.startswith(f"{one}."),
        )
        key = next((step.key for is_near in near for step, one in owned if is_near(one)), None)
        return next((line for line in self.review() if line.key == key), None)

    def covers(self) -> frozenset[str]:
        """Every path that an open question, or a fact nobody is asked for, may have written."""
        steps = self._walk.steps()
        owned = {path for step in steps for path in (*self._walk.owned(step), *self._walk.listed(step))}
        return frozenset(owned | self._facts().keys() | {PAUSES})

    def understood(self, typed: str) -> Outcome:
        """What this would be taken as; nothing is saved. It raises as `answer` does."""
        step = self._step()
        if step.question is None:
            yes_or_no(typed)
            return Outcome()
        return _outcome(KINDS[step.question.type].parse(typed, self._showing.scene(step, step.question)))

    def suggested(self, typed: str) -> Sequence[Choice]:
        """What the codifier has for words about a place, numbered as they will be once the words are stored."""
        step = self._step()
        is_place = step.question is not None and step.question.type == "place"
        return self._showing.units(typed) if is_place else ()

    def groups(self) -> Sequence[Group]:
        """What one more may be added of in the middle of anything, once consent is stored."""
        if self.ended or not self._state.consented:
            return ()
        gates = (step for step in self._walk.steps() if step.question is None and step.outer is None)
        return [Group(step.key, step.repeat.title.say(self.lang)) for step in gates if step.repeat is not None]

    def account(self) -> str:
        """The person's own words, to be read back to them."""
        told = (step for step in self._walk.steps() if step.question is not None and step.question.type == "narrative")
        return "\n\n".join(str(said) for step in told if (said := self._showing.value(step)))

    @property
    def opening(self) -> str:
        """The key of the consent that opens the store: there it is given, and taken back."""
        return next(step.key for step in self._walk.steps() if step.question is not None and step.question.opens)

    @property
    def paused_since(self) -> str:
        """When the pause that is still running began; empty where none is."""
        return paused_since(self._state.values)

    def reminder(self) -> Reminder | None:
        """Whether a rest is due."""
        return reminder(self._state.values, self._host.clock(), self._opened_at)

    # -- what is done --------------------------------------------------------------------------------------------------

    def answer(self, typed: str) -> Outcome:
        """Take what was typed, save it, go on; an `AnswerRefused` leaf, and no step, when it can't be an answer."""
        step = self._step()
        self._stop = None
        if step.question is None:
            return self._pass_gate(step, typed)
        question = step.question
        scene = self._showing.scene(step, question)
        if question.type == "place" and scene.words and typed.lstrip().startswith(","):  # in which oblast or raion
            self._sought[scene.value] = scene.words + typed
            return Outcome(stays=True)
        parsed = KINDS[question.type].parse(typed, scene)
        self._sought.pop(str(scene.value), None)  # what other words are narrowed to
        changes = self._writing.of(step, question, parsed)
        stop = self._closed_by(step, question, parsed.value)
        if stop is not None:
            self._stop = (stop, changes)
            return Outcome(stops=stop.say.say(self.lang), keeps=stop.kept, offers=stop.offers)
        with self._change() as state:
            state.hold(step.key, None)
            state.apply(changes)
            self._begin(state, question, parsed.value)
            parked = self._settle(state)
            if question.opens and not state.consented:
                self._open_store(state)
            if parsed.whole and not parsed.stays:
                self._move_on(step)
        return _outcome(parsed, parked)

    @staticmethod
    def _begin(state: State, question: Question, value: Json) -> None:
        """The first member of each repeat that the answer begins."""
        for code, repeat in question.begins.items():
            if _among(value, (code,)) and not state.members.get(repeat):
                state.members[repeat] = [new_id()]
                state.closed.discard(repeat)

    def _closed_by(self, step: Step, question: Question, value: Json) -> Stop | None:
        look = self._walk.lookup(step)
        stops = (stop for stop in question.stop if stop.when is None or stop.when.holds(look))
        return next((stop for stop in stops if _among(value, stop.answers)), None)

    def stop(self) -> Ended:
        """End the interview, after an answer that stops it: what was saved is taken back unless the stop keeps it."""
        if self._stop is None:
            raise NotThere
        self._alive()
        (stop, changes), state = self._stop, self._state
        kept = stop.kept and state.consented
        before, self.ended = self.ended, Ended(stop.reason, kept)
        after = state.copy()
        after.apply(changes if kept else dict.fromkeys(state.values))
        try:
            self._save(after.values if kept else {})
        except BaseException:
            self.ended = before
            raise
        self._state, self._settled = after, None
        return self.ended

    def switch(self, form: Questionnaire) -> int:
        """Another form from here on: what it asks too is answered already, the rest is put aside; how many answers.

        After an answer that closed a gate, that answer is kept as well. The interview goes on at the first question
        that waits for an answer.
        """
        self._alive()
        (_, changes), self._stop = self._stop or (None, {}), None
        before, facts = self.form, self._facts(beside=form)
        asked = {path for step in self._walk.every() for path in self._walk.owned(step)}
        try:
            with self._change() as state:
                state.apply(changes)
                self.form = form
                find_members(form, state)
                state.apply({path: None for path, value in facts.items() if state.values.get(path) == value})
                parked = self._settle(state, asked | changes.keys())
                if state.consented:
                    new = self._facts().items()
                    state.apply({path: value for path, value in new if path not in state.values} | {MODE: form.mode})
                state.at, state.added, state.back_to = self._first_open(), "", ""
        except BaseException:
            self.form = before
            raise
        return parked

    @property
    def unfinished(self) -> Json:
        """What was typed or marked at this question and not handed in; None where nothing was."""
        return self._state.unfinished.get(self._state.at)

    def begun(self) -> frozenset[str]:
        """The keys of the open questions where something was typed and not handed in."""
        return frozenset(step.key for step in self._walk.steps() if step.key in self._state.unfinished)

    def save_partial(self, typed: Json) -> None:
        """Save what is typed and not handed in (None: nothing is); the question stays open.

        A long text is saved as it stands. Anything else is no answer yet: it stands beside the place reached, and comes
        back with its question. Before consent all of it waits in memory.
        """
        step, asked = self._step(), self.current
        if step.question is not None and asked is not None and asked.keeps_partial and self._state.consented:
            self._save_text(step, step.question, str(typed or ""))
        elif typed != self.unfinished:
            with self._change() as state:
                state.hold(step.key, clean(typed[:TEXT_LIMIT], TEXT_LIMIT) if isinstance(typed, str) else typed)

    def _save_text(self, step: Step, question: Question, text: str) -> None:
        path, nil = (str(self._walk.expand(one, step)) for one in (question.maps_to, question.nil))
        is_long = question.type == "narrative"
        kept = clean(text, NARRATIVE_LIMIT if is_long else TEXT_LIMIT, lines=is_long)
        if (self._state.values.get(path) or "") == kept and self.unfinished is None:
            return
        with self._change() as state:
            state.hold(step.key, None)
            state.apply({path: kept if kept.strip() else None, nil: None})

    def next(self) -> None:
        """Go on without changing the answer; refused where a required one is missing."""
        step = self._step()
        if self._answered(step) == "required":
            raise AnswerNeeded if step.question and step.question.skippable else AnswerMustBeGiven
        with self._change() as state:
            state.hold(step.key, None)
            self._move_on(step)

    def back(self) -> None:
        """To the question before. A member of a repeat that holds nothing yet goes away."""
        self._alive()
        steps = self._walk.steps()
        keys = [step.key for step in steps]
        index = keys.index(self._state.at) if self._state.at else len(keys)
        if index == 0:
            return
        to = next((at for at in reversed(range(index)) if not self._walk.is_aside(steps[at])), None)
        if to is None:
            return
        with self._change() as state:
            state.at = keys[to]
            if index < len(steps) and state.added and steps[index].is_of(state.added):
                self._leave_added(state, keys, steps[to])
            left = steps[index] if index < len(steps) else steps[to]
            ended = left.member not in {"", steps[to].member} and not (left.repeat and left.repeat.over)
            if ended and state.is_empty(left.member):
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
            state.hold(step.key, None)
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
            state.at, state.added, state.back_to = key, "", ""

    def add(self, gate: str) -> None:
        """One more of a group, from wherever the interview is; after its questions it comes back to this one."""
        self._alive()
        step = self._find(gate)
        if step is None or step.question is not None or not self._state.consented:
            raise NotThere
        with self._change() as state:
            members = state.members.setdefault(step.roster, [])
            if len(members) >= MEMBERS_LIMIT:
                raise NotThere
            if not state.added:
                state.back_to = state.at
            state.closed.discard(step.roster)
            members.append(new_id())
            state.added = members[-1]
            state.at = self._first_of(state.added)

    def halt(self, status: str) -> None:
        """The talk stops, for a while or for good (`interview.status`); the question stays where it is."""
        self._alive()
        if status not in HALTS or not self._state.consented:
            raise NotThere
        with self._change() as state:
            state.apply(halted(state.values, status, self._host.clock()))

    def go_on(self) -> None:
        """The talk goes on after a pause."""
        self._alive()
        with self._change() as state:
            state.apply(going_on(state.values, self._host.clock()))

    def remove(self) -> None:
        """Take out the member of a repeat that the current question is about, and every reference to it."""
        step = self._step()
        if step.repeat is None or not step.member or step.repeat.over:
            raise NotThere
        with self._change() as state:
            state.forget(step)
            self._settle(state)
            state.at = f"{step.repeat.id}+@{step.outer.member}" if step.outer else f"{step.repeat.id}+"
            if state.added == step.member:
                state.at, state.added, state.back_to = state.back_to, "", ""

    # -- inside --------------------------------------------------------------------------------------------------------

    @property
    def _walk(self) -> Walk:
        if self._settled is not None:
            return self._settled
        state, form = self._state, self.form
        own = {"mode": form.mode, **({"scopes": form.scopes} if form.scopes is not None else {})}
        walk = Walk(form, state.values, state.subjects, state.members, {**self._host.facts, **own})
        self._settled = None if self._changing else walk
        return walk

    @property
    def _showing(self) -> Showing:
        return Showing(self._walk, self.lang, self._host.clock()[:10], self._sought)

    @property
    def _writing(self) -> Writing:
        return Writing(self._walk, self._host.clock(), self.lang)

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
            if self._too_few(step):
                return "required"
            return "answered" if step.roster in self._state.closed else "open"
        if self._showing.value(step) is not None or self._words(step):
            return "answered"
        if self._showing.skipped(step):
            return "skipped"
        return "required" if step.question.required else "open"

    def _too_few(self, gate: Step) -> bool:
        """Whether this form needs more members than there are."""
        least = self.form.least.get(gate.repeat.id, 0) if gate.repeat else 0
        return len(self._state.members.get(gate.roster, ())) < least

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
        self._state, self._settled, self._changing = before.copy(), None, True
        try:
            yield self._state
            if self._state.consented:
                self._save(self._state.values)
        except BaseException:
            self._state = before
            raise
        finally:
            self._changing = False

    def _save(self, values: Mapping[str, Json]) -> None:
        self._host.save(difference(self._saved, values), self.position)
        self._saved = dict(values)

    def _first_of(self, member: str) -> str:
        """The first question about a member of a repeat."""
        walk = self._walk
        return next(found.key for found in walk.steps() if found.member == member and not walk.is_aside(found))

    def _onward(self, step: Step) -> list[Step]:
        """The steps after one that are asked; what is taken as usual is written of those that are passed over."""
        asked: list[Step] = []
        for _ in self.form.questions:  # what is taken as usual may open more
            walk = self._walk
            steps = walk.steps()
            keys = [found.key for found in steps]
            following = steps[keys.index(step.key) + 1 :] if step.key in keys else []
            asked = [found for found in following if not walk.is_aside(found)]
            passed = following[: following.index(asked[0])] if asked else following
            usual = [self._writing.assumed(found) for found in passed if self._answered(found) in {"required", "open"}]
            changes = {path: value for one in usual for path, value in one.items()}
            if not changes:
                break
            self._state.apply(changes)
            self._settle(self._state)
        return asked

    def _move_on(self, step: Step) -> None:
        following = self._onward(step)
        keys = [found.key for found in self._walk.steps()]
        self._state.at = following[0].key if following else ""
        if self._state.added and step.is_of(self._state.added):
            ahead = keys[: keys.index(self._state.back_to)] if self._state.back_to in keys else keys
            own = (found for found in following if found.is_of(self._state.added))
            asked = (found for found in own if found.section == step.section or found.key in ahead)
            self._leave_added(self._state, keys, next(asked, None))
        if step.question is not None and step.question.opens and not self._state.consented:
            self._state.at = self._first_open()  # something before the consent is still missing

    @staticmethod
    def _leave_added(state: State, keys: Sequence[str], at: Step | None) -> None:
        """To the next question about who or what was added; where there is none, back to where that was done."""
        if at is not None and at.is_of(state.added):
            state.at = at.key
        else:
            state.at, state.added, state.back_to = state.back_to if state.back_to in keys else "", "", ""

    def _open_store(self, state: State) -> None:
        """Consent is there: what waited in memory is saved with it, and the facts nobody was asked for."""
        steps = self._walk.steps()
        opening = next(found for found in steps if found.question is not None and found.question.opens)
        if any(self._answered(found) == "required" for found in steps[: steps.index(opening)]):
            return
        state.apply({path: value for path, value in self._facts().items() if path not in state.values})
        state.consented = True

    def _facts(self, beside: Questionnaire | None = None) -> dict[str, Json]:
        opening = next(step for step in self._walk.every() if step.question is not None and step.question.opens)
        return self._writing.facts(opening, beside)

    def _settle(self, state: State, asked: Collection[str] = ()) -> int:
        """Park and restore until nothing moves; how many answers were put aside. `asked`: by the form before this."""
        before = sum(path.startswith(PARKED) for path in state.values)
        for _ in range(len(self.form.questions)):
            changes = parking(self._walk, self._stale(), asked)
            if not changes:
                break
            state.apply(changes)
        state.apply(rows(self._walk, state.closed))
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
        wanted = yes_or_no(typed)
        if not wanted and self._too_few(step):
            raise AnswerMustBeGiven
        with self._change() as state:
            members = state.members.setdefault(step.roster, [])
            if wanted and len(members) < MEMBERS_LIMIT:
                state.closed.discard(step.roster)
                members.append(new_id())
                state.at = self._first_of(members[-1])
            else:
                state.closed.add(step.roster)
                self._settle(state)
                self._move_on(step)
        return Outcome()


def _outcome(parsed: Parsed, parked: int = 0) -> Outcome:
    return Outcome(
        parsed.understood,
        stays=parsed.stays,
        words_kept=not parsed.whole and bool(parsed.words),
        unclear=parsed.unclear,
        readings=parsed.readings,
        parked=parked,
    )


def _among(value: Json, answers: Sequence[str | bool]) -> bool:
    """Whether an answer, or one of several, is one that stops; `sxv.` is every code that begins so."""
    return any(_same(one, answer) for one in codes_in(value) or [value] for answer in answers)


def _same(value: Json, answer: str | bool) -> bool:
    if isinstance(answer, str) and answer.endswith("."):
        return isinstance(value, str) and value.startswith(answer)
    return bool(value == answer) and type(value) is type(answer)
