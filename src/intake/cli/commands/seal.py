"""`intake seal`."""

from typing import Annotated

from typer import Argument, Context, Option

from intake.cli.findings import as_json, as_lines
from intake.cli.session import Session
from intake.errors import MissingWord, RulesRefused, UsageFault
from intake.usecases.seal import SealReport, seal


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
    report = seal(session.env, None if every else cases, interrupted=interrupted)
    if session.json:
        session.data(_as_json(session, report))
    else:
        _say(session, report)
    return RulesRefused.exit_code if report.refused else 0


def _as_json(session: Session, report: SealReport) -> dict[str, object]:
    return {
        "sealed": report.sealed,
        "refused": [{"case": one.case, "findings": as_json(one.findings, session.t)} for one in report.refused],
    }


def _say(session: Session, report: SealReport) -> None:
    t = session.t
    for done in report.sealed:
        marks = f" [{' '.join(done.marks)}]" if done.marks else ""
        session.say(t("{case}: sealed, items: {items}", case=done.case, items=done.items) + marks)
        if done.archive_only:
            session.note(t("{case}: only the archive can open it; take a newer mission pack soon", case=done.case))
    for stopped in report.refused:
        session.note(t("{case}: not sealed, it stays a draft", case=stopped.case), *as_lines(stopped.findings, t))
    if report.sealed:
        session.note(t("This laptop can't read them any more. Hand them over: intake export"))
