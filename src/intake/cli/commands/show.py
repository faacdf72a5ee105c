"""`intake show`: one testimony on a screen that is cleared afterwards; into a pipe only when that is asked for."""

import os
import sys
from typing import Annotated

from typer import Context, Option

from intake.cli.arguments import Case
from intake.cli.case_lines import case_json, case_lines
from intake.cli.session import Session
from intake.errors import PlaintextPipe
from intake.usecases.showing import show

ALTERNATE_SCREEN, NORMAL_SCREEN = "\x1b[?1049h\x1b[H", "\x1b[2J\x1b[?1049l"


def command(
    ctx: Context,
    case: Case,
    *,
    plaintext: Annotated[bool, Option("--plaintext", help="print readable testimony into a pipe or a file")] = False,
) -> None:
    """The whole testimony, field by field."""
    session = Session.of(ctx)
    on_screen = sys.stdout.isatty() and not plaintext
    if not (on_screen or plaintext):
        raise PlaintextPipe
    shown = show(session.env, case)
    lines = list(case_lines(shown, session.t))
    if on_screen:
        _pages(session, lines)
    else:
        session.result(case_json(shown), lines)


def _pages(session: Session, lines: list[str]) -> None:
    """A screenful at a time; the terminal keeps nothing of it, neither after Ctrl-C."""
    height = max(os.get_terminal_size(sys.stdout.fileno()).lines - 2, 1)
    sys.stdout.write(ALTERNATE_SCREEN)
    try:
        for start in range(0, len(lines), height):
            session.say(*lines[start : start + height])
            session.ask.text(f"{start // height + 1}/{-(-len(lines) // height)} · {session.t('Enter: go on')}")
            sys.stdout.write("\x1b[2J\x1b[H")
    finally:
        sys.stdout.write(NORMAL_SCREEN)
        sys.stdout.flush()
