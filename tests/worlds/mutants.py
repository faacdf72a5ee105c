"""Seeded mutations of good bundles and trust files, to hold two verifiers against each other.

A trial is everything a verifier is given. Half of the mutations damage bytes; the other half, which matter more, sign
anew after the change, as a stolen or malicious laptop could: such files fail at one late check, or at none.
"""

from __future__ import annotations

import base64
import io
import json
import random
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from tools import second_verifier
from tools.bundle_vectors import Bag, bag, line, unreceipted

from intake.bundle import container
from intake.bundle.report import Link, Links, Standing, TrustFiles
from intake.bundle.verify import verify
from intake.crypto.age import X25519Identity, encrypt_bytes
from intake.crypto.sshsig import SignerKeys
from intake.crypto.ustar import Member, write_ustar
from intake.keys.signed import sign_file
from tests.worlds.bundle import CHAIN, LAPTOP, OFFICER, OTHER_LAPTOP, Outbox, organisation, sealed
from tests.worlds.keys import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCK = 512
STRANGER = SignerKeys.from_bytes(b"\x07" * 96)


@dataclass(frozen=True)
class Trial:
    """One file, and everything that its verifiers are given with it."""

    data: bytes
    trust: dict[str, bytes] = field(default_factory=lambda: dict(trust_files()))
    at: datetime = NOW
    purpose: str | None = None
    known: tuple[tuple[str, str, int, str], ...] = ()
    with_key: bool = False

    def first(self) -> dict[str, str]:
        """What intake says of every check, and the verdict."""
        trust = TrustFiles(self.trust["root"], {name: data for name, data in self.trust.items() if name != "root"})
        known = Links(frozenset(Link(*place) for place in self.known)).digests
        keys = (organisation().epoch,) if self.with_key else ()
        report = verify(sealed(self.data, *keys), Standing(trust, self.at, known, self.purpose))  # type: ignore[arg-type]
        return {"verdict": report.verdict.value} | {check.id: check.outcome.value for check in report.checks}

    def second(self) -> dict[str, str]:
        """The same, by the other program."""
        seeds = [organisation().epoch.seed] if self.with_key else []
        at = self.at.strftime("%Y%m%d%H%M%SZ")
        places = [list(place) for place in self.known]
        case = second_verifier.Case(self.trust["root"], self.trust, at, self.purpose, places, seeds)
        report = second_verifier.judge(case, io.BytesIO(self.data))
        return {"verdict": report["verdict"], **report["checks"]}


@cache
def _trust_files() -> dict[str, bytes]:
    trust = organisation().trust
    return {"root": trust.root.data, **trust.files()}


def trust_files(**changes: bytes) -> dict[str, bytes]:
    """The good trust files, but for those given."""
    return {**_trust_files(), **changes}


@cache
def good(kind: str) -> bytes:
    """Bundles that nothing is wrong with."""
    outbox = Outbox(organisation())
    outbox.seal(0, with_files=True)
    files: dict[str, Callable[[], bytes]] = {
        "two": lambda: bag().tar(),
        "none": lambda: bag(0).tar(),
        "items": outbox.tar,
        "carried": outbox.carried,
    }
    return files[kind]()


# -- bytes -------------------------------------------------------------------------------------------------------------


def damaged(rng: random.Random, data: bytes) -> bytes:
    """One change of bytes, anywhere."""
    at, size = rng.randrange(len(data) + 1), rng.choice((1, 1, 2, 16, BLOCK))
    other = rng.randrange(len(data) + 1)
    bit = (int.from_bytes(data[at : at + 1], "big") ^ 1 << rng.randrange(8)).to_bytes(1, "big")
    behind = rng.choice((b"\0", bytes(BLOCK), b"x", bytes(1024), data[:BLOCK]))
    return rng.choice(
        (
            data[:at] + bit + data[at + 1 :],
            data[:at] + bit + data[at + 1 :],
            data[:at],
            data[:at] + rng.randbytes(size) + data[at:],
            data[:at] + data[at + size :],
            data[:at] + data[other : other + size] + data[at + size :],
            data[:at] + bytes(size) + data[at + size :],
            data + behind,
        )
    )


