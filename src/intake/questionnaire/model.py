"""A questionnaire as data: sections, questions, repeats, in Ukrainian, Russian and English.

It says what is asked, in which order, when, and where the answer stands in the draft. It never asks and never stores:
the engine does, and no question lives in code. A form (data/*.toml) lists blocks (data/blocks/*.toml), which forms
share; the order of sections is a safeguard, and stands once, in data/blocks/sections.toml.

A path template may hold `{name}`: a subject (`{speaker}`: one person known from the start) or the member of a repeat
(`{person}`: one of many). The engine fills them with ids. Schema: schemas/questionnaire-v1.json.
"""

import tomllib
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from intake import vocabulary
from intake.errors import QuestionnaireFault, UnknownQuestionnaire
from intake.i18n import Language
from intake.questionnaire.conditions import Condition

MAX_BYTES = 1 << 20  # a questionnaire of a thousand long questions in three languages is a third of this
FIRST = "first_account"
MODES = (FIRST, "search_only", "referral_only", "full_account")
"""The forms that ship, one for each mode of an account, in the order in which they are offered."""

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
    """An answer that closes the gate: for which answers (`sxv.`: all codes that begin so), when, and what is said.

    `offers`: the other modes that stay open; `kept`: whether anything is kept of an interview that ends here.
    """

    answers: tuple[str | bool, ...] = Field(alias="in")
    when: Condition | None = None
    reason: str
    kept: bool = False
    offers: tuple[str, ...] = ()
    say: Words


PLACE = ("text_as_said", "katotth", "katotth_edition", "name_uk")
"""What an answer about a place writes of it: the words, and the codifier's code and name where one was picked."""
EXACT = ("country", "precision")
"""What a picked code says too, and is asked for where none was."""


DECISIONS = "account.consent.decisions"


class Question(_Data):
    """One question, and what its answer does beyond standing at `maps_to`.

    `also` writes further paths; `words_to` takes the person's own words for a date or hours; `bind` names an id that
    an answer holds; `list` names a list of options that questions share, `members` a repeat to choose from;
    `only_when` offers a code under a condition; `none` offers "nobody, nothing" as 0, `new` somebody who was not
    named yet; `each` wraps every chosen code in an object, and `signs` sets a field there to true for some codes;
    `always` adds codes to those chosen; `grants` gives roles: role -> `{answer}`, or a subject; `begins` adds the
    first member of a repeat for a code; `stop` closes a gate; `opens` marks the consent that opens the store; `long`
    allows more than a few sentences, `least` and `most` bound the characters. While `aside` holds it is passed over,
    and stands in the review alone; `assumed` is its answer then.
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
    list: str | None = None
    members: str | None = None
    only_when: dict[str, Condition] = {}
    none: Words | None = None
    new: Words | None = None
    each: str | None = None
    signs: dict[str, tuple[str, ...]] = {}
    grants: dict[str, str] = {}
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
    least: int = 0
    most: int = 0
    aside: Condition | None = None
    assumed: str | tuple[str, ...] | Words | None = None
    begins: dict[str, str] = {}
    low: int = 0
    high: int = 120

    @model_validator(mode="after")
    def _whole(self) -> Self:
        chooses = self.type in {"choose", "choose_many"}
        if chooses != (
            bool(self.options) or any(one is not None for one in (self.vocabulary, self.list, self.members))
        ):
            raise ValueError("choices belong to a question that chooses, and only there")
        for path in (self.maps_to, *self.also, *([self.words_to] if self.words_to else [])):
            if path.split(".", 1)[0] not in {self.part, "account", "form"}:
                raise ValueError("an account question never writes into the identity part")
        if self.vocabulary is not None:
            known = vocabulary.codes(self.vocabulary) if self.vocabulary in vocabulary.families() else ()
            if not known or not set(self.only) <= {*known, *(option.code for option in self.options)}:
                raise ValueError("a vocabulary is one of ours, and `only` names terms of it")
        return self

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every path template its answer owns: they are parked, restored and taken back together."""
        words = (self.words_to,) if self.words_to else ()
        place = tuple(f"account.places.{{answer}}.{name}" for name in (*PLACE, *EXACT)) if self.type == "place" else ()
        return (self.maps_to, *words, *self.also, *place, self.nil)

    @property
    def nil(self) -> str:
        """Where the reason stands when there is no answer; that of a form's own answer stays with the form."""
        own = self.maps_to.startswith("form.")
        return f"form.nil.{self.maps_to}" if own else f"account.nil.{self.maps_to}"


