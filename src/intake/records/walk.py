"""Walks a testimony once and hands over the fields that rules ask about: codes, references, dates.

Which fields those are is read from the models' annotations when this module is loaded, so that a new field needs no
entry anywhere else, and a walk touches nothing but them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from intake.records.fields import In, IsDate, Refers
from intake.records.paths import MEMBERS

Marker = In | Refers | IsDate


@dataclass(frozen=True, slots=True)
class Found:
    """A value somebody asked about, its path, and what its annotation says of it."""

    path: str
    value: str
    marker: Marker


@dataclass(frozen=True, slots=True)
class _Step:
    """One field of a model: what is marked in it; no marker where it only leads on to another model."""

    attribute: str
    name: str
    marker: Marker | None = None
    key_marker: Marker | None = None


@cache
def _plan(model: type[BaseModel], codes: bool) -> tuple[_Step, ...]:
    steps = []
    for attribute, info in model.model_fields.items():
        marker, key_marker, inner = _look([info.annotation, *info.metadata])
        if not codes:
            marker = None if isinstance(marker, In) else marker
            key_marker = None if isinstance(key_marker, In) else key_marker
        if marker or key_marker or (inner and _plan(inner, codes)):
            steps.append(_Step(attribute, info.alias or attribute, marker, key_marker))
    return tuple(steps)


def _look(parts: Sequence[Any]) -> tuple[Marker | None, Marker | None, type[BaseModel] | None]:
    """The marker, the marker of a map's keys, and the model that stand somewhere in an annotation."""
    marker: Marker | None = None
    key_marker: Marker | None = None
    model: type[BaseModel] | None = None
    for part in parts:
        if isinstance(part, In | Refers | IsDate):
            marker = part
        elif isinstance(part, type) and issubclass(part, BaseModel):
            model = part
        elif get_origin(part) is dict:
            key_marker = _look(get_args(part)[:1])[0]
            marker, _, model = _look(get_args(part)[1:])
        elif get_args(part):
            found = _look([*get_args(part), *getattr(part, "__metadata__", ())])
            marker, key_marker = found[0] or marker, found[1] or key_marker
            model = found[2] or model
    return marker, key_marker, model


def values(value: BaseModel, *, codes: bool = True) -> dict[Marker, set[str]]:
    """The distinct marked values below `value`, by marker: where rules hold, nobody asks for paths, which cost most."""
    found: dict[Marker, set[str]] = defaultdict(set)
    _gather(value, codes, found)
    return found


def _gather(value: BaseModel, codes: bool, found: dict[Marker, set[str]]) -> None:
    held = value.__dict__
    for step in _plan(type(value), codes):
        inner = held[step.attribute]
        if inner:
            _gather_each(inner, step, codes, found)


def _gather_each(value: Any, step: _Step, codes: bool, found: dict[Marker, set[str]]) -> None:
    if isinstance(value, str):
        if step.marker:
            found[step.marker].add(value)
    elif isinstance(value, BaseModel):
        _gather(value, codes, found)
    elif isinstance(value, tuple | dict):
        if step.key_marker and isinstance(value, dict):
            found[step.key_marker].update(value)
        for inner in value.values() if isinstance(value, dict) else value:
            _gather_each(inner, step, codes, found)


def walk(value: BaseModel, path: str = "", *, codes: bool = True) -> list[Found]:
    """Every marked value below `value`, which stands at `path`; without codes where nobody asks about them."""
    found: list[Found] = []
    _walk(value, path, codes, found)
    return found


def _walk(value: BaseModel, path: str, codes: bool, found: list[Found]) -> None:
    for step in _plan(type(value), codes):
        inner = getattr(value, step.attribute)
        if inner is not None and inner != ():
            _each(inner, f"{path}.{step.name}" if path else step.name, step, codes, found)


def _each(value: Any, path: str, step: _Step, codes: bool, found: list[Found]) -> None:
    if isinstance(value, str):  # what most values are, and first for that
        if step.marker:
            found.append(Found(path, value, step.marker))
    elif isinstance(value, tuple):
        named = MEMBERS.get(path)
        for inner in value:
            _each(inner, f"{path}.{getattr(inner, named)}" if named else path, step, codes, found)
    elif isinstance(value, BaseModel):
        _walk(value, path, codes, found)
    elif isinstance(value, dict):
        _map(value, path, step, codes, found)


def _map(value: dict[str, Any], path: str, step: _Step, codes: bool, found: list[Found]) -> None:
    for key, inner in value.items():
        if step.key_marker:
            found.append(Found(f"{path}.{key}", key, step.key_marker))
        _each(inner, f"{path}.{key}", step, codes, found)
