"""The organisation's own keys, each opened when it is needed: root, archives, recovery.

They come from the folder that `org init` wrote and that left the machine, or from the sheets that custodians bring.
What comes out is in memory only: it must never be put into a vault or into a file. Spec: docs/spec/keys-v1.md, "Who
holds what" and "Split keys".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from intake.crypto.age import PostQuantumIdentity, ScryptIdentity, decrypt_bytes, encrypt_bytes, parse_identity
from intake.errors import AgeNoMatch, CryptoError, DamagedOffline, FileUnreadable, KeyFault, WrongOfflinePassphrase
from intake.usecases.environment import normal
from intake.usecases.files import read_file, write_file

if TYPE_CHECKING:
    from intake.crypto.age import ScryptRecipient
    from intake.keys.shares import KeySet
    from intake.usecases.environment import Environment

FILES: Final[dict[KeySet, str]] = {
    "root": "root.age",
    "archive": "archive.age",
    "identity-archive": "identity-archive.age",
    "recovery": "recovery.age",
}
CUSTOMARY: Final[tuple[KeySet, ...]] = ("root", "archive", "identity-archive")
"""What is split, and then leaves the folder. Recovery may be split too; its file stays (docs/decisions/0020)."""

_SECRET_BYTES: Final = 32
_MAX_BYTES: Final = 64 << 10  # each is a few kilobytes


@dataclass(frozen=True)
class Sheets:
    """Custodians bring sheets. `folder`: what lies in it is taken from it, and only the rest is asked for."""

    folder: Path | None = None


Where = Path | Sheets
"""Where a ceremony has its keys from: a folder, or sheets."""


@dataclass(frozen=True)
class Offline:
    """The folder and its passphrase, which may hold one of the four only; and whom to ask for sheets, if for any."""

    folder: Path | None
    _passphrase: str = field(default="", repr=False)
    _custodians: Environment | None = field(default=None, repr=False)

    @classmethod
    def ask(cls, env: Environment, where: Where) -> Self:
        """Ask for the folder's passphrase; whether it is right shows when the first secret is opened."""
        folder = where.folder if isinstance(where, Sheets) else where
        prompt = env.t("Passphrase of the folder with the organisation's keys")
        passphrase = normal(env.ask.passphrase(prompt)) if folder else ""
        return cls(folder, passphrase, env if isinstance(where, Sheets) else None)

    def holds(self, key_set: KeySet) -> bool:
        """Whether that secret lies in the folder."""
        return self.folder is not None and (self.folder / FILES[key_set]).is_file()

    def has(self, key_set: KeySet) -> bool:
        """Whether that secret can be had here: it is in the folder, or its custodians say that they are here."""
        if self.holds(key_set) or self._custodians is None:
            return self.holds(key_set)
        t = self._custodians.t
        return self._custodians.ask.confirm(t("Are enough sheets of the set {wanted} here?", wanted=t(key_set)))

    def secret(self, key_set: KeySet) -> bytes:
        """The 32 bytes of it: what a root is derived from, or the seed of an age key."""
        if self._custodians is not None and not self.holds(key_set):
            # Late: lists of words are loaded where somebody types them.
            from intake.usecases.shares import from_sheets  # noqa: PLC0415

            return from_sheets(self._custodians, key_set)
        return self._root() if key_set == "root" else self._identity(key_set).seed

    def root(self) -> bytes:
        """The root's secret."""
        return self.secret("root")

    def archive(self) -> PostQuantumIdentity:
        """Opens every account and attachment."""
        return PostQuantumIdentity.from_seed(self.secret("archive"))

    def identity_archive(self) -> PostQuantumIdentity:
        """Opens every identity part."""
        return PostQuantumIdentity.from_seed(self.secret("identity-archive"))

    def recovery(self) -> PostQuantumIdentity:
        """Opens recovery slots and backups."""
        return PostQuantumIdentity.from_seed(self.secret("recovery"))

    def _root(self) -> bytes:
        text = self._open("root")
        try:
            secret = bytes.fromhex(text.strip())
        except ValueError:
            secret = b""
        if len(secret) != _SECRET_BYTES:
            raise DamagedOffline(file=FILES["root"])
        return secret

    def _identity(self, key_set: KeySet) -> PostQuantumIdentity:
        """Of the one line that is no comment, as `age -d -i` reads it."""
        lines = [line for line in self._open(key_set).splitlines() if line and not line.startswith("#")]
        try:
            identity = parse_identity("".join(lines))
        except (CryptoError, KeyFault):
            raise DamagedOffline(file=FILES[key_set]) from None
        if not isinstance(identity, PostQuantumIdentity):
            raise DamagedOffline(file=FILES[key_set])
        return identity

    def _open(self, key_set: KeySet) -> str:
        """WrongOfflinePassphrase, or DamagedOffline, or FileUnreadable when it is not there."""
        name = FILES[key_set]
        if self.folder is None:
            raise FileUnreadable(file=name)
        try:
            sealed = read_file(self.folder / name, _MAX_BYTES)
            return decrypt_bytes(sealed, [ScryptIdentity(self._passphrase.encode())]).decode("ascii")
        except AgeNoMatch:
            raise WrongOfflinePassphrase(folder=self.folder) from None
        except (CryptoError, UnicodeDecodeError):
            raise DamagedOffline(file=name) from None


def put(folder: Path, key_set: KeySet, secret: bytes, recipient: ScryptRecipient) -> None:
    """Write one key as a file of such a folder, under its passphrase; a stock `age -d` opens it."""
    if key_set == "root":
        text = f"{secret.hex()}\n"
    else:  # as `age-keygen` writes it, so that `age -d -i` takes the opened file as it is
        identity = PostQuantumIdentity.from_seed(secret)
        text = f"# public key: {identity.recipient()}\n{identity}\n"
    write_file(folder / FILES[key_set], encrypt_bytes(text.encode(), [recipient]))
