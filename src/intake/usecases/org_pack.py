"""`org pack`: new packs for those already enrolled, and what the mission goes by from now on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from pydantic import ValidationError

from intake.errors import UnknownMode, UsageFault
from intake.keys.pack import Policy
from intake.questionnaire.model import MODES, parse
from intake.usecases import mission, trusted
from intake.usecases.environment import Environment, open_vault
from intake.usecases.packing import Packer, Packs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from intake.store.vault import Vault
    from intake.usecases.org_enrol import Profile


@dataclass(frozen=True)
class Mission:
    """What changes: fields of the policy by name, a questionnaire; nothing: all stays as it is."""

    policy: Mapping[str, object] = field(default_factory=dict)
    questionnaire: bytes | None = None


def org_pack(
    env: Environment,
    names: Sequence[str] = (),
    *,
    changes: Mission | None = None,
    profile: Profile | None = None,
    to: Path | None = None,
) -> Packs:
    """Packs for these, or for everybody in time and not revoked; `profile`: of the one laptop named."""
    with open_vault(env, "coordinator") as vault:
        here = trusted.station(vault)
        _choose(env, vault, changes or Mission())
        packer = Packer(env, vault, here, to or env.home / "packs")
        if not names:
            return packer.for_all()
        return Packs(
            tuple(packer.for_one(name, profile.in_pack(name) if profile else None) for name in dict.fromkeys(names)), ()
        )


def _choose(env: Environment, vault: Vault, changes: Mission) -> None:
    if not changes.policy and changes.questionnaire is None:
        return
    if changes.questionnaire is not None:
        parse(changes.questionnaire)  # as every laptop will
    unknown = set(cast("Iterable[str]", changes.policy.get("modes", ()))) - set(MODES)
    if unknown:
        raise UnknownMode(modes=", ".join(MODES))
    try:
        chosen = Policy.model_validate({**mission.policy(vault).model_dump(mode="json"), **changes.policy})
    except ValidationError:
        raise UsageFault(what="this policy is not one: see intake org pack --help") from None
    mission.choose(vault, chosen, changes.questionnaire, env.clock())
