"""Signer directories (root, officers, roster): OpenSSH allowed_signers files under a grammar without any freedom.

A file that departs from the grammar in one byte is refused whole. Must not: verify signatures (see signed.py), know
where a file came from. Spec: docs/spec/keys-v1.md, "Directories", rules K01 to K14, K27, K28.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from intake.crypto.hashing import sha256_hex
from intake.crypto.sshsig import COMPOSITE, ED25519, PublicKeys, parse_public
from intake.errors import BadPrincipal, KeyFault, LineRemoved, PrincipalTaken, ReusedKey, SerialRolledBack, WeakKey
from intake.keys import namespaces
from intake.keys.lines import Lines, check_step, header_lines, join
from intake.keys.times import parse_stamp, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

Kind = Literal["root", "officers", "roster"]

NAMES: Final[dict[Kind, re.Pattern[str]]] = {
    "root": re.compile(r"root"),
    "officers": re.compile(r"c-[a-z0-9-]{1,30}"),
    "roster": re.compile(r"d-[a-z0-9-]{1,30}"),
}
NAMESPACES: Final[dict[Kind, tuple[str, ...]]] = {
    "root": namespaces.OF_ROOT,
    "officers": namespaces.OF_OFFICER,
    "roster": namespaces.OF_DEVICE,
}
TYPES: Final = (ED25519, COMPOSITE)  # the order of the two lines of a principal

_KEY_LINE = re.compile(r"([^ ]+) ([^ ]+) ([^ ]+) ([^ ]+)")
_DATES = re.compile(r',valid-after="([^"]*)",valid-before="([^"]*)"')
_LOG = r"c-[a-z0-9-]{1,30}:(?:0|[1-9][0-9]{0,14})"
_REVOKED = re.compile(
    rf"# revoked ([cd]-[a-z0-9-]{{1,30}}) at=([0-9]{{14}}Z) log=(-|{_LOG}(?:,{_LOG})*) reason=([a-z-]{{1,32}})"
)


def kind_of(name: str) -> Kind | None:
    """The directory in which a name stands; None for what is no name."""
    for kind, shape in NAMES.items():
        if shape.fullmatch(name):
            return kind
    return None


@dataclass(frozen=True)
class Principal:
    """A name (`root`, `c-…`, `d-…`), its two keys, and from when to when they count (the root has no dates)."""

    name: str
    keys: PublicKeys
    valid_after: datetime | None = None
    valid_before: datetime | None = None

    @property
    def namespaces(self) -> tuple[str, ...]:
        """What this principal's role may sign."""
        kind = kind_of(self.name)
        return NAMESPACES[kind] if kind else ()

    @property
    def fingerprint(self) -> str:
        """Lowercase hex SHA-256 over both wire blobs; the root's is the organisation."""
        return fingerprint_of(self.keys)

    def valid_at(self, at: datetime) -> bool:
        """Whether `at` lies in [valid_after, valid_before)."""
        if self.valid_after is None or self.valid_before is None:
            return True
        return self.valid_after <= at < self.valid_before


@dataclass(frozen=True)
class Revocation:
    """`# revoked d-… at=… log=c-a:1234 reason=…`: bundles count only at log indexes below these sizes."""

    principal: str
    at: datetime
    logs: tuple[tuple[str, int], ...]
    reason: str


@dataclass(frozen=True)
class Directory:
    """One parsed (not yet verified) signer directory."""

    kind: Kind
    org: str
    serial: int
    principals: tuple[Principal, ...] = ()
    revocations: tuple[Revocation, ...] = ()

    def encode(self) -> bytes:
        """The one byte form of this directory."""
        lines = header_lines(self.kind, self.org, self.serial)
        for principal in self.principals:
            lines.extend(_principal_lines(self.kind, principal))
        lines.extend(_revocation_line(revocation) for revocation in self.revocations)
        return join(lines)

    @cached_property
    def _by_blob(self) -> dict[bytes, Principal]:
        return {blob: one for one in self.principals for blob in (one.keys.ed25519, one.keys.composite)}

    @cached_property
    def owners(self) -> dict[bytes, str]:
        """Every raw key in use, alone or inside a composite key, and whose it is."""
        return {key: one.name for one in self.principals for key in raw_keys(one.keys)}

    def find(self, blob: bytes) -> Principal | None:
        """Who owns this key (ssh wire blob, of either type)."""
        return self._by_blob.get(blob)

    def get(self, name: str) -> Principal | None:
        """The principal of that name."""
        return next((one for one in self.principals if one.name == name), None)

    def revocation(self, name: str) -> Revocation | None:
        """The revocation line of that principal."""
        return next((one for one in self.revocations if one.principal == name), None)

    def with_principal(self, principal: Principal) -> Directory:
        """A new directory, serial + 1, with one principal more; refuses a name or key that is known (K11, K12)."""
        if kind_of(principal.name) != self.kind:
            raise BadPrincipal(name=principal.name)
        if self.get(principal.name):
            raise PrincipalTaken(name=principal.name)
        check_own_keys(principal.keys)
        for key in raw_keys(principal.keys):
            if key in self.owners:
                raise ReusedKey(known_as=self.owners[key])
        return replace(self, serial=self.serial + 1, principals=(*self.principals, principal))

    def again(self) -> Directory:
        """The same lines under the next serial, for another officer to sign."""
        return replace(self, serial=self.serial + 1)

    def with_revocation(self, revocation: Revocation) -> Directory:
        """A new directory, serial + 1: the line closed at `revocation.at`, the revocation added."""
        if self.get(revocation.principal) is None:
            raise BadPrincipal(name=revocation.principal)
        if self.revocation(revocation.principal):
            raise PrincipalTaken(name=revocation.principal)
        principals = tuple(
            _closed(one, revocation.at) if one.name == revocation.principal else one for one in self.principals
        )
        revocations = (*self.revocations, revocation)
        return replace(self, serial=self.serial + 1, principals=principals, revocations=revocations)


