"""`intake verify`: no vault, no passphrase, no secret."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from intake.bundle.report import Outcome, Verdict
from intake.cli.arguments import JudgedAt, judged_at
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import BundleInvalid, BundleUndecided, NothingToDo
from intake.usecases.verifying import Verified, verify

VERDICTS = (Verdict.VALID, Verdict.UNDECIDED, Verdict.INVALID)  # the worse, the nearer to the end
NOT_WELL = frozenset({Outcome.FAIL, Outcome.UNDECIDED})


def command(
    ctx: Context,
    paths: Annotated[list[Path], Argument(metavar="FILE|DIR…", help="signed tars, or folders of them")],
    *,
    root: Annotated[Path, Option("--root", metavar="FILE", help="the organisation's root keys, as allowed_signers")],
    trust: Annotated[Path, Option("--trust", metavar="DIR", help="the folder of officers, roster and recipients")],
    log: Annotated[
        list[Path] | None, Option("--log", metavar="DIR", help="a folder with published logs; may stand several times")
    ] = None,
    at: JudgedAt = None,
) -> int:
    """Every check of every bundle; with --json one object per bundle, each on a line of its own."""
    session = Session.of(ctx)
    env = session.env
    then = judged_at(ctx, at) or env.clock()
    results = verify(paths, root=root, trust=trust, at=then, logs=log or (), progress=env.progress)
    if not results:
        raise NothingToDo(what="no bundles are there")
    if session.json:
        for one in results:
            session.data(_as_json(one))
    else:
        _say_all(session, results)
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


def _say_all(session: Session, results: Sequence[Verified]) -> None:
    """One bundle with its every check; of several only what is not well, the VALID ones first, then the totals."""
    if len(results) == 1:
        _say(session, results[0], shown=frozenset(Outcome))
        return
    for one in sorted(results, key=lambda one: VERDICTS.index(one.report.verdict)):
        _say(session, one, shown=NOT_WELL)
    counts = Counter(one.report.verdict for one in results)
    rows = [(session.t("Files"), len(results)), *((f"  {one.value}", counts[one] or None) for one in VERDICTS)]
    session.say(*pairs(rows))


def _say(session: Session, one: Verified, *, shown: frozenset[Outcome]) -> None:
    t = session.t
    session.say(f"{one.path.name}: {one.report.verdict.value}")
    if one.error is not None:
        session.say(f"  {t(one.error.message, **one.error.fields)}")
        return
    if one.report.bundle is not None:
        statement = one.report.bundle.statement
        place = t("from {sender}, number {seq}", sender=statement.sender, seq=statement.seq)
        session.say(f"  {place}, {t(statement.purpose)}")
    for check in (check for check in one.report.checks if check.outcome in shown):
        why = f": {t(check.why, **check.fields)}" if check.why else ""
        session.say(f"  {check.id}  {t(check.outcome.value)}  {t(check.title)}{why}")
