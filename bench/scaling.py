"""What an organisation of any size costs at one place of sync: storage, requests, bytes, processor time.

Two parts. Sizes come from this program's own functions: what an age file for so many coordinators weighs, how a bundle
is padded, how long a roster line is. Requests come from a simulation of every sync, day by day, by the rules of
docs/spec/carrier-v1.md; tests/unit/test_scaling.py runs the same days with the real `sync` and compares every count.
Processor time is measured here and now, on few records. What it means: docs/scaling.md.

    python bench/scaling.py [--testimonies 1000000] [--laptops 1000] [--coordinators 20] [--days 730] [--json]
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from intake.bundle.envelope import envelope_size  # noqa: E402  the path first
from intake.bundle.items import item_plaintext_size  # noqa: E402
from intake.crypto.age import PostQuantumIdentity, encrypt_bytes  # noqa: E402
from intake.crypto.padding import padded_size  # noqa: E402
from intake.crypto.ustar import ustar_size  # noqa: E402
from intake.transports.carrier import MAX_NAMES, PIECE_BYTES  # noqa: E402

PAGE = 1000  # names in one answer of S3 (ListObjectsV2); a folder, sftp and WebDAV answer in one
RECORD_BYTES = 12_000  # of record.json of 300 fields with both signatures
IDENTITY_BYTES = 1_500
STATEMENT_BYTES, STATEMENT_ITEM_BYTES, RECIPIENT_BYTES = 2_700, 420, 67
TAG_FILES_BYTES = 9_000  # manifests, bag-info and both signatures; a line for each item is in the item's bytes
PARCEL_FLOOR = 16 << 10


@dataclass(frozen=True)
class Organisation:
    """How large, for how long, and how often everybody syncs."""

    testimonies: int = 1_000_000
    laptops: int = 1_000
    coordinators: int = 20
    days: int = 730
    online: float = 0.5  # of its days a laptop comes online once
    desk_syncs: int = 2  # of each coordinator, a day
    with_file: float = 0.2  # of testimonies that have an attachment
    file_bytes: int = 3_000_000
    roster_days: int = 30  # between two changes of the roster: laptops are enrolled and revoked in batches
    seed: int = 1


# -- sizes -------------------------------------------------------------------------------------------------------------


@cache
def age_overhead(readers: int) -> int:
    """Bytes that encrypting to so many readers adds to a small file."""
    recipient = PostQuantumIdentity.generate().recipient()
    return len(encrypt_bytes(bytes(512), [recipient] * readers)) - 512


@cache
def trust_line_bytes() -> int:
    """What one laptop or coordinator adds to a roster or an officers file."""
    from tests.worlds.loop import ready  # noqa: PLC0415  it makes an organisation

    with tempfile.TemporaryDirectory() as folder:
        ready(Path(folder))
        from tests.worlds.loop import PASSPHRASE  # noqa: PLC0415

        from intake.store.vault import Vault  # noqa: PLC0415
        from intake.usecases.trusted import station  # noqa: PLC0415

        with Vault.open(Path(folder) / "org", PASSPHRASE) as vault:
            roster = station(vault).trust.roster
        return len(roster.directory.encode()) // len(roster.directory.principals)


def item_bytes(organisation: Organisation, *plain: int) -> int:
    """One sealed item: to every coordinator's epoch key and the archive."""
    return item_plaintext_size(*plain) + age_overhead(organisation.coordinators + 1)


def bundle_bytes(organisation: Organisation, testimonies: int, files: int) -> int:
    """A carried bundle of so many testimonies, so many of which have a file."""
    items = [item_bytes(organisation, RECORD_BYTES), item_bytes(organisation, IDENTITY_BYTES)] * testimonies
    items += [item_bytes(organisation, organisation.file_bytes)] * files
    line = STATEMENT_ITEM_BYTES + RECIPIENT_BYTES * (organisation.coordinators + 1)
    tar = ustar_size([STATEMENT_BYTES + line * len(items), TAG_FILES_BYTES, *items])
    return envelope_size(tar) + age_overhead(organisation.coordinators + 1)


