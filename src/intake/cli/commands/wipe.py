"""`intake wipe`."""

from typing import Annotated

from typer import Context, Option

from intake.cli.session import Session
from intake.usecases.wipe import sealed_waiting, wipe


def command(
    ctx: Context,
    *,
    key: Annotated[bool, Option("--key", help="only the keys, in a moment; the unreadable rest stays")] = False,
) -> None:
    """Destroy this vault, keys first. Needs no passphrase."""
    session = Session.of(ctx)
    t, waiting = session.t, sealed_waiting(session.env)
    if waiting:
        session.note(t("Sealed files here that no receipt covers: {n}. They would be lost with it.", n=waiting))
    session.note(t("Drafts can't be counted without the passphrase; what is a draft is lost with it."))
    done = wipe(session.env, key_only=key)
    session.result(
        done, [t("The keys of this vault are destroyed. Nobody can open it, not with the passphrase either.")]
    )
    session.note(t("Flash memory may keep older copies of the keys: against them only the passphrase protects."))
