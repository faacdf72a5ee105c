"""A step made ready to be shown or answered: its words in the language chosen, its choices numbered, what stands there.

Choices come from the question's own options, from a family of the vocabulary, from the draft itself (the people and
places named so far), or from the gazetteer. What a colleague sees as a person's label may be a name: it is for the
screen, and never stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from intake import gazetteer, vocabulary
from intake.i18n import LANGUAGES
from intake.questionnaire.choices import Choice
from intake.questionnaire.kinds import KINDS, keyed_place
from intake.questionnaire.model import Question, Repeat, Words
from intake.questionnaire.parsing import Scene
from intake.records import consent_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from intake.i18n import Language
    from intake.questionnaire.walk import Step, Walk

YES = Words(uk="Так", ru="Да", en="Yes")
NO = Words(uk="Ні", ru="Нет", en="No")  # noqa: RUF001  Ukrainian
PEOPLE = "account.people"
PLACES = "account.places"
PLACES_OFFERED = 9  # of the gazetteer: more are narrowed by a comma and what they lie in
YES_OR_NO = (Choice(1, "yes", "", YES), Choice(2, "no", "", NO))


@dataclass(frozen=True)
class Asked:
    """A question as it is to be shown now."""

    key: str
    kind: str
    section: str
    number: int
    total: int
    label: str
    note: str
    hint: str
    help: str
    text: str
    about: str
    choices: tuple[Choice, ...]
    many: bool
    required: bool
    skippable: bool
    value: Any
    shown: str
    words: str
    reasons: tuple[Choice, ...]
    skipped: str
    removable: bool

    @property
    def keeps_partial(self) -> bool:
        """Whether unfinished text of this question is saved while it is typed."""
        return self.kind in {"narrative", "text"}


@dataclass(frozen=True)
class Showing:
    """What is needed to show the steps of a walk. `sought`: place id -> what its search was narrowed to."""

    walk: Walk
    lang: Language
    today: str
    sought: Mapping[str, str] = field(default_factory=dict)

    def asked(self, step: Step, number: int, total: int) -> Asked:
        """The step for the screen."""
        question = step.question
        value = self.value(step)
        return Asked(
            key=step.key,
            kind=question.type if question else "yes_no",
            section=self.walk.form.section_label(step.section, self.lang),
            number=number,
            total=total,
            label=step.words.say(self.lang),
            note=self.walk.form.section(step.section).note.say(self.lang),
            hint=question.hint.say(self.lang) if question else "",
            help=question.help.say(self.lang) if question else "",
            text=self._text(step),
            about=self.about_whom(step),
            choices=self.choices(step),
            many=bool(question and question.type in {"choose_many", "people"}),
            required=question is None or question.required,
            skippable=bool(question and question.skippable),
            value=value,
            shown=self.shown(step),
            words=self._words(step, value),
            reasons=reasons(self.lang) if question and question.skippable else (),
            skipped=self.skipped(step),
            removable=bool(step.member and step.repeat and not step.repeat.over),
        )

    def scene(self, step: Step, question: Question) -> Scene:
        """What the question's kind may see."""
        value = self.value(step)
        return Scene(question, self.lang, self.choices(step), value, self.today, self._words(step, value))

    def value(self, step: Step) -> Any:
        """What stands at the step's path."""
        return self._at(step, step.question.maps_to) if step.question else None

    def shown(self, step: Step) -> str:
        """What stands there, for the screen."""
        question, value = step.question, self.value(step)
        if question is None or value is None:
            return ""
        if question.each:
            value = [member[question.each] for member in value]
        if value == [] and question.none:
            return question.none.say(self.lang)
        if question.type == "person":
            return self.person(value)
        if question.type == "place":
            return self._place(value)
        return KINDS[question.type].show(value, self.scene(step, question))

    def skipped(self, step: Step) -> str:
        """Why there is no answer, in words; empty when nobody said."""
        code = self._at(step, step.question.nil) if step.question else None
        return vocabulary.label(code, self.lang, family_name="nil_reason") if code else ""

    def _words(self, step: Step, value: Any) -> str:
        """The person's own, for a date or hours, or of a place."""
        question = step.question
        if question is not None and question.type == "place":
            return self.said_of_place(value)
        return str(self._at(step, question.words_to) or "") if question and question.words_to else ""

    def about(self, step: Step) -> str:
        """Whom or what a step of a repeat is about: `Людина 2`, and the name once there is one."""
        if step.repeat is None or not step.member:  # a question of nobody, or a gate
            return self.about(step.outer) if step.outer else ""
        if step.repeat.over:
            return vocabulary.label(step.member, self.lang, family_name=step.repeat.titles)
        title = f"{step.repeat.title.say(self.lang)} {step.ordinal}"
        name = self._name(step.member)
        outer = f"{self.about(step.outer)} · " if step.outer else ""
        return outer + (f"{title}: {name}" if name else title)

    def about_whom(self, step: Step) -> str:
        """The same, and without a name what was answered first about them: `Подія 1 (Відмова в пенсії)`."""
        about = self.about(step)
        whom = step.outer or step
        if not about or self._name(whom.member) or (step.repeat and step.repeat.over):
            return about
        first = next(other for other in self.walk.every() if other.member == whom.member)
        known = self.shown(first) if first.key != step.key else ""
        return f"{about} ({known})" if known else about

    def choices(self, step: Step) -> tuple[Choice, ...]:
        """Numbered from 1; `nobody, nothing` is 0, and comes first."""
        question = step.question
        kind = question.type if question else "yes_no"
        if question is None or kind == "yes_no":
            return tuple(Choice(c.number, c.code, c.words.say(self.lang), c.words) for c in YES_OR_NO)
        if kind in {"person", "people"}:
            found = self._people(self.value(step) if question.new else None)
        elif kind == "place":
            found = self._places(self.value(step))
        elif question.members:
            found = self._members(question.members)
        else:
            found = self._listed(step, question)
        nobody = question.none or question.new
        none = [Choice(0, "", nobody.say(self.lang), nobody)] if nobody else []
        numbered = (Choice(n, code, words.say(self.lang), words) for n, (code, words) in enumerate(found, start=1))
        return (*none, *numbered)

    def units(self, words: str) -> tuple[Choice, ...]:
        """What the codifier has for these words."""
        found = enumerate(_units(keyed_place(words)), start=1)
        return tuple(Choice(n, code, said.say(self.lang), said) for n, (code, said) in found)

    def _listed(self, step: Step, question: Question) -> Iterator[tuple[str, Words]]:
        family = "consent_element" if question.type == "consent_text" else question.vocabulary
        terms = vocabulary.family(family).values() if family else ()
        said = {term.code: Words(uk=term.uk, ru=term.ru, en=term.en) for term in terms if not term.deprecated}
        said |= {option.code: option.label for option in self.walk.form.options(question)}
        look = self.walk.lookup(step)
        for code in question.only or said:
            offered = question.only_when.get(code)
            if offered is None or offered.holds(look):
                yield code, said[code]

    def _members(self, repeat: str) -> Iterator[tuple[str, Words]]:
        """Every member of a repeat, called as the screen calls it."""
        first = {step.member: step for step in reversed(self.walk.steps()) if step.repeat and step.repeat.id == repeat}
        for member in self.walk.members.get(repeat, ()):
            if member in first:
                step = first[member]
                known = self.shown(step)
                yield member, _everywhere(f"{self.about(step)} ({known})" if known else self.about(step))

    def _people(self, own: Any) -> Iterator[tuple[str, Words]]:
        """Everybody of the draft; but not who became one by the very answer that chooses here."""
        values = self.walk.values
        listed = [one for repeat in self._of_people() for one in self.walk.members.get(repeat.id, ())]
        named = {path.split(".")[2] for path in values if path.startswith(f"{PEOPLE}.")}
        for subject in self.walk.form.subjects:
            if self.walk.subjects[subject.name] in named:
                person = self.walk.subjects[subject.name]
                yield person, _everywhere(self.person(person))
        beside = named - set(listed) - set(self.walk.subjects.values()) - {own}
        for person in (*(one for one in listed if one in named), *sorted(beside)):
            yield person, _everywhere(self.person(person))

    def _of_people(self) -> list[Repeat]:
        return [repeat for repeat in self.walk.form.repeats if repeat.members == PEOPLE]

    def person(self, person: str) -> str:
        """What somebody is called on this screen: the subject's title, `Людина 2`, or what they are; and the name."""
        for subject in self.walk.form.subjects:
            if self.walk.subjects[subject.name] == person:
                return self._called(person, subject.title.say(self.lang))
        for repeat in self._of_people():
            if person in (ids := self.walk.members.get(repeat.id, ())):
                return self._called(person, self._title(repeat, person, list(ids).index(person) + 1))
        return self._called(person, self._roles(person) or "…")

    def _title(self, repeat: Repeat, person: str, ordinal: int) -> str:
        """`Людина 2`, and what they are in the account."""
        said, title = self._roles(person), f"{repeat.title.say(self.lang)} {ordinal}"
        return title if not said or self._name(person) else f"{title} ({said})"

    def _roles(self, person: str) -> str:
        roles = self.walk.values.get(f"{PEOPLE}.{person}.roles") or ()
        return ", ".join(vocabulary.label(role, self.lang, family_name="person_role") for role in roles)

    def _called(self, person: str, title: str) -> str:
        name = self._name(person)
        return f"{title}: {name}" if name else title

    def _name(self, person: str) -> str:
        names = self.walk.values.get(f"identity.persons.{person}.names") or [{}]
        return str(names[0].get("full_original", ""))

    def said_of_place(self, place: Any) -> str:
        """The words for a place."""
        return str(self.walk.values.get(f"{PLACES}.{place}.text_as_said") or "")

    def _place(self, place: Any) -> str:
        """The words, and what the codifier calls the place that was picked."""
        code = self.walk.values.get(f"{PLACES}.{place}.katotth")
        unit = gazetteer.by_code(code) if code else None
        coded = gazetteer.label(unit, self.lang) if unit else code
        return self.said_of_place(place) + (f" = {coded}" if coded else "")

    def _places(self, own: Any) -> Iterator[tuple[str, Words]]:
        """What the codifier has for the words; before there are any, the places named so far."""
        words = self.said_of_place(own)
        if words:
            yield from _units(self.sought.get(str(own), words))
            return
        said = [
            value for path, value in self.walk.values.items() if re.fullmatch(rf"{PLACES}\.[^.]+\.text_as_said", path)
        ]
        for value in dict.fromkeys(said):
            yield value, _everywhere(value)

    def _text(self, step: Step) -> str:
        if step.question is None or step.question.type != "consent_text":
            return ""
        return consent_text.text(read_in(self.walk, self.lang))

    def _at(self, step: Step, template: str) -> Any:
        path = self.walk.expand(template, step)
        return None if path is None else self.walk.values.get(path)


def _units(words: str) -> Iterator[tuple[str, Words]]:
    """Places of the codifier that words may mean."""
    for unit in gazetteer.search(words, limit=PLACES_OFFERED):
        labels = {lang: gazetteer.label(unit, lang) for lang in LANGUAGES}
        yield unit.code, Words(**labels)


def _everywhere(label: str) -> Words:
    return Words(uk=label, ru=label, en=label)


def read_in(walk: Walk, lang: Language) -> Language:
    """The language in which the consent text is read: the one chosen for it, else the person's, else the session's."""
    spoken = walk.values.get("account.language_of_account") or ()
    chosen = [walk.values.get("account.consent.language"), *spoken]
    return next((one for one in chosen if one in LANGUAGES), lang)


def reasons(lang: Language) -> tuple[Choice, ...]:
    """Why there may be no answer."""
    terms = vocabulary.family("nil_reason").values()
    said = ((term, Words(uk=term.uk, ru=term.ru, en=term.en)) for term in terms)
    return tuple(Choice(n, term.code, words.say(lang), words) for n, (term, words) in enumerate(said, start=1))
