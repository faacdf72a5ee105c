"""`org revoke`: from a time on, nothing counts that a laptop or a coordinator signs; what was logged before stays good.

A laptop is revoked by any officer, an officer by the root alone. The line says how large each log known here is: that
is what "before" means, because a signature carries no trusted time. Spec: docs/spec/keys-v1.md, "Revocation".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.bundle.log import parse_checkpoint
from intake.crypto.sshsig import SignerKeys
from intake.errors import BadPrincipal, LastOfficer, UsageFault
from intake.keys.directory import Revocation, kind_of
from intake.keys.office import Changes, Signers, reissue
from intake.usecases import trusted
from intake.usecases.environment import Environment, open_vault
from intake.usecases.offline import Offline, Where
from intake.usecases.packing import Packer
from intake.usecases.signing import keep_signed

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from intake.keys.trust import Trust
    from intake.store.vault import Vault
    from intake.usecases.packing import Packs
    from intake.usecases.trusted import Station

_REASON = re.compile(r"[a-z-]{1,32}")


@dataclass(frozen=True)
class Revoked:
    """Who, from when, up to which size of each log; and the packs that tell everybody else."""

    principal: str
    at: datetime
    logs: tuple[tuple[str, int], ...]
    reason: str
    serial: int
    packs: Packs


@dataclass(frozen=True)
class Case:
    """Why, from when (else now); `offline`: where the root is, for an officer."""

    reason: str
    at: datetime | None = None
    offline: Where | None = None


def org_revoke(env: Environment, name: str, case: Case, *, to: Path | None = None) -> Revoked:
    """Sign the revocation, and write the packs of all who are left; one that stands already is not signed again."""
    if not _REASON.fullmatch(case.reason):
        raise UsageFault(what="a reason is one word of small Latin letters and dashes: it will be public")
    with open_vault(env, "coordinator") as vault:
        here, now = trusted.station(vault), env.clock()
        revocation = _standing(here, name)
        after = here.trust
        if revocation is None:
            revocation = Revocation(name, min(case.at or now, now), _log_sizes(vault, here, name), case.reason)
            after = _revoke(env, here, revocation, case.offline)
            with vault.transaction():
                keep_signed(vault, here.trust, after, now)
        trusted.write_public(env.home / "public", after)
        here = trusted.station(vault)
        packs = Packer(env, vault, here, to or env.home / "packs").for_all()
        directory = after.officers.directory if kind_of(name) == "officers" else after.roster.directory
        return Revoked(name, revocation.at, revocation.logs, revocation.reason, directory.serial, packs)


def _standing(here: Station, name: str) -> Revocation | None:
    """The line that stands already: after a cut, the same command writes what was still to be written."""
    return here.trust.roster.directory.revocation(name) or here.trust.officers.directory.revocation(name)


def _revoke(env: Environment, here: Station, revocation: Revocation, offline: Where | None) -> Trust:
    trust, name, now = here.trust, revocation.principal, env.clock()
    directory = trust.officers.directory if kind_of(name) == "officers" else trust.roster.directory
    if directory.get(name) is None:
        raise BadPrincipal(name=name)
    if directory.kind == "roster":
        return reissue(trust, Changes(roster=directory.with_revocation(revocation)), Signers(here.signer), now)
    if name == here.principal:
        raise LastOfficer(name=name)
    if offline is None:
        raise UsageFault(what="an officer is revoked by the root: give --offline DIR, or --sheets")
    root = SignerKeys.from_root_secret(Offline.ask(env, offline).root())
    changes = Changes(
        officers=directory.with_revocation(revocation), recipients=trust.recipients.without([name]).again()
    )
    return reissue(trust, changes, Signers(here.signer, root), now)


def _log_sizes(vault: Vault, here: Station, name: str) -> tuple[tuple[str, int], ...]:
    """This officer's own log as it is; another's as its newest checkpoint here says; none of the one who is revoked."""
    sizes = {here.principal: vault.log.size()}
    for officer in here.trust.officers.directory.principals:
        kept = vault.trust.newest(trusted.LOG_PREFIX + officer.name)
        checkpoint = parse_checkpoint(kept.files[trusted.CHECKPOINT]) if kept else None
        if checkpoint is not None:
            sizes[officer.name] = checkpoint.size
    return tuple((officer, size) for officer, size in sizes.items() if officer != name)
