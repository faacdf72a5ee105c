"""The kinds of question: one small class each, from what was typed to what is stored, and back to what is shown.

A kind knows nothing of where the answer goes or what comes next. Text is kept as the person said it: NFC, and nothing
else is changed (an apostrophe stays the one that was typed); control characters never get in, since they could command
the next terminal that shows them. To add a kind: one class here, one row in `KINDS`, one name in `model.KindName`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from intake import gazetteer
from intake.errors import AnswerNeeded, AnswerTooLong, BadDate, DateNotUnderstood, NotACode, NotANumber, NoYesOrNo
from intake.questionnaire.choices import Choice, choose_many, choose_one, fold
from intake.questionnaire.model import PLACE, KindName, Question, Words
from intake.records import dates, spoken
from intake.records.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.i18n import Language

LINE_LIMIT = 500
TEXT_LIMIT = 20_000
NARRATIVE_LIMIT = 2_000_000  # about forty hours of talk; what the record takes
NAME_LIMIT = 200
DASH = " \u2013 "
PRECISION = {"O": "oblast", "P": "raion", "H": "hromada"}
"""How exactly a place is known by the codifier's kind of unit; every other is a settlement or within one."""

YES = ("1", "т", "так", "д", "да", "y", "yes")
NO = ("2", "н", "ні", "нет", "n", "no")
APPROXIMATE = Words(uk="приблизно", ru="приблизительно", en="approximately")
UNCERTAIN = Words(uk="непевно", ru="неуверенно", en="uncertain")
OPEN_END = Words(uk="невідомо", ru="неизвестно", en="not known")


@dataclass(frozen=True)
class Scene:
    """What a kind may see: its question, the language, the choices as numbered on the screen, what stands there now.

    `words`: what was said of a place already; then its choices are those of the codifier, and before places named here.
    """

    question: Question
    lang: Language
    choices: tuple[Choice, ...] = ()
    value: Any = None
    today: str = ""
    words: str = ""


@dataclass(frozen=True)
class Parsed:
    """What was understood. `words`: the person's own. `whole` is False while something is still to be asked here.

    `unclear`: why words gave no date, and `readings` what they may mean. `stays`: the answer is there, and may be made
    more exact. `place`: what is written of a place. `beside`: further paths of the same answer, where a kind has them.
    """

    value: Any
    words: str = ""
    understood: str = ""
    whole: bool = True
    unclear: str = ""
    readings: tuple[str, ...] = ()
    stays: bool = False
    place: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)


class Kind(Protocol):
    """From typed to stored, from stored to shown."""

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """The answer; raises a leaf of `AnswerRefused`."""
        ...

    def show(self, value: Any, scene: Scene) -> str:
        """A stored answer for the screen."""
        ...


def clean(text: str, limit: int, *, lines: bool = False) -> str:
    """NFC without control characters; line ends and tabs stay where `lines` are allowed."""
    kept = "\n\t" if lines else ""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(c if c in kept or unicodedata.category(c) not in {"Cc", "Cs"} else " " for c in text)
    if len(text) > limit:
        raise AnswerTooLong(limit=limit)
    return text if lines else text.strip()


class ConsentText:
    """The consent text as one whole: yes means that every element was explained; only exceptions are typed."""

    EXCEPTIONS = "account.consent.not_explained"

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """Yes, or `8 the reason; 13 the reason` for the elements that were left out."""
        reasons = {} if fold(typed) in YES else _reasons(typed, scene)
        beside = {f"{self.EXCEPTIONS}.{choice.code}": reasons.get(choice.code) for choice in scene.choices}
        return Parsed([choice.code for choice in scene.choices if choice.code not in reasons], beside=beside)

    def show(self, value: Any, scene: Scene) -> str:
        """How many of the elements were explained."""
        return f"{len(value)}/{len(scene.choices)}"


def _reasons(typed: str, scene: Scene) -> dict[str, str]:
    reasons = {}
    for part in clean(typed, TEXT_LIMIT).split(";"):
        found = re.fullmatch(r"\s*(\d{1,2})[\s:.,\u2013-]+(\S.*)", part)
        if found is None:
            raise AnswerNeeded
        reasons[choose_one(found[1], scene.choices).code] = clean(found[2], LINE_LIMIT)
    return reasons


class Line:
    """A line of text."""

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """The text, without the spaces around it."""
        text = clean(typed, TEXT_LIMIT if scene.question.long else LINE_LIMIT)
        if not text:
            raise AnswerNeeded
        return Parsed(text)

    def show(self, value: Any, scene: Scene) -> str:
        """As it stands."""
        del scene
        return str(value)


class Narrative(Line):
    """The person's own words, many lines."""

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """The text as typed; only empty lines at the end go."""
        del scene
        text = clean(typed, NARRATIVE_LIMIT, lines=True).rstrip("\n ")
        if not text.strip():
            raise AnswerNeeded
        return Parsed(text)


