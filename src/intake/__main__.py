"""The door of the program: `intake`, and `python -m intake`.

`--version` answers from here, before anything else is imported: scripts call it, and it is measured against
`python3 -c pass` (bench/startup.py). Everything else begins in `intake.cli.shell`.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from intake import __version__

if TYPE_CHECKING:
    from intake.app.application import MakeEnvironment
    from intake.i18n import Language

# Importing makes much and drops little: with Python's 700, the collector looks at all of it again and again.
OBJECTS_BETWEEN_COLLECTIONS = 100_000
INTERRUPTED = 130  # of intake.errors.Interrupted, which is not imported here


def main() -> int:
    """Run the command line of this process and return its exit code."""
    try:
        if sys.argv[1:] == ["--version"] and _version():
            return 0
        prepare_interpreter()
        # Late, because `--version` must not pay for it.
        from intake.cli.shell import prepare_process, run  # noqa: PLC0415

        prepare_process(sys.argv[1:])
        return run(sys.argv[1:], _application)
    except KeyboardInterrupt:  # so early that there are no words to say it in
        return INTERRUPTED
    finally:
        leave_interpreter()


def _application(make_env: MakeEnvironment, lang: Language) -> int:
    """The full-screen application; the command line and it don't know each other, but for this."""
    from intake.app.start import start  # noqa: PLC0415  only where it is opened: Textual costs more than any command

    return start(make_env, lang)


def prepare_interpreter() -> None:
    """Before anything large is imported; bench/importing.py does the same."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    _no_pydantic_plugins()


def leave_interpreter() -> None:
    """At the very end: Python looks for garbage twice on its way out, and the system takes the memory back anyway.

    Every file and the vault are closed by then; what must happen at the exit (`atexit`) still does.
    """
    gc.freeze()


def _no_pydantic_plugins() -> None:
    """Any package installed may name a plugin of pydantic's, which would be handed every testimony: none is loaded.

    The variable is pydantic's own way to say so. It imports importlib.metadata all the same, which takes 15 ms, so the
    module that would look for plugins is put there empty; were it renamed one day, the variable would still hold.
    """
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "1"
    loader = type(sys)("pydantic.plugin._loader")
    vars(loader)["get_plugins"] = tuple
    sys.modules[loader.__name__] = loader


def _version() -> bool:
    """The one line that is faster than its own import; False when it can't be printed, which the shell then says."""
    try:
        print(f"intake {__version__}", flush=True)  # noqa: T201
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
