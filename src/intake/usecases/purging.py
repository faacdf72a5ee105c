"""Sealed files go from a laptop in two ways only: receipts cover them, or somebody takes the word for it.

Marks are committed before a file is touched; a file that a mark lets go goes at the next opening at the latest. Stubs
stay. A purge without a receipt takes a reason from a list, a reason in words, and the case code typed again; it is in
the custody log at once, and in every statement from then on. Spec: docs/spec/receipt-v1.md, "What a laptop checks".
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.bundle.receipt import SAFE
from intake.errors import NothingToDo, NotInVault, OtherCaseTyped, UsageFault
from intake.keys.times import json_time
from intake.records.ids import normalise_case_code
from intake.usecases import custody
from intake.usecases.drafts import same_case
from intake.usecases.environment import Environment, open_vault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from intake.bundle.statement import PurgeReason
    from intake.keys.trust import Trust
    from intake.store.rows import ItemWord, SealedItem
    from intake.store.vault import Vault

REASONS: Mapping[PurgeReason, str] = {
    "danger": "the laptop is about to fall into other hands",
    "withdrawn": "the person asked for it",
    "mistake": "it should never have been sealed",
    "other-way": "it reached the organisation another way",
    "other": "another reason",
}


@dataclass(frozen=True)
class Purged:
    """What was destroyed without a receipt."""

    case: str
    items: int
    reason: str


def covered(
    items: Iterable[SealedItem], words: Iterable[ItemWord], officers: Collection[str], needed: int
) -> list[str]:
    """Names of the items that `needed` distinct officers called safe; the parts of one file all or none."""
    safe: defaultdict[str, set[str]] = defaultdict(set)
    for word in words:
        if word.status in SAFE and word.officer in officers:
            safe[word.item].add(word.officer)
    files: defaultdict[tuple[str, str, int | None], list[str]] = defaultdict(list)
    for item in items:
        files[item.record_digest, item.kind, item.attachment_index].append(item.name)
    return [name for names in files.values() if all(len(safe[name]) >= needed for name in names) for name in names]


def mark_covered(vault: Vault, trust: Trust, needed: int) -> list[str]:
    """Mark what receipts cover, inside the caller's transaction; returns the names, whose files may go after it."""
    directory = trust.officers.directory
    officers = {one.name for one in directory.principals if not directory.revocation(one.name)}
    names = covered(vault.sealed.with_file(), vault.receipts.words(), officers, needed)
    vault.sealed.mark_receipted(names)
    return names


def purge(env: Environment, case: str, reason: PurgeReason | None = None) -> Purged:
    """Destroy the sealed files of one case that no receipt covers."""
    with open_vault(env, "interviewer") as vault:
        code = normalise_case_code(case)
        items = _unreceipted(vault, code)
        choices = tuple((one, env.t(why)) for one, why in REASONS.items())
        chosen = reason or env.ask.choose(env.t("Why is it destroyed without a receipt?"), choices)
        words = env.ask.text(env.t("The reason in your words; they stay in this vault")).strip()
        typed = env.ask.text(env.t("Type the case code once more; no copy may exist anywhere else"))
        if not words:
            raise UsageFault(what="a purge without a receipt takes a reason in words; nothing was destroyed")
        if not same_case(typed, code):
            raise OtherCaseTyped
        names, at = [item.name for item in items], env.clock()
        with vault.transaction():
            vault.sealed.mark_destroyed(names, chosen, json_time(at))
            digests = sorted(item.sha256 for item in items)
            fields = {"case": code, "items": digests, "reason": chosen, "words": words}
            custody.note(vault, at, "purge-without-receipt", **fields)
        vault.outbox.remove(names)
        vault.sweep_outgoing()  # what was being sent may hold them too
        return Purged(code, len(names), chosen)


def _unreceipted(vault: Vault, code: str) -> Sequence[SealedItem]:
    records = {stub.digest for stub in vault.sealed.get(code)}
    if not records:
        raise NotInVault(what="case code", name=code)
    items = [item for item in vault.sealed.with_file() if item.record_digest in records]
    if not items:
        raise NothingToDo(what="no file of this case is left on this laptop")
    return items
