"""Which paths of a draft the record models have: what a question may map to."""

from __future__ import annotations

import types
import typing
from typing import Any

from pydantic import BaseModel

from intake.records.paths import MEMBERS
from intake.records.testimony import Testimony

ANY = "*"


def fits(path: str) -> bool:
    """Whether a testimony may hold something at this path; `{name}` stands for any id or code."""
    parts = [ANY if part.startswith("{") else part for part in path.split(".")]
    return _fits(Testimony, parts, "")


def _fits(kind: Any, parts: list[str], at: str) -> bool:
    if not parts:
        return True
    if parts[:1] == ["nil"] and at == "account":
        return fits(".".join(parts[1:]))
    for one in _models(kind):
        if isinstance(one, type) and issubclass(one, BaseModel):
            field = _field(one, parts[0])
            if field is not None and _fits(field, parts[1:], f"{at}.{parts[0]}".lstrip(".")):
                return True
        elif typing.get_origin(one) is dict and _fits(typing.get_args(one)[1], parts[1:], at):
            return True
        elif typing.get_origin(one) is tuple and at in MEMBERS and parts[0] == ANY:
            return _fits(typing.get_args(one)[0], parts[1:], "")
    return False


def _field(model: type[BaseModel], name: str) -> Any:
    for own, field in model.model_fields.items():
        if name in {own, field.alias}:
            return field.annotation
    return None


def _models(kind: Any) -> list[Any]:
    """Through `Annotated` and unions."""
    origin = typing.get_origin(kind)
    if origin is typing.Annotated:
        return _models(typing.get_args(kind)[0])
    if origin in {typing.Union, types.UnionType}:
        return [one for arm in typing.get_args(kind) for one in _models(arm)]
    return [kind]


def rows_of(path: str) -> type[BaseModel] | None:
    """The model of the rows of a list that is one value."""
    kind: Any = Testimony
    at = ""
    for part in path.split("."):
        at = f"{at}.{part}".lstrip(".")
        for one in _models(kind):
            if isinstance(one, type) and issubclass(one, BaseModel):
                kind = _field(one, part)
            elif typing.get_origin(one) is tuple:
                kind = typing.get_args(one)[0]
    found = [one for one in _models(kind) if typing.get_origin(one) is tuple]
    return _models(typing.get_args(found[0])[0])[0] if found else None
