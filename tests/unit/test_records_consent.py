"""Consent as data, and the texts that are read aloud."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from intake import vocabulary
from intake.i18n import LANGUAGES
from intake.records import consent_text
from intake.records.consent import Consent

if TYPE_CHECKING:
    from intake.i18n import Language

RELEASED = {
    "uk": "sha256:eabe3f7cca3f25b0c77b854be6301f6a0f58ef3ea01459d7cfd77252853602cd",
    "ru": "sha256:eb82726470f2f6264f2f8dad7e038031206cadfe6a073a58931938543041367d",
    "en": "sha256:18915ed7edda65fed69973a87598a5ad37f851465abd4f6d43145c86b9b73e8c",
}
"""Texts of version 1.0.0: records name these digests for ever. A changed text is a new version beside the old one."""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_released_text_never_changes(lang: Language) -> None:
    """The digest that records carry is the digest of the very words."""
    assert consent_text.text_digest(lang) == RELEASED[lang]
    raw = (files("intake.records") / "data" / "consent" / f"v1.{lang}.txt").read_bytes()
    assert consent_text.text_digest(lang) == f"sha256:{hashlib.sha256(raw).hexdigest()}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_fourteen_elements_are_there(lang: Language) -> None:
    """One numbered part for each element of the vocabulary, in its order, none empty."""
    numbers = re.findall(r"^(\d+)\. \S", consent_text.text(lang), re.MULTILINE)
    assert numbers == [str(n) for n in range(1, len(vocabulary.family("consent_element")) + 1)]
    parts = re.split(r"^\d+\. .*$", consent_text.text(lang), flags=re.MULTILINE)[1:]
    assert all(len(part.split()) >= 15 for part in parts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_text_can_be_read_aloud(lang: Language) -> None:
    """No sentence is longer than a breath, no legal reference, no foreign alphabet, a few minutes in all."""
    text = consent_text.text(lang)
    assert len(text.split()) < 700
    assert all(len(sentence.split()) <= 40 for sentence in re.split(r"[.!?\n]", text))
    assert not re.search(r"GDPR|\bст\.|\bart\.|https?:", text)
    foreign = {"uk": "[ыэёъ]|[a-z]", "ru": "[іїєґ]|[a-z]", "en": "[а-яіїєґ]"}[lang]
    assert not re.search(foreign, text, re.IGNORECASE)


def test_what_was_not_discussed_is_a_no() -> None:
    """Neither an absent scope nor an undecided one allows anything."""
    asked = Consent.model_validate({"decisions": {"share_un": {"decision": "undecided"}}})
    assert asked.decided("share_icc_otp") == "not_discussed"
    assert not asked.allows("share_icc_otp", on="2026-11-21")
    assert not asked.allows("share_un", on="2026-11-21")


@pytest.mark.parametrize("decision", ["refused", "undecided", "not_discussed", "withdrawn", "from_next_year"])
def test_only_a_yes_is_a_yes(decision: str) -> None:
    """Every other code means no, also one that a newer vocabulary invents."""
    asked = Consent.model_validate({"decisions": {"share_un": {"decision": decision}}})
    assert not asked.allows("share_un", on="2026-11-21")


def test_a_yes_to_one_is_no_yes_to_another() -> None:
    """Each recipient is a decision of its own."""
    asked = Consent.model_validate({"decisions": {"share_un": {"decision": "given"}}})
    assert asked.allows("share_un", on="2026-11-21")
    assert not asked.allows("share_icc_otp", on="2026-11-21")


def test_a_yes_ends_with_its_last_day() -> None:
    """It holds through the day named, and not after."""
    limited = {"decision": "given_with_limits", "limits": "до весни", "expires": "2027-03-01"}
    asked = Consent.model_validate({"decisions": {"share_un": limited}})
    assert asked.allows("share_un", on="2027-03-01")
    assert not asked.allows("share_un", on="2027-03-02")
