"""`intake org init`."""

from typing import Annotated

from typer import Context, Option

from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.org_init import org_init


def command(
    ctx: Context,
    *,
    made_up: Annotated[bool, Option("--made-up", help="for exercises: nothing of it is ever taken for real")] = False,
) -> None:
    """Make the organisation; its name is asked for."""
    session = Session.of(ctx)
    t = session.t
    name = session.ask.text(t("Name of the organisation"))
    made = org_init(session.env, name, purpose="made-up" if made_up else "real")
    rows: list[tuple[str, object]] = [
        (t("Organisation"), made.name),
        (t("Its fingerprint"), made.org),
        (t("Purpose"), t(made.purpose)),
        (t("Vault"), session.home),
        (t("Officer"), made.officer),
        (t("Card, to give to laptops"), made.card),
        (t("Words of the card"), " ".join(made.words.words)),
        ("", made.words.hex),
        (t("For auditors"), made.public),
        (t("Root, archive and recovery keys"), made.offline),
    ]
    session.result(made, pairs(rows))
    if session.passphrase_from_file:
        session.note(
            t("That folder and the vault open with one passphrase, because it came from a file: for exercises.")
        )
    session.note(
        t("Give the card to every laptop; there: intake init --org CARD"),
        t("Move the folder with the root, archive and recovery keys off this machine now."),
        t("Keep it on paper or media in different safes."),
    )