class Repeat(_Data):
    """A group asked for each of several people, incidents, needs; `ask` is the gate before the next one.

    `members`: the list of the record whose members have paths of their own. `list`: a list that is one value; the
    rows' questions stand at `form.{name}.<field>`, and the rows that are whole make up the value. `over`: a path that
    holds the members, as codes of the family `titles`; then nobody is asked for more. `within`: the repeat of whose
    each member this is asked. While `aside` holds, the gate to the first member is passed over.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    section: str
    members: str = ""
    list: str = ""
    over: str = ""
    within: str | None = None
    titles: str = ""
    ask: Words = NOTHING
    title: Words = NOTHING
    relevant: Condition | None = None
    aside: Condition | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(bool(kind) for kind in (self.members, self.list, self.over)) != 1:
            raise ValueError("the members of a repeat have one place")
        return self


class Section(_Data):
    """A heading, in the order of the interview; `note` stands above each of its questions."""

    id: str
    label: Words
    note: Words = NOTHING
    relevant: Condition | None = None


class Subject(_Data):
    """Somebody whom several questions are about; `known_by` is where an older draft names their id."""

    name: str
    known_by: str
    title: Words


class Questionnaire(_Data):
    """One interview form, its blocks put together.

    `facts`: what is written when consent opens the store, and nobody is asked for. `blocks` are those of ours it is
    made of, `without` the questions that it leaves out of them; a question of its own with the id of a block's replaces
    it. `scopes`: what consent is asked for, in place of the mission's choice. `least`: how many members a repeat needs.
    """

    format: Literal["intake-questionnaire/1"]
    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    version: int
    mode: str
    title: Words
    blocks: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    scopes: tuple[str, ...] | None = None
    least: dict[str, int] = {}
    facts: dict[str, Any] = {}
    lists: dict[str, tuple[Option, ...]] = {}
    subjects: Annotated[tuple[Subject, ...], Field(alias="subject")] = ()
    sections: Annotated[tuple[Section, ...], Field(alias="section")] = ()
    repeats: Annotated[tuple[Repeat, ...], Field(alias="repeat")] = ()
    questions: Annotated[tuple[Question, ...], Field(alias="question")] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        order = [section.id for section in self.sections]
        places = [order.index(question.section) for question in self.questions]
        if places != sorted(places):
            raise ValueError("questions stand in the order of their sections")
        if sum(question.opens for question in self.questions) != 1:
            raise ValueError("exactly one question opens the store: the consent")
        if self.mode not in vocabulary.codes("account_mode"):
            raise ValueError("a form is for one of the modes")
        return self

    @model_validator(mode="after")
    def _all_is_there(self) -> Self:
        order = [section.id for section in self.sections]
        for names in ([q.id for q in self.questions], [r.id for r in self.repeats], order):
            if len(names) != len(set(names)):
                raise ValueError("ids are unique")
        for repeat in self.repeats:
            if repeat.section not in order or (repeat.within and self.repeat(repeat.within).within):
                raise ValueError("a repeat has a section, and stands at most in one other")
        for question in self.questions:
            if question.repeat is not None:
                self.repeat(question.repeat)
            if question.list is not None and question.list not in self.lists:
                raise ValueError("a list of options is one that is there")
        return self

    @model_validator(mode="after")
    def _begins_what_is_there(self) -> Self:
        for question in self.questions:
            for named in (*question.begins.values(), *([question.members] if question.members else [])):
                self.repeat(named)
        return self

    @model_validator(mode="after")
    def _asks_for_consent(self) -> Self:
        beside = (path for question in self.questions for path in question.also)
        if any(path.startswith(DECISIONS) for path in (*self.facts, *beside)):
            raise ValueError("a decision of consent is the answer to a question of its own, and never a form's")
        return self

    @cached_property
    def _repeats(self) -> dict[str, Repeat]:
        return {repeat.id: repeat for repeat in self.repeats}

    @cached_property
    def _sections(self) -> dict[str, Section]:
        return {section.id: section for section in self.sections}

    def repeat(self, name: str) -> Repeat:
        """The repeat of that id."""
        if name not in self._repeats:
            raise ValueError("a repeat is one that is there")
        return self._repeats[name]

    def top(self, question: Question) -> str | None:
        """The repeat that a question stands in, the outer one where there are two."""
        repeat = self._repeats[question.repeat] if question.repeat else None
        return (repeat.within or repeat.id) if repeat else None

    def section(self, name: str) -> Section:
        """The section of that id."""
        return self._sections[name]

    def section_label(self, section: str, lang: Language) -> str:
        """The heading of a section."""
        return self.section(section).label.say(lang)

    def options(self, question: Question) -> tuple[Option, ...]:
        """The options of a question that do not come from the vocabulary."""
        return (*(self.lists[question.list] if question.list else ()), *question.options)


def parse(data: bytes) -> Questionnaire:
    """A questionnaire from the bytes of a form, with our blocks; raises `QuestionnaireFault` on anything else."""
    if len(data) > MAX_BYTES:
        raise QuestionnaireFault(where="size")
    try:
        return Questionnaire.model_validate(composed(data))
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise QuestionnaireFault(where=where or "form") from None
    except UnknownQuestionnaire as unknown:  # a block that this program does not have
        raise QuestionnaireFault(where=f"block {unknown.fields['name']}"[:60]) from None
    # TOML that is not TOML, bytes that are not UTF-8, a section nobody declared, a list where a table should be
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise QuestionnaireFault(where="form") from None


def composed(data: bytes) -> dict[str, Any]:
    """The form with its blocks put together: questions in the order of the sections, each block's in their own."""
    form = tomllib.loads(data.decode("utf-8"))
    parts = [*(tomllib.loads(block.decode("utf-8")) for _, block in blocks(form)), form]
    for key in ("subject", "section", "repeat", "question"):
        each = [{one.get("id", one.get("name")): one for one in part.get(key, ())} for part in parts]
        if sum(map(len, each)) != sum(len(part.get(key, ())) for part in parts):
            raise ValueError
        named = {name: one for part in each for name, one in part.items()}
        form[key] = [one for name, one in named.items() if name not in form.get("without", ())]
    for key in ("facts", "lists"):
        form[key] = {name: value for part in parts for name, value in part.get(key, {}).items()}
    order = [section["id"] for section in form["section"]]
    form["question"].sort(key=lambda question: order.index(question["section"]))
    return form


