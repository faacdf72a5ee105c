"""Two verifiers that share no code agree: on every vector, and on what seeded mutations make of good bundles.

`tools/second_verifier.py` was written from docs/spec alone. Each disagreement is a fault in the specification or in one
of the two, and is looked for here on every run. Spec: docs/spec/bundle-v1.md, docs/spec/keys-v1.md.
"""

from __future__ import annotations

import ast
import base64
import json
import random
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tools import second_verifier
from tools.bundle_vectors import bag

from intake.bundle.logbook import Logs
from intake.crypto.sshsig import SignerKeys
from intake.errors import KeyFault
from intake.keys.directory import Directory, Revocation
from intake.keys.signed import sign_file
from intake.keys.succession import read_succession
from intake.usecases.handed import logs_below
from tests.unit.test_bundle_log import SPOILT, desk
from tests.vectors.test_bundle_vectors import FOLDER, Vector, by_name, identities, run, vectors
from tests.worlds.audit import office, write
from tests.worlds.bundle import LAPTOP, OFFICER, OTHER_LAPTOP, organisation
from tests.worlds.keys import NOW
from tests.worlds.mutants import BLOCK, MUTATIONS, STRANGER, Trial, good, rearmored, trial, trust_files

TOOL = Path(second_verifier.__file__)
KEYS = Path(__file__).with_name("keys")
TRIALS = range(30)
GRAMMARS = ("root", "officers", "roster")
# What a verifier of bundles is not given: the recipients file, and the trust files that came before these.
OTHERS_BUSINESS = re.compile(r"K(20|29)-.*recipients|K2[78]|K3|good-(grown|revoked|same|stricter)")


def second(vector: Vector) -> dict[str, Any]:
    """What the second verifier says of a vector."""
    said = vector.said
    trust = {path.name: path.read_bytes() for path in (FOLDER / said["trust"]).iterdir()}
    seeds = [identities()["epoch"].seed] if said.get("keys") else []
    at = re.sub("[-:T]", "", said["at"])
    logs = second_verifier.read_logs(trust["root"], trust, [FOLDER / said["logs"]]) if "logs" in said else None
    case = second_verifier.Case(trust["root"], trust, at, said["purpose"], said["known"], seeds, logs=logs)
    path = next(FOLDER.glob(vector.name + ".[ta][ag][re]"))
    with path.open("rb") as source:
        return second_verifier.judge(case, source)


@pytest.mark.parametrize("vector", vectors(), ids=by_name)
def test_both_say_the_same_of_every_check_of_a_vector(vector: Vector) -> None:
    """Not the verdict alone: every one of the 27 outcomes, so both fail for the same reason."""
    report = second(vector)
    first = run(vector)
    assert report["verdict"] == first.verdict == vector.said["verdict"]
    assert report["checks"] == {check.id: check.outcome.value for check in first.checks}


@pytest.mark.parametrize("vector", [one for one in vectors() if one.said["verdict"] != "VALID"], ids=by_name)
def test_the_second_verifier_names_the_check_that_stops_a_vector(vector: Vector) -> None:
    """It stops at that one and no other, and says why in words."""
    assert list(second(vector)["why"]) == [vector.check]


def key_vectors() -> list[Any]:
    """The vectors of trust files that concern a verifier of bundles."""
    found = [json.loads(path.read_text()) for path in sorted(KEYS.glob("*.json")) if path.name != "base.json"]
    return [pytest.param(one, id=one["name"]) for one in found if not OTHERS_BUSINESS.match(one["name"])]


@pytest.mark.parametrize("vector", key_vectors())
def test_a_trust_file_that_breaks_a_rule_is_refused(vector: dict[str, Any]) -> None:
    """Root, officers and roster: what keys-v1 refuses, the second verifier refuses; what it takes, it takes."""
    base = json.loads((KEYS / "base.json").read_text())
    files = {name: text.encode("latin-1") for name, text in {**base, **vector["files"]}.items() if text is not None}
    files |= {name: base64.b64decode(text) for name, text in vector.get("bytes", {}).items()}
    kind, expected = vector["kind"], vector["expect"].get("rule") or vector["expect"].get("code")
    case = second_verifier.Case(files["root"], files, re.sub("[-:T]", "", vector["at"]))
    steps = {"root": 1, "officers": 2, "chain": 3}[kind]
    refused = None
    try:
        if kind == "officers":
            second_verifier.directory(kind, files[kind])
        else:
            for step in (second_verifier.root, climb("officers", "root"), climb("roster", "officers"))[:steps]:
                step(case)
    except (second_verifier.Fail, second_verifier.Undecided) as why:
        refused = type(why).__name__
    undecided = {"unknown-signer", "signer-not-valid-then", "trust-file-missing"}
    assert refused == (None if not expected else "Undecided" if expected in undecided else "Fail")


