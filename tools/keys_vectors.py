"""Builds tests/vectors/keys: trust files that each break one rule of docs/spec/keys-v1.md, some that break none.

    .venv/bin/python -m tools.keys_vectors

Every key comes from a fixed seed; only post-quantum signatures hold fresh randomness, so that a rebuild changes those
and nothing else. `example/` holds the card and the request of the spec's worked example. A vector is one JSON file:
`about`, `kind` (which parser or step), `at` (the time of judging), `files` (by name, over those of `base.json`; null
takes one away), `older` (what was held before) and `expect` (error code and, for a grammar, the rule).
"""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.worlds.keys import NOW, laptop_keys, new_organisation, seeded, world

from intake.crypto.age import X25519Identity
from intake.crypto.hashing import sha256_hex
from intake.crypto.sshsig import COMPOSITE, ED25519, PublicKeys, SignerKeys
from intake.keys import namespaces
from intake.keys.directory import Directory, Principal, Revocation, fingerprint_of
from intake.keys.organisation import validity
from intake.keys.parcel import read_parcel, write_parcel
from intake.keys.signed import sign_file
from intake.keys.succession import first_root
from intake.keys.times import json_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OUT = Path(__file__).resolve().parents[1] / "tests" / "vectors" / "keys"
OURS = world("ours")
OFFICERS = OURS.trust.officers.directory
ROSTER = OURS.trust.roster.directory
STRANGER, _ = laptop_keys("a stranger")
WEAK_POINT = b"\x01" + bytes(31)  # the neutral element: signs anything
LONG_POINT = (2**255 - 19 + 3).to_bytes(32, "little")  # y = 3, written a second way


@dataclass
class Vector:
    """One file of the folder."""

    name: str
    about: str
    kind: str
    expect: dict[str, str]
    files: dict[str, str | None] = field(default_factory=dict)
    older: dict[str, str] = field(default_factory=dict)
    at: str = json_time(NOW)
    bytes: dict[str, str] = field(default_factory=dict)  # files that are no text, in base64

    def text(self) -> str:
        """The JSON written."""
        said = {name: value for name, value in vars(self).items() if name != "bytes" or value}
        return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def broken(name: str, about: str, kind: str, data: bytes) -> Vector:
    """A file that its parser refuses, by the rule the name begins with."""
    expect = {"code": "malformed-trust-file", "rule": name.partition("-")[0]}
    return Vector(name, about, kind, expect, {kind: data.decode("latin-1")})


# -- the grammar of officers (the roster's is the same) ----------------------------------------------------------------

TEXT = OFFICERS.encode()
LINES = TEXT.split(b"\n")[:-1]
ED_LINE, PQ_LINE = LINES[3], LINES[4]
REVOKED = b"# revoked c-1 at=20261201000000Z log=c-1:1234 reason=lost"


def lines(*changed: bytes) -> bytes:
    """The header and these lines."""
    return b"\n".join([*LINES[:3], *changed]) + b"\n"


def swapped(old: bytes, new: bytes) -> bytes:
    """Both key lines with the same change."""
    return TEXT.replace(old, new)


def officer_lines(name: str, keys: PublicKeys) -> bytes:
    """Two key lines of another officer, the dates of the first."""
    one = replace(OFFICERS.principals[0], name=name, keys=keys)
    return b"\n".join(replace(OFFICERS, principals=(one,)).encode().split(b"\n")[3:5])


def key_line(algorithm: str, raw: bytes) -> bytes:
    """c-1's line with a key made by hand."""
    strings = (algorithm.encode(), raw)
    blob = b"".join(len(one).to_bytes(4, "big") + one for one in strings)
    front = ED_LINE.rsplit(b" ", 2)[0]
    return front + b" " + algorithm.encode() + b" " + base64.b64encode(blob)


def composite_raw(keys: PublicKeys) -> bytes:
    """ML-DSA-44 key and Ed25519 key, without the wire frame."""
    return keys.composite[-(1312 + 32) :]


