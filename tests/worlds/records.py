"""Made-up testimonies in Ukrainian: nobody in here exists, and nothing in here happened.

`made_up(violation=..., n=...)` gives whole JSON documents as `intake add` takes them; the same arguments give the
same document. Each scenario is a person, a place and a day such as those the articles describe, in made-up words.
"""

from __future__ import annotations

import hashlib
import uuid
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from intake import vocabulary
from intake.records import consent_text

Json = Any

FAMILY = ("Коваленко", "Гнатюк", "Щербина", "Литвин", "Ґалаґан", "Знам’янська", "Аблязізова", "Середа")
GIVEN = ("Олена", "Микола", "Юлія", "Андрій", "Ельвіра", "Тарас", "Ніна", "Степан")


@dataclass(frozen=True)
class Scenario:
    """One kind of story: what is coded, where and when as it was said, and the words."""

    violations: tuple[str, ...]
    mechanisms: tuple[str, ...]
    actors: tuple[str, ...]
    place: str
    place_type: str
    when: str
    as_said: str
    need: str
    words: str
    victim_is_child: bool = False


SCENARIOS = {
    "cit.imposed_citizenship": Scenario(
        ("cit.imposed_citizenship", "acc.medical_care", "acc.pension"),
        ("mec.services_tied_to_passport", "mec.administrative_disguise"),
        ("act.occupation_authority",),
        "наше село під Каховкою, амбулаторія", "hospital", "2023-05~", "десь у травні, вже картоплю посадили",
        "nee.proof_of_coercion",
        "У лікарні сказали: без їхнього паспорта інсуліну не буде. Мама плакала, але ми пішли й подали заяву. "
        "Ніхто не питав, чи ми хочемо. Сказали розписатися, де галочка.",
    ),
    "mob.forced_mobilisation": Scenario(
        ("mob.forced_mobilisation", "mob.summons_served", "mob.sent_to_fight"),
        ("mec.summons_in_public", "mec.raid"),
        ("act.military_commissariat", "act.ru_armed_forces"),
        "ринок біля автостанції", "market", "2023-09-20/2023-09-30", "наприкінці вересня, у базарний день",
        "nee.family_contact",
        "На ринку перекрили виходи. Брата і ще кількох чоловіків забрали в автобус, повістку дали вже там. "
        "Через місяць він подзвонив з чужого номера і сказав, що їх везуть на фронт.",
    ),
    "chd.deportation": Scenario(
        ("chd.deportation", "chd.citizenship_changed", "chd.no_family_search"),
        ("mec.institution_applies",),
        ("act.child_institution", "act.occupation_authority"),
        "інтернат у Херсоні", "child_institution", "2022-10", "у жовтні двадцять другого", "nee.return_child",
        "Сказали, що дітей везуть на відпочинок на два тижні. Онука не повернули. Директорка потім казала, "
        "що на нього вже зробили російські документи, а мене ніхто не шукав.",
        victim_is_child=True,
    ),
    "det.hostage_taking": Scenario(
        ("det.arbitrary_detention", "det.without_charge", "fam.no_contact"),
        ("mec.detention", "mec.no_secret_processing"),
        ("act.ru_fsb",),
        "дім батьків, вулиця біля школи", "home", "2022-03-25", "двадцять п’ятого березня, зранку",
        "nee.search_hostage",
        "Прийшли шестеро в масках, забрали батька й ноутбук. Сказали: перевіримо і відпустимо. "
        "Відтоді нічого: ні статті, ні листа. Людина, яку відпустили, бачила його в СІЗО.",
    ),
    "det.filtration": Scenario(
        ("det.filtration", "dep.deportation_to_russia"),
        ("mec.checkpoint_checks",),
        ("act.ru_armed_forces", "act.ru_fsb"),
        "табір у наметах перед кордоном", "filtration_point", "2022-04-08/2022-04-10", "три дні, після восьмого квітня",
        "nee.psychological_support",
        "Знімали відбитки, роздягали чоловіків, шукали наколки. Телефон забрали на ніч. Нам не дали поїхати "
        "в Запоріжжя, посадили в автобус до Ростова.",
    ),
    "tor.torture": Scenario(
        ("tor.torture", "det.arbitrary_detention", "tor.threat_of_violence"),
        ("mec.detention", "mec.threat_of_violence"),
        ("act.occupation_police",),
        "підвал відділку поліції", "informal_detention", "2022-08", "у серпні, скільки днів — не скажу",
        "nee.medical_care",
        "Тримали в підвалі. Били і питали, хто з сусідів служив. Струмом теж. Відпустили, коли підписав папір, "
        "який не дали прочитати.",
    ),
}  # fmt: skip
VIOLATIONS = tuple(SCENARIOS)


def made_id(*parts: object) -> str:
    """A UUID, version 4 by its look, the same for the same parts: only for made-up people."""
    return str(uuid.UUID(bytes=hashlib.sha256(repr(parts).encode()).digest()[:16], version=4))


