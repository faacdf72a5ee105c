"""The interviewer's guide: its pictures are of the application as it is, and both languages show the same ones."""

from __future__ import annotations

import re
from pathlib import Path

from tools import pictures

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
_PICTURE = re.compile(r"!\[[^\]]+\]\(pictures/([a-z-]+)\.svg\)")


def shown_in(page: str) -> list[str]:
    """The names of a page's pictures, in their order."""
    return _PICTURE.findall((GUIDE / page).read_text("utf-8"))


def test_no_picture_is_stale() -> None:
    """The application is driven again; a screen that changed its words makes its picture stale."""
    assert list(pictures.stale(pictures.taken())) == []


def test_both_languages_show_every_picture() -> None:
    """In one order, each once; none lies there unused."""
    assert shown_in("interviewer.md") == shown_in("interviewer.uk.md")
    assert sorted(shown_in("interviewer.md")) == sorted(path.stem for path in pictures.FOLDER.glob("*.svg"))


def test_a_picture_asks_nothing_of_the_network_and_names_no_machine() -> None:
    """No font, image or link from elsewhere; no path of whoever took it."""
    for path in pictures.FOLDER.glob("*.svg"):
        svg = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|@import|url\((?!#)|/tmp|/home|/root", svg), path.name


def test_a_screen_that_changed_is_noticed() -> None:
    """One word more, one word less, or another picture: each is stale; another case code or number is not."""
    name = "home"
    kept = (pictures.FOLDER / f"{name}.svg").read_text("utf-8")
    text = pictures.text_of(kept)
    assert pictures.structure(text) == pictures.structure(text.replace("17:40", "09:15"))
    assert pictures.structure(text) != pictures.structure(text.replace("Нове свідчення", "Нове"))
    assert pictures.structure("742-118-365-8") == pictures.structure("101-202-303-4")
