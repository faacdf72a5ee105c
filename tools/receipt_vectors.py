"""Builds tests/vectors/receipts: receipts that each fail exactly one check, and a few that fail none.

    .venv/bin/python -m tools.receipt_vectors

Keys come from fixed seeds, but age files and post-quantum signatures hold fresh randomness: a rebuild gives other bytes
with the same faults, so the committed files are the vectors. `laptop.json` is what the laptop knows, `held/` the root
and the trust files that it holds; each `NAME.json` says what NAME.age is and which check must refuse it (null: none).
Spec: docs/spec/receipt-v1.md.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.worlds.bundle import CHAIN, LAPTOP, OFFICER, OTHER_LAPTOP, organisation
from tests.worlds.keys import NOW, stream

from intake.bundle.container import TAGMANIFEST
from intake.bundle.log import LEAF_FORMAT, Checkpoint, roster_leaf
from intake.bundle.receipt import CHECKPOINT, MEMBERS, RECEIPT, WITHOUT_ROSTER
from intake.crypto import merkle
from intake.crypto.age import PostQuantumIdentity, encrypt_bytes
from intake.crypto.hashing import digest
from intake.crypto.sshsig import SignerKeys
from intake.crypto.strictjson import dumps
from intake.keys import namespaces
from intake.keys.directory import Directory, Principal, Revocation
from intake.keys.organisation import validity
from intake.keys.parcel import write_parcel
from intake.keys.signed import sign_file
from intake.keys.trust import Trust
from tools.bundle_vectors import bag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OUT = Path(__file__).resolve().parents[1] / "tests" / "vectors" / "receipts"
AT = "2026-11-21T17:40:00Z"  # NOW, as files say it
SECOND, CLOSED, LEAVING = "c-2", "c-3", "c-4"  # officers: another one, one revoked an hour ago, one in an hour
ORIGIN = f"{organisation().trust.org}/{OFFICER}/{'10' * 16}"
DEVICE = PostQuantumIdentity.from_seed(stream("receipts/device")(32))


def signer(name: str) -> SignerKeys:
    """The keys of anybody here."""
    ours = organisation()
    if name in (SECOND, CLOSED, LEAVING):
        return SignerKeys.from_bytes(stream(f"receipts/{name}")(96))
    return ours.signer(name)


def directories(held: Trust, **changed: Directory) -> dict[str, bytes]:
    """The trust files with another directory in them, signed by whom it takes."""
    ours = organisation()
    root = SignerKeys.from_root_secret(ours.made.offline.root)
    files = held.files()
    for name, directory in changed.items():
        keys, space = (root, namespaces.OFFICERS) if name == "officers" else (signer(OFFICER), namespaces.ROSTER)
        files |= sign_file(keys, space, name, directory.encode()).files()
    return files


def held_trust() -> Trust:
    """What the laptop holds: four officers, two of them revoked."""
    ours = organisation().trust
    officers = ours.officers.directory
    for name in (SECOND, CLOSED, LEAVING):
        officers = officers.with_principal(Principal(name, signer(name).public, *validity(NOW, 366)))
    hour = timedelta(hours=1)
    for name, at in ((CLOSED, NOW - hour), (LEAVING, NOW + hour)):
        officers = officers.with_revocation(Revocation(name, at, (), "left"))
    return Trust.load(ours.root.data, directories(ours, officers=officers), NOW)


# -- a receipt of which any byte can be chosen -------------------------------------------------------------------------


def leaf(**changes: object) -> bytes:
    """The log entry of the laptop's bundle."""
    made = bag()
    bundle = digest(made.files()[TAGMANIFEST])
    facts = {
        "org": organisation().trust.org,
        "bundle": bundle,
        "sender": LAPTOP,
        "chain": CHAIN,
        "seq": 1,
        "prev": None,
    }
    return dumps({"format": LEAF_FORMAT, "type": "bundle", "at": AT, **facts, **changes})


