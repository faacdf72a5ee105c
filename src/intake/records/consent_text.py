"""The texts of consent as they are read aloud, versioned and hashed: a record names the digest of the very words.

Apart from `consent.py`, because its models cost every command that loads them. Spec: docs/spec/record-v1.md, "Consent".
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from intake.i18n import LANGUAGES

if TYPE_CHECKING:
    from intake.i18n import Language

TEXT_ID = "intake-consent"
TEXT_VERSION = "1.0.0"

_DATA = Path(__file__).parent / "data" / "consent"


@cache
def text(lang: Language) -> str:
    """The words to read aloud, all fourteen elements."""
    return _bytes(lang).decode("utf-8")


@cache
def text_digest(lang: Language) -> str:
    """`sha256:…` of the text's bytes, which `form_hash` must equal."""
    return f"sha256:{hashlib.sha256(_bytes(lang)).hexdigest()}"


def known_digest(form: str, version: str, lang: str) -> str | None:
    """The digest that a record's text must have; None for a text, version or language that this program does not have.

    A version that was released stays here for ever, beside the newest.
    """
    return text_digest(lang) if (form, version) == (TEXT_ID, TEXT_VERSION) and lang in LANGUAGES else None


def _bytes(lang: Language) -> bytes:
    return (_DATA / f"v1.{lang}.txt").read_bytes()
