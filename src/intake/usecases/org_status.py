"""`org status`: who holds office, which laptops there are, which keys, and what wants doing soon. No person's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from intake.bundle.log import parse_checkpoint
from intake.usecases import trusted
from intake.usecases.destroying import Epoch, epochs
from intake.usecases.environment import Environment, open_vault

if TYPE_CHECKING:
    from datetime import datetime

    from intake.keys.directory import Directory, Principal
    from intake.store.vault import Vault
    from intake.usecases.trusted import Station

SOON_DAYS: Final = 30  # a stick may take weeks both ways

State = Literal["in-force", "ends-soon", "ended", "revoked"]


@dataclass(frozen=True)
class OfficerLine:
    """One coordinator; `log`: how many entries its log has, as far as is known here."""

    name: str
    valid_from: datetime | None
    until: datetime | None
    state: State
    reason: str | None
    log: int | None
    this_vault: bool


@dataclass(frozen=True)
class DeviceLine:
    """One laptop; the last bundle of it that came in here. `pack`: whether packs of it can be written here."""

    name: str
    valid_from: datetime | None
    until: datetime | None
    state: State
    reason: str | None
    last_seq: int | None
    last_at: str | None
    last_epoch: str | None
    pack: bool


@dataclass(frozen=True)
class OrgStatus:
    """The organisation as this coordinator knows it. `sealing_until`: when its newest epoch in use ends."""

    principal: str
    officers: tuple[OfficerLine, ...]
    devices: tuple[DeviceLine, ...]
    epochs: tuple[Epoch, ...]
    sealing_until: datetime | None
    serials: dict[str, int]
    log: int
    soon: tuple[str, ...]


def org_status(env: Environment) -> OrgStatus:
    """Read it all; nothing is changed."""
    with open_vault(env, "coordinator") as vault:
        here, at = trusted.station(vault), env.clock()
        officers = tuple(_officer(vault, here, one, at) for one in here.trust.officers.directory.principals)
        devices = tuple(_device(vault, here, one, at) for one in here.trust.roster.directory.principals)
        until = max((key.until for key in here.trust.recipients.epoch(at)), default=None)
        soon = [line.name for line in officers if line.state == "ends-soon"]
        soon += [line.name for line in devices if line.state == "ends-soon"]
        if until is None or (until - at).days < SOON_DAYS:
            soon.append("epoch")
        return OrgStatus(
            principal=here.principal,
            officers=officers,
            devices=devices,
            epochs=epochs(vault, here, at),
            sealing_until=until,
            serials={
                "root": here.trust.root.newest.serial,
                "officers": here.trust.officers.directory.serial,
                "roster": here.trust.roster.directory.serial,
                "recipients": here.trust.recipients.serial,
                "pack": int(vault.settings.get(trusted.PACK_SERIAL, 0)),
            },
            log=vault.log.size(),
            soon=tuple(soon),
        )


def _state(directory: Directory, one: Principal, at: datetime) -> tuple[State, str | None]:
    revocation = directory.revocation(one.name)
    if revocation is not None:
        return "revoked", revocation.reason
    if one.valid_before is None or at >= one.valid_before:
        return "ended", None
    return ("ends-soon" if (one.valid_before - at).days < SOON_DAYS else "in-force"), None


def _officer(vault: Vault, here: Station, one: Principal, at: datetime) -> OfficerLine:
    state, reason = _state(here.trust.officers.directory, one, at)
    mine, kept = one.name == here.principal, vault.trust.newest(trusted.LOG_PREFIX + one.name)
    checkpoint = parse_checkpoint(kept.files[trusted.CHECKPOINT]) if kept else None
    size = vault.log.size() if mine else (checkpoint.size if checkpoint else None)
    return OfficerLine(one.name, one.valid_after, one.valid_before, state, reason, size, mine)


def _device(vault: Vault, here: Station, one: Principal, at: datetime) -> DeviceLine:
    state, reason = _state(here.trust.roster.directory, one, at)
    last = vault.ledger.newest_of(one.name)
    labels = {item.epoch for item in vault.ledger.items(last.digest) if item.epoch} if last else set()
    return DeviceLine(
        name=one.name,
        valid_from=one.valid_after,
        until=one.valid_before,
        state=state,
        reason=reason,
        last_seq=last.seq if last else None,
        last_at=last.imported_at if last else None,
        last_epoch=max(labels, default=None),
        pack=trusted.held_device(vault, one.name) is not None,
    )
