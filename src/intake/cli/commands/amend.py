"""`intake amend`."""

from typer import Context

from intake.cli.arguments import Case
from intake.cli.session import Session
from intake.usecases.amending import amend


def command(ctx: Context, case: Case) -> None:
    """What the person adds or corrects, and consent decisions that changed; also of what this laptop can't read."""
    session = Session.of(ctx)
    t = session.t
    try:
        done = amend(session.env, case)
    finally:
        session.ask.forget()  # what the person said
    session.result(done, [done.case])
    session.note(t("What was added is a draft. Seal it when it is ready: intake seal {case}", case=done.case))
    session.note(t("Files go with it: intake attach {case}. People and places: JSON, intake add", case=done.case))
