"""Turns of speech about dates that no table of words can hold: rewritten before the words are looked up.

A clock time is passed over: the date has no hours without an offset, and the person's own words stand beside it.
Spec: docs/spec/record-v1.md, "Dates".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST_SHORT_YEAR = 14  # the war began in 2014; below, a number after a month may be a day

# The night from the 3rd onto the 4th. Of any other night nobody can say which two days it lay between.
_ONTO = re.compile(r"\b(?:[ув]\s+(?:ніч|ночь)\s+)?(з|зі|із|с|со)\s+((?:\S+\s+){1,2}?)на\s+", re.IGNORECASE)
_HOUR = r"\d{1,2}(?:[:.]\d\d)?"
_OF_DAY = r"(?:ранку|вечора|ночі|пополудні|утра|вечера|ночи|a\.?m\.?|p\.?m\.?|o.clock|годин[иіу]?|часа|часов)(?!\w)"
# At five in the morning: by number, with "of the day", by word, by hour and minute.
_CLOCK = re.compile(
    rf"\b(?:(?:близько|около|приблизно|примерно|about)\s+)?(?:"
    rf"(?:о|об|в|у)\s+{_HOUR}(?:\s+(?:часа|часов|години|годині))?\s+дня(?!\w)"
    rf"|(?:(?:о|об|в|у|at)\s+)?{_HOUR}\s*{_OF_DAY}"
    rf"|(?:о|об|в|у)\s+[^\W\d]+\s+(?:ранку|вечора|ночі|утра|вечера|ночи)(?!\w)"
    rf"|(?:о|об|в|у|at)\s+\d{{1,2}}:\d\d(?![:\d])"
    rf")",
    re.IGNORECASE,
)  # fmt: skip


def plainly(text: str, months: Iterable[str], this_year: int) -> str:
    """The same with those turns of speech said in words of the table; `months`: their names as they stand alone.

    A month that stands alone before two digits is of that year: "22 березня" is a day, "березень 22" is none.
    """
    text = _ONTO.sub(r"\1 \2до ", _CLOCK.sub(" ", text))

    def full(found: re.Match[str]) -> str:
        year = int(found[2])
        return f"{found[1]} {2000 + year}" if FIRST_SHORT_YEAR <= year <= this_year - 2000 else found[0]

    names = "|".join(map(re.escape, months))
    return re.sub(rf"\b({names})\s+['\u2019\u02bc]?(\d\d)\b(?!\s*[.:/-]?\s*\d)", full, text, flags=re.IGNORECASE)
