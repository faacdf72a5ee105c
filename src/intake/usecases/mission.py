"""What a mission goes by beside its keys: policy, questionnaire, the dated list; as packs carry it and vaults keep it.

A coordinator's choices are numbered: of two coordinators' the later counts. Spec: docs/spec/keys-v1.md, "Pack".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from intake.errors import RecordError
from intake.i18n import LANGUAGES
from intake.keys.pack import OCCUPATION, QUESTIONNAIRE, Policy
from intake.keys.times import json_time
from intake.records import consent_text
from intake.usecases import trusted
from intake.usecases.territories import keep_list, kept_list

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intake.store.vault import Vault

MISSION: Final = "mission"  # setting: how often this coordinator, or one before it, changed policy or questionnaire


LAST: Final = 2**53 - 1  # another coordinator may have said so; a pack holds no more


def policy(vault: Vault) -> Policy:
    """The policy that packs carry."""
    kept = vault.settings.get(trusted.POLICY)
    return Policy.model_validate(kept) if kept else Policy()


def here(vault: Vault | None) -> Policy:
    """The policy that an open vault goes by; the careful one where none is open."""
    return policy(vault) if vault else Policy()


def number(vault: Vault) -> int:
    """Which version of policy and questionnaire this vault has; 0 before anybody chose."""
    return int(vault.settings.get(MISSION, 0))


def choose(vault: Vault, chosen: Policy, questionnaire: bytes | None, at: datetime) -> None:
    """Keep a new policy, and a new questionnaire if there is one, as this coordinator's choice."""
    with vault.transaction():
        vault.settings.set(trusted.POLICY, chosen.model_dump(mode="json"))
        vault.settings.set(MISSION, min(number(vault) + 1, LAST))
        if questionnaire is not None:
            _keep_questionnaire(vault, questionnaire, at)


def take(vault: Vault, theirs: tuple[int, Policy], extras: Mapping[str, bytes], at: datetime) -> None:
    """Another coordinator's choices, where they are later than those here."""
    theirs_number, theirs_policy = theirs
    if theirs_number > number(vault):
        vault.settings.set(MISSION, theirs_number)
        vault.settings.set(trusted.POLICY, theirs_policy.model_dump(mode="json"))
        keep_extras(vault, {name: data for name, data in extras.items() if name == QUESTIONNAIRE}, at)


def extras(vault: Vault) -> dict[str, bytes]:
    """The members of a pack that are the mission's."""
    found = {f"consent.{lang}.txt": consent_text.text(lang).encode() for lang in LANGUAGES}
    form, territories = vault.trust.newest(trusted.QUESTIONNAIRE), kept_list(vault)
    if form is not None:
        found[QUESTIONNAIRE] = form.files[QUESTIONNAIRE]
    if territories is not None:
        found[OCCUPATION] = territories
    return found


def keep_extras(vault: Vault, found: Mapping[str, bytes], at: datetime) -> None:
    """Keep what a pack brought."""
    if OCCUPATION in found:
        keep_list(vault, found[OCCUPATION], at)
    if QUESTIONNAIRE in found and form_reads(found):
        _keep_questionnaire(vault, found[QUESTIONNAIRE], at)


def form_reads(found: Mapping[str, bytes]) -> bool:
    """Whether a pack's questionnaire, if it has one, is one for this version."""
    if QUESTIONNAIRE not in found:
        return True
    from intake.questionnaire.model import parse  # noqa: PLC0415  the engine costs its import, and few packs have one

    try:
        parse(found[QUESTIONNAIRE])
    except RecordError:
        return False
    return True


def _keep_questionnaire(vault: Vault, form: bytes, at: datetime) -> None:
    newest = vault.trust.newest(trusted.QUESTIONNAIRE)
    if newest is None or newest.files[QUESTIONNAIRE] != form:
        vault.trust.put(trusted.QUESTIONNAIRE, newest.serial + 1 if newest else 1, {QUESTIONNAIRE: form}, json_time(at))
