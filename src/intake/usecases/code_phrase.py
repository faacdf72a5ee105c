"""Whether who took a testimony back said the code phrase that was agreed on; neither of both leaves this room.

Compared before an officer decides what can't be undone. Spec: docs/spec/record-v1.md, "Erasing".
"""

from __future__ import annotations

import unicodedata
from itertools import chain
from typing import TYPE_CHECKING, Literal

from intake.records.kinds import Addendum
from intake.records.record import Record, parse_identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from intake.records.kinds import DecisionKind, Effect
    from intake.records.record import AnyRecord
    from intake.store.vault import Vault
    from intake.usecases.cases import CaseFile

Phrase = Literal["match", "not-asked", "differs", "not-said", "not-on-file", "not-ours-to-see", "nothing-taken-back"]
ASKED_BY: Mapping[DecisionKind, frozenset[Effect]] = {
    "erase": frozenset({"erase_all"}),
    "erase_identity": frozenset({"erase_all", "erase_identity"}),
    "erase_confirmed": frozenset({"erase_all", "erase_identity"}),
}
"""What destroys, and the withdrawals that ask for it."""
BELIEVED = frozenset({*ASKED_BY, "withdrawal_confirmed"})
"""The decisions before which the code phrase is compared."""

PHRASES: Mapping[Phrase, str] = {
    "match": "the code phrase is the one on file",
    "not-asked": "nobody asked for this erasure",
    "differs": "the code phrase is NOT the one on file",
    "not-said": "no code phrase was said with the withdrawal",
    "not-on-file": "no code phrase is on file",
    "not-ours-to-see": "the code phrase is for those who hold identities to compare",
    "nothing-taken-back": "nobody has taken this testimony back",
}


def compare(vault: Vault, file: CaseFile, kind: DecisionKind) -> Phrase:
    """Whether the phrase that was said is the one that was agreed on; neither leaves this function.

    Agreed on with the laptops that took the testimony, and nowhere else: whoever could add to a case could otherwise
    say a phrase first, and be believed by it afterwards. A confirmation is of all withdrawals, so each has to match; an
    erasure needs one that asked for it.
    """
    view = file.view
    if not view.withdrawals:
        return "nothing-taken-back"
    asked = [one.record for one in view.withdrawals if kind not in ASKED_BY or one.effect in ASKED_BY[kind]]
    said = asked or [one.record for one in view.withdrawals]
    tellers = {one.author for one in file.records.values() if isinstance(one, Record)}
    told = [
        [digest for digest, one in file.records.items() if isinstance(one, Record | Addendum) and one.author == teller]
        for teller in sorted(tellers)
    ]
    read = {*chain.from_iterable(told), *said} - vault.erased.nameless(file.records).keys()
    if any(_is_closed(vault, digest, file.records[digest]) for digest in read):
        return "not-ours-to-see"
    on_file = [{phrase for digest in digests for phrase in _agreed(vault, digest)} for digests in told]
    found = [_outcome(_said(vault, digest), on_file) for digest in said]
    return (min if kind in ASKED_BY else max)(found, key=_FROM_BEST.index)


_FROM_BEST: tuple[Phrase, ...] = ("match", "differs", "not-said", "not-on-file")


def _outcome(heard: str, on_file: Sequence[AbstractSet[str]]) -> Phrase:
    """Of one withdrawal; where two laptops say that the testimony is theirs, both must have agreed on it."""
    if not heard:
        return "not-said"
    if not on_file or not all(on_file):
        return "not-on-file"
    return "match" if all(heard in agreed for agreed in on_file) else "differs"


def _is_closed(vault: Vault, digest: str, record: AnyRecord) -> bool:
    return record.identity is not None and vault.records.identity(digest) is None


def _agreed(vault: Vault, digest: str) -> Iterator[str]:
    part = vault.records.identity(digest)
    for person in parse_identity(part.identity).body.persons if part else ():
        if person.safe_contact and (phrase := _plain(person.safe_contact.code_phrase or "")):
            yield phrase


def _said(vault: Vault, digest: str) -> str:
    part = vault.records.identity(digest)
    return _plain(parse_identity(part.identity).body.code_phrase_said or "") if part else ""


def _plain(phrase: str) -> str:
    """As it sounds: without case, punctuation and double spaces."""
    letters = unicodedata.normalize("NFKC", phrase).casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in letters).split())


def was_asked_for(file: CaseFile, kind: DecisionKind) -> bool:
    """Whether any withdrawal asked for what is to be destroyed."""
    return any(one.effect in ASKED_BY[kind] for one in file.view.withdrawals)
