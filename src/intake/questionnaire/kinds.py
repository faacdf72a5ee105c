"""The kinds of question: one small class each, from what was typed to what is stored, and back to what is shown.

A kind knows nothing of where the answer goes or what comes next. Text is kept as the person said it: NFC, and nothing
else is changed (an apostrophe stays the one that was typed); control characters never get in, since they could command
the next terminal that shows them (`parsing.clean`). To add a kind: one class, one row in `KINDS`, one name in
`model.KindName`. Those of time are in `kinds_time.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from intake import gazetteer
from intake.errors import AnswerNeeded, AnswerTooShort, NotACode, NotANumber, NotReadOut, NoYesOrNo
from intake.i18n.layouts import other_layouts
from intake.questionnaire.choices import Choice, choose_many, choose_one, fold
from intake.questionnaire.kinds_time import Date, Day, Hours
from intake.questionnaire.model import PLACE, KindName, Words
from intake.questionnaire.parsing import LINE_LIMIT, NARRATIVE_LIMIT, TEXT_LIMIT, Kind, Parsed, Scene, clean
from intake.records.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME_LIMIT = 200
PRECISION = {"O": "oblast", "P": "raion", "H": "hromada"}
"""How exactly a place is known by the codifier's kind of unit; every other is a settlement or within one."""

READ_OUT = Words(uk="прочитано {n} з {total}", ru="прочитано {n} из {total}", en="{n} of {total} read out")
YES = ("1", "т", "так", "д", "да", "y", "yes")
NO = ("2", "н", "ні", "нет", "n", "no")


class ConsentText:
    """The consent text as one whole: yes means that every element was explained; only exceptions are typed."""

    EXCEPTIONS = "account.consent.not_explained"

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """Yes, or `8 the reason; 13 the reason` for the elements that were left out."""
        reasons = {} if fold(typed) in YES else _reasons(typed, scene)
        beside = {f"{self.EXCEPTIONS}.{choice.code}": reasons.get(choice.code) for choice in scene.choices}
        read = [choice.code for choice in scene.choices if choice.code not in reasons]
        return Parsed(read, understood=self.show(read, scene), beside=beside)

    def show(self, value: Any, scene: Scene) -> str:
        """How many of the elements were explained."""
        return READ_OUT.say(scene.lang).format(n=len(value), total=len(scene.choices))


def _reasons(typed: str, scene: Scene) -> dict[str, str]:
    reasons = {}
    for part in clean(typed, TEXT_LIMIT).split(";"):
        found = re.fullmatch(r"\s*(\d{1,2})[\s:.,\u2013-]+(\S.*)", part)
        if found is None:
            raise NotReadOut
        reasons[choose_one(found[1], scene.choices).code] = clean(found[2], LINE_LIMIT)
    return reasons


class Line:
    """A line of text."""

    def parse(self, typed: str, scene: Scene) -> Parsed:
        """The text, without the spaces around it."""
        text = clean(typed, scene.question.most or (TEXT_LIMIT if scene.question.long else LINE_LIMIT))
        if not text:
            raise AnswerNeeded
        if len(text) < scene.question.least:
            raise AnswerTooShort(least=scene.question.least)
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


def keyed_place(words: str) -> str:
    """The words, or what the same keys give under another layout where only that is the name of a place."""
    others = () if gazetteer.search(words, limit=1) else other_layouts(words)
    found = next((other for other in others if gazetteer.is_name(other)), words)
    return found.capitalize() if found != words and words[:1].isupper() else found


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
        typed, words = words, keyed_place(words)
        said = dict.fromkeys(PLACE) | {"text_as_said": words}
        stays, echo = bool(gazetteer.search(words, limit=1)), words if words != typed else ""
        return Parsed(scene.value or new_id(), words=words, understood=echo, place=said, stays=stays)

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
