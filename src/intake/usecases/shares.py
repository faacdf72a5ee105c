"""Sheets of a split key as custodians type them; and what a coordinator's vault knows of the splits it made.

The vault keeps numbers, dates and public check values, never a word of a sheet. Spec: docs/spec/keys-v1.md, "Split
keys".
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from intake.crypto.age import PostQuantumIdentity
from intake.crypto.sshsig import SignerKeys
from intake.errors import (
    FormerSheet,
    OtherKeyRestored,
    SheetOfOtherSet,
    SheetOfOtherSplit,
    SheetTwice,
    TooFewSheets,
)
from intake.keys.shares import check_own, parse, restore
from intake.usecases import trusted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from intake.keys.shares import KeySet, Sheet
    from intake.keys.trust import Trust
    from intake.store.vault import Vault
    from intake.usecases.environment import Environment


@dataclass(frozen=True)
class Made:
    """The newest split of one set. `checks`: of its sheets, by their numbers; `drilled`: when it was last proved.

    `former`: numbers of the splits before it.
    """

    split: int
    need: int
    of: int
    at: str
    checks: tuple[str, ...]
    drilled: str | None = None
    former: tuple[int, ...] = ()

    def has(self, sheet: Sheet) -> bool:
        """Whether this is a sheet of this split, word by word."""
        return sheet.split == self.split and sheet.number <= self.of and self.checks[sheet.number - 1] == sheet.check


def splits(vault: Vault) -> dict[KeySet, Made]:
    """What this vault knows, by set."""
    kept = vault.settings.get(trusted.SHARES, {})
    return {
        name: Made(**one | {"checks": tuple(one["checks"]), "former": tuple(one["former"])})
        for name, one in kept.items()
    }


def keep_splits(vault: Vault, made: Mapping[KeySet, Made]) -> None:
    """Keep them, with the day of the drill that all of them have behind them (within the caller's transaction)."""
    vault.settings.set(trusted.SHARES, {name: asdict(one) for name, one in made.items()})
    days = [one.drilled for one in made.values()]
    vault.settings.set(trusted.DRILLED_AT, None if None in days else min(filter(None, days)))


def from_sheets(env: Environment, key_set: KeySet) -> bytes:
    """The key, from sheets that are typed one by one. SheetFault leaves."""
    return restore(typed_sheets(env, key_set))


def typed_sheets(env: Environment, key_set: KeySet, made: Made | None = None) -> tuple[Sheet, ...]:
    """As many as are needed. `made`: only sheets of this split count."""
    given: list[Sheet] = []
    while not given or len(given) < given[0].need:
        given.append(env.ask.sheet(_prompt(env, key_set, given), _fitting(key_set, given, made)))
    return tuple(given)


def _prompt(env: Environment, key_set: KeySet, given: list[Sheet]) -> str:
    if not given:
        return env.t("The words of a sheet of the set {wanted}", wanted=env.t(key_set))
    facts = {"wanted": env.t(key_set), "n": len(given) + 1, "need": given[0].need}
    return env.t("The words of another sheet of the set {wanted}, {n} of the {need} that are needed", **facts)


def _fitting(key_set: KeySet, given: list[Sheet], made: Made | None) -> Callable[[str], Sheet]:
    """What makes one more sheet of what was typed, and says which sheet does not fit, and why."""

    def take(text: str) -> Sheet:
        if not text.strip():
            raise TooFewSheets(have=len(given), wanted=key_set, need=given[0].need if given else "?")
        sheet = parse(text, len(given) + 1)
        check_own(sheet, len(given) + 1)
        if sheet.key_set != key_set:
            raise SheetOfOtherSet(number=sheet.number, found=sheet.key_set, wanted=key_set)
        if made is not None and not made.has(sheet):
            raise FormerSheet(number=sheet.number, found=key_set, date=made.at[:10])
        if given and (sheet.split, sheet.need) != (given[0].split, given[0].need):
            raise SheetOfOtherSplit(number=sheet.number)
        if sheet.number in {one.number for one in given}:
            raise SheetTwice(number=sheet.number)
        return sheet

    return take


def check_todays(trust: Trust, key_set: KeySet, secret: bytes) -> None:
    """OtherKeyRestored unless its public half is the one that the organisation has now."""
    if key_set == "root":
        own = SignerKeys.from_root_secret(secret).public == trust.root.directory.principals[0].keys
    else:
        recipients = trust.recipients
        todays = {
            "archive": recipients.archive,
            "identity-archive": recipients.identity_archive,
            "recovery": recipients.recovery,
        }
        own = PostQuantumIdentity.from_seed(secret).recipient() == todays[key_set]
    if not own:
        raise OtherKeyRestored(wanted=key_set)
