"""`intake withdraw`."""

from typer import Context

from intake.cli.arguments import Case
from intake.cli.session import Session
from intake.usecases.withdrawing import withdraw


def command(ctx: Context, case: Case) -> None:
    """Consent taken back: sealed at once, and carried with the next export."""
    session = Session.of(ctx)
    t = session.t
    done = withdraw(session.env, case)
    lines = [t("{case}: the withdrawal is sealed. Hand it over soon: intake export", case=done.case)]
    if done.destroyed:
        lines.append(
            t.plural(
                "{n} sealed file of {case} is destroyed.",
                "{n} sealed files of {case} are destroyed.",
                n=done.destroyed,
                case=done.case,
            )
        )
    session.result(done, lines)
    session.note(t("Where it arrives nobody reads or uses the testimony, until an officer has decided."))
    if done.archive_only:
        session.note(t("{case}: only the archive can open it; take a newer mission pack soon", case=done.case))
