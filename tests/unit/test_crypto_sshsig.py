"""Signatures: both keys, one canonical file each; anything bent is a fault, and keys that sign anything are refused."""

from __future__ import annotations

import base64
import hashlib
import io

import pytest

from intake.crypto import sshsig
from intake.crypto.sshsig import SignerKeys
from intake.errors import CryptoError, MalformedKey, SignatureFault, WeakKey

KEYS = SignerKeys.from_bytes(bytes(range(96)))
NAMESPACE = "record-v1@intake"
MESSAGE = b"what was said"
BOTH = KEYS.sign(NAMESPACE, MESSAGE)
P = 2**255 - 19


def blob_of(armored: bytes) -> bytes:
    """The blob inside an armor."""
    return base64.b64decode(b"".join(armored.splitlines()[1:-1]))


def strings(*fields: bytes) -> bytes:
    """Ssh strings one after another."""
    return b"".join(len(field).to_bytes(4, "big") + field for field in fields)


def forged(blob: bytes) -> bytes:
    """Any blob in canonical armor."""
    return sshsig._armor(blob)


def test_both_signatures_verify_to_their_own_keys() -> None:
    """Verification returns the key that signed, each its own."""
    assert sshsig.verify(BOTH.ed25519, NAMESPACE, MESSAGE) == KEYS.public.ed25519
    assert sshsig.verify(BOTH.composite, NAMESPACE, MESSAGE) == KEYS.public.composite


def test_bytes_stream_and_digest_are_one_message() -> None:
    """A message signs the same as bytes, as a stream and as a digest taken before."""
    digest = sshsig.Sha512Digest(hashlib.sha512(MESSAGE).digest())
    assert sshsig.sha512_of(io.BytesIO(MESSAGE)) == digest
    assert KEYS.sign(NAMESPACE, io.BytesIO(MESSAGE)).ed25519 == BOTH.ed25519
    assert sshsig.verify(BOTH.composite, NAMESPACE, digest) == KEYS.public.composite
    assert sshsig.verify(BOTH.ed25519, NAMESPACE, io.BytesIO(MESSAGE)) == KEYS.public.ed25519


def test_keys_come_back_from_their_seeds() -> None:
    """96 kept bytes, and the root's one secret, always give the same keys."""
    assert SignerKeys.from_bytes(KEYS.seeds).public == KEYS.public
    assert SignerKeys.from_root_secret(bytes(32)) == SignerKeys.from_root_secret(bytes(32))
    assert SignerKeys.from_root_secret(bytes(32)) != SignerKeys.from_root_secret(b"\x01" + bytes(31))
    assert SignerKeys.generate() != SignerKeys.generate()


def test_the_two_keys_of_a_principal_are_separate() -> None:
    """The classic half of the hybrid is not the classic key, also for a root's."""
    for keys in (KEYS, SignerKeys.from_root_secret(bytes(32))):
        assert keys.public.ed25519[-32:] != keys.public.composite[-32:]


@pytest.mark.parametrize("size", [0, 95, 97])
def test_seeds_of_another_length(size: int) -> None:
    """Seeds are exactly 96 bytes, a root secret exactly 32."""
    with pytest.raises(MalformedKey):
        SignerKeys.from_bytes(bytes(size))
    with pytest.raises(MalformedKey):
        SignerKeys.from_root_secret(bytes(size))


def test_repr_shows_no_seed() -> None:
    """A repr carries nothing secret."""
    assert "x01" not in repr(KEYS)
    assert KEYS.seeds.hex()[:8] not in repr(KEYS)


@pytest.mark.parametrize("armored", [BOTH.ed25519, BOTH.composite])
def test_other_message_or_namespace(armored: bytes) -> None:
    """A signature holds for one message and one purpose."""
    with pytest.raises(SignatureFault):
        sshsig.verify(armored, NAMESPACE, MESSAGE + b"\n")
    with pytest.raises(SignatureFault):
        sshsig.verify(armored, "bundle-v1@intake", MESSAGE)


@pytest.mark.parametrize("half", [0, 2420])
def test_both_halves_of_the_hybrid_must_hold(half: int) -> None:
    """Damage in the post-quantum half alone, or in the classic half alone, refuses the hybrid."""
    blob = bytearray(blob_of(BOTH.composite))
    blob[len(blob) - 2420 - 64 + half + 5] ^= 1
    with pytest.raises(SignatureFault):
        sshsig.verify(forged(bytes(blob)), NAMESPACE, MESSAGE)