def grammar() -> Iterator[Vector]:
    """Rules K01 to K13 on officers."""
    keys = OFFICERS.principals[0].keys
    key = ED_LINE.rsplit(b" ", 1)[1]
    dates = ED_LINE[ED_LINE.index(b",valid-after") : ED_LINE.index(b" ssh-")]
    after = dates[: dates.index(b",valid-before")]
    names = ED_LINE[ED_LINE.index(b"namespaces=") : ED_LINE.index(b",valid-after")]
    other = officer_lines("c-2", STRANGER.public)
    inner = PublicKeys(key_blob(ED25519, composite_raw(keys)[-32:]), STRANGER.public.composite)
    half = composite_raw(keys)[:1312] + STRANGER.public.ed25519[-32:]
    table: list[tuple[str, str, bytes]] = [
        ("K01-crlf", "lines end with CR LF", TEXT.replace(b"\n", b"\r\n")),
        ("K01-no-last-lf", "the last line does not end", TEXT[:-1]),
        ("K01-tab", "a tab between fields", TEXT.replace(b"c-1 ", b"c-1\t", 1)),
        ("K01-not-ascii", "a Cyrillic letter in a name", TEXT.replace(b"c-1", "\u0441-1".encode())),
        ("K01-empty", "no byte at all", b""),
        ("K02-format", "another version of the format", TEXT.replace(b"officers/1", b"officers/2")),
        ("K02-org", "the organisation in capitals", TEXT.replace(LINES[1], LINES[1].upper())),
        ("K02-serial-zero", "serials begin at 1", TEXT.replace(b"# serial 1", b"# serial 0")),
        ("K02-serial-padded", "a serial with a zero in front", TEXT.replace(b"# serial 1", b"# serial 01")),
        ("K02-short", "one line", b"# intake-officers/1\n"),
        ("K03-two-spaces", "two spaces", TEXT.replace(b"c-1 ", b"c-1  ", 1)),
        ("K03-comment", "words after the key", lines(ED_LINE + b" maria", PQ_LINE)),
        ("K03-empty-line", "an empty line", lines(b"", ED_LINE, PQ_LINE)),
        ("K03-no-options", "no options", lines(b"c-1 ssh-ed25519 " + key, PQ_LINE)),
        ("K04-wildcard", "a wildcard", swapped(b"c-1 ", b"c-* ")),
        ("K04-negation", "a negation", swapped(b"c-1 ", b"!c-1 ")),
        ("K04-list", "two names in one", swapped(b"c-1 ", b"c-1,c-2 ")),
        ("K04-quoted", "a quoted name", swapped(b"c-1 ", b'"c-1" ')),
        ("K04-role", "a device among officers", swapped(b"c-1 ", b"d-1 ")),
        ("K04-capital", "a capital letter", swapped(b"c-1 ", b"c-A ")),
        ("K04-long", "33 characters", swapped(b"c-1 ", b"c-" + b"a" * 31 + b" ")),
        ("K05-cert-authority", "a certificate authority", swapped(b"c-1 names", b"c-1 cert-authority,names")),
        ("K05-capitals", "a certificate authority in capitals", swapped(b'Z" ', b'Z",CERT-AUTHORITY ')),
        ("K06-none", "no namespaces: any", swapped(names + b",", b"")),
        ("K06-any", "the namespace of everything", swapped(names, b'namespaces="*"')),
        ("K06-more", "one namespace more", swapped(b'record-v1@intake"', b'record-v1@intake,git"')),
        (
            "K06-order",
            "another order",
            swapped(b"roster-v1@intake,recipients-v1@intake", b"recipients-v1@intake,roster-v1@intake"),
        ),
        ("K07-no-dates", "no dates", swapped(dates, b"")),
        ("K07-no-end", "no valid-before", swapped(dates, after)),
        ("K07-local-time", "a date in the machine's own zone", swapped(b'Z"', b'"')),
        ("K07-reversed", "ends before it begins", swapped(b'valid-before="2027', b'valid-before="2025')),
        ("K07-no-day", "the 31st of November", swapped(b"20261120", b"20261131")),
        ("K07-option", "an option more", swapped(b'Z" ', b'Z",no-touch-required ')),
        ("K08-type", "an RSA key", TEXT.replace(b" ssh-ed25519 ", b" ssh-rsa ")),
        ("K08-short", "a key cut short", lines(ED_LINE[:-8], PQ_LINE)),
        ("K08-base64", "no base64", lines(ED_LINE[:-1] + b"!", PQ_LINE)),
        ("K08-swapped", "a composite key under the Ed25519 name", TEXT.replace(COMPOSITE.encode(), ED25519.encode())),
        ("K09-low-order", "a key that signs anything", lines(key_line(ED25519, WEAK_POINT), PQ_LINE)),
        ("K09-non-canonical", "a key written a second way", lines(key_line(ED25519, LONG_POINT), PQ_LINE)),
        (
            "K09-inside",
            "a key that signs anything, in the composite",
            lines(ED_LINE, key_line(COMPOSITE, composite_raw(keys)[:1312] + WEAK_POINT)),
        ),
        ("K10-no-composite", "the post-quantum line left out", lines(ED_LINE)),
        ("K10-no-ed25519", "the Ed25519 line left out", lines(PQ_LINE)),
        ("K10-order", "the composite line first", lines(PQ_LINE, ED_LINE)),
        ("K10-names", "two lines of two names", lines(ED_LINE, PQ_LINE.replace(b"c-1 ", b"c-2 "))),
        (
            "K10-dates",
            "two lines with other dates",
            lines(ED_LINE, PQ_LINE.replace(b'valid-before="2027', b'valid-before="2028')),
        ),
        (
            "K11-name-twice",
            "one name, two pairs of keys",
            lines(ED_LINE, PQ_LINE, officer_lines("c-1", STRANGER.public)),
        ),
        ("K12-key-twice", "one pair of keys, two names", lines(ED_LINE, PQ_LINE, officer_lines("c-2", keys))),
        ("K12-inside", "the Ed25519 key is another's inner one", lines(ED_LINE, PQ_LINE, officer_lines("c-2", inner))),
        (
            "K12-own",
            "the composite's Ed25519 key is the other line's",
            lines(ED_LINE, key_line(COMPOSITE, composite_raw(keys)[:1312] + keys.ed25519[-32:])),
        ),
        (
            "K12-mldsa",
            "another's ML-DSA key",
            lines(
                ED_LINE, PQ_LINE, officer_lines("c-2", PublicKeys(STRANGER.public.ed25519, key_blob(COMPOSITE, half)))
            ),
        ),
        ("K13-remark", "a remark", TEXT + b"# hello\n"),
        ("K13-between", "a revocation between keys", lines(ED_LINE, PQ_LINE, REVOKED, other)),
        ("K13-not-closed", "revoked, and still open", TEXT + REVOKED + b"\n"),
        ("K13-stranger", "nobody of that name", TEXT + REVOKED.replace(b"c-1 at", b"c-9 at") + b"\n"),
        ("K13-time", "no such time", TEXT + REVOKED.replace(b"20261201", b"20261301") + b"\n"),
        ("K13-twice", "revoked twice", revoked(OFFICERS) + REVOKED + b"\n"),
        ("K13-log", "no log and no hyphen", revoked(OFFICERS).replace(b"log=c-1:1234", b"log=")),
    ]
    for name, about, data in table:
        yield broken(name, about, "officers", data)


