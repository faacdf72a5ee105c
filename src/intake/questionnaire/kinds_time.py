"""The kinds of question about time: a date as it was said, a day to come, safe hours of the day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from intake.errors import AnswerNeeded, BadDate, DateNotUnderstood
from intake.i18n.layouts import other_layouts
from intake.questionnaire.parsing import LINE_LIMIT, Parsed, Scene, clean
from intake.records import dates, spoken

if TYPE_CHECKING:
    from intake.i18n import Language

DASH = " \u2013 "
YEAR = re.compile(r"[0-9]{4}")
SHORT_YEAR = re.compile(  # as a year is said in Ukrainian and Russian
    r"([0-9]{2})\s?-?\s?(?:го|й|ый|ий|му|м|ом)(?:\s+(?:року|рік|році|году|года|год))?",  # noqa: RUF001  Cyrillic
    re.IGNORECASE,
)
THE_SAME = 0.7  # how alike two texts are when the second is the first without its slip


class Date:
    """When something was: EDTF, the day as people here write it, or words.

    Words that give no date are kept, where the question has room for them, and the date is asked again: their year may
    be answered alone, and another date stands beside them.
    """

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """The EDTF text and its echo; or the words alone, and why."""
        text = clean(typed, LINE_LIMIT)
        if not text:
            raise AnswerNeeded
        waiting = scene.words if scene.value is None else ""
        texts = (text, *other_layouts(text))
        tried = [_read(said, scene) for said in texts]
        for said, found in zip(texts, tried, strict=True):
            with_year = _of_year(waiting, said, found, scene)
            if with_year is not None:
                return Parsed(with_year.edtf, words=waiting, understood=_echo(with_year.edtf, scene.lang))
            if isinstance(found, spoken.Understood):
                words = _beside(waiting, said if any(c.isalpha() for c in said) else "")
                return Parsed(found.edtf, words=words, understood=_echo(found.edtf, scene.lang))
        return _words_alone(text, tried[0], scene)

    def show(self, value: Any, scene: Scene) -> str:
        """In words; a value that is no date as it stands."""
        try:
            return _echo(str(value), scene.lang)
        except BadDate:
            return str(value)


def _read(text: str, scene: Scene) -> spoken.Understood | spoken.Unclear:
    """What the text alone means."""
    try:
        known = dates.parse(as_edtf(text))
    except BadDate:
        return spoken.understand(text, today=date.fromisoformat(scene.today), lang=scene.lang)
    return spoken.Understood(known.text, known.earliest, known.latest)


def _of_year(
    waiting: str, text: str, found: spoken.Understood | spoken.Unclear, scene: Scene
) -> spoken.Understood | None:
    """The date of words that waited for their year, when the text is that year."""
    short = SHORT_YEAR.fullmatch(text)
    year = f"20{short[1]}" if short else found.edtf if isinstance(found, spoken.Understood) else ""
    if not waiting or not YEAR.fullmatch(year):
        return None
    both = spoken.understand(f"{waiting} {year}", today=date.fromisoformat(scene.today), lang=scene.lang)
    return both if isinstance(both, spoken.Understood) else None


def _beside(waiting: str, words: str) -> str:
    """Words that gave no date stay beside those that do; the same words without a slip take their place."""
    if not waiting or not words or SequenceMatcher(None, waiting.lower(), words.lower()).ratio() >= THE_SAME:
        return words or waiting
    return words if waiting.lower() in words.lower() else f"{waiting}; {words}"


def _words_alone(text: str, found: spoken.Understood | spoken.Unclear, scene: Scene) -> Parsed:
    """What can't be a date is kept as words, or refused where there is no room for them."""
    words = text if any(c.isalpha() for c in text) else ""
    readings = found.readings if isinstance(found, spoken.Unclear) else ()
    if scene.question.words_to is None or not (words or readings):
        raise DateNotUnderstood
    reason = found.reason.value if isinstance(found, spoken.Unclear) else ""
    said = tuple(spoken.echo(reading, scene.lang) for reading in readings)
    return Parsed(None, words=words, whole=False, unclear=reason, readings=said)


def as_edtf(text: str) -> str:
    """`24.02.2022`, `02.2022`, `~2022`, `24.02.2022 - 01.03.2022` in EDTF's own spelling; anything else unchanged."""
    ends = re.split(r"\s*[\u2013\u2014]\s*|\s+-\s+|/", text)
    if len(ends) > 1:
        return "/".join(as_edtf(end) if end not in {"", ".."} else end for end in ends)
    found = re.fullmatch(r"(~?)\s*(?:(?:(\d{1,2})\.)?(\d{1,2})\.)?(\d{4})([?~%]?)", text.strip())
    if found is None:
        return re.sub(r"^~\s*(.*[^~?%])$", r"\1~", text.strip())
    about, day, month, year, mark = found.groups()
    return "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)]) + (mark or about)


def _echo(edtf: str, lang: Language) -> str:
    """The date in words; of a season also its first and last day, because people draw that line differently."""
    known, said = dates.parse(edtf), spoken.echo(edtf, lang)
    if known.earliest and known.latest and re.fullmatch(r"[0-9]{4}-2[1-4]", edtf):
        return f"{said} ({known.earliest:%d.%m.%Y}{DASH}{known.latest:%d.%m.%Y})"
    return said


class Day:
    """A day to come: a date, or in how many days from today."""

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """The day as `YYYY-MM-DD`."""
        text = typed.strip()
        try:
            if re.fullmatch(r"[0-9]{1,3}", text):
                day = date.fromisoformat(scene.today) + timedelta(days=int(text))
            else:
                day = date.fromisoformat(as_edtf(text))
        except ValueError:
            raise (DateNotUnderstood if text else AnswerNeeded) from None
        return Parsed(day.isoformat(), understood=day.strftime("%d.%m.%Y"))

    def show(self, value: Any, scene: Scene) -> str:
        """Day, month, year."""
        del scene
        return ".".join(reversed(str(value).split("-")))


class Hours:
    """Safe hours: `18-20`, `18:30-20:00`; anything else is kept as the person's words."""

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """One window a part, between commas."""
        text = clean(typed, LINE_LIMIT)
        if not text:
            raise AnswerNeeded
        windows = [_window(part.strip()) for part in re.split(r"[,;]", text)]
        whole = [window for window in windows if window is not None]
        if len(whole) < len(windows):
            if scene.question.words_to is None:
                raise DateNotUnderstood
            return Parsed(None, words=text)
        return Parsed(whole, understood=self.show(whole, scene))

    def show(self, value: Any, scene: Scene) -> str:
        """From and to."""
        del scene
        return ", ".join(f"{window['from']}{DASH}{window['to']}" for window in value)


def _window(text: str) -> dict[str, str] | None:
    hour = r"(\d|[01]\d|2[0-3])(?:[:.]([0-5]\d))?"
    found = re.fullmatch(rf"{hour}\s*[-\u2013\u2014]\s*{hour}", text)
    if found is None:
        return None
    return {"from": f"{int(found[1]):02}:{found[2] or '00'}", "to": f"{int(found[3]):02}:{found[4] or '00'}"}
