"""What all records of one case come to together. Pure: no order of arrival, no clock and no key changes the answer.

A record follows what its `prev` and its `of` name, where it can stand there (chain.py). Records of which neither
follows the other stand side by side, and of their decisions on one scope the one that allows less counts, until an
officer's decision says which stands; so does a yes from another laptop than that of what it follows. What was erased
counts as withdrawn, whether or not its bytes come back.
Spec: docs/spec/record-v1.md, "Folding".
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from intake.records.chain import misplaced
from intake.records.consent import Decision as Choice
from intake.records.consent import Given
from intake.records.envelope import IdentityRecord
from intake.records.kinds import Addendum, Coding, Decision, DecisionKind, Effect, Tombstone, TombstoneBody, Withdrawal
from intake.records.record import AnyRecord, Record
from intake.records.sharing import Standing
from intake.records.testimony import Testimony

EVERY_SCOPE = "*"
STORE = "store_encrypted"
WITHDRAWN = Choice(decision="withdrawn")


@dataclass(frozen=True)
class Decided:
    """Where a scope of consent stands, and the records that say so.

    `waits`: later records that allow more, which nobody believed yet: an officer's `link` does.
    """

    choice: Choice
    by: tuple[str, ...]
    waits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Withdrawn:
    """A withdrawal that arrived; `confirmed` once an officer has decided that it is the person's.

    `done`: all that it asked for was that names go, and they are gone.
    """

    record: str
    scopes: tuple[str, ...]
    effect: Effect
    confirmed: bool
    done: bool = False

    @property
    def restricts(self) -> bool:
        """Whether it stops all use, and not of its scopes only."""
        return self.effect != "stop_sharing" and not self.done


@dataclass(frozen=True)
class View:
    """One case as its records leave it. Records are named by their digests, in an order that depends on them alone."""

    records: Mapping[str, AnyRecord]
    heads: tuple[str, ...]
    consents: Mapping[str, Decided]
    addenda: tuple[str, ...]
    codings: tuple[str, ...]
    decisions: tuple[str, ...]
    withdrawals: tuple[Withdrawn, ...]
    erased: tuple[str, ...]
    nameless: tuple[str, ...]
    legal_hold: tuple[str, ...]
    orphans: tuple[str, ...]

    @property
    def blocked(self) -> bool:
        """Whether nobody may read or use it until an officer has decided: all was taken back, or more than a use."""
        return any(one.restricts or not one.scopes for one in self.withdrawals)

    @property
    def unbelieved(self) -> tuple[str, ...]:
        """The records with a yes that nobody linked to what it follows."""
        return tuple(sorted({one for decided in self.consents.values() for one in decided.waits}))

    @property
    def forks(self) -> tuple[tuple[str, ...], ...]:
        """The heads of each record that has more than one."""
        ids: dict[str, list[str]] = {}
        for digest in self.heads:
            ids.setdefault(self.records[digest].id, []).append(digest)
        return tuple(tuple(one) for one in ids.values() if len(one) > 1)

    def standing(self, record: str, identity: IdentityRecord | None = None) -> Standing:
        """One testimony of the case as it stands today, for who asks whether it may leave or be erased."""
        full = self.records.get(record)
        choices = {scope: decided.choice for scope, decided in self.consents.items()}
        testimony = full.testimony(identity) if isinstance(full, Record) else Testimony()
        consent = testimony.account.consent.model_copy(update={"decisions": choices})
        account = testimony.account.model_copy(update={"consent": consent})
        codings = [found for digest in self.codings if isinstance(found := self.records[digest], Coding)]
        return Standing(
            testimony.model_copy(update={"account": account}),
            restricted=any(one.restricts for one in self.withdrawals),
            legal_hold=bool(self.legal_hold),
            erased=record in self.erased,
            sealed_source=any(one.body.sensitivity == "sealed_source" for one in codings),
        )


def fold(records: Iterable[tuple[str, AnyRecord]]) -> View:
    """The view of these records, each with its digest: verified, of one case, in any order, as often as you like."""
    case = _Case(dict(records))
    return View(
        records=case.here,
        heads=case.heads(),
        consents=case.consents(),
        addenda=case.ordered(Addendum),
        codings=case.codings(),
        decisions=case.ordered(Decision),
        withdrawals=tuple(case.withdrawals()),
        erased=tuple(sorted(case.erased)),
        nameless=tuple(sorted(case.nameless)),
        legal_hold=case.legal_hold(),
        orphans=case.orphans(),
    )


def refused(records: Mapping[str, AnyRecord]) -> frozenset[str]:
    """The decisions to erase that an officer refused, and none confirmed: their tombstones count for nothing.

    Who decided it does not confirm it: a refusal is outweighed by two, or one officer could close a case for ever.
    """
    answers = [one for one in records.values() if isinstance(one, Decision)]
    no = {of for one in answers if one.body.kind == "erase_refused" for of in one.body.of}
    yes = {
        of
        for one in answers
        if one.body.kind == "erase_confirmed"
        for of in one.body.of
        if not _is_by(records.get(of), one.author)
    }
    return frozenset(no - yes)


def decides(decision: AnyRecord | None, stone: TombstoneBody) -> bool:
    """Whether it is the decision that this tombstone names. Without it there is nothing that anybody could refuse."""
    kind = "erase_identity" if stone.part else "erase"
    return isinstance(decision, Decision) and decision.body.kind == kind and stone.of in decision.body.of


def _is_by(record: AnyRecord | None, author: str) -> bool:
    return record is not None and record.author == author


class _Case:
    """The records, who follows whom, and what officers decided about them."""

    def __init__(self, given: Mapping[str, AnyRecord]) -> None:
        off = refused(given)
        found = [one.body for one in given.values() if isinstance(one, Tombstone)]
        stones = [one for one in found if one.decision not in off and decides(given.get(one.decision), one)]
        self.erased = frozenset(one.of for one in stones if one.part is None)
        self.nameless = frozenset(one.of for one in stones if one.part) - self.erased
        self.here = {
            digest: given[digest]
            for digest in sorted(given)
            if digest not in self.erased or isinstance(given[digest], Tombstone | Decision)
        }
        self._roots = frozenset(
            digest for digest, one in self.here.items() if isinstance(one, Record) and one.prev is None
        )

    # -- who follows whom --

    @cached_property
    def _before(self) -> Mapping[str, AbstractSet[str]]:
        """All that each record follows, however far back."""
        return {digest: self._all_before(digest) for digest in self.here}

    def _all_before(self, digest: str) -> AbstractSet[str]:
        found: set[str] = set()
        queue = [digest]
        while queue:
            one = self.here.get(queue.pop())
            fresh = (self._named_by(one) if one else frozenset()) - found
            found |= fresh
            queue += fresh
        return found - {digest}

    def _named_by(self, one: AnyRecord) -> AbstractSet[str]:
        """What a record follows at once; what is said later by the case code alone follows the testimonies."""
        named = {one.prev} if one.prev else set()
        if isinstance(one, Addendum | Withdrawal):
            named |= {one.body.of.record} if one.body.of.record else set()
        if self._prev(one) != one.prev:
            named = set()
        return named or (self._roots if isinstance(one, Addendum | Withdrawal) else named)

    def _prev(self, one: AnyRecord) -> str | None:
        """What it names in `prev`, unless that is here and it can't stand behind it."""
        before = self.here.get(one.prev) if one.prev else None
        return None if before is not None and misplaced(one, before) else one.prev

    def ordered(self, kind: type[AnyRecord]) -> tuple[str, ...]:
        """The records of one kind, each after all that it follows."""
        found = [digest for digest, one in self.here.items() if isinstance(one, kind)]
        return tuple(sorted(found, key=lambda digest: (len(self._before[digest]), digest)))

    # -- what the chains come to --

    @cached_property
    def _ids(self) -> AbstractSet[str]:
        return {one.id for one in self.here.values() if isinstance(one, Record)}

    def heads(self) -> tuple[str, ...]:
        """The ends of the testimonies' chains; more than one of one id is a fork that nobody has resolved."""
        chain = {
            digest: one
            for digest, one in self.here.items()
            if isinstance(one, Record | Addendum | Withdrawal) and one.id in self._ids
        }
        followed = {self._prev(one) for one in chain.values()}
        return tuple(sorted(chain.keys() - followed - self._beaten("fork_resolved")))

    def orphans(self) -> tuple[str, ...]:
        """Addenda and withdrawals that belong here by the case code alone, for now."""
        loose = self.ordered(Addendum) + self.ordered(Withdrawal)
        return tuple(digest for digest in loose if self.here[digest].id not in self._ids)

    def codings(self) -> tuple[str, ...]:
        """The newest coding of each coordinator."""
        found = self.ordered(Coding)
        followed = {self._prev(self.here[digest]) for digest in found}
        return tuple(digest for digest in found if digest not in followed)

    def legal_hold(self) -> tuple[str, ...]:
        """The holds that no decision has lifted by name."""
        lifted = {named for one in self._decided("hold_lifted") for named in one.body.of}
        return tuple(
            digest
            for digest in self.ordered(Decision)
            if isinstance(one := self.here[digest], Decision) and one.body.kind == "legal_hold" and digest not in lifted
        )

    # -- consent --

    def consents(self) -> Mapping[str, Decided]:
        """Each scope that anybody decided on."""
        said = list(self._statements())
        scopes = sorted({scope for scope, _, _ in said} - {EVERY_SCOPE})
        return {
            scope: self._decide(scope, [(c, by) for s, c, by in said if s in (scope, EVERY_SCOPE)]) for scope in scopes
        }

    def _statements(self) -> Iterator[tuple[str, Choice, str]]:
        """(scope, choice, record) of all that was decided and not set aside by an officer."""
        beaten = self._beaten("conflict_resolved")
        for digest, one in self.here.items():
            if digest in beaten:
                continue
            if isinstance(one, Record | Addendum) and one.consent:
                yield from ((scope, choice, digest) for scope, choice in one.consent.decisions.items())
            if isinstance(one, Withdrawal):
                yield from ((scope, WITHDRAWN, digest) for scope in one.body.scopes or (EVERY_SCOPE,))
        yield from ((EVERY_SCOPE, WITHDRAWN, digest) for digest in self.erased)

    def _decide(self, scope: str, said: list[tuple[Choice, str]]) -> Decided:
        if scope == STORE:
            said = [(choice, by) for choice, by in said if not self._leaves_stored(by)]
        choices = {by: choice for choice, by in said}
        pairs = [(one, before) for one in said for before in self._before.get(one[1], frozenset()) & choices.keys()]
        later, waits = set(), set()
        for (new, by), before in pairs:
            if self._sets_aside((new, by), (choices[before], before)):
                later.add(before)
            else:
                waits.add(by)
        last = sorted(((choice, by) for choice, by in said if by not in later), key=lambda one: one[1])
        return Decided(
            _strictest([choice for choice, _ in last]), tuple(by for _, by in last), tuple(sorted(waits - later))
        )

    def _sets_aside(self, new: tuple[Choice, str], old: tuple[Choice, str]) -> bool:
        """Any laptop may say less; more only the one that was told before, or what an officer linked to the testimony.

        Who knows a case code can speak for it on any laptop, and a yes that nobody gave could get a witness killed.
        """
        same = self._author(new[1]) == self._author(old[1])
        return same or new[1] in self._linked or _strictest([new[0], old[0]]) == new[0]

    def _author(self, digest: str) -> str:
        return self.here[digest].author if digest in self.here else ""

    @cached_property
    def _linked(self) -> AbstractSet[str]:
        return {named for one in self._decided("link") for named in one.body.of}

    def _leaves_stored(self, digest: str) -> bool:
        """A withdrawal of everything takes storage back only when it asks for erasure."""
        one = self.here.get(digest)
        return isinstance(one, Withdrawal) and not one.body.scopes and one.body.effect != "erase_all"

    def withdrawals(self) -> Iterator[Withdrawn]:
        """Those that arrived and were not set aside."""
        confirmed = {named for one in self._decided("withdrawal_confirmed") for named in one.body.of}
        beaten = self._beaten("conflict_resolved")
        for digest in self.ordered(Withdrawal):
            one = self.here[digest]
            if isinstance(one, Withdrawal) and digest not in beaten:
                done = one.body.effect == "erase_identity" and self._names_are_gone
                yield Withdrawn(digest, one.body.scopes, one.body.effect, digest in confirmed, done)

    @cached_property
    def _names_are_gone(self) -> bool:
        """Whether every name that was told was erased by a decision that is here; what lifts a block says why."""
        decided = {named for one in self._decided("erase_identity") for named in one.body.of}
        told = {digest for digest, one in self.here.items() if isinstance(one, Record | Addendum) and one.identity}
        return bool(told) and told <= self.nameless & decided

    # -- officers --

    def _decided(self, kind: DecisionKind) -> list[Decision]:
        return [one for one in self.here.values() if isinstance(one, Decision) and one.body.kind == kind]

    def _beaten(self, kind: DecisionKind) -> AbstractSet[str]:
        """What decisions of this kind set aside. Decisions that contradict each other set nothing aside."""
        over: dict[str, set[str]] = {}
        for one in self._decided(kind):
            if one.body.head:
                over.setdefault(one.body.head, set()).update(set(one.body.of) - {one.body.head})
        return {loser for head, losers in over.items() for loser in losers if head not in _reach(over, loser)}


def _reach(over: Mapping[str, AbstractSet[str]], start: str) -> AbstractSet[str]:
    found: set[str] = set()
    queue = [start]
    while queue:
        fresh = over.get(queue.pop(), set()) - found
        found |= fresh
        queue += fresh
    return found


def _strictest(choices: list[Choice]) -> Choice:
    """Of decisions that stand side by side: the least that any allows, with the limits of all, to the first end."""
    if len(choices) == 1:
        return choices[0]
    nos = sorted({one.decision for one in choices} - set(Given), key=lambda code: (code != "withdrawn", code))
    if nos:
        return Choice(decision=nos[0])
    limits = sorted({one.limits for one in choices if one.limits})
    expires = sorted(one.expires for one in choices if one.expires)
    code = max(one.decision for one in choices)  # "given_with_limits" is more than "given"
    return Choice(decision=code, limits="\n".join(limits) or None, expires=expires[0] if expires else None)
