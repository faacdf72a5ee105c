"""Who may have been heard before (V30): case codes that share a teller's match key and year of birth. A hint, no more.

On a laptop that is said of its drafts only: what it sealed it can't read. Keys are as identifying as names; they are
made when they are needed and live in memory.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from intake.records.context import TELLERS
from intake.records.names import match_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from intake.records.testimony import Testimony
    from intake.store.vault import Vault

ROLES, NAMES, BORN = "roles", "names", "birth_date"
PATHS = (f"account.people.%.{ROLES}", f"identity.persons.%.{NAMES}", f"identity.persons.%.{BORN}")
Key = tuple[str, str]


@dataclass
class Heard:
    """The tellers that are known here, by key."""

    cases: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def in_drafts(cls, vault: Vault) -> Heard:
        """Those of all drafts."""
        heard = cls()
        for case, answers in vault.drafts.matching(PATHS):
            for key in _keys_of_draft(answers):
                heard.cases[key].add(case)
        return heard

    def note(self, keys: Iterable[Key], case: str) -> None:
        """One more."""
        for key in keys:
            self.cases[key].add(case)

    def before(self, keys: Iterable[Key], case: str) -> tuple[str, ...]:
        """The other cases that may be of the same person."""
        found = {one for key in keys for one in self.cases.get(key, ())}
        return tuple(sorted(found - {case}))


def keys_of(testimony: Testimony) -> tuple[Key, ...]:
    """The keys of those who tell, where name and year of birth are known."""
    tellers = {person.id for person in testimony.account.people if TELLERS & set(person.roles)}
    persons = testimony.identity.persons if testimony.identity else ()
    said = (([name.full_original for name in one.names], one.birth_date) for one in persons if one.person_id in tellers)
    return tuple(_keys(said))


def _keys_of_draft(answers: Mapping[str, Any]) -> Iterator[Key]:
    """The same of a draft's answers, as far as they go."""
    people: dict[str, dict[str, Any]] = defaultdict(dict)
    for path, value in answers.items():
        _, _, person, name = path.split(".", 3)
        people[person][name] = value
    tellers = (one for one in people.values() if TELLERS & set(one.get(ROLES, ())))
    return _keys(([name["full_original"] for name in one.get(NAMES, ())], one.get(BORN)) for one in tellers)


def _keys(people: Iterable[tuple[list[str], str | None]]) -> Iterator[Key]:
    for names, born in people:
        if names and born:
            key, year = match_key(names, born)
            if key and year:
                yield key, year
