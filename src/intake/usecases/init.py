"""`init`: a laptop becomes an interviewer's vault, with or without the card of an organisation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.usecases.environment import Environment, Words


@dataclass(frozen=True)
class CardSeen:
    """What the card says, and its words, shown before anything is made."""

    org: str
    name: str
    purpose: str
    words: Words


@dataclass(frozen=True)
class LaptopReady:
    """A vault that can take drafts. `request` goes to the coordinator, `request_words` are compared there."""

    card: CardSeen | None
    request: Path | None
    request_words: Words | None


def init(env: Environment, card: bytes | None, *, words_match: bool = False) -> LaptopReady:
    """Make the vault; with a card, also the signed request. `words_match`: the caller compared the card's words."""
    raise NotImplementedError