def key_blob(algorithm: str, raw: bytes) -> bytes:
    """A wire blob made by hand."""
    return b"".join(len(one).to_bytes(4, "big") + one for one in (algorithm.encode(), raw))


def revoked(directory: Directory) -> bytes:
    """The same directory with its first principal properly revoked."""
    at = validity(NOW, 10)[1]
    one = Revocation(directory.principals[0].name, at, (("c-1", 1234),), "lost")
    return directory.with_revocation(one).encode()


def roots() -> Iterator[Vector]:
    """K07 and K14 on the root file, K20 on its own name."""
    data = OURS.trust.root.data
    dates = b',valid-after="20261120000000Z",valid-before="20271122000000Z"'
    two = data + b"\n".join(first_root(STRANGER.public).split(b"\n")[3:])
    yield broken("K07-root", "a root with dates", "root", data.replace(b'card-v1@intake"', b'card-v1@intake"' + dates))
    yield broken("K14-two-roots", "two roots", "root", two)
    yield broken("K14-no-root", "no root", "root", b"\n".join(data.split(b"\n")[:3]) + b"\n")
    org = world("theirs").org
    named = data.replace(OURS.org.encode(), org.encode())
    yield Vector(
        "K20-root", "not the name of its keys", "root", {"code": "wrong-organisation"}, {"root": named.decode()}
    )


