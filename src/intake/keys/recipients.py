"""The recipients file: a stock `age -R` list whose comments say what each key is for.

Must not: hold a secret, or verify its own signatures (trust.py does). Spec: docs/spec/keys-v1.md, "Recipients",
rules K01, K02, K30 to K33.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from intake.crypto.age import PostQuantumRecipient, parse_recipient
from intake.errors import CryptoError, KeyFault, LineRemoved
from intake.keys.lines import Lines, header_lines, join
from intake.keys.times import parse_stamp, stamp

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

_OFFICER = "(c-[a-z0-9-]{1,30})"
# The order of the file: each key stands under the line that says its use.
_USES = (
    ("epoch", re.compile(rf"# epoch (2[0-9]{{3}}-(?:0[1-9]|1[0-2])) {_OFFICER} until=([0-9]{{14}}Z)")),
    ("archive", re.compile(r"# archive")),
    ("identity", re.compile(rf"# identity {_OFFICER}")),
    ("identity-archive", re.compile(r"# identity-archive")),
    ("recovery", re.compile(r"# recovery")),
)
_ORDER = [use for use, _ in _USES]
ONCE = ("archive", "identity-archive", "recovery")


@dataclass(frozen=True)
class EpochKey:
    """One coordinator's key for one epoch (a month or a mission), used for sealing before `until`."""

    label: str  # YYYY-MM
    officer: str
    until: datetime
    recipient: PostQuantumRecipient


@dataclass(frozen=True)
class IdentityKey:
    """One of the few who may know who a witness is."""

    officer: str
    recipient: PostQuantumRecipient


@dataclass(frozen=True)
class Archives:
    """The three keys that are the organisation's and no officer's."""

    archive: PostQuantumRecipient
    identity_archive: PostQuantumRecipient
    recovery: PostQuantumRecipient

    def uses(self) -> tuple[tuple[str, PostQuantumRecipient], ...]:
        """Each under its use, in the order of the files."""
        return tuple(zip(ONCE, (self.archive, self.identity_archive, self.recovery), strict=True))


@dataclass(frozen=True)
class Recipients:
    """One parsed (not yet verified) recipients file."""

    org: str
    serial: int
    epochs: tuple[EpochKey, ...]
    archive: PostQuantumRecipient
    identities: tuple[IdentityKey, ...]
    identity_archive: PostQuantumRecipient
    recovery: PostQuantumRecipient

    def encode(self) -> bytes:
        """The one byte form of this file."""
        lines = header_lines("recipients", self.org, self.serial)
        for use, recipient in self._uses():
            lines += [f"# {use}", str(recipient)]
        return join(lines)

    def epoch(self, at: datetime) -> tuple[EpochKey, ...]:
        """The key of each coordinator to seal to at that time; empty past the last known one.

        Of each the newest epoch that has begun and not ended; one that has not begun only when there is no other, so
        that a laptop whose clock is slow still seals to somebody who can read it.
        """
        open_ones = [key for key in self.epochs if at < key.until]
        chosen = [self._to_seal_to(officer, open_ones, f"{at:%Y-%m}") for officer in self.officers]
        return tuple(key for key in chosen if key)

    @staticmethod
    def _to_seal_to(officer: str, open_ones: Sequence[EpochKey], month: str) -> EpochKey | None:
        mine = sorted((key for key in open_ones if key.officer == officer), key=lambda key: key.label)
        begun = [key for key in mine if key.label <= month]
        return begun[-1] if begun else next(iter(mine), None)

    def label(self, at: datetime) -> str | None:
        """The epoch as a statement names it: the newest of those sealed to; None for the archive alone."""
        return max((key.label for key in self.epoch(at)), default=None)

    @property
    def officers(self) -> tuple[str, ...]:
        """The coordinators with an epoch's key, each once, in the order of the file."""
        return tuple(dict.fromkeys(key.officer for key in self.epochs))

    def with_epoch(self, key: EpochKey, at: datetime) -> Recipients:
        """The next serial, with a coordinator's new key; its older ones stay only while the new epoch has not begun."""
        begun = key.label <= f"{at:%Y-%m}"
        kept = tuple(one for one in self.epochs if one.officer != key.officer or (one.label < key.label and not begun))
        return replace(self, serial=self.serial + 1, epochs=(*kept, key))

    def renamed(self, officer: str, name: str) -> Recipients:
        """The same keys, a coordinator's under its new name."""
        epochs = tuple(replace(one, officer=name) if one.officer == officer else one for one in self.epochs)
        identities = tuple(replace(one, officer=name) if one.officer == officer else one for one in self.identities)
        return replace(self, epochs=epochs, identities=identities)

    def again(self) -> Recipients:
        """The same keys under the next serial, for another officer to sign."""
        return replace(self, serial=self.serial + 1)

    @property
    def archives(self) -> Archives:
        """The organisation's own three."""
        return Archives(self.archive, self.identity_archive, self.recovery)

    def with_archives(self, named: Archives | None) -> Recipients:
        """The same with the archives and the recovery key that the root named, if it named any (K96)."""
        if named is None:
            return self
        return replace(self, archive=named.archive, identity_archive=named.identity_archive, recovery=named.recovery)

    def without(self, officers: Collection[str]) -> Recipients:
        """The same without the keys of these coordinators."""
        epochs = tuple(one for one in self.epochs if one.officer not in officers)
        identities = tuple(one for one in self.identities if one.officer not in officers)
        return replace(self, epochs=epochs, identities=identities)

    def for_account(self, at: datetime) -> tuple[PostQuantumRecipient, ...]:
        """Epoch keys + archive: records and attachments (and the carried envelope)."""
        return (*(key.recipient for key in self.epoch(at)), self.archive)

    def for_identity(self) -> tuple[PostQuantumRecipient, ...]:
        """Identity keys + identity archive."""
        return (*(key.recipient for key in self.identities), self.identity_archive)

    def all(self) -> tuple[PostQuantumRecipient, ...]:
        """Every key of the file, in its order."""
        return tuple(recipient for _, recipient in self._uses())

    def _uses(self) -> Iterator[tuple[str, PostQuantumRecipient]]:
        for epoch in self.epochs:
            yield f"epoch {epoch.label} {epoch.officer} until={stamp(epoch.until)}", epoch.recipient
        yield "archive", self.archive
        for identity in self.identities:
            yield f"identity {identity.officer}", identity.recipient
        yield "identity-archive", self.identity_archive
        yield "recovery", self.recovery


