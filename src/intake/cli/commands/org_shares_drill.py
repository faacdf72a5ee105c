"""`intake org shares drill`."""

from pathlib import Path
from typing import Annotated

from typer import Context, Option

from intake.cli.arguments import KeySets, chosen_sets
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import BadOption
from intake.keys.shares import KeySet
from intake.usecases.shares_drill import Drilled, org_drill, org_drill_alone


def command(
    ctx: Context,
    *,
    sets: KeySets = None,
    offline: Annotated[
        list[Path] | None,
        Option(
            "--offline",
            metavar="DIR",
            help="a folder with the keys, to be destroyed there once their sheets are proved; may be repeated",
        ),
    ] = None,
    alone: Annotated[bool, Option("--alone", help="one sheet only: is it whole, and of the newest split")] = False,
) -> None:
    """Custodians type their sheets, and see that they restore the keys; no key is written anywhere."""
    session = Session.of(ctx)
    if not alone:
        done = org_drill(session.env, chosen_sets(ctx, sets) if sets else (), tuple(offline or ()))
        t = session.t
        session.result(done, pairs([(t("Proved"), ", ".join(map(t, done.sets))), (t("Made on"), done.at[:10])]))
        tell(session, done)
        return
    if offline or sets:
        raise BadOption(command=ctx.command_path, option="--alone")
    _one(session)


def tell(session: Session, done: Drilled) -> None:
    """What was destroyed, what was not, and what that means."""
    t = session.t
    for path in done.destroyed:
        session.note(t("destroyed: {file}", file=path))
    if done.destroyed:
        session.note(
            t("Flash memory keeps old copies of what was overwritten: destroy the stick itself, and every copy of it."),
            t("The folder's passphrase is of no more use to anybody but those copies."),
        )
    if done.left:
        session.note(
            t("The files were kept: {n}. As long as they lie there, the sheets protect nothing.", n=len(done.left))
        )
    for key_set, numbers in done.untried.items():
        session.note(*_untried(session, key_set, numbers))
    session.note(t("Envelopes sealed, sheets to different places; the next drill within a year."))


def _untried(session: Session, key_set: KeySet, numbers: tuple[int, ...]) -> list[str]:
    t, facts = session.t, {"wanted": session.t(key_set), "numbers": ", ".join(map(str, numbers))}
    if not numbers:
        return []
    return [
        t("Not tried now, of the set {wanted}: {numbers}. Each by itself: intake org shares drill --alone", **facts)
    ]


def _one(session: Session) -> None:
    t, found = session.t, org_drill_alone(session.env)
    rows: list[tuple[str, object]] = [
        (t("Set"), t(found.key_set)),
        (t("Sheet"), found.number),
        (t("Needed"), found.need),
        (t("Check value"), found.check),
    ]
    session.result(found, pairs(rows))
    if found.newest:
        session.note(t("It is whole, and of the newest split that this vault knows."))
    else:
        session.note(t("It is whole, but not of the newest split here: it is from before, or another organisation's."))
