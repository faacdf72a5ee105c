"""Slots: the key of the database, wrapped for who may open it. slots/passphrase.age, slots/recovery.age.

Each is a stock age file whose plaintext is exactly the text `x'<64 hex>'` that a stock `sqlcipher` takes as a raw key,
so a vault outlives this program. A slot's own authentication tells a wrong passphrase from a damaged slot.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import TYPE_CHECKING, Final

from intake.crypto import age
from intake.errors import (
    AgeHeaderFault,
    AgeHmacFault,
    AgeNoMatch,
    AgePayloadFault,
    CryptoError,
    DamagedVault,
    ForeignRecovery,
    NoRecoverySlot,
    WrongPassphrase,
)
from intake.store import files

if TYPE_CHECKING:
    from pathlib import Path

PASSPHRASE: Final = "passphrase.age"  # noqa: S105  # a file name
RECOVERY: Final = "recovery.age"

_KEY: Final = re.compile(r"x'[0-9a-f]{64}'\Z")
# A slot is below 4 KiB; a file beyond this is not one, and is not read into memory.
_MAX_SLOT_BYTES: Final = 64 * 1024


def new_key() -> str:
    """Make a random 256-bit key in SQLCipher's raw form."""
    return f"x'{secrets.token_hex(32)}'"


def write_passphrase(folder: Path, key: str, passphrase: str, log_n: int) -> None:
    """Wrap the key under the passphrase."""
    _write(folder / PASSPHRASE, key, age.ScryptRecipient(_bytes(passphrase), log_n))


def write_recovery(folder: Path, key: str, recipient: age.Recipient) -> None:
    """Wrap the key for the organisation."""
    _write(folder / RECOVERY, key, recipient)


def open_passphrase(folder: Path, passphrase: str) -> str:
    """Return the key: WrongPassphrase when the slot is well-formed and does not open, DamagedVault otherwise."""
    try:
        return _open(folder / PASSPHRASE, age.ScryptIdentity(_bytes(passphrase)))
    except FileNotFoundError:
        raise DamagedVault(what=f"{folder.name}/{PASSPHRASE}") from None
    except AgeNoMatch:
        raise WrongPassphrase from None


def open_recovery(slot: Path, identity: age.Identity) -> str:
    """Return the key: NoRecoverySlot, ForeignRecovery when the slot is another organisation's, DamagedVault."""
    try:
        return _open(slot, identity)
    except FileNotFoundError:
        raise NoRecoverySlot from None
    except AgeNoMatch:
        raise ForeignRecovery(what=slot.name) from None


def rewrap(slot: Path, identity: age.Identity, passphrase: str, log_n: int) -> Path:
    """Write a passphrase slot beside a recovery slot that was brought without its vault; return where."""
    write_passphrase(slot.parent, open_recovery(slot, identity), passphrase, log_n)
    return slot.parent / PASSPHRASE


def work_factor(folder: Path) -> int | None:
    """Return log2 of what a guess at the passphrase costs, read from the slot's header without any key."""
    try:
        with (folder / PASSPHRASE).open("rb") as source:
            return age.scrypt_work_factor(source)
    except (OSError, CryptoError):
        return None


def _open(path: Path, identity: age.Identity) -> str:
    damaged = DamagedVault(what=f"{path.parent.name}/{path.name}")
    with path.open("rb") as source:
        slot = source.read(_MAX_SLOT_BYTES)
    try:
        key = age.decrypt_bytes(slot, [identity]).decode("ascii")
    except (AgeHeaderFault, AgeHmacFault, AgePayloadFault, UnicodeDecodeError):
        raise damaged from None
    if not _KEY.match(key):
        raise damaged
    return key


def _write(path: Path, key: str, recipient: age.Recipient) -> None:
    with files.write_whole(path) as sink:
        sink.write(age.encrypt_bytes(key.encode("ascii"), [recipient]))


def _bytes(passphrase: str) -> bytes:
    # One letter, one form: a Mac may give й as two code points. Bytes a terminal could not decode go in as they came.
    return unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogateescape")
