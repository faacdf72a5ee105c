"""What other people's age programs write, ours opens; what ours writes, they open: Debian's age, npm's, pyrage."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pexpect
import pyrage
import pytest

from intake.crypto import age
from intake.errors import AgeNoMatch
from tests.worlds.crypto import need, npm_prefix

pytestmark = pytest.mark.interop

DRIVER = Path(__file__).with_name("age_encryption.mjs")
SIZES = [0, 1, 65536, 65537, 3 * 1024 * 1024]
FEW_SIZES = [0, 65536, 3 * 1024 * 1024]  # each costs a start of node
PASSPHRASE = "шість простих слів"  # noqa: S105 - a test's


def plain(size: int) -> bytes:
    """Bytes that repeat nowhere near a chunk."""
    return b"".join(i.to_bytes(4, "big") for i in range(size // 4 + 1))[:size]


def run(*words: str | Path, given: bytes = b"") -> bytes:
    """Run a foreign tool that must succeed; its output."""
    return subprocess.run([str(word) for word in words], input=given, capture_output=True, check=True).stdout


def npm(**asked: Any) -> str:
    """Ask npm's age-encryption for one deed."""
    told = run(need("node"), DRIVER, npm_prefix(), given=json.dumps(asked).encode())
    return told.decode("utf-8").strip()


def b64(data: bytes) -> str:
    """Bytes for the driver."""
    return base64.b64encode(data).decode("ascii")


@pytest.mark.parametrize("size", SIZES)
def test_debian_age_and_ours_both_ways(tmp_path: Path, size: int) -> None:
    """Debian's age and age-keygen: a key file of theirs opens ours, and ours opens theirs."""
    tool, keygen = need("age"), need("age-keygen")
    key_file, sealed = tmp_path / "key", tmp_path / "sealed.age"
    run(keygen, "-o", key_file)
    identity = age.parse_identity(key_file.read_text().splitlines()[-1])
    recipient = run(keygen, "-y", key_file).decode().strip()
    assert str(identity.recipient()) == recipient

    sealed.write_bytes(
        age.encrypt_bytes(plain(size), [identity.recipient(), age.X25519Identity.generate().recipient()])
    )
    assert run(tool, "-d", "-i", key_file, sealed) == plain(size)
    theirs = run(tool, "-r", recipient, "-r", str(age.X25519Identity.generate().recipient()), given=plain(size))
    assert age.decrypt_bytes(theirs, [identity]) == plain(size)


def test_debian_age_refuses_a_key_that_is_not_among_ours(tmp_path: Path) -> None:
    """A file of ours does not open for a stranger's key in their tool either."""
    tool, keygen = need("age"), need("age-keygen")
    run(keygen, "-o", tmp_path / "key")
    file = age.encrypt_bytes(b"x", [age.X25519Identity.generate().recipient()])
    done = subprocess.run([tool, "-d", "-i", str(tmp_path / "key")], input=file, capture_output=True, check=False)
    assert done.returncode != 0
    assert not done.stdout


def at_the_terminal(command: str, *words: str | Path) -> None:
    """Answer every passphrase prompt of a command."""
    child = pexpect.spawn(command, [str(word) for word in words], encoding="utf-8", timeout=60)
    while child.expect(["passphrase.*:", pexpect.EOF]) == 0:
        child.sendline(PASSPHRASE)
    child.close()
    assert child.exitstatus == 0


def test_debian_age_opens_our_passphrase_file(tmp_path: Path) -> None:
    """A passphrase in Cyrillic opens our file in their tool, as the way to save a vault without this program."""
    tool = need("age")
    recipient = age.ScryptRecipient(PASSPHRASE.encode(), 12)
    (tmp_path / "slot.age").write_bytes(age.encrypt_bytes(b"key", [recipient]))
    at_the_terminal(tool, "-d", "-o", tmp_path / "out", tmp_path / "slot.age")
    assert (tmp_path / "out").read_bytes() == b"key"


def test_we_open_debian_ages_passphrase_file(tmp_path: Path) -> None:
    """Their passphrase file, with their work factor, opens in ours."""
    tool = need("age")
    (tmp_path / "plain").write_bytes(b"key")
    at_the_terminal(tool, "-p", "-o", tmp_path / "slot.age", tmp_path / "plain")
    file = (tmp_path / "slot.age").read_bytes()
    assert age.decrypt_bytes(file, [age.ScryptIdentity(PASSPHRASE.encode())]) == b"key"


@pytest.mark.parametrize("size", FEW_SIZES)
def test_npm_opens_our_post_quantum_file(size: int) -> None:
    """A file of ours to two post-quantum recipients opens in npm's for either."""
    crew = [age.PostQuantumIdentity.generate() for _ in range(2)]
    file = age.encrypt_bytes(plain(size), [one.recipient() for one in crew])
    for one in crew[: 1 if size else 2]:
        assert base64.b64decode(npm(deed="decrypt", keys=[str(one)], data=b64(file))) == plain(size)


@pytest.mark.parametrize("size", FEW_SIZES)
def test_we_open_npms_post_quantum_file(size: int) -> None:
    """A file of npm's to two post-quantum recipients opens in ours, and for no one else."""
    identity = age.PostQuantumIdentity.generate()
    keys = [str(age.PostQuantumIdentity.generate().recipient()), str(identity.recipient())]
    file = base64.b64decode(npm(deed="encrypt", keys=keys, data=b64(plain(size))))
    assert age.decrypt_bytes(file, [identity]) == plain(size)
    with pytest.raises(AgeNoMatch):
        age.decrypt_bytes(file, [age.PostQuantumIdentity.generate()])


def test_npm_and_we_agree_on_keys() -> None:
    """A key of npm's parses to the recipient npm says, and a key of ours gives npm the recipient we say."""
    theirs = json.loads(npm(deed="generate"))
    assert str(age.parse_identity(theirs["identity"]).recipient()) == theirs["recipient"]
    ours = age.PostQuantumIdentity.generate()
    assert npm(deed="recipient", key=str(ours)) == str(ours.recipient())


@pytest.mark.parametrize("size", SIZES)
def test_pyrage_and_ours_both_ways(size: int) -> None:
    """The Rust implementation opens ours, and ours opens its files."""
    theirs = pyrage.x25519.Identity.generate()
    identity = age.parse_identity(str(theirs))
    assert str(identity.recipient()) == str(theirs.to_public())
    assert pyrage.decrypt(age.encrypt_bytes(plain(size), [identity.recipient()]), [theirs]) == plain(size)
    assert age.decrypt_bytes(pyrage.encrypt(plain(size), [theirs.to_public()]), [identity]) == plain(size)


def test_pyrage_passphrases_both_ways() -> None:
    """Passphrase files go both ways with the Rust implementation."""
    ours = age.encrypt_bytes(b"key", [age.ScryptRecipient(PASSPHRASE.encode(), 10)])
    assert pyrage.passphrase.decrypt(ours, PASSPHRASE) == b"key"
    theirs = pyrage.passphrase.encrypt(b"key", PASSPHRASE)
    assert age.decrypt_bytes(theirs, [age.ScryptIdentity(PASSPHRASE.encode())]) == b"key"


def test_pyrage_refuses_what_we_refuse() -> None:
    """A changed byte is refused by both."""
    theirs = pyrage.x25519.Identity.generate()
    file = bytearray(age.encrypt_bytes(b"x" * 100, [age.parse_identity(str(theirs)).recipient()]))
    file[-1] ^= 1
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(bytes(file), [theirs])
