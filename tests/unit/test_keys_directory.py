"""Directories grow by rule: a name and a key once, lines closed and never removed, one byte form."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from intake.crypto.sshsig import PublicKeys
from intake.errors import BadPrincipal, MalformedTrustFile, PrincipalTaken, ReusedKey
from intake.keys import namespaces
from intake.keys.directory import Principal, Revocation, check_succession, kind_of, parse_directory
from intake.keys.lines import MAX_BYTES
from intake.keys.organisation import validity
from intake.keys.times import stamp
from intake.keys.trust import SignersOf
from tests.worlds.keys import NOW, laptop_keys, world

STRANGER, _ = laptop_keys("a stranger")
DATES = validity(NOW, 30)


def test_a_directory_reads_back_as_itself() -> None:
    """K01 to K13: what is written is what is read, with revocations and several logs."""
    roster = world().trust.roster.directory
    gone = roster.with_revocation(Revocation("d-1", DATES[1], (("c-1", 12), ("c-2", 0)), "lost"))
    assert parse_directory(gone.encode(), "roster") == gone
    gone_unlogged = roster.with_revocation(Revocation("d-2", DATES[1], (), "mission-over"))
    assert parse_directory(gone_unlogged.encode(), "roster") == gone_unlogged


def test_a_new_principal_raises_the_serial_and_is_found_by_both_keys() -> None:
    """K27: one line pair more, serial plus one, the old directory untouched."""
    old = world().trust.roster.directory
    new = old.with_principal(Principal("d-3", STRANGER.public, *DATES))
    assert (new.serial, old.get("d-3")) == (old.serial + 1, None)
    for blob in (STRANGER.public.ed25519, STRANGER.public.composite):
        found = new.find(blob)
        assert found
        assert found.name == "d-3"


@pytest.mark.parametrize("name", ["d-*", "D-1", "c-1", "root", "d-", "d-" + "a" * 31, "", "d-1\n", "d-é"])
def test_a_name_outside_the_grammar_is_never_given(name: str) -> None:
    """K04: no wildcard, no other role, nothing too short or too long."""
    with pytest.raises(BadPrincipal):
        world().trust.roster.directory.with_principal(Principal(name, STRANGER.public, *DATES))


def test_a_name_is_given_once() -> None:
    """K11: also after it was closed."""
    roster = world().trust.roster.directory
    with pytest.raises(PrincipalTaken):
        roster.with_principal(Principal("d-1", STRANGER.public, *DATES))


def test_a_key_is_enrolled_once_wherever_it_stands() -> None:
    """K12: the same keys, or another's inner Ed25519 key, or one key in both places."""
    roster = world().trust.roster.directory
    known = roster.principals[0].keys
    inner = PublicKeys(STRANGER.public.ed25519[:-32] + known.composite[-32:], STRANGER.public.composite)
    own = PublicKeys(STRANGER.public.ed25519, STRANGER.public.composite[:-32] + STRANGER.public.ed25519[-32:])
    for keys in (known, inner, own):
        with pytest.raises(ReusedKey):
            roster.with_principal(Principal("d-3", keys, *DATES))


def test_revoking_closes_the_line_and_is_done_once() -> None:
    """K13: valid no longer; a second revocation and one of a stranger are refused."""
    roster = world().trust.roster.directory
    at = NOW + timedelta(days=3)
    gone = roster.with_revocation(Revocation("d-1", at, (), "lost"))
    one = gone.get("d-1")
    assert one
    assert one.valid_before == at
    assert not one.valid_at(at)
    assert gone.revocation("d-1")
    check_succession(gone, gone.with_principal(Principal("d-3", STRANGER.public, *DATES)))
    with pytest.raises(PrincipalTaken):
        gone.with_revocation(Revocation("d-1", at, (), "lost"))
    with pytest.raises(BadPrincipal):
        roster.with_revocation(Revocation("d-9", at, (), "lost"))


def test_a_revocation_long_after_the_end_leaves_the_end() -> None:
    """K28: an end never moves later."""
    roster = world().trust.roster.directory
    before = roster.principals[0].valid_before
    gone = roster.with_revocation(Revocation("d-1", NOW + timedelta(days=9999), (), "lost"))
    assert gone.principals[0].valid_before == before
    early = roster.with_revocation(Revocation("d-1", NOW - timedelta(days=9999), (), "lost"))
    assert early.principals[0].valid_before == roster.principals[0].valid_after


def test_the_root_is_succeeded_never_closed() -> None:
    """K14: a root has no dates to close."""
    with pytest.raises(BadPrincipal):
        world().trust.root.directory.with_revocation(Revocation("root", NOW, (), "lost"))


def test_a_file_larger_than_the_cap_is_not_read() -> None:
    """K01: nothing is parsed of a file that could not be ours."""
    with pytest.raises(MalformedTrustFile) as caught:
        parse_directory(b"#" * (MAX_BYTES + 1), "roster")
    assert caught.value.fields["rule"] == "K01"


def test_validity_includes_its_first_second_and_not_its_last() -> None:
    """K24: [valid-after, valid-before); the root has no dates and always counts."""
    one = Principal("d-3", STRANGER.public, *DATES)
    assert one.valid_at(DATES[0])
    assert not one.valid_at(DATES[1])
    assert not one.valid_at(DATES[0] - timedelta(seconds=1))
    assert replace(one, name="root", valid_after=None, valid_before=None).valid_at(NOW)


def test_each_role_has_its_own_namespaces_and_strangers_none() -> None:
    """K06: no device signs a roster, no officer a card, and a name of no role signs nothing."""
    roles = {name: Principal(name, STRANGER.public).namespaces for name in ("root", "c-1", "d-1", "x")}
    assert roles == {
        "root": namespaces.OF_ROOT,
        "c-1": namespaces.OF_OFFICER,
        "d-1": namespaces.OF_DEVICE,
        "x": (),
    }
    assert [kind_of(name) for name in ("root", "c-1", "d-1", "x")] == ["root", "officers", "roster", None]


def test_several_directories_are_asked_as_one() -> None:
    """K26: officers and devices by key and by name, nobody else."""
    signers = world().trust.signers
    assert isinstance(signers, SignersOf)
    assert [bool(signers.get(name)) for name in ("c-1", "d-2", "d-9")] == [True, True, False]
    assert signers.find(STRANGER.public.ed25519) is None


def test_a_naive_time_is_an_error() -> None:
    """Times: one without a zone would be somebody's guess."""
    with pytest.raises(ValueError, match="naive"):
        stamp(datetime(2026, 11, 21))  # noqa: DTZ001 - this is the point
