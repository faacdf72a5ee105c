"""The heading of a question's section, straight from the data: a list of drafts needs no more of a questionnaire.

`model` checks the whole of it and costs more than opening a vault does; this reads what `model` ships.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.i18n import Language

_DATA = os.path.join(os.path.dirname(__file__), "data")  # noqa: PTH118, PTH120  importlib.resources costs its import


@cache
def _headings(name: str) -> Mapping[str, Mapping[str, str]]:
    """Question or repeat -> its section's heading in each language."""
    path = os.path.join(_DATA, f"{name}.toml")  # noqa: PTH118
    if not name.isidentifier() or not os.path.isfile(path):  # noqa: PTH113
        return {}
    with open(path, "rb") as file:  # noqa: PTH123
        form = tomllib.load(file)
    labels = {section["id"]: section["label"] for section in form["section"]}
    return {asked["id"]: labels[asked["section"]] for kind in ("question", "repeat") for asked in form.get(kind, ())}


def heading(name: str, asked: str, lang: Language) -> str | None:
    """The heading under which a question or repeat stands; None where this program does not know it."""
    found = _headings(name).get(asked)
    return found[lang] if found else None
