"""`org shares drill`: custodians type their sheets, and see that they still restore the keys; none of it is written.

A key that came out right is compared with the public one and forgotten; the day is kept, and `doctor` reminds after a
year. Where a folder with the files is named, what was proved is destroyed there, after a word was typed. Spec:
docs/spec/keys-v1.md, rules K78 and K79.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from intake.errors import FolderUnwritable, NothingToDo, OfflineDiffers, OtherWordTyped
from intake.keys.shares import SETS, check_own, parse, restore
from intake.keys.times import json_time
from intake.store.files import sync_folder
from intake.store.wipe import destroy_file
from intake.usecases import custody, trusted
from intake.usecases.environment import open_vault
from intake.usecases.files import read_file
from intake.usecases.offline import CUSTOMARY, FILES, Offline
from intake.usecases.shares import check_todays, keep_splits, splits, typed_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from intake.keys.shares import KeySet, Sheet
    from intake.store.vault import Vault
    from intake.usecases.environment import Environment

WORDS: Final = frozenset({"destroy", "знищити", "уничтожить"})
"""Any of the three, whatever the language of the screen."""
_GOING: Final = ".going"  # the name of a file that was proved and is being destroyed: whatever it holds, it may go


@dataclass(frozen=True)
class Drilled:
    """Sets that came out right, and files that are destroyed; `left`: that were proved and lie there still.

    `untried`: sheets that nobody typed this time, by their numbers: of those only a custodian can tell.
    """

    sets: tuple[KeySet, ...]
    at: str
    untried: Mapping[KeySet, tuple[int, ...]]
    destroyed: tuple[Path, ...] = ()
    left: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Alone:
    """What one sheet says of itself. `newest`: whether it is, word by word, a sheet that this vault made last."""

    key_set: KeySet
    number: int
    need: int
    check: str
    newest: bool
    made: str | None


@dataclass(frozen=True)
class _File:
    """One of a folder's; no secret: it was on its way out already when something cut that short."""

    path: Path
    key_set: KeySet
    secret: bytes | None = field(repr=False)
    sealed: bytes = field(default=b"", repr=False)  # as it lay there


def org_drill(env: Environment, sets: Sequence[KeySet] = (), folders: Sequence[Path] = ()) -> Drilled:
    """Of all that is split, or of some sets; `folders` hold files that are to go when their sheets were proved."""
    with open_vault(env, "coordinator") as vault:
        known = splits(vault)
        wanted = tuple(one for one in SETS if one in (sets or known))
        if not wanted or not known.keys() >= set(wanted):
            raise NothingToDo(what="no such key was split in this vault: intake org shares split")
        return drill(replace(env, vault=vault), wanted, tuple(Offline.ask(env, folder) for folder in folders))


def drill(env: Environment, sets: tuple[KeySet, ...], folders: tuple[Offline, ...]) -> Drilled:
    """The same in a vault that is open."""
    with open_vault(env, "coordinator") as vault:
        lying = [one for folder in folders for one in _lying(folder, sets)]  # before anybody types for half an hour
        proved = {one: _prove(env, vault, one) for one in sets}
        files = tuple(_same(lying, {one: secret for one, (secret, _) in proved.items()}))
        gone = bool(files) and _take_out(env, vault, files)
        untried = {one: rest for one, (_, rest) in proved.items()}
        return Drilled(sets, json_time(env.clock()), untried, files if gone else (), () if gone else files)


def org_drill_alone(env: Environment) -> Alone:
    """One sheet: whether its words are whole, and whether it is of the newest split. No key is put together."""
    with open_vault(env, "coordinator") as vault:
        known = splits(vault)

        def take(text: str) -> Sheet:
            sheet = parse(text)
            check_own(sheet)
            return sheet

        sheet = env.ask.sheet(env.t("The words of one sheet, of any set"), take)
        made = known.get(sheet.key_set)
        newest = made is not None and made.has(sheet)
        return Alone(sheet.key_set, sheet.number, sheet.need, sheet.check, newest, made.at if made else None)


def _prove(env: Environment, vault: Vault, key_set: KeySet) -> tuple[bytes, tuple[int, ...]]:
    """Each set by itself is dated at once: who has typed a hundred words types them once."""
    known, at = splits(vault), env.clock()
    sheets = typed_sheets(env, key_set, known[key_set])
    secret, tried = restore(sheets), {sheet.number for sheet in sheets}
    check_todays(trusted.station(vault).trust, key_set, secret)
    with vault.transaction():
        keep_splits(vault, {**known, key_set: replace(known[key_set], drilled=json_time(at))})
        custody.note(vault, at, "shares_drilled", set=key_set)
    return secret, tuple(number for number in range(1, known[key_set].of + 1) if number not in tried)


def _lying(folder: Offline, sets: tuple[KeySet, ...]) -> Iterator[_File]:
    """What may leave a folder after the drill: recovery is for any day, and stays."""
    for key_set in (one for one in CUSTOMARY if one in sets and folder.folder is not None):
        path = Path(folder.folder or "") / FILES[key_set]
        if path.is_file():
            yield _File(path, key_set, folder.secret(key_set), read_file(path))
        elif _going(path).is_file():
            yield _File(path, key_set, None)


def _same(lying: Sequence[_File], proved: Mapping[KeySet, bytes]) -> list[Path]:
    """OfflineDiffers for a file that holds anything but what the sheets gave: it may be somebody's only copy."""
    for one in lying:
        if one.secret is None:
            continue
        # Read once more: while people typed for half an hour, another stick may have come under the same name.
        if one.secret != proved[one.key_set] or not one.path.is_file() or read_file(one.path) != one.sealed:
            raise OfflineDiffers(file=one.path.name, folder=one.path.parent)
    return [one.path for one in lying]


def _take_out(env: Environment, vault: Vault, files: Sequence[Path]) -> bool:
    """Destroy them, if somebody types the word; Enter alone keeps them."""
    t = env.t
    prompt = t(
        "The sheets are proved. Type the word {word} to destroy the files; Enter alone keeps them", word=t("destroy")
    )
    typed = env.ask.text(prompt).strip().lower()
    if not typed:
        return False
    if typed not in WORDS:
        raise OtherWordTyped
    for path in files:
        _destroy(path)
    custody.note(vault, env.clock(), "keys_taken_out", files=sorted(path.name for path in files))
    return True


def _going(path: Path) -> Path:
    return path.with_name(path.name + _GOING)


def _destroy(path: Path) -> None:
    """First another name, on the disk: from then on the next run destroys it without a look. Then its bytes."""
    try:
        if path.is_file():
            path.replace(_going(path))
            sync_folder(path.parent)
    except OSError:
        raise FolderUnwritable(folder=path.parent) from None
    if not destroy_file(_going(path)):
        raise FolderUnwritable(folder=path.parent)