def whole_consent(person_id: str, **decisions: str) -> Json:
    """A consent that stands: all fourteen elements, understood, stored; `decisions` are added or changed."""
    decided = {"store_encrypted": "given", "contact_again": "given", **decisions}
    return {
        "giver": "self_adult",
        "giver_person_id": person_id,
        "capacity": "clear",
        "explained": list(vocabulary.family("consent_element")),
        "form_id": consent_text.TEXT_ID,
        "form_version": consent_text.TEXT_VERSION,
        "form_hash": consent_text.text_digest("uk"),
        "language": "uk",
        "method": "oral",
        "understood": "yes",
        "decisions": {scope: {"decision": decision} for scope, decision in decided.items()},
        "obtained_at": "2026-10-12T09:05:00Z",
        "obtained_by": "c-07",
    }


def made_up(violation: str = "cit.imposed_citizenship", n: int = 0) -> Json:
    """A whole first account that breaks no rule."""
    scenario = SCENARIOS[violation]
    teller = made_id(violation, n, "teller")
    victim = made_id(violation, n, "victim")
    place, incident = made_id(violation, n, "place"), made_id(violation, n, "incident")
    account = {
        "account_mode": "first_account",
        "language_of_account": ["uk"],
        "consent": whole_consent(teller, share_pgo_ua="given", share_icc_otp="given" if n % 2 else "refused"),
        "interview": {
            "interviewer_code": "c-07",
            "started_at": "2026-10-12T09:00:00Z",
            "ended_at": "2026-10-12T09:14:00Z",
            "status": "completed",
            "mode": "in_person",
            "persons_present": [],
            "place_type": "shelter",
            "recorded": "none",
            "distress_observed": "mild",
            "closing_done": ["read_back", "next_steps", "emergency_contacts", "questions"],
        },
        "risk": {"flags": ["family_in_tot_or_russia"], "level": "medium", "reassess_on": "2026-12-15"},
        "people": [
            {
                "id": teller,
                "roles": ["witness", "requester"],
                "sex": "female" if n % 2 else "male",
                "is_child": False,
                "current_country": "UKR",
            },
            {
                "id": victim,
                "roles": ["victim"],
                "age_at_event": 11 if scenario.victim_is_child else 44,
                "is_child": scenario.victim_is_child,
            },
        ],
        "narrative_original": scenario.words,
        "narrative_style": "near_verbatim",
        "places": [{"id": place, "text_as_said": scenario.place, "country": "UKR", "type": scenario.place_type}],
        "incidents": [
            {
                "id": incident,
                "violations": list(scenario.violations),
                "mechanisms": list(scenario.mechanisms),
                "victim_ids": [victim],
                "actor_codes": list(scenario.actors),
                "when": scenario.when,
                "when_precision_note": scenario.as_said,
                "place_id": place,
            }
        ],
        "links": [{"from_id": teller, "to_id": victim, "kind": "relationship", "relation": "other_relative"}],
        "prior_accounts": [],
        "needs": [
            {"id": made_id(violation, n, "need"), "need": scenario.need, "urgency": "weeks", "for_person": teller}
        ],
        "wishes_to_talk_to": ["ins.pgo_ua"],
    }
    return {"account": account, "identity": _identity(teller, victim, n)}


testimony = made_up  # for worlds; in a test module pytest would take this name for a test


def _identity(teller: str, victim: str, n: int) -> Json:
    family, given = FAMILY[n % len(FAMILY)], GIVEN[(n // len(FAMILY) + n) % len(GIVEN)]
    return {
        "persons": [
            {
                "person_id": teller,
                "names": [{"full_original": f"{given} {family}", "kind": "legal", "language": "uk"}],
                "birth_date": f"{1950 + (n + n // 320) % 40}-0{1 + n % 9}",  # nobody twice in two thousand (V30)
                "safe_contact": {
                    "channel": "signal",
                    "value": f"+38050{1000000 + n}",
                    "windows": [{"days": ["sat", "sun"], "from": "10:00", "to": "12:00"}],
                    "who_may_answer": "тільки я",
                    "what_we_may_say": "що телефонують з бібліотеки",
                    "code_phrase": f"синій чайник {n}",
                    "language": "uk",
                },
            },
            {"person_id": victim, "names": [{"full_original": f"{GIVEN[(n + 3) % len(GIVEN)]} {family}"}]},
        ]
    }


def changed(document: Json, **values: Json) -> Json:
    """A copy with the values at dotted paths replaced; `__` stands for the dot, a number for a place in a list."""
    copy = deepcopy(document)
    for path, value in values.items():
        *above, last = path.split("__")
        node = copy
        for part in above:
            node = node[int(part)] if isinstance(node, list) else node[part]
        node[int(last) if isinstance(node, list) else last] = value
    return copy