def test_signature_of_the_hybrids_classic_half_alone_is_refused() -> None:
    """The hybrid's classic half can't be carried over as a classic signature, nor the other way round."""
    with pytest.raises(SignatureFault):
        sshsig.verify(forged(blob_of(BOTH.ed25519).replace(b"ssh-ed25519", b"ssh-ed2551x")), NAMESPACE, MESSAGE)
    signed = sshsig._signed_bytes(NAMESPACE, MESSAGE)
    half = KEYS._keys[2].sign(sshsig._composed(signed))
    key = strings(b"ssh-ed25519", KEYS.public.composite[-32:])
    carried = sshsig._signature_blob(key, NAMESPACE, strings(b"ssh-ed25519", half))
    with pytest.raises(SignatureFault):
        sshsig.verify(forged(carried), NAMESPACE, MESSAGE)


ED_KEY = KEYS.public.ed25519
ED_SIG = strings(b"ssh-ed25519", bytes(64))
HEAD = b"SSHSIG\x00\x00\x00\x01"


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        HEAD,
        b"SSHSIG\x00\x00\x00\x02" + strings(ED_KEY, b"ns", b"", b"sha512", ED_SIG),
        b"SSHSIH\x00\x00\x00\x01" + strings(ED_KEY, b"ns", b"", b"sha512", ED_SIG),
        HEAD + strings(ED_KEY, b"ns", b"x", b"sha512", ED_SIG),
        HEAD + strings(ED_KEY, b"ns", b"", b"sha256", ED_SIG),
        HEAD + strings(ED_KEY, b"ns", b"", b"sha512"),
        HEAD + strings(ED_KEY, b"ns", b"", b"sha512", ED_SIG, b""),
        HEAD + strings(ED_KEY, b"ns", b"", b"sha512", ED_SIG) + b"\x00",
        HEAD + strings(ED_KEY, b"ns", b"", b"sha512", ED_SIG)[:-1],
        HEAD + b"\xff\xff\xff\xff" + strings(ED_KEY),
        HEAD + strings(ED_KEY, b"\xff", b"", b"sha512", ED_SIG),
        HEAD + strings(ED_KEY + b"x", b"ns", b"", b"sha512", ED_SIG),
        HEAD + strings(strings(b"ssh-rsa", bytes(32)), b"ns", b"", b"sha512", ED_SIG),
        HEAD + strings(strings(b"ssh-ed25519", bytes(31)), b"ns", b"", b"sha512", ED_SIG),
        HEAD + strings(b"", b"ns", b"", b"sha512", ED_SIG),
        HEAD + strings(ED_KEY, b"ns", b"", b"sha512", strings(b"ssh-ed25519", bytes(63))),
        HEAD + strings(ED_KEY, b"ns", b"", b"sha512", strings(b"ssh-ed25519", bytes(65))),
        HEAD + strings(ED_KEY, b"ns", b"", b"sha512", strings(b"ssh-mldsa", bytes(64))),
        HEAD + strings(ED_KEY, b"ns", b"", b"sha512", b""),
        HEAD + strings(KEYS.public.composite, b"ns", b"", b"sha512", ED_SIG),
    ],
)
def test_malformed_blobs(blob: bytes) -> None:
    """Each field of the blob has one form; anything else is refused before any key is used."""
    with pytest.raises(SignatureFault):
        sshsig.parse_signature(forged(blob))


def test_malformed_armor() -> None:
    """Only the armor we would write is read: no rewrapping, no CRLF, nothing before or after."""
    good = BOTH.ed25519
    lines = good.splitlines(keepends=True)
    bent = [
        b"",
        good[:-1],
        good + b"\n",
        good + b"x",
        b" " + good,
        good.replace(b"\n", b"\r\n"),
        lines[0] + b"".join(line.strip() for line in lines[1:-1]) + b"\n" + lines[-1],
        good.replace(b"BEGIN", b"begin"),
        good.replace(b"END SSH", b"END PGP"),
        lines[0] + b"\n" + b"".join(lines[1:]),
        lines[0] + lines[-1],
        lines[0] + b"=" + b"".join(lines[1:]),
        lines[0] + b"Comment: x\n" + b"".join(lines[1:]),
        good.replace(b"==", b"") if b"==" in good else good.replace(b"=", b""),
        bytes(9000),
        b"\xff" * 300,
    ]
    for armored in bent:
        if armored != good:
            with pytest.raises(SignatureFault):
                sshsig.parse_signature(armored)


