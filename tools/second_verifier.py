"""A second verifier of bundles, for whoever does not want to trust the first one.

    python tools/second_verifier.py BUNDLE.tar|FOLDER... --root FILE --trust FOLDER [--log FOLDER]
        [--at 2026-11-21T17:40:00Z]

It was written from `docs/spec/bundle-v1.md`, `keys-v1.md` and `log-v1.md` alone, shares no line with `intake`, and must
never import it: two programs that agree are worth something only while neither knows the other. It needs Python and
`cryptography`, opens no item, writes no file. Per bundle it prints one JSON object; the exit code is 0 when all are
VALID, 30 when one is INVALID, else 31. A log that is refused is named on stderr, and counts for nothing.

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
from collections.abc import Callable, Iterable, Iterator  # noqa: TC003 - one file, read from top to bottom
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
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
SIGNED = "tagmanifest-sha256.txt"
MOST_ITEMS, LARGEST_ITEM = 10_000, 1152 * MIB


class Fail(Exception):
    """The bytes are not what they claim; `check` where it is not the one that is running."""

    def __init__(self, why: str, check: str = "") -> None:
        super().__init__(why)
        self.check = check


class Undecided(Exception):
    """What is needed to decide is not here."""

    check = "B01"  # when it comes of the pass over the file


def need(condition: object, why: str, check: str = "") -> None:
    """Fails the check unless the condition holds."""
    if not condition:
        raise Fail(why, check)


def known(condition: object, why: str) -> None:
    """Leaves the check undecided unless the condition holds."""
    if not condition:
        raise Undecided(why)


def sha256(data: bytes) -> str:
    """In hex."""
    return hashlib.sha256(data).hexdigest()


# --- SSH keys and signatures -------------------------------------------------------------------------------------


def strings(blob: bytes) -> list[bytes]:
    """The SSH strings (length in four bytes, then that many) that fill these bytes exactly."""
    found = []
    need(len(blob) <= 8192, "longer than any key or signature")
    while blob:
        size = int.from_bytes(blob[:4], "big")
        need(len(blob) >= 4 + size, "an SSH string is cut")
        found.append(blob[4 : 4 + size])
        blob = blob[4 + size :]
    return found


def unbased(text: bytes) -> bytes:
    """Canonical base64, decoded."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Fail("not base64") from None
    need(base64.b64encode(data) == text, "the base64 is not canonical")
    return data


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
    text = armored.removeprefix(head).removesuffix(tail).replace(b"\n", b"")
    raw = unbased(text)
    body = b"".join(text[at : at + 70] + b"\n" for at in range(0, len(text), 70))
    need(len(armored) <= 8192 and armored == head + body + tail, "the armor is not canonical")
    parts = strings(raw[10:])
    need(raw[:10] == b"SSHSIG\0\0\0\1" and len(parts) == 5, "not an SSHSIG signature of version 1")
    need(parts[1:4] == [namespace.encode(), b"", b"sha512"], f"not a SHA-512 signature in {namespace}")
    kind = COMPOSITE if len(parts[0]) > 100 else ED25519
    keys, signature = raw_keys(parts[0], kind), strings(parts[4])
    need(good_point(keys[-1]), "K09: a key that anybody can sign with")
    need(len(signature) == 2 and signature[0] == kind.encode(), f"not a signature by {kind}")
    fields = [*parts[1:4], hashlib.sha512(message).digest()]
    signed = b"SSHSIG" + b"".join(len(part).to_bytes(4, "big") + part for part in fields)
    try:
        if kind == COMPOSITE:  # IETF's MLDSA44-Ed25519-SHA512: both halves sign the prefixed digest
            label = b"COMPSIG-MLDSA44-Ed25519-SHA512"
            signed = b"CompositeAlgorithmSignatures2025" + label + b"\0" + hashlib.sha512(signed).digest()
            MLDSA44PublicKey.from_public_bytes(keys[0]).verify(signature[1][:-64], signed, label)
        last = signature[1][-64:] if kind == COMPOSITE else signature[1]
        Ed25519PublicKey.from_public_bytes(keys[-1]).verify(last, signed)
    except (InvalidSignature, ValueError):
        raise Fail(f"the {kind} signature does not verify") from None
    return parts[0]


# --- Trust files (keys-v1.md) -------------------------------------------------------------------------------------


OFFICER = "c-[a-z0-9-]{1,30}"
ROLES = {  # kind of file: pattern of its names, namespaces
    "root": ("root", "root-v1 officers-v1 card-v1"),
    "officers": (OFFICER, "roster-v1 recipients-v1 pack-v1 receipt-v1 checkpoint-v1 bundle-v1 record-v1"),
    "roster": ("d-[a-z0-9-]{1,30}", "record-v1 bundle-v1 request-v1"),
}
TIME = "2[0-9]{13}Z"
LOG = f"{OFFICER}:(?:0|[1-9][0-9]{{0,14}})"


