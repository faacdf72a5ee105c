"""The card: the public file by which a laptop learns its organisation; its words are read aloud over another way.

Must not: be believed before a person compared the words. Spec: docs/spec/keys-v1.md, "Card", rules K40 to K42.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from intake.errors import MalformedCard, WrongOrganisation
from intake.keys import namespaces, words
from intake.keys.directory import Principal, fingerprint_of
from intake.keys.parcel import Hex, Shape, Time, Title, read_parcel, read_shape, write_parcel, write_shape
from intake.keys.selfsigned import check_self_signed, read_keys, read_recipient
from intake.keys.signed import SignedFile, sign_file
from intake.keys.succession import SUCCESSION, first_root, read_succession
from intake.keys.times import json_time, parse_json_time
from intake.keys.trust import Root, load_root

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intake.crypto.age import PostQuantumRecipient
    from intake.crypto.sshsig import PublicKeys, SignerKeys
    from intake.i18n import Language

Purpose = Literal["real", "made-up"]
_MEMBERS = ("card.json", "card.json.sig", "card.json.pq.sig")


class _CardJson(Shape):
    format: Literal["intake-card/1"]
    org: Hex
    name: Title
    purpose: Purpose
    root: tuple[str, str] = Field(strict=False)  # JSON has lists only
    enrol: str
    serial: int = Field(ge=1, lt=2**53)
    made_at: Time


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
    root: Root
    facts: CardFacts

    @property
    def org(self) -> str:
        """The organisation: the fingerprint of its first root."""
        return self.root.org

    @property
    def root_file(self) -> bytes:
        """The root as an allowed_signers file, as verifiers are given it."""
        return self.root.data

    def words(self, lang: Language) -> tuple[str, ...]:
        """Eight words over the whole file."""
        return words.words_of(namespaces.CARD, self.data, lang)

    def hex_groups(self) -> tuple[str, ...]:
        """The same digest as groups of hex digits."""
        return words.hex_groups(namespaces.CARD, self.data)


def make_card(root_keys: SignerKeys, facts: CardFacts, root: Root | None = None) -> Card:
    """Sign a card with the root; `root`: where it is not the first one, with the succession that leads to it."""
    shape = _CardJson(
        format="intake-card/1",
        org=root.org if root else fingerprint_of(root_keys.public),
        name=facts.name,
        purpose=facts.purpose,
        root=root_keys.public.lines(),
        enrol=str(facts.enrol),
        serial=facts.serial,
        made_at=json_time(facts.made_at),
    )
    members = sign_file(root_keys, namespaces.CARD, "card.json", write_shape(shape)).files()
    if root and root.succession:
        members[SUCCESSION] = root.succession
    return parse_card(write_parcel(members, padded=False))


def parse_card(data: bytes) -> Card:
    """Read a card; raises MalformedCard (K40, K41), WeakKey, SignatureInvalid, WrongOrganisation, TrustFault (K42)."""
    members = read_parcel(data, padded=False)
    if members is None or tuple(members) not in (_MEMBERS, (*_MEMBERS, SUCCESSION)):
        raise MalformedCard
    shape = read_shape(_CardJson, members["card.json"])
    made_at = parse_json_time(shape.made_at) if shape else None
    if shape is None or made_at is None:
        raise MalformedCard
    keys, enrol = read_keys(shape.root), read_recipient(shape.enrol)
    if keys is None or enrol is None:
        raise MalformedCard
    root = _root(shape, keys, members)
    check_self_signed(SignedFile.take(members, "card.json"), namespaces.CARD, Principal("root", keys))
    return Card(data, root, CardFacts(shape.name, shape.purpose, enrol, shape.serial, made_at))


def _root(shape: _CardJson, keys: PublicKeys, members: Mapping[str, bytes]) -> Root:
    """K42: the keys in it are the organisation's first root, or the last one of the succession that came with it."""
    if SUCCESSION not in members:
        root = load_root(first_root(keys))
    else:
        root = load_root(read_succession(members[SUCCESSION])[-1].data, members[SUCCESSION])
    if root.org != shape.org or root.newest.fingerprint != fingerprint_of(keys):
        raise WrongOrganisation(what="the card")
    return root
