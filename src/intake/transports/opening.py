"""From a target and its secrets to a carrier: the table of schemes, each imported only when it is used.

Knows which secrets a scheme needs, never where they are kept. Reasons: docs/decisions/0019-carriers.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from intake.errors import CarrierRefused, TransportMissing
from intake.transports.times import TIMES, Times

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from intake.transports.carrier import Carrier
    from intake.transports.target import Scheme, Target

HOST_KEY: Final = "host-key"
KEY: Final = "key"
KEY_PASSPHRASE: Final = "key-passphrase"  # noqa: S105 - the name of a secret, not one
PASSWORD: Final = "password"  # noqa: S105 - as above
USER: Final = "user"
AUTHORITY: Final = "authority"
ACCESS: Final = "access"
SIGNING: Final = "signing"


@dataclass(frozen=True)
class Secret:
    """Something a target needs beside its address. `prompt` is an English key.

    "hidden" is typed unseen; "line" is typed; "file" is the name of a file whose text is kept, or empty for none;
    "seen" is what the server shows, which a person compares. With `instead_of` it is asked for only where that one is
    empty.
    """

    name: str
    prompt: str
    kind: Literal["hidden", "line", "file", "seen"]
    instead_of: str = ""


_AUTHORITY: Final = Secret(
    AUTHORITY, "File with the certificate of the server's own authority; nothing, if it has a public one", "file"
)
_NEEDS: Final[dict[Scheme, tuple[Secret, ...]]] = {
    "folder": (),
    "sftp": (
        Secret(HOST_KEY, "Is this the key of the server? Compare it with what its administrator gave you", "seen"),
        Secret(KEY, "File with your private SSH key; nothing, if you have a password", "file"),
        Secret(PASSWORD, "Password at the server", "hidden", instead_of=KEY),
    ),
    "webdav": (Secret(USER, "User at the server", "line"), Secret(PASSWORD, "Password at the server", "hidden")),
    "s3": (Secret(ACCESS, "Access key of the bucket", "line"), Secret(SIGNING, "Secret key of the bucket", "hidden")),
}


def needs(target: Target) -> tuple[Secret, ...]:
    """What has to be asked, in order; nothing for a folder."""
    found = tuple(secret for secret in _NEEDS[target.scheme] if not (secret.name == USER and target.user))
    return (*found, _AUTHORITY) if found and target.tls and target.scheme != "sftp" else found


def seen(target: Target) -> str:
    """The key that the server shows now, as one line that can be pinned; nothing is sent to it but greetings."""
    return str(_sftp().host_key(target))


def fingerprint(host_key: str) -> str:
    """Kind and SHA-256 of a host key, as `ssh-keygen -lf` and administrators write it."""
    return str(_sftp().fingerprint(host_key))


def is_locked(key: str) -> bool:
    """Whether a private key asks for a passphrase; TargetFault where it is none."""
    return bool(_sftp().is_locked(key))


def open_carrier(target: Target, secrets: Mapping[str, str], times: Times = TIMES) -> Carrier:
    """A carrier for `needs(target)`; a server is first spoken to when the carrier is first used."""
    return _OPENERS[target.scheme](target, secrets, times)


def _folder(target: Target, _secrets: Mapping[str, str], _times: Times) -> Carrier:
    from intake.transports.folder_carrier import FolderCarrier  # noqa: PLC0415  a scheme costs only who uses it

    return FolderCarrier(Path(target.path))


def _webdav(target: Target, secrets: Mapping[str, str], times: Times) -> Carrier:
    from intake.transports.webdav import WebDav  # noqa: PLC0415  a scheme costs only who uses it

    _check_signs(target, secrets, "utf-8")
    return WebDav(target, target.user or secrets[USER], secrets[PASSWORD], secrets.get(AUTHORITY, ""), times)


def _s3(target: Target, secrets: Mapping[str, str], times: Times) -> Carrier:
    from intake.transports.s3 import Bucket  # noqa: PLC0415  a scheme costs only who uses it

    _check_signs(target, secrets, "ascii")
    return Bucket(target, secrets[ACCESS], secrets[SIGNING], secrets.get(AUTHORITY, ""), times)


def _check_signs(target: Target, secrets: Mapping[str, str], encoding: str) -> None:
    """Typed in another layout, or not even text: no server takes that, and none has to be asked."""
    try:
        for name in {USER, PASSWORD, ACCESS, SIGNING} & secrets.keys():
            secrets[name].encode(encoding)
    except UnicodeEncodeError:
        raise CarrierRefused(target=target.text) from None


def _open_sftp(target: Target, secrets: Mapping[str, str], times: Times) -> Carrier:
    sftp = _sftp()
    login = sftp.Login(secrets.get(PASSWORD, ""), secrets.get(KEY, ""), secrets.get(KEY_PASSPHRASE, ""))
    carrier: Carrier = sftp.Sftp(target, secrets[HOST_KEY], login, times)
    return carrier


def _sftp() -> ModuleType:
    try:
        from intake.transports import sftp  # noqa: PLC0415  as below; and its library may be missing
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "asyncssh":
            raise
        raise TransportMissing(scheme="sftp", extra="sftp") from None
    return sftp


_OPENERS: Final[dict[Scheme, Callable[[Target, Mapping[str, str], Times], Carrier]]] = {
    "folder": _folder,
    "sftp": _open_sftp,
    "webdav": _webdav,
    "s3": _s3,
}