def yes_or_no(typed: str) -> bool:
    """By digit or by letter: т/н, д/н, y/n. Layouts are not folded here: the key of `т` on a Latin keyboard is `n`."""
    said = fold(typed).rstrip(".!")
    if said in YES or said in NO:
        return said in YES
    raise NoYesOrNo if said else AnswerNeeded


class YesNo:
    """Yes or no."""

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """True or False."""
        said = yes_or_no(typed)
        return Parsed(said, understood=self.show(said, scene))

    def show(self, value: Any, scene: Scene) -> str:
        """The word."""
        return next((choice.label for choice in scene.choices if choice.code == ("yes" if value else "no")), "")


class Choose:
    """One code."""

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """The code of the one choice meant."""
        choice = choose_one(typed, scene.choices)
        return Parsed(choice.code, understood=choice.label)

    def show(self, value: Any, scene: Scene) -> str:
        """Its label; a code this version does not know is shown as itself."""
        return next((choice.label for choice in scene.choices if choice.code == value), f"[{value}]")


class ChooseMany:
    """Several codes."""

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """The codes of all choices meant."""
        chosen = choose_many(typed, scene.choices)
        return Parsed([choice.code for choice in chosen], understood=", ".join(choice.label for choice in chosen))

    def show(self, value: Any, scene: Scene) -> str:
        """Their labels."""
        return ", ".join(Choose().show(code, scene) for code in value)


class Number:
    """A whole number within the question's bounds."""

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """The number."""
        low, high = scene.question.low, scene.question.high
        text = typed.strip()
        if not text:
            raise AnswerNeeded
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise NotANumber(low=low, high=high)
        return Parsed(int(text))

    def show(self, value: Any, scene: Scene) -> str:
        """In digits."""
        del scene
        return str(value)


class CodeWord:
    """A code for somebody whose name is not written: an interpreter, a witness of the consent."""

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """The code in lower case."""
        del scene
        code = typed.strip().lower()
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", code):
            raise NotACode if code else AnswerNeeded
        return Parsed(code)

    def show(self, value: Any, scene: Scene) -> str:
        """As it stands."""
        del scene
        return str(value)


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


class Place(Line):
    """A place in the person's own words, and after them its code in the official codifier, if one is picked.

    The answer is the id of a place. The words always stand; a code beside them is never needed.
    """

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """New words, and the codifier's places that they may mean; or one of those by its number.

        Before there are words, a number takes those of a place named earlier.
        """
        words = super().parse(typed, scene).value
        if words.isdecimal() and scene.choices:
            chosen = choose_one(words, scene.choices)
            if scene.words:
                return self._coded(chosen, scene)
            words = chosen.label
        said = dict.fromkeys(PLACE) | {"text_as_said": words}
        return Parsed(scene.value or new_id(), words=words, place=said, stays=bool(gazetteer.search(words, limit=1)))

    def _coded(self, chosen: Choice, scene: Scene) -> Parsed:
        unit = gazetteer.by_code(chosen.code)
        named = {
            "katotth": chosen.code,
            "katotth_edition": gazetteer.edition().date,
            "name_uk": unit.name if unit else None,
        }
        exact = {"country": "UKR", "precision": PRECISION.get(unit.category if unit else "", "settlement")}
        return Parsed(scene.value, understood=chosen.label, place=named | exact)

    def show(self, value: Any, scene: Scene) -> str:
        """Its words."""
        del value
        return scene.words


class Person:
    """One of the people named so far, or somebody new."""

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """The person's id; 0 gives somebody new an id, once."""
        choice = choose_one(typed, scene.choices)
        if choice.code:
            return Parsed(choice.code, understood=choice.label)
        known = {other.code for other in scene.choices}
        return Parsed(scene.value if scene.value and scene.value not in known else new_id(), understood=choice.label)

    def show(self, value: Any, scene: Scene) -> str:
        """What they are called here."""
        return next((choice.label for choice in scene.choices if choice.code == value), "")


class Name(Line):
    """A name as it was said; nobody is asked for three parts."""

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """One name, as the identity part holds it."""
        del scene
        text = clean(typed, NAME_LIMIT)
        if not text:
            raise AnswerNeeded
        return Parsed([{"full_original": text}])

    def show(self, value: Any, scene: Scene) -> str:
        """The names, as said."""
        del scene
        return ", ".join(name["full_original"] for name in value)


KINDS: Mapping[KindName, Kind] = {
    "consent_text": ConsentText(),
    "text": Line(),
    "narrative": Narrative(),
    "choose": Choose(),
    "choose_many": ChooseMany(),
    "yes_no": YesNo(),
    "date": Date(),
    "day": Day(),
    "hours": Hours(),
    "place": Place(),
    "name": Name(),
    "number": Number(),
    "code_word": CodeWord(),
    "person": Person(),
    "people": ChooseMany(),
}
