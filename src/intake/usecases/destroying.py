"""Keys of epochs: which this coordinator has, what each is still needed for, and the end of those that are not.

A key is destroyed when every laptop that got it has shown, by a bundle of its own, that nothing sealed to it is left
there; or was revoked; or custodians say so, with a reason that is kept. Must not: destroy a key that laptops are
still told to seal to. Spec: docs/spec/keys-v1.md, "The end of an epoch", rules K80 to K84.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from intake.bundle.limits import LIMITS
from intake.bundle.log import EpochFact, epoch_leaf
from intake.bundle.statement import parse_statement
from intake.crypto.age import DecryptReader
from intake.errors import CryptoError, Declined, EpochKept
from intake.keys.office import Changes, Signers, reissue
from intake.keys.recipients import parse_recipients
from intake.keys.times import json_time
from intake.usecases import trusted
from intake.usecases.environment import Environment, kept_time, open_vault
from intake.usecases.signing import keep_signed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from intake.crypto.age import PostQuantumIdentity
    from intake.keys.directory import Principal
    from intake.store.vault import Vault
    from intake.usecases.trusted import Station


@dataclass(frozen=True)
class Epoch:
    """A key of this coordinator's.

    `waits_for`: laptops that may still hold what is sealed to it; `here`: how many items and files in this vault need
    it; `in_use`: laptops seal to it, or no later key was made.
    """

    label: str
    fingerprint: str
    in_use: bool
    waits_for: tuple[str, ...]
    here: int

    @property
    def destroyable(self) -> bool:
        """Whether it may go without anybody's word."""
        return not (self.in_use or self.waits_for or self.here)


@dataclass(frozen=True)
class Destroyed:
    """The keys that are gone, and those that stay, each with what it waits for."""

    destroyed: tuple[Epoch, ...]
    kept: tuple[Epoch, ...]
    recipients: int


@dataclass(frozen=True)
class _Own:
    """One key of this vault, and when laptops could get it: from a file's making, to the file without it."""

    secret: str
    identity: PostQuantumIdentity
    label: str
    serial: int
    ended: datetime | None

    @property
    def fingerprint(self) -> str:
        return self.identity.recipient().fingerprint


def epochs(vault: Vault, here: Station, at: datetime) -> tuple[Epoch, ...]:
    """This coordinator's keys, in the order they were made."""
    own = _own(vault)
    sealed_to = {one.recipient.fingerprint for one in here.trust.recipients.epoch(at)}
    found = []
    for place, key in enumerate(own):
        later = [one.fingerprint for one in own[place + 1 :]]
        found.append(
            Epoch(
                label=key.label,
                fingerprint=key.fingerprint,
                in_use=not later or key.fingerprint in sealed_to,
                waits_for=tuple(_waits_for(vault, here, key, later)),
                here=_needed_here(vault, key),
            )
        )
    return tuple(found)


def destroy_epochs(env: Environment, label: str | None = None) -> Destroyed:
    """Destroy what may be destroyed, once somebody typed its month; or, by its label, one that custodians speak for.

    Raises EpochKept when there is none, Declined.
    """
    with open_vault(env, "coordinator") as vault:
        here, at = trusted.station(vault), env.clock()
        known = epochs(vault, here, at)
        chosen = [one for one in known if not one.in_use and (one.label == label if label else one.destroyable)]
        if not chosen:
            raise EpochKept
        reason = _reason(env, chosen)
        _type_their_months(env, chosen)
        gone = {one.fingerprint for one in chosen}
        left = tuple(one for one in here.trust.recipients.epochs if one.recipient.fingerprint not in gone)
        after = here.trust
        if left != here.trust.recipients.epochs:  # a slow clock may still choose it
            without = replace(here.trust.recipients, epochs=left).again()
            after = reissue(here.trust, Changes(recipients=without), Signers(here.signer), at)
        with vault.transaction():
            for one in chosen:
                _destroy(vault, here, one, at)
                vault.custody.append("epoch", json_time(at), {"fingerprint": one.fingerprint, "reason": reason})
            keep_signed(vault, here.trust, after, at)
        vault.secrets.flush()
        trusted.write_public(env.home / "public", after)
        kept = tuple(one for one in known if one.fingerprint not in gone)
        return Destroyed(tuple(chosen), kept, after.recipients.serial)


