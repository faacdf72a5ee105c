"""`intake add`."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, BinaryIO

from typer import Argument, Context

from intake.cli.findings import as_json, as_lines
from intake.cli.session import Session
from intake.errors import BadTestimony, FileUnreadable, NoTerminal
from intake.usecases.add import Added, add


def command(
    ctx: Context,
    file: Annotated[
        str | None, Argument(metavar="FILE|-", help="JSON or JSON Lines; - is stdin; asked for when it is not given")
    ] = None,
) -> int:
    """Store every good testimony as a draft, name every bad one by line and field."""
    session = Session.of(ctx)
    with _source(session, file) as source:
        added = add(session.env, source)
    if session.json:
        session.data(_as_json(session, added))
    else:
        _say(session, added)
    return BadTestimony.exit_code if added.refused else 0


def _source(session: Session, file: str | None) -> "nullcontext[BinaryIO] | BinaryIO":
    if file is None and sys.stdin is None:
        raise NoTerminal(option="FILE")
    if file is None and sys.stdin.isatty():
        file = session.ask.text(session.t("File with testimonies"))
    if file is None or file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except (OSError, ValueError):  # ValueError: a name with a NUL in it
        raise FileUnreadable(file=Path(file).name) from None


def _as_json(session: Session, added: Added) -> dict[str, object]:
    return {
        "drafts": [
            {"line": draft.line, "case": draft.case, "warnings": as_json(draft.warnings, session.t)}
            for draft in added.drafts
        ],
        "refused": [{"line": bad.line, "findings": as_json(bad.findings, session.t)} for bad in added.refused],
    }


def _say(session: Session, added: Added) -> None:
    """Case codes on stdout, everything else beside them."""
    t = session.t
    session.say(*(draft.case for draft in added.drafts))
    for draft in added.drafts:
        if draft.warnings:
            session.note(t("{case}: stored; a reason is asked before it is sealed", case=draft.case))
            session.note(*as_lines(draft.warnings, t))
    for bad in added.refused:
        session.note(t("line {line}: not stored", line=bad.line), *as_lines(bad.findings, t))
    session.note(t.plural("{n} draft was stored.", "{n} drafts were stored.", n=len(added.drafts)))
    if added.refused:
        session.note(t.plural("{n} line was not.", "{n} lines were not.", n=len(added.refused)))
    session.note(t("What they were read from stays where it is: keep it as safe as the vault, or destroy it."))
