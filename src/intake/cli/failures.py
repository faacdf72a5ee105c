"""The one door through which anything that went wrong leaves the program.

An error of ours is two lines on stderr, what happened and what to do, in the language chosen, and its exit code; with
`--json` also one object on stdout, with keys that are never translated. Anything else is a fault of ours: it names a
file and a line, never a message, a value or a traceback, because those could carry testimony.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from typing import TYPE_CHECKING

from intake.errors import OutputLost

if TYPE_CHECKING:
    import threading
    from types import TracebackType

    from intake.errors import IntakeError
    from intake.i18n import Translator

FAULT_OF_OURS = 1
PIPE_CLOSED = 141  # what a shell shows for a program that SIGPIPE ended: 128 + 13
TAKES_NO_MORE = frozenset({errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def say(error: IntakeError, t: Translator, *, as_json: bool) -> int:
    """Print an error of ours and return its exit code."""
    from intake.usecases.saying import error_words  # noqa: PLC0415  only where something failed: start-up needs none

    message, hint = error_words(error, t)
    found = getattr(error, "findings", ())
    if found:
        from intake.cli import findings  # noqa: PLC0415  only where rules spoke: start-up needs no vocabulary

        for line in findings.as_lines(found, t):
            _line(line)
    _line(f"intake: {t('error:')} {message}")
    _line(f"intake: {t('hint:')} {hint}")
    if as_json:
        body: dict[str, object] = {"code": error.code, "exit_code": error.exit_code, "hint": hint, "message": message}
        if found:
            body["findings"] = findings.as_json(found, t)
        print(json.dumps({"error": body}, ensure_ascii=False), flush=True)
    return error.exit_code


def fault(error: BaseException, t: Translator) -> int:
    """Print where the program failed, and nothing of what it worked on."""
    where = place(error.__traceback__)
    _line(f"intake: {t('error:')} {t('a fault in intake itself, at {where}', where=where)}")
    _line(f"intake: {t('hint:')} {t('nothing that was saved is lost; report the place named above')}")
    return FAULT_OF_OURS


def place(traceback: TracebackType | None) -> str:
    """The innermost line of ours, and the innermost of all; without folders, which could name a person."""
    ours = last = "?"
    while traceback is not None:
        parts = traceback.tb_frame.f_code.co_filename.replace("\\", "/").split("/")
        last = f"{parts[-1]}:{traceback.tb_lineno}"
        if "intake" in parts[:-1]:
            start = len(parts) - 1 - parts[::-1].index("intake")
            ours = last = f"{'/'.join(parts[start:])}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return ours if ours == last else f"{ours}, {last}"


def replace_hooks(t: Translator) -> None:
    """Python's own ways of reporting a crash print values; ours print a place."""

    def on_exception(_kind: type[BaseException], error: BaseException, _traceback: TracebackType | None) -> None:
        fault(error, t)

    def on_unraisable(_args: object) -> None:
        """A failure in a finaliser: nothing useful to say, and nothing safe."""

    def on_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            fault(args.exc_value, t)

    sys.excepthook = on_exception
    sys.unraisablehook = on_unraisable
    if "threading" in sys.modules:
        sys.modules["threading"].excepthook = on_thread  # type: ignore[attr-defined]
    if "faulthandler" in sys.modules:
        sys.modules["faulthandler"].disable()  # PYTHONFAULTHANDLER, -X dev


def of_the_system(error: OSError, t: Translator) -> int:
    """No room made a leaf of it: the reader of our output went away, or its disk is full, or it is a fault of ours."""
    of_a_stream = error.filename is None and error.errno in TAKES_NO_MORE
    if not _drop_lost_output() and not of_a_stream:
        return fault(error, t)
    return PIPE_CLOSED if isinstance(error, BrokenPipeError) else say(OutputLost(), t, as_json=False)


def _drop_lost_output() -> bool:
    """Whether something waits that stdout or stderr does not take; it goes nowhere, so that Python ends quietly."""
    lost = False
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            lost = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return lost


def _line(text: str) -> None:
    """On stderr; that nobody is left to read it is no reason to end differently."""
    try:
        from intake.cli.render import folded, safe  # noqa: PLC0415  only where something failed: start-up needs none

        print(folded(safe(text), sys.stderr), file=sys.stderr, flush=True)
    except OSError:
        _drop_lost_output()
