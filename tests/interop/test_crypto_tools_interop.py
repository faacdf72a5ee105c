"""Stock tools check what we sign, pack and hash: ssh-keygen, GNU tar, sha256sum."""

from __future__ import annotations

import io
import subprocess
from typing import TYPE_CHECKING

import pytest

from intake.crypto import sshsig
from intake.crypto.hashing import sha256_hex
from intake.crypto.ustar import Member, TarLimits, read_ustar, write_ustar
from intake.errors import TarFault
from tests.worlds.crypto import need, openssh_version, skip_missing

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.interop

NAMESPACE = "record-v1@intake"
MESSAGE = "що було сказано\n".encode()
KEYS = sshsig.SignerKeys.from_bytes(bytes(range(96)))
COMPOSITE_SINCE = (10, 4)
LIMITS = TarLimits(10, 10_000, 100_000)
FILES = [("a.json", b"{}"), ("data/0001-of-0001", b"x" * 700)]


def need_composite() -> None:
    """Skip where ssh-keygen does not know the hybrid yet."""
    found = openssh_version()
    if found < COMPOSITE_SINCE:
        skip_missing(f"ssh-keygen of OpenSSH >= 10.4, for post-quantum signatures (found {found[0]}.{found[1]})")


def ssh_verifies(
    folder: Path, line: str, signature: bytes, message: bytes = MESSAGE, namespace: str = NAMESPACE
) -> bool:
    """Whether the machine's ssh-keygen takes a signature for a signer's."""
    (folder / "signers").write_text(f'd-01 namespaces="{NAMESPACE}" {line}\n')
    (folder / "said.sig").write_bytes(signature)
    words = [
        "-Y",
        "verify",
        "-f",
        str(folder / "signers"),
        "-I",
        "d-01",
        "-n",
        namespace,
        "-s",
        str(folder / "said.sig"),
    ]
    done = subprocess.run([need("ssh-keygen"), *words], input=message, capture_output=True, check=False)
    return done.returncode == 0


def ssh_signs(folder: Path, kind: str) -> tuple[str, bytes]:
    """A key that ssh-keygen made, and its signature: public line and armor."""
    tool = need("ssh-keygen")
    subprocess.run([tool, "-q", "-t", kind, "-N", "", "-f", str(folder / "key")], check=True)
    (folder / "said").write_bytes(MESSAGE)
    words = ["-Y", "sign", "-q", "-f", str(folder / "key"), "-n", NAMESPACE, str(folder / "said")]
    subprocess.run([tool, *words], check=True, capture_output=True)
    line = " ".join((folder / "key.pub").read_text().split()[:2])
    return line, (folder / "said.sig").read_bytes()


def test_ssh_keygen_verifies_our_classic_signature(tmp_path: Path) -> None:
    """The stock tool accepts ours, and refuses it for another message or purpose."""
    signature, line = KEYS.sign(NAMESPACE, MESSAGE).ed25519, KEYS.public.lines()[0]
    assert ssh_verifies(tmp_path, line, signature)
    assert not ssh_verifies(tmp_path, line, signature, message=MESSAGE + b"x")
    assert not ssh_verifies(tmp_path, line, signature, namespace="bundle-v1@intake")


def test_we_verify_ssh_keygens_classic_signature(tmp_path: Path) -> None:
    """Ours accepts what the stock tool signed with its own key: its armor is the canonical one."""
    line, signature = ssh_signs(tmp_path, "ed25519")
    assert sshsig.public_line(sshsig.verify(signature, NAMESPACE, MESSAGE)) == line


def test_ssh_keygen_verifies_our_post_quantum_signature(tmp_path: Path) -> None:
    """The hybrid: the stock tool accepts ours, and refuses another message."""
    need_composite()
    signature, line = KEYS.sign(NAMESPACE, MESSAGE).composite, KEYS.public.lines()[1]
    assert ssh_verifies(tmp_path, line, signature)
    assert not ssh_verifies(tmp_path, line, signature, message=MESSAGE + b"x")


def test_we_verify_ssh_keygens_post_quantum_signature(tmp_path: Path) -> None:
    """The hybrid: ours accepts what the stock tool signed with its own key."""
    need_composite()
    line, signature = ssh_signs(tmp_path, "mldsa44-ed25519")
    assert sshsig.public_line(sshsig.verify(signature, NAMESPACE, MESSAGE)) == line


def gnu_tar() -> str:
    """GNU tar, or a skip: other tars print and pack differently."""
    tool = need("tar")
    told = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False).stdout
    return tool if "GNU tar" in told else skip_missing("GNU tar")


def ours(pad_to: int | None = None) -> bytes:
    """A tar of ours."""
    sink = io.BytesIO()
    write_ustar(sink, [Member(name, len(data), io.BytesIO(data)) for name, data in FILES], pad_to=pad_to)
    return sink.getvalue()


@pytest.mark.parametrize("pad_to", [None, 16_384])
def test_gnu_tar_lists_and_extracts_ours(tmp_path: Path, pad_to: int | None) -> None:
    """The stock tool lists and extracts ours, padded or not, without a word of complaint."""
    (tmp_path / "t.tar").write_bytes(ours(pad_to))
    listed = subprocess.run([gnu_tar(), "-tf", "t.tar"], cwd=tmp_path, capture_output=True, text=True, check=True)
    done = subprocess.run([gnu_tar(), "-xf", "t.tar"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert listed.stdout.split() == [name for name, _ in FILES]
    assert listed.stderr + done.stderr == ""
    assert [(tmp_path / name).read_bytes() for name, _ in FILES] == [data for _, data in FILES]


@pytest.mark.parametrize("layout", ["ustar", "gnu", "pax", "v7"])
def test_what_gnu_tar_packs_is_refused(tmp_path: Path, layout: str) -> None:
    """A tar packed again by hand is never byte for byte ours: refused, whatever its layout."""
    (tmp_path / "a.json").write_bytes(b"{}")
    words = [f"--format={layout}", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=0644"]
    made = subprocess.run([gnu_tar(), *words, "-cf", "-", "a.json"], cwd=tmp_path, capture_output=True, check=True)
    with pytest.raises(TarFault):
        list(read_ustar(io.BytesIO(made.stdout), lambda _: True, LIMITS))


def test_sha256sum_says_the_same(tmp_path: Path) -> None:
    """A manifest line of ours is what sha256sum checks."""
    (tmp_path / "f").write_bytes(MESSAGE)
    line = f"{sha256_hex(MESSAGE)}  f\n"
    done = subprocess.run(
        [need("sha256sum"), "-c", "-"], input=line.encode(), cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0
    other = line.replace(line[0], "0" if line[0] != "0" else "1", 1)
    done = subprocess.run(
        [need("sha256sum"), "-c", "-"], input=other.encode(), cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode != 0
