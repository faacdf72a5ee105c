"""Which sentences the catalogues uk.json and ru.json need, lack, or have for nothing.

    python tools/catalogues.py            report; exit code 1 when a key is missing, unused, or translated wrongly
    python tools/catalogues.py --missing  the missing keys as JSON, to be translated and merged

English is the key and stands where it is used, so this reads the source with `ast`. tests/unit/test_i18n_catalogues.py
holds the catalogues to it.
"""

from __future__ import annotations

import ast
import json
import string
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from intake.records import faults, rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "intake"
LANGUAGES = ("uk", "ru")
FORMS = 3  # one, few, many
Entry = str | list[str]

# Called with a sentence: a Translator under its usual names, and what passes its argument on to one.
TRANSLATORS = frozenset({"t", "_t", "track"})
# Modules whose sentences wait in tables until somebody says them: each text in them with a space is a key.
TABLES = (
    "app/*.py",
    "app/interview/errands.py",
    "bundle/audit_*.py",
    "bundle/checks.py",
    "bundle/itemchecks.py",
    "bundle/logbook.py",
    "bundle/open.py",
    "bundle/receipt.py",
    "cli/commands/audit.py",
    "cli/commands/decide.py",
    "cli/commands/enrol.py",
    "cli/commands/org_gazetteer.py",
    "cli/commands/terms.py",
    "cli/commands/import_.py",
    "cli/menu.py",
    "cli/salvaged.py",
    "records/chain.py",
    "transports/opening.py",
    "usecases/amending.py",
    "usecases/attach.py",
    "usecases/code_phrase.py",
    "usecases/coding.py",
    "usecases/deciding.py",
    "usecases/desk.py",
    "usecases/log_gap.py",
    "usecases/purging.py",
    "usecases/salvaging.py",
    "usecases/saying.py",
    "usecases/shares_words.py",
    "usecases/withdrawing.py",
)
# Types whose values are shown to people, translated.
SHOWN = frozenset(
    {"State", "Mark", "Role", "Purpose", "Part", "ItemState", "BundleState", "Outcome", "Person", "KeySet"}
)


class Key(NamedTuple):
    """Where a sentence first stands, and whether it counts something."""

    where: str
    plural: bool


def keys(package: Path = PACKAGE) -> dict[str, Key]:
    """Every sentence of the program and where it first stands; a plural's key is its `many` sentence."""
    errors = {node.name for node in ast.walk(_tree(package / "errors.py")) if isinstance(node, ast.ClassDef)}
    tables = {path for pattern in TABLES for path in package.glob(pattern)}
    found = dict.fromkeys((*faults.sentences(), *rules.sentences()), Key("records", plural=False))
    for path in sorted(package.rglob("*.py")):
        tree = _tree(path)
        where = str(path.relative_to(package))
        found |= {key: Key(f"{where}:{line}", plural=True) for key, line in _counted(tree)}
        sources = [_said(tree, errors), _shown(tree)]
        if path.name == "errors.py":
            sources.append(_attributes(tree))
        if path in tables:
            sources.append(_sentences(tree))
        if "app" in path.parts:
            sources.append(_titles(tree))
        if "cli" in path.parts:
            sources.append(_help_texts(tree))
        for source in sources:
            for key, line in source:
                found.setdefault(key, Key(f"{where}:{line}", plural=False))
    return found


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _texts(node: ast.AST | None) -> Iterator[tuple[str, int]]:
    """The literal texts an expression can be: itself, either arm of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value and node.value[0] != "^":
        yield node.value, node.lineno
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _texts(value)


def _said(tree: ast.Module, errors: set[str]) -> Iterator[tuple[str, int]]:
    """What is given to a translator, and the sentences in the fields of errors."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        yield from (pair for keyword in node.keywords if keyword.arg == "todo" for pair in _texts(keyword.value))
        if name in TRANSLATORS and node.args:
            yield from _texts(node.args[0])
        elif name == "Finding":
            yield from (pair for argument in node.args[2:4] for pair in _texts(argument))
        elif name in {"Check", "Found"}:  # of doctor's table
            yield from (
                pair for argument in node.args[1:3] for pair in _texts(_constants(tree).get(_id(argument), argument))
            )
        elif name == "Key":  # of a screen
            yield from (pair for argument in node.args[3:4] for pair in _texts(argument))
        elif name in errors:
            fields = (text for keyword in node.keywords for text in _texts(keyword.value))
            yield from ((text, line) for text, line in fields if " " in text)


