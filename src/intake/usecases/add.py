"""`add`: drafts from JSON or JSON Lines, thousands at a time; a bad one stops only itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from intake.records.rules import Finding
    from intake.usecases.environment import Environment


@dataclass(frozen=True)
class AddedDraft:
    """One testimony that is a draft now; `line` counts from 1, as does a JSON array's or document's place."""

    line: int
    case: str


@dataclass(frozen=True)
class RefusedLine:
    """One that is not: which line, which fields, which rules."""

    line: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Added:
    """What came of a file or a stream."""

    drafts: tuple[AddedDraft, ...]
    refused: tuple[RefusedLine, ...]


def add(env: Environment, source: BinaryIO) -> Added:
    """Validate every testimony of the stream and store the good ones, in batches of one transaction each."""
    raise NotImplementedError