class Principal(NamedTuple):
    """Two lines of a directory."""

    name: str
    after: str
    before: str
    keys: tuple[bytes, ...]  # wire forms: Ed25519, composite
    revoked: bool = False
    sizes: tuple[tuple[str, int], ...] = ()  # of a revoked one: up to which entry of each officer's log it counts

    def raw(self) -> list[bytes]:
        """All raw keys, those inside the composite too."""
        return raw_keys(self.keys[0], ED25519) + raw_keys(self.keys[1], COMPOSITE)

    def in_time(self, at: str) -> bool:
        """Whether its dates hold, and nobody revoked it; the root has no dates."""
        return not self.revoked and self.dated(at)

    def dated(self, at: str) -> bool:
        """Whether its dates hold."""
        return not self.after or self.after <= at < self.before


NOBODY = Principal("", "", "", (b"", b""))


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
    blob = unbased(text.encode())
    need(good_point(raw_keys(blob, key_type)[-1]), "K09: a bad Ed25519 key")
    return name, after, before, blob


def directory(kind: str, data: bytes) -> tuple[str, list[Principal]]:
    """The organisation and the principals of a trust file under the strict grammar (K01 to K14)."""
    need(len(data) <= 8 * MIB and re.fullmatch(rb"[ -~\n]*\n", data), "K01: bytes")
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
    parts = re.fullmatch(f"# revoked ([a-z0-9-]+) at=({TIME}) log=(-|{LOG}(?:,{LOG})*) reason=[a-z-]{{1,32}}", line)
    principal = found.get(parts.group(1)) if parts else None
    if not parts or not principal:
        raise Fail("K13: no revocation of a principal above")
    at = parts.group(2)
    need(real_time(at) and principal.before and not principal.revoked, "K13: twice, or of a root")
    need(principal.before <= max(at, principal.after), "K13: not closed by then")
    pairs = [one.split(":") for one in parts.group(3).split(",") if one != "-"]
    sizes = tuple((officer, int(size)) for officer, size in pairs)
    found[principal.name] = principal._replace(revoked=True, sizes=sizes)


BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
RECIPIENT = f"age1pq1[{BECH32}]{{1952}}"
NAMED = "".join(rf"# {use} ({RECIPIENT})\n" for use in ("archive", "identity-archive", "recovery"))
HEIR = re.compile(rf"# prev ([0-9a-f]{{64}})\n(?:{NAMED})?")


def recipient(text: str) -> bool:
    """Whether a post-quantum recipient is whole: its checksum (BIP 173), its padding, and both keys in it."""
    check, words = 1, [BECH32.index(letter) for letter in text[7:]]
    for word in [*(ord(one) >> 5 for one in "age1pq"), 0, *(ord(one) & 31 for one in "age1pq"), *words]:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ word
        for bit, step in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= step if top >> bit & 1 else 0
    value = sum(word << 5 * at for at, word in enumerate(reversed(words[:-6])))
    key = (value >> 2).to_bytes(1216, "big")
    try:
        MLKEM768PublicKey.from_public_bytes(key[:1184])
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(key[1184:]))  # refuses low order
    except ValueError:
        return False
    return check == 1 and value & 3 == 0


def root_file(data: bytes) -> tuple[str, Principal, int, str]:
    """The organisation, the root, its serial and what it follows; a later root has an heir's lines (K15)."""
    head, mark, tail = data.partition(b"\n# prev ")
    org, people = directory("root", head + b"\n" if mark else data)
    serial = int(head.split(b"\n")[2].split()[-1])
    heir = HEIR.fullmatch("# prev " + tail.decode("ascii", "replace")) if mark else None
    need(bool(heir) == bool(mark) == (serial > 1), "K15: an heir's lines, in a later root alone")
    keys = [key for key in heir.groups()[1:] if key] if heir else []
    need(len(keys) == len(set(keys)) and all(map(recipient, keys)), "K15: not three recipients")
    return org, people[0], serial, heir.group(1) if heir else ""


