"""An organisation with two officers and a few laptops, what they sent, what each log took in, and what is handed over.

Everything is in memory until `Handed.write`; items are bytes that no verifier without keys can tell from sealed ones.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from intake.bundle import logbook
from intake.bundle.container import sign_bundle, write_bundle
from intake.bundle.log import LEAF_FORMAT, Checkpoint
from intake.bundle.receipt import sign_checkpoint
from intake.bundle.statement import StatementItem
from intake.crypto import merkle, strictjson
from intake.crypto.sshsig import SignerKeys
from intake.keys import namespaces
from intake.keys.directory import Directory, Principal, Revocation
from intake.keys.organisation import validity
from intake.keys.signed import sign_file
from intake.keys.times import json_time
from intake.keys.trust import Trust
from tests.worlds.bundle import LAPTOP, OFFICER, OTHER_LAPTOP, Organisation, organisation, statement_of
from tests.worlds.keys import NOW, stream

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECOND = "c-2"
LAPTOPS = (LAPTOP, OTHER_LAPTOP)
BEFORE = NOW - timedelta(hours=5)  # when logs took things in, unless a test says otherwise


@cache
def second_officer() -> SignerKeys:
    """The keys of c-2."""
    return SignerKeys.from_bytes(stream("a second officer")(96))


@cache
def office(devices: tuple[str, ...] = LAPTOPS) -> Organisation:
    """The organisation of the bundle tests, with a second officer."""
    org = organisation(devices=devices)
    officers = org.trust.officers.directory.with_principal(
        Principal(SECOND, second_officer().public, *validity(NOW, 366))
    )
    return with_trust(org, officers=officers)


def root_signer(org: Organisation) -> SignerKeys:
    """Its root."""
    return SignerKeys.from_root_secret(org.made.offline.root)


def with_trust(
    org: Organisation, *, officers: Directory | None = None, roster: Directory | None = None
) -> Organisation:
    """The same under other officers, or another roster, signed by who may."""
    files = org.trust.files()
    if officers is not None:
        files |= sign_file(root_signer(org), namespaces.OFFICERS, "officers", officers.encode()).files()
    if roster is not None:
        files |= sign_file(org.made.officer.signer, namespaces.ROSTER, "roster", roster.encode()).files()
    return replace(org, trust=Trust.load(org.trust.root.data, files, NOW))


def revoked(org: Organisation, name: str, logs: tuple[tuple[str, int], ...], at: datetime = NOW) -> Organisation:
    """The organisation after a revocation."""
    gone = Revocation(name, at, logs, "lost")
    if name.startswith("c-"):
        return with_trust(org, officers=org.trust.officers.directory.with_revocation(gone))
    return with_trust(org, roster=org.trust.roster.directory.with_revocation(gone))


def signer_of(org: Organisation, name: str) -> SignerKeys:
    """A sender's or an officer's keys."""
    return second_officer() if name == SECOND else org.signer(name)


def hexes(*parts: object) -> str:
    """32 hex, the same every time."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Sent:
    """One bundle that somebody made."""

    sender: str
    chain: str
    seq: int
    digest: str
    prev: str | None
    tar: bytes
    items: tuple[str, ...]  # SHA-256
    unreceipted: tuple[str, ...]

    @property
    def name(self) -> str:
        """Of its file."""
        return f"{self.sender}-{self.chain[:6]}-{self.seq}-{self.digest[7:13]}.tar"

    @property
    def place(self) -> tuple[str, str, int]:
        """Where it stands."""
        return self.sender, self.chain, self.seq


