"""`intake log gap`."""

from typing import Annotated

from typer import Argument, Context, Option

from intake.cli.session import Session
from intake.errors import BadOption
from intake.usecases.log_gap import REASONS, log_gap


def command(
    ctx: Context,
    sender: Annotated[str, Argument(metavar="SENDER", help="the laptop, as d-anna")],
    seq: Annotated[int, Argument(metavar="NUMBER", min=1, help="the bundle that will not come")],
    *,
    chain: Annotated[str | None, Option("--chain", metavar="HEX", help="which chain, where there are several")] = None,
    reason: Annotated[
        str | None, Option("--reason", metavar="CODE", help="lost, broken, taken or other; asked for otherwise")
    ] = None,
) -> None:
    """Say in the log, for good, that a numbered bundle will not come; audits then know that somebody answers for it."""
    code = next((one for one in REASONS if one == reason), None)
    if reason is not None and code is None:
        raise BadOption(command=ctx.command_path, option="--reason")
    session = Session.of(ctx)
    t = session.t
    done = log_gap(session.env, sender, seq, chain=chain, reason=code)
    session.result(done, [t("Entry {index} of the log says so.", index=done.index)])
    if done.gap.covering:
        session.note(t("All that its sender named has come by now: audits count the gap as closed."))
    else:
        session.note(t("What was in it has not all come again: audits go on saying that something is missing."))