def fingerprint_of(keys: PublicKeys) -> str:
    """Lowercase hex SHA-256 over (Ed25519 wire blob || composite wire blob)."""
    return sha256_hex(keys.ed25519 + keys.composite)


def raw_keys(keys: PublicKeys) -> tuple[bytes, bytes, bytes]:
    """The three keys inside two blobs; both end with an Ed25519 key (composite: ML-DSA-44 key || Ed25519 key)."""
    return keys.ed25519[-32:], keys.composite[-32:], keys.composite[:-32]


def check_own_keys(keys: PublicKeys) -> None:
    """K12 within one principal: the composite key has an Ed25519 key of its own."""
    alone, inside, _ = raw_keys(keys)
    if alone == inside:
        raise ReusedKey(known_as="the other key of the same request")


def parse_directory(data: bytes, kind: Kind) -> Directory:
    """Parse bytes that nobody has vouched for yet. Raises MalformedTrustFile naming the rule and the line."""
    lines = Lines(kind, data)
    org, serial = lines.header()
    body = list(lines.body())
    keys = [(number, line) for number, line in body if not line.startswith("#")]
    comments = body[len(keys) :]
    if any(not line.startswith("#") for _, line in comments):
        number = next(number for number, line in body if line.startswith("#"))
        raise lines.refuse(number, "K13", "only revocations may follow the keys, and nothing stands between them")
    principals = _parse_principals(lines, kind, keys)
    revocations = _parse_revocations(lines, comments, principals)
    return Directory(kind, org, serial, principals, revocations)


def check_succession(old: Directory, new: Directory) -> None:
    """Raises SerialRolledBack or LineRemoved unless `new` equals or follows `old` (K27, K28)."""
    if new.serial < old.serial or (new.serial == old.serial and new != old):
        raise SerialRolledBack(file=new.kind, serial=new.serial, held=old.serial)
    check_step(new.kind, old.serial, new.serial)
    for before in old.principals:
        after = new.get(before.name)
        if after is None or not _only_closed(before, after):
            raise LineRemoved(file=new.kind, name=before.name)
    for revocation in old.revocations:
        after_all = new.revocation(revocation.principal)
        if after_all is None or not _only_stricter(revocation, after_all):
            raise LineRemoved(file=new.kind, name=revocation.principal)


# -- key lines ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _KeyLine:
    """One parsed key line."""

    number: int
    name: str
    dates: tuple[datetime | None, datetime | None]
    type: str
    blob: bytes


def _principal_lines(kind: Kind, principal: Principal) -> Iterator[str]:
    options = f'namespaces="{",".join(NAMESPACES[kind])}"'
    if principal.valid_after and principal.valid_before:
        options += f',valid-after="{stamp(principal.valid_after)}",valid-before="{stamp(principal.valid_before)}"'
    for key in principal.keys.lines():
        yield f"{principal.name} {options} {key}"


def _parse_principals(lines: Lines, kind: Kind, numbered: list[tuple[int, str]]) -> tuple[Principal, ...]:
    """K10: lines come in pairs, Ed25519 then composite, of one name and the same dates."""
    parsed = [_parse_key_line(lines, kind, number, line) for number, line in numbered]
    principals = []
    for first, second in zip(parsed[::2], [*parsed[1::2], None], strict=False):
        if second is None or (first.type, second.type) != TYPES or second.name != first.name:
            raise lines.refuse(first.number, "K10", "a principal has one Ed25519 line, then one composite line")
        if first.dates != second.dates:
            raise lines.refuse(second.number, "K10", "the two lines of a principal have the same dates")
        principals.append(Principal(first.name, PublicKeys(first.blob, second.blob), *first.dates))
    if kind == "root" and len(principals) != 1:
        raise lines.refuse(0, "K14", "a root file has one principal")
    _check_once(lines, principals)
    return tuple(principals)


