"""In and out of a command: the language first, then the command, then one door for whatever went wrong.

The language is chosen before any word is printed: `--lang`, `INTAKE_LANG`, the locale, Ukrainian. The overview is
printed without loading Typer; everything else goes to `intake.cli.group`.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from intake import __version__
from intake.cli import failures, front
from intake.cli.helptext import overview
from intake.errors import IntakeError, Interrupted
from intake.i18n import Translator, choose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from intake.cli.front import Application

NEUTRAL_TITLE = "\x1b]0;terminal\x07"  # a window title is read over a shoulder, and kept in lists of windows
_ENDS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))  # Windows has no SIGHUP


def language(arguments: Sequence[str], environ: Mapping[str, str]) -> Translator:
    """What `--lang` says, wherever it stands; else the environment; else Ukrainian."""
    asked = None
    for i, word in enumerate(arguments):
        if word == "--":
            break
        if word == "--lang":
            asked = arguments[i + 1] if i + 1 < len(arguments) else None
        elif word.startswith("--lang="):
            asked = word.partition("=")[2]
    wishes = (environ.get(name) for name in ("INTAKE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    return Translator(choose(asked, *wishes))


def prepare_process(arguments: Sequence[str]) -> None:
    """For the whole process: streams that are there, signals that unwind, crashes that say a place and no value."""
    _open_closed_streams()
    failures.replace_hooks(language(arguments, os.environ))
    _end_like_ctrl_c()


def run(arguments: list[str], application: Application | None = None) -> int:
    """Run one command line; returns the exit code and lets nothing through.

    `application`: the full-screen one, which this room does not know, for `intake` without a command.
    """
    t = language(arguments, os.environ)
    try:
        code = _run(arguments, t, application)
        sys.stdout.flush()
    except OSError as error:
        return failures.of_the_system(error, t)
    return code


def _run(arguments: list[str], t: Translator, application: Application | None) -> int:
    try:
        _prepare_terminal()
        return _dispatch(arguments, t, application)
    except OSError:
        raise
    except KeyboardInterrupt:
        _ignore_further_ends()
        if sys.stderr.isatty():
            sys.stderr.write("\n")  # the question stands there without an end of its line
        return failures.say(Interrupted(), t, as_json="--json" in arguments)
    except IntakeError as error:
        return failures.say(error, t, as_json="--json" in arguments)
    except BaseException as error:  # noqa: BLE001  the last door: whatever it is, its words stay inside
        return failures.fault(error, t)


def _dispatch(arguments: list[str], t: Translator, application: Application | None) -> int:
    without_language = [word for word in arguments if not word.startswith("--lang=")]
    if without_language[:1] == ["--lang"]:
        del without_language[:2]
    if without_language == ["--version"]:
        print(f"intake {__version__}")
        return 0
    if front.opens(arguments, os.environ):
        return front.open_front(arguments, t, application)
    if without_language in ([], ["--help"], ["-h"]) and "_INTAKE_COMPLETE" not in os.environ:
        print(overview(t))
        return 0
    # Late: Typer costs more than all of the above, and the overview does not need it.
    from intake.cli.group import call  # noqa: PLC0415

    return call(arguments, t)


def _open_closed_streams() -> None:
    """A stream that the caller closed becomes the null device: else a file of the vault would get its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def _end_like_ctrl_c() -> None:
    """A polite kill and a closed window unwind too: no testimony stays on the screen, the echo comes back, files close.

    What was ignored on purpose (nohup) stays ignored.
    """
    for number in _ENDS:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _ignore_further_ends() -> None:
    """Whoever presses Ctrl-C presses it twice: the second must not cut short what the first set in motion."""
    for number in (signal.SIGINT, *_ENDS):
        signal.signal(number, signal.SIG_IGN)


def _prepare_terminal() -> None:
    """UTF-8 whatever the console's code page, and a title that says nothing.

    What is not UTF-8 in a file name is written as an escape, which is also how JSON says it. In what is piped in it
    comes through as it is, and prompts.py refuses it.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if hasattr(sys.stdin, "reconfigure") and not sys.stdin.isatty():
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
    if sys.stderr.isatty() and os.environ.get("TERM", "") not in {"", "dumb", "linux"}:
        sys.stderr.write(NEUTRAL_TITLE)
        sys.stderr.flush()
