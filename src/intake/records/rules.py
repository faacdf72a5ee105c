"""The rules of the field: one table, each rule with its ID, the stages it guards, its sentences and the ways on.

`check` says what stands in the way of a stage. The finders (`rules_consent`, `rules_form`, `required`) say where;
the words stand here and nowhere else. English is the key that a translator looks up.

A draft with stored consent can always be sealed: only STOPS_INTERRUPTED stop a sealing cut short, the other findings
become marks in the record. Spec: docs/spec/record-v1.md, "Rules".
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.records import required, rules_consent, rules_form
from intake.records.account import Mark
from intake.records.context import Context, Hit, Stage
from intake.records.faults import SHAPE, Finding
from intake.records.testimony import Testimony

STOPS_INTERRUPTED = frozenset({"V01", "V02", "V03", "V12"})
INTERRUPTED = frozenset({"paused", "interrupted", "stopped_by_person", "stopped_for_welfare"})
"""The states of an interview (`interview.status`) that a sealing cut short may give as its reason."""

Finder = Callable[[Context], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Says:
    """What is wrong, and what can be done instead; both English keys with {fields}."""

    message: str
    way_on: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: what it asks, when, and in which words it refuses."""

    id: str
    stages: frozenset[Stage]
    find: Finder
    says: Mapping[str, Says]


WHOLE: frozenset[Stage] = frozenset({"add", "seal", "import"})
TYPED: frozenset[Stage] = frozenset({"draft", "add"})
ALL: frozenset[Stage] = WHOLE | TYPED

_ASK_CONSENT = "go back to consent; without it you can still give help numbers and stop, and nothing is kept"
_SAY_WHY = "answer it, or give a reason: not asked, declined, unknown, withheld for safety, not applicable, unreadable"
_ANSWER = "answer it; if the interview was cut short, seal it as interrupted and this stays as a mark"

RULES = (
    Rule(
        "V01",
        ALL,
        rules_consent.consent_first,
        {
            "store": Says("nothing may be written down before the person agrees that it is stored", _ASK_CONSENT),
            "understood": Says(
                "the person has not yet shown that they understood the consent",
                "explain it again in other words and ask them to say it back; if that fails, stop and keep nothing",
            ),
            "explained": Says(
                "a part of the consent was not explained: {element}",
                "read it out, or write down why it was left out",
            ),
        },
    ),
    Rule(
        "V02",
        ALL,
        rules_consent.consent_before_narrative,
        {
            "order": Says(
                "this was written down before consent was given",
                "remove it, take the consent, then ask again what the person still wants to tell",
            ),
        },
    ),
    Rule(
        "V03",
        WHOLE,
        rules_consent.child_safeguards,
        {
            "giver": Says(
                "the person may be under 18: a guardian decides together with the child",
                "call the guardian; a child who is alone can have a search or a referral, not an account",
            ),
            "guardian": Says(
                "the person may be under 18 and no guardian is named among the people of this record",
                "add the guardian; a child who is alone can have a search or a referral, not an account",
            ),
            "assent": Says(
                "the child has not said yes",
                "ask the child in simple words; if the answer is no, stop here and keep nothing",
            ),
        },
    ),
    Rule(
        "V12",
        WHOLE,
        rules_consent.contact_as_decided,
        {
            "missing": Says(
                "the person agreed to be contacted again, but no safe way to do it is written down",
                "ask for a safe contact, or change the decision on contact to no",
            ),
            "kept": Says(
                "the person did not agree to be contacted again, but a contact is written down",
                "remove the contact, or ask the person once more and change the decision",
            ),
        },
    ),
    Rule(
        "V20",
        WHOLE,
        rules_form.dates_in_profile,
        {
            "date": Says(
                "this is not a date that can be stored",
                "write 2022, 2022-03 or 2022-03-05, ~ after it for about, 2022-03/2022-05 for a span; "
                "the person's own words are kept beside it",
            ),
            "order": Says("this ends before it starts", "correct one of the two times"),
        },
    ),
    Rule(
        "V22",
        WHOLE,
        rules_form.references_resolve,
        {
            "missing": Says("this names something that is not in {list}", "add it there, or take the reference out"),
            "role": Says(
                "the person named here does not have the role {role}", "give them the role, or name somebody else"
            ),
            "twice": Says("the same id stands twice in one list", "give one of the two an id of its own"),
            "self": Says("a person is linked to themselves", "name the other person, or take the link out"),
        },
    ),
    Rule(
        "V26",
        WHOLE,
        required.required_fields,
        {
            "empty": Says("this is still empty", _SAY_WHY),
            "needed": Says("this can't stay empty", _ANSWER),
            "teller": Says(
                "nobody here is the person who tells this", "give one person the role of witness or requester"
            ),
        },
    ),
    Rule(
        SHAPE,
        TYPED,
        rules_form.form_as_taken_here,
        {
            "code": Says("this code is not in the list {family}", "choose a code of that list"),
            "mode": Says(
                "a full account can't be taken with this version", "take a first account, a search or a referral"
            ),
            "marks": Says("marks are written by sealing only", "take them out of the document"),
        },
    ),
)


def check(
    testimony: Testimony,
    *,
    stage: Stage,
    events: Mapping[str, int] | None = None,
    identity_sealed: bool = False,
    account_checked: bool = False,
) -> tuple[Finding, ...]:
    """Every finding of the stage's rules, in the order of the table.

    draft: while an interview runs. add: a whole document that becomes a draft. seal: a draft ends. import: a record
    that came in; a code that only a newer vocabulary knows is no fault there, and what the record's own marks admit
    is not found again. `events` are a draft's event counters by path (V02). `identity_sealed`: an identity part
    exists that this reader can't open; what rules need of it waits for who can. `account_checked`: and who can does
    not ask again what the account alone answered.
    """
    context = Context(testimony, stage, events, identity_sealed, account_checked)
    findings = [_finding(rule, hit) for rule in RULES if stage in rule.stages for hit in rule.find(context)]
    return tuple(findings if stage != "import" else _beyond_marks(context, findings))


def _finding(rule: Rule, hit: Hit) -> Finding:
    says = rule.says[hit.says]
    return Finding(rule.id, hit.field, says.message, says.way_on, hit.fields)


def _beyond_marks(context: Context, findings: Sequence[Finding]) -> Sequence[Finding]:
    """Without those that the sealing of an interview cut short marked already."""
    if context.account.interview.status not in INTERRUPTED:
        return findings
    marked = {(mark.rule, mark.field) for mark in context.account.marks if mark.rule not in STOPS_INTERRUPTED}
    return [finding for finding in findings if (finding.rule, finding.field) not in marked]


def stops(findings: Sequence[Finding], *, interrupted: bool) -> tuple[Finding, ...]:
    """The findings that stop a sealing."""
    return tuple(one for one in findings if not interrupted or one.rule in STOPS_INTERRUPTED)


def marks_of(findings: Sequence[Finding]) -> tuple[Mark, ...]:
    """The marks that the sealing of an interview cut short leaves in the record for the other findings."""
    return tuple(Mark(rule=one.rule, field=one.field) for one in findings if one.rule not in STOPS_INTERRUPTED)


def sentences() -> tuple[str, ...]:
    """Every sentence of the table, for the test that each is translated."""
    return tuple(text for rule in RULES for says in rule.says.values() for text in (says.message, says.way_on))