def recipients() -> Iterator[Vector]:
    """K30 to K33."""
    data = OURS.trust.recipients.encode()
    rows = data.split(b"\n")
    classic = str(X25519Identity(seeded("classic")(32)).recipient()).encode()
    table = [
        ("K30-no-use", "a key without its use", data.replace(b"# archive\n", b"")),
        ("K30-other-use", "an unknown use", data.replace(b"# recovery", b"# auditor")),
        ("K30-until", "no such time", data.replace(b"until=20270221", b"until=20270231")),
        ("K30-month", "no such month", data.replace(b"# epoch 2026-11", b"# epoch 2026-13")),
        ("K31-classic", "a key that is not post-quantum", data.replace(rows[4], classic)),
        ("K31-no-key", "no key under the last use", data.replace(rows[-2] + b"\n", b"")),
        (
            "K31-checksum",
            "a letter of a key changed",
            data.replace(rows[4], rows[4][:-1] + (b"q" if rows[4][-1:] != b"q" else b"p")),
        ),
        ("K32-order", "identities before the archive", b"\n".join([*rows[:5], *rows[7:9], *rows[5:7], *rows[9:]])),
        ("K32-no-archive", "no archive", b"\n".join([*rows[:5], *rows[7:]])),
        ("K33-key-twice", "the archive is also the recovery key", data.replace(rows[12], rows[6])),
        (
            "K33-holder-twice",
            "two keys of one coordinator for one epoch",
            b"\n".join([*rows[:5], rows[3], rows[6], rows[5], rows[4], *rows[7:]]),
        ),
    ]
    for name, about, changed in table:
        yield broken(name, about, "recipients", changed)


# -- the chain ---------------------------------------------------------------------------------------------------------


def signed(name: str, data: bytes, signer: SignerKeys, namespace: str) -> dict[str, str | None]:
    """A trust file and its two signatures."""
    return {file: content.decode() for file, content in sign_file(signer, namespace, name, data).files().items()}


