"""Builds tests/vectors/bundle: small bundles that each fail exactly one check, and a few that fail none.

    .venv/bin/python -m tools.bundle_vectors

Every secret comes from a fixed seed, but age files and post-quantum signatures hold fresh randomness: a rebuild gives
other bytes with the same faults. So the committed files are the vectors; rebuild only when the format changes, and read
the difference. Each `NAME.json` says what NAME.tar (or NAME.age) is, and what must come of it (docs/spec/bundle-v1.md,
"Vectors").
"""

from __future__ import annotations

import base64
import io
import json
import shutil
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.worlds.bundle import CHAIN, LAPTOP, OFFICER, OTHER_LAPTOP, Organisation, Outbox, organisation
from tests.worlds.keys import NOW

from intake.bundle import container
from intake.bundle.items import Addressees, SealedItem
from intake.bundle.limits import LIMITS
from intake.bundle.log import LEAF_FORMAT, roster_leaf
from intake.crypto import merkle
from intake.crypto.age import encrypt_bytes
from intake.crypto.hashing import digest, sha256_hex
from intake.crypto.sshsig import SignerKeys
from intake.crypto.strictjson import dumps, loads
from intake.crypto.ustar import Member, ustar_size, write_ustar
from intake.keys import namespaces
from intake.keys.directory import Directory, Revocation
from intake.keys.signed import sign_file

if TYPE_CHECKING:
    from collections.abc import Callable

OUT = Path(__file__).resolve().parents[1] / "tests" / "vectors" / "bundle"
BID = "b1d0" * 8
BLOCK = 512
AT = "2026-11-21T17:40:00Z"  # NOW, as files say it


# -- a bundle of which any byte can be chosen --------------------------------------------------------------------------


@dataclass
class Bag:
    """Tag files by name, built from a statement and payload unless given; signed by whoever is asked."""

    org: Organisation
    payload: dict[str, bytes]
    claims: dict[str, Any]
    given: dict[str, bytes] = field(default_factory=dict)
    signers: tuple[str, str] = (LAPTOP, LAPTOP)
    namespaces: tuple[str, str] = (namespaces.BUNDLE, namespaces.BUNDLE)

    def files(self) -> dict[str, bytes]:
        """Every tag file, in the tar's order."""
        payload = [container.Payload(name, len(data), sha256_hex(data)) for name, data in self.payload.items()]
        made: dict[str, bytes] = {}

        def put(name: str, build: Callable[[], bytes]) -> None:
            made[name] = self.given[name] if name in self.given else build()

        put(container.BAGIT, lambda: container.BAGIT_TEXT)
        put(container.BAG_INFO, lambda: container.bag_info_text(BID, payload))
        put(container.MANIFEST, lambda: container.manifest_text(payload))
        put(container.STATEMENT, lambda: dumps(self.claims))
        put(container.TAGMANIFEST, lambda: container.tagmanifest_text(made.__getitem__))
        signed = made[container.TAGMANIFEST]
        keys = [self.org.signer(name) if isinstance(name, str) else name for name in self.signers]
        put(container.SIG, lambda: keys[0].sign(self.namespaces[0], signed).ed25519)
        put(container.PQ_SIG, lambda: keys[1].sign(self.namespaces[1], signed).composite)
        return made

    def tar(self, order: Callable[[list[tuple[str, bytes]]], list[tuple[str, bytes]]] = list) -> bytes:
        """The tar, its members in the order given."""
        members = [*self.files().items(), *((f"data/{name}", data) for name, data in self.payload.items())]
        sink = io.BytesIO()
        write_ustar(sink, (Member(f"{BID}/{name}", len(data), io.BytesIO(data)) for name, data in order(members)))
        return sink.getvalue()


def junk(number: int) -> tuple[str, bytes]:
    """A payload file that no verifier without keys can tell from a sealed item."""
    return f"{number:032x}.age", f"age-encryption.org/v1 made up, number {number}\n".encode() * 3


