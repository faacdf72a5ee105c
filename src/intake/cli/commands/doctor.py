"""`intake doctor`."""

import os
import sys
from shutil import get_terminal_size

from typer import Context

from intake.cli.session import Session
from intake.usecases.doctor import Row, State, Terminal, doctor

STATES: tuple[State, ...] = ("ok", "note", "warning", "unknown")


def command(ctx: Context) -> None:
    """Is this laptop, and this vault, sound? Explains, refuses nothing."""
    session = Session.of(ctx)
    rows = doctor(session.env, _terminal())
    if session.json:
        session.data([_as_json(session, row) for row in rows])
        return
    for row in rows:
        session.say(*_lines(session, row))
    session.say("", session.t.plural("{n} warning", "{n} warnings", n=sum(row.state == "warning" for row in rows)))


def _terminal() -> Terminal:
    columns = get_terminal_size().columns if sys.stdout.isatty() else None
    return Terminal(_encoding(), columns, os.environ.get("TERM", ""))


def _encoding() -> str:
    """What the terminal was set to; the shell has set our own streams to UTF-8 whatever that is."""
    if sys.platform == "win32":
        return "utf-8"
    named = next((os.environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if os.environ.get(name)), "")
    return named.partition(".")[2] or "ascii"


def _as_json(session: Session, row: Row) -> dict[str, object]:
    t = session.t
    return {
        "id": row.id,
        "state": row.state,
        "says": t(row.says, **row.fields),
        "todo": t(row.todo, **row.fields) if row.todo else None,
        "fields": dict(row.fields),
    }


def _lines(session: Session, row: Row) -> list[str]:
    t = session.t
    width = max(len(t(state)) for state in STATES)
    said = [f"{t(row.state):{width}}  {t(row.title)}: {t(row.says, **row.fields)}"]
    if row.todo and row.state != "ok":
        said.append(f"{'':{width}}  {t('What to do: {todo}', todo=t(row.todo, **row.fields))}")
    return said
