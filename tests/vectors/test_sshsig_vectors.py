"""Signatures made by OpenSSH's own tests verify, and stop verifying when anything around them changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from intake.crypto import sshsig
from intake.errors import SignatureFault
from tests.worlds.crypto import skip_missing, vectors_dir

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("ed25519", "mldsa44-ed25519")


@pytest.fixture
def folder() -> Path:
    """The vectors, or a skip that the summary names."""
    return vectors_dir("sshsig") or skip_missing("shared/vectors/sshsig beside the project")


@pytest.mark.parametrize("name", NAMES)
def test_openssh_signature_verifies(folder: Path, name: str) -> None:
    """The key returned is the one of the .pub file, and the file is in our canonical armor."""
    signed, namespace = (folder / "signed-data").read_bytes(), (folder / "namespace").read_text()
    key = sshsig.verify((folder / f"{name}.sig").read_bytes(), namespace, signed)
    line = " ".join((folder / f"{name}.pub").read_text().split()[:2])
    assert sshsig.parse_public(line) == key
    assert sshsig.public_line(key) == line


@pytest.mark.parametrize("name", NAMES)
def test_other_bytes_or_namespace_are_refused(folder: Path, name: str) -> None:
    """A changed message and a changed namespace are faults of the signature."""
    signed, namespace = (folder / "signed-data").read_bytes(), (folder / "namespace").read_text()
    signature = (folder / f"{name}.sig").read_bytes()
    with pytest.raises(SignatureFault):
        sshsig.verify(signature, namespace, signed + b".")
    with pytest.raises(SignatureFault):
        sshsig.verify(signature, namespace + "x", signed)


@pytest.mark.parametrize("name", NAMES)
def test_rewrapped_armor_is_refused(folder: Path, name: str) -> None:
    """What ssh-keygen would still take, another line length or bytes after the end, is not canonical for us."""
    signature = (folder / f"{name}.sig").read_bytes()
    lines = signature.splitlines(keepends=True)
    joined = lines[0] + lines[1].rstrip(b"\n") + b"".join(lines[2:])
    for other in (joined, signature + b"\n", signature.replace(b"\n", b"\r\n"), b"\n" + signature):
        with pytest.raises(SignatureFault):
            sshsig.parse_signature(other)
