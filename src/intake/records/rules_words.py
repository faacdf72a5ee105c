"""V13, V18 and V23: a dangerous number, codes before words, and words that name somebody.

A finding names the field and the kind of thing found in it, never the thing. What is found is a hint: a name may be
another's, a number a sum.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from intake.records.context import Context, Hit
from intake.records.identity import PersonName
from intake.records.rules_safety import ACCOUNTS

# -- V13 ---------------------------------------------------------------------------------------------------------------

NUMBERS = (
    ("7949", "occupied"),  # Donetsk; +7 since May 2022: themoscowtimes.com, novayagazeta.eu, 27.05.2022
    ("7959", "occupied"),  # Luhansk; the same
    (
        "7978",
        "occupied",
    ),  # Crimea; the operator of Kherson and Zaporizhzhia in 2022 too: themoscowtimes.com, 27.05.2022
    ("7990", "occupied"),  # Kherson and Zaporizhzhia; from memory
    ("38071", "occupied"),  # the Donetsk operator before that; from memory
    ("38072", "occupied"),  # the Luhansk operator before that; from memory
    ("76", ""),  # Kazakhstan shares the code 7: ITU-T E.164
    ("77", ""),
    ("7", "russian"),
)
"""Beginnings of numbers in international form, the first that fits decides; the code names the sentence."""

_NUMBER = re.compile(r"\+?\d(?:[\s().\-\u00a0]*\d){8,}")
_NOT_DIGIT = re.compile(r"\D")


def safe_number(context: Context) -> Iterator[Hit]:
    """V13: a Russian number, or one of an operator in occupied territory, may be listened to."""
    for one in context.identities.values():
        contact = one.safe_contact
        found = _NUMBER.search(contact.value) if contact and contact.value and contact.channel != "email" else None
        says = _whose(found[0]) if found else ""
        if says:
            yield Hit(f"identity.persons.{one.person_id}.safe_contact", says)


def _whose(number: str) -> str:
    """Which sentence speaks of a number as it was typed; none of one that is not in the table."""
    digits = _international(number)
    return next((says for start, says in NUMBERS if digits.startswith(start)), "")


def _international(number: str) -> str:
    """Its digits with the country's code first, from the ways in which people here write numbers."""
    digits = _NOT_DIGIT.sub("", number)
    if number.startswith("+"):
        return digits
    if digits.startswith("00"):
        return digits[2:]
    if len(digits) == 11 and digits.startswith("8"):  # noqa: PLR2004  8 and ten digits: inside Russia
        return f"7{digits[1:]}"
    if len(digits) == 10 and digits.startswith("0"):  # noqa: PLR2004  inside Ukraine
        return f"38{digits}"
    return f"7{digits}" if len(digits) == 10 and digits.startswith("9") else digits  # noqa: PLR2004  the 8 left out


# -- V18 ---------------------------------------------------------------------------------------------------------------


def words_before_codes(context: Context) -> Iterator[Hit]:
    """V18: codes that stand before the person's own words may have led them."""
    account, events = context.account, context.events or {}
    if not account.incidents or account.account_mode not in ACCOUNTS:
        return
    if not account.narrative_original:
        yield Hit("account.narrative_original", "no_words")
        return
    # The style is asked right after the words; what is added to them later does not make them late.
    told = [event for path, event in events.items() if path.startswith("account.narrative_")]
    for incident in account.incidents if told else ():
        coded = [event for path, event in events.items() if path.startswith(f"account.incidents.{incident.id}.")]
        if coded and min(coded) < min(told):
            yield Hit(f"account.incidents.{incident.id}", "codes_first")


# -- V23 ---------------------------------------------------------------------------------------------------------------

