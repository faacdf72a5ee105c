"""One broken testimony for every sentence of the table of rules, made from any whole first account.

`BROKEN[rule, says](document)` gives the document with that one fault; what stands beside a testimony (`BESIDE`) and the
order of a draft's answers (`EVENTS`) break the few rules that no document breaks by itself.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from intake.records.context import Beside
from intake.records.paths import flatten
from tests.worlds.records import changed, made_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Json = Any


ITEM, GUARDIAN, OTHER, SEARCH = made_id("item"), made_id("guardian"), made_id("other"), made_id("search")
HASHES = ("a" * 64, "b" * 64)
ON = "2026-11-21"


def put(**values: Json) -> Callable[[Json], Json]:
    """The values at those paths replaced (`tests.worlds.records.changed`)."""
    return lambda document: changed(document, **values)


def without(*path: str) -> Callable[[Json], Json]:
    """The field taken out."""

    def cut(document: Json) -> Json:
        copy = deepcopy(document)
        node = copy
        for part in path[:-1]:
            node = node[int(part)] if isinstance(node, list) else node[part]
        node.pop(path[-1], None)
        return copy

    return cut


def both(*changes: Callable[[Json], Json]) -> Callable[[Json], Json]:
    """One change after the other."""

    def all_of(document: Json) -> Json:
        for change in changes:
            document = change(document)
        return document

    return all_of


def with_person(person_id: str, **fields: Json) -> Callable[[Json], Json]:
    """One more among the people."""
    return lambda document: changed(
        document, account__people=[*document["account"]["people"], {"id": person_id, **fields}]
    )


def of_teller(**fields: Json) -> Callable[[Json], Json]:
    """Other identity values of the one who tells."""

    def change(document: Json) -> Json:
        copy = deepcopy(document)
        teller = copy["account"]["people"][0]["id"]
        person = next(one for one in copy["identity"]["persons"] if one["person_id"] == teller)
        person.update(fields)
        return copy

    return change


def child(document: Json) -> Json:
    """The same, told by a child with a good guardian."""
    guardian = {"id": GUARDIAN, "roles": ["guardian"]}
    made = changed(document, account__people__0__is_child=True)
    made["account"]["people"][0].pop("age_at_event", None)
    made["account"]["people"].append(guardian)
    made["account"]["consent"] |= {
        "giver": "guardian_and_assent",
        "guardian_person_id": GUARDIAN,
        "child_assent": "yes",
    }
    return made


def contact(value: str) -> Callable[[Json], Json]:
    """Another number to reach the teller by."""
    return of_teller(
        safe_contact={"channel": "phone", "value": value, "who_may_answer": "я", "what_we_may_say": "нічого"}
    )


def evidence(**fields: Json) -> Callable[[Json], Json]:
    """One item of evidence that is a photograph."""
    return put(account__evidence=[{"id": ITEM, "type": "photo", "shows": [], "sha256": HASHES[0], **fields}])


def custody(*events: Mapping[str, str]) -> Callable[[Json], Json]:
    """That item with these steps."""
    whole = [
        {"event": "received", "at": f"2026-10-12T09:0{n}:00Z", "by": "c-07", **one} for n, one in enumerate(events)
    ]
    return evidence(custody=whole)


def words(text: str) -> Callable[[Json], Json]:
    """Other words of the person."""
    return put(account__narrative_original=text)


def flags(*codes: str, **risk: Json) -> Callable[[Json], Json]:
    """Another risk."""
    return lambda document: changed(
        document, account__risk=document["account"]["risk"] | {"flags": list(codes), **risk}
    )


def named_in_words(document: Json) -> Json:
    """The first name of the teller stands in the narrative, in another case."""
    made = of_teller(names=[{"full_original": "Коваленко Олена"}])(document)
    return words("Сусідка Олену кликала, а Коваленкові сказали мовчати.")(made)


def twice(document: Json) -> Json:
    """One place stands twice."""
    return changed(document, account__places=document["account"]["places"] * 2)


def to_self(document: Json) -> Json:
    """The teller linked to the teller."""
    teller = document["account"]["people"][0]["id"]
    link = {"from_id": teller, "to_id": teller, "kind": "relationship", "relation": "other"}
    return changed(document, account__links=[link])


def born_later(document: Json) -> Json:
    """The victim was born long after."""
    made = changed(document, account__incidents__0__victim_ids=[document["account"]["people"][0]["id"]])
    made["account"]["people"][0] |= {"roles": ["witness", "victim"], "age_at_event": 60, "is_child": False}
    return of_teller(birth_date="1994")(made)


def before_it_was_occupied(document: Json) -> Json:
    """A place that was occupied in other years, by the table that ships."""
    made = changed(document, account__incidents__0__when="2016-01")
    made["account"]["places"][0] |= {"katotth": MARIUPOL_RAION, "katotth_edition": "2025-05-07"}
    return made


MARIUPOL_RAION = "UA14140000000070889"

BROKEN: Mapping[tuple[str, str], Callable[[Json], Json]] = {
    ("V01", "store"): put(account__consent__decisions__store_encrypted={"decision": "refused"}),
    ("V01", "understood"): put(account__consent__understood="partly"),
    ("V01", "explained"): put(account__consent__explained=["voluntary"]),
    ("V01", "text"): put(account__consent__language="ru"),  # the Ukrainian text's digest
    ("V01", "version"): put(account__consent__form_version="0.9.0"),
    ("V02", "order"): lambda document: document,
    ("V03", "giver"): both(child, put(account__consent__giver="self_adult")),
    ("V03", "guardian"): both(child, without("account", "consent", "guardian_person_id")),
    ("V03", "assent"): both(child, put(account__consent__child_assent="no")),
    ("V04", "accused"): both(
        child, lambda d: changed(d, account__people__2__roles=["guardian", "alleged_perpetrator"])
    ),
    ("V04", "institution"): both(child, put(account__people__2__affiliation={"actor": "act.child_institution"})),
    ("V04", "conflict"): both(child, flags("guardian_conflict")),
    ("V05", "alone"): both(child, put(account__consent__giver="child_alone_vital_interest")),
    ("V06", "trained_full"): put(account__account_mode="full_account", account__read_back="yes"),
    ("V06", "trained_child"): both(
        child,
        put(
            account__account_mode="full_account",
            account__read_back="yes",
            account__consent__best_interest_note="так краще для самої дитини, вона просила",
            account__interview__trained_full=True,
        ),
    ),
    ("V06", "trained_sv"): both(
        flags("sexual_violence"),
        put(account__account_mode="full_account", account__read_back="yes", account__interview__trained_full=True),
    ),
    ("V07", "group"): put(account__interview__persons_present=[{"role": "witness"}]),
    ("V08", "child"): with_person(OTHER, roles=["interpreter"], is_child=True),
    ("V08", "accused"): with_person(OTHER, roles=["interpreter", "alleged_perpetrator"], is_child=False),
    ("V08", "relative"): put(account__interview__interpreter={"code": "i-1", "relation_to_person": "sibling"}),
    ("V09", "official"): put(
        account__account_mode="full_account",
        account__read_back="yes",
        account__interview__trained_full=True,
        account__prior_accounts=[{"to": "ins.pgo_ua", "official": True}],
    ),
    ("V10", "mitigation"): flags("in_tot", level="extreme"),
    ("V10", "share"): flags("in_tot", level="extreme", mitigation="нічого не передавати нікому"),
    ("V11", "warned"): both(flags("self_incrimination_ua"), put(account__incidents__0__service={"served": "yes"})),
    ("V12", "missing"): both(
        put(account__consent__decisions__contact_again={"decision": "given"}),
        of_teller(safe_contact={"channel": "none"}),
    ),
    ("V12", "kept"): both(
        contact("+380 44 000 00 00"), put(account__consent__decisions__contact_again={"decision": "refused"})
    ),
    ("V13", "russian"): contact("8 (916) 000-00-00"),
    ("V13", "occupied"): contact("+7 949 000-00-00"),
    ("V14", "not_alone"): put(account__interview__mode="remote_voice", account__interview__remote_alone_confirmed="no"),
    ("V15", "exposed"): both(flags("child"), put(account__consent__decisions__public_named={"decision": "given"})),
    ("V15", "sealed_source"): lambda document: document,
    ("V16", "not_given"): put(account__consent__decisions__share_un={"decision": "refused"}),
    ("V16", "expired"): put(account__consent__decisions__share_un={"decision": "given", "expires": "2026-11-20"}),
    ("V16", "withdrawn"): put(account__consent__decisions__share_un={"decision": "withdrawn"}),
    ("V16", "kept_from"): both(
        put(account__consent__decisions__share_un={"decision": "given"}),
        put(account__people__0__confidential_from=["ins.un_mechanism"]),
    ),
    ("V16", "restricted"): put(account__consent__decisions__share_un={"decision": "given"}),
    ("V17", "missing"): both(evidence(), without("account", "evidence", "0", "sha256")),
    ("V17", "no_file"): evidence(attachment=0),
    ("V17", "mismatch"): evidence(),
    ("V17", "chain"): custody({"hash_after": HASHES[0]}, {"hash_before": HASHES[1]}),
    ("V17", "times"): custody({"at": "2026-10-12T10:00:00Z"}, {"at": "2026-10-12T09:00:00Z"}),
    ("V18", "no_words"): both(
        without("account", "narrative_original"),
        without("account", "narrative_style"),
        put(account__nil={"account.narrative_original": "declined"}),
    ),
    ("V18", "codes_first"): lambda document: document,
    ("V19", "after"): put(account__incidents__0__when="2027-01"),
    ("V19", "before"): put(account__incidents__0__when="2013-12"),
    ("V19", "free"): before_it_was_occupied,
    ("V20", "date"): put(account__incidents__0__when="навесні"),
    ("V20", "order"): put(
        account__interview__started_at="2026-10-12T09:05:00Z", account__interview__ended_at="2026-10-12T09:00:00Z"
    ),
    ("V21", "age"): born_later,
    ("V22", "missing"): put(account__incidents__0__place_id=OTHER),
    ("V22", "role"): both(
        with_person(OTHER, roles=["other_mentioned"]), put(account__incidents__0__victim_ids=[OTHER])
    ),
    ("V22", "twice"): twice,
    ("V22", "self"): to_self,
    ("V23", "phone"): words("Дзвонили з +380 (50) 000-00-00, вимагали мовчати."),
    ("V23", "email"): words("Писали на nobody@example.org щодня."),
    ("V23", "url"): words("Відео лежить на https://example.org/v/1"),
    ("V23", "iban"): words("Вимагали переказ на GB82 WEST 1234 5698 7654 32."),
    ("V23", "card"): words("Картка 4111 1111 1111 1111 була її."),
    ("V23", "document"): words("Паспорт АА 000000 забрали."),
    ("V23", "name"): named_in_words,
    ("V24", "military"): both(
        flags("military_information"), put(account__consent__decisions__share_partner_ngo={"decision": "given"})
    ),
    ("V25", "leading"): put(account__interview__question_log=[{"text": "Це був солдат?", "kind": "leading"}]),
    ("V25", "distress"): both(
        put(account__interview__distress_observed="strong"), put(account__risk__welfare_check_done=True)
    ),
    ("V25", "long"): put(
        account__interview__started_at="2026-10-12T09:00:00Z", account__interview__ended_at="2026-10-12T11:00:01Z"
    ),
    ("V26", "empty"): without("account", "incidents", "0", "when"),
    ("V26", "needed"): without("account", "consent", "capacity"),
    ("V26", "teller"): put(account__people__0__roles=["victim"]),
    ("V26", "plan"): flags("in_tot", level="high"),
    ("V27", "closing"): put(account__interview__closing_done=["read_back"]),
    ("V27", "reassess"): without("account", "risk", "reassess_on"),
    ("V27", "late"): flags("in_tot", level="high", mitigation="зв'язок лише через сестру", reassess_on="2027-12-01"),
    ("V28", "sealed"): lambda document: document,
    ("V29", "erased"): lambda document: document,
    ("V29", "hold"): lambda document: document,
    ("V30", "repeat"): of_teller(names=[{"full_original": "Олена Вигадана"}], birth_date="1984"),
    ("shape", "code"): put(account__incidents__0__violations=["mob.from_next_year"]),
    ("shape", "marks"): put(account__marks=[{"rule": "V26", "field": "account.risk"}]),
}
"""(rule, its sentence) -> what breaks it."""

BESIDE: Mapping[tuple[str, str], Beside] = {
    ("V10", "share"): Beside(purpose="share_pgo_ua", on=ON),
    ("V15", "exposed"): Beside(purpose="public_named", on=ON),
    ("V15", "sealed_source"): Beside(purpose="share_pgo_ua", on=ON, sealed_source=True),
    ("V16", "not_given"): Beside(purpose="ins.un_mechanism", on=ON),
    ("V16", "expired"): Beside(purpose="share_un", on=ON),
    ("V16", "withdrawn"): Beside(purpose="share_un", on=ON),
    ("V16", "kept_from"): Beside(purpose="share_un", recipient="ins.un_mechanism", on=ON),
    ("V16", "restricted"): Beside(purpose="share_un", on=ON, restricted=True),
    ("V17", "mismatch"): Beside(files={ITEM: HASHES[1]}),
    ("V24", "military"): Beside(purpose="ins.cso", on=ON),
    ("V28", "sealed"): Beside(sealed=True),
    ("V29", "erased"): Beside(purpose="share_pgo_ua", on=ON, erased=True),
    ("V29", "hold"): Beside(erasure_asked=True, legal_hold=True),
    ("V30", "repeat"): Beside(repeats=("742-118-365-8",)),
}
"""What stands beside the testimony then; nothing otherwise."""


def events(key: tuple[str, str], document: Json) -> dict[str, int] | None:
    """The order of a draft's answers, where that is what breaks the rule."""
    early = {("V02", "order"): "account.narrative_original", ("V18", "codes_first"): "account.incidents."}.get(key)
    if early is None:
        return None
    first = ("account.narrative_original",) if key[0] == "V02" else ("account.consent.", early)
    paths = sorted(flatten(document), key=lambda path: not path.startswith(first))
    return {path: number for number, path in enumerate(paths, start=1)}