@cache
def receipt_bytes(organisation: Organisation, *, roster: bool) -> int:
    """A receipt: its own lines and the officers; the roster where the bundle named another."""
    lines = trust_line_bytes() * (organisation.coordinators + organisation.laptops * roster)
    return padded_size(12_000 + lines, PARCEL_FLOOR) + age_overhead(1)


# -- requests ----------------------------------------------------------------------------------------------------------


@dataclass
class Bundle:
    """One that a laptop put there; `receipted` once a receipt of it was read."""

    size: int
    owner: int
    roster: int
    receipted: bool = False

    @property
    def pieces(self) -> int:
        """Files of the carrier that it takes."""
        return -(-self.size // PIECE_BYTES)


@dataclass(frozen=True)
class Receipt:
    """One in a laptop's box; `roster`: which it brings, None where the bundle named it already."""

    bundle: Bundle
    roster: int | None
    size: int


@dataclass
class Place:
    """What lies there, and what was asked of it: calls as the carrier's spec names them, pages of listings, bytes."""

    organisation: Organisation
    bundles: list[Bundle] = field(default_factory=list)
    names: int = 0  # in the organisation's box
    boxes: dict[int, list[Receipt]] = field(default_factory=dict)  # laptop -> what lies in its box
    calls: Counter[str] = field(default_factory=Counter)
    moved: Counter[str] = field(default_factory=Counter)  # bytes, by who and which way
    longest_listing: int = 0

    def list_(self, names: int) -> None:
        """Names of a box."""
        self.calls["names"] += 1
        self.calls["pages"] += max(1, -(-names // PAGE))
        self.longest_listing = max(self.longest_listing, names)

    def put(self, who: str, pieces: int, size: int) -> None:
        """Pieces written, and read back."""
        self.calls["write"] += pieces
        self.calls["read"] += pieces
        self.moved[f"{who} up"] += size
        self.moved[f"{who} down"] += size

    def get(self, who: str, pieces: int, size: int) -> None:
        """Pieces read."""
        self.calls["read"] += pieces
        self.moved[f"{who} down"] += size


@dataclass
class Laptop:
    """Sealed here and not there yet, and what is there."""

    number: int
    waiting: int = 0
    files: int = 0
    roster: int = 0
    sent: list[Bundle] = field(default_factory=list)

    def sync(self, place: Place) -> None:
        """Receipts in and removed; what is not receipted is asked for; what is new goes as one bundle."""
        receipts = place.boxes.pop(self.number, [])
        place.list_(len(receipts))
        for receipt in receipts:
            place.get("laptops", 1, receipt.size)
            place.calls["remove"] += 1
            receipt.bundle.receipted = True
            self.roster = max(self.roster, receipt.roster or 0)
        self.sent = [bundle for bundle in self.sent if not bundle.receipted]
        place.calls["asked"] += sum(bundle.pieces for bundle in self.sent)
        if self.waiting:
            bundle = Bundle(bundle_bytes(place.organisation, self.waiting, self.files), self.number, self.roster)
            place.put("laptops", bundle.pieces, bundle.size)
            place.names += bundle.pieces
            place.bundles.append(bundle)
            self.sent.append(bundle)
            self.waiting = self.files = 0


@dataclass
class Desk:
    """A coordinator, who has read the first `seen` bundles."""

    keys: int = 1  # epochs' keys that it holds, each with a box for packs
    seen: int = 0
    roster: int = 0

    def sync(self, place: Place) -> None:
        """New bundles in; a receipt of each into its laptop's box."""
        for _key in range(self.keys):
            place.list_(0)
        place.list_(place.names)
        new, self.seen = place.bundles[self.seen :], len(place.bundles)
        for bundle in new:
            place.get("coordinators", bundle.pieces, bundle.size)
        for bundle in new:
            news = None if bundle.roster == self.roster else self.roster
            receipt = Receipt(bundle, news, receipt_bytes(place.organisation, roster=news is not None))
            place.put("coordinators", 1, receipt.size)
            place.boxes.setdefault(bundle.owner, []).append(receipt)


def simulated(organisation: Organisation) -> Place:
    """Every day: testimonies are sealed, laptops that are online sync, and every coordinator does, so many times."""
    chance = random.Random(organisation.seed)  # noqa: S311  a simulation
    place = Place(organisation)
    laptops = [Laptop(number) for number in range(organisation.laptops)]
    desks = [Desk() for _ in range(organisation.coordinators)]
    a_day = organisation.testimonies / organisation.days / organisation.laptops
    for day in range(organisation.days):
        for laptop in laptops:
            told = int(a_day) + (chance.random() < a_day % 1)
            laptop.waiting += told
            laptop.files += sum(chance.random() < organisation.with_file for _ in range(told))
            if chance.random() < organisation.online:
                laptop.sync(place)
        for _time in range(organisation.desk_syncs):
            for desk in desks:
                desk.roster = day // organisation.roster_days
                desk.sync(place)
    return place


# -- time --------------------------------------------------------------------------------------------------------------


def import_seconds(bundles: int = 20) -> float:
    """Processor time in which a coordinator takes in a bundle of one testimony and writes its receipt."""
    from tests.worlds.loop import ready  # noqa: PLC0415  see above
    from tests.worlds.records import made_up  # noqa: PLC0415

    from intake.usecases.receipts import receipts  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        world, laptop, _ = ready(Path(folder))
        seconds = 0.0
        for number in range(bundles):
            laptop.add([made_up(n=number)])
            laptop.seal()
            path = laptop.export().path
            began = time.process_time()
            world.import_(path)
            seconds += time.process_time() - began
            receipts(laptop.env, [world.env.home / "receipts"])
        return seconds / bundles


# -- what it comes to --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cost:
    """All of it, for the whole time; bytes unless said."""

    bundles: int
    names: int
    limit_reached: float
    stored: int
    receipt: int
    receipt_with_roster: int
    item_overhead: int
    calls: dict[str, int]
    moved: dict[str, int]
    longest_listing: int
    import_seconds: float


def cost(organisation: Organisation) -> Cost:
    """Simulate and measure."""
    place = simulated(organisation)
    return Cost(
        bundles=len(place.bundles),
        names=place.names,
        limit_reached=place.names / MAX_NAMES,
        stored=sum(bundle.size for bundle in place.bundles),
        receipt=receipt_bytes(organisation, roster=False),
        receipt_with_roster=receipt_bytes(organisation, roster=True),
        item_overhead=age_overhead(organisation.coordinators + 1),
        calls=dict(place.calls),
        moved=dict(place.moved),
        longest_listing=place.longest_listing,
        import_seconds=import_seconds(),
    )


def lines(organisation: Organisation, found: Cost) -> list[str]:
    """For people."""
    desks, laptops = (organisation.days * each for each in (organisation.coordinators, organisation.laptops))
    down = {who: found.moved.get(f"{who} down", 0) / 1e6 for who in ("coordinators", "laptops")}
    rows: list[tuple[str, float, str]] = [
        ("bundles at the place", found.bundles, ""),
        ("their pieces", found.names, f"{found.limit_reached:.0%} of the names that a box may have"),
        ("stored there", found.stored / 1e9, "GB"),
        ("age header of each item", found.item_overhead, "bytes"),
        ("a receipt", found.receipt, "bytes"),
        ("a receipt that brings a roster", found.receipt_with_roster, "bytes"),
        *((f"requests: {kind}", count, "") for kind, count in sorted(found.calls.items())),
        *((f"moved: {who}", size / 1e9, "GB") for who, size in sorted(found.moved.items())),
        ("down to a coordinator a day", down["coordinators"] / desks, "MB"),
        ("down to a laptop a day", down["laptops"] / laptops, "MB"),
        ("processor time to import a bundle", found.import_seconds * 1000, "ms, with opening the vault"),
    ]
    return [
        f"{name:<34}{number:>16,.{1 if unit in ('GB', 'MB') else 0}f} {unit}".rstrip() for name, number, unit in rows
    ]


def main(argv: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, default in asdict(Organisation()).items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(default), default=default)
    parser.add_argument("--json", action="store_true")
    options = vars(parser.parse_args(argv))
    as_json = options.pop("json")
    organisation = Organisation(**options)
    found = cost(organisation)
    if as_json:
        sys.stdout.write(json.dumps({"organisation": asdict(organisation), **asdict(found)}, indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(lines(organisation, found)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