def log(size: int = 5, entry: bytes | None = None) -> list[bytes]:
    """An officer's log: a roster, the bundle, and rosters after it."""
    rosters = [roster_leaf(organisation().trust.org, n, f"sha256:{n:064x}", NOW) for n in range(1, 6)]
    return [rosters[0], entry or leaf(), *rosters[2:]][:size]


@dataclass
class Made:
    """A receipt; what is not said is right."""

    held: Trust
    claims: dict[str, Any] = field(default_factory=dict)
    leaves: list[bytes] = field(default_factory=log)
    index: int = 1
    origin: str = ORIGIN
    by: str = OFFICER
    checkpoint_by: str | None = None
    namespace: str = namespaces.RECEIPT
    trust: Mapping[str, bytes] = field(default_factory=dict)
    order: tuple[str, ...] = MEMBERS
    given: Mapping[str, bytes] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """What receipt.json says."""
        hashes = [merkle.leaf_hash(one) for one in self.leaves]
        return {
            "format": "intake-receipt/1",
            "org": self.held.org,
            "officer": OFFICER,
            "device": LAPTOP,
            "serial": 5,
            "made_at": AT,
            "bundle": sent()["bundle"],
            "chain": CHAIN,
            "seq": 1,
            "leaf": self.leaves[self.index].decode(),
            "index": self.index,
            "proof": [node.hex() for node in merkle.inclusion_proof(hashes, self.index)],
            "items": [
                {"sha256": one, "status": status}
                for one, status in zip(sent()["items"], ("accepted", "held"), strict=True)
            ],
            **self.claims,
        }

    def members(self) -> dict[str, bytes]:
        """The twelve files."""
        root = merkle.root([merkle.leaf_hash(one) for one in self.leaves])
        checkpoint = Checkpoint(self.origin, len(self.leaves), root).dumps()
        signed = sign_file(signer(self.by), self.namespace, RECEIPT, dumps(self.facts())).files()
        signed |= sign_file(
            signer(self.checkpoint_by or self.by), namespaces.CHECKPOINT, CHECKPOINT, checkpoint
        ).files()
        return {**self.held.files(), **self.trust, **signed, **self.given}

    def plaintext(self, *, padded: bool = True) -> bytes:
        """The padded tar."""
        members = self.members()
        return write_parcel({name: members[name] for name in self.order}, padded=padded)


def sent() -> dict[str, Any]:
    """The bundle that the laptop sent."""
    made = bag()
    items = [one["sha256"] for one in made.claims["items"]]
    return {"bundle": digest(made.files()[TAGMANIFEST]), "chain": CHAIN, "seq": 1, "items": items}


def sealed(plaintext: bytes) -> bytes:
    """To the laptop."""
    return encrypt_bytes(plaintext, [DEVICE.recipient()])


# -- the vectors -------------------------------------------------------------------------------------------------------

Case = tuple[str, str, bytes]  # name, why, the file


def form(held: Trust) -> list[Case]:
    """R01: bytes that are no receipt."""
    good = Made(held)
    whole = sealed(good.plaintext())
    swapped = (*MEMBERS[3:6], *MEMBERS[:3], *MEMBERS[6:])
    twice = dumps(good.facts()).replace(b'"seq":1', b'"seq":1,"seq":1')
    checkpoint = good.members()[CHECKPOINT]
    return [
        ("R01-cut", "the last 1,000 bytes are gone", whole[:-1000]),
        ("R01-order", "the checkpoint stands before the receipt", sealed(Made(held, order=swapped).plaintext())),
        ("R01-member", "a roster without its signatures", sealed(Made(held, order=MEMBERS[:10]).plaintext())),
        ("R01-padding", "no padding", sealed(good.plaintext(padded=False))),
        ("R01-field", "a field that the format does not have", sealed(Made(held, {"note": "hello"}).plaintext())),
        ("R01-key-twice", "a key stands twice", sealed(Made(held, given={RECEIPT: twice}).plaintext())),
        (
            "R01-status",
            "a status that is none",
            sealed(Made(held, {"items": [{"sha256": "0" * 64, "status": "lost"}]}).plaintext()),
        ),
        ("R01-checkpoint", "a fourth line", sealed(Made(held, given={CHECKPOINT: checkpoint + b"-\n"}).plaintext())),
    ]