def chain() -> Iterator[Vector]:
    """K20 to K26 and K29, over the files of base.json."""
    theirs = world("theirs")
    roster, device = ROSTER.encode(), OURS.laptops["d-1"].signer
    good = signed("roster", roster, OURS.officer, namespaces.ROSTER)
    by_device = signed("roster", roster, device, namespaces.ROSTER)
    by_stranger = signed("roster", roster, STRANGER, namespaces.ROSTER)
    officer_too = ROSTER.with_principal(replace(OFFICERS.principals[0], name="d-3")).encode()
    root_too = OFFICERS.with_principal(replace(OFFICERS.principals[0], name="c-2", keys=OURS.root.public)).encode()
    invalid, differ = {"code": "signature-invalid"}, {"code": "signers-differ"}
    late, early = (json_time(NOW + timedelta(days=days)) for days in (400, -30))
    their_files = {name: data.decode() for name, data in theirs.files.items()}
    yield Vector("good", "nothing wrong", "chain", {})
    yield Vector(
        "K20-officers",
        "the officers of another organisation",
        "chain",
        {"code": "wrong-organisation"},
        pick(their_files, "officers"),
    )
    yield Vector(
        "K20-roster",
        "the roster of another organisation",
        "chain",
        {"code": "wrong-organisation"},
        pick(their_files, "roster"),
    )
    yield Vector(
        "K20-recipients",
        "the recipients of another organisation",
        "chain",
        {"code": "wrong-organisation"},
        pick(their_files, "recipients"),
    )
    yield Vector(
        "K21-other-root",
        "officers signed by another root",
        "chain",
        invalid,
        signed("officers", TEXT, theirs.root, namespaces.OFFICERS),
    )
    yield Vector(
        "K21-by-officer",
        "an officer appoints itself",
        "chain",
        invalid,
        signed("officers", TEXT, OURS.officer, namespaces.OFFICERS),
    )
    yield Vector(
        "K22-changed",
        "one letter of the roster changed after signing",
        "chain",
        invalid,
        good | {"roster": roster.decode().replace("d-2", "d-7")},
    )
    yield Vector(
        "K22-namespace",
        "signed as another type of file",
        "chain",
        invalid,
        signed("roster", roster, OURS.officer, namespaces.RECIPIENTS),
    )
    yield Vector(
        "K22-no-pq",
        "the Ed25519 signature in both places",
        "chain",
        invalid,
        good | {"roster.pq.sig": good["roster.sig"]},
    )
    yield Vector(
        "K22-pq-wrong",
        "the post-quantum signature of another file",
        "chain",
        invalid,
        good | {"roster.pq.sig": OURS.files["recipients.pq.sig"].decode()},
    )
    yield Vector(
        "K22-two-signers",
        "an officer's Ed25519, a stranger's composite",
        "chain",
        differ,
        good | {"roster.pq.sig": by_stranger["roster.pq.sig"]},
    )
    yield Vector(
        "K22-armor",
        "the same signature in longer lines",
        "chain",
        invalid,
        good | {"roster.sig": rewrapped(str(good["roster.sig"]))},
    )
    yield Vector(
        "K23-by-device",
        "a roster signed by a device that it names",
        "chain",
        {"code": "namespace-not-allowed"},
        by_device,
    )
    yield Vector("K24-expired", "the officer's year is over", "chain", {"code": "signer-not-valid-then"}, at=late)
    yield Vector("K24-early", "before the officer's year", "chain", {"code": "signer-not-valid-then"}, at=early)
    yield Vector("K25-unknown", "a roster signed by nobody known", "chain", {"code": "unknown-signer"}, by_stranger)
    yield Vector(
        "K26-officer",
        "a device with an officer's keys",
        "chain",
        {"code": "shared-key"},
        signed("roster", officer_too, OURS.officer, namespaces.ROSTER),
    )
    yield Vector(
        "K26-root",
        "an officer with the root's keys",
        "chain",
        {"code": "shared-key"},
        signed("officers", root_too, OURS.root, namespaces.OFFICERS),
    )
    for name in ("officers.pq.sig", "roster", "recipients.sig"):
        yield Vector(f"K29-no-{name}", f"{name} is not there", "chain", {"code": "trust-file-missing"}, {name: None})


def pick(files: dict[str, str], name: str) -> dict[str, str | None]:
    """One trust file and its signatures."""
    return {file: data for file, data in files.items() if file.split(".")[0] == name}


def rewrapped(armor: str) -> str:
    """Armor that ssh-keygen takes and we do not."""
    begin, *body, end = armor.strip().split("\n")
    return "\n".join([begin, "".join(body), end]) + "\n"


