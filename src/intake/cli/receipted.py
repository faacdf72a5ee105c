"""What is said of the receipts that a coordinator's deed wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.cli.session import Session
    from intake.usecases.receipting import ReceiptsWritten


def receipts_told(session: Session, done: ReceiptsWritten) -> None:
    """Where they are, and why some are not."""
    t = session.t
    if done.written:
        folder = done.carried[0].parent if done.carried else done.folder
        said = t.plural(
            "{n} receipt is in {folder}; its laptop takes it with: intake receipts",
            "{n} receipts are in {folder}; their laptops take them with: intake receipts",
            n=len(done.carried or done.written),
            folder=folder,
        )
        session.note(said)
    if done.without:
        session.note(t("Bundles that do not say where a receipt can go: {n}", n=done.without))
    if done.error:
        session.note(t("Not all receipts were written; the import itself stands, and a second one writes them again."))
        session.note(t(done.error.message, **done.error.fields), t(done.error.hint, **done.error.fields))