_PHONE = re.compile(r"(?:\+\d|(?<!\d)(?:00\d|38\s?0\d|0\d|[78][\s(\-]*9\d))(?:[\s()\-\u00a0]{0,3}\d){8,13}(?!\d)")
_EMAIL = re.compile(r"(?<=[^\s@<>])@[^\s@<>]{1,255}?\.[^\W\d_]{2}")
_URL = re.compile(r"\bhttps?://|\bwww\.|\b(?:t\.me|wa\.me|vk\.com|ok\.ru|facebook\.com|instagram\.com)/", re.IGNORECASE)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]){11,30}\b")
_CARD = re.compile(r"(?<!\d)\d(?:[ \-\u00a0]?\d){12,18}(?!\d)")
_DOCUMENT = re.compile(
    r"(?<![\d.,])(?:\d{9,10}|\d{2}\s?\d{2}\s\d{6}|\d{8}-\d{5})(?![.,]?\d)|\b[А-ЯІЇЄҐA-Z]{2}\s?№?\s?\d{6}(?!\d)"
)
"""Tax number and ID card, Russian passport, record number; a Ukrainian passport, two letters and six digits."""
_DIGITS = re.compile(r"[0-9](?:[\s()\-\u00a0]?[0-9A-Z]){5}")
_TOKEN = re.compile(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*")
_APOSTROPHES = "'’ʼ`"

SHORTEST_STEM = 3
LONG_NAME = 6
LONGEST_ENDING = 4
SOFTENED = ("га", "ка", "ха")  # Ольга, Ользі
BASE_36 = 36
MOST_NAMES = 500  # that are looked for: an interview names dozens, and a text may have two million letters


def nothing_that_says_who(context: Context) -> Iterator[Hit]:
    """V23: numbers, addresses and names belong in the identity part; a text that holds one says so."""
    text = "\n".join(
        context.words
    )  # most texts hold nothing of it: one look at all of them, and paths only where needed
    stems = _stems(name for one in context.identities.values() for name in one.names)
    kinds = () if context.account_checked else tuple(_kinds(text))
    named = _names_somebody(text, stems)
    for one in context.said if kinds or named else ():
        if kind := next(iter(_kinds(one.value)), "") if kinds else "":
            yield Hit(one.path, kind)
        if named and _names_somebody(one.value, stems):
            yield Hit(one.path, "name")


def _kinds(text: str) -> Iterator[str]:
    """The kinds of numbers and addresses that stand in a text."""
    if _DIGITS.search(text):
        for kind, pattern, is_one in _NUMBERS:
            if any(is_one(found) for found in pattern.findall(text)):
                yield kind
    if "@" in text and _EMAIL.search(text):
        yield "email"
    if ("/" in text or "www." in text) and _URL.search(text):
        yield "url"


def _is_iban(text: str) -> bool:
    """ISO 13616: the four first signs at the end, letters as numbers, the remainder by 97 is 1."""
    plain = "".join(text.split())
    return int("".join(str(int(sign, BASE_36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def _is_card(text: str) -> bool:
    """Luhn, ISO/IEC 7812."""
    digits = [int(sign) for sign in text if sign.isdigit()]
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2])  # noqa: PLR2004  the digit sum of 10 to 18
    return (sum(digits[::-2]) + sum(doubled)) % 10 == 0


_NUMBERS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("phone", _PHONE, bool),
    ("iban", _IBAN, _is_iban),
    ("card", _CARD, _is_card),
    ("document", _DOCUMENT, bool),
)
"""What has many digits, and how it is told from what only looks like it."""


def _stems(names: Iterable[PersonName]) -> tuple[str, ...]:
    """How each word of the names begins, whatever its ending."""
    said = (part for name in names for part in (name.full_original, name.document_spelling) if part)
    words = {_plain(token) for part in said for token in _TOKEN.findall(part)}
    return tuple({_stem(word) for word in words if len(word) >= SHORTEST_STEM})[:MOST_NAMES]


def _stem(word: str) -> str:
    """Without the letters that a case of Ukrainian or Russian may change; three stay at least."""
    ending = 2 if len(word) >= LONG_NAME or word.endswith(SOFTENED) else 1
    return word[: max(SHORTEST_STEM, len(word) - ending)]


def _names_somebody(text: str, stems: tuple[str, ...]) -> bool:
    """Whether a word with a capital begins like a name and is not much longer."""
    small = _plain(text)
    there = [stem for stem in stems if stem in small]
    return bool(there) and any(
        word.startswith(stem) and len(word) <= len(stem) + LONGEST_ENDING
        for word in _capitalised(text)
        for stem in there
    )


def _capitalised(text: str) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        if token[0].isupper():
            yield _plain(token)


def _plain(text: str) -> str:
    """In small letters, without apostrophes. A few searches for one sign are ten times as quick as `translate`."""
    small = text.casefold()
    for sign in _APOSTROPHES:
        small = small.replace(sign, "")
    return small