def succession() -> Iterator[Vector]:
    """K27 and K28: `files` come after `older`."""
    first = new_organisation("ours").trust.roster.directory
    third = Principal("d-3", STRANGER.public, *validity(NOW, 9))
    longer = replace(ROSTER.principals[0], valid_before=validity(NOW, 999)[1])
    other_keys = replace(ROSTER.principals[0], keys=STRANGER.public)
    revocation = Revocation("d-1", validity(NOW, 10)[1], (("c-1", 1234),), "lost")
    gone = ROSTER.with_revocation(revocation)
    up = ROSTER.serial + 1
    back, removed = {"code": "serial-rolled-back"}, {"code": "line-removed"}
    table: list[tuple[str, str, dict[str, str], Directory, Directory]] = [
        ("good-grown", "one device more", {}, ROSTER, ROSTER.with_principal(third)),
        ("good-revoked", "a device revoked", {}, ROSTER, gone),
        ("good-same", "the same file again", {}, ROSTER, ROSTER),
        ("K27-older", "an older roster", back, ROSTER, first),
        (
            "K27-same-serial",
            "another roster with the same serial",
            back,
            ROSTER,
            replace(ROSTER.with_principal(third), serial=ROSTER.serial),
        ),
        (
            "K28-removed",
            "a line removed",
            removed,
            ROSTER,
            replace(ROSTER, serial=up, principals=ROSTER.principals[1:]),
        ),
        (
            "K28-longer",
            "a line's end moved later",
            removed,
            ROSTER,
            replace(ROSTER, serial=up, principals=(longer, *ROSTER.principals[1:])),
        ),
        (
            "K28-other-keys",
            "a name's keys changed",
            removed,
            ROSTER,
            replace(ROSTER, serial=up, principals=(other_keys, *ROSTER.principals[1:])),
        ),
        (
            "K28-unrevoked",
            "a revocation taken back",
            removed,
            gone,
            replace(gone, serial=gone.serial + 1, revocations=()),
        ),
        (
            "K28-other-sizes",
            "a revocation's log sizes raised",
            removed,
            gone,
            replace(gone, serial=gone.serial + 1, revocations=(replace(revocation, logs=(("c-1", 9999),)),)),
        ),
        (
            "K28-more-logs",
            "a log added to a revocation",
            removed,
            gone,
            replace(gone, serial=gone.serial + 1, revocations=(replace(revocation, logs=(("c-1", 1234), ("c-2", 1))),)),
        ),
        (
            "K28-later",
            "a revocation moved later",
            removed,
            gone,
            replace(gone, serial=gone.serial + 1, revocations=(replace(revocation, at=validity(NOW, 12)[1]),)),
        ),
        (
            "good-stricter",
            "a revocation with a smaller size, for another reason",
            {},
            gone,
            replace(
                gone,
                serial=gone.serial + 1,
                revocations=(replace(revocation, logs=(("c-1", 1000),), reason="stolen"),),
            ),
        ),
    ]
    for name, about, expect, older, newer in table:
        yield Vector(
            name, about, "succession", expect, {"roster": newer.encode().decode()}, {"roster": older.encode().decode()}
        )


# -- the succession of the root ----------------------------------------------------------------------------------------

ROOT = OURS.trust.root.data
HEIRS = [SignerKeys.from_root_secret(seeded(f"root {serial}")(32)) for serial in range(2, 19)]


@dataclass
class Heir:
    """One root made by hand, for each thing of it to be made wrong. `by`: who signs as the old root, and as itself."""

    serial: int = 2
    before: bytes = ROOT
    keys: PublicKeys = HEIRS[0].public
    by: tuple[SignerKeys, SignerKeys] = (OURS.root, HEIRS[0])
    org: str = OURS.org
    said: int | None = None
    namespace: str = namespaces.ROOT
    change: tuple[bytes, bytes] = (b"", b"")
    archives: bytes = b""

    @property
    def data(self) -> bytes:
        """The root file."""
        head = Directory("root", self.org, self.said or self.serial, (Principal("root", self.keys),))
        text = head.encode() + f"# prev {sha256_hex(self.before)}\n".encode() + self.archives
        return text.replace(*self.change) if self.change[0] else text

    def members(self) -> dict[str, bytes]:
        """The file and its four signatures."""
        old, new = self.by
        name, stem = f"root-{self.serial}", f"root-{self.serial}.by-{self.serial - 1}"
        by_old = sign_file(old, self.namespace, stem, self.data).files()
        by_old.pop(stem)
        return sign_file(new, self.namespace, name, self.data).files() | by_old


def parcel(members: dict[str, bytes], behind: int = 0) -> dict[str, str]:
    """A succession, as a vector carries it, with so many zeros behind it."""
    return {"succession": base64.b64encode(write_parcel(members, padded=False) + bytes(behind)).decode()}


