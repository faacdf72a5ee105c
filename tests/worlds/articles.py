"""The situations of the articles, told in Ukrainian by people who do not exist, and where their facts must stand.

A `Situation` quotes the article, has the person's words, and builds the fields that carry the facts. `sealed` seals it
as a laptop would; `facts` gives what the record says outside the narrative, as (path without ids, value).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from intake import vocabulary
from intake.records import consent_text
from intake.records.record import BuiltRecord, Digests, Record, Sealing, build_full, parse_full, parse_identity
from intake.records.rules import check
from intake.records.testimony import parse_testimony
from tests.worlds.records import made_id, whole_consent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCHEMAS = Path(__file__).parents[2] / "schemas"
NOT_FACTS = ("narrative_original", "interview", "nil", "reasons")
VAGUE = {"other", "act.other", "oth.other"}

Fact = tuple[str, object]


@dataclass
class Story:
    """A testimony that grows: each method adds one thing and gives its id."""

    words: str
    mode: str = "first_account"
    sex: str = "female"
    country: str = "UKR"
    account: dict[str, Any] = field(default_factory=dict)
    persons: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.teller = self._add("people", {"roles": ["witness"], "sex": self.sex, "is_child": False})
        self.account["people"][0]["current_country"] = self.country
        self.consent = whole_consent(self.teller, contact_again="refused")
        self.risk: dict[str, Any] = {
            "flags": ["family_in_tot_or_russia"],
            "level": "medium",
            "reassess_on": "2027-01-10",
        }
        self.account["prior_accounts"] = []

    def _add(self, where: str, values: dict[str, Any]) -> str:
        members = self.account.setdefault(where, [])
        made = made_id(self.words, where, len(members))
        members.append({"id": made, **values})
        return made

    def tells(self, *roles: str, **values: Any) -> str:
        """More of the one who tells."""
        one = self.account["people"][0]
        one["roles"] = [*one["roles"], *roles]
        one.update(values)
        if "requester" in roles:
            self.name(self.teller, "Середа Ніна")
        return self.teller

    def person(self, *roles: str, **values: Any) -> str:
        """Somebody else."""
        return self._add("people", {"roles": list(roles), **values})

    def name(self, person: str, full: str) -> None:
        """A name, in the identity part."""
        self.persons.append({"person_id": person, "names": [{"full_original": full, "language": "uk"}]})

    def place(self, said: str, **values: Any) -> str:
        """A place as it was said."""
        return self._add("places", {"text_as_said": said, "country": "UKR", **values})

    def incident(self, *violations: str, **values: Any) -> str:
        """An act; unless `who` and `actors` say otherwise, done to the one who tells by an occupation authority."""
        victim = values.pop("who", self.teller)
        person = next(one for one in self.account["people"] if one["id"] == victim)
        person["roles"] = list(dict.fromkeys([*person["roles"], "victim"]))
        place = values.pop("place_id", "") or self.place("наше селище під Каховкою")
        act = {
            "violations": list(violations),
            "victim_ids": [victim],
            "actor_codes": list(values.pop("actors", ("act.occupation_authority",))),
            "when": "2023-05~",
            "when_precision_note": "десь у травні",
            "place_id": place,
        }
        return self._add("incidents", {**act, **values})

    def need(self, *needs: str) -> None:
        """What the one who tells needs."""
        for need in needs:
            self._add("needs", {"need": need, "urgency": "weeks", "for_person": self.teller})

    def search(self, category: str, who: str, **values: Any) -> str:
        """A request for somebody; the one who tells asks."""
        if "requester" not in self.account["people"][0]["roles"]:
            self.tells("requester")
        asked = {"category": category, "sought_person_id": who, "requester_id": self.teller}
        return self._add("searches", {**asked, **values})

    def related(self, other: str, relation: str) -> None:
        """Who the one who tells is to somebody."""
        link = {"from_id": self.teller, "to_id": other, "kind": "relationship", "relation": relation}
        self.account.setdefault("links", []).append(link)

    def document(self) -> dict[str, Any]:
        """The whole testimony, as `intake add` takes it."""
        account = {
            "account_mode": self.mode,
            "language_of_account": ["uk"],
            "consent": self.consent,
            "interview": {
                "interviewer_code": "c-07",
                "started_at": "2026-10-12T09:00:00Z",
                "ended_at": "2026-10-12T09:40:00Z",
                "status": "completed",
                "mode": "in_person",
                "persons_present": [],
                "place_type": "office",
                "recorded": "none",
                "distress_observed": "mild",
                "closing_done": ["read_back", "next_steps", "emergency_contacts", "questions"],
            },
            "risk": self.risk,
            "narrative_original": self.words,
            "narrative_style": "near_verbatim",
            **self.account,
        }
        return {"account": account, "identity": {"persons": self.persons}} if self.persons else {"account": account}


@dataclass(frozen=True)
class Situation:
    """What an article describes, as one person tells it."""

    quote: str
    words: str
    build: Callable[[Story], None]
    facts: frozenset[Fact]


class Article:
    """The situations of one article, and the decorator that adds one."""

    def __init__(self) -> None:
        self.situations: dict[str, Situation] = {}

    def tells(self, quote: str, words: str, *facts: Fact) -> Callable[[Callable[[Story], None]], None]:
        """The quoted situation is told in these words, and its facts are these."""

        def add(build: Callable[[Story], None]) -> None:
            self.situations[quote] = Situation(quote, words, build, frozenset(facts))

        return add


def sealed(story: Story) -> tuple[Record, BuiltRecord]:
    """As a laptop does: shape, every rule of sealing, the bytes; and a validator that is not ours agrees."""
    document = story.document()
    assert list(_validator("testimony-v1").iter_errors(document)) == []
    testimony = parse_testimony(document)
    for stage in ("add", "seal"):
        found = check(testimony, stage=stage)
        assert found == (), [(one.rule, one.field) for one in found]
    digests = Digests(consent_text=consent_text.text_digest("uk"), vocabulary=vocabulary.digest())
    built = build_full(testimony, Sealing("a" * 64, "d-3", "742-118-365-8", made_id(story.words), digests))
    assert list(_validator("record-v1").iter_errors(json.loads(built.record))) == []
    record = parse_full(built.record)
    identity = parse_identity(built.identity) if built.identity else None
    assert check(record.testimony(identity), stage="import") == ()
    return record, built


def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8")))


def facts(built: BuiltRecord) -> set[Fact]:
    """What the account says in fields of their own: (`incidents.summons.how`, `with_passport`)."""
    body = json.loads(built.record)["body"]
    return set(_leaves("", {key: value for key, value in body.items() if key not in NOT_FACTS}))


def _leaves(path: str, value: object) -> Iterator[Fact]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}" if path else key, inner)
    elif isinstance(value, list) and value:
        for inner in value:
            yield from _leaves(path, inner)
    else:
        yield path, () if value == [] else value


def holds(situation: Situation) -> set[Fact]:
    """Seal it, and give its facts that are nowhere but in the narrative, with what was put under "other"."""
    story = Story(situation.words)
    situation.build(story)
    _, built = sealed(story)
    found = facts(built)
    vague = {fact for fact in found if fact[1] in VAGUE}
    return (set(situation.facts) - found) | vague
