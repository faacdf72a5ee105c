"""A questionnaire as data: sections, questions, repeats, in Ukrainian, Russian and English.

It says what is asked, in which order, when, and where the answer stands in the draft. It never asks and never stores:
the engine does, and no question lives in code. Order is a safeguard (safety, consent, own words, then coding): see the
head of data/first_account.toml.

A path template may hold `{name}`: a subject (`{speaker}`: one person known from the start) or the member of a repeat
(`{person}`: one of many). The engine fills them with ids.
"""

import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from intake import vocabulary
from intake.errors import QuestionnaireFault, UnknownQuestionnaire
from intake.i18n import Language
from intake.questionnaire.conditions import Condition

MAX_BYTES = 1 << 20  # a questionnaire of a thousand long questions in three languages is a third of this

KindName = Literal[
    "consent_text", "text", "narrative", "choose", "choose_many", "yes_no", "date", "day", "hours", "place",
    "name", "number", "code_word", "person", "people",
]  # fmt: skip
"""One class in kinds.py for each; `kinds.KINDS` is the table."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Words(_Data):
    """The same sentence in three languages."""

    uk: str
    ru: str
    en: str

    def say(self, lang: Language) -> str:
        """The sentence in one language."""
        said: str = getattr(self, lang)
        return said


NOTHING = Words.model_construct(uk="", ru="", en="")


class Option(_Data):
    """A choice that belongs to this question alone; longer lists are families of the vocabulary."""

    code: str
    label: Words


class Stop(_Data):
    """An answer that ends the interview: why, whether anything is kept, and what is said."""

    answers: tuple[str | bool, ...] = Field(alias="in")
    reason: str
    kept: bool = False
    say: Words


class Question(_Data):
    """One question, and what its answer does beyond standing at `maps_to`.

    `also` writes further paths; `words_to` takes the person's own words for a date or hours; `bind` names an id that
    an answer holds; `only_when` offers a code under a condition; `none` offers "nobody, nothing" as 0; `each` wraps
    every chosen code in an object; `always` adds codes to those chosen; `grants` gives the people chosen a role; `stop`
    ends the interview; `opens` marks the consent that opens the store; `long` allows more than a few sentences.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    section: str
    type: KindName
    maps_to: str
    label: Words
    hint: Words = NOTHING
    help: Words = NOTHING
    vocabulary: str | None = None
    only: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    only_when: dict[str, Condition] = {}
    none: Words | None = None
    each: str | None = None
    grants: str | None = None
    always: tuple[str, ...] = ()
    required: bool = False
    skippable: bool = True
    relevant: Condition | None = None
    repeat: str | None = None
    part: Literal["account", "identity"] = "account"
    also: dict[str, Any] = {}
    words_to: str | None = None
    bind: dict[str, str] = {}
    stop: tuple[Stop, ...] = ()
    opens: bool = False
    long: bool = False
    low: int = 0
    high: int = 120

    @model_validator(mode="after")
    def _whole(self) -> Self:
        chooses = self.type in {"choose", "choose_many"}
        if chooses != (bool(self.options) or self.vocabulary is not None):
            raise ValueError("choices belong to a question that chooses, and only there")
        for path in (self.maps_to, *self.also, *([self.words_to] if self.words_to else [])):
            if path.split(".", 1)[0] not in {self.part, "account", "form"}:
                raise ValueError("an account question never writes into the identity part")
        if self.vocabulary is not None:
            known = vocabulary.codes(self.vocabulary) if self.vocabulary in vocabulary.families() else ()
            if not known or not set(self.only) <= set(known):
                raise ValueError("a vocabulary is one of ours, and `only` names terms of it")
        return self

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path template its answer owns: they are parked, restored and taken back together."""
        words = (self.words_to,) if self.words_to else ()
        return (self.maps_to, *words, *self.also, self.nil)

    @property
    def nil(self) -> str:
        """Where the reason stands when there is no answer."""
        return f"account.nil.{self.maps_to}"


class Repeat(_Data):
    """A group asked for each of several people, incidents, needs; `ask` is the gate before the next one."""

    id: str
    name: str
    section: str
    members: str
    ask: Words
    title: Words
    relevant: Condition | None = None


class Section(_Data):
    """A heading, in the order of the interview."""

    id: str
    label: Words


class Subject(_Data):
    """Somebody whom several questions are about; `known_by` is where an older draft names their id."""

    name: str
    known_by: str
    title: Words


class Questionnaire(_Data):
    """One interview form. `facts`: what is written when consent opens the store, and nobody is asked for."""

    format: Literal["intake-questionnaire/1"]
    id: str
    version: int
    title: Words
    facts: dict[str, Any] = {}
    subjects: tuple[Subject, ...] = Field(alias="subject")
    sections: tuple[Section, ...] = Field(alias="section")
    repeats: tuple[Repeat, ...] = Field(default=(), alias="repeat")
    questions: tuple[Question, ...] = Field(alias="question")

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        order = [section.id for section in self.sections]
        places = [order.index(question.section) for question in self.questions]
        if places != sorted(places):
            raise ValueError("questions stand in the order of their sections")
        if sum(question.opens for question in self.questions) != 1:
            raise ValueError("exactly one question opens the store: the consent")
        for names in ([q.id for q in self.questions], [r.id for r in self.repeats], order):
            if len(names) != len(set(names)):
                raise ValueError("ids are unique")
        repeats = {repeat.id for repeat in self.repeats}
        for question in self.questions:
            if question.repeat is not None and question.repeat not in repeats:
                raise ValueError("a question repeats with a repeat that is there")
        return self

    def repeat(self, name: str) -> Repeat:
        """The repeat of that id."""
        return next(repeat for repeat in self.repeats if repeat.id == name)

    def section_label(self, section: str, lang: Language) -> str:
        """The heading of a section."""
        return next(found.label.say(lang) for found in self.sections if found.id == section)


def parse(data: bytes) -> Questionnaire:
    """A questionnaire from its bytes; raises `QuestionnaireFault` on anything else."""
    if len(data) > MAX_BYTES:
        raise QuestionnaireFault(where="size")
    try:
        return Questionnaire.model_validate(tomllib.loads(data.decode("utf-8")))
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise QuestionnaireFault(where=where or "form") from None
    except (ValueError, RecursionError):  # TOML that is not TOML, bytes that are not UTF-8, a section nobody declared
        raise QuestionnaireFault(where="form") from None


def shipped(name: str) -> bytes:
    """The bytes of a questionnaire that ships with the program."""
    data = Path(__file__).parent / "data" / f"{name}.toml"  # not importlib.resources: it costs its import
    if not name.isidentifier() or not data.is_file():
        raise UnknownQuestionnaire(name=name)
    return data.read_bytes()


@cache
def load(name: str = "first_account") -> Questionnaire:
    """The questionnaire that ships with the program."""
    return parse(shipped(name))


@cache
def digest(name: str = "first_account") -> str:
    """`sha256:…` of the questionnaire's bytes: a draft and its record are pinned to it."""
    return f"sha256:{sha256(shipped(name)).hexdigest()}"
