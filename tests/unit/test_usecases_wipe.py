"""`passphrase`, `vault rotate` and `wipe` as deeds and as commands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from intake.errors import NoVault, OtherWordTyped, WeakPassphrase
from intake.store.vault import Vault
from intake.usecases.passphrase import change_passphrase, rotate
from intake.usecases.wipe import wipe
from tests.worlds.cli import seat
from tests.worlds.loop import PASSPHRASE, Answers, ready

if TYPE_CHECKING:
    from pathlib import Path

NEW = "another horse battery staple lantern orchid"


class TwoPassphrases(Answers):
    """Knows the old one, and gives a new one."""

    def new_passphrase(self, prompt: str, suggested: str) -> str:
        """The new one."""
        assert prompt
        assert suggested
        return NEW


def test_rotating_an_enrolled_laptop_keeps_its_recovery_slot(tmp_path: Path) -> None:
    """The organisation's way in is written anew with the key."""
    _, laptop, _ = ready(tmp_path)
    env = replace(laptop.env, ask=TwoPassphrases())
    before = (env.home / "slots" / "recovery.age").read_bytes()
    assert rotate(env).recovery
    assert (env.home / "slots" / "recovery.age").read_bytes() != before
    Vault.open(env.home, NEW).close()


def test_a_weak_passphrase_changes_nothing(tmp_path: Path) -> None:
    """It is measured like the first one was."""
    _, laptop, _ = ready(tmp_path)

    class Weak(Answers):
        def new_passphrase(self, prompt: str, suggested: str) -> str:
            assert prompt
            assert suggested
            return "password1"

    env = replace(laptop.env, ask=Weak())
    for deed in (change_passphrase, rotate):
        with pytest.raises(WeakPassphrase):
            deed(env)
    Vault.open(env.home, PASSPHRASE).close()


def test_another_word_wipes_nothing(tmp_path: Path) -> None:
    """Only the word that is shown, in any of the three languages."""
    _, laptop, _ = ready(tmp_path)
    env = replace(laptop.env, ask=Answers(texts=["так", "Стерти"]))
    with pytest.raises(OtherWordTyped):
        wipe(env)
    Vault.open(env.home, PASSPHRASE).close()
    assert wipe(env).sealed_files == 0
    with pytest.raises(NoVault):
        wipe(env)


def test_the_commands(tmp_path: Path) -> None:
    """Old and new passphrase come from two files; wiping asks for its word on stdin and for no passphrase."""
    desk = seat(tmp_path)
    (tmp_path / "new").write_text(f"{NEW}\n")
    assert desk.run("laptop-1", "passphrase", "--new-passphrase-file", tmp_path / "new").code == 0
    assert desk.run("laptop-1", "list").code == 10
    assert desk.run("laptop-1", "vault", "rotate", "--new-passphrase-file", tmp_path / "passphrase").code == 10
    done = desk.run("laptop-2", "wipe", stdin="стерти\n", lang="uk")
    assert done.code == 0
    assert "знищено" in done.out
    assert desk.run("laptop-2", "list").code == 12
    assert desk.run("laptop-1", "wipe", "--key", stdin="\n").code == 3
