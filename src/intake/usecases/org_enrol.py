"""`org enrol`: a coordinator admits a laptop, and writes its mission pack.

Roster, pack and log entry are kept in one transaction before the pack's file is written; if that write is cut short,
the same command with the same request writes the file again instead of refusing the keys as known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from intake.bundle.log import roster_leaf
from intake.errors import MalformedRequest, UsageFault, WordsDiffer
from intake.keys import pack
from intake.keys.enrolment import Desk, Enrolled, Enrolment, check_new_device, enrol_device
from intake.keys.officer_pack import Addressee
from intake.keys.request import Request, open_request
from intake.keys.times import json_time
from intake.usecases import mission, trusted
from intake.usecases.environment import Environment, Words, open_vault
from intake.usecases.files import write_file

if TYPE_CHECKING:
    from pathlib import Path

    from intake.keys.trust import Trust
    from intake.store.vault import Vault


_CODE = re.compile(r"[a-z0-9-]{1,32}")


@dataclass(frozen=True)
class Profile:
    """The interviewer behind a laptop: a code of their own, or else the laptop's; never a name."""

    interviewer: str = ""
    trained_full: bool = False
    trained_child: bool = False
    trained_sv: bool = False

    def in_pack(self, device: str) -> pack.Profile:
        """As the pack of this device says it."""
        code = self.interviewer.lower() or device  # records know small letters only
        if not _CODE.fullmatch(code):
            raise UsageFault(what="an interviewer's code is 1 to 32 letters a-z, digits and dashes, and never a name")
        return pack.Profile(
            code=code,
            trained_full=self.trained_full,
            trained_child=self.trained_child,
            trained_sv=self.trained_sv,
        )


@dataclass(frozen=True)
class DeviceEnrolled:
    """The device's pseudonym, its pack, the roster's new serial."""

    principal: str
    pack: Path
    serial: int
    words: Words


def org_enrol(
    env: Environment,
    request: bytes,
    profile: Profile | None = None,
    *,
    name: str | None = None,
    to: Path | None = None,
    words_match: bool = False,
) -> DeviceEnrolled:
    """Open the request, compare its words, refuse a known key, sign the roster and write the pack into `to`.

    `name` is the pseudonym (`d-…`), by default the next free number; `profile` names the interviewer by a code.
    """
    with open_vault(env, "coordinator") as vault:
        desk = _desk(vault)
        opened = _open(vault, request, desk)
        words = Words.of(opened, env.t)
        pending = vault.settings.get(trusted.PACK_PENDING)
        if pending is None or pending["request"] != opened.fingerprint:
            device = name or _next_name(desk.trust, vault.settings.get(trusted.PRINCIPAL))
            check_new_device(desk, opened, device)
            _confirm(env, words, words_match=words_match)
            pending = _admit(
                vault, desk, opened, Enrolment(device, (profile or Profile()).in_pack(device), env.clock(), 0)
            )
        return _deliver(env, vault, desk, pending, to or env.home / "packs", words)


def _desk(vault: Vault) -> Desk:
    here = trusted.station(vault)
    names = (one.name for one in here.trust.roster.directory.principals)
    ages = {device.age.fingerprint for name in names if (device := trusted.held_device(vault, name))}
    known = frozenset(ages.union(vault.settings.get(trusted.DEVICE_AGES, [])))
    return Desk(here.card, here.trust, here.signer, known)


def _open(vault: Vault, request: bytes, desk: Desk) -> Request:
    enrol = trusted.identity_of(vault, trusted.ENROL)
    if enrol is None:
        raise MalformedRequest
    return open_request(request, enrol, desk.card.org)


def _next_name(trust: Trust, officer: str) -> str:
    """The next free number; a second coordinator's own row of them, so that two apart never give one name."""
    mark = officer.removeprefix("c-")
    row = "d-" if mark == "1" else f"d-{mark}-"
    number = 1
    while trust.device(f"{row}{number}") is not None:
        number += 1
    return f"{row}{number}"


def _confirm(env: Environment, words: Words, *, words_match: bool) -> None:
    question = env.t("Does the interviewer read out the same eight words for the request?")
    if not words_match and not env.ask.words_match(question, words):
        raise WordsDiffer


def _admit(vault: Vault, desk: Desk, request: Request, enrolment: Enrolment) -> dict[str, object]:
    """Sign the roster and the pack, and keep both; returns what is still to be written out."""
    serial = int(vault.settings.get(trusted.PACK_SERIAL, 0)) + 1
    mine = replace(enrolment, pack_serial=serial, policy=mission.policy(vault), extras=mission.extras(vault))
    enrolled = enrol_device(desk, request, mine)
    pending = {"request": request.fingerprint, "principal": enrolment.name, "pack": serial}
    with vault.transaction():
        _keep(vault, enrolled, enrolment, serial)
        trusted.keep_device(vault, Addressee(enrolment.name, request.age, enrolment.profile), enrolment.now)
        vault.settings.set(trusted.PACK_PENDING, pending)
    return pending


def _keep(vault: Vault, enrolled: Enrolled, enrolment: Enrolment, serial: int) -> None:
    at, trust = enrolment.now, enrolled.trust
    trusted.keep_trust(vault, trust, at)
    vault.trust.put("pack", serial, {"pack": enrolled.pack}, json_time(at))
    vault.settings.set(trusted.PACK_SERIAL, serial)
    vault.settings.set(trusted.DEVICE_AGES, [*vault.settings.get(trusted.DEVICE_AGES, []), enrolled.device_age])
    vault.log.append(roster_leaf(trust.org, trust.roster.directory.serial, trust.roster_digest, at))


def _deliver(
    env: Environment, vault: Vault, desk: Desk, pending: dict[str, object], folder: Path, words: Words
) -> DeviceEnrolled:
    """Write the kept pack and the public trust files out; only then is the enrolment no longer pending."""
    trust = trusted.held_trust(vault, desk.card) or desk.trust
    packs = {version.serial: version.files["pack"] for version in vault.trust.all("pack")}
    principal, serial = str(pending["principal"]), int(str(pending["pack"]))
    path = folder / f"{principal}-{serial}.pack.age"
    write_file(path, packs[serial])
    trusted.write_public(env.home / "public", trust)
    vault.settings.set(trusted.PACK_PENDING, None)
    return DeviceEnrolled(principal, path, trust.roster.directory.serial, words)