@dataclass
class Laptop:
    """A sender: its chain, and the items that it still has to hand over."""

    org: Organisation
    name: str
    number: int = 0  # of chains begun
    seq: int = 0
    prev: str | None = None
    predecessor: str | None = None
    made: int = 0
    items: dict[str, bytes] = field(default_factory=dict)
    purged: dict[str, str] = field(default_factory=dict)
    checkpoint: Checkpoint | None = None
    identity_of: dict[str, str] = field(default_factory=dict)  # an item that is the identity part of another

    @property
    def chain(self) -> str:
        """The one it is in."""
        return hexes(self.name, "chain", self.number)

    def seal(self, count: int = 1) -> list[str]:
        """New items; their SHA-256."""
        found = []
        for _ in range(count):
            self.made += 1
            data = f"age-encryption.org/v1 made up by {self.name}, number {self.made}\n".encode() * 3
            found.append(hashlib.sha256(data).hexdigest())
            self.items[found[-1]] = data
        return found

    def begin(self, *, name_it: bool = True) -> None:
        """A new chain, as after a restore."""
        self.predecessor = self.chain if name_it else None
        self.number, self.seq, self.prev = self.number + 1, 0, None

    def purge(self, item: str, reason: str = "danger") -> None:
        """Destroy one without a receipt."""
        del self.items[item]
        self.purged[item] = reason

    def export(self, *, leave: frozenset[str] = frozenset(), **changes: Any) -> Sent:
        """A bundle of everything (but `leave`)."""
        self.seq += 1
        names = {f"{hexes(self.name, item)}.age": item for item in self.items if item not in leave}
        to = list(self.org.account.fingerprints)
        lines = [
            StatementItem(
                name=name,
                kind="identity" if item in self.identity_of else "record",
                record=f"sha256:{hashlib.sha256(self.identity_of.get(item, item).encode()).hexdigest()}",
                attachment=None,
                part=None,
                size=len(self.items[item]),
                sha256=item,
                to=tuple(to),
                epoch="2026-11",
                ordinal=1 + list(names.values()).index(self.identity_of.get(item, item)),
            )
            for name, item in names.items()
        ]
        seen = self.checkpoint
        claims: dict[str, Any] = {
            "sender": self.name,
            "purpose": "real",
            "chain": self.chain,
            "predecessor": self.predecessor,
            "seq": self.seq,
            "prev": self.prev,
            "bundle": hexes(self.name, self.number, self.seq, self.made, changes),
            "checkpoint": seen and {"origin": seen.origin, "size": seen.size, "root": f"sha256:{seen.root.hex()}"},
            "unreceipted": tuple(f"sha256:{item}" for item in self.items),
            "purged": tuple({"sha256": item, "reason": why} for item, why in self.purged.items()),
        }
        statement = statement_of(self.org.trust, lines, **{**claims, **changes})
        tags = sign_bundle(statement, signer_of(self.org, self.name))
        sink = io.BytesIO()
        write_bundle(sink, tags, lambda name: io.BytesIO(self.items[names[name]]))
        sent = Sent(
            self.name,
            statement.chain,
            statement.seq,
            tags.digest,
            self.prev,
            sink.getvalue(),
            tuple(names.values()),
            tuple(self.items),
        )
        self.prev = tags.digest
        return sent


@dataclass
class Desk:
    """An officer's log."""

    org: Organisation
    officer: str = OFFICER
    number: int = 1  # of the origin
    leaves: list[bytes] = field(default_factory=list)

    def say(self, kind: str, at: datetime = BEFORE, /, **facts: object) -> int:
        """Any leaf."""
        said = {"format": LEAF_FORMAT, "type": kind, "at": json_time(at), "org": self.org.trust.org, **facts}
        self.leaves.append(strictjson.dumps(said))
        return len(self.leaves) - 1

    def receive(self, sent: Sent, at: datetime = BEFORE) -> int:
        """A bundle that came in."""
        places = {"sender": sent.sender, "chain": sent.chain, "seq": sent.seq, "prev": sent.prev}
        return self.say("bundle", at, bundle=sent.digest, **places)

    @property
    def origin(self) -> str:
        """Its name."""
        return f"{self.org.trust.org}/{self.officer}/{f'{self.number:02x}' * 16}"

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        """As it is, or was."""
        leaves = self.leaves[:size]
        return Checkpoint(self.origin, len(leaves), merkle.root([merkle.leaf_hash(leaf) for leaf in leaves]))

    def published(self, size: int | None = None) -> dict[str, bytes]:
        """The four files."""
        signed = sign_checkpoint(self.checkpoint(size), signer_of(self.org, self.officer))
        return {logbook.ENTRIES: logbook.entries_bytes(self.leaves[:size]), **signed.files()}


@dataclass
class Handed:
    """What an auditor is given."""

    org: Organisation
    files: dict[str, bytes] = field(default_factory=dict)

    def bundle(self, sent: Sent, name: str | None = None) -> None:
        """A signed tar."""
        self.files[f"bundles/{name or sent.name}"] = sent.tar

    def log(self, desk: Desk, size: int | None = None, folder: str | None = None) -> None:
        """A published log."""
        for name, data in desk.published(size).items():
            self.files[f"{folder or 'logs/' + logbook.folder_name(desk.origin)}/{name}"] = data

    def trust(self, org: Organisation, folder: str) -> None:
        """Trust files that lie around."""
        for name, data in org.trust.files().items():
            self.files[f"{folder}/{name}"] = data

    def write(self, folder: Path) -> Path:
        """All of it, and the trust folder and the root of the organisation."""
        write(folder / "handed", self.files)
        write(folder / "trust", self.org.trust.files())
        write(folder, {"root": self.org.trust.root.data})
        return folder


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Files below a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
