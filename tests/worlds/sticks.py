"""Three laptops and two coordinators who reach each other by sticks alone, and what can be seen of each vault.

`party(folder)` is an organisation with d-1, d-2, d-3, c-1 and c-2, under one clock that moves when it is told to. A
look (`laptop_seen`, `desk_seen`) opens the vault as its owner would: one that no longer opens is found at once.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intake import transports, usecases
from intake.bundle.envelope import SealedBundle
from intake.bundle.receipt import open_receipt
from intake.bundle.verify import peek
from intake.errors import AgeNoMatch
from intake.keys.directory import parse_directory
from intake.keys.recipients import parse_recipients
from intake.store.vault import Vault
from intake.usecases import trusted
from intake.usecases.cases import case_file
from intake.usecases.erasing import unconfirmed
from intake.usecases.offline import Offline
from tests.worlds.loop import NOW, PASSPHRASE, Answers, Laptop, World, environment, ready
from tests.worlds.officers import appointed

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType

    from intake.bundle.receipt import Receipt
    from intake.bundle.verify import Link
    from intake.crypto.age import PostQuantumIdentity
    from intake.keys.directory import Revocation
    from intake.records.folding import View
    from intake.store.rows import (
        Quarantined,
        ReceivedBundle,
        ReceivedItem,
        RecordVersion,
        SealedItem,
        SentBundle,
        Stub,
    )
    from intake.usecases.environment import Environment

DEVICES = ("d-1", "d-2", "d-3")
OFFICERS = ("c-1", "c-2")
IMPORTED = (
    "received_bundles",
    "received_items",
    "records",
    "identities",
    "record_attachments",
    "quarantine",
    "log_leaves",
)


@dataclass
class Clock:
    """The same everywhere."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        """Now."""
        return self.at

    def wait(self, hours: float) -> None:
        """Later."""
        self.at += timedelta(hours=hours)


@dataclass
class Party:
    """Everybody, by name; `ages`: what opens each laptop's receipts."""

    folder: Path
    clock: Clock
    desks: dict[str, World]
    laptops: dict[str, Laptop]
    ages: dict[str, PostQuantumIdentity]
    archive: PostQuantumIdentity

    @property
    def offline(self) -> Path:
        """The organisation's keys."""
        return self.folder / "org" / "offline"

    def place(self, kind: str) -> Path:
        """A new folder: a stick, a home."""
        path = self.folder / f"{kind}-{len(list(self.folder.glob(f'{kind}-*')))}"
        path.mkdir()
        return path


@cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    world, _, _ = ready(folder)
    world.laptop("laptop-3")
    appointed(world)
    return folder


def party(folder: Path) -> Party:
    """A copy of them, who have all that they need to begin but each other's newest packs."""
    shutil.copytree(_made(), folder, dirs_exist_ok=True)
    clock = Clock()

    def env(home: str) -> Environment:
        return replace(environment(folder / home, ask=Because()), clock=clock)

    homes = dict(zip(OFFICERS, ("org", "org-2"), strict=True))
    desks = {name: World(env(home), folder / home / "card", folder) for name, home in homes.items()}
    laptops = {name: Laptop(env(f"laptop-{name[2:]}"), name, folder) for name in DEVICES}
    archive = Offline.ask(desks["c-1"].env, folder / "org" / "offline").archive()
    return Party(folder, clock, desks, laptops, {name: _age(one) for name, one in laptops.items()}, archive)


@dataclass
class Because(Answers):
    """Somebody who says yes, and has a reason for everything."""

    def text(self, prompt: str) -> str:
        """What was put there; else a reason."""
        return super().text(prompt) if self.texts else "because"


def asking(env: Environment, texts: Sequence[str] = (), choices: Sequence[str] = ()) -> Environment:
    """The same environment, with these answers."""
    return replace(env, ask=Because(texts=list(texts), choices=list(choices)))


def _age(laptop: Laptop) -> PostQuantumIdentity:
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        age = trusted.identity_of(vault, trusted.DEVICE_AGE)
    assert age is not None
    return age


# -- looks -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LaptopSeen:
    """A laptop's vault. `files`: SHA-256 of what lies in the outbox; `seals_to`: who opens its envelopes now."""

    drafts: frozenset[str]
    stubs: Mapping[str, Stub]  # by digest
    items: Mapping[str, SealedItem]  # by SHA-256
    files: frozenset[str]
    sent: tuple[SentBundle, ...]
    seals_to: frozenset[str]


def laptop_seen(laptop: Laptop) -> LaptopSeen:
    """Look."""
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        return LaptopSeen(
            drafts=frozenset(one.case_code for one in vault.drafts.list()),
            stubs={one.digest: one for one in vault.sealed.list()},
            items={one.sha256: one for one in vault.sealed.all_items()},
            files=frozenset(
                hashlib.sha256(path.read_bytes()).hexdigest() for path in (vault.home / "outbox").iterdir()
            ),
            sent=tuple(vault.chain.sent()),
            seals_to=_seals_to(vault, laptop.env.clock()),
        )


def _newest(vault: Vault, kind: str) -> bytes:
    """The file; deeds verify it, a look only reads."""
    newest = vault.trust.newest(kind)
    return newest.files[kind] if newest else b""


