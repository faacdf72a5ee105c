"""`org shares split`: the organisation's keys become sheets for custodians, and leave the folder once those are proved.

At no moment is there neither: files go only after the sheets of this very split were typed from paper and gave the same
bytes. What is handed out is never kept: cut short, a split is begun anew with other sheets, and the files are as they
were. Spec: docs/spec/keys-v1.md, "Split keys"; why: docs/decisions/0020-split-custody.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from intake.errors import Declined
from intake.keys.shares import SETS, check_numbers, split
from intake.keys.times import json_time
from intake.usecases import custody, trusted
from intake.usecases.environment import open_vault
from intake.usecases.offline import CUSTOMARY, Offline
from intake.usecases.shares import Made, check_todays, keep_splits, splits
from intake.usecases.shares_drill import Drilled, drill
from intake.usecases.shares_sheet import Page

if TYPE_CHECKING:
    from pathlib import Path

    from intake.keys.shares import KeySet, Sheet
    from intake.store.vault import Vault
    from intake.usecases.environment import Environment
    from intake.usecases.trusted import Station


@dataclass(frozen=True)
class Plan:
    """Any `need` of `of` sheets of each set. `later`: the drill, and what follows it, on another day."""

    need: int
    of: int
    sets: tuple[KeySet, ...] = CUSTOMARY
    later: bool = False


@dataclass(frozen=True)
class Handful:
    """What one custodian is given: a sheet of each set."""

    custodian: int
    of: int
    pages: tuple[Page, ...]


HandOver = Callable[[Handful], None]
"""Brings a custodian's sheets to paper, and comes back when they are out of reach again."""


@dataclass(frozen=True)
class Divided:
    """Which sets, in how many sheets; check values are public. `drilled`: what the drill after it came to."""

    need: int
    of: int
    at: str
    checks: dict[KeySet, tuple[str, ...]]
    drilled: Drilled | None


def org_split(env: Environment, folder: Path, plan: Plan, hand_over: HandOver) -> Divided:
    """Make sheets of what is in the folder, hand them out one custodian after the other, then hold the drill."""
    check_numbers(plan.need, plan.of)
    if plan.need == plan.of and not env.ask.confirm(
        env.t("All {of} sheets would be needed: one that is lost loses the key for ever. Is that wanted?", of=plan.of)
    ):
        raise Declined
    with open_vault(env, "coordinator") as vault:
        here, at = trusted.station(vault), json_time(env.clock())
        offline, wanted = Offline.ask(env, folder), [one for one in SETS if one in plan.sets]
        known = splits(vault)
        sheets = {one: _sheets(env, here, offline, one, plan, known.get(one)) for one in wanted}
        for number in range(1, plan.of + 1):
            pages = (Page(sheets[one][number - 1], plan.of, here.card.org, at[:10]) for one in wanted)
            hand_over(Handful(number, plan.of, tuple(pages)))
        made = {one: _made(sheets[one], at, known.get(one)) for one in wanted}
        with vault.transaction():
            keep_splits(vault, {**known, **made})
            custody.note(vault, env.clock(), "shares_split", sets=[*wanted], need=plan.need, of=plan.of)
        drilled = None if plan.later else _drill(env, vault, tuple(wanted), offline)
        return Divided(plan.need, plan.of, at, {one: made[one].checks for one in wanted}, drilled)


def _sheets(
    env: Environment, here: Station, offline: Offline, key_set: KeySet, plan: Plan, known: Made | None
) -> tuple[Sheet, ...]:
    secret = offline.secret(key_set)
    check_todays(here.trust, key_set, secret)
    former = (known.split, *known.former) if known else ()
    with env.progress.track("splitting a key, and trying every combination of its sheets", None):
        return split(secret, key_set, plan.need, plan.of, former)


def _made(sheets: tuple[Sheet, ...], at: str, known: Made | None) -> Made:
    former = (known.split, *known.former) if known else ()
    checks = tuple(sheet.check for sheet in sheets)
    return Made(sheets[0].split, sheets[0].need, len(sheets), at, checks, former=former)


def _drill(env: Environment, vault: Vault, sets: tuple[KeySet, ...], offline: Offline) -> Drilled:
    return drill(replace(env, vault=vault), sets, (offline,))
