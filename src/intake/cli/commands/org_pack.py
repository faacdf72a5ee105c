"""`intake org pack`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from intake.cli.arguments import read_input
from intake.cli.commands.org_enrol import CODE, TRAININGS
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import BadOption
from intake.usecases.org_enrol import Profile
from intake.usecases.org_pack import Mission, org_pack


def command(  # noqa: PLR0913  options of a command line, not parameters that travel
    ctx: Context,
    names: Annotated[
        list[str] | None, Argument(metavar="NAME…", help="laptops and coordinators; else everybody in time")
    ] = None,
    *,
    envelope: Annotated[
        str | None, Option("--envelope", metavar="always|never", help="policy: whether bundles are encrypted whole")
    ] = None,
    scope: Annotated[
        list[str] | None, Option("--scope", metavar="CODE", help="policy: a consent asked for by itself; repeated")
    ] = None,
    purge_after: Annotated[
        int | None, Option("--purge-after", metavar="N", help="policy: receipts of so many coordinators")
    ] = None,
    mode: Annotated[
        list[str] | None, Option("--mode", metavar="MODE", help="policy: a kind of talk that is taken; repeated")
    ] = None,
    blank_after: Annotated[
        int | None, Option("--blank-after", metavar="MIN", help="policy: without a key, the screen says nothing")
    ] = None,
    lock_after: Annotated[
        int | None, Option("--lock-after", metavar="MIN", help="policy: without a key, the vault is locked")
    ] = None,
    interview_lock_after: Annotated[
        int | None, Option("--interview-lock-after", metavar="MIN", help="policy: the same, inside an interview")
    ] = None,
    questionnaire: Annotated[
        Path | None, Option("--questionnaire", metavar="FILE", help="the mission's own questionnaire")
    ] = None,
    interviewer: Annotated[
        str, Option("--interviewer", metavar="CODE", help="of the one laptop named: its interviewer's code")
    ] = "",
    trained: Annotated[
        list[str] | None, Option("--trained", metavar="full|child|sv", help="and what that one was trained for")
    ] = None,
    to: Annotated[Path | None, Option("--to", metavar="DIR", help="where the packs go")] = None,
) -> None:
    """Write packs with the newest trust files, policy and questionnaire."""
    session = Session.of(ctx)
    t = session.t
    profile = _profile(ctx, names or [], interviewer, frozenset(trained or ()))
    given = {
        "envelope": envelope,
        "scopes": scope,
        "purge_after": purge_after,
        "modes": mode,
        "blank_minutes": blank_after,
        "lock_minutes": lock_after,
        "interview_lock_minutes": interview_lock_after,
    }
    policy = {key: value for key, value in given.items() if value is not None}
    changes = Mission(policy, read_input(questionnaire) if questionnaire else None)
    done = org_pack(session.env, names or (), changes=changes, profile=profile, to=to)
    session.result(done, pairs([(t("Packs written"), len(done.written)), *(("", path) for path in done.written)]))
    for one in done.without:
        session.note(t("{name}: no pack can be written here yet; intake org pack {name} says why", name=one))
    session.note(t("Each pack is for one machine; there: intake enrol PACK"))


def _profile(ctx: Context, names: list[str], interviewer: str, training: frozenset[str]) -> Profile | None:
    if not interviewer and not training:
        return None
    if not training <= TRAININGS or len(names) != 1:
        raise BadOption(command=ctx.command_path, option="--trained")
    if not CODE.fullmatch(interviewer):
        raise BadOption(command=ctx.command_path, option="--interviewer")
    return Profile(interviewer, "full" in training, "child" in training, "sv" in training)
