"""Pauses and stops of an interview, and when a rest is due: what is written of them beside the questions.

Pure: it computes changes and applies none. A pause stands with its beginning at once, because nobody knows how it ends.
Rule V25 asks for pauses after strong distress and after two hours; the reminders come long before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

STATUS, PAUSES = "account.interview.status", "account.interview.pauses"
STARTED, DISTRESS = "account.interview.started_at", "account.interview.distress_observed"
HALTS = ("paused", "interrupted", "stopped_by_person", "stopped_for_welfare")
REST_MINUTES, LONG_MINUTES = 60, 90  # at a stretch


@dataclass(frozen=True)
class Reminder:
    """What to be reminded of: strong distress without a pause, an hour without one, an hour and a half."""

    why: Literal["distress", "rest", "long"]
    minutes: int


def halted(values: Mapping[str, Any], status: str, now: str) -> dict[str, Any]:
    """What is written when a talk stops, for a while or for good; one that was completed stays completed."""
    pauses = values.get(PAUSES) or []
    state = {} if values.get(STATUS) == "completed" else {STATUS: status}
    return state if _running(pauses) else {**state, PAUSES: [*pauses, {"from": now}]}


def going_on(values: Mapping[str, Any], now: str) -> dict[str, Any]:
    """What is written when it goes on."""
    pauses = values.get(PAUSES) or []
    state = {STATUS: "in_progress"} if values.get(STATUS) in HALTS else {}
    return {**state, PAUSES: [*pauses[:-1], {**pauses[-1], "to": now}]} if _running(pauses) else state


def paused_since(values: Mapping[str, Any]) -> str:
    """When the pause that is still running began; empty where none is."""
    pauses = values.get(PAUSES) or []
    return str(pauses[-1]["from"]) if _running(pauses) else ""


def reminder(values: Mapping[str, Any], now: str, opened: str) -> Reminder | None:
    """What to be reminded of now; `opened`: when this sitting began."""
    pauses = values.get(PAUSES) or []
    if values.get(STATUS) == "completed" or _running(pauses):
        return None
    since = max(opened, str(values.get(STARTED, "")), *(str(pause.get("to", "")) for pause in pauses))
    minutes = _minutes(since, now)
    if values.get(DISTRESS) == "strong" and not pauses:
        return Reminder("distress", minutes)
    if minutes >= LONG_MINUTES:
        return Reminder("long", minutes)
    return Reminder("rest", minutes) if minutes >= REST_MINUTES else None


def _running(pauses: Any) -> bool:
    """Whether the last pause has no end."""
    return bool(pauses) and isinstance(pauses[-1], dict) and "from" in pauses[-1] and not pauses[-1].get("to")


def _minutes(since: str, now: str) -> int:
    try:
        lasted = datetime.fromisoformat(now) - datetime.fromisoformat(since)
    except (ValueError, TypeError):  # a moment that is none, in a draft that `add` wrote
        return 0
    return max(0, int(lasted.total_seconds()) // 60)
