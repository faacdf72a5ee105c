"""`intake` without a command, on a terminal: the full-screen application, or the same in lines.

In lines where it was asked for (`--plain`, INTAKE_PLAIN=1) and where a screen can't be drawn: TERM=dumb, a window under
80x24. Light on purpose: every command passes here. Before either begins, the terminal is made clean, because a sitting
that was killed may have left its screen on it.
"""

from __future__ import annotations

import os
import sys
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from intake.cli.table import GLOBAL_OPTIONS

try:
    import termios
except ImportError:  # Windows
    termios = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from intake.cli.options import Globals
    from intake.i18n import Language, Translator
    from intake.usecases.environment import Ask, Environment, Progress

    Application = Callable[[Callable[[Translator, Ask, Progress], Environment], Language], int]

SMALLEST = (80, 24)  # columns and rows
NEVER_HERE = frozenset({"json", "yes", "no_input"})  # options of programs, and of commands
# The other screen entered, erased and left again: what a killed sitting left on it goes, and what stands on the first
# one stays. Then the modes that it may have left on: mouse, focus, pasting in brackets, keys told apart, no cursor.
CLEAN = "\x1b[?1049h\x1b[2J\x1b[3J\x1b[H\x1b[?1049l\x1b[?1000;1002;1003;1004;1006;1015;2004l\x1b[<u\x1b[?7h\x1b[?25h"


def opens(arguments: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Whether there is no command, only options of a sitting, and somebody at a terminal."""
    given = alone(arguments)
    at_terminal = all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    return given is not None and not NEVER_HERE & set(given) and "_INTAKE_COMPLETE" not in environ and at_terminal


def alone(arguments: Sequence[str]) -> dict[str, str | bool] | None:
    """The options, where there is nothing else on the command line; an option without its value is for Typer to say."""
    takes = {option.name: option.metavar for option in GLOBAL_OPTIONS}
    given: dict[str, str | bool] = {}
    words = list(arguments)
    while words:
        name, equals, value = words.pop(0).partition("=")
        if name not in takes or (equals and takes[name] is None):
            return None
        if takes[name] is not None and not equals:
            if not words:
                return None
            value = words.pop(0)
        given[name.removeprefix("--").replace("-", "_")] = value if takes[name] is not None else True
    return given


def open_front(arguments: Sequence[str], t: Translator, application: Application | None) -> int:
    """One sitting; its exit code."""
    # Late: `--help` and every command pass through this module, and need none of it.
    from intake.cli.menu import Menu  # noqa: PLC0415
    from intake.cli.options import Globals  # noqa: PLC0415
    from intake.cli.session import Session  # noqa: PLC0415
    from intake.usecases.environment import Environment  # noqa: PLC0415

    options = Globals(t)
    for name, value in (alone(arguments) or {}).items():
        options.remember(name, value)
    clean_terminal()
    if application is None or not draws(options, os.environ):
        return Menu(options).run()
    home = Session(options).home
    return application(lambda said, ask, progress: Environment(home=home, t=said, ask=ask, progress=progress), t.lang)


def draws(options: Globals, environ: Mapping[str, str]) -> bool:
    """Whether a full screen is wanted, and this terminal can show one."""
    if options.values.get("plain") or environ.get("INTAKE_PLAIN", "0") not in {"", "0"}:
        return False
    if environ.get("TERM", "") in ({"dumb"} if sys.platform == "win32" else {"", "dumb"}):
        return False
    size = get_terminal_size()
    return size.columns >= SMALLEST[0] and size.lines >= SMALLEST[1]


def clean_terminal() -> None:
    """As if nothing had been here before."""
    if os.environ.get("TERM", "") not in {"", "dumb"} or sys.platform == "win32":
        sys.stderr.write(CLEAN)
        sys.stderr.flush()
    if termios is not None:
        modes = termios.tcgetattr(sys.stdin.fileno())
        modes[0] |= termios.ICRNL | termios.IXON
        modes[1] |= termios.OPOST
        modes[3] |= termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, modes)
