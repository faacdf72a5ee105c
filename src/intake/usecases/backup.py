"""`backup`: the vault as it is now, in one file that only the organisation's recovery key opens.

So whoever seizes a laptop and its backup has one thing more that does not open. No epoch key goes into a backup: it
would outlive the day on which that key is destroyed. The file is read back and compared before this says that it is
there. Spec: docs/spec/backup-v1.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import StringConstraints

from intake.crypto import sshsig
from intake.errors import BackupRefused, CryptoError, KeyFault
from intake.keys.parcel import Shape, Time, read_shape, write_shape
from intake.keys.times import json_time
from intake.store.backup_file import Opened, Writer
from intake.transports.folder import stage
from intake.usecases import custody
from intake.usecases.environment import Environment, open_vault
from intake.usecases.trusted import EPOCH_PREFIX, Station, station

if TYPE_CHECKING:
    from pathlib import Path

    from intake.keys.directory import Principal
    from intake.store.backup_file import Sign
    from intake.store.snapshot import Snapshot

BACKED_UP_AT: Final = "backup-at"  # setting: when the last backup was made; doctor tells its age
NAMESPACE: Final = "backup-v1@intake"  # in no directory: nobody but the restore of this very vault believes it

_ROOM_BYTES: Final = 4 << 20  # headers, lists and padding of a small backup; a twentieth more for a large one


class About(Shape):
    """`backup.json`: what this is a backup of."""

    format: Literal["intake-backup/1"]
    org: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    principal: Annotated[str, StringConstraints(pattern=r"^[cd]-[a-z0-9-]{1,30}$")]
    role: Literal["interviewer", "coordinator"]
    made_at: Time


@dataclass(frozen=True)
class BackedUp:
    """The file, read back (`checked` False: this system could only write it). `missing`: files the vault has lost."""

    path: Path
    size_bytes: int
    files: int
    missing: tuple[str, ...]
    checked: bool


def backup(env: Environment, file: Path) -> BackedUp:
    """Write the backup; a file that is there already is never touched. Works on a vault that is in use."""
    with open_vault(env) as vault:
        here, at = station(vault), json_time(env.clock())
        about = About(
            format="intake-backup/1", org=here.card.org, principal=here.principal, role=vault.role, made_at=at
        )
        with (
            vault.snapshot(without=(EPOCH_PREFIX,)) as taken,
            stage(file.parent, file.name, _room(vault.home, taken)) as staged,
            env.progress.track("writing the backup", len(taken.files)) as step,
        ):
            writer = Writer(vault.home, taken, step)
            writer.write(staged, write_shape(about), here.trust.recipients.recovery, _signing(here))
            carried = staged.publish()
        with vault.transaction():
            vault.settings.set(BACKED_UP_AT, at)
            custody.note(vault, env.clock(), "backup", sha256=carried.sha256, missing=len(writer.missing))
    return BackedUp(carried.path, carried.size, len(taken.files), tuple(writer.missing), carried.state == "checked")


def _room(home: Path, taken: Snapshot) -> int:
    sizes = [path.stat().st_size for name in taken.files if (path := home / name).exists()]
    total = sum(sizes, taken.database.stat().st_size)
    return total + total // 20 + len(sizes) * 1024 + _ROOM_BYTES


def _signing(here: Station) -> Sign:
    def sign(manifest: bytes) -> tuple[bytes, bytes]:
        signatures = here.signer.sign(NAMESPACE, manifest)
        return signatures.ed25519, signatures.composite

    return sign


def vouched_for(opened: Opened, here: Station) -> About:
    """What the backup says of itself, once both keys of its owner, as its organisation enrolled it, signed its list."""
    about = read_shape(About, opened.about)
    if about is None or (about.org, about.principal) != (here.card.org, here.principal):
        raise BackupRefused(why="it is not the backup of the vault that is in it")
    owner = here.trust.officers.directory.get(about.principal) or here.trust.roster.directory.get(about.principal)
    if owner is None or not _signed_by(opened, owner):
        raise BackupRefused(why="the signatures on it are not those of the vault that it is of")
    return about


def _signed_by(opened: Opened, owner: Principal) -> bool:
    try:
        keys = [sshsig.verify(one, NAMESPACE, opened.manifest) for one in (opened.sig, opened.pq_sig)]
    except (CryptoError, KeyFault):
        return False
    return keys == [owner.keys.ed25519, owner.keys.composite]
