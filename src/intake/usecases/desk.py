"""The first page of an interviewer's vault: what can be done, how much of it waits. Counts and dates, never content.

One table for the application's Home and for the menu in lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from intake.usecases.doctor import Terminal, examine
from intake.usecases.doctor_checks import MACHINE_CHECKS
from intake.usecases.doctor_machine import this_machine
from intake.usecases.environment import Environment, open_vault
from intake.usecases.listing import Row, list_
from intake.usecases.saying import age_words
from intake.usecases.status import Status, status

if TYPE_CHECKING:
    from collections.abc import Callable

    from intake.i18n import Translator

Place = Literal["new", "drafts", "sealed", "hand-over", "packs", "laptop"]


@dataclass(frozen=True)
class Entry:
    """One thing to do: its title, how many wait there (None: nothing to count), and a word on them."""

    place: Place
    title: str
    count: int | None
    note: str


@dataclass(frozen=True)
class _Seen:
    status: Status
    drafts: tuple[Row, ...]
    t: Translator


def desk(env: Environment) -> tuple[Entry, ...]:
    """The entries, in their order, in the language chosen."""
    with open_vault(env, "interviewer"):
        seen = _Seen(status(env), tuple(row for row in list_(env) if row.state == "draft"), env.t)
    return tuple(
        Entry(place, env.t(title), count(seen) if count else None, note(seen)) for place, title, count, note in _TABLE
    )


def machine_warnings(env: Environment, terminal: Terminal) -> tuple[str, ...]:
    """What is wrong with the machine itself, the worst first; the vault is not looked into, which takes longer."""
    machine = this_machine(env.home, env.clock(), terminal)
    return tuple(env.t(row.says, **row.fields) for row in examine(machine, MACHINE_CHECKS) if row.state == "warning")


def _drafts(seen: _Seen) -> str:
    if not seen.drafts:
        return ""
    t, oldest = seen.t, max(seen.drafts, key=lambda row: row.age_days)
    age = age_words(oldest.age_days, t)
    if not oldest.section:
        return t("the oldest: {age}", age=age)
    return t("the oldest: {age}, stopped at “{section}”", age=age, section=oldest.section)


def _sealed(seen: _Seen) -> str:
    t, states = seen.t, seen.status.states
    said = (
        (states.not_exported.count, t("{n} not handed over yet", n=states.not_exported.count)),
        (states.handed_over.count, t("{n} without a receipt", n=states.handed_over.count)),
        (states.damaged.count, t("{n} arrived damaged", n=states.damaged.count)),
    )
    return " · ".join(text for count, text in said if count)


def _packs(seen: _Seen) -> str:
    t = seen.t
    if seen.status.principal:
        return t("enrolled as {principal}", principal=seen.status.principal)
    return t("no organisation yet: drafts can be taken, not sealed") if not seen.status.org else t("waits for its pack")


_TABLE: tuple[tuple[Place, str, Callable[[_Seen], int] | None, Callable[[_Seen], str]], ...] = (
    ("new", "New testimony", None, lambda _seen: ""),
    ("drafts", "Drafts", lambda seen: len(seen.drafts), _drafts),
    ("sealed", "Sealed testimonies", lambda seen: seen.status.sealed, _sealed),
    ("hand-over", "Hand over", None, lambda seen: seen.t("a stick or a folder")),
    ("packs", "Receipts and packs", None, _packs),
    ("laptop", "This laptop", None, lambda _seen: ""),
)
