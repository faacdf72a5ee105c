"""The heading of a section, straight from the data: a list of drafts needs no more of a questionnaire.

`model` checks the whole of it and costs more than opening a vault does; this reads the one file that `model` ships.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.i18n import Language

# importlib.resources costs its import, and pathlib too
_SECTIONS = os.path.join(os.path.dirname(__file__), "data", "blocks", "sections.toml")  # noqa: PTH118, PTH120


@cache
def _headings() -> Mapping[str, Mapping[str, str]]:
    """Section -> its heading in each language."""
    with open(_SECTIONS, "rb") as file:  # noqa: PTH123
        return {section["id"]: section["label"] for section in tomllib.load(file)["section"]}


def heading(section: str, lang: Language) -> str | None:
    """The heading of a section; None where this program does not know it."""
    found = _headings().get(section)
    return found[lang] if found else None