def bag(count: int = 2, **changes: Any) -> Bag:
    """A bag of some records that nothing is wrong with, but for the changed claims."""
    payload = dict(junk(number) for number in range(1, count + 1))
    org = organisation()
    lines = [line(name, data, number) for number, (name, data) in enumerate(payload.items(), 1)]
    claims = {**base_claims(org), "items": lines, "unreceipted": unreceipted(lines), **changes}
    return Bag(org, payload, claims)


def line(name: str, data: bytes, ordinal: int, **changes: Any) -> dict[str, Any]:
    """One item of a statement."""
    made = {
        "name": name,
        "kind": "record",
        "record": digest(f"record {ordinal}".encode()),
        "attachment": None,
        "part": None,
        "size": len(data),
        "sha256": sha256_hex(data),
        "to": list(organisation().account.fingerprints),
        "epoch": "2026-11",
        "ordinal": ordinal,
    }
    return {**made, **changes}


def unreceipted(lines: list[dict[str, Any]]) -> list[str]:
    """Every item of the bundle and no other."""
    return sorted(f"sha256:{one['sha256']}" for one in lines)


def base_claims(org: Organisation) -> dict[str, Any]:
    """What every statement here says."""
    return {
        "format": "intake-statement/1",
        "org": org.trust.org,
        "purpose": "real",
        "bundle": BID,
        "sender": LAPTOP,
        "chain": CHAIN,
        "predecessor": None,
        "seq": 1,
        "prev": None,
        "roster": org.trust.roster_digest,
        "recipients": org.trust.recipients_digest,
        "checkpoint": None,
    }


# -- writing one vector ------------------------------------------------------------------------------------------------


@dataclass
class Vector:
    """What must come of one file."""

    name: str
    why: str
    data: bytes
    check: str | None = None
    verdict: str = "INVALID"
    extra: dict[str, Any] = field(default_factory=dict)
    suffix: str = ".tar"

    def write(self) -> None:
        """NAME.tar and NAME.json."""
        said = {
            "why": self.why,
            "verdict": self.verdict,
            "check": self.check,
            "at": AT,
            "trust": "trust",
            "purpose": None,
            "known": [],
            **self.extra,
        }
        (OUT / (self.name + self.suffix)).write_bytes(self.data)
        (OUT / (self.name + ".json")).write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", "utf-8")


def invalid(check: str, name: str, why: str, data: bytes, **extra: Any) -> Vector:
    """A file that one check refuses."""
    return Vector(f"{check}-{name}", why, data, check, "INVALID", extra)


def undecided(check: str, name: str, why: str, data: bytes, **extra: Any) -> Vector:
    """A file that one check can't decide on."""
    return Vector(f"{check}-{name}", why, data, check, "UNDECIDED", extra)


# -- the file: B01 to B06 ----------------------------------------------------------------------------------------------


def header_of(tar: bytes, number: int) -> int:
    """Where the header of member `number` (from 0) stands."""
    at = 0
    for _ in range(number):
        size = int(tar[at + 124 : at + 135], 8)
        at += BLOCK + size + -size % BLOCK
    return at


def with_header(tar: bytes, number: int, at: int, value: bytes) -> bytes:
    """The tar with bytes of one header changed, its checksum made right again."""
    start = header_of(tar, number)
    block = bytearray(tar[start : start + BLOCK])
    block[at : at + len(value)] = value
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\x00 " % sum(block)
    return tar[:start] + bytes(block) + tar[start + BLOCK :]