def test_public_lines_round_trip() -> None:
    """A line and its blob say the same; a comment is not part of it."""
    for line, blob in zip(KEYS.public.lines(), (KEYS.public.ed25519, KEYS.public.composite), strict=True):
        assert sshsig.parse_public(line) == blob
        for bent in (line + " d-01", line + "\n", " " + line, line.replace(" ", "  "), line[:-1], line.upper(), ""):
            with pytest.raises(MalformedKey):
                sshsig.parse_public(bent)


@pytest.mark.parametrize(
    "line", ["ssh-ed25519", "ssh-ed25519 é", "ssh-ed25519 AAAA", "ssh-rsa AAAAB3NzaC1yc2E=", "ключ"]
)
def test_malformed_public_lines(line: str) -> None:
    """Other types and broken base64 are no keys."""
    with pytest.raises(MalformedKey):
        sshsig.parse_public(line)


def test_public_line_of_a_broken_blob() -> None:
    """Bytes that are no key are not written as one."""
    with pytest.raises(MalformedKey):
        sshsig.public_line(b"\x00\x00")


def test_a_line_with_the_other_types_name() -> None:
    """The name in the text must be the name in the blob."""
    line = KEYS.public.lines()[0].replace("ssh-ed25519 ", "ssh-mldsa44-ed25519@openssh.com ")
    with pytest.raises(MalformedKey):
        sshsig.parse_public(line)


def add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    """Add two points of edwards25519 in affine form (RFC 8032, section 5.1.4)."""
    d = -121665 * pow(121666, -1, P)
    product = d * a[0] * b[0] * a[1] * b[1]
    x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + product, -1, P) % P
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P) % P
    return x, y


def x_of(y: int) -> int:
    """A square root of (y² - 1) / (d y² + 1)."""
    d = -121665 * pow(121666, -1, P)
    square = (y * y - 1) * pow(d * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square
    return x


@pytest.mark.parametrize("y", sorted(sshsig._SMALL_ORDER_Y))
def test_small_order_points_are_what_we_say_and_are_refused(y: int) -> None:
    """Eight times each listed point is the neutral one (0, 1); as a key it is weak in every encoding."""
    point = (x_of(y), y)
    for _ in range(3):
        point = add(point, point)
    assert point == (0, 1)
    for value in [y] + [y + P] * (y + P < 1 << 255):
        for encoded in (value, value | 1 << 255):
            with pytest.raises(WeakKey):
                sshsig.check_ed25519_point(encoded.to_bytes(32, "little"))


def test_non_canonical_and_off_curve_points_are_refused() -> None:
    """A y at or above p, and a y with no x, are no keys; neither are 31 bytes."""
    off_curve = next(y for y in range(2, 100) if not sshsig._on_curve(y))
    bent = [(P + k).to_bytes(32, "little") for k in range(19)] + [off_curve.to_bytes(32, "little"), bytes(31), b""]
    for key in bent:
        with pytest.raises(WeakKey):
            sshsig.check_ed25519_point(key)


def test_weak_keys_do_not_enter_as_lines() -> None:
    """A key that signs anything is refused when it is read, also as half of a hybrid."""
    weak = bytes(31) + b"\x80"
    for blob in (strings(b"ssh-ed25519", weak), KEYS.public.composite[:-32] + weak):
        with pytest.raises(WeakKey):
            sshsig.parse_public(sshsig.public_line(blob))


def test_weak_key_does_not_verify_its_universal_signature() -> None:
    """With the neutral point as key, R = neutral and S = 0 verify any message in a plain verifier; here they do not."""
    neutral = b"\x01" + bytes(31)
    blob = sshsig._signature_blob(
        strings(b"ssh-ed25519", neutral), NAMESPACE, strings(b"ssh-ed25519", neutral + bytes(32))
    )
    with pytest.raises(SignatureFault):
        sshsig.verify(forged(blob), NAMESPACE, MESSAGE)


def test_malleated_classic_signature_is_refused() -> None:
    """Adding the group's order to S gives other bytes for one signature: refused."""
    blob = blob_of(BOTH.ed25519)
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(blob[-32:], "little") + order
    with pytest.raises(CryptoError):
        sshsig.verify(forged(blob[:-32] + s.to_bytes(32, "little")), NAMESPACE, MESSAGE)
