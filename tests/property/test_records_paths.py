"""A draft's flat map and the testimony's tree are the same thing."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.records.paths import MEMBERS, assemble, flatten
from tests.worlds.records import VIOLATIONS, made_id, made_up

if TYPE_CHECKING:
    import random

SCALAR = st.one_of(st.text(max_size=5), st.integers(), st.booleans(), st.none())
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=2)
    ),
    max_leaves=5,
)
FIELDS = st.dictionaries(st.sampled_from(["sex", "roles", "when", "safe_contact"]), VALUE, max_size=3)
IDS = st.lists(st.integers(0, 5).map(made_id), unique=True, max_size=4)


@st.composite
def trees(draw: st.DrawFn) -> dict[str, Any]:
    """Testimonies by their shape: members with ids in the lists that have them, anything else elsewhere."""
    tree: dict[str, Any] = {"account": {}, "identity": {}}
    for path, key in MEMBERS.items():
        root, name = path.split(".")
        if draw(st.booleans()):
            tree[root][name] = [{key: one, **draw(FIELDS)} for one in draw(IDS)]
    tree["account"] |= draw(
        st.dictionaries(st.sampled_from(["risk", "consent", "narrative_original"]), VALUE, max_size=3)
    )
    if draw(st.booleans()):
        nil = st.sampled_from(["account.people.x.sex", "account.risk"])
        tree["account"]["nil"] = draw(st.dictionaries(nil, st.just("declined"), min_size=1, max_size=2))
    return tree


@settings(deadline=None)
@given(trees(), st.randoms())
def test_flatten_and_assemble_are_inverse(tree: dict[str, Any], shuffled: random.Random) -> None:
    """In whatever order the store hands the values out, the same tree comes back; no value is touched."""
    before = deepcopy(tree)
    flat = list(flatten(tree).items())
    shuffled.shuffle(flat)
    values = dict(flat)
    kept = deepcopy(values)
    assert assemble(values) == before
    assert tree == before
    assert values == kept


@settings(deadline=None)
@given(st.sampled_from(VIOLATIONS), st.integers(0, 30))
def test_consent_comes_first(violation: str, n: int) -> None:
    """In a flattened document the consent's paths lead: its parts count as given before everything else."""
    paths = list(flatten(made_up(violation, n)))
    consent = [path.startswith("account.consent.") for path in paths]
    assert consent == sorted(consent, reverse=True)


def test_a_member_added_later_follows() -> None:
    """An interview saves fields of a new member without touching the list's order."""
    values = flatten(made_up()) | {f"account.needs.{made_id('new')}.need": "nee.legal_assistance"}
    needs = assemble(values)["account"]["needs"]
    assert needs[-1] == {"id": made_id("new"), "need": "nee.legal_assistance"}
    assert len(needs) == 2


def test_a_member_taken_away_is_gone() -> None:
    """When every value of a member is removed, its id in the order does not bring it back."""
    need = made_up()["account"]["needs"][0]["id"]
    values = {path: value for path, value in flatten(made_up()).items() if need not in path}
    assert values["account.needs"] == [need]
    assert assemble(values)["account"]["needs"] == []


def test_parked_answers_are_not_part_of_the_testimony() -> None:
    """What the questionnaire put aside, or keeps for itself, never gets into a record."""
    values = {"parked.account.read_back": "yes", "form.guardian_safe": True, "account.read_back": "no"}
    assert assemble(values) == {"account": {"read_back": "no"}}


def test_odd_values_end_in_a_tree_not_in_a_crash() -> None:
    """A map that no questionnaire would write still assembles; the shape is then refused by the models."""
    one = made_id(1)
    assert assemble({"account": 5}) == {"account": 5}
    assert assemble({f"account.people.{one}": 5}) == {"account": {"people": [5]}}
    assert assemble({"account.people": [5]}) == {"account": {"people": [5]}}
    assert assemble({"account.risk.level": "low", "account.risk": {}}) == {"account": {"risk": {"level": "low"}}}
    same = {"account": {"people": [{"id": one}, {"id": one}]}}
    assert assemble(flatten(same)) == same
    assert assemble(flatten({"account": {"people": "x"}})) == {"account": {"people": "x"}}
