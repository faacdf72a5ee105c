"""The application in lines: the same first page as the full screen's, and behind each number the commands.

For screen readers, slow links and terminals that can't draw. The passphrase is asked for once; `!` or F10 hides and
locks, as do the minutes without a key that the mission's policy says. What an entry can do is a row of WAYS: a command
of the command line and what has to be typed for it.
"""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING, NamedTuple

from intake.cli import failures
from intake.cli.group import call
from intake.cli.keyboard import command
from intake.cli.line_terminal import EndOfText, HideNow, HungUp, open_terminal
from intake.cli.options import Globals
from intake.cli.render import CLEAR_SCREEN, COLUMNS
from intake.cli.session import Session
from intake.errors import Declined, IntakeError, Interrupted
from intake.i18n import LANGUAGES, Translator
from intake.store.vault import Vault
from intake.usecases.desk import desk
from intake.usecases.environment import open_vault
from intake.usecases.mission import here
from intake.usecases.phones import phone_book
from intake.usecases.seal import INTERRUPTIONS as REASONS
from intake.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from intake.usecases.desk import Place

LANGUAGE_SIGNS = frozenset({"'", "є", "э", "*"})
HELP_NUMBERS = "#"


class Way(NamedTuple):
    """One thing to do: its title, the command's words, and what is asked for and added to them, in this order."""

    title: str
    words: tuple[str, ...]
    asks: tuple[str, ...] = ()


CASE, WHY = "Case code", "Why did it stop?"
WAYS: Mapping[Place, tuple[Way, ...]] = {
    "new": (Way("New testimony", ("interview",)),),
    "drafts": (
        Way("Show the list", ("list",)),
        Way("Go on with it", ("interview",), (CASE,)),
        Way("What is missing", ("gaps",), (CASE,)),
        Way("Attach a file", ("attach",), (CASE,)),
        Way("Seal it", ("seal",), (CASE,)),
        Way("Seal it unfinished: it stopped in the middle", ("seal", "--interrupted"), (WHY, CASE)),
        Way("Go on with what the person adds", ("amend",), (CASE,)),
        Way("Destroy it", ("discard",), (CASE,)),
    ),
    "sealed": (
        Way("How many, and where they stand", ("status",)),
        Way("Show the list", ("list",)),
        Way("The person adds or corrects something", ("amend",), (CASE,)),
        Way("The person takes consent back", ("withdraw",), (CASE,)),
    ),
    "hand-over": (
        Way("To a stick or a folder", ("export",)),
        Way("Sync both ways with the place of last time", ("sync",)),
        Way("Sync both ways with another place", ("sync",), ("Which place? A folder, sftp://, webdavs:// or s3://",)),
    ),
    "packs": (
        Way("Apply receipts from a stick", ("receipts",), ("Where are the receipts?",)),
        Way("Take a mission pack", ("enrol",), ("Where is the pack?",)),
        Way("Take the organisation's card", ("init", "--org"), ("Where is the card?",)),
        Way("Write this laptop's request to a stick", ("request",), ("Where to?",)),
    ),
    "laptop": (
        Way("Is this laptop sound", ("doctor",)),
        Way("Another passphrase", ("passphrase",)),
        Way("Backup to a stick", ("backup",), ("File to write",)),
    ),
}
FIRST: tuple[Way, ...] = (
    Way("I have the organisation's card (a file)", ("init", "--org"), ("Where is the card?",)),
    Way("Without an organisation for now: drafts only", ("init",)),
)


class _Lock(Exception):
    """Off the screen, and the vault closed."""


class _Leave(Exception):
    """Out of the program."""


