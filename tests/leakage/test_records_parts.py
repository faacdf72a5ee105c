"""No identity value stands in account bytes, nor in anything that a record's errors and representations show."""

from __future__ import annotations

import traceback
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.errors import BadTestimony, RecordFault
from intake.records.account import Account
from intake.records.identity import Identity
from intake.records.record import KINDS, Digests, FilePart, Sealing, build_full, parse_record
from intake.records.testimony import parse_testimony
from tests.worlds.records import VIOLATIONS, changed, made_id, made_up

CANARIES = st.text("абвгґдеєжз", min_size=9, max_size=12).map(lambda text: f"Щ{text}Щ")
"""Words that stand in no narrative, code or place of the made-up testimonies."""


def with_canary(document: Any, canary: str) -> Any:
    """The testimony with the canary in every identity field that takes text."""
    person = document["account"]["people"][0]["id"]
    identity = {
        "persons": [
            {
                "person_id": person,
                "names": [
                    {
                        "full_original": canary,
                        "family": canary,
                        "given": canary,
                        "patronymic": canary,
                        "document_spelling": canary,
                    }
                ],
                "birth_date": "1911-11-11",
                "rnokpp": "9119911991",
                "identity_documents": [
                    {"type": canary, "number": canary, "issuer": canary, "held_by": canary, "date": "1911-11"}
                ],
                "safe_contact": {
                    "channel": "phone",
                    "value": canary,
                    "windows": [{"from": "03:33", "to": "04:44", "time_zone": canary}],
                    "windows_note": canary,
                    "who_may_answer": canary,
                    "what_we_may_say": canary,
                    "code_phrase": canary,
                },
            }
        ]
    }
    return changed(document, identity=identity)


@settings(deadline=None, max_examples=40)
@given(CANARIES, st.sampled_from(VIOLATIONS), st.integers(0, 20))
def test_account_bytes_hold_no_identity_value(canary: str, violation: str, n: int) -> None:
    """Names, numbers, contacts, birth dates and file names are in the identity bytes, and nowhere in the account's."""
    testimony = parse_testimony(with_canary(made_up(violation, n), canary))
    files = [
        FilePart(made_id("a"), "account", "1" * 64, 1, "image/jpeg", f"{canary}.jpg"),
        FilePart(made_id("i"), "identity", "2" * 64, 1, "image/png", f"{canary}.png"),
    ]
    built = build_full(testimony, Sealing("a" * 64, "d-1", "742-118-365-8", made_id("r"), Digests(), files))
    assert built.identity is not None
    for value in (canary, "1911-11", "9119911991", "03:33", f"{canary}.jpg", f"{canary}.png"):
        assert value.encode() in built.identity
        assert value.encode() not in built.record


def fields(model: Any) -> set[str]:
    """The names of all fields of a model and of the models below it."""
    names: set[str] = set()
    seen: set[Any] = set()
    queue = [model]
    while queue:
        part = queue.pop()
        if hasattr(part, "model_fields") and part not in seen:
            seen.add(part)
            names |= set(part.model_fields)
            queue += [info.annotation for info in part.model_fields.values()]
        queue += getattr(part, "__args__", ())
    return names


IDS, CODES, TIMES = (
    {"evidence_id", "person_id"},
    {"channel", "institution", "kind", "language"},
    {"from_", "to", "date"},
)
CROSS = IDS | CODES | TIMES | {"type", "searches"}  # a paper's type; the list of searches, in two halves


def test_the_account_has_no_field_for_identity() -> None:
    """The two models share no field that could hold a name, a number or a contact; only ids cross over."""
    assert fields(Account) & fields(Identity) == CROSS


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "full"])
def test_no_later_kind_has_a_field_for_identity(kind: str) -> None:
    """A withdrawal's code phrase, a name that an addendum corrects: the bodies have no place for them."""
    body = KINDS[kind].model_fields["body"].annotation
    assert fields(body) & fields(Identity) <= CROSS
    assert "code_phrase_said" not in fields(KINDS[kind])


@pytest.mark.parametrize(
    "field",
    ["names", "birth_date", "identity_documents", "safe_contact", "rnokpp", "file_name", "title", "phone", "point"],
)
@pytest.mark.parametrize("entity", ["people", "places", "evidence", "incidents", "needs"])
def test_an_identity_field_in_the_account_is_refused(entity: str, field: str) -> None:
    """Whoever puts a name beside a person of the account gets a refusal, not a silent leak."""
    document = changed(made_up(), **{f"account__{entity}": [{"id": made_id(1), field: "Щось"}]})
    with pytest.raises(BadTestimony):
        parse_testimony(document)


def test_errors_and_tracebacks_quote_nothing() -> None:
    """A refused testimony and a damaged record show where, never what."""
    said = "Секретенко Одарка"
    for document in (
        changed(made_up(), identity__persons__0__birth_date=[said]),
        changed(made_up(), account__narrative_style=said),
        changed(made_up(), account__people__0={said: said}),
    ):
        with pytest.raises(BadTestimony) as caught:
            parse_testimony(document)
        shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.findings)
        assert "Секретенко" not in shown
    with pytest.raises(RecordFault) as broken:
        parse_record(f'{{"format":"intake-record/1","{said}":"{said}"}}'.encode())
    assert "Секретенко" not in "".join(traceback.format_exception(broken.value))


def test_what_is_built_does_not_show_itself() -> None:
    """A record, its salts and its files in a log line or a debugger's list show no bytes and no file name."""
    files = [FilePart(made_id("a"), "account", "1" * 64, 1, "image/jpeg", "Секретенко.jpg")]
    sealing = Sealing("a" * 64, "d-1", "742-118-365-8", made_id("r"), Digests(), files)
    built = build_full(parse_testimony(made_up()), sealing)
    shown = repr(built) + repr(sealing)
    assert "Секретенко" not in shown
    assert "інсуліну" not in shown
    assert sealing.salt.hex() not in shown
