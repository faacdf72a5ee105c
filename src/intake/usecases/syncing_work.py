"""What both roles need to sync: the boxes, what became of files, and what there is to tell at the end."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from intake.errors import DiskFull, IntakeError, SerialRolledBack, StoreError
from intake.keys.parcel import PARCEL_BYTES
from intake.store.files import disk_faults, make_folder
from intake.transports import pieces
from intake.transports.carrier import PIECE_BYTES
from intake.usecases.enrol import enrol
from intake.usecases.files import read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from intake.store.rows import Role
    from intake.store.vault import Vault
    from intake.transports.carrier import Carrier
    from intake.transports.pieces import Piece, Shown
    from intake.usecases.enrol import PackTaken
    from intake.usecases.environment import Environment
    from intake.usecases.importing import ImportReport
    from intake.usecases.receipts import ReceiptsReport

INCOMING: Final = "incoming"  # of the home: what is being read; only what comes next needs it
PAUSE_DAYS: Final = 30  # after so long without a word, what was sent is sent again: the word may be what was lost

MOST_PACK_BYTES: Final = PARCEL_BYTES + PARCEL_BYTES // 8

ROOM_BYTES: Final = 16 << 20  # left free on the disk, for the vault itself
_TRUSTED: Final = ("card", "succession", "officers", "roster", "recipients")


@dataclass(frozen=True)
class Sent:
    """A bundle that is whole on the carrier: every piece was read back."""

    bundle: str
    seq: int
    items: int
    size_bytes: int


@dataclass(frozen=True)
class Refused:
    """A file on the carrier that can't be taken, by its first eight digits, and why."""

    file: str
    error: IntakeError | None = None


@dataclass(frozen=True)
class Synced:
    """What went and came.

    `sent`: bundles that are whole on the carrier now, read back; `gone`: bundles of ours of which a piece is no longer
    there (after the second sync that misses it, all of it goes again). `packs`, `receipts`: what this vault took;
    `imported`: a coordinator's. `packs_given`, `receipts_given`: files in the boxes of others. `incomplete`: files
    that are not all there yet, or not what they say, by their first eight digits; `refused`: files that can't be taken.
    `damaged`: cases of which a sealed file here is no longer what was sealed. `stopped`: what ended the sync early.
    """

    target: str
    role: Role
    sent: tuple[Sent, ...] = ()
    gone: int = 0
    packs: tuple[PackTaken, ...] = ()
    receipts: ReceiptsReport | None = None
    imported: ImportReport | None = None
    packs_given: int = 0
    receipts_given: int = 0
    incomplete: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    damaged: tuple[str, ...] = ()
    stopped: IntakeError | None = None

    @property
    def anything(self) -> bool:
        """Whether anything went or came."""
        came = self.packs or self.imported is not None or self.receipts is not None
        return bool(self.sent or came or self.packs_given or self.receipts_given)


def box_of(reader: str) -> str:
    """The box of whoever reads: of a laptop or a coordinator by an age recipient, of all coordinators by their org.

    Whoever has neither can't tell whose box it is.
    """
    return hashlib.sha256(b"intake-box/1\0" + reader.encode()).hexdigest()[:32]


