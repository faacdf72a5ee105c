"""V19 and V21: dates that can hardly be right. Warnings: people remember as they remember."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from intake import gazetteer
from intake.errors import BadDate
from intake.records import dates
from intake.records.context import Context, Hit
from intake.records.dates import Edtf

OCCUPATION_BEGAN = date(2014, 2, 20)
"""The first day of the occupation of Crimea, by the Law of Ukraine 1207-VII; nothing recorded here is older."""
TOLERANCE = 1  # years


# -- V19 ---------------------------------------------------------------------------------------------------------------


def likely_times(context: Context) -> Iterator[Hit]:
    """V19: after the interview, before the occupation, or when the place was not occupied as far as the table knows."""
    told = _day(context.account.interview.started_at)
    codes = {place.id: place.katotth for place in context.account.places if place.katotth}
    for incident in context.account.incidents:
        when = _edtf(incident.when)
        if when is None:
            continue
        where = f"account.incidents.{incident.id}.when"
        if told and when.earliest and when.earliest > told:
            yield Hit(where, "after")
        if when.latest and when.latest < OCCUPATION_BEGAN:
            yield Hit(where, "before")
        elif (code := codes.get(incident.place_id or "")) and (edition := _outside(code, when.earliest, when.latest)):
            yield Hit(where, "free", {"edition": edition})


def _outside(code: str, earliest: date | None, latest: date | None) -> str:
    """The edition of the table that has the place with other dates only; nothing where the table is silent."""
    hint = gazetteer.occupation(code, earliest, latest)
    return hint.edition if hint.status == "outside" else ""


# -- V21 ---------------------------------------------------------------------------------------------------------------


def ages_agree(context: Context) -> Iterator[Hit]:
    """V21: born, so old, at that time: the three agree to a year, in one incident at least."""
    births = {one.person_id: born for one in context.identities.values() if (born := _edtf(one.birth_date))}
    whens: dict[str, list[Edtf]] = defaultdict(list)
    for incident in context.account.incidents if births else ():
        for person_id in incident.victim_ids:
            if person_id in births and (when := _edtf(incident.when)):
                whens[person_id].append(when)
    for person_id, suffered in whens.items():
        person = context.people.get(person_id)
        if person and not any(_agree(births[person_id], person.age_at_event, when) for when in suffered):
            yield Hit(f"account.people.{person_id}.age_at_event", "age")


def _agree(born: Edtf, age: int | None, when: Edtf) -> bool:
    """Whether somebody born then may have had that age then, a year more or less; without an age, any from none on."""
    if born.earliest is None or born.latest is None or when.earliest is None or when.latest is None:
        return True
    oldest, youngest = when.latest.year - born.earliest.year, when.earliest.year - born.latest.year - 1
    if age is None:
        return oldest >= -TOLERANCE
    return youngest - TOLERANCE <= age <= oldest + TOLERANCE


def _edtf(text: str | None) -> Edtf | None:
    """The date; None for none, and for one that V20 speaks of."""
    try:
        return dates.parse(text) if text else None
    except BadDate:
        return None


def _day(time: str | None) -> date | None:
    try:
        return date.fromisoformat(time[:10]) if time else None
    except ValueError:
        return None
