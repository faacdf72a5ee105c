"""Walks a part of a testimony once and hands over the fields that rules ask about: codes, references, dates, words.

Which fields those are is read from the models' annotations when they are first walked, so that a new field needs no
entry anywhere else, and a walk touches nothing but them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from intake.records.fields import In, IsDate, IsWords, Refers
from intake.records.paths import MEMBERS

Marker = In | Refers | IsDate | IsWords
Kinds = tuple[type[Marker], ...]
"""Which markers a walk looks for."""


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
def _plan(model: type[BaseModel], kinds: Kinds) -> tuple[_Step, ...]:
    steps = []
    for attribute, info in model.model_fields.items():
        marker, key_marker, inner = _look([info.annotation, *info.metadata])
        marker = marker if isinstance(marker, kinds) else None
        key_marker = key_marker if isinstance(key_marker, kinds) else None
        if marker or key_marker or (inner and _plan(inner, kinds)):
            steps.append(_Step(attribute, info.alias or attribute, marker, key_marker))
    return tuple(steps)


def _look(parts: Sequence[Any]) -> tuple[Marker | None, Marker | None, type[BaseModel] | None]:
    """The marker, the marker of a map's keys, and the model that stand somewhere in an annotation."""
    marker: Marker | None = None
    key_marker: Marker | None = None
    model: type[BaseModel] | None = None
    for part in parts:
        if isinstance(part, Marker):
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


def values(value: BaseModel, kinds: Kinds) -> dict[Marker, set[str]]:
    """The distinct marked values below `value`, by marker: where rules hold, nobody asks for paths, which cost most."""
    found: dict[Marker, set[str]] = defaultdict(set)
    _gather(value, kinds, found)
    return found


def _gather(value: BaseModel, kinds: Kinds, found: dict[Marker, set[str]]) -> None:
    held = value.__dict__
    for step in _plan(type(value), kinds):
        inner = held[step.attribute]
        if inner:
            if step.marker and type(inner) is str:  # most of them
                found[step.marker].add(inner)
            else:
                _gather_each(inner, step, kinds, found)


def _gather_each(value: Any, step: _Step, kinds: Kinds, found: dict[Marker, set[str]]) -> None:
    if isinstance(value, str):
        if step.marker:
            found[step.marker].add(value)
    elif isinstance(value, BaseModel):
        _gather(value, kinds, found)
    elif isinstance(value, tuple | dict):
        if step.key_marker and isinstance(value, dict):
            found[step.key_marker].update(value)
        for inner in value.values() if isinstance(value, dict) else value:
            _gather_each(inner, step, kinds, found)


def walk(value: BaseModel, path: str, kinds: Kinds) -> list[Found]:
    """Every marked value below `value`, which stands at `path`, each as often as it stands there."""
    found: list[Found] = []
    _walk(value, path, kinds, found)
    return found


def _walk(value: BaseModel, path: str, kinds: Kinds, found: list[Found]) -> None:
    for step in _plan(type(value), kinds):
        inner = getattr(value, step.attribute)
        if inner is not None and inner != ():
            _each(inner, f"{path}.{step.name}", step, kinds, found)


def _each(value: Any, path: str, step: _Step, kinds: Kinds, found: list[Found]) -> None:
    if isinstance(value, str):  # what most values are, and first for that
        if step.marker:
            found.append(Found(path, value, step.marker))
    elif isinstance(value, tuple):
        named = MEMBERS.get(path)
        for inner in value:
            _each(inner, f"{path}.{getattr(inner, named)}" if named else path, step, kinds, found)
    elif isinstance(value, BaseModel):
        _walk(value, path, kinds, found)
    elif isinstance(value, dict):
        _map(value, path, step, kinds, found)


def _map(value: dict[str, Any], path: str, step: _Step, kinds: Kinds, found: list[Found]) -> None:
    for key, inner in value.items():
        if step.key_marker:
            found.append(Found(f"{path}.{key}", key, step.key_marker))
        _each(inner, f"{path}.{key}", step, kinds, found)
