"""A second verifier of bundles, for whoever does not want to trust the first one.

    python tools/second_verifier.py BUNDLE.tar|FOLDER... --root FILE --trust FOLDER [--at 2026-11-21T17:40:00Z]

It was written from `docs/spec/bundle-v1.md` and `docs/spec/keys-v1.md` alone, shares no line with `intake`, and must
never import it: two programs that agree are worth something only while neither knows the other. It needs Python and
`cryptography`, opens no item, writes no file. Per bundle it prints one JSON object; the exit code is 0 when all are
VALID, 30 when one is INVALID, else 31.

Where the words of a check are the specification's, so is its number. Read from the bottom: `CHECKS` is the table, and
each function above it is one row.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ED25519, COMPOSITE = "ssh-ed25519", "ssh-mldsa44-ed25519@openssh.com"
MIB = 1 << 20
TAG_FILES = {  # name: most bytes, in the order of the container
    "bagit.txt": 64,
    "bag-info.txt": 512,
    "manifest-sha256.txt": 2 * MIB,
    "statement.json": 16 * MIB,
    "tagmanifest-sha256.txt": 1024,
    "tagmanifest-sha256.txt.sig": 8192,
    "tagmanifest-sha256.txt.pq.sig": 8192,
}
MOST_ITEMS, LARGEST_ITEM = 10_000, 1152 * MIB
LARGEST_TRUST_FILE = 8 * MIB


class Fail(Exception):
    """The bytes are not what they claim; `check` where it is not the one that is running."""

    def __init__(self, why: str, check: str = "") -> None:
        super().__init__(why)
        self.check = check


class Undecided(Exception):
    """What is needed to decide is not here."""


def need(condition: object, why: str, check: str = "") -> None:
    """Fails the check unless the condition holds."""
    if not condition:
        raise Fail(why, check)


# --- SSH keys and signatures -------------------------------------------------------------------------------------


def strings(blob: bytes) -> list[bytes]:
    """The SSH strings (length in four bytes, then that many) that fill these bytes exactly."""
    found = []
    while blob:
        size = int.from_bytes(blob[:4], "big")
        need(len(blob) >= 4 + size, "an SSH string is cut")
        found.append(blob[4 : 4 + size])
        blob = blob[4 + size :]
    return found


def joined(*parts: bytes) -> bytes:
    """The opposite of `strings`."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def raw_keys(blob: bytes, kind: str) -> list[bytes]:
    """The Ed25519 point, and before it the ML-DSA key of a composite one; fails unless whole and of this type (K08)."""
    parts, sizes = strings(blob), {ED25519: [32], COMPOSITE: [1312, 32]}[kind]
    need(len(parts) == 2 and parts[0] == kind.encode() and len(parts[1]) == sum(sizes), "K08: not a whole key")
    return [parts[1][:-32], parts[1][-32:]] if kind == COMPOSITE else [parts[1]]