def climb(kind: str, above: str) -> Any:
    """One step of the chain of trust."""
    return lambda case: second_verifier.trust_file(case, kind, above)


def test_both_say_the_same_of_a_damaged_succession() -> None:
    """Bytes changed, cut, doubled or moved between two roots' files: both refuse, and nothing else is raised."""
    vector = json.loads((KEYS / "good-succeeded-archives.json").read_text())
    whole, dice = base64.b64decode(vector["bytes"]["succession"]), random.Random(6)  # noqa: S311 - a seed, no secret
    assert [root for root, _, _ in second_verifier.succession(whole)] == [one.data for one in read_succession(whole)]
    for _ in range(150):
        at, size = dice.randrange(len(whole)), dice.choice((1, 7, 512))
        parts = (bytes([whole[at] ^ 1 << dice.randrange(8)]), b"", whole[at : at + size] * 2, bytes(size))
        bent = whole[:at] + dice.choice(parts) + whole[at + size :]
        if bent == whole:
            continue
        with pytest.raises(KeyFault):
            read_succession(bent)
        with pytest.raises(second_verifier.Fail):
            second_verifier.succession(bent)


@pytest.mark.parametrize("seed", TRIALS)
@pytest.mark.parametrize("kind", MUTATIONS)
def test_both_say_the_same_of_a_mutation(kind: str, seed: int) -> None:
    """Damaged, spliced, re-ordered, re-signed bundles and trust files: every outcome of both is the same."""
    made = trial(kind, seed)
    assert made.first() == made.second()


@pytest.mark.parametrize("kind", ["flipped", "spliced", "header"])
def test_no_changed_byte_of_a_signed_tar_is_valid(kind: str) -> None:
    """Without a key, whatever is VALID is byte for byte a bundle that was signed."""
    signed = {good(name) for name in ("two", "none", "items")}
    for seed in range(200):
        made = trial(kind, seed)
        assert made.second()["verdict"] != "VALID" or made.data in signed


def test_the_mutations_reach_most_checks() -> None:
    """Agreement would mean little if everything failed at the tar."""
    stopped = {
        check
        for kind in MUTATIONS
        for seed in TRIALS
        for check, outcome in trial(kind, seed).second().items()
        if outcome in ("fail", "undecided")
    }
    assert stopped >= {f"B{number:02}" for number in (1, 2, 3, 4, *range(6, 16), *range(18, 27))}


