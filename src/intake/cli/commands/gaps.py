"""`intake gaps`."""

from typer import Context

from intake.cli.arguments import Case
from intake.cli.findings import as_json
from intake.cli.session import Session
from intake.usecases.gaps import Gap, gaps
from intake.usecases.saying import gap_said


def command(ctx: Context, case: Case) -> None:
    """What is missing, in the order of the interview; it reports, so it ends well whatever it finds."""
    session = Session.of(ctx)
    t = session.t
    found = gaps(session.env, case)
    rows = [row for number, gap in enumerate(found, start=1) for row in _rows(number, gap, session)]
    session.result({"case": case, "gaps": [_as_json(gap, session) for gap in found]}, rows)
    if not found:
        session.note(t("Nothing is missing."))
        return
    session.note(t("To mend it, at that very question: intake edit {case}", case=case))


def _rows(number: int, gap: Gap, session: Session) -> list[str]:
    """The question, and under it what is wrong and the way on."""
    said = gap_said(gap, session.t)
    return [f"{number:>3}  {gap.question or (gap.finding.field if gap.finding else '')}", f"     {said}"]


def _as_json(gap: Gap, session: Session) -> dict[str, object]:
    """Without what was answered; the level says whether a reason lets it stand."""
    said = as_json([gap.finding], session.t)[0] if gap.finding else {}
    level = gap.finding.level if gap.finding else "warn" if gap.begun else "block"
    return {"question": gap.question, "key": gap.key, "level": level, **said}
