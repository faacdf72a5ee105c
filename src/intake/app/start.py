"""The door of this room: Textual's own switches taken out of the environment, then one sitting.

`TEXTUAL_*` can write the screen and every key into files; they are gone before Textual is imported, which is why the
application is imported in here.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.app.application import MakeEnvironment
    from intake.i18n import Language

SWITCHES = ("TEXTUAL", "DEVTOOLS")
SMALLEST = (80, 24)  # columns and rows


def scrub(environ: dict[str, str] | os._Environ[str]) -> None:
    """Nothing of Textual's may be switched on from outside."""
    for name in [name for name in environ if name.startswith(SWITCHES)]:
        del environ[name]


def start(make_env: MakeEnvironment, lang: Language) -> int:
    """Run the application until it is left; its exit code. What went wrong in it is raised, for the one door of all."""
    scrub(os.environ)
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    from intake.app.application import IntakeApp  # noqa: PLC0415  after the scrubbing

    app = IntakeApp(make_env, lang)
    code = app.run()
    sys.stderr.flush()
    if app.crashed is not None:
        raise app.crashed
    return code or 0
