"""`intake sync`."""

from dataclasses import fields
from typing import Annotated

from typer import Argument, Context, Option

from intake.cli.commands import import_
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import SealedFilesDamaged
from intake.usecases.saying import receipts_sums, receipts_told
from intake.usecases.syncing import Synced, forget, sync
from intake.usecases.syncing_words import synced_sums, synced_told


def command(
    ctx: Context,
    target: Annotated[
        str | None, Argument(metavar="TARGET", help="a folder, sftp://, webdavs:// or s3://; else the last one used")
    ] = None,
    *,
    again: Annotated[
        bool, Option("--again", help="send what went there before once more: it is not there, or a new reader came")
    ] = False,
    forget_it: Annotated[
        bool, Option("--forget", help="instead: forget the password, key or certificate of this place")
    ] = False,
) -> int:
    """What is due goes both ways: bundles and receipts, packs and what coordinators owe each other."""
    session = Session.of(ctx)
    if forget_it:
        return _forget(session, target)
    done = sync(session.env, target, again=again)
    if session.json:
        session.data(_as_data(session, done))
    codes = [_received(session, done)]
    if not session.json:
        session.say(*pairs(synced_sums(done, session.t)))
    session.note(*synced_told(done, session.t))
    codes += [one.error.exit_code for one in done.refused if one.error]
    codes += [SealedFilesDamaged.exit_code] * bool(done.damaged)
    return done.stopped.exit_code if done.stopped else max(codes)


def _received(session: Session, done: Synced) -> int:
    """What a coordinator imported and what a laptop was told, in the words of those commands."""
    if done.imported is not None:
        return import_.told(session, done.imported, by_sync=True)
    if done.receipts is not None and not session.json:
        session.say(*receipts_told(done.receipts, session.t), *pairs(receipts_sums(done.receipts, session.t)))
    return 0


def _as_data(session: Session, done: Synced) -> dict[str, object]:
    data: dict[str, object] = {field.name: getattr(done, field.name) for field in fields(done)}
    return data | {"imported": import_.as_data(session, done.imported) if done.imported else None}


def _forget(session: Session, text: str | None) -> int:
    target, forgotten = forget(session.env, text)
    t = session.t
    session.result(
        {"target": target, "forgotten": forgotten},
        [t("Forgotten; the next sync asks again.") if forgotten else t("Nothing was kept of this place.")],
    )
    return 0