def spliced(rng: random.Random) -> Trial:
    """The head of one good bundle on the tail of another, cut at a block of each."""
    one, two = (good(rng.choice(("two", "none", "items"))) for _ in range(2))
    cut = rng.randrange(len(one) // BLOCK) * BLOCK
    return Trial(one[:cut] + two[rng.choice((cut, rng.randrange(len(two) // BLOCK) * BLOCK)) :])


def flipped(rng: random.Random) -> Trial:
    """A damaged tar."""
    return Trial(damaged(rng, good(rng.choice(("two", "two", "none", "items")))))


def envelope(rng: random.Random) -> Trial:
    """An envelope: good, damaged, to others beside us, or padded in another way."""
    tar, org = good("two"), organisation()
    size = 1 << 20
    match rng.randrange(6):
        case 0:
            carried = good("carried")
            cut = rng.choice((3600, len(carried)))  # its header has two stanzas of 1.6 kB
            return Trial(damaged(rng, carried[:cut]) + carried[cut:], with_key=rng.random() < 0.8)
        case 1:
            return Trial(good("carried"), with_key=rng.random() < 0.8)
        case 2:
            plain = damaged(rng, tar).ljust(size, b"\0")
        case 3:
            plain = tar.ljust(size + rng.choice((-BLOCK, 1, BLOCK, size)), b"\0")
        case 4:
            plain = damaged(rng, tar.ljust(size, b"\0"))
        case _:
            return Trial(encrypt_bytes(tar.ljust(size, b"\0"), [X25519Identity.generate().recipient()]), with_key=True)
    return Trial(encrypt_bytes(plain, org.account.recipients), with_key=True)


# -- members -----------------------------------------------------------------------------------------------------------

HEADER_FIELDS = {  # offset, and what might stand there
    0: (b"b1d0", b"/", b"../x", b"_", b"A"),
    100: (b"0000755\0", b"000644 \0"),
    108: (b"0001750\0",),
    124: (b"00000000000\0", b"00000000001\0", b"77777777777\0", b"00014000000\0", b"12 \0", b"0000000066 \0"),
    136: (b"14000000000\0",),
    156: (b"5", b"\0", b"2", b"x", b"L"),
    157: (b"b1d0/x",),
    257: (b"ustar  \0", b"ustar\x0000", b"\0"),
    265: (b"root\0",),
    345: (b"x",),
    500: (b"\1",),
}


def headers_of(tar: bytes) -> list[int]:
    """Where the headers stand."""
    found, at = [], 0
    while tar[at : at + BLOCK] != bytes(BLOCK):
        found.append(at)
        size = int(tar[at + 124 : at + 135], 8)
        at += BLOCK + size + -size % BLOCK
    return found


def header(rng: random.Random) -> Trial:
    """A field of a header changed, its checksum made right again."""
    tar = good(rng.choice(("two", "items")))
    start = rng.choice(headers_of(tar))
    block = bytearray(tar[start : start + BLOCK])
    at = rng.choice(list(HEADER_FIELDS))
    value = rng.choice(HEADER_FIELDS[at])
    block[at : at + len(value)] = value
    block[148:156] = b" " * 8
    block[148:156] = rng.choice((b"%06o\0 ", b"%06o\0 ", b"%07o\0")) % sum(block)
    return Trial(tar[:start] + bytes(block) + tar[start + BLOCK :])


def members(rng: random.Random) -> Trial:
    """Whole members swapped, doubled, dropped, taken from another bundle, renamed or changed."""
    made = bag(rng.choice((0, 1, 2, 3)))
    files = [*made.files().items(), *((f"data/{name}", data) for name, data in made.payload.items())]
    one, two = rng.randrange(len(files)), rng.randrange(len(files))
    name, data = files[one]
    match rng.randrange(7):
        case 0:
            files[one], files[two] = files[two], files[one]
        case 1:
            files.insert(two, files[one])
        case 2:
            del files[one]
        case 3:
            files[one] = (name, damaged(rng, data))
        case 4:
            names = (f"{'0' * 31}{rng.randrange(10)}.age", f"data/{'f' * 32}.age", "data/x", "x")
            files[one] = (rng.choice(names), data)
        case 5:
            files.append((f"data/{'f' * 32}.age", b"one more"))
        case _:
            files[one] = (name, files[two][1])
    return Trial(tarred(rng, files))


def tarred(rng: random.Random, files: list[tuple[str, bytes]]) -> bytes:
    """A canonical tar of these members, rarely in another folder."""
    folder = rng.choice(("b1d0" * 8,) * 9 + ("0" * 32,))
    sink = io.BytesIO()
    write_ustar(sink, (Member(f"{folder}/{name}", len(data), io.BytesIO(data)) for name, data in files))
    return sink.getvalue()


# -- claims, signed anew -----------------------------------------------------------------------------------------------

ODD: tuple[Any, ...] = (
    None, 0, 1, 2, -1, 1.0, True, "", "x", [], {}, 2**53 - 1, 2**53, 2**70, "real", "made-up", "0" * 32, "0" * 64,
    "sha256:" + "0" * 64, "sha256:" + "F" * 64, "d-laptop-2", "c-1", "2026-13", "0001-of-0001", "0001-of-0002",
    "0002-of-0002", "0000-of-0000", "record", "identity", "attachment", "identity-attachment", "0" * 64 + "\n",
    {"origin": "x", "size": 0, "root": "sha256:" + "0" * 64}, {"origin": "", "size": 0, "root": "sha256:" + "0" * 64},
    {"origin": "é\n" * 64, "size": 1, "root": "sha256:" + "0" * 64}, "\ud800", float("nan"), [["0" * 64]], ["0" * 64],
)  # fmt: skip


def rewritten(rng: random.Random, claims: dict[str, Any]) -> bytes:
    """The same claims, or nearly, in another JSON."""
    text = json.dumps(claims, sort_keys=True, separators=(",", ":"))
    pairs = list(claims.items())
    rng.shuffle(pairs)
    choices: tuple[Callable[[], bytes], ...] = (
        lambda: json.dumps(dict(pairs), indent=rng.choice((None, 1))).encode(),
        lambda: text.replace("real", "r\\u0065al").encode(),
        lambda: text.replace('"seq":1', rng.choice(('"seq":1.0', '"seq":1e0', '"seq":01', '"seq":1,"seq":1'))).encode(),
        lambda: b"\xef\xbb\xbf" + text.encode(),
        lambda: text.encode("utf-16"),
        lambda: text.encode() + rng.choice((b"\n", b" ", b"\0", b"{}", b"\x0b", b"//")),
        lambda: text.replace('"checkpoint":null', '"checkpoint":' + "[" * 70 + "]" * 70).encode(),
        lambda: text.replace('"checkpoint":null', '"checkpoint":' + "[" * 100_000).encode(),
        lambda: text.replace('"prev":null', '"prev":NaN').encode(),
        lambda: text.replace('"purpose"', '"org":"","purpose"').encode(),
        lambda: damaged(rng, text.encode()),
    )
    return rng.choice(choices)()


def odd_claims(rng: random.Random, made: Bag) -> None:
    """Some field of the statement, or of an item, is something else."""
    target = rng.choice([made.claims, *made.claims["items"]])
    name = rng.choice(list(target))
    match rng.randrange(8):
        case 0:
            del target[name]
        case 1:
            target[rng.choice(("note", "Format", "org "))] = rng.choice(ODD)
        case _:
            target[name] = rng.choice(ODD)


def plausible_claims(rng: random.Random, made: Bag) -> None:
    """Lists of items as they could be, in order or not: several of one record, attachments, parts, twins."""
    lines = []
    for number, (name, data) in enumerate(made.payload.items(), 1):
        kind = rng.choice(("record", "record", "identity", "attachment", "attachment", "identity-attachment"))
        part, of = rng.choice(((1, 1), (1, 1), (1, 1), (1, 2), (2, 2), (2, 3)))
        attached = "attachment" in kind
        changes: dict[str, Any] = {
            "kind": kind,
            "attachment": rng.choice((0, 0, 1)) if attached else None,
            "part": f"{part:04}-of-{of:04}" if attached else None,
            "record": "sha256:" + rng.choice("01") * 64,
        }
        lines.append(line(name, data, rng.choice((1, 1, 1, number)), **changes))
    if rng.random() < 0.8:
        ranks = ("record", "identity", "attachment", "identity-attachment")
        lines.sort(
            key=lambda i: (i["ordinal"], i["record"], ranks.index(i["kind"]), i["attachment"] or 0, i["part"] or "")
        )
    stands = lines if rng.random() < 0.6 else lines[1:] + lines[:1]
    made.payload = {item["name"]: made.payload[item["name"]] for item in stands}
    made.claims |= {"items": lines, "unreceipted": unreceipted(lines)}


def claims(rng: random.Random) -> Trial:
    """A statement that says something else, signed by who may sign it, or by others."""
    made = bag(rng.choice((0, 1, 2, 2, 3, 4)))
    change = rng.randrange(5)
    if change == 0:
        made.given[container.STATEMENT] = rewritten(rng, made.claims)
    elif change <= 2:
        odd_claims(rng, made)
    else:
        plausible_claims(rng, made)
    if rng.random() < 0.3:
        signers: Any = tuple(rng.choice((LAPTOP, LAPTOP, OTHER_LAPTOP, OFFICER, STRANGER)) for _ in range(2))
        made.signers = rng.choice((signers, (signers[0], signers[0])))
        made.claims["sender"] = rng.choice((LAPTOP, OTHER_LAPTOP, OFFICER))
    if container.STATEMENT not in made.given:
        made.given[container.STATEMENT] = json.dumps(made.claims).encode()
    return Trial(made.tar())


def places(rng: random.Random) -> Trial:
    """A good statement at some place of its chain, with some list of what is not receipted; some places known."""
    made = bag(rng.choice((0, 1, 2)))
    seq = rng.choice((1, 2, 2, 3))
    good_prev = None if seq == 1 else "sha256:" + "1" * 64
    made.claims |= {"seq": seq, "prev": rng.choice((good_prev, good_prev, None, "sha256:" + "2" * 64))}
    if rng.random() < 0.3:
        made.claims["unreceipted"] = some_digests(rng, made)
    if rng.random() < 0.2:
        made.claims["purpose"] = "made-up"
    if rng.random() < 0.3:
        made.claims["purged"] = some_purged(rng, made)
    known = tuple((LAPTOP, CHAIN, at, "sha256:" + rng.choice("112") * 64) for at in (1, 2, 2, 3) if rng.random() < 0.3)
    return Trial(made.tar(), known=known, purpose=rng.choice((None, "real")))


def some_purged(rng: random.Random, made: Bag) -> list[dict[str, str]]:
    """What was destroyed: nothing, unsorted, twice, an item of this bundle, for no known reason."""
    digests = [item["sha256"] for item in made.claims["items"][:1]] + [f"{rng.randrange(16):x}" * 64 for _ in range(2)]
    reasons = ("danger", "mistake", "other", "boredom")
    gone = [{"sha256": one, "reason": rng.choice(reasons)} for one in rng.sample(digests, rng.randrange(3))]
    return sorted(gone, key=lambda one: one["sha256"]) if rng.random() < 0.7 else gone + gone[:1]


def some_digests(rng: random.Random, made: Bag) -> list[str]:
    """Unreceipted items: more, fewer, unsorted, twice."""
    found = unreceipted(made.claims["items"]) + [f"sha256:{rng.randrange(16):x}{'0' * 63}" for _ in range(2)]
    found = sorted(found) if rng.random() < 0.7 else found
    return found[rng.choice((0, 0, 1)) :] + found[: rng.choice((0, 0, 0, 1))]


def signatures(rng: random.Random) -> Trial:
    """Other signature files: swapped, of another namespace, in another armor, by strangers, damaged inside."""
    made = bag(1)
    made.signers = rng.choice(((LAPTOP, LAPTOP), (OFFICER, OFFICER), (STRANGER, STRANGER), (LAPTOP, STRANGER)))  # type: ignore[assignment]
    made.claims["sender"] = rng.choice((LAPTOP, OFFICER))
    made.namespaces = rng.choice((made.namespaces, made.namespaces, ("record-v1@intake", "bundle-v1@intake")))
    files = made.files()
    one = rng.choice((container.SIG, container.PQ_SIG))
    other = container.PQ_SIG if one == container.SIG else container.SIG
    match rng.randrange(6):
        case 0:
            made.given = {one: files[other], other: files[other if rng.random() < 0.5 else one]}
        case 1:
            made.given[one] = damaged(rng, files[one])
        case 2:
            made.given[one] = rearmored(damaged(rng, unarmored(files[one])))
        case 3:
            made.given[one] = rearmored(unarmored(files[one]), rng.choice((64, 70, 71, 76)))
        case 4:
            blob = unarmored(files[one])
            reserved = (b"bundle-v1@intake\0\0\0\0", b"bundle-v1@intake\0\0\0\1x")
            swaps = ((b"sha512", b"sha256"), reserved, (b"@intake", b"@INTAKE"))
            made.given[one] = rearmored(blob.replace(*rng.choice(swaps)))
        case _:
            pass
    return Trial(made.tar())


def unarmored(armored: bytes) -> bytes:
    """The blob of a signature file."""
    return base64.b64decode(b"".join(armored.splitlines()[1:-1]))


def rearmored(blob: bytes, columns: int = 70) -> bytes:
    """A signature file of a blob."""
    text = base64.b64encode(blob)
    lines = b"".join(text[at : at + columns] + b"\n" for at in range(0, len(text), columns))
    return b"-----BEGIN SSH SIGNATURE-----\n" + lines + b"-----END SSH SIGNATURE-----\n"


# -- trust -------------------------------------------------------------------------------------------------------------


def trust_damage(rng: random.Random) -> Trial:
    """A trust file with another byte, another's signature, or none."""
    files = trust_files()
    name = rng.choice([name for name in files if not name.startswith("recipients")])
    match rng.randrange(4):
        case 0 if name != "root":
            del files[name]
        case 1:
            files[name] = files[rng.choice(list(files))]
        case _:
            files[name] = damaged(rng, files[name])
    return Trial(good("two"), trust=files)


def trust_signed(rng: random.Random) -> Trial:
    """A trust file with other lines, signed by somebody: the right one, mostly. Also judged at other times."""
    kind = rng.choice(("officers", "roster", "roster"))
    files = trust_files()
    text = files[kind].decode()
    lines = text.splitlines(keepends=True)
    data = edited_lines(rng, lines, files).encode("latin-1")
    org = organisation()
    right = SignerKeys.from_root_secret(org.made.offline.root) if kind == "officers" else org.made.officer.signer
    by = rng.choice((right,) * 12 + (STRANGER, org.devices[LAPTOP], org.made.officer.signer))
    files |= sign_file(by, f"{kind}-v1@intake", kind, data).files()
    return Trial(good("two"), trust=files, at=some_time(rng))


def edited_lines(rng: random.Random, lines: list[str], files: dict[str, bytes]) -> str:
    """A directory's lines: moved, doubled, dropped, retold, closed, revoked, from another file."""
    one, two = rng.randrange(len(lines)), rng.randrange(len(lines))
    when = f"{some_time(rng):%Y%m%d%H%M%SZ}"
    odd = rng.choice((("20", "19"), (" ", "  "), ("@", ""), ("\n", "\r\n"), ("Z", "")))
    theirs = files[rng.choice(("root", "officers", "roster"))].decode().splitlines(keepends=True)[-2:]
    choices: tuple[Callable[[], list[str]], ...] = (
        lambda: [lines[two] if at == one else lines[one] if at == two else text for at, text in enumerate(lines)],
        lambda: [*lines[:two], lines[one], *lines[two:]],
        lambda: lines[:one] + lines[one + 1 :],
        lambda: [*lines[:one], lines[one].replace(*odd), *lines[one + 1 :]],
        lambda: retold(lines, "before", when),
        lambda: retold(lines, "after", when),
        lambda: [*retold(lines, "before", when), revocation(rng, lines)],
        lambda: [*retold(lines, "before", when), revocation(rng, lines)],
        lambda: [*lines[:3], *map(with_key_of, lines[3:5], theirs), *lines[5:]],
        lambda: lines[:3],
        lambda: [damaged(rng, "".join(lines).encode()).decode("latin-1")],
    )
    return "".join(rng.choice(choices)())


def retold(lines: list[str], end: str, when: str) -> list[str]:
    """The first principal's dates begin or end at another time."""
    return [*lines[:3], *(re.sub(f'{end}="[^"]*"', f'{end}="{when}"', text) for text in lines[3:5]), *lines[5:]]


def revocation(rng: random.Random, lines: list[str]) -> str:
    """A revocation line, good or nearly."""
    name = lines[3].split(" ")[0]
    when = f"{some_time(rng):%Y%m%d%H%M%SZ}"
    log = rng.choice(("-", "-", "c-1:0", "c-1:12,c-2:3", "c-1:01", "d-1:1", "c-1:", "c-1:1,"))
    return f"# revoked {rng.choice((name, name, 'd-x'))} at={when} log={log} reason={rng.choice(('lost', 'A'))}\n"


def with_key_of(mine: str, theirs: str) -> str:
    """A line with another line's key."""
    return " ".join([*mine.split(" ")[:2], *theirs.split(" ")[2:]])


def some_time(rng: random.Random) -> datetime:
    """Around the edges of what is enrolled here."""
    days = ((2026, 11, 20), (2027, 2, 19), (2027, 11, 22))
    edges = (NOW, *(datetime(*day, tzinfo=UTC) for day in days))
    return rng.choice((NOW, rng.choice(edges) + timedelta(seconds=rng.choice((-1, 0, 1, 86400)))))


MUTATIONS: dict[str, Callable[[random.Random], Trial]] = {
    "flipped": flipped,
    "spliced": spliced,
    "header": header,
    "members": members,
    "claims": claims,
    "places": places,
    "signatures": signatures,
    "trust_damage": trust_damage,
    "trust_signed": trust_signed,
    "envelope": envelope,
}


def trial(kind: str, seed: int) -> Trial:
    """The trial of this kind and number; age and post-quantum signatures draw fresh randomness beside it."""
    rng = random.Random(f"{kind}/{seed}")  # noqa: S311 - to be repeated, not to be secret
    made = MUTATIONS[kind](rng)
    return replace(made, at=some_time(rng)) if rng.random() < 0.1 else made