def _check_once(lines: Lines, principals: Iterable[Principal]) -> None:
    """K11 and K12: a name and a key stand once, a key inside a composite included."""
    names: set[str] = set()
    keys: set[bytes] = set()
    for index, principal in enumerate(principals):
        number = 4 + 2 * index
        if principal.name in names:
            raise lines.refuse(number, "K11", "a name stands twice")
        names.add(principal.name)
        for key in raw_keys(principal.keys):
            if key in keys:
                raise lines.refuse(number, "K12", "a key stands twice")
            keys.add(key)


def _parse_key_line(lines: Lines, kind: Kind, number: int, line: str) -> _KeyLine:
    shape = _KEY_LINE.fullmatch(line)
    if shape is None:
        raise lines.refuse(number, "K03", "NAME OPTIONS TYPE KEY with single spaces, and nothing after the key")
    name, options, key_type, key = shape.groups()
    if not NAMES[kind].fullmatch(name):
        raise lines.refuse(number, "K04", "a name of this file's role, written out")
    dates = _parse_options(lines, kind, number, options)
    if key_type not in TYPES:
        raise lines.refuse(number, "K08", "a type of key that has no place here")
    try:
        blob = parse_public(f"{key_type} {key}")
    except WeakKey:
        raise lines.refuse(number, "K09", "a key that anybody can sign with") from None
    except KeyFault:
        raise lines.refuse(number, "K08", "not a key of its type") from None
    return _KeyLine(number, name, dates, key_type, blob)


def _parse_options(lines: Lines, kind: Kind, number: int, options: str) -> tuple[datetime | None, datetime | None]:
    if "cert-authority" in options.lower():  # OpenSSH ignores the case of option names
        raise lines.refuse(number, "K05", "no certificate authority")
    expected = f'namespaces="{",".join(NAMESPACES[kind])}"'
    if not options.startswith(expected):
        raise lines.refuse(number, "K06", "the namespaces of its role, all of them, in their order")
    rest = options.removeprefix(expected)
    if kind == "root":
        if rest:
            raise lines.refuse(number, "K07", "the root has no dates and no other option")
        return None, None
    dates = _DATES.fullmatch(rest)
    after, before = (parse_stamp(dates[1]), parse_stamp(dates[2])) if dates else (None, None)
    if after is None or before is None or before < after:
        raise lines.refuse(number, "K07", "valid-after, then valid-before, both YYYYMMDDHHMMSSZ, nothing else")
    return after, before


# -- revocations -------------------------------------------------------------------------------------------------------


def _revocation_line(revocation: Revocation) -> str:
    logs = ",".join(f"{origin}:{size}" for origin, size in revocation.logs) or "-"
    return f"# revoked {revocation.principal} at={stamp(revocation.at)} log={logs} reason={revocation.reason}"


def _parse_revocations(
    lines: Lines, numbered: list[tuple[int, str]], principals: tuple[Principal, ...]
) -> tuple[Revocation, ...]:
    """K13: of a principal that stands above and is closed by then; one each."""
    known = {one.name: one for one in principals}
    found: dict[str, Revocation] = {}
    for number, line in numbered:
        shape = _REVOKED.fullmatch(line)
        at = parse_stamp(shape[2]) if shape else None
        if shape is None or at is None:
            raise lines.refuse(number, "K13", "a comment that is not a revocation")
        one = known.get(shape[1])
        if one is None or one != _closed(one, at) or shape[1] in found:
            raise lines.refuse(number, "K13", "revoked once, stands above, and closed by then")
        found[shape[1]] = Revocation(shape[1], at, _parse_logs(shape[3]), shape[4])
    return tuple(found.values())


def _parse_logs(text: str) -> tuple[tuple[str, int], ...]:
    if text == "-":
        return ()
    return tuple((origin, int(size)) for origin, size in (log.split(":") for log in text.split(",")))


def _closed(principal: Principal, at: datetime) -> Principal:
    """The same principal, valid no longer than until `at`, nor shorter than nothing."""
    after, before = principal.valid_after, principal.valid_before
    if after is None or before is None:
        raise BadPrincipal(name=principal.name)  # the root is succeeded, never closed
    return replace(principal, valid_before=max(after, min(before, at)))


def _only_closed(before: Principal, after: Principal) -> bool:
    """Whether a line changed in nothing but an earlier valid-before (K28)."""
    if before.valid_before is None or after.valid_before is None:
        return before == after
    return after.valid_before <= before.valid_before and replace(after, valid_before=before.valid_before) == before


def _only_stricter(before: Revocation, after: Revocation) -> bool:
    """Whether a revocation stands as before, or counts from an earlier time, fewer logs or smaller sizes (K28)."""
    sizes = dict(before.logs)
    return after.at <= before.at and all(size <= sizes.get(name, -1) for name, size in after.logs)
