"""The reference pages are what the program says now."""

from pathlib import Path

import pytest
from tools import reference

from intake.cli.table import COMMANDS


def test_pages_are_fresh() -> None:
    """docs/reference is generated from the table and the tree, and nobody edited it."""
    assert reference.stale() == []


def test_a_page_that_lags_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One word changed by hand, or a page that is gone, is stale."""
    monkeypatch.setattr(reference, "REFERENCE", tmp_path)
    assert reference.stale() == ["cli.md", "errors.md", "vocabulary.md"]
    assert reference.main([]) == 0
    assert reference.stale() == []
    page = tmp_path / "cli.md"
    page.write_text(page.read_text(encoding="utf-8").replace("interview", "interwiew", 1), encoding="utf-8")
    assert reference.main(["--check"]) == 1


def test_every_command_and_error_is_on_its_page() -> None:
    """Nothing that can be called or raised is missing from the reference."""
    commands, errors = reference.cli_page(), reference.errors_page()
    assert all(f"### `intake {entry.name}" in commands for entry in COMMANDS)
    assert all(f"`{leaf.code}`" in errors for leaf in reference.error_leaves())
