"""Writes the pages of docs/reference/ from the command table, the commands' signatures, the errors and the vocabulary.

    python tools/reference.py          write the pages
    python tools/reference.py --check  say whether they are what would be written; exit code 1 when not

tests/unit/test_cli_reference.py runs the check, so a page can't lag behind the program.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from typer.core import TyperArgument, TyperOption

from intake import errors, vocabulary
from intake.cli.group import Command, Everywhere, build
from intake.cli.table import COMMANDS, GLOBAL_OPTIONS, PERSONS, Entry
from intake.errors import IntakeError

if TYPE_CHECKING:
    from collections.abc import Sequence

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
GENERATED = "<!-- Written by tools/reference.py; edit the program instead. -->"

CHOOSERS = {
    "interviewer": "Interviewers choose from it.",
    "coder": "Only a coordinator's coding uses it, never an interviewer.",
}

BEHAVIOUR = """\
- Data goes to stdout, words to stderr. With `--json` the data are JSON and its keys are never translated: one value per
  command, except `verify` and `tour`, which print one object per line.
- An error is two lines on stderr, `intake: error: …` and `intake: hint: …`. With `--json`, stdout also gets
  `{"error": {"code", "exit_code", "hint", "message"}}`; a `code` is stable, see [errors](errors.md).
- Without a terminal, and with `--no-input`, nothing is asked: the error names the option to give. A passphrase is never
  an argument; names and reasons come from a prompt or from stdin.
- `intake` alone opens the application on a terminal, and shows the overview elsewhere.
- `--show-completion bash|zsh|fish` prints a script for the shell. It is not
  installed, because a line in a start-up file says that this program is used here.
- Exit codes: 0 done; 1 a fault of ours; 2 usage; 3 declined or nothing to do; 10 to 14 the vault; 20 to 23 keys and
  trust; 30 INVALID; 31 UNDECIDED; 32 to 36 other faults of bundles; 40 to 42 records and consent; 50 to 52 carriers;
  60 to 62 set-up; 130 interrupted; 141 the reader of the output went away.""".splitlines()


def _words(param: TyperArgument) -> str:
    return str(param.metavar) if param.required else f"[{param.metavar}]"


def _parameters(command: Command) -> list[tuple[str, str]]:
    rows = []
    for param in command.params:
        if isinstance(param, TyperArgument):
            rows.append((str(param.metavar), param.help or ""))
        elif isinstance(param, TyperOption) and not isinstance(param, Everywhere):
            value = f" {param.metavar}" if param.metavar and not param.is_flag else ""
            rows.append((f"{param.opts[0]}{value}", param.help or ""))
    return rows


def _table(rows: Sequence[tuple[str, ...]], heads: tuple[str, ...]) -> list[str]:
    cells = [tuple(cell.replace("|", "\\|") for cell in row) for row in rows]
    return [
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
        *(f"| {' | '.join(row)} |" for row in cells),
        "",
    ]


def _command(entry: Entry) -> list[str]:
    command = build(entry)
    words = [_words(param) for param in command.params if isinstance(param, TyperArgument)]
    rows = [(f"`{name}`", text) for name, text in _parameters(command)]
    page = [f"### `{' '.join(['intake', entry.name, *words])}`", "", f"{entry.help[0].upper()}{entry.help[1:]}.", ""]
    return page + (_table(rows, ("", "")) if rows else [])


def cli_page() -> str:
    """Every command with its arguments and options."""
    lines = ["# Commands", "", GENERATED, ""]
    for person in PERSONS:
        lines += [f"## {person}", ""]
        for entry in COMMANDS:
            if entry.person == person:
                lines += _command(entry)
    lines += ["## With every command, before or after its name", ""]
    lines += _table([(f"`{o.name}{f' {o.metavar}' if o.metavar else ''}`", o.help) for o in GLOBAL_OPTIONS], ("", ""))
    lines += [
        "## How commands behave",
        "",
        *BEHAVIOUR,
    ]
    return "\n".join(lines) + "\n"


def error_leaves() -> list[type[IntakeError]]:
    """Every error that is raised, by exit code and code."""
    classes = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, IntakeError)]
    return sorted({cls for cls in classes if "code" in vars(cls)}, key=lambda cls: (cls.exit_code, cls.code))


def errors_page() -> str:
    """Every error: exit code, code, what it says, what to do."""
    rows = [(str(leaf.exit_code), f"`{leaf.code}`", leaf.message, leaf.hint) for leaf in error_leaves()]
    return "\n".join(["# Errors", "", GENERATED, "", *_table(rows, ("Exit", "Code", "What it says", "What to do"))])


def vocabulary_page() -> str:
    """Every family: code, and label in three languages; what a label means where it could be misread."""
    lines = ["# Vocabulary", "", GENERATED, "", f"Edition {vocabulary.edition()}.", ""]
    for name in vocabulary.families():
        head = vocabulary.head(name)
        lines += [f"## `{name}`", "", f"{head.en}. {CHOOSERS[head.chosen_by]}", ""]
        lines += _table(
            [(_code(one), one.uk, one.ru, _said(one)) for _, one in vocabulary.tree(name)],
            ("Code", "Ukrainian", "Russian", "English"),
        )
    return "\n".join(lines)


def _code(one: vocabulary.Group | vocabulary.Term) -> str:
    return f"**{one.prefix}.**" if isinstance(one, vocabulary.Group) else f"`{one.code}`"


def _said(one: vocabulary.Group | vocabulary.Term) -> str:
    if isinstance(one, vocabulary.Group):
        return one.en
    gone = f" (no longer chosen since {one.deprecated})" if one.deprecated else ""
    return f"{one.en}{gone}{f'; {one.note_en}' if one.note_en else ''}"


PAGES = {"cli.md": cli_page, "errors.md": errors_page, "vocabulary.md": vocabulary_page}


def stale() -> list[str]:
    """The pages that are not what would be written now."""
    return [name for name, page in PAGES.items() if not _is_fresh(REFERENCE / name, page())]


def _is_fresh(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def main(arguments: list[str]) -> int:
    """Write, or check."""
    if arguments == ["--check"]:
        for name in stale():
            print(f"docs/reference/{name} is not fresh: run python tools/reference.py")
        return 1 if stale() else 0
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
