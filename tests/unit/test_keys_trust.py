"""The verified chain as others use it: who is found, what is named, and how signatures over streams are judged."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest

from intake.crypto.sshsig import MAX_SIGNATURE_BYTES
from intake.errors import SignatureInvalid, TrustFault, TrustUndecided
from intake.keys import namespaces
from intake.keys.signed import sign_file, verify_file, verify_signatures
from intake.keys.trust import Trust
from tests.worlds.keys import NOW, laptop_keys, world

STRANGER, _ = laptop_keys("a stranger")


def test_the_chain_names_its_people_and_its_files() -> None:
    """What bundles and statements ask: devices, officers, and digests of the very bytes."""
    trust = world().trust
    assert (trust.org, bool(trust.device("d-1")), bool(trust.officer("c-1"))) == (world().org, True, True)
    assert (trust.device("c-1"), trust.officer("d-1")) == (None, None)
    for name, told in (
        ("roster", trust.roster_digest),
        ("recipients", trust.recipients_digest),
    ):
        assert told == "sha256:" + hashlib.sha256(world().files[name]).hexdigest()
    assert Trust.load(trust.root.data, trust.files(), NOW) == trust


def test_a_stream_is_verified_as_its_bytes_are() -> None:
    """K22: one reading serves both signatures."""
    laptop = world().laptops["d-1"]
    signed = sign_file(laptop.signer, namespaces.BUNDLE, "manifest", b"hello")
    both = (signed.sig, signed.pq_sig)
    signer = verify_signatures(both, namespaces.BUNDLE, BytesIO(b"hello"), world().trust.signers, NOW)
    assert signer.name == "d-1"
    with pytest.raises(SignatureInvalid):
        verify_signatures(both, namespaces.BUNDLE, BytesIO(b"hellO"), world().trust.signers, NOW)


def test_a_signature_file_beyond_its_size_is_not_parsed() -> None:
    """K22: a cap before any work."""
    signed = replace(world().trust.roster.signed, pq_sig=b"-" * (MAX_SIGNATURE_BYTES + 1))
    with pytest.raises(SignatureInvalid):
        verify_file(signed, namespaces.ROSTER, world().trust.officers.directory, NOW)


def test_every_trust_error_says_invalid_or_undecided() -> None:
    """Nothing wrong is never called tampering: the two families carry their verdict and their exit codes."""
    wrong = {(leaf.verdict, leaf.exit_code) for leaf in TrustFault.__subclasses__()}
    open_ones = {(leaf.verdict, leaf.exit_code) for leaf in TrustUndecided.__subclasses__()}
    assert (wrong, open_ones) == ({("invalid", 21)}, {("undecided", 22)})
