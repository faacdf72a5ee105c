"""Stock tools read our trust files: ssh-keygen verifies with them, age encrypts to the recipients file."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from intake.crypto.age import decrypt_bytes
from intake.keys import namespaces
from intake.keys.signed import sign_file
from tests.worlds.crypto import need, npm_prefix, openssh_version, skip_missing
from tests.worlds.keys import world

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.interop
AT = "-Overify-time=20261121174000Z"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What an auditor is handed."""
    (tmp_path / "root").write_bytes(world().trust.root.data)
    for name, data in world().files.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def stock_verify(
    folder: Path, allowed: str, who: str, namespace: str, signed: str, *, suffix: str = "sig", at: str = AT
) -> bool:
    """`ssh-keygen -Y verify`, as the auditor's page gives it."""
    command = [
        need("ssh-keygen"),
        "-Y",
        "verify",
        at,
        "-f",
        allowed,
        "-I",
        who,
        "-n",
        namespace,
        "-s",
        f"{signed}.{suffix}",
    ]
    with (folder / signed).open("rb") as message:
        return subprocess.run(command, stdin=message, cwd=folder, capture_output=True, check=False).returncode == 0


def test_ssh_keygen_climbs_the_chain(folder: Path) -> None:
    """K21 to K23: root file, officers, roster, recipients, with no program of ours; composite lines do not disturb."""
    assert stock_verify(folder, "root", "root", namespaces.OFFICERS, "officers")
    assert stock_verify(folder, "officers", "c-1", namespaces.ROSTER, "roster")
    assert stock_verify(folder, "officers", "c-1", namespaces.RECIPIENTS, "recipients")


def test_ssh_keygen_verifies_a_device_after_others_lines(folder: Path) -> None:
    """K10: the second device of the roster, with two composite lines before its own."""
    signed = sign_file(world().laptops["d-2"].signer, namespaces.BUNDLE, "manifest", b"hello\n")
    for name, data in signed.files().items():
        (folder / name).write_bytes(data)
    assert stock_verify(folder, "roster", "d-2", namespaces.BUNDLE, "manifest")


def test_ssh_keygen_refuses_what_we_refuse(folder: Path) -> None:
    """K23, K24: another namespace, another signer, another time, one letter changed."""
    assert not stock_verify(folder, "officers", "c-1", namespaces.RECIPIENTS, "roster")
    assert not stock_verify(folder, "roster", "d-1", namespaces.ROSTER, "roster")
    assert not stock_verify(folder, "officers", "c-1", namespaces.ROSTER, "roster", at="-Overify-time=20290101000000Z")
    (folder / "roster").write_bytes((folder / "roster").read_bytes().replace(b"d-2", b"d-3"))
    assert not stock_verify(folder, "officers", "c-1", namespaces.ROSTER, "roster")


def test_a_new_ssh_keygen_verifies_the_post_quantum_signature(folder: Path) -> None:
    """K22: the composite lines, for OpenSSH >= 10.4."""
    if openssh_version() < (10, 4):
        skip_missing("ssh-keygen of OpenSSH >= 10.4, for post-quantum signatures")
    assert stock_verify(folder, "officers", "c-1", namespaces.ROSTER, "roster", suffix="pq.sig")


def test_stock_age_takes_the_recipients_file(folder: Path) -> None:
    """K30: `age -R recipients` of age >= 1.3; every holder in the file opens what it makes."""
    age = need("age")
    version = subprocess.run([age, "--version"], capture_output=True, text=True, check=True).stdout
    numbers = [int(part) for part in version.strip().lstrip("v").split("-")[0].split(".")[:2] if part.isdigit()]
    if numbers < [1, 3]:
        skip_missing(f"age >= 1.3, for post-quantum recipients (found {version.strip()})")
    sealed = subprocess.run(
        [age, "-R", "recipients"], input=b"hello", cwd=folder, capture_output=True, check=True
    ).stdout
    assert decrypt_bytes(sealed, [world().made.offline.archive]) == b"hello"


def test_npm_age_takes_every_key_of_the_recipients_file(folder: Path) -> None:
    """K31: an age that others wrote encrypts to the keys between the comments."""
    prefix = npm_prefix()
    script = """
import { Encrypter } from 'age-encryption'; import { readFileSync } from 'node:fs';
const e = new Encrypter();
for (const line of readFileSync(process.argv[2], 'utf8').split('\\n'))
  if (line && !line.startsWith('#')) e.addRecipient(line);
process.stdout.write(await e.encrypt('hello'));
"""
    runner = folder / "encrypt.mjs"
    runner.write_text(script)
    (folder / "node_modules").symlink_to(prefix / "node_modules")
    command = [need("node"), str(runner), str(folder / "recipients")]
    sealed = subprocess.run(command, capture_output=True, check=True).stdout
    made = world().made
    for holder in (made.officer.epoch, made.officer.identity, made.offline.archive, made.offline.recovery):
        assert decrypt_bytes(sealed, [holder]) == b"hello"
