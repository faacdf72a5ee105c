"""A real pseudo-terminal under the line editor: what happens when nobody types."""

from __future__ import annotations

import os
import sys

import pytest

from intake.cli import line_terminal

if sys.platform == "win32":
    pytest.skip("a console without these modes reads whole lines", allow_module_level=True)


def test_a_screen_that_nobody_touches_hides_itself_and_saves_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time without a key the unfinished line is handed on to be saved, and then the screen is hidden."""
    monkeypatch.setattr(line_terminal, "HIDE_AFTER_SECONDS", 0.05)
    monkeypatch.setattr(line_terminal, "SAVE_AFTER_SECONDS", 0.01)
    master, slave = os.openpty()
    saved: list[str] = []
    try:
        with (
            open(slave, "w", encoding="utf-8", closefd=False) as sink,
            line_terminal.KeyTerminal(slave, sink) as terminal,
        ):
            os.write(master, "Половина ре".encode())
            with pytest.raises(line_terminal.HideNow) as hidden:
                terminal.read("> ", watch=saved.append)
    finally:
        os.close(master)
        os.close(slave)
    assert hidden.value.text == "Половина ре"
    assert saved[-1] == "Половина ре"
