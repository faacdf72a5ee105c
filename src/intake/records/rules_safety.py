"""V06 to V11, V14, V25 and V27: what keeps people safe while they are heard, and how a hearing ends."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from intake.records.context import Context, Hit
from intake.records.rules_child import is_child

ACCOUNTS = frozenset({"first_account", "full_account"})
"""The modes in which something is told; in the other two families often come together."""
MIN_MITIGATION = 20  # characters: a sentence, not a tick
LONGEST_WITHOUT_PAUSE = timedelta(minutes=120)
REASSESS_WITHIN = timedelta(days=90)  # where the risk is high or extreme
HIGH = frozenset({"high", "extreme"})
CLOSING = ("read_back", "next_steps", "emergency_contacts", "questions")
UNRELATED = frozenset({"none", "lawyer", "colleague", "other"})
SEXUAL_VIOLENCE = "sxv."
NOT_ALONE = frozenset({"no", "cannot_tell"})


# -- V06, V09: who may take a full account, and of whom ----------------------------------------------------------------


def trained_for_it(context: Context) -> Iterator[Hit]:
    """V06: a full account is for trained staff, and of a child or of sexual violence for those trained in that."""
    if context.account.account_mode != "full_account":
        return
    interview, person = context.account.interview, context.interviewee
    needed = {
        "trained_full": True,
        "trained_child": person is not None and is_child(context, person),
        "trained_sv": tells_of_sexual_violence(context),
    }
    for field, asked in needed.items():
        if asked and not getattr(interview, field):
            yield Hit(f"account.interview.{field}", field)


def tells_of_sexual_violence(context: Context) -> bool:
    """By a flag, a code, or the block that helps."""
    account = context.account
    if "sexual_violence" in (account.risk.flags or ()):
        return True
    return any(
        one.sexual_violence or any(code.startswith(SEXUAL_VIOLENCE) for code in one.violations)
        for one in account.incidents
    )


def told_before(context: Context) -> Iterator[Hit]:
    """V09: what an authority has recorded is not asked for again in full."""
    account = context.account
    if account.account_mode == "full_account" and any(one.official for one in account.prior_accounts or ()):
        yield Hit("account.prior_accounts", "official")


# -- V07, V08, V14: who else is there ----------------------------------------------------------------------------------


def one_at_a_time(context: Context) -> Iterator[Hit]:
    """V07: nobody else who saw or suffered it listens while one tells."""
    account, teller = context.account, context.interviewee
    if account.account_mode not in ACCOUNTS:
        return
    for one in account.interview.persons_present or ():
        if teller is not None and one.person_id == teller.id:
            continue
        person = context.people.get(one.person_id or "")
        if {"witness", "victim"} & {one.role, *(person.roles if person else ())}:
            yield Hit("account.interview.persons_present", "group")
            return


def interpreter_fit(context: Context) -> Iterator[Hit]:
    """V08: an interpreter is grown up and not accused; one who is family is asked about."""
    account = context.account
    present = {one.person_id for one in account.interview.persons_present or () if one.role == "interpreter"}
    ids = {account.consent.interpreter_id, *present}
    for person in account.people:
        if person.id not in ids and "interpreter" not in person.roles:
            continue
        if is_child(context, person):
            yield Hit(f"account.people.{person.id}.roles", "child")
        if "alleged_perpetrator" in person.roles:
            yield Hit(f"account.people.{person.id}.roles", "accused")
    spoken = account.interview.interpreter
    if (
        not context.account_checked
        and spoken
        and spoken.relation_to_person
        and spoken.relation_to_person not in UNRELATED
    ):
        yield Hit("account.interview.interpreter", "relative")


def alone_when_remote(context: Context) -> Iterator[Hit]:
    """V14: over a line, nobody may be listening at the other end."""
    interview = context.account.interview
    if (interview.mode or "").startswith("remote") and interview.remote_alone_confirmed in NOT_ALONE:
        yield Hit("account.interview.remote_alone_confirmed", "not_alone")


# -- V10, V11: risk ----------------------------------------------------------------------------------------------------


def extreme_risk(context: Context) -> Iterator[Hit]:
    """V10: extreme risk without a plan is not sealed, and with one it is still not shared."""
    risk = context.account.risk
    if risk.level != "extreme":
        return
    if context.stage == "share":
        yield Hit("account.risk.level", "share")
    elif len(risk.mitigation or "") < MIN_MITIGATION:
        yield Hit("account.risk.mitigation", "mitigation")


def warned_first(context: Context) -> Iterator[Hit]:
    """V11: nobody tells of service or of work for the occupier before they were warned that it may be used."""
    risk = context.account.risk
    if risk.self_incrimination_warned or "self_incrimination_ua" not in (risk.flags or ()):
        return
    for incident in context.account.incidents:
        for field in ("service", "sent_to_fight", "labour"):
            if getattr(incident, field):
                yield Hit(f"account.incidents.{incident.id}.{field}", "warned")


# -- V25, V27: how it went, how it ended -------------------------------------------------------------------------------


def gently(context: Context) -> Iterator[Hit]:
    """V25: leading questions, distress without a pause, and too long at a stretch."""
    interview = context.account.interview
    if any(one.kind == "leading" for one in interview.question_log):
        yield Hit("account.interview.question_log", "leading")
    if interview.pauses:
        return
    if interview.distress_observed == "strong":
        yield Hit("account.interview.distress_observed", "distress")
    lasted = _between(interview.started_at, interview.ended_at)
    if lasted is not None and lasted > LONGEST_WITHOUT_PAUSE:
        yield Hit("account.interview.pauses", "long")


def closed_and_looked_at_again(context: Context) -> Iterator[Hit]:
    """V27: the closing was done or has a reason. What is sealed here has a day on which the risk is looked at again."""
    interview, risk = context.account.interview, context.account.risk
    done = interview.closing_done or ()
    excused = interview.closing_reason or "account.interview.closing_done" in context.account.nil
    if not excused and any(step not in done for step in CLOSING):
        yield Hit("account.interview.closing_done", "closing")
    if context.stage != "seal":
        return  # records of before this rule stay welcome
    if risk.reassess_on is None:
        yield Hit("account.risk.reassess_on", "reassess")
    elif risk.level in HIGH and _late(interview.started_at, risk.reassess_on):
        yield Hit("account.risk.reassess_on", "late")


def _between(start: str | None, end: str | None) -> timedelta | None:
    """None where one is missing, or is no moment of the calendar."""
    if not start or not end:
        return None
    try:
        return datetime.fromisoformat(end) - datetime.fromisoformat(start)
    except ValueError:
        return None


def _late(started: str | None, on: str) -> bool:
    try:
        return bool(started) and date.fromisoformat(on) - date.fromisoformat(str(started)[:10]) > REASSESS_WITHIN
    except ValueError:
        return False
