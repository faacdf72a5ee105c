"""One run of one command: the global options, the environment handed to the use case, and where its result goes.

Data goes to stdout, words to stderr. The process is hardened before the first secret can be typed.
"""

from __future__ import annotations

import json
import os
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from intake.cli.progress import LineProgress, TerminalProgress
from intake.cli.prompts import Prompts
from intake.cli.render import folded, plain, safe
from intake.crypto.process import harden
from intake.errors import NoHome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typer import Context

    from intake.cli.options import Globals
    from intake.usecases.environment import Environment


class Session:
    """What a command function works with."""

    def __init__(self, options: Globals) -> None:
        harden()
        values = options.values
        self._vault = options.vault
        self.t = options.t
        self.json = bool(values.get("json"))
        self.yes = bool(values.get("yes"))
        self.no_input = bool(values.get("no_input"))
        self._home = values.get("home") or os.environ.get("INTAKE_HOME")
        file = values.get("passphrase_file") or os.environ.get("INTAKE_PASSPHRASE_FILE")
        self.passphrase_from_file = bool(file)
        self.ask = Prompts(self.t, yes=self.yes, no_input=self.no_input, passphrase_file=Path(file) if file else None)

    @classmethod
    def of(cls, ctx: Context) -> Session:
        """The session of a command's context."""
        return cls(ctx.find_root().obj)

    @cached_property
    def home(self) -> Path:
        """The vault's folder."""
        if self._home:
            return Path(self._home)
        # Only where nobody named a folder: it costs its import.
        from platformdirs import user_data_dir  # noqa: PLC0415

        try:
            return Path(user_data_dir("intake", appauthor=False))
        except (OSError, RuntimeError):
            raise NoHome from None

    @cached_property
    def env(self) -> Environment:
        """The world as the use cases see it."""
        # Only where a deed needs a world: it brings the store and the crypto with it.
        from intake.usecases.environment import Environment  # noqa: PLC0415

        on_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        progress = TerminalProgress(self.t) if on_terminal else LineProgress(self.t)
        return Environment(home=self.home, t=self.t, ask=self.ask, progress=progress, vault=self._vault)

    def result(self, value: object, lines: Iterable[str]) -> None:
        """The outcome of a command: the same facts as one JSON value, or as lines."""
        if self.json:
            self.data(value)
        else:
            self.say(*lines)

    def data(self, value: object) -> None:
        """One JSON value on a line of its own; keys are never translated."""
        print(json.dumps(plain(value), ensure_ascii=False), flush=True)

    def say(self, *lines: str) -> None:
        """Words that are the command's result; file names of a stick are in some, and may not move the cursor."""
        for line in lines:
            print(safe(line))

    def note(self, *lines: str) -> None:
        """Words beside the result, on stderr."""
        for line in lines:
            print(folded(safe(line), sys.stderr), file=sys.stderr, flush=True)
