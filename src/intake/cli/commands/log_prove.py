"""`intake log prove`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from intake.cli.session import Session
from intake.errors import BadOption
from intake.usecases.log_prove import prove_bundle, prove_growth


def command(
    ctx: Context,
    bundle: Annotated[str | None, Argument(metavar="[DIGEST]", help="of a bundle, as verify --json gives it")] = None,
    *,
    since: Annotated[
        Path | None, Option("--since", metavar="FILE", help="an earlier checkpoint: proves that the log only grew")
    ] = None,
) -> None:
    """A proof as JSON, with its signed checkpoint: that a bundle is in the log, or that the log only grew."""
    session = Session.of(ctx)
    if (bundle is None) == (since is None):
        raise BadOption(command=ctx.command_path, option="--since")
    proof = prove_growth(session.env, since) if since else prove_bundle(session.env, bundle or "")
    session.data({name: value for name, value in vars(proof).items() if value is not None})
    session.note(session.t("Anybody can check it with the organisation's officers file; the auditor's guide says how."))
