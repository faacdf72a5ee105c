"""`add`: drafts from JSON or JSON Lines, thousands at a time; a bad one stops only itself. The work: `adding.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from intake.usecases.environment import Environment, open_vault
from intake.usecases.territories import in_force

if TYPE_CHECKING:
    from intake.records.faults import Finding


@dataclass(frozen=True)
class AddedDraft:
    """One testimony that is a draft now; `line` counts from 1: of JSON Lines the line, of an array the place in it.

    `warnings`: what asks for a reason before it is sealed.
    """

    line: int
    case: str
    warnings: tuple[Finding, ...] = ()


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
    """Validate every testimony of the stream and store the good ones."""
    with open_vault(env, "interviewer", meanwhile=_load) as vault, in_force(vault):
        # Late, so that it is loaded while the vault's key is derived.
        from intake.usecases.adding import add_to  # noqa: PLC0415

        return add_to(env, vault, source)


def _load() -> None:
    from intake.usecases import adding  # noqa: PLC0415  as above

    adding.ready()
