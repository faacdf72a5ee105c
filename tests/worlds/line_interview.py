"""The interview in lines on a real vault, for a driver to type at.

`python -m tests.worlds.line_interview HOME [CASE [MODE [PASSPHRASE]]]`; an empty CASE begins a new one. The vault is
one of tests.worlds.store, or of tests.worlds.loop with its passphrase: the key derivation is cheap. On a terminal it is
the real thing; from a pipe it reads lines. The case code goes to stdout when the interview is left.
"""

from __future__ import annotations

import sys
from pathlib import Path

from intake.cli.lines import open_terminal, run_lines
from intake.cli.prompts import Prompts
from intake.i18n import Translator
from intake.store.vault import Vault
from intake.usecases.environment import Environment
from intake.usecases.interview import interview
from tests.worlds.store import PASSPHRASE

BEFORE_NARRATIVE = (  # the questions that come first
    "interview_mode", "present", "languages", "risk_flags", "is_child", "consent_text", "capacity", "store",
    "contact_again", "share", "share", "prior_accounts",
)  # fmt: skip


def main(home: str, case: str = "", mode: str = "", passphrase: str = PASSPHRASE) -> None:
    """Open the vault, ask, print the case code and how it was left."""
    t = Translator("uk")
    ask = Prompts(t, yes=False, no_input=False, passphrase_file=None)
    with Vault.open(Path(home), passphrase) as vault:
        env = Environment(Path(home), t, ask, vault=vault)
        with interview(env, case or None, mode or None) as running:
            left = run_lines(running, open_terminal(), t)
        sys.stdout.write(f"{running.case} {left.how}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
