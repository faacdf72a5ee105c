"""Folding a case: no order, no repetition and no stick that comes late changes what its records come to."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.records.folding import View, fold
from tests.worlds.case import Case

if TYPE_CHECKING:
    from intake.records.record import AnyRecord

SCOPES = ("share_un", "share_icc_otp", "share_pgo_ua")
CHOICES = ("given", "refused", "given_with_limits")
MANY = settings(max_examples=60, deadline=None)


def grown(seed: int) -> list[tuple[str, AnyRecord]]:
    """A case that went through forks, orphans, withdrawals, decisions, holds and erasures, as the seed says."""
    chance = random.Random(seed)  # noqa: S311  a test's dice
    case = Case(seed % 7)
    chain = [case.full(**{scope: chance.choice(CHOICES) for scope in SCOPES})]
    for _ in range(chance.randint(1, 8)):
        follows = chance.choice([*chain, None])
        said = {chance.choice(SCOPES): chance.choice(CHOICES)}
        scope = chance.choice(SCOPES)
        deed = chance.choice(("addendum", "addendum", "withdrawal", "coding", "decision", "tombstone"))
        if deed == "addendum":
            chain.append(case.addendum(follows, None, **said))
        elif deed == "withdrawal":
            effect = chance.choice(("stop_sharing", "erase_all"))
            chain.append(case.withdrawal(follows, *chance.choice(([scope], [])), effect=effect))
        elif deed == "coding":
            case.coding(chain[0])
        elif deed == "decision":
            kind = chance.choice(("conflict_resolved", "fork_resolved", "legal_hold", "withdrawal_confirmed"))
            case.decision(kind, *chain, head=chance.choice(chain))
        else:
            case.tombstone(chance.choice(chain), case.decision("erase", chain[0]))
    return case.pairs


@cache
def of(seed: int) -> tuple[tuple[tuple[str, AnyRecord], ...], View]:
    """A case and its view."""
    pairs = grown(seed)
    return tuple(pairs), fold(pairs)


SEEDS = st.integers(0, 400)
DICE = st.randoms(use_true_random=False)


@MANY
@given(SEEDS, DICE)
def test_no_order_and_no_repetition_changes_the_view(seed: int, chance: random.Random) -> None:
    """Commutative and idempotent: shuffled, with some twice, it is the same view."""
    pairs, view = of(seed)
    mixed = [*pairs, *chance.choices(pairs, k=3)]
    chance.shuffle(mixed)
    assert fold(mixed) == view


@MANY
@given(SEEDS, DICE)
def test_the_view_of_what_a_view_kept_is_the_same(seed: int, chance: random.Random) -> None:
    """Folding again what a fold let through adds nothing and loses nothing but what was erased already."""
    _, view = of(seed)
    again = list(view.records.items())
    chance.shuffle(again)
    assert fold(again) == view


@MANY
@given(SEEDS)
def test_nothing_is_lost(seed: int) -> None:
    """Every record is in the view, or erased; every end of a chain is a head, or an officer set it aside."""
    pairs, view = of(seed)
    assert {digest for digest, _ in pairs} == set(view.records) | (set(view.erased) & {digest for digest, _ in pairs})
    assert set(view.orphans) <= set(view.records)


@MANY
@given(SEEDS)
def test_one_more_withdrawal_never_allows_more(seed: int) -> None:
    """A withdrawal of everything, by the case code alone, turns no refusal into a yes."""
    pairs, view = of(seed)
    case = Case(seed % 7, built={})
    late = case.withdrawal(None)
    after = fold([*pairs, (late, case.record(late))])
    for scope, before in view.consents.items():
        if before.choice.decision == "refused":
            assert not after.consents[scope].choice.decision.startswith("given")