def blocks(form: dict[str, Any]) -> list[tuple[str, bytes]]:
    """The blocks of ours that a form is made of, the order of the sections first."""
    names = ("sections", *form.get("blocks", ()))
    return [(name, shipped(name, "blocks")) for name in names]


def shipped(name: str, folder: str = "") -> bytes:
    """The bytes of a form, or of a block, that ships with the program."""
    data = Path(__file__).parent / "data" / folder / f"{name}.toml"  # not importlib.resources: it costs its import
    if not name.isidentifier() or not data.is_file():
        raise UnknownQuestionnaire(name=name)
    return data.read_bytes()


@cache
def load(name: str = FIRST) -> Questionnaire:
    """The questionnaire that ships with the program."""
    return parse(shipped(name))


@cache
def digest(name: str = FIRST) -> str:
    """`sha256:…` of the questionnaire: a draft and its record are pinned to it."""
    return digest_of(shipped(name))


def digest_of(data: bytes) -> str:
    """The digest of all bytes that a form is composed of: SHA-256 over `sha256(file)  name` lines, the form's first."""
    form = tomllib.loads(data.decode("utf-8"))
    lines = (f"{sha256(part).hexdigest()}  {name}\n" for name, part in [("form", data), *blocks(form)])
    return f"sha256:{sha256(''.join(lines).encode()).hexdigest()}"
