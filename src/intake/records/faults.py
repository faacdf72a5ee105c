"""What is wrong with a testimony, as data: a field, a rule or kind of fault, a sentence, a way on.

The sentences are English keys for a translator. No finding ever carries a value that was typed: pydantic's own
messages, which quote it, end here, and a field's name that this program does not know is shown as `?`.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ValidationError

from intake import vocabulary

Level = Literal["block", "warn"]
"""`block` stops what it names; `warn` asks for a reason, which is kept in the record."""

SHAPE = "shape"
"""Stands where a rule's ID would: the fault is of form, before any rule is asked."""

_SEE_SCHEMA = "schemas/testimony-v1.json says what each field may hold"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one field: `rule` is V01 to V30 or `shape`; `fields` fill `message` and `way_on`."""

    rule: str
    field: str
    message: str
    way_on: str
    fields: Mapping[str, str] = dataclasses.field(default_factory=dict)
    level: Level = "block"


MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "a field that can't be left out is missing",
        "extra_forbidden": "this field is not known here",
        "string_type": "this must be text",
        "string_too_short": "this is empty",
        "string_too_long": "this is longer than {max_length} characters",
        "string_pattern_mismatch": "this does not look as it should",
        "int_type": "this must be a whole number",
        "bool_type": "this must be true or false",
        "tuple_type": "this must be a list",
        "dict_type": "this must be an object",
        "model_type": "this must be an object",
        "greater_than_equal": "this is less than {ge}",
        "less_than_equal": "this is more than {le}",
        "literal_error": "this must be one of: {expected}",
    }
)
OTHERWISE = "this can't be stored here"

_WAYS: Mapping[str, str] = MappingProxyType(
    {
        "missing": "add it; " + _SEE_SCHEMA,
        "extra_forbidden": "take it out, or use a field that is known: {nearest}",
        "string_too_long": "shorten it, or put the long text into the narrative",
    }
)

_SHOWN = ("max_length", "ge", "le", "expected")  # of pydantic's context, only what comes from the model itself


def sentences() -> tuple[str, ...]:
    """Every sentence, for the test that each is translated."""
    return (*MESSAGES.values(), OTHERWISE, *_WAYS.values(), _SEE_SCHEMA)


def shape_findings(error: ValidationError, model: type[BaseModel]) -> tuple[Finding, ...]:
    """One finding per fault that pydantic found in a value of `model`, in order of the fields."""
    return tuple(_findings(error, model))


def _findings(error: ValidationError, model: type[BaseModel]) -> Iterator[Finding]:
    known = _names(model)
    for fault in error.errors(include_url=False, include_input=False):
        kind, context = fault["type"], fault.get("ctx", {})
        fields = {name: str(context[name]).replace(" or ", ", ") for name in _SHOWN if name in context}
        if kind == "extra_forbidden":
            near = get_close_matches(str(fault["loc"][-1]), known, n=3)
            fields["nearest"] = ", ".join(near) or "schemas/testimony-v1.json"
        way = _WAYS.get(kind, _SEE_SCHEMA)
        yield Finding(SHAPE, _path(fault["loc"], known), MESSAGES.get(kind, OTHERWISE), way, fields)


def _path(place: tuple[int | str, ...], known: frozenset[str]) -> str:
    """`account.people[0].sex`; a name that is neither a field nor a code of ours could be anybody's, so `?`."""
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part != "[key]":
            text += f".{part}" if part in known or _is_scope(part) else ".?"
    return text.lstrip(".") or "testimony"


def _is_scope(part: str) -> bool:
    return vocabulary.known("consent_scope", part) or vocabulary.known("consent_element", part)


@cache
def _names(model: type[BaseModel]) -> frozenset[str]:
    """Every field name of a model and of the models below it."""
    names: set[str] = set()
    for below in _models(model):
        names |= {info.alias or name for name, info in below.model_fields.items()}
    return frozenset(names)


def _models(model: type[BaseModel]) -> set[type[BaseModel]]:
    found = {model}
    queue: list[object] = [info.annotation for info in model.model_fields.values()]
    while queue:
        part = queue.pop()
        if isinstance(part, type) and issubclass(part, BaseModel) and part not in found:
            found.add(part)
            queue += [info.annotation for info in part.model_fields.values()]
        queue += getattr(part, "__args__", ())
    return found
