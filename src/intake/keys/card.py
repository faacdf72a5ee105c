"""The card: the public file by which a laptop learns its organisation; its words are read aloud over another way.

Must not: be believed before a person compared the words. Spec: docs/spec/keys-v1.md, "Card".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from intake.crypto.age import PostQuantumRecipient
    from intake.crypto.sshsig import PublicKeys, SignerKeys
    from intake.keys.words import Language

Purpose = Literal["real", "made-up"]


@dataclass(frozen=True)
class CardFacts:
    """What a card says."""

    name: str
    purpose: Purpose
    enrol: PostQuantumRecipient
    serial: int
    made_at: datetime


@dataclass(frozen=True)
class Card:
    """A card whose own root signed it. `data` is the whole file, verbatim."""

    data: bytes
    org: str
    root: PublicKeys
    facts: CardFacts

    @property
    def root_file(self) -> bytes:
        """The root as an allowed_signers file, as verifiers are given it."""
        raise NotImplementedError

    def words(self, lang: Language) -> tuple[str, ...]:
        """Eight words over the whole file."""
        raise NotImplementedError

    def hex_groups(self) -> tuple[str, ...]:
        """The same digest as groups of hex digits."""
        raise NotImplementedError


def make_card(root_keys: SignerKeys, facts: CardFacts) -> Card:
    """Sign a card with the root."""
    raise NotImplementedError


def parse_card(data: bytes) -> Card:
    """Read a card; raises MalformedCard, SignatureInvalid, WrongOrganisation, WeakKey."""
    raise NotImplementedError
