"""The kinds of question about time: a date as it was said, a day to come, safe hours of the day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from intake.errors import AnswerNeeded, BadDate, DateNotUnderstood
from intake.questionnaire.model import Words
from intake.questionnaire.parsing import LINE_LIMIT, Parsed, Scene, clean
from intake.records import dates, spoken

if TYPE_CHECKING:
    from intake.i18n import Language

DASH = " \u2013 "
APPROXIMATE = Words(uk="приблизно", ru="приблизительно", en="approximately")
UNCERTAIN = Words(uk="непевно", ru="неуверенно", en="uncertain")
OPEN_END = Words(uk="невідомо", ru="неизвестно", en="not known")


class Date:
    """When something was: EDTF, the day as people here write it, or words.

    Words that give no date are kept, where the question has room for them, and the date is asked again.
    """

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """The EDTF text and its echo; or the words alone, and why."""
        text = clean(typed, LINE_LIMIT)
        if not text:
            raise AnswerNeeded
        words = text if any(c.isalpha() for c in text) else ""
        try:
            understood = dates.parse(as_edtf(text))
        except BadDate:
            return _from_words(text, words, scene)
        return Parsed(understood.text, understood=_echo(understood, scene.lang))

    def show(self, value: Any, scene: Scene) -> str:
        """The range it means, and the EDTF text."""
        try:
            return _echo(dates.parse(str(value)), scene.lang)
        except BadDate:
            return str(value)


def _from_words(text: str, words: str, scene: Scene) -> Parsed:
    """A date out of words; what can't be one is kept as words, or refused where there is no room for them."""
    found = spoken.understand(text, today=date.fromisoformat(scene.today), lang=scene.lang)
    if isinstance(found, spoken.Understood):
        return Parsed(found.edtf, words=words, understood=_echo(dates.parse(found.edtf), scene.lang))
    if scene.question.words_to is None or not (words or found.readings):
        raise DateNotUnderstood
    readings = tuple(spoken.echo(reading, scene.lang) for reading in found.readings)
    return Parsed(None, words=words, whole=False, unclear=found.reason.value, readings=readings)


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


def _echo(understood: dates.Edtf, lang: Language) -> str:
    def end(day: date | None) -> str:
        return day.strftime("%d.%m.%Y") if day else OPEN_END.say(lang)

    span = dict.fromkeys((end(understood.earliest), end(understood.latest)))
    doubts = [
        *([APPROXIMATE.say(lang)] if understood.approximate else []),
        *([UNCERTAIN.say(lang)] if understood.uncertain else []),
    ]
    return f"{', '.join([DASH.join(span), *doubts])} ({understood.text})"


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