@dataclass
class Work:
    """One sync under way: the vault, the place, and what there is to tell so far."""

    env: Environment
    vault: Vault
    target: str
    carrier: Carrier
    again: bool
    result: Synced = field(init=False)

    def __post_init__(self) -> None:
        self.result = Synced(self.target, self.vault.role)

    def tell(self, **more: Any) -> None:
        """Add to what is told: a tuple to a tuple, a number to a number; anything else takes its place."""
        for name, value in more.items():
            before = getattr(self.result, name)
            self.result = replace(self.result, **{name: value if before is None else before + value})

    def tell_damaged(self, cases: Iterable[str]) -> None:
        """Each case once."""
        self.result = replace(self.result, damaged=tuple(sorted({*self.result.damaged, *cases})))

    # -- what is there --

    def listing(self, box: str, wanted: Callable[[str], bool] = lambda _file: True) -> list[Shown]:
        """What a box shows of the files that are wanted, in one order."""
        found = pieces.listing(self.carrier, box, wanted)
        return [found[file] for file in sorted(found)]

    def unknown(self) -> Callable[[str], bool]:
        """Whether of a file it is not known yet what becomes of it, by what is trusted now.

        `again`: also of what was refused; it may have been this machine's clock, or a way that was not tried.
        """
        trust = "" if self.again else trust_mark(self.vault)
        return lambda file: not self.vault.sync.is_known(self.target, file, trust)

    def new(self, found: Iterable[Shown], most_pieces: int) -> Iterator[Shown]:
        """Those of the files that are new and seem whole; of the new ones that are not, it is told."""
        unknown = self.unknown()
        for shown in (one for one in found if unknown(one.file)):
            choice = next(shown.choices(), None)
            if choice is None or len(choice) > most_pieces:
                self.tell(incomplete=(shown.file[:8],))
            else:
                yield shown

    def fetched(self, shown: Shown, box: str) -> Path | None:
        """The file in `incoming`, whole; None, and told, where the carrier has something else."""
        path = self.env.home / INCOMING / f"{shown.file}.age"
        size = min(piece.count for piece in shown.pieces) * PIECE_BYTES
        with disk_faults(self.env.home):
            make_folder(path.parent)
            path.touch(mode=0o600)
            if shutil.disk_usage(path.parent).free < size - path.stat().st_size + ROOM_BYTES:
                self.tell(refused=(Refused(shown.file[:8], DiskFull()),))  # a smaller one may still fit
                return None
            with path.open("r+b") as sink, self.env.progress.track("reading what came", size) as step:
                came = pieces.fetch(self.carrier, box, shown, sink, step)
        if came == "whole":
            return path
        if came == "false":  # it never will be what its name says: not read again
            self.vault.sync.saw(self.target, shown.file, "refused", trust_mark(self.vault))
        self.tell(incomplete=(shown.file[:8],))
        return None

    def own_box(self, box: str, most_pieces: int) -> Iterator[tuple[Path, Shown]]:
        """What is new in a box that nobody else reads, fetched; what was taken before is removed there."""
        found = self.listing(box)
        for shown in found:
            if self.vault.sync.was_taken(shown.file):  # it could not be removed, or the listing is old
                self.remove(box, shown.pieces)
        for shown in self.new(found, most_pieces):
            path = self.fetched(shown, box)
            if path is not None:
                yield path, shown

    def settle(self, box: str, path: Path, shown: Shown, *, taken: bool, error: IntakeError | None = None) -> None:
        """What became of a file of such a box: taken, remembered and removed; or refused, told, and left there."""
        if taken:
            self.took(shown.file)
            self.remove(box, shown.pieces)
        else:
            self.vault.sync.saw(self.target, shown.file, "refused", trust_mark(self.vault))
            self.tell(refused=(Refused(shown.file[:8], error),))
        self.done_with(path)

    def done_with(self, path: Path) -> None:
        """What was read is in the vault now, or never will be."""
        with disk_faults(self.env.home):
            path.unlink(missing_ok=True)

    def clear_incoming(self) -> None:
        """Nothing is left of what earlier syncs read and could not finish."""
        shutil.rmtree(self.env.home / INCOMING, ignore_errors=True)

    def took(self, file: str, bundle: str | None = None) -> None:
        """Remember a file that was taken, and the digest of the bundle in it."""
        self.vault.sync.saw(self.target, file, "taken", "", bundle)

    # -- what is put there --

    def put_small(self, box: str, data: bytes) -> tuple[str, ...]:
        """A file that fits into memory, read back; the names of its pieces."""
        source = io.BytesIO(data)
        parts = pieces.pieces_of(source, hashlib.sha256(data).hexdigest(), len(data))
        pieces.put(self.carrier, box, source, parts, lambda _piece: None)
        return tuple(map(str, parts))

    def remove(self, box: str, names: Sequence[str] | Sequence[Piece]) -> None:
        """Files that nobody needs there any more."""
        for name in names:
            self.carrier.remove(box, str(name))


def trust_mark(vault: Vault) -> str:
    """What a vault trusts now, in one word: another one when any trust file is another."""
    newest = {kind: vault.trust.newest(kind) for kind in _TRUSTED}
    held = {kind: hashlib.sha256(one.files[kind]).hexdigest() for kind, one in newest.items() if one}
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()


def take_pack(work: Work, box: str, path: Path, shown: Shown) -> bool:
    """A pack as `enrol` takes it, then out of the box; one that a later one of the same officer overtook, too."""
    try:
        work.tell(packs=(enrol(work.env, read_file(path, MOST_PACK_BYTES)),))
    except SerialRolledBack:
        work.settle(box, path, shown, taken=True)
    except StoreError:
        raise
    except IntakeError as error:
        work.settle(box, path, shown, taken=False, error=error)
    else:
        work.settle(box, path, shown, taken=True)
        return True
    return False
