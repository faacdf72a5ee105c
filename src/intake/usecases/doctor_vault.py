"""The checks of `doctor` on the vault: its slots from outside, its pages, files and dates with the passphrase."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from intake.crypto import strictjson
from intake.errors import CustodyBroken, VaultBusy
from intake.store import slots
from intake.store.lock import Lock
from intake.store.restoring import cut_short
from intake.store.vault import RECOVERY_SLOT, Vault
from intake.usecases.backup import BACKED_UP_AT
from intake.usecases.doctor_checks import Check, Found
from intake.usecases.doctor_machine import Inside
from intake.usecases.environment import kept_time
from intake.usecases.glance import PRINCIPAL
from intake.usecases.log_custody import checked
from intake.usecases.offline import CUSTOMARY, FILES
from intake.usecases.shares import splits
from intake.usecases.trusted import DRILLED_AT, held_card, held_trust

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from intake.usecases.doctor_machine import Machine

STAMPED_AT: Final = "stamp-at"  # setting: when the log last got an outside stamp

_LEAST_LOG_N: Final = 17
_YEAR: Final = 366
_UNSEALED: Final = "give the passphrase to look inside"


def look_inside(vault: Vault) -> Inside:
    """Everything that the checks need of an open vault."""
    health, sent = vault.examine(), vault.chain.sent()
    settings = {name: vault.settings.get(key) for name, key in _KEPT.items()}
    last = {name: kept_time(at) if at else None for name, at in settings.items()}
    last["split"] = max((kept_time(one.at) for one in splits(vault).values()), default=None)
    last["export"] = max((kept_time(one.made_at) for one in sent if one.written), default=None)
    return Inside(
        role=vault.role,
        damaged=health.damaged,
        missing=len(health.missing),
        recovery=_recovery(vault),
        sending=len(vault.sync.outgoing()),
        unsent=sum(item.state == "sealed" for item in vault.sealed.with_file()),
        newest=max(_times(vault), default=None),
        last=last,
        custody=_custody(vault),
        root=_root_held(vault),
    )


def _custody(vault: Vault) -> int | None:
    try:
        checked(vault)
    except CustodyBroken as broken:
        return int(str(broken.fields["number"]))
    return None


_KEPT: Final = {"backup": BACKED_UP_AT, "drill": DRILLED_AT, "stamp": STAMPED_AT}


def _root_held(vault: Vault) -> tuple[int, str] | None:
    card = held_card(vault)
    trust = held_trust(vault, card) if card else None
    return (trust.root.newest.serial, trust.root.newest.fingerprint) if trust else None


def _recovery(vault: Vault) -> bool | None:
    """Whether the organisation of today can open this laptop."""
    if vault.role == "coordinator" or vault.settings.get(PRINCIPAL) is None:
        return None
    card = held_card(vault)
    trust = held_trust(vault, card) if card else None
    there = (vault.home / "slots" / slots.RECOVERY).exists()
    kept = vault.settings.get(RECOVERY_SLOT)  # older vaults did not note whose it is
    return there and trust is not None and kept in (None, trust.recipients.recovery.fingerprint)


def _times(vault: Vault) -> Iterator[datetime]:
    yield from (kept_time(one.made_at) for one in vault.chain.sent())
    yield from (kept_time(one.received_at) for kind in ("card", "roster") for one in vault.trust.all(kind))
    if (leaf := vault.custody.newest()) is not None:
        yield kept_time(strictjson.loads(leaf.leaf, max_bytes=len(leaf.leaf))["at"])


def _vault(machine: Machine) -> Found:
    if cut_short(machine.home):
        return Found("warning", "a restore here was cut short", "run the same intake restore again")
    if not Vault.exists(machine.home):
        return Found("note", "there is no vault in {home}", "intake init makes one", {"home": machine.home})
    if machine.inside is not None:
        return Found("ok", "there is a vault, and it opens")
    try:
        Lock(machine.home / "lock").release()
    except VaultBusy:
        return Found("note", "another intake has this vault open now", "close it, then look again")
    except OSError:
        return Found("warning", "the vault's folder can't be written to", "look at its permissions")
    return Found("ok", "there is a vault, and nothing has it open")


def _slot(machine: Machine) -> Found:
    if not Vault.exists(machine.home):
        return Found("unknown", "there is no vault here")
    log_n = slots.work_factor(machine.home / "slots")
    if log_n is None:
        return Found(
            "warning", "the passphrase slot is missing or damaged: no passphrase opens this vault",
            "put slots/passphrase.age back from a copy, or have the organisation recover it",
        )  # fmt: skip
    if log_n < _LEAST_LOG_N:
        return Found("warning", "a guess at the passphrase is cheap here (2^{n})", "intake passphrase", {"n": log_n})
    return Found("ok", "the passphrase slot is whole; a guess costs 2^{n} steps of scrypt", fields={"n": log_n})


def _recovery_slot(machine: Machine) -> Found:
    there = (machine.home / "slots" / slots.RECOVERY).is_file()
    if machine.inside is None:
        if there:
            return Found("ok", "there is a recovery slot", _UNSEALED)
        return Found(
            "note", "there is no recovery slot: a forgotten passphrase loses the drafts", "take a mission pack"
        )
    if machine.inside.role == "coordinator":
        return Found("note", "a coordinator's vault has no recovery slot: its backup is what brings it back")
    if machine.inside.recovery is None:
        return Found(
            "note", "there is no recovery slot: a forgotten passphrase loses the drafts", "take a mission pack"
        )
    if machine.inside.recovery:
        return Found("ok", "the organisation can open this vault if the passphrase is forgotten")
    return Found(
        "warning", "the recovery slot is not for the organisation's key of today", "take the newest pack again"
    )


def _pages(machine: Machine) -> Found:
    if machine.inside is None:
        return Found("unknown", "whether the vault is whole shows with its passphrase only", _UNSEALED)
    if machine.inside.damaged:
        return Found(
            "warning", "a page of the database is damaged",
            "copy the whole folder, export what is sealed, then restore a backup",
        )  # fmt: skip
    return Found("ok", "every page of the database is what was written")


def _files(machine: Machine) -> Found:
    if machine.inside is None:
        return Found("unknown", "whether every file is there shows with the passphrase only", _UNSEALED)
    if machine.inside.missing:
        return Found(
            "warning", "files of the vault are missing: {n}", "copy the whole folder, then look for them in a backup",
            {"n": machine.inside.missing},
        )  # fmt: skip
    return Found("ok", "every attachment and every sealed file is there")


def _custody_log(machine: Machine) -> Found:
    if machine.inside is None:
        return Found("unknown", "whether the custody log holds shows with its passphrase only", _UNSEALED)
    if machine.inside.custody is not None:
        return Found(
            "warning", "entry {n} of the custody log does not follow from those before it",
            "somebody who had this vault open changed it: copy the whole folder, and compare it with a backup",
            {"n": machine.inside.custody},
        )  # fmt: skip
    return Found("ok", "every entry of the custody log follows from the one before it")


def _root(machine: Machine) -> Found:
    if machine.inside is None:
        return Found("unknown", "which root counts here shows with the passphrase only", _UNSEALED)
    if machine.inside.root is None:
        return Found("note", "no trust files have come to this vault yet")
    number, fingerprint = machine.inside.root
    return Found("ok", "root number {n} counts here: {root}", fields={"n": number, "root": fingerprint[:16]})


def _age(machine: Machine, *, of: str, days: int, todo: str) -> Found:
    """How long ago something was; `of` names it in `Inside.last`."""
    if machine.inside is None:
        return Found("unknown", "when it was last done shows with the passphrase only", _UNSEALED)
    at = machine.inside.last.get(of)
    if at is None:
        return Found("note" if of == "export" and not machine.inside.unsent else "warning", "never", todo)
    ago = max(0, (machine.at - at).days)
    facts = {"date": f"{at:%Y-%m-%d}", "n": ago}
    return Found("ok" if ago <= days else "warning", "on {date}, days ago: {n}", "" if ago <= days else todo, facts)


def _export(machine: Machine) -> Found:
    if machine.inside is not None and not machine.inside.unsent and machine.inside.last.get("export") is not None:
        return Found("ok", "everything that is sealed was exported")
    return _age(machine, of="export", days=14, todo="intake export, to a stick")


def _sync(machine: Machine) -> Found:
    if machine.inside is None:
        return Found("unknown", "what is on its way shows with the passphrase only", _UNSEALED)
    if machine.inside.sending:
        return Found(
            "warning", "bundles that were begun to be sent and are not all there: {n}",
            "intake sync, to the same place: it goes on where it stopped", {"n": machine.inside.sending},
        )  # fmt: skip
    return Found("ok", "nothing is on its way to a place of sync")


def _desk_only(machine: Machine, *, of: str, todo: str) -> Found:
    if machine.inside is not None and machine.inside.role == "interviewer":
        return Found("ok", "this is for coordinators")
    return _age(machine, of=of, days=_YEAR, todo=todo)


def _drill(machine: Machine) -> Found:
    last = machine.inside.last if machine.inside is not None and machine.inside.role == "coordinator" else {}
    split = last.get("split")
    if last and split is None:
        return Found(
            "warning", "the organisation's keys are not split: whoever has their folder and its passphrase has them",
            "intake org shares split, once there are custodians",
        )  # fmt: skip
    if split is not None and last.get("drill") is None:
        return Found(
            "warning", "the keys were split on {date}, and not every set of sheets was proved since",
            "intake org shares drill", {"date": f"{split:%Y-%m-%d}"},
        )  # fmt: skip
    if any((machine.home / "offline" / FILES[one]).is_file() for one in CUSTOMARY if split is not None):
        return Found(
            "warning", "keys that were split still lie in {folder}: the sheets protect nothing",
            "intake org shares drill --offline DIR", {"folder": machine.home / "offline"},
        )  # fmt: skip
    return _desk_only(machine, of="drill", todo="intake org shares drill: once a year the sheets are tried")


VAULT_CHECKS: tuple[Check, ...] = (
    Check("vault", "vault", _vault),
    Check("passphrase-slot", "passphrase slot", _slot),
    Check("recovery-slot", "recovery slot", _recovery_slot),
    Check("database", "database", _pages),
    Check("files", "files of the vault", _files),
    Check("custody-log", "custody log", _custody_log),
    Check("root", "root of the organisation", _root),
    Check("last-export", "last export", _export),
    Check("sync", "sync", _sync),
    Check("last-backup", "last backup", partial(_age, of="backup", days=30, todo="intake backup, to another medium")),
    Check("last-drill", "last drill", _drill),
    Check(
        "last-stamp", "last stamp", partial(_desk_only, of="stamp", todo="have the log's checkpoint stamped outside")
    ),
)
