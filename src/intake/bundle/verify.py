"""Runs the table of checks over one file, and says what came of every row. Spec: docs/spec/bundle-v1.md, "Verdicts".

VALID needs every row to pass or to have nothing to look at; the first failing row makes INVALID, and the rows after it
are not reached; a row that can't decide makes UNDECIDED. Reads no clock, no folder, no store.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from intake.bundle.checks import SEQUENCE, TABLE, Check, Evidence, Stop, run_check
from intake.bundle.container import STATEMENT, TAGMANIFEST
from intake.bundle.husk import completed
from intake.bundle.limits import LIMITS, Limits
from intake.bundle.report import (
    CheckResult,
    Known,
    Link,
    Links,
    Outcome,
    Report,
    Standing,
    TrustFiles,
    Verdict,
    VerifiedBundle,
)
from intake.bundle.scan import read_tags, scan
from intake.bundle.statement import parse_statement
from intake.crypto.hashing import digest
from intake.errors import BadStatement, CryptoError, KeyFault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intake.bundle.envelope import SealedBundle
    from intake.bundle.scan import Facts

__all__ = [
    "TABLE",
    "Check",
    "CheckResult",
    "Known",
    "Link",
    "Links",
    "Outcome",
    "Report",
    "Standing",
    "TrustFiles",
    "Verdict",
    "VerifiedBundle",
    "peek",
    "placed",
    "unread",
    "verify",
]

_HARMLESS = frozenset({Outcome.PASS, Outcome.NOT_GIVEN})


def verify(sealed: SealedBundle, standing: Standing, *, table: Iterable[Check] = TABLE) -> Report:
    """Run the table over one file. Raises UnreadableFile, when the file itself can't be read, and nothing else."""
    evidence = Evidence(_scanned(sealed, standing), standing)
    results: list[CheckResult] = []
    failed = False
    for check in table:
        if failed:
            results.append(CheckResult(check.id, check.title, Outcome.NOT_REACHED))
            continue
        evidence, result = _one(check, evidence)
        results.append(result)
        failed = result.outcome is Outcome.FAIL
    facts = evidence.facts
    known = facts.digest if TAGMANIFEST in facts.tags else None
    return Report(_verdict(results), tuple(results), facts.bid, _bundle(evidence, results), known)


def _scanned(sealed: SealedBundle, standing: Standing) -> Facts:
    """One pass; of a husk, with what its logs say was erased."""
    facts = scan(sealed, standing.limits)
    if not facts.fault and standing.erased:
        return completed(facts, standing.erased, standing.limits)
    if facts.fault or standing.log_folders is None:
        return facts
    try:
        logs = standing.logs
    except (CryptoError, KeyFault):  # the rows of the trust files say so
        return facts
    return completed(facts, logs.erased(facts.digest), standing.limits) if logs else facts


def placed(report: Report, standing: Standing) -> Report:
    """The same report with its place in the chain judged anew, by what is known now of the bundles beside it."""
    if report.bundle is None:
        return report
    roster, statement = report.bundle.roster, report.bundle.statement
    evidence = Evidence(report.bundle.facts, standing, officers=roster.officers, statement=statement)
    again = {check.id: _one(check, evidence)[1] for check in TABLE if check.id in SEQUENCE}
    results = tuple(again.get(result.id, result) for result in report.checks)
    return replace(report, verdict=_verdict(results), checks=results)


def unread() -> Report:
    """The report on a file that could not be read: no row was reached, and nobody is accused."""
    results = tuple(CheckResult(check.id, check.title, Outcome.NOT_REACHED) for check in TABLE)
    return Report(Verdict.UNDECIDED, results, None, None)


def _one(check: Check, evidence: Evidence) -> tuple[Evidence, CheckResult]:
    """One row: the evidence it leaves, and what it says."""
    try:
        return run_check(check, evidence), CheckResult(check.id, check.title, Outcome.PASS)
    except Stop as stop:
        return evidence, CheckResult(check.id, check.title, stop.outcome, stop.why, stop.fields)


def _verdict(results: Iterable[CheckResult]) -> Verdict:
    outcomes = {result.outcome for result in results}
    if Outcome.FAIL in outcomes:
        return Verdict.INVALID
    return Verdict.VALID if outcomes <= _HARMLESS else Verdict.UNDECIDED


def _bundle(evidence: Evidence, results: Iterable[CheckResult]) -> VerifiedBundle | None:
    if evidence.statement is None or evidence.signer is None or evidence.roster is None:
        return None
    if any(result.outcome not in _HARMLESS for result in results if result.id not in SEQUENCE):
        return None
    if any(result.outcome is Outcome.FAIL for result in results):
        return None
    return VerifiedBundle(evidence.facts, evidence.statement, evidence.signer, evidence.roster)


def peek(sealed: SealedBundle, limits: Limits = LIMITS) -> Link | None:
    """The place that a file claims, unverified, from its first bytes: only to order many files before verifying."""
    tags = read_tags(sealed, limits)
    if STATEMENT not in tags or TAGMANIFEST not in tags:
        return None
    try:
        statement = parse_statement(tags[STATEMENT], limits)
    except BadStatement:
        return None
    return Link(statement.sender, statement.chain, statement.seq, digest(tags[TAGMANIFEST]))
