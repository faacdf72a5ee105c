"""`org rotate`: a coordinator's keys give way to new ones: of an epoch, of identities, or the signing keys of its year.

Old age keys stay in the vault: they open what was sealed to them. They are destroyed by destroying.py alone. A signing
key is succeeded under a new name, because no line of a directory is ever written again; the root signs that.
Spec: docs/spec/keys-v1.md, "Rotation".
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from intake.bundle.log import EpochFact, epoch_leaf
from intake.crypto.age import PostQuantumIdentity
from intake.crypto.sshsig import SignerKeys
from intake.errors import UsageFault
from intake.keys.directory import Principal
from intake.keys.office import Changes, Signers, reissue
from intake.keys.organisation import validity
from intake.keys.recipients import EpochKey, IdentityKey
from intake.keys.times import json_time
from intake.usecases import trusted
from intake.usecases.environment import Environment, open_vault
from intake.usecases.log_publish import current, log_publish
from intake.usecases.offline import Offline, Where
from intake.usecases.org_appoint import next_name
from intake.usecases.receipting import ORIGIN
from intake.usecases.signing import keep_signed

if TYPE_CHECKING:
    from pathlib import Path

    from intake.keys.trust import Trust
    from intake.store.vault import Vault
    from intake.usecases.trusted import Station

EPOCH_DAYS = 92
OFFICER_DAYS = 366
_LABEL = re.compile(r"2[0-9]{3}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Rotated:
    """Who this coordinator is, its newest epoch, and the serials that packs have to carry to the laptops now.

    `log`: where the log of its old name was published for the last time.
    """

    principal: str
    epoch: str | None
    until: str | None
    officers: int
    roster: int
    recipients: int
    log: Path | None = None


def org_rotate(env: Environment, label: str | None = None, days: int = EPOCH_DAYS) -> Rotated:
    """A new epoch's key: of the month named, else of the next month that has none of this coordinator's.

    A month that has begun replaces the key at once; one to come leaves the older key in use until then.
    """
    with open_vault(env, "coordinator") as vault:
        here, at = trusted.station(vault), env.clock()
        label = label or _next_label(vault, here, at)
        if not _LABEL.fullmatch(label) or days < 1:
            raise UsageFault(what="an epoch is named by its month, as 2026-12, and lasts at least a day")
        key = PostQuantumIdentity.generate()
        start = max(at, datetime.strptime(label, "%Y-%m").replace(tzinfo=UTC))
        fresh = EpochKey(label, here.principal, validity(start, days)[1], key.recipient())
        changes = Changes(recipients=here.trust.recipients.with_epoch(fresh, at))
        after = reissue(here.trust, changes, Signers(here.signer), at)
        fact = EpochFact(label, here.principal, key.recipient().fingerprint, "made")
        with vault.transaction():
            vault.secrets.put(_secret_name(vault, trusted.EPOCH_PREFIX + label, key), key.seed)
            vault.log.append(epoch_leaf(after.org, fact, at))
            keep_signed(vault, here.trust, after, at)
        return _said(env, here, after)


def org_rotate_identities(env: Environment) -> Rotated:
    """A new identity key for this coordinator, who must have one already: only the root's ceremony gives the first."""
    with open_vault(env, "coordinator") as vault:
        here, at = trusted.station(vault), env.clock()
        recipients = here.trust.recipients
        old = trusted.identity_of(vault, trusted.IDENTITY)
        if old is None or all(one.officer != here.principal for one in recipients.identities):
            raise UsageFault(what="this coordinator has no key to identities, and can't give itself one")
        key = PostQuantumIdentity.generate()
        fresh = IdentityKey(here.principal, key.recipient())
        identities = tuple(fresh if one.officer == here.principal else one for one in recipients.identities)
        changes = Changes(recipients=replace(recipients, identities=identities).again())
        after = reissue(here.trust, changes, Signers(here.signer), at)
        with vault.transaction():
            vault.secrets.put(_secret_name(vault, trusted.IDENTITY, old), old.seed)
            vault.secrets.put(trusted.IDENTITY, key.seed)
            keep_signed(vault, here.trust, after, at)
        return _said(env, here, after)


def org_rotate_officers(env: Environment, offline: Where, name: str | None = None) -> Rotated:
    """New signing keys under a new name, appointed by the root; the age keys go on under it.

    The old name keeps its dates: what it signed stays good. A log belongs to a name, so a new one begins.
    """
    with open_vault(env, "coordinator") as vault:
        here, at = trusted.station(vault), env.clock()
        root, signer = SignerKeys.from_root_secret(Offline.ask(env, offline).root()), SignerKeys.generate()
        old = log_publish(replace(env, vault=vault), env.home / "public" / "logs")  # nobody can sign it again
        last = current(vault, here)[1].dumps()
        name = name or next_name(here.trust)
        officers = here.trust.officers.directory.with_principal(
            Principal(name, signer.public, *validity(at, OFFICER_DAYS))
        )
        recipients = here.trust.recipients.renamed(here.principal, name).again()
        roster = here.trust.roster.directory.again()
        after = reissue(here.trust, Changes(officers, roster, recipients), Signers(signer, root), at)
        with vault.transaction():
            vault.secrets.put(trusted.SIGNER, signer.seeds)
            vault.settings.set(trusted.PRINCIPAL, name)
            vault.settings.set(trusted.FORMER, [*vault.settings.get(trusted.FORMER, []), here.principal])
            # What a revocation has to name for what the old name took in: the new log's dates begin today.
            vault.trust.put(trusted.LOG_PREFIX + here.principal, 1, {trusted.CHECKPOINT: last}, json_time(at))
            vault.settings.set(ORIGIN, None)
            vault.chain.start(secrets.token_hex(16), json_time(at))
            keep_signed(vault, here.trust, after, at)
        return replace(_said(env, replace(here, principal=name), after), log=old.folder)


def _next_label(vault: Vault, here: Station, at: datetime) -> str:
    # A key that is not here counts for none: a restored vault has lost its keys, and this month's is replaced at once.
    held = {identity.recipient() for _, identity in trusted.age_identities(vault)}
    mine = [one.label for one in here.trust.recipients.epochs if one.recipient in held]
    month = f"{at:%Y-%m}"
    if not mine or max(mine) < month:
        return month
    year, number = (int(part) for part in max(mine).split("-"))
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def _secret_name(vault: Vault, name: str, key: PostQuantumIdentity) -> str:
    """A name among the secrets that is free: two keys of one month lie side by side."""
    return name if vault.secrets.get(name) is None else f"{name}/{key.recipient().fingerprint[:16]}"


def _said(env: Environment, here: Station, after: Trust) -> Rotated:
    trusted.write_public(env.home / "public", after)
    mine = [one for one in after.recipients.epochs if one.officer == here.principal]
    newest = max(mine, key=lambda one: one.label, default=None)
    return Rotated(
        principal=here.principal,
        epoch=newest.label if newest else None,
        until=json_time(newest.until) if newest else None,
        officers=after.officers.directory.serial,
        roster=after.roster.directory.serial,
        recipients=after.recipients.serial,
    )
