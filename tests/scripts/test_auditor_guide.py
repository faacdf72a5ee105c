"""The auditor's guide does what it says: its blocks run as they stand, accept what is whole, and notice what is not."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from intake.cli.group import build
from intake.cli.table import COMMANDS
from intake.store.vault import Vault
from intake.usecases.environment import now
from intake.usecases.log_prove import Proof, prove_bundle, prove_growth
from intake.usecases.log_publish import log_publish
from intake.usecases.org_init import org_init
from intake.usecases.received import received
from tests.worlds import records
from tests.worlds.loop import PASSPHRASE, World, environment

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "auditor.md"
TOOLS = ("bash", "tar", "ssh-keygen", "sha256sum", "python3")


def blocks(kind: str) -> list[str]:
    """The blocks of the page: `sh` is run here, no kind is what a coordinator types."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [text for one, text in found if one == kind]


def block(holding: str) -> str:
    """The one block with these words in it."""
    (found,) = (one for one in blocks("sh") if holding in one)
    return found


OURS = tuple(one for one in blocks("sh") if one.startswith("intake "))
KEEP = "mkdir -p kept"
STOCK = ("find-principals", "for bundle in", "for log in", "comm -3")


@dataclass(frozen=True)
class Made:
    """What an auditor has, and what the coordinator proves."""

    folder: Path
    proofs: dict[str, Proof]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """By the clock of today: bundles of two laptops, and a log that grew."""
    folder = tmp_path_factory.mktemp("auditor")
    env = replace(environment(folder / "org"), clock=now)
    world = World(env, org_init(env, "Made up", purpose="made-up").card, folder)
    laptops = [world.laptop("laptop-1"), world.laptop("laptop-2")]
    early = None
    for number in range(5):
        laptop = laptops[number % 2]
        laptop.add([records.testimony(n=number)])
        laptop.seal()
        laptop.export()
        world.import_()
        early = early or log_publish(env, folder / "early")
    assert early is not None
    mine = folder / "mine"
    received(env, mine / "handed")
    shutil.move(mine / "handed" / "root", mine / "root")
    published = log_publish(env, mine / "handed" / "logs")
    with Vault.open(env.home, PASSPHRASE) as vault:
        digest = vault.ledger.summaries()[1].digest
    proofs = {
        "inclusion": prove_bundle(env, digest),
        "consistency": prove_growth(env, early.folder / "checkpoint"),
        "same": prove_growth(env, published.folder / "checkpoint"),
    }
    return Made(mine, proofs)


@pytest.fixture
def folder(made: Made, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(made.folder, tmp_path / "mine"))


def run(folder: Path, *scripts: str) -> subprocess.CompletedProcess[str]:
    """Blocks as one shell runs them; `intake` is this one."""
    for tool in TOOLS:
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool} here")
    (folder / "bin").mkdir(exist_ok=True)
    (folder / "bin" / "intake").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m intake "$@"\n')
    (folder / "bin" / "intake").chmod(0o700)
    source = Path(__file__).parents[2] / "src"
    world = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(source)}
    script = "\n".join(("set -e", *scripts))
    return subprocess.run(["bash", "-c", script], cwd=folder, env=world, capture_output=True, text=True, check=False)


def stock(folder: Path) -> subprocess.CompletedProcess[str]:
    """Part 5, but for proofs."""
    return run(folder, *map(block, STOCK))


def prove(folder: Path, proof: Proof) -> subprocess.CompletedProcess[str]:
    """Part 5.5."""
    (folder / "proof.json").write_text(json.dumps(vars(proof)))
    return run(folder, block("find-principals"), block("proof.json"))


def test_every_block_is_run_here_and_every_command_is_the_programs() -> None:
    """What a coordinator types is in the table, with arguments that it takes; no other block is left out of here."""
    assert len(blocks("sh")) == len(OURS) + len(STOCK) + 2  # and the copy of the checkpoint, and the proof
    names = {tuple(entry.name.split()): entry for entry in COMMANDS}
    for line in "".join(blocks("")).splitlines():
        words = shlex.split(line)[1:]
        name = tuple(words[:2]) if tuple(words[:2]) in names else tuple(words[:1])
        build(names[name]).make_context(" ".join(name), words[len(name) :]).close()


def test_what_is_whole_is_complete(folder: Path) -> None:
    """Parts 2 to 4 in order: VALID, COMPLETE, and a checkpoint to keep."""
    done = run(folder, *OURS, block(KEEP))
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((folder / "audit.json").read_text())["verdict"] == "COMPLETE"
    assert (folder / "kept" / "checkpoint.pq.sig").is_file()


def test_stock_tools_accept_what_is_whole(folder: Path) -> None:
    """Part 5: trust, bundles, logs, and the one against the other."""
    done = stock(folder)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", ["inclusion", "consistency", "same"])
def test_stock_tools_accept_a_proof(made: Made, folder: Path, kind: str) -> None:
    """Part 5.5, of each kind."""
    done = prove(folder, made.proofs[kind])
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_stock_tools_refuse_a_spoilt_proof(made: Made, folder: Path, kind: str) -> None:
    """Another node, one too few, one too many, another place, another beginning: each is refused."""
    good = made.proofs[kind]
    spoilt = [
        replace(good, proof=("00" * 32, *good.proof[1:])),
        replace(good, proof=good.proof[:-1]),
        replace(good, proof=(*good.proof, "00" * 32)),
        replace(good, index=good.index + 1) if good.index is not None else replace(good, root_before="00" * 32),
    ]
    assert all(prove(folder, one).returncode != 0 for one in spoilt)


def tars(folder: Path) -> list[Path]:
    """The bundles, by name."""
    return sorted((folder / "handed" / "bundles").iterdir())


def test_a_withheld_bundle_is_noticed_with_either(folder: Path) -> None:
    """Intake says INCOMPLETE and which; `comm` shows its digest."""
    tars(folder)[0].unlink()
    assert run(folder, block("--json")).returncode == 31
    ids = {one["id"] for one in json.loads((folder / "audit.json").read_text())["findings"]}
    assert ids == {"A14"}
    done = stock(folder)
    assert done.returncode != 0
    assert re.search(r"^\t[0-9a-f]{64}$", done.stdout, re.MULTILINE)


def test_a_changed_byte_is_noticed_with_either(folder: Path) -> None:
    """Intake says INVALID; `sha256sum` fails."""
    data = bytearray(tars(folder)[0].read_bytes())
    data[-2000] ^= 1
    tars(folder)[0].write_bytes(data)
    assert run(folder, block("--json")).returncode == 30
    assert stock(folder).returncode != 0


def test_a_rewritten_log_is_noticed_with_either(folder: Path) -> None:
    """An entry left out: neither takes the log for one."""
    entries = next((folder / "handed" / "logs").glob("*/entries.jsonl"))
    entries.write_bytes(b"\n".join(entries.read_bytes().split(b"\n")[1:]))
    assert run(folder, block("--json")).returncode == 30
    assert stock(folder).returncode != 0


def test_a_shrunk_log_shows_against_the_checkpoint_that_was_kept(made: Made, folder: Path) -> None:
    """Part 4: an older publication in place of the newer one is INVALID for whoever kept the newer checkpoint."""
    run(folder, block(KEEP))
    shutil.move(folder / "kept", folder / "handed" / "kept")
    early = made.folder.parent / "early"
    shutil.rmtree(folder / "handed" / "logs")
    shutil.copytree(early, folder / "handed" / "logs")
    assert run(folder, block("--json")).returncode == 30
    found = {one["id"] for one in json.loads((folder / "audit.json").read_text())["findings"]}
    assert "A11" in found