def check_same_archives(old: Recipients, new: Recipients, named: Archives | None = None) -> None:
    """K35: an officer signs this file, but archives and recovery are the organisation's; raises LineRemoved.

    `named`: those of the newest root that names any, which alone may take the place of the older file's.
    """
    if new.archives in (old.archives, named):
        return
    for (use, before), (_, after) in zip(old.archives.uses(), new.archives.uses(), strict=True):
        if before != after:
            raise LineRemoved(file="recipients", name=use)


@dataclass(frozen=True)
class _Entry:
    """A use line and the key under it."""

    number: int
    use: str
    words: tuple[str, ...]
    recipient: PostQuantumRecipient


def parse_recipients(data: bytes) -> Recipients:
    """Parse bytes that nobody has vouched for yet. Raises MalformedTrustFile naming the rule and the line."""
    lines = Lines("recipients", data)
    org, serial = lines.header()
    body = [*lines.body()]
    entries = [
        _entry(lines, number, use_line, key_line)
        for (number, use_line), key_line in zip(body[::2], [*(line for _, line in body[1::2]), ""], strict=False)
    ]
    _check_order(lines, entries)
    _check_once(lines, entries)
    once = {entry.use: entry.recipient for entry in entries if entry.use in ONCE}
    return Recipients(
        org=org,
        serial=serial,
        epochs=tuple(_epoch(lines, entry) for entry in entries if entry.use == "epoch"),
        archive=once["archive"],
        identities=tuple(IdentityKey(entry.words[0], entry.recipient) for entry in entries if entry.use == "identity"),
        identity_archive=once["identity-archive"],
        recovery=once["recovery"],
    )


def _entry(lines: Lines, number: int, use_line: str, key_line: str) -> _Entry:
    """K30 and K31: one line of use, then one post-quantum key."""
    matches = ((use, shape.fullmatch(use_line)) for use, shape in _USES)
    found = next(((use, match.groups()) for use, match in matches if match), None)
    if found is None:
        raise lines.refuse(number, "K30", "each key stands under one line that says its use")
    try:
        recipient = parse_recipient(key_line)
    except (KeyFault, CryptoError):
        raise lines.refuse(number + 1, "K31", "not an age recipient") from None
    if not isinstance(recipient, PostQuantumRecipient):
        raise lines.refuse(number + 1, "K31", "not a post-quantum recipient")
    return _Entry(number, *found, recipient)


def _check_order(lines: Lines, entries: list[_Entry]) -> None:
    """K32: epochs, archive, identities, identity archive, recovery; the three single ones once each."""
    uses = [entry.use for entry in entries]
    if uses != sorted(uses, key=_ORDER.index):
        raise lines.refuse(0, "K32", "uses out of order")
    for use in ONCE:
        if uses.count(use) != 1:
            raise lines.refuse(0, "K32", f"{use} stands once")


def _check_once(lines: Lines, entries: list[_Entry]) -> None:
    """K33: no key twice; no coordinator twice for one epoch, nor twice for identities."""
    keys: set[PostQuantumRecipient] = set()
    whose: set[tuple[str, ...]] = set()
    for entry in entries:
        who = (entry.use, *entry.words[:2])
        if entry.recipient in keys or who in whose:
            raise lines.refuse(entry.number, "K33", "a key, or a holder of one use, stands twice")
        keys.add(entry.recipient)
        whose.add(who)


def _epoch(lines: Lines, entry: _Entry) -> EpochKey:
    until = parse_stamp(entry.words[2])
    if until is None:
        raise lines.refuse(entry.number, "K30", "until is no time")
    return EpochKey(entry.words[0], entry.words[1], until, entry.recipient)
