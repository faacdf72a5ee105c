"""The organisation's recovery, archive and root keys, and a backup's own: in memory only, whatever deed opens them.

The real command line under strace: no byte of them in any write, to whatever it goes, and in no file afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from intake.usecases.offline import Offline
from tests.leakage.test_cli_strace import Traced
from tests.worlds.loop import PASSPHRASE
from tests.worlds.processes import Lab, canary_lines

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.interop


class Keys(Traced):
    """Looks for keys, where the other looks for words."""

    def __init__(self, lab: Lab, log: Path) -> None:
        super().__init__(lab, log)
        self._keys: list[bytes] = []
        self.know(lab.folder / "org" / "offline")

    def know(self, folder: Path) -> None:
        """Look for the keys of this folder too."""
        offline = Offline(folder, PASSPHRASE)
        identities = (offline.recovery(), offline.archive(), offline.identity_archive())
        seeds = [offline.root(), *(one.seed for one in identities)]
        texts = [str(one).encode() for one in identities]
        self._keys += [*seeds, *(seed.hex().encode() for seed in seeds), *texts, *(text.lower() for text in texts)]

    def check(self) -> None:
        """No key in any call, and none in any file of anybody's."""
        super().check()
        seen = self._log.read_bytes()
        for key in self._keys:
            assert b"".join(b"\\x%02x" % byte for byte in key) not in seen
        for path in (path for path in self.lab.folder.rglob("*") if path.is_file()):
            data = path.read_bytes()
            assert not [key for key in self._keys if key in data], path.name


@pytest.fixture
def traced(tmp_path: Path) -> Keys:
    """An organisation, and a laptop with a draft and a sealed testimony that was handed over."""
    lab = Lab.new(tmp_path / "lab")
    for words, stdin in (
        (("add", "-"), canary_lines(1)),
        (("seal", "--all", "--yes"), b""),
        (("export", "--to", lab.stick), b""),
        (("add", "-"), canary_lines(1)),
    ):
        assert lab.intake("laptop-1", *words, stdin=stdin).code == 0
    return Keys(lab, tmp_path / "calls")


def test_a_forgotten_passphrase(traced: Keys) -> None:
    """`org recover`, of a home and of a slot alone."""
    folder = traced.lab.folder
    (folder / "slot").mkdir()
    (folder / "slot" / "recovery.age").write_bytes((folder / "laptop-1" / "slots" / "recovery.age").read_bytes())
    for target in (folder / "laptop-1", folder / "slot" / "recovery.age"):
        traced.run("org", "org", "recover", target, "--offline", folder / "org" / "offline")
        traced.check()


def test_backup_and_restore(traced: Keys) -> None:
    """A laptop's, and a desk's with a bundle that the archive's key opens: not a word and not a key on any disk."""
    folder, offline = traced.lab.folder, traced.lab.folder / "org" / "offline"
    traced.run("laptop-1", "backup", folder / "laptop.age")
    traced.check()
    traced.run("org", "backup", folder / "desk.age")
    traced.check()
    words = ("--offline", offline, "--words-match")
    traced.run("again", "restore", folder / "laptop.age", *words, stdin=b"none\n")
    traced.check()
    traced.run("desk-again", "restore", folder / "desk.age", *words, "--withdrawals", traced.lab.stick)
    traced.check()
    assert len(traced.lab.cases("again")) == 2
    assert len(traced.lab.cases("desk-again")) == 1


def test_a_salvage_and_a_doctor(traced: Keys) -> None:
    """A dead laptop's files in, and a look at what came of it: ciphertext is all that is written."""
    traced.run("org", "import", "--salvage", traced.lab.folder / "laptop-1")
    traced.check()
    for home in ("org", "laptop-1"):
        assert "Канар" not in traced.run(home, "doctor", "--json")
        traced.check()


def test_a_succession(traced: Keys) -> None:
    """`org succeed --renew`: neither the old keys nor the new ones, which go into the new folder encrypted."""
    folder = traced.lab.folder
    where = ("--offline", folder / "org" / "offline", "--to", folder / "new", "--renew")
    traced.run("org", "org", "succeed", *where)
    traced.know(folder / "new")
    traced.check()


def test_a_key_that_is_written_is_seen(traced: Keys) -> None:
    """The look finds each of them in a file, as bytes and as text."""
    offline = Offline(traced.lab.folder / "org" / "offline", PASSPHRASE)
    traced.run("org", "status")
    for leak in (offline.recovery().seed, str(offline.recovery()).encode(), offline.root().hex().encode()):
        path = traced.lab.folder / "working-copy"
        path.write_bytes(b"before" + leak + b"after")
        with pytest.raises(AssertionError):
            traced.check()
        path.unlink()
    traced.check()
