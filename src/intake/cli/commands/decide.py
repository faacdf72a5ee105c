"""`intake decide`."""

from typing import Annotated

from typer import Argument, Context

from intake.cli.arguments import Case
from intake.cli.session import Session
from intake.errors import UsageFault
from intake.usecases.code_phrase import PHRASES
from intake.usecases.deciding import KINDS, Decided, decide
from intake.usecases.saying import DECISIONS

WHICH = (
    "what is decided: link, not_same, fork_resolved, conflict_resolved, withdrawal_confirmed, erase, erase_identity, "
    "erase_confirmed, erase_refused, legal_hold, hold_lifted"
)
"""One sentence, so that it can be translated; a test holds it to the kinds there are."""


def command(
    ctx: Context,
    kind: Annotated[str, Argument(metavar="KIND", help=WHICH)],
    case: Case,
) -> None:
    """Sign a decision on a case: erase, erase_identity, withdrawal_confirmed, legal_hold, fork_resolved, and others."""
    session = Session.of(ctx)
    known = {one: one for one in KINDS}
    if kind not in known:
        raise UsageFault(what=session.t("a decision is one of: {kinds}", kinds=", ".join(KINDS)))
    done = decide(session.env, known[kind], case)
    session.result(done, list(_said(session, done)))
    session.note(session.t("The other coordinators learn of it by: intake export"))


def _said(session: Session, done: Decided) -> list[str]:
    t = session.t
    said = [t("{case}: {what}. Signed.", case=done.case, what=t(DECISIONS[done.kind]))]
    if done.phrase is not None:
        said.append(t(PHRASES[done.phrase]))
    if done.erased:
        said.append(_gone(session, done))
    if done.held:
        said.append(t("An erasure waits until the legal hold ends."))
    return said


def _gone(session: Session, done: Decided) -> str:
    if done.kind == "erase_identity":
        return session.t("Names, contacts and what belongs to them are erased here; a tombstone stays.")
    return session.t.plural(
        "{n} record is erased, with its files; its tombstone stays.",
        "{n} records are erased, with their files; their tombstones stay.",
        n=done.erased,
    )
