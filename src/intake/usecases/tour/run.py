"""The tour's folder and its end: made, walked through, and removed, however it ends.

The story itself is in story.py. Nothing outside the folder is touched; without `keep` nothing of it remains, on Ctrl-C
and on SIGTERM neither. kill -9 and a power cut leave the folder: vaults and bundles, encrypted, under a passphrase that
was never written down. With `keep`, `keep/passphrase` opens every vault there.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from intake.errors import FolderUnwritable, Interrupted, NotEmpty
from intake.keys.words import generate_passphrase
from intake.usecases.environment import PRODUCTION_LOG_N, now
from intake.usecases.files import write_file
from intake.usecases.tour.steps import Ended, Ran, Step
from intake.usecases.tour.story import Story

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from datetime import datetime
    from types import FrameType

    from intake.i18n import Translator

ENDS = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP


def tour(
    t: Translator,
    keep: Path | None = None,
    *,
    clock: Callable[[], datetime] = now,
    log_n: int = PRODUCTION_LOG_N,
) -> Generator[Step, None, None]:
    """Walk through it, and close it. Without `keep` every file is removed at the end, on Ctrl-C and SIGTERM too."""
    began = time.monotonic()
    ok = True
    with _on((signal.SIGTERM,), _interrupt), _folder(keep) as folder:
        passphrase = generate_passphrase(t.lang)
        if keep is not None:
            write_file(folder / "passphrase", f"{passphrase}\n".encode())
        with Story(t, folder, passphrase, clock, log_n) as story:
            for step in story.scenes():
                ok = ok and (not isinstance(step, Ran) or step.ok)
                yield step
            ok = ok and story.holds
    yield Ended(ok, time.monotonic() - began, keep)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """The folder asked for, which must be empty; or one that goes away."""
    if keep is not None:
        yield _empty(keep)
        return
    folder = Path(tempfile.mkdtemp())  # a neutral name, for its owner alone
    try:
        yield folder
    finally:
        # Whoever presses Ctrl-C presses it twice: the second must not stop the removal.
        with _on(tuple(getattr(signal, name) for name in ENDS if hasattr(signal, name)), signal.SIG_IGN):
            shutil.rmtree(folder, ignore_errors=True)


def _empty(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise NotEmpty(folder=folder)
    except OSError:
        raise FolderUnwritable(folder=folder) from None
    return folder.resolve()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """A polite kill unwinds like Ctrl-C, so that the folder is removed."""
    raise Interrupted


@contextmanager
def _on(numbers: tuple[signal.Signals, ...], handler: Callable[[int, FrameType | None], None] | int) -> Iterator[None]:
    """Other handlers for a while. Only the main thread may say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, handled in before.items():
            signal.signal(number, handled)
