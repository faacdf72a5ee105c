"""A draft with stored consent can always be sealed: whatever else is wrong becomes a mark, and the marks are enough."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.errors import BadTestimony
from intake.records.paths import assemble, flatten
from intake.records.record import Digests, Sealing, build_full, parse_full, parse_identity
from intake.records.rules import INTERRUPTED, STOPS_INTERRUPTED, blocks, check, marks_of, stops
from intake.records.testimony import parse_testimony
from tests.worlds.broken import BROKEN
from tests.worlds.records import VIOLATIONS, changed, made_up

KEYS = sorted(key for key in BROKEN if key[0] not in STOPS_INTERRUPTED | {"shape"})
LEFT = ("account.consent.", "account.interview.status")
"""What a draft that may be sealed at all has: its consent; and sealing itself writes the status."""


@st.composite
def drafts(draw: st.DrawFn) -> dict[str, Any]:
    """A first account with some things wrong, and some never asked."""
    document = made_up(draw(st.sampled_from(VIOLATIONS)), draw(st.integers(0, 7)))
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=6)):
        document = BROKEN[key](document)
    values = flatten(changed(document, account__interview__status=draw(st.sampled_from(sorted(INTERRUPTED)))))
    asked = sorted(path for path in values if not path.startswith(LEFT))
    for path in draw(st.lists(st.sampled_from(asked), max_size=30, unique=True)):
        del values[path]
    return values


@settings(max_examples=150, deadline=None)
@given(drafts())
def test_a_draft_with_stored_consent_can_always_be_sealed(values: dict[str, Any]) -> None:
    """Unless a rule of consent, of children or of contact speaks, it becomes a record, and that record comes in."""
    try:
        testimony = parse_testimony(assemble(values))
    except BadTestimony:
        return  # half of a contact or of a link: no question leaves that behind
    found = check(testimony, stage="seal")
    if stops(found, interrupted=True):
        assert {one.rule for one in found} & STOPS_INTERRUPTED
        return
    marks = marks_of(found)
    said = Sealing("a" * 64, "d-1", "742-118-365-8", "d4776cf1-aa03-4802-9b0e-6cc4a67989d3", Digests(), marks=marks)
    built = build_full(testimony, said)
    record = parse_full(built.record)
    identity = parse_identity(built.identity) if built.identity else None
    sealed = identity is not None
    assert blocks(check(record.testimony(), stage="import", identity_sealed=sealed)) == ()
    if identity:
        assert blocks(check(record.testimony(identity), stage="import", account_checked=True)) == ()