AGE = b"age-encryption.org/v1\n"
HOSTILE = {
    "no stanza": AGE + b"--- " + b"A" * 43 + b"\n",
    "no end": AGE + b"-> a\n\n" * 100_000,
    "one long line": AGE + b"-> " + b"x" * (2 << 20),
    "only the first line": AGE,
    "zeros": bytes(4096),
    "one block": good("two")[:BLOCK],
    "a size of eight gibibytes": good("two")[:124] + b"7" * 11 + good("two")[135:],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_end_in_the_same_verdict(name: str) -> None:
    """Not in a traceback, nor in minutes: what no mutation of a good file comes to."""
    for with_key in (True, False):
        made = Trial(HOSTILE[name], with_key=with_key)
        assert made.first() == made.second()
        assert made.second()["verdict"] != "VALID"


HOSTILE_STATEMENTS = {
    "deep": b"[" * 1_000_000,
    "deep objects": b'{"a":' * 100_000,
    "many objects": b'{"items":[' + b"{}," * 100_000 + b"{}]}",
    "backslashes": b'"' + b"\\" * 1_000_000,
    "a long number": b"1" * 1_000_000,
    "nothing": b"",
    "half a character": b'{"format":"\xd0"}',
}


@pytest.mark.parametrize("name", HOSTILE_STATEMENTS)
def test_a_hostile_statement_that_was_signed_is_invalid(name: str) -> None:
    """A malicious laptop signs what it likes; both stop at B15."""
    made = bag()
    made.given["statement.json"] = HOSTILE_STATEMENTS[name]
    one = Trial(made.tar())
    assert one.first() == one.second()
    assert one.second()["B15"] == "fail"


def test_a_key_that_anybody_can_sign_with_signs_nothing() -> None:
    """Under the neutral point as key, one signature fits every message: B11, before any list is asked."""
    point = b"\1" + bytes(31)

    def string(data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + data

    key, signature = (string(b"ssh-ed25519") + string(raw) for raw in (point, point + bytes(32)))
    fields = (key, b"bundle-v1@intake", b"", b"sha512", signature)
    made = bag()
    made.given["tagmanifest-sha256.txt.sig"] = rearmored(b"SSHSIG\0\0\0\1" + b"".join(map(string, fields)))
    one = Trial(made.tar())
    assert one.first() == one.second()
    assert one.second()["B11"] == "fail"


def revoking(kind: str, directory: Directory, signer: SignerKeys, name: str, at: datetime) -> dict[str, bytes]:
    """The trust files with a revocation, signed by who may."""
    data = directory.with_revocation(Revocation(name, at, (), "lost")).encode()
    return trust_files(**sign_file(signer, f"{kind}-v1@intake", kind, data).files())


def test_a_roster_by_a_revoked_officer_decides_nothing_at_any_time() -> None:
    """Judged at a time before the revocation: a thief with the officer's key could have dated the roster back."""
    org = organisation()
    root = SignerKeys.from_root_secret(org.made.offline.root)
    trust = revoking("officers", org.trust.officers.directory, root, OFFICER, NOW + timedelta(days=1))
    made = Trial(good("two"), trust)
    assert made.first() == made.second()
    assert (made.second()["verdict"], made.second()["B09"]) == ("UNDECIDED", "undecided")


def test_a_line_revoked_before_it_began_does_not_spoil_the_roster() -> None:
    """K13: closed by then, or never open."""
    org = organisation()
    early = NOW - timedelta(days=9)
    trust = revoking("roster", org.trust.roster.directory, org.made.officer.signer, OTHER_LAPTOP, early)
    made = Trial(good("two"), trust)
    assert made.first() == made.second()
    assert made.second()["verdict"] == "VALID"


def test_a_strangers_classic_signature_in_both_places_is_invalid() -> None:
    """No roster that may come later can make it good, so it is not an open question."""
    made = bag()
    made.signers = (STRANGER, STRANGER)  # type: ignore[assignment]
    made.given["tagmanifest-sha256.txt.pq.sig"] = made.files()["tagmanifest-sha256.txt.sig"]
    one = Trial(made.tar())
    assert one.first() == one.second()
    assert (one.second()["verdict"], one.second()["B13"]) == ("INVALID", "fail")


def test_a_roster_signed_by_the_root_is_never_valid() -> None:
    """K23: the root has no say in rosters; neither verifier takes one from it."""
    root = SignerKeys.from_root_secret(organisation().made.offline.root)
    trust = trust_files(**sign_file(root, "roster-v1@intake", "roster", trust_files()["roster"]).files())
    made = Trial(good("two"), trust)
    assert made.first() == made.second()
    assert (made.second()["verdict"], made.second()["B09"]) == ("INVALID", "fail")


def test_the_second_verifier_knows_nothing_of_the_first() -> None:
    """It imports the standard library and `cryptography`, and no other module, anywhere in the file."""
    tree = ast.parse(TOOL.read_text("utf-8"))
    imported = {
        (node.module or "." if isinstance(node, ast.ImportFrom) else name.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}
    assert "__import__" not in TOOL.read_text("utf-8")


def command(*names: str, trust: str = "trust") -> tuple[int, list[dict[str, Any]]]:
    """Run it as an expert would, in a process of its own."""
    paths = [name if name.startswith("--") else str(FOLDER / name) for name in names]
    root, at = str(FOLDER / "trust" / "root"), "2026-11-21T17:40:00Z"
    options = ["--root", root, "--trust", str(FOLDER / trust), "--at", at]
    done = subprocess.run([sys.executable, str(TOOL), *paths, *options], capture_output=True, check=False, text=True)
    return done.returncode, [json.loads(text) for text in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("name", "verdict", "code"),
    [("valid.tar", "VALID", 0), ("B22-digest.tar", "INVALID", 30), ("B25-gap.tar", "UNDECIDED", 31)],
)
def test_the_command_prints_one_object_and_exits_as_the_spec_says(name: str, verdict: str, code: int) -> None:
    """Bundle, verdict, 27 checks; 0, 30 and 31."""
    returned, (report,) = command(name)
    assert (returned, report["verdict"]) == (code, verdict)
    assert Path(report["bundle"]).name == name
    assert list(report["checks"]) == [row[0] for row in second_verifier.CHECKS]


def test_an_invalid_bundle_outweighs_the_others() -> None:
    """The exit code is the worst of all, each verdict its own; the files' order does not matter."""
    returned, reports = command("B25-gap.tar", "B03-cut.tar", "valid.tar")
    assert returned == 30
    assert [report["verdict"] for report in reports] == ["UNDECIDED", "INVALID", "VALID"]


@pytest.mark.parametrize("names", [("valid.tar", "valid-empty.tar"), ("valid-empty.tar", "valid.tar")])
def test_of_two_bundles_at_one_place_neither_is_valid(names: tuple[str, str]) -> None:
    """A fork is told of both: whoever names the files must not choose which of them is believed."""
    returned, reports = command(*names)
    assert (returned, [report["checks"]["B26"] for report in reports]) == (31, ["undecided", "undecided"])


def test_a_trust_folder_without_files_decides_nothing(tmp_path: Path) -> None:
    """Nobody is believed for lack of a list: UNDECIDED."""
    returned, (report,) = command("valid.tar", trust=str(tmp_path))
    assert (returned, report["checks"]["B08"], report["checks"]["B13"]) == (31, "undecided", "not-reached")


def test_an_empty_folder_is_no_success(tmp_path: Path) -> None:
    """Exit 0 says VALID; where nothing was looked at it must not be 0."""
    returned, reports = command(str(tmp_path))
    assert (returned, reports) == (2, [])


def test_an_envelope_is_opened_with_the_key_file_that_age_writes(tmp_path: Path) -> None:
    """UNDECIDED without, VALID with it; the key itself is never on the command line."""
    carried, key = tmp_path / "a.age", tmp_path / "key"
    carried.write_bytes(good("carried"))
    key.write_text(f"# made up\n{organisation().epoch}\n")
    assert command(str(carried))[0] == 31
    assert command(str(carried), "--key", str(key))[0] == 0


def test_a_report_says_by_whom_and_by_which_trust_files() -> None:
    """A verdict holds for these trust files, this time and this claim; an expert's annex needs them beside it."""
    _, (report,) = command("valid.tar")
    assert report["says"]["sender"] == LAPTOP
    assert report["says"]["purpose"] == "real"
    assert set(report["trust"]) == set(GRAMMARS)


LOGGED = next(vector for vector in vectors() if vector.name == "valid-logged")


@pytest.mark.parametrize("seed", range(60))
def test_both_take_or_refuse_the_same_logs(tmp_path: Path, seed: int) -> None:
    """A byte of its four files is another, goes, or comes; a line goes or stands twice: the outcomes are equal."""
    rng = random.Random(seed)  # noqa: S311  the same damage every time
    folder = tmp_path / "logs"
    shutil.copytree(FOLDER / LOGGED.said["logs"], folder)
    path = rng.choice(sorted(one for one in folder.rglob("*") if one.is_file()))
    data = path.read_bytes()
    at = rng.randrange(len(data))
    lines = data.splitlines(keepends=True)
    line = rng.randrange(len(lines))
    changed = [
        data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :],
        data[:at] + data[at + 1 :],
        data[:at] + b" " + data[at:],
        b"".join(lines[:line] + lines[line + 1 :]),
        b"".join(lines[: line + 1] + lines[line:]),
        data,
    ][seed % 6]
    path.write_bytes(changed)
    vector = replace(LOGGED, said={**LOGGED.said, "logs": str(folder)})
    report, first = second(vector), run(vector)
    assert report["checks"] == {check.id: check.outcome.value for check in first.checks}
    assert report["checks"]["B27"] == ("pass" if changed == data else "undecided")


@pytest.mark.parametrize("kind", sorted(SPOILT))
def test_both_refuse_a_spoilt_log(tmp_path: Path, kind: str) -> None:
    """Signed by who may not, of another organisation, with other entries: what L01 to L05 refuse, both refuse."""
    made = desk()
    org = office()
    write(tmp_path / "c-1-01010101", SPOILT[kind][1](made))
    folders = logs_below([tmp_path])
    assert not folders or Logs.read(folders, org.trust.officers).refused
    logs = second_verifier.read_logs(org.trust.root.data, dict(org.trust.files()), [tmp_path])
    assert logs == second_verifier.Logs({}, {})
