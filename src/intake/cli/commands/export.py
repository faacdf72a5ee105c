"""`intake export`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from typer import Context, Option

from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import SealedFilesDamaged
from intake.usecases.environment import open_vault
from intake.usecases.exporting import Exported, export
from intake.usecases.relaying import Relayed, relay
from intake.usecases.saying import exported_words, size


def command(
    ctx: Context,
    *,
    to: Annotated[
        Path | None, Option("--to", metavar="DIR", help="the stick or folder; asked for when it is not given")
    ] = None,
    everything: Annotated[
        bool, Option("--all", help="a coordinator: also what was carried on to the others before")
    ] = False,
) -> int:
    """Carried files, written, read back and compared: a laptop's bundle, or what a coordinator carries on."""
    session = Session.of(ctx)
    with open_vault(session.env) as vault:
        env = replace(session.env, vault=vault)
        if vault.role == "coordinator":
            return _relayed(session, relay(env, to, everything=everything))
        return _exported(session, export(env, to))


def _relayed(session: Session, done: Relayed) -> int:
    t = session.t
    rows: list[tuple[str, object]] = [
        *((t("File"), path) for path in done.paths),
        (t("Testimonies"), done.testimonies),
        (t("Items"), done.items),
        (t("Items waiting for a key"), done.waiting or None),
        (t("Size"), size(done.size_bytes, t)),
    ]
    session.result(done, pairs(rows))
    session.note(t("For the other coordinators; there: intake import DIR"))
    return 0


def _exported(session: Session, done: Exported) -> int:
    t = session.t
    rows: list[tuple[str, object]] = [
        (t("File"), done.path),
        (t("Testimonies"), done.testimonies),
        (t("Items"), done.items),
        (t("Size"), size(done.size_bytes, t)),
        (t("Bundle"), done.bundle),
        (t("Number"), done.seq),
    ]
    session.result(done, pairs(rows))
    session.note(*exported_words(done, t))
    return SealedFilesDamaged.exit_code if done.damaged else 0
