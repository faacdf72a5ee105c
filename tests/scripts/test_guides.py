"""The guides say only what the program takes: every command in them is parsed, every sign and code is known."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from intake.cli.group import build
from intake.cli.keyboard import command
from intake.cli.line_terminal import HIDE_AFTER_SECONDS, SAVE_AFTER_SECONDS
from intake.cli.table import COMMANDS, GLOBAL_OPTIONS
from intake.records.ids import normalise_case_code
from intake.usecases.seal import INTERRUPTIONS

GUIDES = sorted((Path(__file__).parents[2] / "docs" / "guide").glob("interviewer-lines.*.md"))
ENTRIES = {tuple(entry.name.split()): entry for entry in COMMANDS}


def commands(page: str) -> list[list[str]]:
    """Each line of the code blocks that calls the program, as words."""
    blocks = re.findall(r"^```\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    assert all(line.startswith("intake ") for line in lines)
    return [shlex.split(line)[1:] for line in lines]


def blocks(name: str) -> list[str]:
    """The code of a page of docs/guide, without what stands behind a #, which is said in its language."""
    page = (GUIDES[0].parent / name).read_text(encoding="utf-8")
    found = re.findall(r"^```\w*\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    return [re.sub(r" +# .*$", "", block, flags=re.MULTILINE) for block in found]


@pytest.mark.parametrize("page", ["coordinator", "auditor"])
def test_both_languages_of_a_guide_type_the_same(page: str) -> None:
    """Every block, in the same order, under as many headings; the codes and commands in the text are the same too."""
    assert blocks(f"{page}.md") == blocks(f"{page}.uk.md") != []
    texts = [(GUIDES[0].parent / name).read_text(encoding="utf-8") for name in (f"{page}.md", f"{page}.uk.md")]
    heads, commands_, codes = (
        [re.findall(pattern, text, re.MULTILINE) for text in texts]
        for pattern in (r"^#+ ", r"`intake ([a-z]+(?: [a-z]+)?)", r"\b[ABN]\d\d\b")
    )
    assert len(heads[0]) == len(heads[1])
    assert sorted(commands_[0]) == sorted(commands_[1])
    assert set(codes[0]) == set(codes[1])


def test_both_guides_are_there() -> None:
    """The Ukrainian one and its English twin."""
    assert [guide.name for guide in GUIDES] == ["interviewer-lines.en.md", "interviewer-lines.uk.md"]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_command_of_a_guide_is_parsed(guide: Path) -> None:
    """Its name is in the table, and its arguments and options are those of the command's own signature."""
    found = commands(guide.read_text(encoding="utf-8"))
    assert found
    for words in found:
        name = tuple(words[:2]) if tuple(words[:2]) in ENTRIES else tuple(words[:1])
        built = build(ENTRIES[name])
        context = built.make_context(" ".join(name), words[len(name) :])  # raises on what it does not know
        given = [word for word in words if word.startswith("--")]
        known = {option for param in built.params for option in param.opts}
        assert set(given) <= known
        context.close()


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_a_command_that_is_not_there_would_be_noticed(guide: Path) -> None:
    """The same check refuses an option that the program lacks."""
    words = commands(guide.read_text(encoding="utf-8"))[0]
    with pytest.raises(Exception, match="nowhere"):
        build(ENTRIES[tuple(words[:1])]).make_context(words[0], [*words[1:], "--nowhere"])


def test_the_twins_walk_the_same_way() -> None:
    """The same commands on both pages."""
    english, ukrainian = ([*map(tuple, commands(guide.read_text(encoding="utf-8")))] for guide in GUIDES)
    assert sorted(set(english)) == sorted(set(ukrainian))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_signs_codes_and_numbers_of_a_guide_are_the_programs(guide: Path) -> None:
    """Signs are commands, reasons are those that seal takes, the case code's check digit is right."""
    page = guide.read_text(encoding="utf-8")
    assert all(f"`{sign}`" in page and command(sign) for sign in "<?-=+!q")
    assert all(f"`{code}`" in page for code in INTERRUPTIONS)
    codes = set(re.findall(r"\d{3}-\d{3}-\d{3}-\d", page))
    assert {normalise_case_code(code) for code in codes} == codes
    assert HIDE_AFTER_SECONDS == 15 * 60
    assert "15" in page
    assert SAVE_AFTER_SECONDS < 2
    assert {"--home", "--lang"} <= {option.name for option in GLOBAL_OPTIONS}
