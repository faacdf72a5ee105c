"""SECURITY.md and the list that CI tries say the same."""

from __future__ import annotations

import re
from pathlib import Path

from tools.guarantees import REMOVALS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| (G\d+) \|(.*)\|$", PAGE, re.MULTILINE))


def test_every_guarantee_is_tried() -> None:
    """A promise without a removal that its tests notice is only a sentence."""
    assert sorted(ROWS) == sorted({row.guarantee for row in REMOVALS})


def test_the_page_cites_the_tests_that_are_tried() -> None:
    """Each removal's tests stand beside its promise, by file or by folder."""
    for row in REMOVALS:
        cited = re.findall(r"`([^`]+)`", ROWS[row.guarantee])
        for test in row.tests:
            path = test.partition("::")[0]
            assert any(path == one or path.startswith(one) for one in cited if one.startswith("tests/")), (row, path)


def test_every_removal_finds_its_code() -> None:
    """Code that moved takes its row along at once, not when CI tries it: each text stands once in its file."""
    for row in REMOVALS:
        text = (ROOT / "src" / "intake" / row.file).read_text(encoding="utf-8")
        assert text.count(row.code) == 1, (row.guarantee, row.file)


def test_cited_tests_exist() -> None:
    """No path on the page leads nowhere."""
    for one in re.findall(r"`((?:tests|tools|docs)/[^` ]+)`", PAGE):
        assert (ROOT / one).exists(), one


def test_adversaries_point_to_numbers_that_exist() -> None:
    """Every G and N that the page mentions is on the page."""
    defined = set(ROWS) | set(re.findall(r"^\| (N\d+) \|", PAGE, re.MULTILINE))
    assert set(re.findall(r"\b[GN]\d+\b", PAGE)) <= defined