def _id(node: ast.AST) -> str:
    return getattr(node, "id", "")


def _constants(tree: ast.Module) -> dict[str, ast.AST]:
    """The values of a module's own names."""
    assigned = ((getattr(node, "target", None) or getattr(node, "targets", [None])[0], node) for node in tree.body)
    named = ((_id(target), getattr(node, "value", None)) for target, node in assigned if target)
    return {name: value for name, value in named if name and value}


def _counted(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The `many` sentence of every plural."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_plural(node):
            yield from _texts(node.args[1])


def _is_plural(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "plural"


def _attributes(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """`message` and `hint` of the error classes."""
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id in {"message", "hint"} for target in targets):
            yield from _texts(getattr(node, "value", None))


def _titles(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """`what` of a screen."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and _id(node.target) == "what":
            yield from _texts(node.value)


def _sentences(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every text with a space; documentation, patterns, pieces of f-strings and what counts one aside."""
    aside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    aside |= {id(piece) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for piece in node.values}
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    aside |= {id(node.args[0]) for node in calls if _is_plural(node)}  # said by the `many` sentence
    for node in ast.walk(tree):
        if id(node) not in aside:
            yield from ((text, line) for text, line in _texts(node) if " " in text.strip())


def _help_texts(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """`help=` of arguments and options, and the rows of the command table."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "help":
                    yield from _texts(keyword.value)
            if getattr(node.func, "id", "") in {"_entry", "GlobalOption"}:
                yield from _texts(node.args[2])
        elif isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "GROUPS":
            for value in getattr(node.value, "values", ()):
                yield from _texts(value)


def _shown(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The values of `State = Literal[…]` and its like, and of the enums among them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in SHOWN:
            for inner in ast.walk(node.value):
                yield from _texts(inner)
        elif isinstance(node, ast.ClassDef) and node.name in SHOWN and node.bases:
            for statement in node.body:
                if isinstance(statement, ast.Assign):
                    yield from _texts(statement.value)


def load(lang: str, package: Path = PACKAGE) -> dict[str, Entry]:
    """One catalogue."""
    loaded: dict[str, Entry] = json.loads((package / "i18n" / f"{lang}.json").read_text(encoding="utf-8"))
    return loaded


def placeholders(text: str) -> set[str]:
    """The names of the `{fields}` of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def mistakes(wanted: Mapping[str, Key], catalogue: Mapping[str, Entry]) -> Iterator[str]:
    """What is wrong with one catalogue: a line for each."""
    yield from (f"missing: {key}" for key in sorted(wanted.keys() - catalogue.keys()))
    yield from (f"unused: {key}" for key in sorted(catalogue.keys() - wanted.keys()))
    for key, entry in catalogue.items():
        texts = entry if isinstance(entry, list) else [entry]
        if len(texts) != (FORMS if key in wanted and wanted[key].plural else 1):
            yield f"three forms where it counts, else one: {key}"
        for text in texts:
            if not text.strip() or placeholders(text) != placeholders(key):
                yield f"empty, or other placeholders: {key}"


def main(arguments: list[str]) -> int:
    """Report on both catalogues."""
    wanted = keys()
    if arguments == ["--missing"]:
        print(
            json.dumps(
                {lang: [k for k in wanted if k not in load(lang)] for lang in LANGUAGES}, ensure_ascii=False, indent=1
            )
        )
        return 0
    found = {lang: list(mistakes(wanted, load(lang))) for lang in LANGUAGES}
    for lang, lines in found.items():
        for line in lines:
            print(f"{lang}: {line}")
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