def trust(held: Trust) -> list[Case]:
    """R02: officers and roster."""
    roster, officers = held.roster.directory, held.officers.directory
    older = organisation().trust.files()
    other = organisation("theirs").trust.files()
    fewer = replace(roster, serial=roster.serial + 1, principals=roster.principals[:1])
    left = replace(officers, serial=9, principals=officers.principals[:-1])
    by_laptop = sign_file(signer(LAPTOP), namespaces.ROSTER, "roster", replace(roster, serial=9).encode()).files()
    newer = directories(held, roster=replace(roster, serial=roster.serial + 1), officers=replace(officers, serial=9))
    return [
        ("valid-newer", "newer officers and a newer roster come along", sealed(Made(held, trust=newer).plaintext())),
        ("valid-older", "officers and roster of an earlier day", sealed(Made(held, trust=older).plaintext())),
        ("R02-other-root", "officers and roster of another organisation", sealed(Made(held, trust=other).plaintext())),
        (
            "valid-apart",
            "a roster without a laptop that the one held has: of an officer who has not heard of it",
            sealed(Made(held, trust=directories(held, roster=fewer)).plaintext()),
        ),
        (
            "R02-line-removed",
            "newer officers, in which one's line is gone",
            sealed(Made(held, trust=directories(held, officers=left)).plaintext()),
        ),
        ("R02-by-laptop", "a roster that a laptop signed", sealed(Made(held, trust=by_laptop).plaintext())),
    ]


def signatures(held: Trust) -> list[Case]:
    """R03: who signed."""
    mixed = Made(held)
    other = sign_file(signer(SECOND), namespaces.RECEIPT, RECEIPT, dumps(mixed.facts()))
    mixed.given = {f"{RECEIPT}.pq.sig": other.pq_sig}

    def by(name: str) -> bytes:
        origin = f"{held.org}/{name}/{'20' * 16}"
        return sealed(Made(held, {"officer": name}, by=name, origin=origin).plaintext())

    return [
        ("valid-second", "by the other officer", by(SECOND)),
        ("R03-laptop", "signed by the laptop itself", sealed(Made(held, by=LAPTOP).plaintext())),
        ("R03-named", "signed by another officer than it names", sealed(Made(held, by=SECOND).plaintext())),
        ("R03-namespace", "signed as a checkpoint", sealed(Made(held, namespace=namespaces.CHECKPOINT).plaintext())),
        ("R03-mixed", "the two signatures are two officers'", sealed(mixed.plaintext())),
        ("R03-checkpoint", "the checkpoint is another officer's", sealed(Made(held, checkpoint_by=SECOND).plaintext())),
        (
            "R03-log",
            "it shows another officer's log",
            sealed(Made(held, origin=ORIGIN.replace("c-1", "c-2")).plaintext()),
        ),
        ("R03-closed", "its officer was revoked an hour ago", by(CLOSED)),
        ("R03-revoked", "its officer's key dates back: the revocation holds in an hour", by(LEAVING)),
    ]


