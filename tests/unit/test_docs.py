"""The pages can't lie about what can be looked up: links, paths, commands, options, IDs of checks and rules, counts."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from tools import catalogues, guarantees

from intake import __version__
from intake.bundle.itemchecks import IDENTITY_TABLE, RECORD_TABLE
from intake.bundle.verify import TABLE
from intake.cli.group import build
from intake.cli.table import COMMANDS, GLOBAL_OPTIONS
from intake.records.rules_table import RULES

ROOT = Path(__file__).parents[2]
PAGES = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
SPEC = {page.name: page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "spec").glob("*.md")}
SOURCE = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
FOLDERS = "tests|tools|src|bench|docs|schemas|examples"
ROOMS = "|".join(sorted(path.name for path in (ROOT / "src" / "intake").iterdir() if path.is_dir()))
LATER = {"V04", "V11", "V23"}  # rules that a decision speaks of as not there yet
RUNS = re.compile(r"`python (?:-m )?([\w./]+)")


def text(page: Path) -> str:
    """A page as it stands."""
    return page.read_text(encoding="utf-8")


def defined(page: str, letter: str) -> set[str]:
    """The IDs that a table of a specification defines in its first column."""
    return set(re.findall(rf"^\| ({letter}\d\d) \|", SPEC[page], re.MULTILINE))


def missing_links(page: Path, words: str) -> list[str]:
    """Relative links that lead nowhere."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", words)
    return [link for link in links if "://" not in link and not (page.parent / link).exists()]


def missing_paths(words: str) -> list[str]:
    """Files and folders that are named in the project's own way and are not there."""
    named = re.findall(rf"`((?:{FOLDERS}|{ROOMS})/[\w./*-]*|[a-z_]+/[\w./-]+\.py)", words)
    named = [path for path in named if not re.search("N{2,}|NAME", path)]  # NNNN_*.sql, NAME.tar: any such file
    return [path for path in named if not any(any(base.glob(path.rstrip("/"))) for base in (ROOT, ROOT / "src/intake"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    """Whoever follows a link, or looks for a file that a page names, finds it."""
    assert missing_links(page, text(page)) == []
    assert missing_paths(text(page)) == []


def test_a_page_that_lies_is_found() -> None:
    """The looks above see a link and a path that are not there."""
    assert missing_links(ROOT / "README.md", "[there](docs/spec) [gone](docs/gone.md#part)") == ["docs/gone.md"]
    assert missing_paths("`src/intake/gone.py`, `store/vault.py`, `tools/gone`") == ["src/intake/gone.py", "tools/gone"]


def test_checks_of_the_specification_are_those_of_the_tables() -> None:
    """B and I: a row of one without the other fails here."""
    assert sorted(defined("bundle-v1.md", "B")) == [check.id for check in TABLE]
    assert defined("bundle-v1.md", "I") == {row.id for row in (*RECORD_TABLE, *IDENTITY_TABLE)}


def test_rules_of_keys_stand_in_the_code() -> None:
    """K: what the specification rules, some line of the code says that it holds."""
    spans = re.findall(r"\b([KI])(\d\d) to \1(\d\d)\b", SOURCE)
    within = {f"{letter}{n:02}" for letter, first, last in spans for n in range(int(first), int(last) + 1)}
    assert defined("keys-v1.md", "K") <= within | set(re.findall(r"\bK\d\d\b", SOURCE))


def test_no_page_names_an_id_that_nothing_defines() -> None:
    """B, I, K, R and V on any page are a check or rule of a specification, or said to come later."""
    known = set(chain(*(defined(page, letter) for page in SPEC for letter in "BIKR")))
    known |= {rule.id for rule in RULES} | LATER
    for page in PAGES:
        assert set(re.findall(r"\b[BIKRV]\d\d\b", text(page))) <= known, page.name


def test_commands_to_run_are_there() -> None:
    """What a page tells to run with Python is a file, or a module, of this project."""
    for page in PAGES:
        for named in RUNS.findall(text(page)):
            path = named if "/" in named else named.replace(".", "/") + ".py"
            assert (ROOT / path).is_file() or named == "intake", (page.name, named)


def test_tools_that_need_the_tests_are_run_as_modules() -> None:
    """A builder of vectors imports tests/: as a file it would not find them."""
    for page in PAGES:
        assert not re.search(r"python tools/\w*_vectors\.py", text(page)), page.name


def test_options_on_a_page_are_the_programs() -> None:
    """After `intake` in code, every option is that command's own or everybody's."""
    everywhere = {option.name for option in GLOBAL_OPTIONS} | {"--version", "--help", "--show-completion"}
    longest_first = sorted(COMMANDS, key=lambda entry: -len(entry.name.split()))
    for page in PAGES:
        for line in re.findall(r"`intake ([^`\n]+)`|\.venv/bin/intake ([^|&;\n]+)", text(page)):
            words = " ".join(line).split()
            entry = next((e for e in longest_first if _is_called(e.name.split(), words)), None)
            known = everywhere | ({one for param in build(entry).params for one in param.opts} if entry else set())
            given = {word.partition("=")[0].strip("[].,") for word in words if word.startswith("--")}
            assert given <= known, (page.name, words)


def _is_called(name: list[str], words: list[str]) -> bool:
    return any(words[at : at + len(name)] == name for at in range(len(words)))


def test_counts_on_pages() -> None:
    """Figures that the code knows: how many checks, languages' catalogues, guarantees."""
    assert f"each of the {len(TABLE)} checks" in text(ROOT / "docs/decisions/0009-second-verifier.md")
    assert f"B01 to B{len(TABLE)})" in text(ROOT / "CHANGELOG.md")
    assert catalogues.LANGUAGES == ("uk", "ru")
    assert {row.guarantee for row in guarantees.REMOVALS} >= set(re.findall(r"\bG\d+\b", text(ROOT / "CHANGELOG.md")))


def test_the_changelog_speaks_of_this_version() -> None:
    """Version of package, code and changelog are one; security comes first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = text(ROOT / "CHANGELOG.md")
    assert project["version"] == __version__
    assert __version__ in page
    assert re.findall(r"^### (\w+)", page, re.MULTILINE)[0] == "Security"


def test_a_glossary_of_one_word_for_one_concept() -> None:
    """No word is explained twice, and every file it points at is there."""
    page = text(ROOT / "docs" / "glossary.md")
    words = re.findall(r"\*\*([^*]+)\*\*", "".join(re.findall(r"^\| (\*\*[^|]*) \|", page, re.MULTILINE)))
    assert len(words) == len(set(words)) > 50
    for path in re.findall(r"`([a-z_]+/[\w/]*(?:\.py)?)`", page):
        assert (ROOT / "src/intake" / path).exists() or (ROOT / path).exists(), path
