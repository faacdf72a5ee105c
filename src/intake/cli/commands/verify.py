"""`intake verify`: no vault, no passphrase, no secret."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from intake.cli.session import Session
from intake.errors import BundleInvalid, BundleUndecided, NothingToDo
from intake.usecases.verifying import Verified, verify


def command(
    ctx: Context,
    paths: Annotated[list[Path], Argument(metavar="FILE|DIR…", help="signed tars, or folders of them")],
    *,
    root: Annotated[Path, Option("--root", metavar="FILE", help="the organisation's root keys, as allowed_signers")],
    trust: Annotated[Path, Option("--trust", metavar="DIR", help="the folder of officers, roster and recipients")],
) -> int:
    """Every check of every bundle; with --json one object per bundle, each on a line of its own."""
    session = Session.of(ctx)
    results = verify(paths, root=root, trust=trust, at=session.env.clock())
    if not results:
        raise NothingToDo(what="no bundles are there")
    for one in results:
        if session.json:
            session.data(_as_json(one))
        else:
            _say(session, one)
    codes = {one.report.exit_code for one in results}
    return next((code for code in (BundleInvalid.exit_code, BundleUndecided.exit_code) if code in codes), 0)


def _as_json(one: Verified) -> dict[str, object]:
    """What the checks say; beside it the file, and what a verified statement says of itself."""
    told: dict[str, object] = {"file": one.path}
    if one.report.bundle is not None:
        statement = one.report.bundle.statement
        told |= {key: getattr(statement, key) for key in ("purpose", "sender", "chain", "seq")}
    if one.error is not None:
        told["error"] = one.error.code
    return one.report.to_json() | told


def _say(session: Session, one: Verified) -> None:
    t = session.t
    session.say(f"{one.path.name}: {one.report.verdict.value}")
    if one.error is not None:
        session.say(f"  {t(one.error.message, **one.error.fields)}")
        return
    if one.report.bundle is not None:
        statement = one.report.bundle.statement
        place = t("from {sender}, number {seq}", sender=statement.sender, seq=statement.seq)
        session.say(f"  {place}, {t(statement.purpose)}")
    for check in one.report.checks:
        why = f": {t(check.why, **check.fields)}" if check.why else ""
        session.say(f"  {check.id}  {t(check.outcome.value)}  {t(check.title)}{why}")