def good_point(key: bytes) -> bool:
    """K09: on the curve, written in the one way, and not of low order (eight times it is not the neutral point)."""
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p
    y, sign = int.from_bytes(key, "little") & (2**255 - 1), key[31] >> 7
    xx = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
    x = pow(xx, (p + 3) // 8, p)
    if x * x % p != xx:
        x = x * pow(2, (p - 1) // 4, p) % p
    if y >= p or x * x % p != xx or (x == 0 and sign):
        return False
    for _ in range(3):
        t = d * x * x * y * y
        x, y = 2 * x * y * pow(1 + t, -1, p) % p, (y * y + x * x) * pow(1 - t, -1, p) % p
    return (x, y) != (0, 1)


def verified(armored: bytes, namespace: str, message: bytes) -> bytes:
    """The wire form of the key that made this SSHSIG signature; fails unless it is canonical and right."""
    head, tail = b"-----BEGIN SSH SIGNATURE-----\n", b"-----END SSH SIGNATURE-----\n"
    try:
        raw = base64.b64decode(armored.removeprefix(head).removesuffix(tail).replace(b"\n", b""), validate=True)
    except binascii.Error:
        raise Fail("the signature is no base64") from None
    text = base64.b64encode(raw)
    body = b"".join(text[at : at + 70] + b"\n" for at in range(0, len(text), 70))
    need(armored == head + body + tail, "the armor is not canonical")
    parts = strings(raw[10:])
    need(raw[:10] == b"SSHSIG\0\0\0\1" and len(parts) == 5, "not an SSHSIG signature of version 1")
    need(parts[1:4] == [namespace.encode(), b"", b"sha512"], f"not a SHA-512 signature in {namespace}")
    kind = COMPOSITE if len(parts[0]) > 100 else ED25519
    keys, signature = raw_keys(parts[0], kind), strings(parts[4])
    need(len(signature) == 2 and signature[0] == kind.encode(), f"not a signature by {kind}")
    signed = b"SSHSIG" + joined(*parts[1:4], hashlib.sha512(message).digest())
    try:
        if kind == COMPOSITE:  # IETF's MLDSA44-Ed25519-SHA512: both halves sign the prefixed digest
            label = b"COMPSIG-MLDSA44-Ed25519-SHA512"
            signed = b"CompositeAlgorithmSignatures2025" + label + b"\0" + hashlib.sha512(signed).digest()
            MLDSA44PublicKey.from_public_bytes(keys[0]).verify(signature[1][:-64], signed, label)
        Ed25519PublicKey.from_public_bytes(keys[-1]).verify(
            signature[1][-64:] if kind == COMPOSITE else signature[1], signed
        )
    except (InvalidSignature, ValueError):
        raise Fail(f"the {kind} signature does not verify") from None
    return parts[0]


# --- Trust files (keys-v1.md) -------------------------------------------------------------------------------------


ROLES = {  # kind of file: pattern of its names, namespaces
    "root": ("root", "root-v1 officers-v1 card-v1"),
    "officers": (
        "c-[a-z0-9-]{1,30}",
        "roster-v1 recipients-v1 pack-v1 receipt-v1 checkpoint-v1 bundle-v1 record-v1",
    ),
    "roster": ("d-[a-z0-9-]{1,30}", "record-v1 bundle-v1 request-v1"),
}
TIME = "2[0-9]{13}Z"
NUMBER = "(?:0|[1-9][0-9]{0,14})"
LOG = f"c-[a-z0-9-]{{1,30}}:{NUMBER}"


class Principal(NamedTuple):
    """Two lines of a directory."""

    name: str
    after: str
    before: str
    keys: tuple[bytes, bytes]  # wire forms: Ed25519, composite
    revoked: bool = False

    def raw(self) -> list[bytes]:
        """All raw keys, those inside the composite too."""
        return raw_keys(self.keys[0], ED25519) + raw_keys(self.keys[1], COMPOSITE)

    def counts(self, at: str) -> bool:
        """Whether its dates hold; the root has none."""
        return not self.after or self.after <= at < self.before


def real_time(text: str) -> bool:
    """Whether such a time exists."""
    try:
        return bool(datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC))
    except ValueError:
        return False


def key_line(kind: str, key_type: str, line: str) -> tuple[str, str, str, bytes]:
    """One line of a directory: name, dates, key (K03 to K09)."""
    names, spaces = ROLES[kind]
    listed = ",".join(space + "@intake" for space in spaces.split())
    dates = "()()" if kind == "root" else f',valid-after="({TIME})",valid-before="({TIME})"'
    found = re.fullmatch(f'({names}) namespaces="{listed}"{dates} {re.escape(key_type)} ([A-Za-z0-9+/]+={{0,2}})', line)
    if not found:
        raise Fail("K03 to K10: a line that is not of the grammar")
    name, after, before, text = found.groups()
    need(kind == "root" or (real_time(after) and real_time(before) and after <= before), "K07: dates")
    try:
        blob = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Fail("K08: not base64") from None
    need(base64.b64encode(blob).decode() == text, "K08: base64 is not canonical")
    need(good_point(raw_keys(blob, key_type)[-1]), "K09: a bad Ed25519 key")
    return name, after, before, blob


def directory(kind: str, data: bytes) -> tuple[str, list[Principal]]:
    """The organisation and the principals of a trust file under the strict grammar (K01 to K14)."""
    need(len(data) <= LARGEST_TRUST_FILE and re.fullmatch(rb"[ -~\n]*\n", data), "K01: bytes")
    lines = data.decode().split("\n")[:-1]
    head = f"# intake-{kind}/1\n# org ([0-9a-f]{{64}})\n# serial [1-9][0-9]{{0,14}}"
    org = re.fullmatch(head, "\n".join(lines[:3]))
    need(org, "K02: the first three lines")
    keys = [line for line in lines[3:] if not line.startswith("#")]
    revocations = lines[3 + len(keys) :]
    need(lines[3:] == keys + revocations and len(keys) % 2 == 0, "K10, K13: lines out of place")
    found: dict[str, Principal] = {}
    for first, second in zip(keys[::2], keys[1::2], strict=True):
        one, two = key_line(kind, ED25519, first), key_line(kind, COMPOSITE, second)
        need(one[:3] == two[:3], "K10: the two lines of a principal differ")
        need(one[0] not in found, "K11: a name twice")
        found[one[0]] = Principal(*one[:3], (one[3], two[3]))
    raw = [key for principal in found.values() for key in principal.raw()]
    need(len(raw) == len(set(raw)), "K12: a raw key twice")
    for line in revocations:
        revoke(found, line)
    need(kind != "root" or len(found) == 1, "K14: one root")
    return org.group(1) if org else "", list(found.values())


def revoke(found: dict[str, Principal], line: str) -> None:
    """K13: a revocation is of a principal above, closed by then, once."""
    parts = re.fullmatch(f"# revoked ([a-z0-9-]+) at=({TIME}) log=(?:-|{LOG}(?:,{LOG})*) reason=[a-z-]{{1,32}}", line)
    principal = found.get(parts.group(1)) if parts else None
    if not parts or not principal:
        raise Fail("K13: no revocation of a principal above")
    at = parts.group(2)
    need(real_time(at) and principal.before and principal.before <= at and not principal.revoked, "K13: not closed")
    found[principal.name] = principal._replace(revoked=True)


def fingerprint(root: Principal) -> str:
    """The organisation: SHA-256 over both public keys in wire form."""
    return hashlib.sha256(b"".join(root.keys)).hexdigest()


def signer(keys: tuple[bytes, bytes], among: list[Principal]) -> Principal:
    """Whose two keys these are; undecided when neither is known, a failure when they are not one principal's (K22)."""
    need(COMPOSITE.encode() in keys[1] and COMPOSITE.encode() not in keys[0], "not one signature of each type")
    found = [principal for principal in among if set(keys) & set(principal.keys)]
    if not found:
        raise Undecided("the signer is unknown")
    need(found[0].keys == keys, "the two keys are not the two keys of one principal")
    return found[0]


# --- age files and tars -------------------------------------------------------------------------------------------


def hkdf(key: bytes, salt: bytes | None, info: bytes) -> bytes:
    """HKDF-SHA256 to 32 bytes."""
    return HKDF(hashes.SHA256(), 32, salt, info).derive(key)


def opened(source: BinaryIO, seeds: list[bytes]) -> Iterator[bytes]:
    """The plaintext of an age file for one of these post-quantum keys; the caller has read the first line."""
    header = b"age-encryption.org/v1\n"
    stanzas: list[list[bytes]] = []
    while (line := source.readline(4096)).startswith(b"-> ") or (stanzas and not line.startswith(b"---")):
        need(len(header) < MIB and line.endswith(b"\n"), "the age header is damaged", "B01")
        header += line
        if line.startswith(b"-> "):
            stanzas.append([*line.split()[1:], b""])
        else:
            stanzas[-1][-1] += line.strip()
    need(all(stanza[0] == b"mlkem768x25519" and len(stanza) == 3 for stanza in stanzas), "not our recipients", "B01")
    file_key = unwrapped(stanzas, seeds)
    mac = hmac.digest(hkdf(file_key, None, b"header"), header + b"---", "sha256")
    need(line == b"--- " + base64.b64encode(mac).rstrip(b"=") + b"\n", "the age header is damaged", "B01")
    cipher = ChaCha20Poly1305(hkdf(file_key, source.read(16), b"payload"))
    chunk, number = source.read(65552), 0
    while True:
        following = source.read(65552)
        nonce = number.to_bytes(11, "big") + (b"\0" if following else b"\1")
        try:
            plain = cipher.decrypt(nonce, chunk, None)
        except InvalidTag:
            raise Fail("the age file is damaged or cut", "B01") from None
        need(plain or not number, "an empty last chunk", "B01")
        yield plain
        if not following:
            return
        chunk, number = following, number + 1


def unwrapped(stanzas: list[list[bytes]], seeds: list[bytes]) -> bytes:
    """The file key, from the stanza that is ours."""
    suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
    for seed in seeds:
        halves = hashlib.shake_256(seed).digest(96)  # X-Wing: one seed, two keys
        key = hpke.MLKEM768X25519PrivateKey(
            MLKEM768PrivateKey.from_seed_bytes(halves[:64]), X25519PrivateKey.from_private_bytes(halves[64:])
        )
        for _, share, body in stanzas:
            try:
                wrapped = b"".join(base64.b64decode(part + b"=" * (-len(part) % 4)) for part in (share, body))
                return suite.decrypt(wrapped, key, b"age-encryption.org/mlkem768x25519")
            except (InvalidTag, ValueError):
                continue
    raise Undecided("an envelope, and no key to it is here")


def padded(size: int) -> int:
    """PADMÉ of at least one MiB, in whole blocks."""
    size = max(size, MIB)
    exponent = size.bit_length() - 1
    unit = 1 << (exponent - exponent.bit_length())
    return -(-(-(-size // unit) * unit) // 512) * 512


class Plaintext(io.RawIOBase):
    """Reads from an iterator of chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks, self.rest = chunks, b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """What `io` asks for."""
        self.rest = self.rest or next(self.chunks, b"")
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


def tar_header(name: bytes, size: int) -> bytes:
    """The one header for this name and size."""
    head = name.ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" % size + b"0" * 11 + b"\0"
    tail = b"0".ljust(101, b"\0") + b"ustar\x0000"
    block = (head + b" " * 8 + tail).ljust(512, b"\0")
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


@dataclass
class Bundle:
    """What the one pass over the file gave, and what the verifier brought along."""

    root: bytes
    trust: dict[str, bytes]
    at: str
    purpose: str | None = None
    known: list[list[Any]] = field(default_factory=list)  # of other bundles: sender, chain, seq, digest
    seeds: list[bytes] = field(default_factory=list)  # of age keys, for envelopes
    enveloped: bool = False
    folder: str = ""
    texts: dict[str, bytes] = field(default_factory=dict)
    payload: list[tuple[str, int, str]] = field(default_factory=list)  # name, size, SHA-256
    fault: Fail | Undecided | None = None
    people: dict[str, list[Principal]] = field(default_factory=dict)
    keys: tuple[bytes, ...] = ()
    signer: Principal | None = None
    statement: dict[str, Any] = field(default_factory=dict)

    def read(self, source: BinaryIO) -> None:
        """Reads the file once; a fault is kept for the check that it belongs to."""
        first = source.read(22)
        self.enveloped = first == b"age-encryption.org/v1\n"
        try:
            if self.enveloped:
                source = io.BufferedReader(Plaintext(opened(source, self.seeds)), 65536)
                first = source.read(22)
            self.read_tar(first, source)
        except (Fail, Undecided) as fault:
            self.fault = fault

    def read_tar(self, first: bytes, source: BinaryIO) -> None:
        """Every member, in the one order, up to the end and what may stand behind it."""
        total = 0
        while (block := first + source.read(512 - len(first))) != bytes(512):
            first = b""
            name, size = block[:100].rstrip(b"\0"), block[124:135]
            need(re.fullmatch(rb"[0-7]{11}", size), "no tar header", "B03")
            need(re.fullmatch(rb"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*", name), "a name", "B03")
            need(block == tar_header(name, int(size, 8)), "not the canonical header", "B03")
            self.read_member(name.decode(), int(size, 8), source)
            total += 512 + -(-int(size, 8) // 512) * 512
        need(source.read(512) == bytes(512), "no end", "B03")
        need(list(self.texts) == list(TAG_FILES), "members are missing", "B04")
        need(len({item[0] for item in self.payload}) == len(self.payload), "a file twice", "B04")
        rest = source.read(MIB)
        need(self.enveloped or not rest, "something stands behind the end", "B03")
        behind = len(rest)
        while rest:
            need(not any(rest), "the padding is not zero", "B01")
            rest = source.read(MIB)
            behind += len(rest)
        need(not self.enveloped or total + 1024 + behind == padded(total + 1024), "not padded as it should be", "B01")

    def read_member(self, name: str, size: int, source: BinaryIO) -> None:
        """One member: the name that stands next, within its limit, to its last zero."""
        expected = list(TAG_FILES)[len(self.texts)] if len(self.texts) < len(TAG_FILES) else "data/[0-9a-f]{32}[.]age"
        self.folder = self.folder or name[:32]
        need(re.fullmatch("[0-9a-f]{32}", self.folder), "the folder is not 32 hex", "B04")
        need(re.fullmatch(f"{self.folder}/{expected}", name), f"{name} should not stand here", "B04")
        short = name[33:]
        need(size <= TAG_FILES.get(short, LARGEST_ITEM), f"{name} is too large", "B02")
        need(len(self.payload) < MOST_ITEMS or short in TAG_FILES, "too many items", "B02")
        digest, kept, left = hashlib.sha256(), b"", size
        while left:
            part = source.read(min(left, MIB))
            need(part, "cut", "B03")
            digest.update(part)
            left -= len(part)
            if short in TAG_FILES:
                kept += part
        slack = -size % 512
        need(source.read(slack) == bytes(slack), "slack is not zero, or cut", "B03")
        if short in TAG_FILES:
            self.texts[short] = kept
        else:
            self.payload.append((short.removeprefix("data/"), size, digest.hexdigest()))

    def digest(self) -> str:
        """Of the bundle: what the next one names in `prev`."""
        return "sha256:" + hashlib.sha256(self.texts["tagmanifest-sha256.txt"]).hexdigest()


# --- The checks (bundle-v1.md) ------------------------------------------------------------------------------------


def one_pass(bundle: Bundle, check: str) -> str | None:
    """B01 to B04: what the one pass over the file found."""
    if isinstance(bundle.fault, Undecided) and check == "B01":
        raise bundle.fault
    if isinstance(bundle.fault, Fail) and bundle.fault.check == check:
        raise bundle.fault
    return "not-given" if check == "B01" and not bundle.enveloped else None


def bagit(bundle: Bundle) -> None:
    """B05."""
    need(bundle.texts["bagit.txt"] == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "another text")


def bag_info(bundle: Bundle) -> None:
    """B06."""
    text = (
        f"BagIt-Profile-Identifier: urn:x-intake:bundle:1\nExternal-Identifier: {bundle.folder}\n"
        f"Payload-Oxum: {sum(size for _, size, _ in bundle.payload)}.{len(bundle.payload)}\n"
    )
    need(bundle.texts["bag-info.txt"] == text.encode(), "another text than this bundle's")


def root(bundle: Bundle) -> None:
    """B07: K01 to K14, K20."""
    org, people = directory("root", bundle.root)
    need(org == fingerprint(people[0]), "K20: not the fingerprint of these keys")
    bundle.people["root"] = people


def trust_file(bundle: Bundle, kind: str, above: list[Principal]) -> Principal:
    """The grammar, K20, both signatures by somebody of the file above, and K26; gives who signed."""
    names = [kind, f"{kind}.sig", f"{kind}.pq.sig"]
    if any(name not in bundle.trust for name in names):
        raise Undecided(f"K29: {' or '.join(names)} is not here")
    data, classic, pq = (bundle.trust[name] for name in names)
    org, people = directory(kind, data)
    need(org == fingerprint(bundle.people["root"][0]), "K20: of another organisation")
    space = f"{kind}-v1@intake"
    keys = verified(classic, space, data), verified(pq, space, data)
    others = [principal for kinds in bundle.people.values() for principal in kinds]
    raw = {key for principal in others for key in principal.raw()}
    need(not any(key in raw for principal in people for key in principal.raw()), "K26: a raw key of a file above")
    by = signer(keys, others)
    need(by in above, "K23: the role of who signed does not have this namespace")
    bundle.people[kind] = people
    return by


def officers(bundle: Bundle) -> None:
    """B08: undecided only when the files are not here; another signer than the root is a failure (K21)."""
    try:
        trust_file(bundle, "officers", bundle.people["root"])
    except Undecided as why:
        need("officers" not in bundle.trust or str(why).startswith("K29"), "K21: not signed by the root")
        raise


def roster(bundle: Bundle) -> None:
    """B09."""
    by = trust_file(bundle, "roster", bundle.people["officers"])
    if not by.counts(bundle.at):
        raise Undecided("the officer who signed it is out of time")


def tagmanifest(bundle: Bundle) -> None:
    """B10."""
    text = "".join(f"{hashlib.sha256(bundle.texts[name]).hexdigest()}  {name}\n" for name in list(TAG_FILES)[:4])
    need(bundle.texts["tagmanifest-sha256.txt"] == text.encode(), "not what the four tag files make")


def signature(bundle: Bundle, name: str) -> None:
    """B11 and B12."""
    message = bundle.texts["tagmanifest-sha256.txt"]
    bundle.keys += (verified(bundle.texts[f"tagmanifest-sha256.txt.{name}"], "bundle-v1@intake", message),)


def who_signed(bundle: Bundle) -> None:
    """B13."""
    bundle.signer = signer((bundle.keys[0], bundle.keys[1]), bundle.people["officers"] + bundle.people["roster"])


def in_time(bundle: Bundle) -> None:
    """B14."""
    if not bundle.signer or bundle.signer.revoked or not bundle.signer.counts(bundle.at):
        raise Undecided("the signer is revoked, or not enrolled at the time")


HEX32, HEX64, DIGEST = "[0-9a-f]{32}", "[0-9a-f]{64}", "sha256:[0-9a-f]{64}"
WHOLE = range(2**53)
KINDS = ["record", "identity", "attachment", "identity-attachment"]
ITEM = {
    "name": HEX32 + "[.]age",
    "kind": "|".join(KINDS),
    "record": DIGEST,
    "attachment": (None, WHOLE),
    "part": (None, "[0-9]{4}-of-[0-9]{4}"),
    "size": WHOLE[1:],
    "sha256": HEX64,
    "to": [HEX64],
    "epoch": (None, "[0-9]{4}-(0[1-9]|1[0-2])"),
    "ordinal": WHOLE[1:],
}
STATEMENT = {
    "format": "intake-statement/1",
    "org": HEX64,
    "purpose": "real|made-up",
    "bundle": HEX32,
    "sender": "[cd]-[a-z0-9-]{1,30}",
    "chain": HEX32,
    "predecessor": (None, HEX32),
    "seq": WHOLE[1:],
    "prev": (None, DIGEST),
    "roster": DIGEST,
    "recipients": DIGEST,
    "checkpoint": (None, {"origin": "(?s).{1,128}", "size": WHOLE, "root": DIGEST}),
    "items": [ITEM],
    "unreceipted": [DIGEST],
}


def fits(value: Any, shape: Any) -> bool:
    """Whether JSON has this shape: a pattern, a range of whole numbers, a list of one shape, fields, or either of two."""
    if isinstance(shape, dict):
        return isinstance(value, dict) and value.keys() == shape.keys() and all(fits(value[k], shape[k]) for k in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(member, shape[0]) for member in value)
    if isinstance(shape, tuple):
        return value is shape[0] or fits(value, shape[1])
    if isinstance(shape, range):
        return type(value) is int and value in shape
    return isinstance(value, str) and bool(re.fullmatch(shape, value))


def no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, if no key stands twice in it."""
    need(len(dict(pairs)) == len(pairs), "a key twice in one object")
    return dict(pairs)


def statement(bundle: Bundle) -> None:
    """B15."""
    try:
        parsed = json.loads(bundle.texts["statement.json"].decode(), object_pairs_hook=no_key_twice)
        json.dumps(parsed, ensure_ascii=False).encode()  # a lone surrogate has no UTF-8
    except (ValueError, RecursionError):
        raise Fail("not strict JSON") from None
    need(fits(parsed, STATEMENT), "not of the form of a statement")
    need(all(1 <= len(item["to"]) <= 64 for item in parsed["items"]), "an item to nobody, or to more than 64")
    bundle.statement = parsed


def same(field_: str, value: Callable[[Bundle], Any]) -> Callable[[Bundle], None]:
    """B16, B17, B18: a field of the statement is what the rest of the bundle says."""
    return lambda bundle: need(bundle.statement[field_] == value(bundle), f"another {field_}")


def items(bundle: Bundle) -> None:
    """B19."""
    rows, ordinals = bundle.statement["items"], dict[str, int]()
    order = [(i["ordinal"], i["record"], KINDS.index(i["kind"]), i["attachment"] or 0, i["part"] or "") for i in rows]
    need(order == sorted(set(order)), "out of order, or an item twice")
    need(len({item["name"] for item in rows}) == len(rows), "a name twice")
    parts: dict[Any, list[str]] = {}
    for item in rows:
        need(ordinals.setdefault(item["record"], item["ordinal"]) == item["ordinal"], "one record, two ordinals")
        attached = item["kind"].endswith("attachment")
        need((item["attachment"] is not None, item["part"] is not None) == (attached, attached), "attachment fields")
        if attached:
            parts.setdefault((item["record"], item["kind"], item["attachment"]), []).append(item["part"])
    for found in parts.values():
        need(found == [f"{n:04}-of-{len(found):04}" for n in range(1, len(found) + 1)], "a part missing")


def unreceipted(bundle: Bundle) -> None:
    """B20."""
    listed = bundle.statement["unreceipted"]
    need(listed == sorted(set(listed)), "not sorted, or one twice")
    own = {"sha256:" + item["sha256"] for item in bundle.statement["items"]}
    need(bundle.statement["sender"].startswith("c-") or own <= set(listed), "an own item is missing")


def purpose(bundle: Bundle) -> str | None:
    """B21."""
    need(bundle.purpose in (None, bundle.statement["purpose"]), "another purpose")
    return None if bundle.purpose else "not-given"


def manifest(bundle: Bundle) -> None:
    """B22."""
    text = "".join(f"{digest}  data/{name}\n" for name, _, digest in bundle.payload)
    need(bundle.texts["manifest-sha256.txt"] == text.encode(), "not what the payload makes")


def payload(bundle: Bundle) -> None:
    """B23."""
    claimed = [(item["name"], item["size"], item["sha256"]) for item in bundle.statement["items"]]
    need(claimed == bundle.payload, "the statement names other files, sizes or digests")


def place(bundle: Bundle) -> None:
    """B24."""
    need(
        (bundle.statement["seq"] == 1) == (bundle.statement["prev"] is None), "seq 1 with prev, or a later one without"
    )


def known_at(bundle: Bundle, seq: int) -> set[str]:
    """Digests of the bundles known at a place of this sender's chain."""
    here = [bundle.statement["sender"], bundle.statement["chain"], seq]
    return {other[3] for other in bundle.known if other[:3] == here}


def predecessor(bundle: Bundle) -> None:
    """B25."""
    seq, prev = bundle.statement["seq"], bundle.statement["prev"]
    if seq > 1 and prev not in known_at(bundle, seq - 1):
        raise Undecided("the bundle before it is not known, or is another")


def fork(bundle: Bundle) -> None:
    """B26."""
    if known_at(bundle, bundle.statement["seq"]) - {bundle.digest()}:
        raise Undecided("another bundle is known at this place")


Check = Callable[[Bundle], str | None]
CHECKS: list[tuple[str, Check, str]] = [  # ID, check, which others it needs
    ("B01", lambda bundle: one_pass(bundle, "B01"), ""),
    ("B02", lambda bundle: one_pass(bundle, "B02"), "B01"),
    ("B03", lambda bundle: one_pass(bundle, "B03"), "B01"),
    ("B04", lambda bundle: one_pass(bundle, "B04"), "B01"),
    ("B05", bagit, "B04"),
    ("B06", bag_info, "B04"),
    ("B07", root, ""),
    ("B08", officers, "B07"),
    ("B09", roster, "B08"),
    ("B10", tagmanifest, "B04"),
    ("B11", lambda bundle: signature(bundle, "sig"), "B04"),
    ("B12", lambda bundle: signature(bundle, "pq.sig"), "B04"),
    ("B13", who_signed, "B09 B11 B12"),
    ("B14", in_time, "B13"),
    ("B15", statement, "B04"),
    ("B16", same("org", lambda bundle: fingerprint(bundle.people["root"][0])), "B07 B15"),
    ("B17", same("bundle", lambda bundle: bundle.folder), "B15"),
    ("B18", same("sender", lambda bundle: bundle.signer and bundle.signer.name), "B13 B15"),
    ("B19", items, "B15"),
    ("B20", unreceipted, "B15"),
    ("B21", purpose, "B15"),
    ("B22", manifest, "B04"),
    ("B23", payload, "B15"),
    ("B24", place, "B15"),
    ("B25", predecessor, "B15"),
    ("B26", fork, "B15"),
    ("B27", lambda _: "not-given", ""),
]


def judge(bundle: Bundle, source: BinaryIO) -> dict[str, Any]:
    """Reads the file once and makes every check, in order, up to the first that fails."""
    outcomes, why = dict.fromkeys((row[0] for row in CHECKS), "not-reached"), {}
    bundle.read(source)
    for check, look, needs in CHECKS:
        if any(outcomes[other] not in ("pass", "not-given") for other in needs.split()):
            continue
        try:
            outcomes[check] = look(bundle) or "pass"
        except Undecided as reason:
            outcomes[check], why[check] = "undecided", str(reason)
        except Fail as reason:
            outcomes[check], why[check] = "fail", str(reason)
            break
    seen = set(outcomes.values())
    verdict = "INVALID" if "fail" in seen else "VALID" if seen <= {"pass", "not-given"} else "UNDECIDED"
    return {"verdict": verdict, "checks": outcomes, "why": why}


def as_sent(bundle: Bundle, report: dict[str, Any]) -> list[Any]:
    """The place in its chain of a bundle that is what its sender signed, whatever of the chain is still missing."""
    rest = {outcome for check, outcome in report["checks"].items() if check not in ("B25", "B26")}
    if not rest <= {"pass", "not-given"}:
        return []
    return [bundle.statement[key] for key in ("sender", "chain", "seq")] + [bundle.digest()]


def main(arguments: list[str] | None = None) -> int:
    """The command line. Bundles given together are each other's known places, whatever their order."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", nargs="+", type=Path, help="a signed tar, an envelope, or a folder of them")
    parser.add_argument("--root", required=True, type=Path, help="the root file, from somebody you trust")
    parser.add_argument("--trust", required=True, type=Path, help="folder of officers and roster with their signatures")
    parser.add_argument("--at", help="the time to judge at, as 2026-11-21T17:40:00Z; else now")
    parser.add_argument("--purpose", choices=["real", "made-up"])
    given = parser.parse_args(arguments)
    at = given.at or datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if not real_time(at := re.sub("[-:T]", "", at)):
        parser.error("--at is no time")
    wanted = [kind + end for kind in ("officers", "roster") for end in ("", ".sig", ".pq.sig")]
    trust = {name: (given.trust / name).read_bytes() for name in wanted if (given.trust / name).is_file()}
    paths = [path for one in given.bundle for path in (sorted(one.glob("*.[at][ga][er]")) if one.is_dir() else [one])]
    known: list[list[Any]] = []
    for last in (False, True) if len(paths) > 1 else (True,):
        verdicts, places = set(), []
        for path in paths:
            bundle = Bundle(given.root.read_bytes(), trust, at, given.purpose, known)
            with path.open("rb") as source:
                report = judge(bundle, source)
            verdicts.add(report["verdict"])
            places.append(as_sent(bundle, report))
            if last:
                print(json.dumps({"bundle": str(path), **report}, ensure_ascii=False))
        known = [place for place in places if place]
    return 30 if "INVALID" in verdicts else 31 if "UNDECIDED" in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
