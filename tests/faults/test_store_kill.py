"""kill -9 at any point: the vault opens, and what was acknowledged is there."""

from __future__ import annotations

import os
import random
import shutil
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from intake.errors import DamagedVault, NoVault
from intake.store.rows import Attachment
from intake.store.vault import Vault
from tests.worlds.kills import run_and_kill
from tests.worlds.store import (
    a_draft,
    a_stub,
    an_import,
    an_item,
    new_vault,
    open_vault,
    run_and_kill_at_line,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")

ID = a_draft().id
LONG = "Вибухнуло о третій. " * 200


def save_for_ever(home: Path) -> Callable[[Callable[[int], None]], None]:
    """Save answers one after the other, acknowledging each; every tenth a long one."""

    def work(acknowledge: Callable[[int], None]) -> None:
        vault = open_vault(home)
        start = len(vault.drafts.values(ID))
        for n in range(start, start + 100_000):
            vault.drafts.save(ID, f"answer.{n}", LONG if n % 10 == 0 else n, {"at": n})
            acknowledge(n)

    return work


def test_killed_while_saving(tmp_path: Path) -> None:
    """Twenty times at a random answer: every acknowledged answer is there, at most one more, and the place fits."""
    home = tmp_path / "home"
    with new_vault(home) as vault:
        vault.drafts.create(a_draft())
    dice = random.Random(20261121)  # noqa: S311  # moments, not secrets
    saved = 0
    for _ in range(20):
        acknowledged = run_and_kill(save_for_ever(home), after=dice.randint(1, 30))
        with open_vault(home) as vault:
            values = vault.drafts.values(ID)
            place = vault.drafts.position(ID)
        assert acknowledged[0] == saved
        saved = len(values)
        assert acknowledged[-1] + 1 <= saved <= acknowledged[-1] + 2
        assert list(values) == [f"answer.{n}" for n in range(saved)]
        assert all(value.value == (LONG if n % 10 == 0 else n) for n, value in enumerate(values.values()))
        assert place == {"at": saved - 1}


def lines(work: Callable[[int], bool], step: int) -> int:
    """Kill at every `step`-th line of the store until the work gets through; return how many times it was killed."""
    kills = 0
    line = 1
    while work(line):
        kills += 1
        line += step
    return kills


def test_killed_while_making(tmp_path: Path) -> None:
    """A vault half made is recognised: it says `no vault`, and making it again works, or it is whole."""
    seen = set()

    def once(line: int) -> bool:
        home = tmp_path / f"home-{line}"
        killed = run_and_kill_at_line(lambda: new_vault(home).close(), line)
        try:
            open_vault(home).close()
            seen.add("whole")
        except NoVault:
            seen.add("none")
            new_vault(home).close()
            open_vault(home).close()
        assert not (home / "store.db.making").exists()
        return killed

    assert lines(once, 17) > 10
    assert seen == {"whole", "none"}


def test_killed_while_making_again(tmp_path: Path) -> None:
    """A second attempt over the half of a first may be killed as well, at any line."""

    def once(line: int) -> bool:
        home = tmp_path / f"home-{line}"
        run_and_kill_at_line(lambda: new_vault(home), 120)
        killed = run_and_kill_at_line(lambda: new_vault(home).close(), line)
        if not Vault.exists(home):
            with pytest.raises(NoVault):
                open_vault(home)
            new_vault(home).close()
        open_vault(home).close()
        return killed

    assert lines(once, 43) > 4


def test_killed_while_sealing(tmp_path: Path) -> None:
    """Either the whole draft with its attachment, or the stub with its item: never both, never neither."""
    draft, stub = a_draft(), a_stub(a_draft())
    item = an_item(stub, "1.age")
    seen = set()
    with new_vault(tmp_path / "before") as vault:
        vault.drafts.create(draft)
        vault.drafts.save(draft.id, "a", LONG)
        blob = vault.blobs.write(BytesIO(b"photo"), "image/jpeg", 10)
        vault.attachments.add(draft.id, Attachment("1", blob.id, "account", "f.jpg", "photo"))

    def seal(home: Path) -> None:
        vault = open_vault(home)
        with vault.outbox.write(item.name) as sink:
            sink.write(b"sealed")
        vault.sealed.seal_draft(draft.id, stub, [item])
        vault.close()

    def once(line: int) -> bool:
        home = shutil.copytree(tmp_path / "before", tmp_path / f"home-{line}")
        killed = run_and_kill_at_line(lambda: seal(home), line)
        with open_vault(home) as vault:
            blobs, outbox = (sum(1 for p in (home / name).rglob("*.*")) for name in ("blobs", "outbox"))
            if vault.sealed.list():
                seen.add("sealed")
                assert (vault.drafts.list(), vault.sealed.all_items()) == ([], [item])
                assert (blobs, outbox) == (0, 1)
            else:
                seen.add("draft")
                assert vault.drafts.values(draft.id)["a"].value == LONG
                assert (blobs, outbox) == (1, 0)
                with vault.blobs.open(blob.id) as reader:
                    assert reader.read() == b"photo"
        return killed

    assert lines(once, 19) > 7
    assert seen == {"sealed", "draft"}


def test_killed_while_attaching(tmp_path: Path) -> None:
    """An attachment is there whole, or there is no trace of it."""
    with new_vault(tmp_path / "before") as vault:
        vault.drafts.create(a_draft())

    def attach(home: Path) -> None:
        vault = open_vault(home)
        blob = vault.blobs.write(BytesIO(bytes(200_000)), "image/jpeg", 10**6)
        vault.attachments.add(ID, Attachment("1", blob.id, "account", "f.jpg", "photo"))
        vault.close()

    def once(line: int) -> bool:
        home = shutil.copytree(tmp_path / "before", tmp_path / f"home-{line}")
        killed = run_and_kill_at_line(lambda: attach(home), line)
        with open_vault(home) as vault:
            attached = vault.attachments.list(ID)
            assert len([path for path in (home / "blobs").rglob("*") if path.is_file()]) == len(attached)
            for one in attached:
                with vault.blobs.open(one.blob_id) as reader:
                    assert len(reader.read()) == 200_000
        return killed

    assert lines(once, 19) > 5


def test_killed_while_importing(tmp_path: Path) -> None:
    """The whole bundle with its log entry, or nothing of it."""
    home = tmp_path / "home"
    with new_vault(home, "coordinator"):
        pass

    def imports(acknowledge: Callable[[int], None]) -> None:
        vault = open_vault(home)
        start = vault.log.size() + 1
        for seq in range(start, start + 10_000):
            blob = vault.blobs.write(BytesIO(b"tar"), "application/x-tar", 10)
            vault.ledger.record_import(an_import(blob.id, seq, records=20))
            acknowledge(seq)

    for after in (1, 4, 2):
        acknowledged = run_and_kill(imports, after=after)
        with open_vault(home) as vault:
            bundles = vault.ledger.list()
            assert acknowledged[-1] <= len(bundles) <= acknowledged[-1] + 1
            assert vault.log.size() == len(bundles)
            assert len(vault.records.list()) == 20 * len(bundles)
            assert len(list((home / "blobs").rglob("*.age"))) == len(bundles)


def killed_with_a_log(tmp_path: Path) -> tuple[Path, list[int]]:
    """A home whose process was killed, with acknowledged answers in the write-ahead log only."""
    home = tmp_path / "home"
    with new_vault(home) as vault:
        vault.drafts.create(a_draft())
    return home, run_and_kill(save_for_ever(home), after=12)


def test_damage_in_the_log_left_behind(tmp_path: Path) -> None:
    """SQLite ends a log silently at a bad frame; answers lost by that are damage, told before anything is changed."""
    home, _ = killed_with_a_log(tmp_path)
    log = home / "store.db-wal"
    content = log.read_bytes()
    frame = 24 + 4096
    early = [0, 8, 16, 24, 31, 32, 36, 40, 48, 32 + 24, 32 + 24 + 4095, 32 + 4 * frame + 1000]
    for place in early:
        damaged = bytearray(content)
        damaged[place] ^= 1
        log.write_bytes(damaged)
        with pytest.raises(DamagedVault) as caught:
            open_vault(home)
        assert caught.value.fields["what"] == "store.db-wal"
        assert log.read_bytes() == damaged
    log.write_bytes(content)
    with open_vault(home) as vault:
        assert len(vault.drafts.values(ID)) >= 12


@pytest.mark.parametrize("cut", [1, 5000, 9000])
def test_a_power_cut_tears_the_last_answer_only(tmp_path: Path, cut: int) -> None:
    """A log that ends in the middle of its last transactions opens, with all the answers before."""
    home, acknowledged = killed_with_a_log(tmp_path)
    log = home / "store.db-wal"
    content = log.read_bytes()
    log.write_bytes(content[:-cut])
    with open_vault(home) as vault:
        values = vault.drafts.values(ID)
    assert list(values) == [f"answer.{n}" for n in range(len(values))]
    assert len(values) >= acknowledged[-1] - 1


def test_a_torn_last_frame_is_not_damage(tmp_path: Path) -> None:
    """The very last frame written badly is what a power cut does, and costs the last answer only."""
    home, acknowledged = killed_with_a_log(tmp_path)
    log = home / "store.db-wal"
    content = bytearray(log.read_bytes())
    content[-100] ^= 1
    log.write_bytes(content)
    with open_vault(home) as vault:
        assert len(vault.drafts.values(ID)) >= acknowledged[-1]
    assert not log.exists()
