"""The tour's testimonies: made up from the first word to the last, and saying so in every one of them.

`made_up.jsonl` holds them in Ukrainian, one for each kind of violation that the project's articles tell of. Their days
are moved to those before the tour's own, and the consent text is the one that ships now.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from intake.records import consent_text

TEXT_LANGUAGE = "uk"
REASSESSED_AFTER = timedelta(days=30)
_DAY = re.compile(r"2026-11-(\d\d)T")  # the number of the testimony, standing for a day


def testimonies(before: datetime) -> list[dict[str, Any]]:
    """All of them, taken on the days before `before`."""
    text = (files(__package__) / "made_up.jsonl").read_text(encoding="utf-8")
    return [_current(json.loads(_dated(line, before)), before) for line in text.splitlines()]


def _dated(line: str, before: datetime) -> str:
    return _DAY.sub(lambda found: f"{before - timedelta(days=int(found[1])):%Y-%m-%dT}", line)


def _current(document: dict[str, Any], before: datetime) -> dict[str, Any]:
    form = {
        "form_id": consent_text.TEXT_ID,
        "form_version": consent_text.TEXT_VERSION,
        "form_hash": consent_text.text_digest(TEXT_LANGUAGE),
    }
    account = document["account"]
    risk = account["risk"] | {"reassess_on": f"{before + REASSESSED_AFTER:%Y-%m-%d}"}
    return document | {"account": account | {"consent": account["consent"] | form, "risk": risk}}


def telling_words(documents: list[dict[str, Any]]) -> frozenset[str]:
    """Words that only a testimony holds: of its narrative and of its names, without those that say "made up"."""
    texts = [document["account"]["narrative_original"] for document in documents]
    for document in documents:
        texts += [name["full_original"] for person in document["identity"]["persons"] for name in person["names"]]
    words = {word for text in texts for word in re.findall(r"\w{6,}", text)}
    return frozenset(word for word in words if not word.lower().startswith(("вигадан", "видуман")))