def _reason(env: Environment, chosen: Sequence[Epoch]) -> str:
    """Nothing where the rule itself allows it; else what custodians say, in their own words."""
    if all(one.destroyable for one in chosen):
        return ""
    question = env.t(
        "Laptops that may still hold what only this key and the archive open: {names}. Kept aside here: {n}. Why may"
        " it go?",
        names=", ".join(sorted({name for one in chosen for name in one.waits_for})) or "-",
        n=sum(one.here for one in chosen),
    )
    reason = env.ask.text(question).strip()
    if not reason:
        raise Declined
    return reason


def _type_their_months(env: Environment, chosen: Sequence[Epoch]) -> None:
    """No switch says yes to what can't be undone: whoever means it types what is to go."""
    labels = " ".join(one.label for one in chosen)
    question = env.t("Nothing can bring these keys back. To destroy them, type {epochs}", epochs=labels)
    if env.ask.text(question).split() != labels.split():
        raise Declined


def _destroy(vault: Vault, here: Station, epoch: Epoch, at: datetime) -> None:
    for name, identity in trusted.age_identities(vault):
        if name.startswith(trusted.EPOCH_PREFIX) and identity.recipient().fingerprint == epoch.fingerprint:
            vault.secrets.remove(name)
    fact = EpochFact(epoch.label, here.principal, epoch.fingerprint, "destroyed")
    vault.log.append(epoch_leaf(here.card.org, fact, at))


def _own(vault: Vault) -> list[_Own]:
    """The keys in this vault, by the recipients files that named them, oldest first."""
    versions = [
        (parse_recipients(one.files["recipients"]), kept_time(one.received_at)) for one in vault.trust.all("recipients")
    ]
    found = []
    for name, identity in trusted.age_identities(vault):
        if not name.startswith(trusted.EPOCH_PREFIX):
            continue
        fingerprint = identity.recipient().fingerprint
        named = [
            (place, key.label)
            for place, (file, _) in enumerate(versions)
            for key in file.epochs
            if key.recipient.fingerprint == fingerprint
        ]
        if named:
            after = versions[named[-1][0] + 1 :]
            found.append(_Own(name, identity, named[0][1], named[0][0], after[0][1] if after else None))
    return sorted(found, key=lambda one: (one.serial, one.label))


def _waits_for(vault: Vault, here: Station, key: _Own, later: Sequence[str]) -> list[str]:
    """K81: laptops that got the key, were not revoked, and have not shown that nothing sealed to it is left there."""
    roster = here.trust.roster.directory
    left = (one for one in roster.principals if roster.revocation(one.name) is None and _got(vault, one, key))
    return [device.name for device in left if not _has_shown(vault, device.name, later)]


def _got(vault: Vault, device: Principal, key: _Own) -> bool:
    """Whether a pack with the key can have reached it: it was enrolled before the first file without the key.

    Or elsewhere: another coordinator gives the files that it has, and may not have heard of the newer ones.
    """
    if key.ended is None or device.valid_after is None or device.valid_after <= key.ended:
        return True
    held = trusted.held_device(vault, device.name)
    return held is None or held.age.fingerprint not in vault.settings.get(trusted.DEVICE_AGES, [])


def _has_shown(vault: Vault, name: str, later: Sequence[str]) -> bool:
    """A bundle of its own has an item sealed to a later key, and all that its newest one holds back is here."""
    newest = vault.ledger.newest_of(name)
    if newest is None or not vault.ledger.has_sealed_to(name, later):
        return False
    held = [digest.removeprefix("sha256:") for digest in parse_statement(newest.statement, LIMITS).unreceipted]
    return vault.ledger.missing_items(held) == 0


def _needed_here(vault: Vault, key: _Own) -> int:
    """K82: items that were refused here and may be tried again, and files kept aside that the key opens."""
    count = vault.ledger.not_opened_of(key.fingerprint)
    for row in vault.quarantine.list():
        if row.item is None and row.blob_id is not None:
            count += _opens(vault, row.blob_id, key.identity)
    return count


def _opens(vault: Vault, blob_id: str, identity: PostQuantumIdentity) -> bool:
    try:
        with closing(vault.blobs.open(blob_id)) as source:
            return bool(DecryptReader(source, [identity]))
    except CryptoError:
        return False
