"""`seal`: sign, encrypt, compare with what was written, forget. From then on this laptop can't read the testimony."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intake.records.rules import Finding
    from intake.usecases.environment import Environment


@dataclass(frozen=True)
class Sealed:
    """One testimony that is sealed: how many items it became, and whether only the archive can open it."""

    case: str
    ordinal: int
    items: int
    attachments: int
    archive_only: bool
    marks: tuple[str, ...]


@dataclass(frozen=True)
class NotSealed:
    """One that stays a draft, and the rules that stopped it."""

    case: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class SealReport:
    """What came of it."""

    sealed: tuple[Sealed, ...]
    refused: tuple[NotSealed, ...]


def seal(env: Environment, cases: Sequence[str] | None, *, interrupted: str | None = None) -> SealReport:
    """Seal the named drafts, or all of them (None; asks once). `interrupted` is a code of the list of that name."""
    raise NotImplementedError
