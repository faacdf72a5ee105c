"""Help pages, plain, in the language chosen: no colour, no boxes, no English frame words.

Imports neither Typer nor rich: `intake --help` is printed from here before either is loaded.
"""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from intake import __version__
from intake.cli.table import COMMANDS, GLOBAL_OPTIONS, GROUPS, PERSONS, SHELLS, groups, members

if TYPE_CHECKING:
    from intake.i18n import Translator

Rows = Sequence[tuple[str, str]]
NARROW, WIDE, INDENT = 40, 100, 2


def _width() -> int:
    """The terminal's width within reason; pages in pipes and files are 80 wide."""
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError, AttributeError):
        columns = 80
    return max(NARROW, min(columns, WIDE))


def _section(title: str, rows: Rows, left: int) -> Iterable[str]:
    """A titled list of two columns; the right one is wrapped under itself."""
    yield ""
    yield title
    room = max(_width() - left, NARROW // 2)
    for name, text in rows:
        lines = textwrap.wrap(text, room) or [""]
        head = f"{'':{INDENT}}{name}"
        if len(head) + INDENT > left:
            yield head
            head = ""
        yield f"{head:{left}}{lines[0]}".rstrip()
        yield from (f"{'':{left}}{line}" for line in lines[1:])


def _left(rows: Rows, most: int = 28) -> int:
    """Where the right column starts."""
    return min(max((len(name) for name, _ in rows), default=0) + 2 * INDENT, most)


def _page(usage: str, about: str, sections: Sequence[tuple[str, Rows]], t: Translator) -> str:
    lines = [f"{t('Usage:')} {usage}", "", *textwrap.wrap(about, _width())]
    for title, rows in sections:
        if rows:
            lines += _section(title, rows, _left(rows))
    return "\n".join(lines)


def everywhere(t: Translator) -> Rows:
    """The options that every command takes."""
    return [(f"{o.name} {o.metavar}" if o.metavar else o.name, t(o.help)) for o in GLOBAL_OPTIONS]


def overview(t: Translator) -> str:
    """`intake --help`: the commands, grouped by the person whose they are."""
    sections: list[tuple[str, Rows]] = [
        (t(person), [(entry.name, t(entry.help)) for entry in COMMANDS if entry.person == person]) for person in PERSONS
    ]
    sections.append((t("With every command"), everywhere(t)))
    sections.append(
        (
            t("Alone"),
            [
                ("--version", f"intake {__version__}"),
                (f"--show-completion {'|'.join(SHELLS)}", t("a script that teaches the shell these commands")),
            ],
        )
    )
    about = t("Records testimony without a network, encrypted; seals it, carries it, and lets anybody check it.")
    about += " " + t("intake alone, on a terminal, opens the application: its keys stand at the bottom of the screen.")
    return _page(t("intake COMMAND …"), about, sections, t)


def group_page(group: str, t: Translator) -> str:
    """`intake org --help`: the commands of one group."""
    inner = [entry for one in (group, *groups(group)) for entry in members(one)]
    rows = [(entry.name, t(entry.help)) for entry in inner]
    return _page(t("intake {group} COMMAND …", group=group), t(GROUPS[group]), [(t("Commands"), rows)], t)


def command_page(usage: str, about: str, arguments: Rows, options: Rows, t: Translator) -> str:
    """One command's page; `about` comes from the table, arguments and options from its function."""
    sections = [(t("Arguments"), arguments), (t("Options"), options), (t("With every command"), everywhere(t))]
    return _page(usage, about, sections, t)
