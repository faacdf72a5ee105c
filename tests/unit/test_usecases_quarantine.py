"""Quarantine: what a person lets through is taken in whole and receipted; what is damaged for certain may go."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from intake.errors import NotDiscarded, OtherWordTyped
from intake.store.vault import Vault
from intake.usecases.destroying import _needed_here, _own
from intake.usecases.enrol import enrol
from intake.usecases.log_custody import log_custody
from intake.usecases.org_revoke import Case, org_revoke
from intake.usecases.quarantine import quarantine_list
from intake.usecases.receipts import receipts
from intake.usecases.releasing import discard_kept, release
from intake.usecases.retrying import retry
from tests.scripts.test_withdrawal_story import Story
from tests.worlds.loop import PASSPHRASE, Answers, World
from tests.worlds.officers import appointed, carry_on, pack_for

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """The beginning."""
    return Story(tmp_path)


def answering(world: World, number: str = "1") -> Any:
    """The desk, with a reason and the number typed once more."""
    return replace(world.env, ask=Answers(texts=["перевірено", number]))


def test_what_was_let_through_is_opened_later_and_receipted(story: Story) -> None:
    """A revoked laptop's last bundle at a desk that opens no identities: its names wait, and come in with their key."""
    enrol(story.holder.env, pack_for(story.world, story.holder.principal))
    stick = story.told()
    org_revoke(story.world.env, story.holder.principal, Case("left"))
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        key = vault.secrets.get("identity")
        assert key is not None
        vault.secrets.remove("identity")
    assert story.world.import_(stick).bundles[0].state == "quarantined"
    done = release(answering(story.world), "1")
    assert (done.cases, done.waiting) == ((story.case,), 1)
    assert {one.state for one in receipts(story.holder.env, [*done.receipts.written]).receipts} == {"applied"}
    assert retry(story.world.env).waiting == 1
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        vault.secrets.put("identity", key)
    late = retry(story.world.env)
    assert (late.opened, late.waiting) == (1, 0)
    assert late.receipts is not None
    assert {one.state for one in receipts(story.holder.env, [*late.receipts.written]).receipts} == {"applied"}


def test_what_was_taken_in_before_a_revocation_with_an_earlier_size_stays_closed(story: Story) -> None:
    """Nobody let that one through: an item of it that waits is not opened, by any key."""
    stick = story.told()
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        key = vault.secrets.get("identity")
        assert key is not None
        vault.secrets.remove("identity")
    story.world.import_(stick)
    org_revoke(story.world.env, story.holder.principal, Case("lost", at=story.world.env.clock()))
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        vault.secrets.put("identity", key)
    assert (retry(story.world.env).opened, retry(story.world.env).waiting) == (0, 1)


def test_a_damaged_copy_is_let_go_with_a_reason(story: Story) -> None:
    """It kept an epoch's key; then it does no more, and the custody log says who said why."""
    stick = story.told()
    data = bytearray(stick.read_bytes())
    data[-50] ^= 1
    (story.folder / "bad").write_bytes(data)
    story.world.import_(story.folder / "bad")
    assert needed(story.world) == 1
    with pytest.raises(OtherWordTyped):
        discard_kept(answering(story.world, "2"), "1")
    assert discard_kept(answering(story.world), "1").check == "B01"
    assert (needed(story.world), quarantine_list(story.world.env)) == (0, ())
    entry = next(one for one in log_custody(story.world.env).steps if one.kind == "quarantine-discarded")
    assert entry.fields["words"] == "перевірено"
    assert story.world.import_(stick).bundles[0].state == "imported"


def needed(world: World) -> int:
    """How much here keeps this desk's epoch key."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        return sum(_needed_here(vault, key) for key in _own(vault))


def test_a_sound_item_is_never_discarded(story: Story) -> None:
    """A revoked laptop's bundle, one for a key that is not here, withdrawals that wait: all stay."""
    second = appointed(story.world)
    enrol(story.holder.env, pack_for(second, story.holder.principal))
    stick = story.told()
    org_revoke(story.world.env, story.holder.principal, Case("lost"))
    story.world.import_(stick)
    with pytest.raises(NotDiscarded):
        discard_kept(answering(story.world), "1")
    assert release(answering(story.world), "1").cases == (story.case,)
    carry_on(story.world, second)