class Menu:
    """One sitting in lines."""

    def __init__(self, options: Globals) -> None:
        self._options = options
        self._session = Session(options)

    def run(self) -> int:
        """Until somebody leaves; a lock asks for the passphrase again."""
        while True:
            try:
                if not Vault.exists(self._session.home):
                    self._first()
                else:
                    with open_vault(self._session.env, "interviewer") as vault:
                        self._home(vault)
            except _Lock:
                self._options.vault = None  # closed by now
                self._session = Session(self._options)
                sys.stderr.write(CLEAR_SCREEN)
            except (_Leave, HungUp, EndOfText):
                return 0

    def _first(self) -> None:
        t = self._session.t
        rows = [t(way.title) for way in FIRST]
        number = self._choose([t("There is no vault on this laptop yet.")], rows)
        if number is not None:
            self._do(FIRST[number], None)

    def _home(self, vault: Vault) -> None:
        while True:
            self._options.vault = vault
            session = Session(self._options)
            entries = desk(session.env)
            rows = [
                " · ".join(
                    part for part in (entry.title, "" if entry.count is None else str(entry.count), entry.note) if part
                )
                for entry in entries
            ]
            number = self._choose([], rows)
            if number is not None:
                self._entry(entries[number].place, entries[number].title, vault)

    def _entry(self, place: Place, title: str, vault: Vault) -> None:
        ways = WAYS[place]
        if len(ways) == 1:
            self._do(ways[0], vault)
            return
        number = self._choose([title], [self._session.t(way.title) for way in ways])
        if number is not None:
            self._do(ways[number], vault)

    def _do(self, way: Way, vault: Vault | None) -> None:
        """Run the command; its error is said as ever, and the menu goes on."""
        t = self._session.t
        options = Globals(t, vault)
        options.values.update(self._options.values)
        try:
            asked = [self._asked(one) for one in way.asks]
            if all(asked):
                call([*way.words, *asked], t, options)
        except (Declined, Interrupted):
            return
        except IntakeError as error:
            failures.say(error, t, as_json=False)
        self._session.ask.text(t("Enter: back to the menu"))

    def _asked(self, what: str) -> str:
        """One word of the command; empty to leave it."""
        t, ask = self._session.t, self._session.ask
        if what != WHY:
            return ask.text(t(what)).strip()
        return ask.choose(t(what), tuple((one, label(one, t.lang, family_name="interview_status")) for one in REASONS))

    def _choose(self, head: Sequence[str], rows: Sequence[str]) -> int | None:
        """The row that was chosen; None to show the page before again."""
        t = self._session.t
        lines = [*head, *(f"{number:>2}  {row}" for number, row in enumerate(rows, start=1))]
        signs = t("number: choose · ? help · # numbers where to get help · ' language · ! hide · q leave")
        terminal = open_terminal(here(self._options.vault).lock_minutes * 60)
        try:
            with terminal:
                terminal.write("\n".join([*lines, "", *textwrap.wrap(signs, COLUMNS - 1), ""]))
                typed = terminal.read("> ").strip()
        except HideNow:
            raise _Lock from None
        if typed.isdecimal() and 0 < int(typed[:3]) <= len(rows):
            return int(typed[:3]) - 1
        self._other(typed)
        return None

    def _other(self, typed: str) -> None:
        """What is no number."""
        given = command(typed)
        if given == "quit":
            raise _Leave
        if given == "hide":
            raise _Lock
        if typed in LANGUAGE_SIGNS:
            at = LANGUAGES.index(self._session.t.lang)
            self._options.t = Translator(LANGUAGES[(at + 1) % len(LANGUAGES)])
            self._session = Session(self._options)
        elif typed == HELP_NUMBERS:
            self._numbers()
        elif given == "help":
            self._pause(
                self._session.t("Every line has a number; type it, and Enter. Everything answered is saved at once.")
            )

    def _numbers(self) -> None:
        t, book = self._session.t, phone_book()
        lines = [f"{phone.numbers}: {phone.says[t.lang]}" for phone in book.phones]
        edition = t("As of {edition}. Lines change: ask your coordinator for newer ones.", edition=book.edition)
        self._pause(*lines, edition)

    def _pause(self, *lines: str) -> None:
        self._session.note(*lines)
        self._session.ask.text(self._session.t("Enter: back to the menu"))
