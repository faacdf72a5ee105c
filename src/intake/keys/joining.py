"""Two coordinators that worked apart: their rosters and recipients become one that follows both.

Nothing that either said is taken back: lines and revocations are put together, the stricter one counts, and each
coordinator speaks for its own keys. Officers are the root's alone, and are never put together.
Must not: sign. Spec: docs/spec/keys-v1.md, "Two coordinators", rules K27, K28, K59.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from intake.errors import LineRemoved, TrustFault
from intake.keys.directory import Directory, Revocation, check_succession
from intake.keys.lines import check_step
from intake.keys.recipients import check_same_archives
from intake.keys.trust import newer_root

if TYPE_CHECKING:
    from collections.abc import Collection

    from intake.keys.directory import Principal
    from intake.keys.recipients import Archives, Recipients
    from intake.keys.trust import Officers


def follows(older: Directory, newer: Directory) -> bool:
    """Whether `newer` is `older` or its successor."""
    try:
        check_succession(older, newer)
    except TrustFault:
        return False
    return True


def newer_officers(mine: Officers, theirs: Officers) -> Officers:
    """The officers file that follows the other; raises when neither does: the root signed two apart.

    Of two roots the one that follows the other signs what counts: what an earlier one signed has to come before it.
    """
    newer = newer_root(mine.root, theirs.root)
    if len(mine.root.roots) != len(theirs.root.roots):
        after, before = (mine, theirs) if newer is mine.root else (theirs, mine)
        check_succession(before.directory, after.directory)
        return after
    if follows(theirs.directory, mine.directory):
        return mine
    check_succession(mine.directory, theirs.directory)
    return theirs


def joined_directory(mine: Directory, theirs: Directory) -> Directory:
    """The one of two rosters that follows the other, or one that follows both; raises LineRemoved.

    A name that two coordinators gave to two laptops can't be joined.
    """
    if follows(theirs, mine):
        return mine
    if follows(mine, theirs):
        return theirs
    principals = {one.name: one for one in mine.principals}
    for one in theirs.principals:
        principals[one.name] = _joined_principal(principals.get(one.name, one), one, mine.kind)
    revocations = {one.principal: one for one in mine.revocations}
    for gone in theirs.revocations:
        revocations[gone.principal] = _stricter(revocations.get(gone.principal, gone), gone)
    joined = replace(
        mine,
        serial=max(mine.serial, theirs.serial) + 1,
        principals=tuple(principals.values()),
        revocations=tuple(revocations.values()),
    )
    for side in (mine, theirs):
        check_succession(side, joined)
    return joined


def joined_recipients(
    mine: Recipients,
    theirs: Recipients,
    names: tuple[str, str],
    officers: Collection[str],
    named: Archives | None = None,
) -> Recipients:
    """Each coordinator's keys as its own file has them (`names`: mine, theirs), all others' as the newer file has.

    Whoever is not among `officers` any more is left out; archives are those that a root named (`named`). Raises
    LineRemoved (K35).
    """
    check_same_archives(mine.with_archives(named), theirs.with_archives(named))
    check_step("recipients", mine.serial, theirs.serial)
    newer, older = (mine, theirs) if mine.serial > theirs.serial else (theirs, mine)
    sides = {names[1]: theirs, names[0]: mine}
    holders = [one.officer for file in (newer, older) for one in file.epochs]
    holders += [one.officer for file in (newer, older) for one in file.identities]
    kept = [name for name in dict.fromkeys(holders) if name in officers]
    joined = replace(
        newer,
        epochs=tuple(one for name in kept for one in sides.get(name, newer).epochs if one.officer == name),
        identities=tuple(one for name in kept for one in sides.get(name, newer).identities if one.officer == name),
    ).with_archives(named)
    if _same_keys(newer, joined) and (newer.serial > older.serial or newer == older):
        return newer
    return replace(joined, serial=newer.serial + 1)


def _same_keys(side: Recipients, joined: Recipients) -> bool:
    same = set(side.epochs) == set(joined.epochs) and set(side.identities) == set(joined.identities)
    return same and side.archives == joined.archives


def _joined_principal(mine: Principal, theirs: Principal, kind: str) -> Principal:
    """The same name, keys and beginning; the earlier end counts."""
    if mine.valid_before is None or theirs.valid_before is None:
        raise LineRemoved(file=kind, name=mine.name)
    end = min(mine.valid_before, theirs.valid_before)
    if replace(mine, valid_before=end) != replace(theirs, valid_before=end):
        raise LineRemoved(file=kind, name=mine.name)
    return replace(mine, valid_before=end)


def _stricter(mine: Revocation, theirs: Revocation) -> Revocation:
    """The earlier time; of each log that both name, the smaller size; the reason of the earlier one."""
    sizes = dict(theirs.logs)
    logs = tuple((name, min(size, sizes[name])) for name, size in mine.logs if name in sizes)
    first = min((mine, theirs), key=lambda one: (one.at, one.reason))
    return Revocation(mine.principal, first.at, logs, first.reason)
