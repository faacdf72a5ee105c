"""A draft's answers as a testimony. A module of its own, because the models cost every command that loads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake.records.testimony import Testimony, parse_testimony
from intake.usecases.drafts import testimony_json

if TYPE_CHECKING:
    from intake.store.rows import Value


def testimony_of(values: dict[str, Value]) -> Testimony:
    """The answers as a testimony; BadTestimony names the fields that are not as they should be."""
    return parse_testimony(testimony_json(values))
