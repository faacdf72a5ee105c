"""`intake show`: one testimony on a screen that is cleared afterwards; into a pipe only when that is asked for."""

import os
import sys
import textwrap
from collections.abc import Iterator
from typing import Annotated, Any

from typer import Context, Option

from intake.cli.arguments import Case
from intake.cli.render import COLUMNS, safe
from intake.cli.session import Session
from intake.errors import PlaintextPipe
from intake.usecases.showing import Shown, show

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
    lines = [shown.row.case, *(_answers(session, shown) if shown.answers else tree(shown.testimony))]
    if on_screen:
        _pages(session, lines)
    else:
        session.result({"row": shown.row, "testimony": shown.testimony}, lines)


def _answers(session: Session, shown: Shown) -> Iterator[str]:
    """Question by question, as the interviewer knows them; then what no question asks, under its fields' names."""
    section = about = ""
    for line in shown.answers:
        if line.section != section:
            section, about = line.section, ""
            yield from ("", section.upper())
        if line.about != about:
            about = line.about
            yield f"  {about}" if about else ""
        yield from _folded(line.label, "  ")
        for paragraph in safe(line.shown).splitlines() or [""]:
            yield from _folded(paragraph, "    ")
    rest = list(tree(shown.beside))
    if rest:
        yield from ("", session.t("Also in this draft").upper(), *rest)


def _folded(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, COLUMNS - 2, initial_indent=indent, subsequent_indent=indent) or [""]


def tree(value: Any, indent: str = "") -> Iterator[str]:
    """Names and values, indented; long texts keep their own lines."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _branch(name, inner, indent)
    else:
        for number, inner in enumerate(value, start=1):
            yield from _branch(str(number), inner, indent)


def _branch(name: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, (dict, list)):
        if value:
            yield f"{indent}{name}"
            yield from tree(value, f"{indent}  ")
        return
    first, *rest = safe(str(value)).splitlines() or [""]
    yield f"{indent}{name}: {first}"
    yield from (f"{indent}  {line}" for line in rest)


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
