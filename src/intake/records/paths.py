"""A testimony as a flat map, path -> JSON value, which is how a draft stands in the vault.

`account.narrative_original`, `account.people.<id>.sex`, `account.consent.decisions.share_icc_otp.decision`,
`identity.persons.<id>.names`. Objects are opened up; members of the lists in `MEMBERS` are called by their id; any
other list is one value. Spec: docs/spec/record-v1.md, "Draft paths".
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

MEMBERS: Mapping[str, str] = MappingProxyType(
    {
        "account.people": "id",
        "account.places": "id",
        "account.incidents": "id",
        "account.evidence": "id",
        "account.needs": "id",
        "account.searches": "id",
        "identity.persons": "person_id",
        "identity.searches": "search_id",
    }
)
"""The lists whose members have a path of their own, and the field that names a member. The list's own path may hold
the ids in order; members it does not name follow in the order in which they appear."""

VERBATIM_KEYS = ("account.nil",)
"""Maps whose keys hold dots themselves: all that follows is one key."""

FIRST = ("account.consent.", "account.narrative_")
"""Consent, then the person's own words: a document can't say otherwise, as it has no counter."""

NOT_EXPORTED = ("parked", "form")
"""Roots of a draft that are the questionnaire's own, never part of a testimony."""


def flatten(testimony: Mapping[str, Any]) -> dict[str, Any]:
    """Every value under its path, in the order in which a document's parts count as given (V02, V18): `FIRST` first."""
    found = dict(_leaves("", testimony))
    first = {path: value for start in FIRST for path, value in found.items() if path.startswith(start)}
    return {**first, **found}


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}" if path else key, inner)
        return
    key = MEMBERS.get(path)
    ids = _ids(value, key) if key else None
    if not ids:
        yield path, value
        return
    yield path, ids
    for identifier, member in zip(ids, value, strict=True):
        for name, inner in member.items():
            yield from _leaves(f"{path}.{identifier}.{name}", inner)


def _ids(members: Any, key: str) -> list[str]:
    """The ids of a list's members; none when it is empty, or when they can't serve as paths."""
    if not isinstance(members, list | tuple):
        return []
    ids = [str(member.get(key, "")) for member in members if isinstance(member, Mapping)]
    usable = len(ids) == len(members) == len(set(ids)) and all(one and "." not in one for one in ids)
    return ids if usable else []


def assemble(values: Mapping[str, Any]) -> dict[str, Any]:
    """The tree again, `parked` and `form` paths left out; an id in a list's order without any value is dropped."""
    tree: dict[str, Any] = {}
    order: dict[str, list[str]] = {}
    for path, value in values.items():
        if path.split(".", 1)[0] in NOT_EXPORTED:
            continue
        if path in MEMBERS and _is_order(value):
            order[path] = value
            _open(tree, path.split("."))
        else:
            _put(tree, path, value)
    for path, key in MEMBERS.items():
        _close(tree, path, key, order.get(path, []))
    return tree


def _is_order(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _put(tree: dict[str, Any], path: str, value: Any) -> None:
    prefix = next((fixed for fixed in VERBATIM_KEYS if path.startswith(f"{fixed}.")), None)
    parts = [*prefix.split("."), path[len(prefix) + 1 :]] if prefix else path.split(".")
    if value == {}:
        _open(tree, parts)
    else:
        _open(tree, parts[:-1])[parts[-1]] = value


def _open(tree: dict[str, Any], parts: list[str]) -> dict[str, Any]:
    """The object at a path, made where it is missing."""
    node = tree
    for part in parts:
        inner = node.get(part)
        if not isinstance(inner, dict):
            inner = node[part] = {}
        node = inner
    return node


def _close(tree: dict[str, Any], path: str, key: str, order: list[str]) -> None:
    """Turn the members at a path from a map of ids into the list they were."""
    root, name = path.split(".")
    holder = tree.get(root)
    members = holder.get(name) if isinstance(holder, dict) else None
    if isinstance(holder, dict) and isinstance(members, dict):
        ids = dict.fromkeys([*(one for one in order if one in members), *members])
        holder[name] = [{key: one, **members[one]} if isinstance(members[one], dict) else members[one] for one in ids]
