"""In and out of a command: the language first, then the command, then one door for whatever went wrong.

The language is chosen before any word is printed: `--lang`, `INTAKE_LANG`, the locale, Ukrainian. The overview is
printed without loading Typer; everything else goes to `intake.cli.group`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from intake import __version__
from intake.cli import failures
from intake.cli.helptext import overview
from intake.errors import IntakeError, Interrupted
from intake.i18n import Translator, choose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NEUTRAL_TITLE = "\x1b]0;terminal\x07"  # a window title is read over a shoulder, and kept in lists of windows


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


def silence_crashes(arguments: Sequence[str]) -> None:
    """For the whole process: whatever fails outside `run`, in a thread or at exit, names a place and no value."""
    failures.replace_hooks(language(arguments, os.environ))


def run(arguments: list[str]) -> int:
    """Run one command line; returns the exit code and lets nothing through."""
    t = language(arguments, os.environ)
    try:
        _prepare_terminal()
        code = _dispatch(arguments, t)
        sys.stdout.flush()
    except BrokenPipeError:
        return failures.close_pipe()
    except KeyboardInterrupt:
        return failures.say(Interrupted(), t, as_json="--json" in arguments)
    except IntakeError as error:
        return failures.say(error, t, as_json="--json" in arguments)
    except BaseException as error:  # noqa: BLE001  the last door: whatever it is, its words stay inside
        return failures.fault(error, t)
    return code


def _dispatch(arguments: list[str], t: Translator) -> int:
    without_language = [word for word in arguments if not word.startswith("--lang=")]
    if without_language[:1] == ["--lang"]:
        del without_language[:2]
    if without_language == ["--version"]:
        print(f"intake {__version__}")
        return 0
    if without_language in ([], ["--help"], ["-h"]) and "_INTAKE_COMPLETE" not in os.environ:
        print(overview(t))
        return 0
    # Late: Typer costs more than all of the above, and the overview does not need it.
    from intake.cli.group import call  # noqa: PLC0415

    return call(arguments, t)


def _prepare_terminal() -> None:
    """UTF-8 whatever the console's code page, and a title that says nothing.

    What is not UTF-8 in a file name is written as an escape, which is also how JSON says it.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if sys.stderr.isatty() and os.environ.get("TERM", "") not in {"", "dumb", "linux"}:
        sys.stderr.write(NEUTRAL_TITLE)
        sys.stderr.flush()