def claims(held: Trust) -> list[Case]:
    """R04 to R08: what it says."""
    items = Made(held).facts()["items"]
    stray = {"sha256": "0" * 64, "status": "accepted"}

    def saying(**said: object) -> bytes:
        return sealed(Made(held, dict(said)).plaintext())

    def entry(**said: object) -> bytes:
        return sealed(Made(held, leaves=log(entry=leaf(**said))).plaintext())

    return [
        ("R04-device", "for another laptop", saying(device=OTHER_LAPTOP, leaf=leaf(sender=OTHER_LAPTOP).decode())),
        ("R04-org", "for another organisation", saying(org="0" * 64)),
        ("R05-replayed", "its number was taken", saying(serial=4)),
        ("R06-bundle", "a bundle that was never sent", saying(bundle="sha256:" + "0" * 64)),
        ("R06-seq", "another place in the chain", saying(seq=2)),
        ("R07-fewer", "an item is not named", saying(items=items[:1])),
        ("R07-more", "an item too much", saying(items=[*items, stray])),
        ("R07-order", "the items in another order", saying(items=items[::-1])),
        ("R07-other", "another item", saying(items=[items[0], stray])),
        ("R08-type", "the log entry of a roster", sealed(Made(held, index=2).plaintext())),
        ("R08-bundle", "the log entry of another bundle", entry(bundle="sha256:" + "0" * 64)),
        ("R08-sender", "the log entry of another laptop's", entry(sender=OTHER_LAPTOP)),
        ("R08-seq", "the log entry of another place", entry(seq=2)),
    ]


def logs(held: Trust) -> list[Case]:
    """R09 and R10: the log."""
    proof = Made(held).facts()["proof"]
    wrong = [proof[0], *proof[1:-1], "0" * 64]
    rewritten = [*log(2), roster_leaf(held.org, 9, "sha256:" + "9" * 64, NOW)]
    return [
        ("R09-node", "a node of the proof is another", sealed(Made(held, {"proof": wrong}).plaintext())),
        ("R09-short", "a node of the proof is missing", sealed(Made(held, {"proof": proof[:-1]}).plaintext())),
        ("R09-index", "the proof is of another entry", sealed(Made(held, {"index": 2}).plaintext())),
        (
            "R09-entry",
            "an entry that the log does not hold",
            sealed(Made(held, {"leaf": leaf(at="2026-11-20T00:00:00Z").decode()}).plaintext()),
        ),
        ("R10-shrunk", "a log of two entries, where three were seen", sealed(Made(held, leaves=log(2)).plaintext())),
        (
            "R10-rewritten",
            "three entries, and not those that were seen",
            sealed(Made(held, leaves=rewritten).plaintext()),
        ),
    ]


TABLES: tuple[Callable[[Trust], list[Case]], ...] = (form, trust, signatures, claims, logs)


def laptop() -> dict[str, Any]:
    """What the laptop knows beside its trust files."""
    root = merkle.root([merkle.leaf_hash(one) for one in log(3)])
    return {
        "device": LAPTOP,
        "age": DEVICE.seed.hex(),
        "at": AT,
        "last_serial": {OFFICER: 4},
        "sent": [sent()],
        "held": [{"origin": ORIGIN, "size": 3, "root": root.hex()}],
    }


def main() -> int:
    """Write everything anew."""
    shutil.rmtree(OUT, ignore_errors=True)
    (OUT / "held").mkdir(parents=True)
    held = held_trust()
    for name, data in {"root": held.root.data, **held.files()}.items():
        (OUT / "held" / name).write_bytes(data)
    (OUT / "laptop.json").write_text(json.dumps(laptop(), indent=2) + "\n", "utf-8")
    cases = [
        ("valid", "nothing is wrong", sealed(Made(held).plaintext())),
        ("valid-no-roster", "the laptop holds it", sealed(Made(held, order=WITHOUT_ROSTER).plaintext())),
        *(one for table in TABLES for one in table(held)),
    ]
    for name, why, data in cases:
        check = None if name.startswith("valid") else name.partition("-")[0]
        (OUT / f"{name}.age").write_bytes(data)
        (OUT / f"{name}.json").write_text(json.dumps({"why": why, "check": check}, indent=2) + "\n", "utf-8")
    print(f"{len(cases)} vectors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
