"""What the finders of rules look at, and what they hand back: no sentences here, those stand in the table of rules."""

import dataclasses
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Literal

from intake.records.account import Account, Person
from intake.records.fields import WORDS, In, IsDate, IsWords, Refers
from intake.records.identity import IdentityPerson
from intake.records.testimony import Testimony
from intake.records.walk import Found, Kinds, Marker, values, walk

TELLERS = frozenset({"witness", "requester"})
"""The roles of whoever gives the account."""

Stage = Literal["draft", "add", "seal", "import", "share", "amend"]


@dataclasses.dataclass(frozen=True, slots=True)
class Beside:
    """What rules ask that a testimony can't say itself: its files, its other versions, what was decided since.

    `files`: evidence id -> SHA-256 of the file that is kept for it. `sealed`: a sealed version of this record is here
    already. `repeats`: case codes whose teller has the same match key and year of birth. The rest is for sharing
    (`sharing.py`): for what, with whom, on which day, and how the record stands.
    """

    files: Mapping[str, str] = dataclasses.field(default_factory=dict)
    sealed: bool = False
    repeats: tuple[str, ...] = ()
    purpose: str = ""
    recipient: str = ""
    on: str = ""
    restricted: bool = False
    sealed_source: bool = False
    legal_hold: bool = False
    erased: bool = False
    erasure_asked: bool = False


NOTHING_BESIDE = Beside()


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """A rule does not hold at this field; `says` picks the sentence of the rule's table row."""

    field: str
    says: str
    fields: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Context:
    """A testimony under examination.

    `identity_sealed`: it has an identity part that this reader can't open. `account_checked`: its account kept the
    rules before, so only what the identity part adds is looked at.
    """

    testimony: Testimony
    stage: Stage
    events: Mapping[str, int] | None = None
    identity_sealed: bool = False
    account_checked: bool = False
    beside: Beside = NOTHING_BESIDE

    @property
    def account(self) -> Account:
        """The account part."""
        return self.testimony.account

    @cached_property
    def values(self) -> Mapping[Marker, Collection[str]]:
        """The distinct references, dates and codes of the testimony; no codes where any code is let in."""
        account = {} if self.account_checked else self._account
        identity = values(self.testimony.identity, self._kinds) if self.testimony.identity else {}
        markers = (account.keys() | identity.keys()) - {WORDS}
        return {marker: {*account.get(marker, ()), *identity.get(marker, ())} for marker in markers}

    @cached_property
    def marked(self) -> list[Found]:
        """The same with their paths, each as often as it stands there: for who has found one that is wrong."""
        account = [] if self.account_checked else walk(self.account, "account", self._kinds)
        identity = self.testimony.identity
        return account + (walk(identity, "identity", self._kinds) if identity else [])

    @property
    def words(self) -> Collection[str]:
        """The distinct texts of the account that are somebody's own words."""
        return self._account.get(WORDS, ())

    @property
    def said(self) -> list[Found]:
        """The same with their paths."""
        return walk(self.account, "account", (IsWords,))

    @cached_property
    def _account(self) -> Mapping[Marker, Collection[str]]:
        """All of the account in one walk; of one that was checked before only the words, for names to be found in."""
        return values(self.account, (IsWords,) if self.account_checked else (*self._kinds, IsWords))

    @property
    def _kinds(self) -> Kinds:
        return (Refers, IsDate) if self.stage == "import" else (Refers, IsDate, In)

    @cached_property
    def identities(self) -> Mapping[str, IdentityPerson]:
        """What is known of who they are, by the id of the person."""
        identity = self.testimony.identity
        return {one.person_id: one for one in identity.persons} if identity else {}

    @cached_property
    def people(self) -> Mapping[str, Person]:
        """The people of the account by id."""
        return {person.id: person for person in self.account.people}

    @cached_property
    def interviewee(self) -> Person | None:
        """Who gives the account: the consent's giver if that is a witness or requester, else the first who is one.

        A guardian who decides for a child is not the one who tells, unless nobody else does.
        """
        consent = self.account.consent
        tellers = [person for person in self.account.people if TELLERS & set(person.roles)]
        others = [person for person in tellers if person.id != consent.guardian_person_id] or tellers
        return next((one for one in others if one.id == consent.giver_person_id), others[0] if others else None)
