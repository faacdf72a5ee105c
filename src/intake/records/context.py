"""What the finders of rules look at, and what they hand back: no sentences here, those stand in the table of rules."""

import dataclasses
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Literal

from intake.records.account import Account, Person
from intake.records.fields import Model
from intake.records.testimony import Testimony
from intake.records.walk import Found, Marker, values, walk

TELLERS = frozenset({"witness", "requester"})
"""The roles of whoever gives the account."""

Stage = Literal["draft", "add", "seal", "import"]


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

    @property
    def account(self) -> Account:
        """The account part."""
        return self.testimony.account

    @cached_property
    def values(self) -> Mapping[Marker, Collection[str]]:
        """The distinct references and dates of the testimony; codes too, but where any code is let in."""
        part, _ = self._looked_at
        return values(part, codes=self.stage != "import") if part else {}

    @cached_property
    def marked(self) -> list[Found]:
        """The same with their paths, each as often as it stands there: for who has found one that is wrong."""
        part, path = self._looked_at
        return walk(part, path, codes=self.stage != "import") if part else []

    @property
    def _looked_at(self) -> tuple[Model | None, str]:
        """The part that rules walk through, and its path."""
        return (self.testimony.identity, "identity") if self.account_checked else (self.testimony, "")

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
