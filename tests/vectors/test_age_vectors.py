"""Every vector of the age test kit: the verdict, the class of the failure, and exactly what was released before it."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

import pytest

from intake.crypto import age
from intake.errors import AgeHeaderFault, AgeHmacFault, AgeNoMatch, AgePayloadFault, CryptoError
from tests.worlds.crypto import AgeVector, age_vectors, skip_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

VECTORS = age_vectors()
FAULTS: dict[str, type[CryptoError]] = {
    "no match": AgeNoMatch,
    "HMAC failure": AgeHmacFault,
    "header failure": AgeHeaderFault,
    "payload failure": AgePayloadFault,
}
RELEASES = {"success", "payload failure"}


def identities(vector: AgeVector) -> Sequence[age.Identity]:
    """The identities and passphrases a vector says to try, passphrases last."""
    keys: list[age.Identity] = [age.parse_identity(text) for text in vector.all("identity")]
    return [*keys, *(age.ScryptIdentity(text.encode("utf-8")) for text in vector.all("passphrase"))]


def test_the_vectors_are_here() -> None:
    """Says so when the vectors could not be found, instead of passing silently."""
    if not VECTORS:
        skip_missing("shared/vectors/age, the age test kit, beside the project")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_streaming_verdict_and_released_prefix(vector: AgeVector) -> None:
    """Streaming decryption ends as the vector says, having released exactly the bytes it says."""
    sink = io.BytesIO()
    fault: CryptoError | None = None
    try:
        age.decrypt(io.BytesIO(vector.file), sink, identities(vector))
    except CryptoError as error:
        fault = error
    assert type(fault) is FAULTS.get(vector.one("expect") or "", type(None))
    if vector.one("expect") in RELEASES:
        assert hashlib.sha256(sink.getvalue()).hexdigest() == vector.one("payload")
    else:
        assert not sink.getvalue()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_all_at_once_and_reader_agree(vector: AgeVector) -> None:
    """`decrypt_bytes` and `DecryptReader` come to the same verdict, and give nothing or everything."""
    expected = FAULTS.get(vector.one("expect") or "")
    if expected is not None:
        with pytest.raises(expected):
            age.decrypt_bytes(vector.file, identities(vector))
        with pytest.raises(expected):
            age.DecryptReader(io.BytesIO(vector.file), identities(vector)).read()
        return
    plain = age.decrypt_bytes(vector.file, identities(vector))
    assert hashlib.sha256(plain).hexdigest() == vector.one("payload")
    assert age.DecryptReader(io.BytesIO(vector.file), identities(vector)).read() == plain