def swapped(first: int, second: int) -> Callable[[list[tuple[str, bytes]]], list[tuple[str, bytes]]]:
    """The members with two of them in each other's place."""

    def order(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        members = list(members)
        members[first], members[second] = members[second], members[first]
        return members

    return order


def file_vectors() -> list[Vector]:
    """Faults that need no trust to be seen."""
    good = bag()
    tar = good.tar()
    huge = with_header(tar, 7, 124, b"%011o\x00" % (3 << 30))
    long_bagit = bag()
    long_bagit.given[container.BAGIT] = container.BAGIT_TEXT * 2
    bagit = bag()
    bagit.given[container.BAGIT] = container.BAGIT_TEXT.replace(b"1.0", b"1.1")
    info = bag()
    info.given[container.BAG_INFO] = container.bag_info_text(BID, [])
    stray = bag()
    extra = lambda members: [*members, ("data/notes.txt", b"stray")]  # noqa: E731 - one line, used once
    return [
        Vector("valid", "nothing is wrong", tar, None, "VALID"),
        Vector("valid-empty", "no item at all: a laptop that says it has nothing", bag(0).tar(), None, "VALID"),
        invalid("B02", "item-too-large", "a header announces an item of 3 GiB", huge[: header_of(huge, 7) + BLOCK]),
        invalid("B02", "tag-too-large", "bagit.txt is longer than its cap", long_bagit.tar()),
        invalid("B03", "mode", "one member is executable", with_header(tar, 7, 100, b"0000755\x00")),
        invalid("B03", "mtime", "one member says when it was made", with_header(tar, 7, 136, b"14000000000\x00")),
        invalid("B03", "cut", "the last 512 bytes are gone", tar[:-BLOCK]),
        invalid("B03", "appended", "a zero block more than belongs there", tar + bytes(BLOCK)),
        invalid(
            "B03", "slack", "a byte in the space after a member", tar[: BLOCK * 2 - 1] + b"\x01" + tar[BLOCK * 2 :]
        ),
        invalid("B03", "not-a-tar", "a text", b"this is no tar\n" * 200),
        invalid("B03", "empty", "no byte", b""),
        invalid("B04", "order", "statement and manifest in each other's place", good.tar(swapped(2, 3))),
        invalid("B04", "stray", "a file that no manifest lists", stray.tar(extra)),
        invalid("B04", "no-tags", "the tar ends before its signatures", good.tar(lambda members: members[:5])),
        invalid("B05", "version", "bagit.txt says another version", bagit.tar()),
        invalid("B06", "oxum", "bag-info.txt counts other files", info.tar()),
    ]


# -- who sent it: B07 to B14 -------------------------------------------------------------------------------------------


def trust_files(name: str, changes: dict[str, bytes]) -> str:
    """A trust folder, the good one but for some files; gives its name."""
    org = organisation()
    folder = OUT / name
    folder.mkdir()
    for file, data in {"root": org.trust.root.data, **org.trust.files(), **changes}.items():
        (folder / file).write_bytes(data)
    return name


def signed_roster(signer: SignerKeys, directory: Directory) -> dict[str, bytes]:
    """The roster's three files."""
    return sign_file(signer, namespaces.ROSTER, "roster", directory.encode()).files()


def trust_vectors() -> list[Vector]:
    """Faults of the chain of trust, and of the signatures. All but the trust folder is valid in the first four."""
    org, other = organisation(), organisation("others")
    tar = bag().tar()
    roster = org.trust.roster.directory
    trust_files("trust", {})
    bad_root = trust_files("trust-bad-root", {"root": org.trust.root.data.replace(b"root ", b"* ")})
    bad_officers = trust_files(
        "trust-bad-officers",
        sign_file(other.made.officer.signer, namespaces.OFFICERS, "officers", org.trust.officers.signed.data).files(),
    )
    mixed = sign_file(org.devices[LAPTOP], namespaces.ROSTER, "roster", roster.encode())
    bad_roster = trust_files("trust-bad-roster", {"roster.pq.sig": mixed.pq_sig})
    unknown = trust_files("trust-unknown-officer", signed_roster(other.made.officer.signer, roster))
    revoked = trust_files(
        "trust-revoked",
        signed_roster(org.made.officer.signer, roster.with_revocation(Revocation(LAPTOP, NOW, (), "lost"))),
    )
    return [
        invalid("B07", "wildcard", "a root for everybody", tar, trust=bad_root),
        invalid("B08", "other-root", "officers signed by somebody else", tar, trust=bad_officers),
        invalid("B09", "mixed-signers", "the roster's two signatures are not one officer's", tar, trust=bad_roster),
        undecided("B09", "unknown-officer", "the roster is signed by an officer not known here", tar, trust=unknown),
        *signature_vectors(org),
        undecided("B14", "expired", "the laptop's enrolment has ended", tar, at="2027-10-21T17:40:00Z"),
        undecided("B14", "revoked", "the laptop was revoked; no log says what came before", tar, trust=revoked),
    ]


def signature_vectors(org: Organisation) -> list[Vector]:
    """Faults of what is signed, and by whom."""
    swapped_list = bag()
    listed = container.tagmanifest_text(swapped_list.files().__getitem__)
    swapped_list.given[container.TAGMANIFEST] = listed.replace(listed[:64], b"0" * 64)
    classic, composite, two = bag(), bag(), bag()
    classic.namespaces = (namespaces.RECORD, namespaces.BUNDLE)
    composite.namespaces = (namespaces.BUNDLE, namespaces.RECORD)
    two.signers = (LAPTOP, OTHER_LAPTOP)
    classic_twice, rewrapped, stranger = bag(), bag(), bag()
    classic_twice.given[container.PQ_SIG] = classic_twice.files()[container.SIG]
    armor = rewrapped.files()[container.SIG]
    rewrapped.given[container.SIG] = armor.replace(armor[30:60], armor[30:40] + b"\n" + armor[40:60], 1)
    stranger_org = replace(org, devices={**org.devices, LAPTOP: SignerKeys.from_bytes(b"\x07" * 96)})
    stranger.org = stranger_org
    return [
        invalid("B10", "wrong-digest", "the signed list gives another digest of bagit.txt", swapped_list.tar()),
        invalid("B11", "namespace", "the Ed25519 signature was made for a record", classic.tar()),
        invalid("B11", "rewrapped", "the Ed25519 signature's armor has another line length", rewrapped.tar()),
        invalid("B12", "namespace", "the post-quantum signature was made for a record", composite.tar()),
        invalid("B13", "two-laptops", "one signature each by two laptops", two.tar()),
        invalid("B13", "classic-twice", "the Ed25519 signature stands in both places", classic_twice.tar()),
        undecided("B13", "unknown", "signed by a laptop that is not in the roster", stranger.tar()),
    ]


# -- what it claims: B15 to B26 ----------------------------------------------------------------------------------------


def claim_vectors() -> list[Vector]:
    """Statements that an enrolled laptop signed, and that are wrong."""
    twice = bag()
    twice.given[container.STATEMENT] = dumps(twice.claims).replace(b'"seq":1', b'"seq":1,"seq":1')
    unknown_field = bag(note="hello")
    relayed = bag(sender=OTHER_LAPTOP)
    return [
        invalid("B15", "key-twice", "a key stands twice", twice.tar()),
        invalid("B15", "unknown-field", "a field that the format does not have", unknown_field.tar()),
        invalid("B16", "other-organisation", "made for another organisation", bag(org="0" * 64).tar()),
        invalid("B17", "other-bundle", "the statement of another bundle", bag(bundle="0" * 32).tar()),
        invalid("B18", "other-sender", "names a laptop that did not sign", relayed.tar()),
        *item_line_vectors(),
        invalid(
            "B20", "missing", "an item of the bundle is not among those not yet receipted", bag(unreceipted=[]).tar()
        ),
        *purged_vectors(),
        invalid("B21", "made-up", "a made-up bundle", bag(purpose="made-up").tar(), purpose="real"),
        *payload_vectors(),
        *place_vectors(),
    ]


def purged_vectors() -> list[Vector]:
    """What a laptop says it destroyed without a receipt."""
    gone = [{"sha256": f"{number}" * 64, "reason": "danger"} for number in (1, 2)]
    own = sha256_hex(junk(1)[1])
    said = bag(purged=gone, receipts_to=str(organisation().epoch.recipient()))
    both = bag(purged=[{"sha256": own, "reason": "other"}])
    return [
        Vector("valid-purged", "two items were destroyed, and receipts have an address", said.tar(), None, "VALID"),
        invalid("B20", "purged-order", "what was destroyed is not sorted", bag(purged=gone[::-1]).tar()),
        invalid("B20", "purged-and-here", "an item is destroyed, and not yet receipted", both.tar()),
    ]


def item_line_vectors() -> list[Vector]:
    """B19: lists of items that contradict themselves."""
    reordered = bag()
    reordered.claims["items"].reverse()
    reordered.payload = dict(reversed(reordered.payload.items()))
    lacking = bag()
    changes = {"kind": "attachment", "attachment": 0, "part": "0002-of-0002"}
    lacking.claims["items"][1].update(changes)
    odd = bag()
    odd.claims["items"][1].update({"attachment": 0})
    twice, spread = bag(), bag()
    twice.claims["items"][1]["record"] = twice.claims["items"][0]["record"]
    twice.claims["items"][1]["ordinal"] = 1
    spread.claims["items"][1].update({**changes, "record": spread.claims["items"][0]["record"], "part": "0001-of-0001"})
    return [
        invalid("B19", "twice", "one record in two items", twice.tar()),
        invalid("B19", "ordinals", "the items of one record under two numbers", spread.tar()),
        invalid("B19", "order", "the items are not in their order", reordered.tar()),
        invalid("B19", "part", "an attachment lacks its first part", lacking.tar()),
        invalid("B19", "kind", "a record with an attachment number", odd.tar()),
    ]


def payload_vectors() -> list[Vector]:
    """B22 and B23: the payload against its manifest and against the statement."""
    changed = bag()
    manifest = container.manifest_text(
        [container.Payload(name, len(data), sha256_hex(data)) for name, data in changed.payload.items()]
    )
    changed.given[container.MANIFEST] = manifest.replace(manifest[:64], b"0" * 64)
    claimed = bag()
    claimed.claims["items"][0]["sha256"] = "0" * 64
    claimed.claims["unreceipted"] = unreceipted(claimed.claims["items"])
    fewer = bag()
    del fewer.claims["items"][1]
    return [
        invalid("B22", "digest", "the manifest gives another digest of an item", changed.tar()),
        invalid("B23", "digest", "the statement gives another digest of an item", claimed.tar()),
        invalid("B23", "unclaimed", "an item that the statement does not name", fewer.tar()),
    ]


def place_vectors() -> list[Vector]:
    """B24 to B26: the place in the chain."""
    before, other = digest(b"the bundle before"), digest(b"another bundle")
    second = bag(seq=2, prev=before).tar()
    first = bag().tar()

    def at(seq: int, name: str) -> list[Any]:
        return [LAPTOP, CHAIN, seq, name]

    return [
        Vector("valid-second", "the bundle before it is known", second, None, "VALID", {"known": [at(1, before)]}),
        invalid("B24", "first-with-prev", "the first of a chain names one before it", bag(prev=before).tar()),
        invalid("B24", "second-without", "the second of a chain names none", bag(seq=2).tar(), known=[at(1, before)]),
        undecided("B25", "gap", "the bundle before it has not come", second),
        undecided("B25", "other", "another bundle stands before it", second, known=[at(1, other)]),
        undecided("B26", "fork", "another bundle stands at its place", first, known=[at(1, other)]),
    ]


# -- items: I01 to I13 -------------------------------------------------------------------------------------------------


@dataclass
class Opened:
    """An outbox whose items go through the checks of opening; every vector changes one thing of it."""

    outbox: Outbox

    def tar(self) -> bytes:
        """Its signed tar."""
        tags = self.outbox.tags(bundle=BID)
        return self.outbox.tar(tags)

    def put_record(self, record: bytes, *, claim: str | None = None, signer: str = LAPTOP, pq_signer: str = "") -> None:
        """A record item with signatures of whoever is asked, under a digest of choice."""
        org = self.outbox.org
        sig = org.signer(signer).sign(namespaces.RECORD, record).ed25519
        pq_sig = org.signer(pq_signer or signer).sign(namespaces.RECORD, record).composite
        files = [("record.json", record), ("record.json.sig", sig), ("record.json.pq.sig", pq_sig)]
        self.put("record", claim or digest(record), files, org.account)

    def put(
        self,
        kind: str,
        record: str,
        files: list[tuple[str, bytes]],
        to: Addressees,
        *,
        sealed_to: Addressees | None = None,
    ) -> None:
        """An item of any content."""
        data = encrypt_bytes(padded_tar(files), (sealed_to or to).recipients)
        self.outbox.ordinal = max(1, self.outbox.ordinal)
        self.outbox.keep(
            io.BytesIO(data),
            SealedItem(kind, record, None, None, len(data), sha256_hex(data), to.fingerprints, to.epoch),  # type: ignore[arg-type]
        )


def padded_tar(files: list[tuple[str, bytes]], *, pad_to: int | None = None) -> bytes:
    """The plaintext of an item."""
    size = max(ustar_size(len(data) for _, data in files), pad_to if pad_to is not None else 16 << 10)
    sink = io.BytesIO()
    write_ustar(sink, (Member(name, len(data), io.BytesIO(data)) for name, data in files), pad_to=size)
    return sink.getvalue()


def without_identity(record: bytes) -> bytes:
    """The record of somebody who gave no name and does not wish to be called."""
    said = loads(record, max_bytes=len(record))
    consent, body = said["consent"], said["body"]
    decisions = {**consent["decisions"], "contact_again": {"decision": "refused"}}
    unnamed = {f"identity.persons.{person['id']}.names": "declined" for person in body["people"]}
    body = {**body, "nil": {**body.get("nil", {}), **unnamed}}
    return edited(record, identity=None, consent={**consent, "decisions": decisions}, body=body)


def edited(record: bytes, **changes: Any) -> bytes:
    """A record with other fields."""
    return dumps({**loads(record, max_bytes=len(record)), **changes})


def item_vector(check: str | None, name: str, why: str, opened: Opened, results: list[str]) -> Vector:
    """A VALID bundle; `results` are what its items come to, in order."""
    label = f"{check}-{name}" if check else name
    return Vector(label, why, opened.tar(), check, "VALID", {"items": results})


def fresh() -> Opened:
    """An empty outbox."""
    return Opened(Outbox(organisation()))


def record_item(record: bytes, *, claim: str | None = None, signer: str = LAPTOP, pq_signer: str = "") -> Opened:
    """An outbox of one record item."""
    opened = fresh()
    opened.put_record(record, claim=claim, signer=signer, pq_signer=pq_signer)
    return opened


def identity_item(record: bytes, identity: bytes) -> Opened:
    """An outbox of a record and an identity part."""
    opened = record_item(record)
    opened.put("identity", digest(record), [("identity.json", identity)], organisation().identity)
    return opened


def item_vectors() -> list[Vector]:
    """I01 to I13: a record, an identity part or an attachment each."""
    built = Outbox(organisation()).built(0)
    alone, identity = without_identity(built.record), built.identity or b""
    whole = fresh()
    whole.outbox.seal(0, with_files=True)
    all_came_in = ["record", "identity", "attachment", "attachment"]
    return [
        item_vector(None, "items", "a record, its identity part, a photo, a scan", whole, all_came_in),
        *sealing_vectors(organisation(), alone),
        *record_vectors(alone),
        *identity_vectors(built.record, alone, identity),
        *attachment_vectors(organisation(), alone),
    ]


def sealing_vectors(org: Organisation, alone: bytes) -> list[Vector]:
    """I01 and I02: how an item was sealed."""
    stranger = Addressees((organisation("others").epoch.recipient(),), None)
    elsewhere, unpadded = fresh(), fresh()
    elsewhere.put("record", digest(alone), signed_files(org, alone), org.account, sealed_to=stranger)
    data = encrypt_bytes(padded_tar(signed_files(org, alone), pad_to=0), org.account.recipients)
    to = org.account
    unpadded.outbox.keep(
        io.BytesIO(data),
        SealedItem("record", digest(alone), None, None, len(data), sha256_hex(data), to.fingerprints, to.epoch),
    )
    return [
        item_vector("I01", "other-recipient", "not encrypted to whom its statement says", elsewhere, ["I01"]),
        item_vector("I02", "unpadded", "an item that shows its size", unpadded, ["I02"]),
    ]


def record_vectors(alone: bytes) -> list[Vector]:
    """I03 to I09, and I13: what a record is."""
    consent = loads(alone, max_bytes=len(alone))["consent"]
    cases = {
        ("I03", "other-record", "another record than its statement names"): record_item(
            alone, claim=digest(b"another")
        ),
        ("I04", "two-laptops", "signed by two laptops, once each"): record_item(alone, pq_signer=OTHER_LAPTOP),
        ("I05", "unknown-field", "a field that records do not have"): record_item(edited(alone, extra=1)),
        ("I06", "other-organisation", "made for another organisation"): record_item(edited(alone, org="0" * 64)),
        ("I07", "another-laptops", "a laptop that carries another's record"): record_item(
            edited(alone, author=OTHER_LAPTOP), signer=OTHER_LAPTOP
        ),
        ("I07", "other-author", "a record under another's name"): record_item(edited(alone, author=OTHER_LAPTOP)),
        ("I07", "laptop-decides", "a decision that a laptop signed"): record_item(decision(alone)),
        ("I08", "version", "a second version of a record that is not here"): record_item(
            edited(alone, version=2, prev=digest(b"unknown"))
        ),
        ("I08", "of-another", "an addendum behind one testimony that says it is another's"): record_item(
            edited(addendum(alone), case="742-118-365-8")
        ),
        ("I09", "rule", "no consent covers it (V01)"): record_item(
            edited(alone, consent={**consent, "understood": "no"})
        ),
    }
    return [
        *(item_vector(check, name, why, case, [check]) for (check, name, why), case in cases.items()),
        *later_vectors(alone),
    ]


def later_vectors(alone: bytes) -> list[Vector]:
    """Records of the later kinds: what comes in, and I13."""
    apart, many = fresh(), fresh()
    kept = (addendum(alone), alone, withdrawal(alone, 0), edited(alone, salt="0" * 64))
    for apart.outbox.ordinal, record in enumerate(kept, start=1):
        apart.put_record(record)
    for n in range(LIMITS.withdrawals + 1):
        many.outbox.ordinal = n + 1
        many.put_record(withdrawal(alone, n))
    fork = "an addendum before its testimony, a withdrawal by the case code alone, a second first version"
    return [
        item_vector(None, "items-later", fork, apart, ["record"] * 4),
        item_vector("I13", "many", "an eleventh withdrawal by a laptop in a day", many, [*["record"] * 10, "I13"]),
    ]


def later(alone: bytes, kind: str, body: dict[str, Any], **changes: Any) -> bytes:
    """A record of another kind, in the envelope of this one."""
    return edited(alone, kind=kind, body=body, consent=None, attachments=[], **changes)


def addendum(alone: bytes) -> bytes:
    """More, said to the laptop that holds the stub."""
    said = loads(alone, max_bytes=len(alone))
    of = {"case": said["case"], "id": said["id"], "record": digest(alone)}
    body = {"of": of, "amendment": "addition_by_person", "requested_by": "person", "reason": "made up"}
    return later(alone, "addendum", {**body, "adds": {}, "interview": {}}, version=2, prev=digest(alone))


def withdrawal(alone: bytes, n: int) -> bytes:
    """Taken back on a laptop that never held it."""
    body = {"of": {"case": loads(alone, max_bytes=len(alone))["case"]}, "effect": "restrict", "requested_by": "person"}
    return later(alone, "withdrawal", body, id=f"{n:08x}-0000-4000-8000-00000000000d")


def decision(alone: bytes) -> bytes:
    """To erase; whose key signs it is the vector's to say."""
    return later(alone, "decision", {"kind": "erase", "of": [digest(alone)], "reason": "made up"})


def identity_vectors(record: bytes, alone: bytes, identity: bytes) -> list[Vector]:
    """I10 to I12: what an identity part is."""
    changed = edited(identity, salt="0" * 64)
    other = edited(identity, id="00000009-0000-4000-8000-000000000000")
    cases = {
        ("I10", "no-identity", "an identity part that the record does not name"): identity_item(alone, identity),
        ("I11", "other-identity", "another identity part than the record names"): identity_item(record, changed),
        ("I12", "other-id", "an identity part with another record's id"): identity_item(
            edited(record, identity=digest(other)), other
        ),
    }
    return [item_vector(check, name, why, case, ["record", check]) for (check, name, why), case in cases.items()]


def signed_files(org: Organisation, record: bytes) -> list[tuple[str, bytes]]:
    """A record item's files."""
    signatures = org.signer(LAPTOP).sign(namespaces.RECORD, record)
    return [
        ("record.json", record),
        ("record.json.sig", signatures.ed25519),
        ("record.json.pq.sig", signatures.composite),
    ]


def attachment_vectors(org: Organisation, alone: bytes) -> list[Vector]:
    """I10 and I11 for attachments."""
    unlisted = Opened(Outbox(org))
    unlisted.put_record(alone)
    unlisted.outbox.attach("attachment", digest(alone), b"nobody signed me")
    listed = edited(alone, attachments=[{"index": 0, "sha256": "0" * 64, "size": 16, "type": "image/png"}])
    changed = Opened(Outbox(org))
    changed.put_record(listed)
    changed.outbox.attach("attachment", digest(listed), b"nobody signed me")
    return [
        item_vector("I10", "unlisted", "an attachment that the record does not list", unlisted, ["record", "I10"]),
        item_vector("I11", "other-bytes", "other bytes than the record signed", changed, ["record", "I11"]),
    ]


def envelope_vectors() -> list[Vector]:
    """B01: what is carried."""
    outbox = Outbox(organisation())
    carried = outbox.carried(outbox.tags(bundle=BID))
    start = carried[:6000]
    return [
        Vector("B01-cut", "an envelope that ends after 6,000 bytes", start, "B01", extra={"keys": True}, suffix=".age"),
        Vector("B01-no-key", "an envelope and no key to it", start, "B01", "UNDECIDED", suffix=".age"),
    ]


def receipt_example() -> None:
    """The worked example of docs/spec/receipt-v1.md: a receipt for `valid.tar`, and the signed checkpoint under it."""
    org, made = organisation(), bag()
    bundle = digest(made.files()[container.TAGMANIFEST])
    facts = {"org": org.trust.org, "bundle": bundle, "sender": LAPTOP, "chain": CHAIN, "seq": 1, "prev": None}
    arrived = dumps({"format": LEAF_FORMAT, "type": "bundle", "at": AT, **facts})
    leaves = [roster_leaf(org.trust.org, 2, org.trust.roster_digest, NOW), arrived]
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    origin = f"{org.trust.org}/{OFFICER}/{'10' * 16}"
    checkpoint = f"{origin}\n{len(leaves)}\n{base64.b64encode(merkle.root(hashes)).decode()}\n".encode()
    receipt = {
        "format": "intake-receipt/1",
        "org": org.trust.org,
        "officer": OFFICER,
        "device": LAPTOP,
        "serial": 1,
        "made_at": AT,
        "bundle": bundle,
        "chain": CHAIN,
        "seq": 1,
        "leaf": arrived.decode(),
        "index": 1,
        "proof": [node.hex() for node in merkle.inclusion_proof(hashes, 1)],
        "items": [
            {"sha256": item["sha256"], "status": status}
            for item, status in zip(made.claims["items"], ("accepted", "held"), strict=True)
        ],
    }
    folder = OUT / "receipt"
    folder.mkdir()
    signer = org.made.officer.signer
    for name, namespace, data in (
        ("receipt.json", namespaces.RECEIPT, dumps(receipt)),
        ("checkpoint", namespaces.CHECKPOINT, checkpoint),
    ):
        for file, content in sign_file(signer, namespace, name, data).files().items():
            (folder / file).write_bytes(content)


def main() -> int:
    """Write everything anew."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    vectors = [*trust_vectors(), *file_vectors(), *claim_vectors(), *item_vectors(), *envelope_vectors()]
    for vector in vectors:
        vector.write()
    receipt_example()
    org = organisation()
    seeds = {"epoch": org.epoch.seed.hex(), "identity": org.made.officer.identity.seed.hex()}
    (OUT / "keys.json").write_text(json.dumps(seeds, indent=2) + "\n")
    print(f"{len(vectors)} vectors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