def line_of(count: int) -> dict[str, bytes]:
    """So many roots, each made by the one before."""
    members, before, old = {"root-1": ROOT}, ROOT, OURS.root
    for serial, new in enumerate(HEIRS[: count - 1], 2):
        heir = Heir(serial, before, new.public, (old, new))
        members |= heir.members()
        before, old = heir.data, new
    return members


def heirs() -> Iterator[Vector]:
    """K15 on the root file alone."""
    good, root = Heir().data, ROOT.decode("latin-1")
    key = str(OURS.trust.recipients.archive).encode()
    other = str(OURS.trust.recipients.recovery).encode()
    three = b"# archive " + key + b"\n# identity-archive " + other + b"\n# recovery "
    for name, about, data in [
        ("K15-first", "a first root that names one before it", ROOT + good[good.index(b"# prev") :]),
        ("K15-no-prev", "a later root that names none before it", good[: good.index(b"# prev")]),
        ("K15-two", "one archive left out", good + three[: three.index(b"# recovery")]),
        ("K15-same", "one key for two uses", good + three + key + b"\n"),
        ("K15-classic", "a key that is not post-quantum", good + three + b"age1" + key[7:] + b"\n"),
        ("K15-remark", "words behind the last line", good + b"# hello\n"),
    ]:
        yield broken(name, about, "root", data)
    yield Vector(
        "K29-root-alone", "a later root without its succession", "root", {"code": "trust-file-missing"},
        {"root": good.decode()},
    )  # fmt: skip
    officers = officers_by(HEIRS[0])
    yield Vector(
        "K21-heir-alone", "officers by a later root, without its succession", "chain", {"code": "signature-invalid"},
        officers | {"root": root},
    )  # fmt: skip


def officers_by(signer: SignerKeys, directory: Directory = OFFICERS) -> dict[str, str | None]:
    """The officers under the next serial."""
    return signed("officers", directory.again().encode(), signer, namespaces.OFFICERS)


def successions() -> Iterator[Vector]:
    """K90 to K95, K26: officers by the second root, and a succession that leads to it, or does not."""
    good, first = Heir().members(), {"root-1": ROOT}
    new, officers = HEIRS[0], officers_by(HEIRS[0])
    thief = Heir(keys=STRANGER.public, by=(OURS.root, STRANGER))
    order = dict(sorted((first | good).items(), reverse=True))
    swap = good | {"root-2.pq.sig": good["root-2.sig"]}
    crossed = good | {"root-2.sig": good["root-2.by-1.sig"]}
    weak = key_line(ED25519, WEAK_POINT).rsplit(b" ", 1)[1]
    ed = new.public.lines()[0].split(" ")[1].encode()
    with_root = OFFICERS.with_principal(replace(OFFICERS.principals[0], name="c-2", keys=OURS.root.public))
    known: dict[str, str | None] = {"root": ROOT.decode()}
    rows: list[tuple[str, str, str, dict[str, bytes], dict[str, str | None]]] = [
        ("good-succeeded", "the first root was given", "", good, {}),
        ("good-succeeded-newest", "the second root was given", "", good, {"root": Heir().data.decode()}),
        ("good-succeeded-archives", "the second root names other archives", "", Heir(archives=named()).members(), {}),
        ("K90-order", "another order", "malformed-trust-file", order, {}),
        ("K90-one", "no second root", "malformed-trust-file", {}, {}),
        ("K90-seventeen", "more roots than there may be", "malformed-trust-file", line_of(17), {}),
        ("K91-serial", "the second root calls itself the third", "malformed-trust-file", Heir(said=3).members(), {}),
        ("K91-prev", "it follows another root", "malformed-trust-file", Heir(before=thief.data).members(), {}),
        ("K91-org", "of another organisation", "wrong-organisation", Heir(org=world("theirs").org).members(), {}),
        ("K92-new-alone", "not signed by the old root", "signature-invalid", Heir(by=(new, new)).members(), {}),
        ("K92-old-alone", "not signed by itself", "signature-invalid", Heir(by=(OURS.root, OURS.root)).members(), {}),
        ("K92-stranger", "a stranger for the old root", "signature-invalid", Heir(by=(STRANGER, new)).members(), {}),
        ("K92-no-pq", "the Ed25519 signature in both places", "signature-invalid", swap, {}),
        ("K92-crossed", "two signers for one pair", "signers-differ", crossed, {}),
        (
            "K92-namespace", "signed as officers", "signature-invalid",
            Heir(namespace=namespaces.OFFICERS).members(), {},
        ),
        (
            "K93-reused", "an old root under a new number", "shared-key",
            Heir(keys=OURS.root.public, by=(OURS.root, OURS.root)).members(), {},
        ),
        ("K04-root", "a wildcard", "malformed-trust-file", Heir(change=(b"\nroot ", b"\n* ")).members(), {}),
        ("K09-root", "a key that signs anything", "malformed-trust-file", Heir(change=(ed, weak)).members(), {}),
        ("K94-forked", "another second root was given", "root-forked", good, {"root": thief.data.decode()}),
        ("K94-forked-first", "another first root, of the same name", "root-forked", good, {"root": forged_first()}),
        ("K29-short", "a third root was given", "trust-file-missing", good, {"root": third()}),
        ("K95-followed", "officers by the first root", "root-superseded", good, officers_by(OURS.root)),
        ("K26-former-root", "an officer with a former root's keys", "shared-key", good, officers_by(new, with_root)),
    ]  # fmt: skip
    for name, about, code, members, files in rows:
        rule = {"rule": name.partition("-")[0]} if code == "malformed-trust-file" else {}
        expect = {"code": code} | rule if code else {}
        whole = members if "root-1" in members else first | members
        yield Vector(name, about, "chain", expect, known | officers | files, bytes=parcel(whole))
    padded = parcel(first | good, behind=512)
    expect = {"code": "malformed-trust-file", "rule": "K90"}
    yield Vector("K90-padded", "zeros behind the tar", "chain", expect, known | officers, bytes=padded)