def _seals_to(vault: Vault, at: datetime) -> frozenset[str]:
    recipients = _recipients(_newest(vault, "recipients"))
    return frozenset(one.fingerprint for one in recipients.for_account(at))


_recipients = cache(parse_recipients)


@cache
def _revoked(roster: bytes) -> dict[str, Revocation]:
    return {one.principal: one for one in parse_directory(roster, "roster").revocations}


@dataclass(frozen=True)
class DeskSeen:
    """A coordinator's vault. `identities`: by record, the digest of the part; `opens`: fingerprints of its keys."""

    records: Mapping[str, RecordVersion]
    identities: Mapping[str, tuple[str, bytes]]
    files: frozenset[tuple[str, str, int, str]]
    bundles: Mapping[str, ReceivedBundle]
    quarantine: tuple[Quarantined, ...]
    erased: frozenset[str]
    nameless: frozenset[str]
    decided: frozenset[str]  # by which decisions things are gone here
    leaves: tuple[bytes, ...]
    sent: tuple[SentBundle, ...]
    opens: frozenset[str]
    seals_to: frozenset[str]
    revoked: Mapping[str, Revocation]
    rows: Mapping[str, Sequence[Any]]  # all that an import may write


def desk_seen(desk: World) -> DeskSeen:
    """Look."""
    with Vault.open(desk.env.home, PASSPHRASE) as vault:
        records = {one.digest: one for one in vault.records.list()}
        parts = {one: vault.records.identity(one) for one in records}
        files = [file for one in records for file in vault.records.attachments(one)]
        database = vault.ledger._database
        return DeskSeen(
            records=records,
            identities={one: (part.digest, part.identity) for one, part in parts.items() if part},
            files=frozenset((one.record_digest, one.part, one.index, one.sha256) for one in files),
            bundles={one.digest: one for one in vault.ledger.list()},
            quarantine=tuple(vault.quarantine.list()),
            erased=frozenset(one.record for one in vault.erased.list()),
            nameless=frozenset(vault.erased.nameless(records)),
            decided=frozenset(
                (*vault.erased.nameless(records).values(), *(one.decision for one in vault.erased.list()))
            ),
            leaves=tuple(one.leaf for one in vault.log.leaves()),
            sent=tuple(vault.chain.sent()) if vault.chain.has_begun() else (),
            opens=frozenset(one.recipient().fingerprint for _, one in trusted.age_identities(vault)),
            seals_to=_seals_to(vault, desk.env.clock()),
            revoked=_revoked(_newest(vault, "roster")),
            rows={name: database.all(f"SELECT * FROM {name}") for name in IMPORTED},  # noqa: S608  names of ours
        )


def waiting(desk: World) -> Sequence[ReceivedItem]:
    """The items that wait for a key."""
    with Vault.open(desk.env.home, PASSPHRASE) as vault:
        return [item for items in vault.ledger.waiting().values() for item in items]


def unconfirmed_cases(desk: World) -> set[str]:
    """The cases that the other officer decided to erase, and this one has not answered."""
    with Vault.open(desk.env.home, PASSPHRASE) as vault:
        return {one.case for one in unconfirmed(vault)}


def views(desk: World) -> dict[str, View]:
    """What each case comes to."""
    with Vault.open(desk.env.home, PASSPHRASE) as vault:
        cases = {one.case_code for one in vault.records.list()}
        return {case: case_file(vault, case).view for case in cases}


def blobs_are_whole(desk: World) -> bool:
    """Whether every attachment is, in the clear, what its record says."""
    with Vault.open(desk.env.home, PASSPHRASE) as vault:
        files = [file for one in vault.records.list() for file in vault.records.attachments(one.digest)]
        return all(hashlib.sha256(vault.blobs.open(one.blob_id).read()).hexdigest() == one.sha256 for one in files)


def place_of(party: Party, stick: Path) -> Link:
    """Whose bundle it is, and which: the archive's key opens every envelope."""
    with stick.open("rb") as source:
        link = peek(SealedBundle(source, (party.archive,)))
    assert link is not None
    return link


def receipt_for(ages: Mapping[str, PostQuantumIdentity], path: Path) -> Receipt | None:
    """A genuine receipt as its laptop reads it."""
    data = path.read_bytes()
    for age in ages.values():
        try:
            return open_receipt(data, age).receipt
        except AgeNoMatch:
            continue
    return None


# -- what happens to files and deeds -----------------------------------------------------------------------------------


def damaged(rng: random.Random, data: bytes) -> bytes:
    """One bit turned, or the end cut off."""
    at = rng.randrange(len(data))
    if rng.random() < 0.3:
        return data[:at]
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


class Cut(BaseException):
    """Everything ends here, as by Ctrl-C."""


def cut_at(line: int, work: Callable[[], Any]) -> Any:
    """Do `work`, or end it at the n-th line that runs in the use cases and transports; None if it was ended.

    Not in environment.py, which opens the vault and must close it: this process lives on.
    """
    rooms = tuple(str(Path(room.__file__ or "").parent) for room in (usecases, transports))
    left = line

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal left
        name = frame.f_code.co_filename
        if not name.startswith(rooms) or name.endswith("environment.py"):
            return None
        if event == "line":
            left -= 1
            if left == 0:
                raise Cut
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return work()
    except Cut:
        return None
    finally:
        sys.settrace(before)
