"""Sheets: one of the organisation's keys as SLIP-39 words, of which any `need` restore it and fewer say nothing.

Must not: print, write, or keep a secret anywhere; hand out a sheet before every combination that should restore the
key did (K75). The only user of `shamir_mnemonic`. Spec: docs/spec/keys-v1.md, "Split keys", rules K73 to K79.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal, get_args

from shamir_mnemonic import EncryptedMasterSecret, MnemonicError, Share, recover_ems, split_ems
from shamir_mnemonic.shamir import ShareGroup
from shamir_mnemonic.wordlist import WORDLIST

from intake.errors import BadShares, DamagedSheet, ForeignSheet, SheetsDoNotFit, SheetWord
from intake.i18n.layouts import TO_LATIN
from intake.keys.words import words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from intake.i18n import Language

KeySet = Literal["root", "archive", "identity-archive", "recovery"]
SETS: Final[tuple[KeySet, ...]] = get_args(KeySet)
"""In this order: the place of a set is the remainder of its sheets' identifiers by four (K73)."""

SECRET_BYTES: Final = 32
SHEET_WORDS: Final = 33
LEAST, MOST = 2, 16  # of what is needed; of sheets: SLIP-39 has no more
_IDENTIFIERS: Final = 1 << 15
_PREFIX: Final = 4  # letters that tell any two words of the list apart
_LABEL: Final = b"sheet-v1@intake\x00"
_ORG_LABEL: Final = "org-v1@intake"
_WORDS: Final = frozenset(WORDLIST)


@dataclass(frozen=True)
class Sheet:
    """One custodian's part of one key. Secret, all but its numbers and its check value."""

    words: tuple[str, ...] = field(repr=False)
    share: Share = field(repr=False)

    @property
    def key_set(self) -> KeySet:
        """Which key it is a part of."""
        return SETS[self.split % len(SETS)]

    @property
    def split(self) -> int:
        """What all sheets of one splitting share."""
        return int(self.share.identifier)

    @property
    def number(self) -> int:
        """From 1."""
        return int(self.share.index) + 1

    @property
    def need(self) -> int:
        """How many restore the key."""
        return int(self.share.member_threshold)

    @property
    def check(self) -> str:
        """Public: whoever types the words alone sees that they are these (K74)."""
        text = sha256(_LABEL + " ".join(self.words).encode("ascii")).hexdigest()[:16]
        return " ".join(text[at : at + 4] for at in range(0, 16, 4))


def split(secret: bytes, key_set: KeySet, need: int, of: int, former: Collection[int] = ()) -> tuple[Sheet, ...]:
    """`of` sheets of which any `need` restore the secret: each read back, each combination tried (K75).

    `former`: splits of this set that were; a new one never goes under their number.
    """
    check_numbers(need, of)
    sealed = EncryptedMasterSecret.from_master_secret(
        secret, b"", _identifier(key_set, former), extendable=False, iteration_exponent=0
    )
    sheets = tuple(parse(share.mnemonic()) for share in split_ems(1, [(need, of)], sealed)[0])
    if any(_together(some) != sealed for some in combinations(sheets, need)) or restore(sheets[:need]) != secret:
        raise SheetsDoNotFit
    return sheets


def check_numbers(need: int, of: int) -> None:
    """BadShares: one sheet that restores a key is a copy of it, and SLIP-39 counts to sixteen."""
    if not LEAST <= need <= of <= MOST:
        raise BadShares(need=need, of=of)


def _identifier(key_set: KeySet, former: Collection[int]) -> int:
    while True:
        number = secrets.randbelow(_IDENTIFIERS // len(SETS)) * len(SETS) + SETS.index(key_set)
        if number not in former:
            return number


def parse(text: str, typed: int = 1) -> Sheet:
    """A sheet's words as they were typed or scanned; `typed`: as which of several, for what is said of a fault.

    SheetWord names the word that is none, DamagedSheet says that one is another.
    """
    words = tuple(whole_word(word) or "" for word in text.split())
    if "" in words:
        raise SheetWord(typed=typed, word=words.index("") + 1)
    try:
        return Sheet(words, Share.from_mnemonic(" ".join(words)))
    except MnemonicError:
        raise DamagedSheet(typed=typed, count=len(words)) from None


def check_own(sheet: Sheet, typed: int = 1) -> None:
    """Of those that `split` makes: one group, no passphrase, 32 bytes (K73). ForeignSheet: some other tool's."""
    share = sheet.share
    plain = (share.extendable, share.iteration_exponent, share.group_count) == (False, 0, 1)
    if not plain or len(share.value) != SECRET_BYTES or not LEAST <= share.member_threshold <= MOST:
        raise ForeignSheet(typed=typed)


def whole_word(typed: str) -> str | None:
    """The word of the list that was meant: whole or by its beginning, in any layout of the keyboard."""
    latin = typed.lower().translate(TO_LATIN)
    if latin in _WORDS:
        return latin
    begun = [word for word in WORDLIST if word.startswith(latin)] if len(latin) >= _PREFIX else []
    return begun[0] if len(begun) == 1 else None


def restore(sheets: Sequence[Sheet], passphrase: bytes = b"") -> bytes:
    """The secret, from exactly as many sheets as it needs; anything else is SheetsDoNotFit."""
    return bytes(_together(sheets).decrypt(passphrase))


def _together(sheets: Sequence[Sheet]) -> EncryptedMasterSecret:
    groups: dict[int, ShareGroup] = {}
    if len({sheet.share.common_parameters() for sheet in sheets}) != 1:
        raise SheetsDoNotFit
    try:
        for sheet in sheets:
            groups.setdefault(sheet.share.group_index, ShareGroup()).add(sheet.share)
        return recover_ems(groups)
    except MnemonicError:
        raise SheetsDoNotFit from None


def org_words(org: str, lang: Language) -> tuple[str, ...]:
    """The organisation's fingerprint as words (K76): a sheet names the organisation, and says its name to nobody."""
    return words_of(_ORG_LABEL, bytes.fromhex(org), lang)
