"""Verification is a table: one row, one check, one ID, in one order. Spec: docs/spec/bundle-v1.md, "Checks".

One pass over the file gathers facts (scan.py); every check is a pure function of those facts and of what the verifier
knows. VALID needs every row to pass or to have nothing to look at; the first failing row makes INVALID; a row that can't
decide makes UNDECIDED. No check reads a clock, a folder or the store.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from intake.bundle.limits import LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from intake.bundle.envelope import SealedBundle
    from intake.bundle.statement import Purpose, Statement
    from intake.crypto.streams import Readable


class Verdict(StrEnum):
    """What the whole table says; exit codes 0, 30, 31."""

    VALID = "VALID"
    INVALID = "INVALID"
    UNDECIDED = "UNDECIDED"


class Outcome(StrEnum):
    """What one row says."""

    PASS = "pass"
    FAIL = "fail"
    UNDECIDED = "undecided"
    NOT_REACHED = "not-reached"  # an earlier row failed
    NOT_GIVEN = "not-given"  # what the row would look at was not handed to the verifier


@dataclass(frozen=True)
class CheckResult:
    """One row's ID, what it checks (English key), its outcome, and why (English key with fields; empty when passed)."""

    id: str
    title: str
    outcome: Outcome
    why: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """One bundle's place in its sender's chain."""

    chain: str
    seq: int
    digest: str


@dataclass(frozen=True)
class Known:
    """The places of chains that the verifier has seen verified: a ledger's, or those of bundles beside this one."""

    links: frozenset[Link] = frozenset()

    def digests(self, chain: str, seq: int) -> frozenset[str]:
        """What stands at this place; more than one is a fork."""
        raise NotImplementedError

    def with_link(self, link: Link) -> Known:
        """The same and one more."""
        raise NotImplementedError


@dataclass(frozen=True)
class TrustFiles:
    """What the verifier is given: the root file, and officers, roster, recipients with their `.sig` and `.pq.sig`."""

    root: bytes
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Standing:
    """What the verifier knows beside the file. `purpose`: its organisation's card, when it has one."""

    trust: TrustFiles
    at: datetime
    known: Known = field(default_factory=Known)
    purpose: Purpose | None = None
    limits: Limits = LIMITS


@dataclass(frozen=True)
class VerifiedBundle:
    """A bundle whose bytes are what an enrolled sender signed. Only `verify` builds one.

    Its place in the chain may still be undecided: a predecessor can arrive by a later stick.
    """

    sealed: SealedBundle
    statement: Statement
    digest: str  # sha256:… of the tagmanifest
    tar_sha256: str  # hex, of the signed tar without envelope and zeros
    tar_size: int

    @property
    def link(self) -> Link:
        """Its place in the chain."""
        raise NotImplementedError

    def tar(self) -> Readable:
        """The signed tar once more, for the vault to keep; raises ChangedUnderneath at its end if a byte differs."""
        raise NotImplementedError


@dataclass(frozen=True)
class Report:
    """Every check's ID and outcome, the verdict, and the bundle when its bytes may be worked with."""

    verdict: Verdict
    checks: tuple[CheckResult, ...]
    bid: str | None  # as the tar claims
    bundle: VerifiedBundle | None  # INVALID, unknown or out-of-time signer: None

    @property
    def exit_code(self) -> int:
        """0, 30 or 31."""
        raise NotImplementedError

    @property
    def failed(self) -> CheckResult | None:
        """The check that made it INVALID."""
        raise NotImplementedError

    @property
    def undecided(self) -> tuple[CheckResult, ...]:
        """The checks that could not decide."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        """`bundle`, `verdict` and `checks` [{id, outcome}], for `--json`."""
        raise NotImplementedError


@dataclass(frozen=True)
class Check:
    """One row of the table."""

    id: str
    title: str


TABLE: tuple[Check, ...] = ()


def verify(sealed: SealedBundle, standing: Standing, *, table: Iterable[Check] = TABLE) -> Report:
    """Run the table over one file. Raises UnreadableFile only when the file itself can't be read."""
    raise NotImplementedError


def peek(sealed: SealedBundle, limits: Limits = LIMITS) -> Link | None:
    """The place that a file claims, unverified, from its first bytes: only to order many files before verifying."""
    raise NotImplementedError
