"""`withdraw`: consent taken back, by case code alone, on any enrolled laptop; sealed at once.

It needs no stub and reads nothing. The code phrase goes into the identity part and nowhere else. Where everything is to
be erased, sealed files of the case that no receipt covers are destroyed here in the same transaction, and every
statement from then on names them as withdrawn. Spec: docs/spec/record-v1.md, "Kinds"; why so: docs/decisions/0017.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake import vocabulary
from intake.errors import OtherCaseTyped, WithdrawFromDraft
from intake.keys.times import json_time
from intake.records.identity import Identity
from intake.records.ids import normalise_case_code
from intake.records.kinds import Effect, WithdrawalBody
from intake.usecases.amending import DONE, REQUESTED_BY, is_addendum
from intake.usecases.drafts import same_case
from intake.usecases.environment import Environment, open_vault
from intake.usecases.sealing import Sealer, place_of
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from intake.store.rows import SealedItem
    from intake.store.vault import Vault

EFFECTS: Mapping[Effect, str] = {
    "restrict": "keep it, and let nobody read or use it",
    "erase_all": "erase all of it",
    "erase_identity": "erase names and contacts",
    "stop_sharing": "only stop the uses that are taken back",
}
DESTROYED_BY: Mapping[Effect, frozenset[str]] = {
    "erase_all": frozenset({"record", "identity", "attachment", "identity-attachment"}),
    "erase_identity": frozenset({"identity", "identity-attachment"}),
}
"""What of a case goes from this laptop at once, if no receipt covers it: by the item's kind."""


@dataclass(frozen=True)
class Withdrawn:
    """A withdrawal that is sealed, and how many sealed files of the case were destroyed here with it."""

    case: str
    effect: Effect
    scopes: tuple[str, ...]
    destroyed: int
    archive_only: bool


def withdraw(env: Environment, case: str) -> Withdrawn:
    """Ask for scope, effect, who asks, why and the code phrase; sign, seal, and destroy what may go here."""
    with open_vault(env, "interviewer") as vault:
        sealer = Sealer(vault, station(vault), env.clock())
        code = normalise_case_code(case)
        draft = vault.drafts.get(code)
        if draft is not None and not is_addendum(draft):
            raise WithdrawFromDraft(case=code)
        body, phrase = _asked(env, vault, code)
        items = _here(vault, code, body.effect)
        if items:
            typed = env.ask.text(
                env.t(
                    "Its sealed files on this laptop ({n}) are destroyed. Type the case code once more",
                    n=len(items),
                )
            )
            if not same_case(typed, code):
                raise OtherCaseTyped
        sealed = sealer.seal_withdrawal(code, body, Identity(code_phrase_said=phrase) if phrase else None, items)
        return Withdrawn(code, body.effect, body.scopes, len(items), sealed.archive_only)


def _asked(env: Environment, vault: Vault, case: str) -> tuple[WithdrawalBody, str]:
    """What the person wants, and the phrase by which they will be believed."""
    ask, t = env.ask, env.t
    what = (("all", t("everything")), ("some", t("single uses")))
    scopes = _scopes(env) if ask.choose(t("What is taken back?"), what) == "some" else ()
    effect = ask.choose(t("What shall be done?"), tuple((code, t(said)) for code, said in EFFECTS.items()))
    who = ask.choose(t("Who asks for it?"), tuple((code, t(said)) for code, said in REQUESTED_BY.items()))
    reason = ask.text(t("Why, if they say so; empty: not said")).strip()
    phrase = ask.text(t("The code phrase they agreed on; empty: not known")).strip()
    body = WithdrawalBody.model_validate(
        {
            "of": place_of(vault, case).of.model_dump(exclude_none=True),
            "scopes": list(scopes),
            "effect": effect,
            "requested_by": who,
            "at": json_time(env.clock()),
            **({"reason": reason} if reason else {}),
        }
    )
    return body, phrase


def _scopes(env: Environment) -> tuple[str, ...]:
    """One or more uses."""
    known = [(one, vocabulary.label(one, env.t.lang, family_name="consent_scope")) for one in _codes()]
    chosen: list[str] = []
    while True:
        left = tuple(one for one in known if one[0] not in chosen)
        end = ((DONE, env.t("no other")),) if chosen else ()
        code = env.ask.choose(env.t("Which use is taken back?"), (*end, *left))
        if code == DONE:
            return tuple(chosen)
        chosen.append(code)


def _codes() -> tuple[str, ...]:
    return tuple(vocabulary.codes("consent_scope"))


def _here(vault: Vault, case: str, effect: Effect) -> Sequence[SealedItem]:
    """The sealed files that a withdrawal destroys: of what was told, with no receipt."""
    told = {stub.digest for stub in vault.sealed.get(case) if stub.kind != "withdrawal"}
    kinds = DESTROYED_BY.get(effect, frozenset())
    return [item for item in vault.sealed.with_file() if item.record_digest in told and item.kind in kinds]