def succession(data: bytes) -> list[tuple[bytes, str, Principal]]:
    """Every root, from the first to the one that counts: its file, its organisation, its keys (K90 to K93)."""
    members = small_tar(data)
    later = range(2, 1 + (len(members) + 4) // 5)
    ends = ("", ".sig", ".pq.sig", ".by-{}.sig", ".by-{}.pq.sig")
    names = ["root-1"] + [f"root-{n}" + end.format(n - 1) for n in later for end in ends]
    need(list(members) == names and 1 <= len(later) <= 15, "K90: not a succession")
    org, first, serial, _ = root_file(members["root-1"])
    need(serial == 1 and org == fingerprint(first), "K91: not a first root")
    roots = [(members["root-1"], org, first)]
    for n in later:
        name, (before, _, old) = f"root-{n}", roots[-1]
        org, new, serial, prev = root_file(members[name])
        need((org, serial, prev) == (roots[0][1], n, sha256(before)), "K91: not the root that follows")
        for stem, whose in ((name, new), (f"{name}.by-{n - 1}", old)):
            signatures = (members[stem + end] for end in (".sig", ".pq.sig"))
            need(
                tuple(verified(one, "root-v1@intake", members[name]) for one in signatures) == whose.keys, "K92: signer"
            )
        need(not set(new.raw()) & {key for _, _, one in roots for key in one.raw()}, "K93: a key of an earlier root")
        roots.append((members[name], org, new))
    return roots


def fingerprint(root: Principal) -> str:
    """The organisation: SHA-256 over both public keys in wire form."""
    return hashlib.sha256(b"".join(root.keys)).hexdigest()


def signer(keys: tuple[bytes, ...], among: list[Principal]) -> Principal:
    """Whose two keys these are; undecided when neither is known, a failure when they are not one principal's (K22)."""
    need([strings(key)[0].decode() for key in keys] == [ED25519, COMPOSITE], "K22: not one signature of each type")
    found = [principal for principal in among if set(keys) & set(principal.keys)]
    known(found, "K25: the signer is unknown")
    need(found[0].keys == keys, "K22: the two keys are not the two keys of one principal")
    return found[0]


def trust_file(case: Case, kind: str, above: str) -> None:
    """B08, B09: the grammar, K20, both signatures by somebody of the file above, and K26."""
    names = [kind, f"{kind}.sig", f"{kind}.pq.sig"]
    known(all(name in case.trust for name in names), f"K29: {' or '.join(names)} is not here")
    data, *signatures = (case.trust[name] for name in names)
    org, people = directory(kind, data)
    need(org == case.org, "K20: of another organisation")
    keys = tuple(verified(one, f"{kind}-v1@intake", data) for one in signatures)
    others = [principal for kinds in case.people.values() for principal in kinds]
    if above == "root":
        need(set(keys) & set(others[0].keys), "K21, K95: not signed by the root that counts")
    by = signer(keys, others + people)
    need(by in case.people[above], "K23: the role of who signed does not have this namespace")
    known(by.in_time(case.at), "K24: who signed it is out of time, or revoked (who stole a key can date back)")
    raw = {key for principal in [*others, *case.former] for key in principal.raw()}
    need(not any(key in raw for principal in people for key in principal.raw()), "K26: a raw key of a file above")
    case.people[kind] = people


# --- age files and tars -------------------------------------------------------------------------------------------


AGE = b"age-encryption.org/v1\n"
STANZA = rb"-> ([!-~]+(?: [!-~]+)*)\n((?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n)"


def opened(source: BinaryIO, seeds: list[bytes]) -> Iterator[bytes]:
    """The plaintext of an age file (C2SP) for one of these keys; its first line was read."""
    known(seeds, "an envelope, and no key is given")
    lines, size = [AGE], 0
    while not lines[-1].startswith(b"---") and size < MIB:
        lines.append(source.readline(MIB))
        size += max(len(lines[-1]), MIB * (not lines[-1]))  # the end of the file ends it too
    found = re.fullmatch(rb"%s((?:%s)+)---( [A-Za-z0-9+/]{43}\n)" % (AGE, STANZA), header := b"".join(lines))
    if not found:
        raise Fail("the age header is damaged or cut", "B01")
    last = found.groups()[-1]
    file_key = unwrapped(re.findall(STANZA, found.group(1)), seeds)
    mac = hmac.digest(HKDF(hashes.SHA256(), 32, None, b"header").derive(file_key), header[: -len(last)], "sha256")
    need(last == b" " + base64.b64encode(mac).rstrip(b"=") + b"\n", "the age header is damaged", "B01")
    cipher = ChaCha20Poly1305(HKDF(hashes.SHA256(), 32, source.read(16), b"payload").derive(file_key))
    chunk, number = source.read(65552), 0
    while chunk or not number:
        following = source.read(65552)
        try:
            plain = cipher.decrypt(number.to_bytes(11, "big") + (b"\0" if following else b"\1"), chunk, None)
        except InvalidTag:
            raise Fail("the age file is damaged or cut", "B01") from None
        need(plain or not number, "an empty last chunk", "B01")
        yield plain
        chunk, number = following, number + 1


def unwrapped(stanzas: list[tuple[bytes, bytes]], seeds: list[bytes]) -> bytes:
    """The file key, from the stanza that is ours; other types of stanza are nobody's business, but must be whole."""
    wrapped = []
    for arguments, body in stanzas:
        name, _, share = arguments.partition(b" ")
        text = body.replace(b"\n", b"")
        key = unbased(text + b"=" * (-len(text) % 4))
        if name == b"mlkem768x25519":
            share = unbased(share + b"=" * (-len(share) % 4))
            need((len(share), len(key)) == (1120, 32), "a recipient stanza is malformed")
            wrapped.append(share + key)
    suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
    for seed in seeds:
        halves = hashlib.shake_256(seed).digest(96)  # X-Wing: one seed, two keys
        private = hpke.MLKEM768X25519PrivateKey(
            MLKEM768PrivateKey.from_seed_bytes(halves[:64]), X25519PrivateKey.from_private_bytes(halves[64:])
        )
        for one in wrapped:
            try:
                return suite.decrypt(one, private, b"age-encryption.org/mlkem768x25519")
            except (InvalidTag, ValueError):
                continue
    raise Undecided("an envelope, and no key to it is here")


def age_seed(text: str) -> bytes:
    """The 32 bytes in a key file of age. Its checksum is not looked at: a wrong key opens nothing."""
    found = re.search("AGE-SECRET-KEY-PQ-1([0-9A-Z]{52})[0-9A-Z]{6}$", text, re.MULTILINE)
    digits = [BECH32.upper().index(letter) for letter in found.group(1)] if found else []
    return (sum(digit << 5 * at for at, digit in enumerate(reversed(digits))) >> 4).to_bytes(32, "big")


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


def small_tar(data: bytes) -> dict[str, bytes]:
    """The members of a canonical tar without padding, at most 1 MiB."""
    members: dict[str, bytes] = {}
    at = 0
    need(len(data) <= MIB, "K90: too large")
    while data[at : at + 512].strip(b"\0"):
        found = re.fullmatch(rb"(root-[a-z0-9.-]{1,90})\0+", data[at : at + 100])
        size = data[at + 124 : at + 135]
        need(found and re.fullmatch(rb"[0-7]{11}", size), "K90: not a tar of roots")
        name, length = found.group(1) if found else b"", int(size, 8)
        need(data[at : at + 512] == tar_header(name, length) and name.decode() not in members, "K90: not canonical")
        members[name.decode()] = data[at + 512 : at + 512 + length]
        slack = data[at + 512 + length : at + 512 + -(-length // 512) * 512]
        at += 512 + -(-length // 512) * 512
        need(at <= len(data) and not slack.strip(b"\0"), "K90: cut, or slack that is not zero")
    need(data[at:] == bytes(1024), "K90: another end")
    return members


@dataclass
class Case:
    """What the verifier brought along, what the one pass over the file gave, and what the checks established."""

    root: bytes
    trust: dict[str, bytes]
    at: str
    purpose: str | None = None
    places: list[list[Any]] = field(default_factory=list)  # of known bundles: sender, chain, seq, digest
    seeds: list[bytes] = field(default_factory=list)  # of age keys, for envelopes
    enveloped: bool = False
    folder: str = ""
    tags: dict[str, bytes] = field(default_factory=dict)
    payload: list[tuple[str, int, str]] = field(default_factory=list)  # name, size, SHA-256
    fault: Fail | Undecided | None = None
    org: str = ""
    people: dict[str, list[Principal]] = field(default_factory=dict)
    former: list[Principal] = field(default_factory=list)  # the roots before the one that counts
    keys: tuple[bytes, ...] = ()
    signer: Principal = NOBODY
    claims: dict[str, Any] = field(default_factory=dict)
    logs: Logs | None = None

    def digest(self) -> str:
        """Of the bundle: what the next one names in `prev`."""
        return "sha256:" + sha256(self.tags[SIGNED])

    def known_at(self, seq: int) -> set[str]:
        """Digests of the bundles known at a place of this sender's chain."""
        return {one[3] for one in self.places if one[:3] == [self.claims["sender"], self.claims["chain"], seq]}

    def read(self, source: BinaryIO) -> None:
        """Reads the file once; a fault is kept for the check that it belongs to."""
        first = source.read(len(AGE))
        self.enveloped = first == AGE
        try:
            if self.enveloped:
                source, first = io.BufferedReader(Plaintext(opened(source, self.seeds)), MIB), b""
            self.read_tar(first, source)
        except (Fail, Undecided) as fault:
            fault.check = fault.check or "B01"
            self.fault = fault

    def read_tar(self, first: bytes, source: BinaryIO) -> None:
        """Every member up to the end, and what may stand behind it. A wrong name is said last: the pass goes on."""
        names: dict[str, int] = {}
        total = 1024
        while (block := first + source.read(512 - len(first))) != bytes(512):
            first, octal, raw = b"", block[124:135], block[:100].rstrip(b"\0")
            need(re.fullmatch(rb"[0-7]{11}", octal), "no tar header, or cut", "B03")
            need(re.fullmatch(rb"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*", raw), "a name", "B03")
            name, size = raw.decode(), int(octal, 8)
            need(block == tar_header(raw, size) and name not in names, "not canonical, or a name twice", "B03")
            self.read_member(len(names), name, size, source)
            names[name] = size
            total += 512 + -(-size // 512) * 512
        need(source.read(512) == bytes(512), "no end", "B03")
        found = total
        while rest := source.read(MIB):
            need(self.enveloped and not any(rest), "something stands behind the end", "B03")
            found += len(rest)
        need(found % 512 == 0, "cut behind the end", "B03")
        need(not self.enveloped or found == padded(total), "not padded as it should be", "B01")
        expected = [*map(re.escape, TAG_FILES)] + ["data/[0-9a-f]{32}[.]age"] * max(0, len(names) - len(TAG_FILES))
        self.folder = next(iter(names), "")[:32]
        need(re.fullmatch("[0-9a-f]{32}", self.folder) and len(names) == len(expected), "not its members", "B04")
        for name, pattern in zip(names, expected, strict=True):
            need(re.fullmatch(f"{self.folder}/{pattern}", name), f"{name} does not belong where it stands", "B04")

    def read_member(self, number: int, name: str, size: int, source: BinaryIO) -> None:
        """One member, within the limit of its place, to its last zero."""
        need(number < len(TAG_FILES) + MOST_ITEMS, "too many items", "B02")
        limits = list(TAG_FILES.values())
        need(size <= (limits[number] if number < len(limits) else LARGEST_ITEM), f"{name} is too large", "B02")
        digest, kept, left = hashlib.sha256(), b"", size
        while left:
            part = source.read(min(left, MIB))
            need(part, "cut", "B03")
            digest.update(part)
            left -= len(part)
            kept += part if number < len(TAG_FILES) else b""
        need(source.read(-size % 512) == bytes(-size % 512), "slack is not zero, or cut", "B03")
        if number < len(TAG_FILES):
            self.tags[name[33:]] = kept
        else:
            self.payload.append((name[38:], size, digest.hexdigest()))


# --- Logs (log-v1.md) ---------------------------------------------------------------------------------------------


class Logs(NamedTuple):
    """What all logs say together: of a bundle, who has it at which index since when; which of its items were erased."""

    bundles: dict[str, list[tuple[str, int, str]]]
    erased: dict[str, set[str]]


def read_logs(root_file: bytes, trust: dict[str, bytes], folders: list[Path]) -> Logs:
    """Every published log below these folders; nothing, when nobody knows whose signature counts."""
    case, logs = Case(root_file, trust, ""), Logs({}, {})
    try:
        root(case)
        trust_file(case, "officers", "root")
    except (Fail, Undecided):
        return logs
    for path in sorted({path for folder in folders for path in folder.rglob("entries.jsonl")}):
        files = {one.name: one.read_bytes() for one in path.parent.iterdir() if one.is_file()}
        try:
            read_log(files, case.org, case.people["officers"], logs)
        except (Fail, Undecided) as why:
            print(f"{path.parent}: {why}", file=sys.stderr)
    return logs


def read_log(files: dict[str, bytes], org: str, officers: list[Principal], logs: Logs) -> None:
    """One log (L01 to L06), added to the others."""
    names = ["entries.jsonl", "checkpoint", "checkpoint.sig", "checkpoint.pq.sig"]
    need(all(name in files for name in names), "L01: a file is missing")
    shape = rb"([!-~]{1,130})\n(0|[1-9][0-9]{0,14})\n([A-Za-z0-9+/]{43}=)\n"
    found = re.fullmatch(shape, files["checkpoint"])
    if not found:
        raise Fail("L02: not a checkpoint")
    keys = tuple(verified(files[name], "checkpoint-v1@intake", files["checkpoint"]) for name in names[2:])
    officer = signer(keys, officers)
    need(re.fullmatch(f"{org}/{officer.name}/[0-9a-f]{{32}}", found[1].decode()), "L03: the log of somebody else")
    lines = files["entries.jsonl"].split(b"\n")
    need(lines.pop() == b"" and len(lines) == int(found[2]), "L04: other entries than the checkpoint counts")
    top = tree([hashlib.sha256(b"\0" + line).digest() for line in lines])
    need(unbased(found[3]) == top, "L04: the entries do not make the root")
    for index, leaf in enumerate([entry(line, org) for line in lines]):
        at = re.sub("[-:T]", "", leaf["at"])
        if officer.in_time(at) and leaf["type"] == "bundle":
            logs.bundles.setdefault(leaf["bundle"], []).append((officer.name, index, at))
        if officer.in_time(at) and leaf["type"] == "erased":
            logs.erased.setdefault(leaf["bundle"], set()).update(leaf["items"])


def tree(hashes: list[bytes]) -> bytes:
    """The root of RFC 6962 over these leaves."""
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + tree(hashes[:half]) + tree(hashes[half:])).digest()


def entry(line: bytes, org: str) -> dict[str, Any]:
    """L05: one leaf; of a type that this text does not know only what all types have is read."""
    leaf = strict(line) if len(line) <= MIB else None
    frame = {name: leaf.get(name) for name in LEAF} if isinstance(leaf, dict) else None
    if not fits(frame, LEAF) or not isinstance(leaf, dict):
        raise Fail("L05: not an entry")
    need(real_time(re.sub("[-:T]", "", leaf["at"])) and leaf["org"] == org, "L05: no time, or another organisation")
    if leaf["type"] in LEAVES:
        need(fits(leaf, LEAF | LEAVES[leaf["type"]]), "L05: not an entry of its type")
        need(len(leaf.get("items", [])) <= MOST_ITEMS, "L05: too many items")
    return leaf


def complete(case: Case) -> None:
    """A husk: the erased items stand where the statement has them, if logs say that they were erased."""
    gone = case.logs.erased.get(case.digest()) if case.logs and SIGNED in case.tags and not case.fault else None
    if not gone:
        return
    probe = Case(case.root, case.trust, case.at, tags=case.tags)
    try:
        statement(probe)
    except Fail:
        return
    here = {name: (name, size, digest) for name, size, digest in case.payload}
    listed = claimed(probe)
    whole = [here.get(one[0], one) for one in listed if one[0] in here or one[2] in gone]
    if [one for one in whole if one[0] in here] == case.payload:
        case.payload = whole


# --- The checks (bundle-v1.md) ------------------------------------------------------------------------------------

HEX32, HEX64, DIGEST, WHOLE = "[0-9a-f]{32}", "[0-9a-f]{64}", "sha256:[0-9a-f]{64}", range(2**53)
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
LEAF = {
    "format": "intake-leaf/1",
    "type": "[a-z-]{1,32}",
    "at": "2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z",
    "org": HEX64,
}
PLACE = {"sender": "[cd]-[a-z0-9-]{1,30}", "chain": HEX32}
LEAVES: dict[str, dict[str, Any]] = {
    "bundle": {**PLACE, "bundle": DIGEST, "seq": WHOLE[1:], "prev": (None, DIGEST)},
    "root": {"serial": WHOLE[1:], "root": DIGEST},
    "officers": {"serial": WHOLE[1:], "officers": DIGEST},
    "roster": {"serial": WHOLE[1:], "roster": DIGEST},
    "recipients": {"serial": WHOLE[1:], "recipients": DIGEST},
    "epoch": {
        "epoch": "[0-9]{4}-(0[1-9]|1[0-2])",
        "officer": OFFICER,
        "state": "made|destroyed",
        "fingerprint": HEX64,
    },
    "held": {"bundle": DIGEST, "items": [HEX64], "why": "awaiting-key|quarantined"},
    "opened": {"bundle": DIGEST, "items": [HEX64]},
    "gap": {
        **PLACE,
        "from": WHOLE[1:],
        "to": WHOLE[1:],
        "covering": (None, DIGEST),
        "reason": "lost|broken|taken|other",
    },
    "decision": {"record": DIGEST, "kind": "[a-z_-]{1,32}"},
    "erased": {"bundle": DIGEST, "items": [HEX64], "decision": DIGEST},
}
MAY_STAND = {  # fields that may be left out
    "purged": [{"sha256": HEX64, "reason": "danger|mistake|other-way|withdrawn|other"}],
    "receipts_to": RECIPIENT,
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
    "checkpoint": (None, {"origin": "(?s).{1,130}", "size": WHOLE, "root": DIGEST}),
    "items": [ITEM],
    "unreceipted": [DIGEST],
}


def fits(value: Any, shape: Any) -> bool:
    """Whether JSON has this shape: a pattern, a range of whole numbers, a list, fields, or null or a shape."""
    match shape:
        case dict():
            same = isinstance(value, dict) and value.keys() == shape.keys()
            return same and all(fits(value[name], one) for name, one in shape.items())
        case [None, one]:
            return value is None or fits(value, one)
        case [one]:
            return isinstance(value, list) and all(fits(member, one) for member in value)
        case range():
            return type(value) is int and value in shape
    return isinstance(value, str) and bool(re.fullmatch(shape, value))


def no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, if no key stands twice in it."""
    need(len(dict(pairs)) == len(pairs), "a key twice in one object")
    return dict(pairs)


def strict(data: bytes) -> Any:
    """Strict JSON, parsed."""
    try:
        parsed = json.loads(data.decode(), object_pairs_hook=no_key_twice, parse_constant=int)  # int: no NaN
        json.dumps(parsed, ensure_ascii=False).encode()  # a lone surrogate has no UTF-8
    except (ValueError, RecursionError):
        raise Fail("not strict JSON") from None
    return parsed


def statement(case: Case) -> None:
    """B15."""
    parsed = strict(case.tags["statement.json"])
    given = {name: shape for name, shape in MAY_STAND.items() if isinstance(parsed, dict) and name in parsed}
    need(fits(parsed, STATEMENT | given), "not of the form of a statement")
    need(all(1 <= len(item["to"]) <= 64 for item in parsed["items"]), "an item to nobody, or to more than 64")
    case.claims = parsed


def items(case: Case) -> None:
    """B19."""
    rows = case.claims["items"]
    order = [(i["ordinal"], i["record"], KINDS.index(i["kind"]), i["attachment"] or 0, i["part"] or "") for i in rows]
    need(order == sorted(set(order)), "out of order, or an item twice")
    need(len({item["name"] for item in rows}) == len(rows), "a name twice")
    need(len({row[:2] for row in order}) == len({row[1] for row in order}), "one record under two ordinals")
    parts: dict[tuple[Any, ...], list[str]] = {}
    for item in rows:
        attached = item["kind"].endswith("attachment")
        fields = (item["attachment"] is not None, item["part"] is not None)
        need(fields == (attached, attached), "attachment fields that do not fit the kind")
        if attached:
            parts.setdefault((item["record"], item["kind"], item["attachment"]), []).append(item["part"])
    for found in parts.values():
        need(found == [f"{n:04}-of-{len(found):04}" for n in range(1, len(found) + 1)], "a part missing")


def unreceipted(case: Case) -> None:
    """B20."""
    listed = case.claims["unreceipted"]
    need(listed == sorted(set(listed)), "not sorted, or one twice")
    own = {"sha256:" + item["sha256"] for item in case.claims["items"]}
    need(case.claims["sender"].startswith("c-") or own <= set(listed), "a device's own item is missing")
    gone = [item["sha256"] for item in case.claims.get("purged", [])]
    need(gone == sorted(set(gone)), "what was destroyed is not sorted, or one stands twice")
    need(not {"sha256:" + one for one in gone} & set(listed), "destroyed, and not yet receipted")


def root(case: Case) -> None:
    """B07: the root given, and the one that counts by the succession beside the trust files (K94)."""
    org, given, serial, _ = root_file(case.root)
    if "succession" not in case.trust:
        known(serial == 1, "K29: no succession, and this is a later root")
        need(org == fingerprint(given), "K20: not the fingerprint of these keys")
        case.org, case.people["root"] = org, [given]
        return
    roots = succession(case.trust["succession"])
    need(roots[0][1] == org, "K20: of another organisation")
    known(serial <= len(roots), "K29: the succession ends before this root")
    need(roots[serial - 1][0] == case.root, f"K94: two roots of the serial {serial}: one of them is false")
    case.org, case.people["root"] = org, [roots[-1][2]]
    case.former = [one for _, _, one in roots[:-1]]


def signature(case: Case, end: str) -> None:
    """B11 and B12."""
    case.keys += (verified(case.tags[SIGNED + end], "bundle-v1@intake", case.tags[SIGNED]),)


def who_signed(case: Case) -> None:
    """B13."""
    case.signer = signer(case.keys, case.people["officers"] + case.people["roster"])


def in_time(case: Case) -> None:
    """B14: with an entry in a log, by when the log took it in; else by now."""
    entries = case.logs.bundles.get(case.digest(), []) if case.logs else []
    if not entries:
        known(case.signer.in_time(case.at), "revoked, or not enrolled at the time")
        return
    sizes, one = dict(case.signer.sizes), case.signer
    counts = [one.dated(at) and (not one.revoked or index < sizes.get(by, 0)) for by, index, at in entries]
    known(any(counts), "it did not count any more when a log took it in")


def logged(case: Case) -> None:
    """B27."""
    known(case.logs and case.digest() in case.logs.bundles, "no log that was given has it")


def bag_info(case: Case) -> bytes:
    """The text of bag-info.txt."""
    total = sum(size for _, size, _ in case.payload)
    return (
        f"BagIt-Profile-Identifier: urn:x-intake:bundle:1\nExternal-Identifier: {case.folder}\n"
        f"Payload-Oxum: {total}.{len(case.payload)}\n"
    ).encode()


def listing(files: Iterable[tuple[str, str]]) -> bytes:
    """What `sha256sum` prints: name and digest."""
    return "".join(f"{digest}  {name}\n" for name, digest in files).encode()


def listed_tags(case: Case) -> bytes:
    """The text of tagmanifest-sha256.txt."""
    return listing((name, sha256(case.tags[name])) for name in list(TAG_FILES)[:4])


def is_(why: str, condition: Callable[[Case], object]) -> Callable[[Case], None]:
    """A check that is one comparison."""
    return lambda case: need(condition(case), why)


def follows(case: Case) -> bool:
    """Whether the bundle before it is known."""
    seq: int = case.claims["seq"]
    return seq == 1 or case.claims["prev"] in case.known_at(seq - 1)


def first_has_no_prev(case: Case) -> object:
    """Whether `seq` is 1 without `prev`, or later with one."""
    return (case.claims["seq"] == 1) == (case.claims["prev"] is None)


def manifest(case: Case) -> bytes:
    """The text of manifest-sha256.txt."""
    return listing((f"data/{name}", digest) for name, _, digest in case.payload)


def claimed(case: Case) -> list[tuple[str, int, str]]:
    """The payload as the statement has it."""
    return [(item["name"], item["size"], item["sha256"]) for item in case.claims["items"]]


def scanned(check: str) -> Callable[[Case], None]:
    """B01 to B04: what the one pass over the file found."""

    def look(case: Case) -> None:
        if case.fault and case.fault.check == check:
            raise case.fault

    return look


BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
CHECKS: list[tuple[str, str, Callable[[Case], None]]] = [  # ID, which others it needs, the check
    ("B01", "", scanned("B01")),
    ("B02", "B01", scanned("B02")),
    ("B03", "B01", scanned("B03")),
    ("B04", "B01", scanned("B04")),
    ("B05", "B04", is_("another text", lambda case: case.tags["bagit.txt"] == BAGIT)),
    ("B06", "B04", is_("another text than this bundle's", lambda case: case.tags["bag-info.txt"] == bag_info(case))),
    ("B07", "", root),
    ("B08", "B07", lambda case: trust_file(case, "officers", "root")),
    ("B09", "B08", lambda case: trust_file(case, "roster", "officers")),
    ("B10", "B04", is_("not what the four tag files make", lambda case: case.tags[SIGNED] == listed_tags(case))),
    ("B11", "B04", lambda case: signature(case, ".sig")),
    ("B12", "B04", lambda case: signature(case, ".pq.sig")),
    ("B13", "B09 B11 B12", who_signed),
    ("B14", "B13", in_time),
    ("B15", "B04", statement),
    ("B16", "B07 B15", is_("another organisation's", lambda case: case.claims["org"] == case.org)),
    ("B17", "B15", is_("another bundle's", lambda case: case.claims["bundle"] == case.folder)),
    ("B18", "B13 B15", is_("the sender did not sign", lambda case: case.claims["sender"] == case.signer.name)),
    ("B19", "B15", items),
    ("B20", "B15", unreceipted),
    ("B21", "B15", is_("another purpose", lambda case: case.purpose in (None, case.claims["purpose"]))),
    ("B22", "B04", is_("not what the payload makes", lambda case: case.tags["manifest-sha256.txt"] == manifest(case))),
    ("B23", "B15", is_("names other files, sizes or digests", lambda case: claimed(case) == case.payload)),
    ("B24", "B15", is_("seq 1 with prev, or a later one without", first_has_no_prev)),
    ("B25", "B15", lambda case: known(follows(case), "the bundle before it is not known, or is another")),
    ("B26", "B15", lambda case: known(case.known_at(case.claims["seq"]) <= {case.digest()}, "another at this place")),
    ("B27", "B04 B08", logged),
]
HARMLESS = {"pass", "not-given"}


def facts(case: Case) -> dict[str, Any]:
    """What a reader of the verdict wants to see with it: what was signed, and by which trust files it was judged."""
    files = {name: sha256({**case.trust, "root": case.root}[name]) for name in case.people}
    names = ("sender", "chain", "seq", "purpose")
    claims = {name: case.claims[name] for name in names} | {"digest": case.digest()} if case.claims else {}
    return {"at": case.at, "org": case.org, "trust": files, "says": claims}


def judge(case: Case, source: BinaryIO) -> dict[str, Any]:
    """Reads the file once and makes every check, in order, up to the first that fails."""
    case.read(source)
    outcomes, why = dict.fromkeys((row[0] for row in CHECKS), "not-reached"), {}
    not_given = ({"B01"} if not case.enveloped else set()) | ({"B21"} if not case.purpose else set())
    complete(case)
    outcomes["B27"] = "not-reached" if case.logs is not None else "not-given"
    for check, needs, look in CHECKS[: len(CHECKS) - (case.logs is None)]:
        if not {outcomes[other] for other in needs.split()} <= HARMLESS:
            continue
        try:
            look(case)
            outcomes[check] = "not-given" if check in not_given else "pass"
        except Undecided as reason:
            outcomes[check], why[check] = "undecided", str(reason)
        except Fail as reason:
            outcomes[check], why[check], outcomes["B27"] = "fail", str(reason), "not-reached"
            break
    seen = set(outcomes.values())
    verdict = "INVALID" if "fail" in seen else "VALID" if seen <= HARMLESS else "UNDECIDED"
    as_sent = {outcome for check, outcome in outcomes.items() if check not in ("B25", "B26", "B27")} <= HARMLESS
    return {"verdict": verdict, "checks": outcomes, "why": why, "as_sent": as_sent, **facts(case)}


def main(arguments: list[str] | None = None) -> int:
    """The command line. Bundles given together are each other's known places, whatever their order."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", nargs="+", type=Path, help="a signed tar, an envelope, or a folder of them")
    parser.add_argument("--root", required=True, type=Path, help="the root file, from somebody you trust")
    parser.add_argument("--trust", required=True, type=Path, help="folder of officers and roster with their signatures")
    parser.add_argument("--log", action="append", type=Path, help="a folder with published logs below it")
    parser.add_argument("--at", default=f"{datetime.now(UTC):%Y%m%d%H%M%SZ}", help="time to judge at (default: now)")
    parser.add_argument("--purpose", choices=["real", "made-up"], help="of your organisation")
    parser.add_argument("--key", type=Path, help="file with the AGE-SECRET-KEY-PQ-1... that opens envelopes")
    given = parser.parse_args(arguments)
    at = re.sub("[-:T]", "", given.at)
    if not real_time(at):
        parser.error("--at is no time such as 2026-11-21T17:40:00Z")
    trust = {path.name: path.read_bytes() for path in given.trust.iterdir() if path.is_file()}
    paths = [path for one in given.bundle for path in (sorted(one.glob("*.[ta][ag][re]")) if one.is_dir() else [one])]
    if not paths:
        parser.error("no bundle there: nothing was verified")
    logs = read_logs(given.root.read_bytes(), trust, given.log) if given.log else None
    seeds = [age_seed(given.key.read_text())] if given.key else []
    places: list[list[Any]] = []
    for printing in (False, True)[len(paths) < 2 :]:  # the first round only finds the places
        verdicts, found = set(), []
        for path in paths:
            case = Case(given.root.read_bytes(), trust, at, given.purpose, places, seeds, logs=logs)
            with path.open("rb") as source:
                report = judge(case, source)
            verdicts.add(report["verdict"])
            if report["as_sent"]:  # so it is known to the others, whatever of its own chain is missing
                found.append([report["says"][name] for name in ("sender", "chain", "seq", "digest")])
            if printing:
                print(json.dumps({"bundle": str(path), **report}, ensure_ascii=False))
        places = found
    return 30 if "INVALID" in verdicts else 0 if verdicts <= {"VALID"} else 31


if __name__ == "__main__":
    sys.exit(main())
