"""What stands in the way of a stage: every rule of the table asked, in its order; and what that means for a sealing.

A draft with stored consent can always be sealed: only STOPS_INTERRUPTED stop a sealing cut short, the other findings
become marks in the record. A warning for which the record keeps a reason (`account.reasons`) is not found again.
The table is `rules_table.py`, the finders are `required.py` and `rules_*.py`. Spec: docs/spec/record-v1.md, "Rules".
"""

from collections.abc import Mapping, Sequence
from functools import cache

from intake.records.account import Account, Mark
from intake.records.context import NOTHING_BESIDE, Beside, Context, Hit, Stage
from intake.records.faults import Finding
from intake.records.rules_table import RULES, Rule
from intake.records.testimony import Testimony

STOPS_INTERRUPTED = frozenset({"V01", "V02", "V03", "V12"})
INTERRUPTED = frozenset({"paused", "interrupted", "stopped_by_person", "stopped_for_welfare"})
"""The states of an interview (`interview.status`) that a sealing cut short may give as its reason."""
OF_MORE = frozenset({"V07", "V08", "V13", "V14", "V17", "V19", "V20", "V21", "V22", "V23", "V25"})
"""The rules that an addendum is held to: of what is told and how it was taken, none of what a whole account needs."""


def check(
    testimony: Testimony,
    *,
    stage: Stage,
    events: Mapping[str, int] | None = None,
    identity_sealed: bool = False,
    account_checked: bool = False,
    beside: Beside = NOTHING_BESIDE,
) -> tuple[Finding, ...]:
    """Every finding of the stage's rules, in the order of the table.

    draft: while an interview runs. add: a whole document that becomes a draft. seal: a draft ends. import: a record
    that came in; a code that only a newer vocabulary knows is no fault there, and what the record's own marks admit
    is not found again. share, amend: see `sharing.py`. `events` are a draft's event counters by path (V02, V18).
    `identity_sealed`: an identity part exists that this reader can't open; what rules need of it waits for who can.
    `account_checked`: and who can does not ask again what the account alone answered.
    """
    context = Context(testimony, stage, events, identity_sealed, account_checked, beside)
    rules = [rule for rule in _of_stage(stage) if rule.of_identity or not account_checked]
    findings = [_finding(rule, hit) for rule in rules for hit in rule.find(context)]
    return tuple(_unexplained(context.account, _beyond_marks(context, findings)) if findings else ())


@cache
def _of_stage(stage: Stage) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if stage in rule.stages)


def _finding(rule: Rule, hit: Hit) -> Finding:
    says = rule.says[hit.says]
    return Finding(rule.id, hit.field, says.message, says.way_on, hit.fields, says.level)


def check_more(
    testimony: Testimony, *, stage: Stage, identity_sealed: bool = False, beside: Beside = NOTHING_BESIDE
) -> tuple[Finding, ...]:
    """The findings in what was said later (`Addendum.testimony`), which is no testimony of its own."""
    found = check(testimony, stage=stage, identity_sealed=identity_sealed, beside=beside)
    return tuple(one for one in found if one.rule in OF_MORE)


def _beyond_marks(context: Context, findings: Sequence[Finding]) -> Sequence[Finding]:
    """Without those that the sealing of an interview cut short marked already."""
    if context.stage != "import" or context.account.interview.status not in INTERRUPTED:
        return findings
    marked = {(mark.rule, mark.field) for mark in context.account.marks if mark.rule not in STOPS_INTERRUPTED}
    return [finding for finding in findings if (finding.rule, finding.field) not in marked]


def _unexplained(account: Account, findings: Sequence[Finding]) -> Sequence[Finding]:
    """Without the warnings that somebody let stand, and said why."""
    explained = {(reason.rule, reason.field) for reason in account.reasons}
    return [one for one in findings if one.level == "block" or (one.rule, one.field) not in explained]


def blocks(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Those that no reason lets stand."""
    return tuple(one for one in findings if one.level == "block")


def warnings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Those that a reason lets stand."""
    return tuple(one for one in findings if one.level == "warn")


def stops(findings: Sequence[Finding], *, interrupted: bool) -> tuple[Finding, ...]:
    """The findings that stop a sealing; a warning asks for a reason first."""
    return tuple(one for one in blocks(findings) if not interrupted or one.rule in STOPS_INTERRUPTED)


def marks_of(findings: Sequence[Finding]) -> tuple[Mark, ...]:
    """The marks that the sealing of an interview cut short leaves in the record for the other findings."""
    marked = ((one.rule, one.field) for one in findings if one.rule not in STOPS_INTERRUPTED)
    return tuple(Mark(rule=rule, field=field) for rule, field in dict.fromkeys(marked))


def sentences() -> tuple[str, ...]:
    """Every sentence of the table, for the test that each is translated."""
    return tuple(text for rule in RULES for says in rule.says.values() for text in (says.message, says.way_on))
