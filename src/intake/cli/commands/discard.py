"""`intake discard`."""

from typer import Context

from intake.cli.arguments import Case
from intake.cli.session import Session
from intake.usecases.discard import discard


def command(ctx: Context, case: Case) -> None:
    """Destroy one draft, after its case code was typed again."""
    session = Session.of(ctx)
    code = discard(session.env, case)
    session.result({"discarded": code}, [session.t("The draft is destroyed, and the keys of its attachments.")])
