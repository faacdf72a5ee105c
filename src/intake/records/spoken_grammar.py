"""How tokens stand together: parts between commas, in each one date or two with connecting words.

"About" and "maybe" are said of the whole, wherever they stand; a sign or brackets of the date before them.
Spec: docs/spec/record-v1.md, "Dates".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intake.errors import BadDate
from intake.records import dates
from intake.records.spoken_points import is_season, point, signed, split
from intake.records.spoken_words import NoDateError, Reading, Reason, Token, century, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_LAST_ONE_DIGIT = 9
_DOUBTS = {"about": "~", "maybe": "?"}


def in_words(text: str, reading: Reading) -> str:
    """The EDTF of a text in this reading; NoDateError where there is none."""
    found = tokens(text, reading)
    doubt = {_DOUBTS[token.kind] for token in found if token.kind in _DOUBTS}
    edtf = signed(_whole([token for token in found if token.kind not in _DOUBTS], reading), doubt)
    try:
        return dates.parse(edtf).text
    except BadDate:
        raise NoDateError(_why_bad(edtf)) from None


def _why_bad(edtf: str) -> Reason:
    """No such day or year; or two that are, the wrong way round."""
    try:
        for end in edtf.split("/"):
            dates.parse(end)
    except BadDate:
        return Reason.OUT_OF_RANGE
    return Reason.BACKWARDS


_STARTS_PART = ("from", "between", "after", "before")  # as after a comma: "spring 2022 after Easter"


def _whole(found: list[Token], reading: Reading) -> str:
    """All of it as one date with commas in it; or else each part narrows the others."""
    groups: list[list[Token]] = [[]]
    for token in found:
        if token.kind == "comma" or token.kind in _STARTS_PART:
            groups.append([])
        if token.kind != "comma":
            groups[-1].append(token)
    groups = [kept for group in groups if (kept := _without_and(group))]
    if len(groups) <= 1 or not _is_list(groups):
        try:
            return _part([token for group in groups for token in group], None, reading)
        except NoDateError as none:
            if len(groups) <= 1 or none.reason is not Reason.NOT_A_DATE:
                raise
    years = {year for group in groups if (year := _own_year(group, reading))}
    only = years.pop() if len(years) == 1 else None
    return _meet([_part(group, only, reading) for group in groups])


def _without_and(group: list[Token]) -> list[Token]:
    """Not before the 5th *and* not after the 10th: the word joins two parts."""
    return group[:-1] if group and group[-1].kind == "and" else group


def _is_list(groups: list[list[Token]]) -> bool:
    """Commas that do part: "5 березня, 22" has no year, "5 березня 2022, до Великодня" is no span."""
    starts = [group[0].kind for group in groups]
    return "num" in starts[1:] or any(kind == "to" and starts[0] != "from" for kind in starts[1:])


def _own_year(group: list[Token], reading: Reading) -> int | None:
    """The year of a part that is one date; "after 2022" names a year in which it was not."""
    year: int | None = None if _CONNECTING & {token.kind for token in group} else _slots(group, reading).get("year")
    return year


# How two dates stand together; A is a date.
_SPANS = {
    "A": "{whole}",
    **dict.fromkeys(
        ("A dash A", "A to A", "from A to A", "from A dash A", "between A and A"),
        "{first}/{last}",
    ),
    **dict.fromkeys(
        ("from A", "after A", "later A", "A and later", "A still", "A and still", "A to still", "A dash still",
         "from A still", "from A and still", "from A to still", "from A dash still"),
        "{first}/..",
    ),
    **dict.fromkeys(("to A", "before A", "earlier A", "A and earlier", "still dash A"), "../{last}"),
    "A dash unknown": "{first}/",
    "unknown dash A": "/{last}",
}  # fmt: skip
_CONNECTING = {word for pattern in _SPANS for word in pattern.split()} - {"A"}


def _part(group: list[Token], year: int | None, reading: Reading) -> str:
    """One date, or two with their connecting words."""
    pattern: list[str] = []
    points: list[list[Token]] = []
    for token in group:
        if token.kind in _CONNECTING:
            pattern.append(token.kind)
        elif pattern[-1:] == ["A"]:
            points[-1].append(token)
        else:
            pattern.append("A")
            points.append([token])
    span = _SPANS.get(" ".join(pattern))
    if span is None:
        raise NoDateError
    slots = [_slots(each, reading) for each in points]
    if len(slots) > 1:
        _share(slots[0], slots[-1])
    texts = [point(each, year, reading) for each in slots]
    if span == "{whole}":
        return texts[0]
    if any("T" in text for text in texts):
        raise NoDateError  # hours are no end of a span in our profile
    first, last = (texts[at].split("/")[at].replace("-XX", "") for at in (0, -1))
    return span.format(first=first, last=last)


def _share(first: dict[str, Any], last: dict[str, Any]) -> None:
    """The first of two may leave its month and year to the second; a second that is a bare day, to the first.

    "From December 2021 to February" leaves it open which February.
    """
    if {"day", "month"} <= first.keys() and "day" in last and last.keys() <= {"day", "year"}:
        last |= {name: first[name] for name in ("month", "year") if name in first.keys() - last.keys()}
    taken = ("year", "month") if "month" not in first and "day" in first else ("year",)
    if "exact" not in first:
        first |= {name: last[name] for name in taken if name in last.keys() - first.keys()}


def _slots(one: Sequence[Token], reading: Reading) -> dict[str, Any]:
    """A date's tokens by what they say, in any order; nothing may be said twice."""
    slots: dict[str, Any] = {}
    for kind, value in one:
        if kind == "fields":
            new = value
        elif kind == "num":
            new = {"year": century(value, reading)} if "day" in slots and value > _LAST_ONE_DIGIT else {"day": value}
        else:
            new = {kind: value}
        if new.keys() & slots.keys():
            raise NoDateError
        slots |= new
    return slots


def _meet(texts: list[str]) -> str:
    """Where all of the parts are true: "in spring, after Easter"."""
    try:
        parts = [dates.parse(text) for text in texts]
    except BadDate:
        raise NoDateError(Reason.OUT_OF_RANGE) from None
    earliest = max((part.earliest for part in parts if part.earliest), default=None)
    latest = min((part.latest for part in parts if part.latest), default=None)
    if earliest and latest and earliest > latest:
        raise NoDateError(Reason.BACKWARDS)
    for part in parts:
        if (part.earliest, part.latest) == (earliest, latest):
            return part.text
    first = next(part for part in parts if part.earliest == earliest)
    last = next(part for part in parts if part.latest == latest)
    return f"{_edge(first.text, 0, earliest)}/{_edge(last.text, -1, latest)}"


def _edge(text: str, which: int, day: date | None) -> str:
    """The day on which a part begins or ends, as doubtful as the part says; a season's edge is never sharp."""
    if day is None:
        return ".."
    end, sign = split(text.split("/")[which])
    return f"{day}{sign or ('~' if is_season(end) else '')}"
