"""`intake init`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

from typer import Context, Option

from intake.cli.arguments import WordsMatch, read_input
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.init import init

if TYPE_CHECKING:
    from intake.store.rows import Role


def command(
    ctx: Context,
    *,
    org: Annotated[
        Path | None,
        Option("--org", metavar="CARD", help="the organisation's card; without it, drafts can be taken but not sealed"),
    ] = None,
    coordinator: Annotated[
        bool, Option("--coordinator", help="a second coordinator's machine: the request is for org appoint")
    ] = False,
    words_match: WordsMatch = False,
) -> None:
    """Make the vault; with a card, also the request that the coordinator needs."""
    session = Session.of(ctx)
    t = session.t
    card, role = read_input(org) if org else None, "coordinator" if coordinator else "interviewer"
    ready = init(session.env, card, words_match=words_match, role=cast("Role", role))
    rows: list[tuple[str, object]] = [(t("Vault"), session.home)]
    if ready.card is not None:
        rows.append((t("Organisation"), ready.card.name))
    if ready.request is not None and ready.request_words is not None:
        rows += [
            (t("Request"), ready.request),
            (t("Its words"), " ".join(ready.request_words.words)),
            ("", ready.request_words.hex),
        ]
    session.result(ready, pairs(rows))
    if ready.request is None:
        session.note(t("Drafts can be taken now. To seal them, make a request: intake init --org CARD"))
    else:
        session.note(
            t("Carry the request to the coordinator, and compare its words by voice or face to face."),
            t("Then take the pack that comes back: intake enrol PACK"),
        )
