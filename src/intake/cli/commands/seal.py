"""`intake seal`."""

from typing import Annotated

from typer import Argument, Context, Option

from intake.cli.findings import as_json, as_lines
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import MissingWord, RulesRefused, UsageFault
from intake.records.faults import SHAPE
from intake.records.rules import STOPS_INTERRUPTED
from intake.usecases.seal import INTERRUPTIONS, NotSealed, SealReport, seal
from intake.vocabulary import label

STATUS = "interview_status"


def command(
    ctx: Context,
    cases: Annotated[list[str] | None, Argument(metavar="ID…", help="case codes of drafts")] = None,
    *,
    every: Annotated[bool, Option("--all", help="all drafts; asks once")] = False,
    interrupted: Annotated[
        str | None,
        Option(
            "--interrupted", metavar="STATUS", help="seal an unfinished interview; STATUS is why it stopped, as a code"
        ),
    ] = None,
) -> int:
    """Seal what is ready, name what is not, and why."""
    session = Session.of(ctx)
    if every and cases:
        raise UsageFault(what="either case codes or --all, not both; nothing was done")
    if not every and not cases:
        raise MissingWord(command=ctx.command_path, what="ID… | --all")
    try:
        report = seal(session.env, None if every else cases, interrupted=interrupted)
    finally:
        session.ask.forget()  # the reasons that were typed: words about somebody
    if session.json:
        session.data(_as_json(session, report))
    else:
        _say(session, report, interrupted=interrupted is not None)
    return RulesRefused.exit_code if report.refused else 0


def _as_json(session: Session, report: SealReport) -> dict[str, object]:
    return {
        "sealed": report.sealed,
        "refused": [{"case": one.case, "findings": as_json(one.findings, session.t)} for one in report.refused],
    }


def _may_be_interrupted(stopped: NotSealed) -> bool:
    """Only consent and child rules stop a sealing cut short; a document out of shape is stopped too."""
    return not any(one.rule in STOPS_INTERRUPTED or one.rule == SHAPE for one in stopped.findings)


def _needs_reasons(stopped: NotSealed) -> bool:
    """Nothing but warnings stands in the way, and nobody could be asked."""
    return all(one.level == "warn" for one in stopped.findings)


def _say(session: Session, report: SealReport, *, interrupted: bool) -> None:
    t = session.t
    for done in report.sealed:
        marks = " · " + t("marks for the coordinator: {rules}", rules=" ".join(done.marks)) if done.marks else ""
        session.say(t("{case}: sealed, items: {items}", case=done.case, items=done.items) + marks)
        if done.archive_only:
            session.note(t("{case}: only the archive can open it; take a newer mission pack soon", case=done.case))
    for stopped in report.refused:
        said = as_lines(stopped.findings, t, stopped.asked)
        session.note(*said, t("{case}: not sealed, it stays a draft", case=stopped.case))
        session.note(t("To mend it, at that very question: intake edit {case}", case=stopped.case))
        if _needs_reasons(stopped):
            session.note(
                t("To let it stand: seal it at a terminal and type why, or give it in account.reasons (JSON):")
            )
            session.note(
                *(f'  {{"rule": "{one.rule}", "field": "{one.field}", "reason": "…"}}' for one in stopped.findings)
            )
            continue
        if not interrupted and _may_be_interrupted(stopped):
            code = INTERRUPTIONS[0]
            way = t("Did it stop in the middle? intake seal {case} --interrupted {code}", case=stopped.case, code=code)
            session.note(way, *pairs([(f"  {one}", label(one, t.lang, family_name=STATUS)) for one in INTERRUPTIONS]))
    if report.sealed:
        session.note(t("This laptop can't read what is sealed any more. Hand it over: intake export"))