def named() -> bytes:
    """Three other keys for the organisation's archives and recovery."""
    theirs = world("theirs").trust.recipients
    uses = (("archive", theirs.archive), ("identity-archive", theirs.identity_archive), ("recovery", theirs.recovery))
    return "".join(f"# {use} {key}\n" for use, key in uses).encode()


def forged_first() -> str:
    """A first root that takes the organisation's name without having its keys."""
    return first_root(STRANGER.public).decode().replace(fingerprint_of(STRANGER.public), OURS.org)


def third() -> str:
    """A third root, which nobody else has heard of."""
    return line_of(3)["root-3"].decode()


def build() -> dict[str, str]:
    """File name -> text, for the whole folder."""
    base = {name: data.decode() for name, data in {"root": OURS.trust.root.data, **OURS.files}.items()}
    makers: list[Callable[[], Iterator[Vector]]] = [grammar, roots, recipients, chain, succession, heirs, successions]
    vectors = [vector for maker in makers for vector in maker()]
    texts = {f"{vector.name}.json": vector.text() for vector in vectors}
    if len(texts) != len(vectors):
        raise SystemExit("two vectors of one name")
    return {"base.json": json.dumps(base, indent=1, sort_keys=True) + "\n", **texts}


def example(name: str, data: bytes, *, padded: bool) -> None:
    """A whole card or request, kept as it is while it says the same: its words stand in the spec."""
    path = OUT / "example" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    json_name = f"{name}.json"
    old = read_parcel(path.read_bytes(), padded=padded) if path.exists() else None
    new = read_parcel(data, padded=padded) or {}
    if old is None or old[json_name] != new[json_name]:
        path.write_bytes(data)


def main() -> None:
    """Write what is not there yet; what is there was published, and stays as it is unless somebody removes it."""
    OUT.mkdir(parents=True, exist_ok=True)
    texts = build()
    for old in OUT.glob("*.json"):
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        if not (OUT / name).exists():
            (OUT / name).write_text(text, "utf-8")
    example("card", OURS.card.data, padded=False)
    example("request", OURS.laptops["d-1"].request.data, padded=True)
    print(len(list(OUT.glob("*.json"))), "files", file=sys.stderr)


if __name__ == "__main__":
    main()
