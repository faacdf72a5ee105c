"""`intake restore`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from intake.cli.arguments import NewPassphraseFile, OfflineFolder, OfSheets, WordsMatch, needed
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.restore import Sources, restore


def command(  # noqa: PLR0913  options of a command line, not parameters that travel
    ctx: Context,
    file: Annotated[Path, Argument(metavar="FILE", help="the backup")],
    *,
    offline: OfflineFolder = None,
    sheets: OfSheets = False,
    withdrawals: Annotated[
        list[Path] | None,
        Option(
            "--withdrawals",
            metavar="FILE|DIR",
            help="what came after the backup, bundles or receipts, taken in first; may be repeated",
        ),
    ] = None,
    trust: Annotated[
        Path | None,
        Option("--trust", metavar="DIR", help="newer officers, roster and recipients, as auditors have them"),
    ] = None,
    words_match: WordsMatch = False,
    new_passphrase_file: NewPassphraseFile = None,
) -> None:
    """A vault from its backup, into an empty home."""
    session = Session.of(ctx)
    t = session.t
    session.ask.new_passphrase_file = new_passphrase_file or session.ask.new_passphrase_file
    sources = Sources(needed(ctx, offline, sheets), tuple(withdrawals or ()), trust)
    done = restore(session.env, file, sources, words_match=words_match)
    rows: list[tuple[str, object]] = [
        (t("Vault of"), t(done.role)),
        (t("Enrolled as"), done.principal),
        (t("As it was on"), done.made_at[:10]),
        (t("Drafts"), done.drafts if done.role == "interviewer" else None),
        (t("Sealed"), done.sealed if done.role == "interviewer" else None),
        (t("Testimonies"), done.records if done.role == "coordinator" else None),
        (t("Files taken in since"), done.replayed or None),
    ]
    session.result(done, pairs(rows))
    if done.role == "coordinator":
        session.note(t("It has no epoch key any more, so that new bundles wait: give it one with intake org rotate."))
        session.note(t("Import again whatever came after that day."))
    else:
        session.note(t("It sends a new chain, which names the old one. Never use both laptops: that shows as a fork."))
        session.note(t("If the other laptop was stolen, have it revoked now: it has the same keys."))
