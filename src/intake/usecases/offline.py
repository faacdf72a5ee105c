"""The folder that `org init` wrote and that left the machine: root, archives, recovery, each opened when it is needed.

What comes out of it is in memory only: it must never be put into a vault or into a file. Spec: docs/spec/keys-v1.md,
"Who holds what".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from intake.crypto.age import PostQuantumIdentity, ScryptIdentity, decrypt_bytes, parse_identity
from intake.errors import AgeNoMatch, CryptoError, DamagedOffline, KeyFault, WrongOfflinePassphrase
from intake.usecases.environment import normal
from intake.usecases.files import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from intake.usecases.environment import Environment

ROOT, ARCHIVE, IDENTITY_ARCHIVE, RECOVERY = "root.age", "archive.age", "identity-archive.age", "recovery.age"

_ROOT_BYTES = 32
_MAX_BYTES = 64 << 10  # each is a few kilobytes


@dataclass(frozen=True)
class Offline:
    """The folder and its passphrase; a custodian may bring a folder that holds one of the four only."""

    folder: Path
    _passphrase: str = field(repr=False)

    @classmethod
    def ask(cls, env: Environment, folder: Path) -> Self:
        """Ask for the folder's passphrase; whether it is right shows when the first secret is opened."""
        return cls(folder, normal(env.ask.passphrase(env.t("Passphrase of the folder with the organisation's keys"))))

    def has(self, name: str) -> bool:
        """Whether that secret is in the folder at all."""
        return (self.folder / name).is_file()

    def root(self) -> bytes:
        """The root's secret."""
        text = self._open(ROOT)
        try:
            secret = bytes.fromhex(text.strip())
        except ValueError:
            secret = b""
        if len(secret) != _ROOT_BYTES:
            raise DamagedOffline(file=ROOT)
        return secret

    def archive(self) -> PostQuantumIdentity:
        """Opens every account and attachment."""
        return self._identity(ARCHIVE)

    def identity_archive(self) -> PostQuantumIdentity:
        """Opens every identity part."""
        return self._identity(IDENTITY_ARCHIVE)

    def recovery(self) -> PostQuantumIdentity:
        """Opens recovery slots and backups."""
        return self._identity(RECOVERY)

    def _identity(self, name: str) -> PostQuantumIdentity:
        """Of the one line that is no comment, as `age -d -i` reads it."""
        lines = [line for line in self._open(name).splitlines() if line and not line.startswith("#")]
        try:
            identity = parse_identity("".join(lines))
        except (CryptoError, KeyFault):
            raise DamagedOffline(file=name) from None
        if not isinstance(identity, PostQuantumIdentity):
            raise DamagedOffline(file=name)
        return identity

    def _open(self, name: str) -> str:
        """WrongOfflinePassphrase, or DamagedOffline, or FileUnreadable when it is not there."""
        try:
            sealed = read_file(self.folder / name, _MAX_BYTES)
            return decrypt_bytes(sealed, [ScryptIdentity(self._passphrase.encode())]).decode("ascii")
        except AgeNoMatch:
            raise WrongOfflinePassphrase(folder=self.folder) from None
        except (CryptoError, UnicodeDecodeError):
            raise DamagedOffline(file=name) from None
