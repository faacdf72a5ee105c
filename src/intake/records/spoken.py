"""When it was, as people say it: words in Ukrainian, Russian or English to EDTF, and EDTF back to words.

Nothing is guessed: without a year, with two readings, or with a word that is not in the table, the answer is a reason.
Must not: replace the person's own words, which stand beside the date; read a clock (today is given).
Spec: docs/spec/record-v1.md, "Dates".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.errors import BadDate
from intake.records import dates
from intake.records.spoken_grammar import in_words
from intake.records.spoken_points import OPEN, SIGNS, split
from intake.records.spoken_words import WINTER, NoDateError, Reading, Reason, said

if TYPE_CHECKING:
    from datetime import date

    from intake.i18n import Language

__all__ = ["Reason", "Unclear", "Understood", "echo", "understand"]


@dataclass(frozen=True, slots=True)
class Understood:
    """A date of our profile, and the first and last day it may mean (None: open or unknown)."""

    edtf: str
    earliest: date | None
    latest: date | None


@dataclass(frozen=True, slots=True)
class Unclear:
    """No date, and why. `readings`: the EDTF texts to choose from, for TWO_READINGS only."""

    reason: Reason
    readings: tuple[str, ...] = ()


def understand(text: str, *, today: date, lang: Language | None = None) -> Understood | Unclear:
    """What the text means; all three languages are always understood.

    `today` is the day of the interview, for "yesterday" and the like. `lang` only decides how 03/05/2022 is read: day
    first in Ukrainian and Russian, two readings otherwise.
    """
    tried = [_read(text, Reading(today, second, lang in {"uk", "ru"})) for second in (False, True)]
    found = {reading.edtf: reading for reading in tried if isinstance(reading, Understood)}
    if len(found) > 1:
        return Unclear(Reason.TWO_READINGS, tuple(found))
    return next(iter(found.values()), tried[0])


def _read(text: str, reading: Reading) -> Understood | Unclear:
    """One reading. What is EDTF already is itself; the second reading of 2022-23 is in words."""
    if not reading.second:
        try:
            return _understood(text.strip())
        except BadDate:
            pass
    try:
        return _understood(in_words(text, reading))
    except NoDateError as none:
        return Unclear(none.reason)


def _understood(edtf: str) -> Understood:
    parsed = dates.parse(edtf)
    return Understood(parsed.text, parsed.earliest, parsed.latest)


def echo(edtf: str, lang: Language) -> str:
    """The date in words that `understand` takes back to the same EDTF; BadDate if it is none of the profile."""
    dates.parse(edtf)
    ends = [split(end) for end in edtf.split("/")]
    signs = {sign for text, sign in ends if text not in OPEN}
    whole = signs.pop() if len(signs) == 1 else ""
    words = [_say(text, lang) + (f" ({_doubt(sign, lang)})" if sign and not whole else "") for text, sign in ends]
    span = _span([text for text, _ in ends], words, lang)
    return f"{span}, {_doubt(whole, lang)}" if whole else span


def _span(ends: list[str], words: list[str], lang: Language) -> str:
    """One date, or two with what stands between or instead of them."""
    if len(ends) == 1:
        return words[0]
    if ".." in ends:
        which = "later" if ends[1] == ".." else "earlier"
        return f"{''.join(words)} {said('and', 'and', lang)} {said(which, which, lang)}"
    return " \u2013 ".join(word or said("unknown", "unknown", lang) for word in words)


def _say(text: str, lang: Language) -> str:
    """One end without its sign: days as 24.02.2022, months and seasons by name."""
    if text in OPEN:
        return ""
    day, _, time = text.partition("T")
    year, *rest = day.split("-")
    if len(rest) != 1 or rest == ["XX"]:
        return ".".join(reversed([year, *rest])) + (f" {time}" if time else "")
    number = int(rest[0])
    years = f"{year}\u2013{int(year) + 1}" if number == WINTER else year
    return f"{said('season' if number in dates.SEASONS else 'month', number, lang)} {years}"


def _doubt(sign: str, lang: Language) -> str:
    return ", ".join(said(kind, kind, lang) for kind in SIGNS[sign])
