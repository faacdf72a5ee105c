"""All that a coordinator's vault knows of one case: its records of every kind, and what they come to together.

Only here are records of a vault folded. Spec: docs/spec/record-v1.md, "Folding".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from intake.errors import BadCaseCode, CaseErased, CaseNotUnique, CaseWithdrawn, ErasureWaits, NotInVault
from intake.records.cases import about, testimonies
from intake.records.folding import View, fold
from intake.records.ids import normalise_case_code
from intake.records.record import Record, parse_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.records.record import AnyRecord
    from intake.store.rows import RecordVersion
    from intake.store.vault import Vault


@dataclass(frozen=True)
class CaseFile:
    """The records under one case code, or of one of the testimonies that share it."""

    case: str
    versions: Mapping[str, RecordVersion] = field(repr=False)  # by digest, as they came
    records: Mapping[str, AnyRecord] = field(repr=False)

    @cached_property
    def view(self) -> View:
        """What they come to."""
        return fold(self.records.items())

    @cached_property
    def testimonies(self) -> tuple[str, ...]:
        """The digests of the testimony itself: one; none that is here; or more, where it was sealed twice."""
        return tuple(digest for digest, one in self.records.items() if isinstance(one, Record))


def case_file(vault: Vault, case: str) -> CaseFile:
    """Everything under a case code, whatever it comes to."""
    versions = {one.digest: one for one in vault.records.get(case)}
    return CaseFile(case, versions, {digest: parse_record(one.record) for digest, one in versions.items()})


def files_of(vault: Vault, case: str) -> list[CaseFile]:
    """The testimonies under a case code, each with what is about it; what came without any is one too."""
    whole = case_file(vault, case)
    return [_chosen(whole, one) for one in testimonies(whole.records)] or [whole]


def _chosen(whole: CaseFile, testimony: str) -> CaseFile:
    records = about(whole.records, testimony)
    return CaseFile(whole.case, {digest: whole.versions[digest] for digest in records}, records)


def one_case(vault: Vault, typed: str) -> CaseFile:
    """The one testimony that was named by its case code or its id: NotInVault, CaseNotUnique."""
    found = vault.records.get(typed)
    case = found[0].case_code if found else _code(typed)
    whole = case_file(vault, case)
    if not whole.records:
        raise NotInVault(what="case code", name=typed)
    ids = testimonies(whole.records)
    chosen = typed if typed in ids else ids[0] if len(ids) == 1 else ""
    if len(ids) > 1 and not chosen:
        raise CaseNotUnique(n=len(ids), case=case, ids=", ".join(ids))
    return _chosen(whole, chosen) if chosen else whole


def readable(file: CaseFile) -> tuple[str, ...]:
    """The versions of its testimony that may be read: none where it never came.

    CaseErased, ErasureWaits, CaseWithdrawn.
    """
    view = file.view
    standing = tuple(digest for digest in file.testimonies if digest in view.records)
    if not standing and view.erased:
        raise ErasureWaits(case=file.case) if file.testimonies else CaseErased(case=file.case)
    if view.blocked:
        raise CaseWithdrawn(case=file.case)
    return standing


def _code(typed: str) -> str:
    try:
        return normalise_case_code(typed)
    except BadCaseCode:
        raise NotInVault(what="case code", name=typed) from None
