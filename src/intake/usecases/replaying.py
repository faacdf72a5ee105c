"""What came after a backup, done again in the restored vault before anybody reads it.

From files: bundles at a desk, receipts on a laptop, by the same checks as always; whatever does not pass them is left
where it is, and named by a later import. Without files a person says what was taken back, or that nothing was.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from intake.errors import BundleError, CryptoError, FileUnreadable, OtherWordTyped
from intake.keys.times import json_time
from intake.records.ids import normalise_case_code
from intake.usecases.carried import files_of, in_order
from intake.usecases.files import open_file
from intake.usecases.intaking import Intaker
from intake.usecases.receipts import receipts
from intake.usecases.retrying import with_archive
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from intake.store.vault import Vault
    from intake.usecases.environment import Environment
    from intake.usecases.offline import Offline

NONE: Final = frozenset({"none", "немає", "нет"})
"""Any of the three, whatever the language of the screen."""


def replay(env: Environment, vault: Vault, paths: Sequence[Path], offline: Offline) -> int:
    """How many files were taken in; at a desk with the archive's keys too, because no backup holds an epoch's."""
    if vault.role == "interviewer":
        done = receipts(env, paths).receipts
        return sum(one.state in ("applied", "already-applied") for one in done)
    here = station(vault)
    intaker = with_archive(Intaker.at_desk(vault, here, env.clock()), here, offline)
    carried = in_order([file for path in paths for file in files_of(path)], intaker.sealed, lambda _n: None)
    return sum(_take(intaker, path) for path in carried)


def taken_back(env: Environment, vault: Vault, date: str) -> int:
    """Ask which cases were taken back since that day, and destroy what is here of them; how many they are.

    At a desk only the word for none counts: there a withdrawal is a signed record, and files bring it. OtherWordTyped,
    BadCaseCode.
    """
    t, word = env.t, env.t("none")
    if vault.role == "coordinator":
        prompt = t("Was any testimony taken back after {date}? If none was, type the word {word}", date=date, word=word)
    else:
        prompt = t(
            "Case codes of what was taken back after {date}, with commas between; if nothing was, the word {word}",
            date=date,
            word=word,
        )
    typed = env.ask.text(prompt).strip().lower()
    if typed in NONE:
        return 0
    if vault.role == "coordinator" or not any(map(str.isdecimal, typed)):
        raise OtherWordTyped
    cases = [normalise_case_code(one) for one in typed.replace(";", ",").split(",") if one.strip()]
    for case in cases:
        _destroy(vault, case, json_time(env.clock()))
    return len(cases)


def _destroy(vault: Vault, case: str, at: str) -> None:
    draft = vault.drafts.get(case)
    if draft is not None:
        vault.drafts.discard(draft.id)
    told = {stub.digest for stub in vault.sealed.get(case) if stub.kind != "withdrawal"}
    names = [item.name for item in vault.sealed.with_file() if item.record_digest in told]
    vault.sealed.mark_destroyed(names, "withdrawn", at)
    vault.outbox.remove(names)


def _take(intaker: Intaker, path: Path) -> bool:
    try:
        with closing(open_file(path)) as source:
            return intaker.take(path, source).state in ("imported", "already-imported")
    except (BundleError, CryptoError, FileUnreadable):
        return False
