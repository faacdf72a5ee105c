"""What the command line and the application both say of a result, so that it is said once and in one way.

Sentences only, in the language chosen; who shows them, and where, is theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.errors import IntakeError
    from intake.i18n import Translator


def error_words(error: IntakeError, t: Translator) -> tuple[str, str]:
    """What happened, and what to do, as the catalogue has them: no capital, no full stop."""
    fields = {key: t(value) if isinstance(value, str) else value for key, value in error.fields.items()} or {"": ""}
    return t(error.message, **fields), t(error.hint, **fields)


def sentence(text: str) -> str:
    """With a capital and a full stop: what is said on a screen stands alone."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "…", ":", "!")) else ".")


def size(count: int | None, t: Translator) -> str:
    """A number of bytes for people, decimal as disks are sold; the comma is the language's own."""
    if count is None:
        return "?"
    amount, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:  # noqa: PLR2004  decimal units
        amount /= 1000
        units.pop(0)
    text = f"{count}" if units[0] == "B" else f"{amount:.1f}"
    return f"{text if t.lang == 'en' else text.replace('.', ',')} {t(units[0])}"
