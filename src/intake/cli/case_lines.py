"""A case as lines and as JSON: what was told, what was said later, consent as it stands, what officers decided.

Codes with their words; one that this version does not know, as that. Nothing is cut, and nothing is left out: what no
question asks for stands under the names of its fields.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from intake.cli.render import COLUMNS, safe
from intake.usecases.saying import DECISIONS, RECORD_KINDS, ended_said
from intake.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from intake.i18n import Translator
    from intake.usecases.showing import Shown, Told


FAMILIES = {
    "sensitivity": "sensitivity",
    "status": "verification",
    "violations": "violation",
    "mechanisms": "mechanism",
    "legal": "legal_layer",
}
"""Of a coding's fields."""


def case_lines(shown: Shown, t: Translator) -> Iterator[str]:
    """All of it."""
    yield shown.row.case
    if shown.row.state == "ended":
        yield ended_said(shown.row, t)
        return
    if shown.view is None:
        yield from told_lines(shown, t)
        return
    versions = (shown, *shown.forks)
    if len(versions) > 1:
        yield from (
            "",
            t("It was sealed {n} times over; an officer decides which one stands:", n=len(versions)),
        )
    for one in versions:
        yield from _head(one, t) if len(versions) > 1 or one.testimony["record"]["kind"] != "full" else ()
        yield from told_lines(one, t)
    for one in shown.later:
        yield from _head(one, t)
        yield from told_lines(one, t)
    yield from _consent(shown, t)
    yield from _rest(shown, t)


def told_lines(told: Told, t: Translator) -> Iterator[str]:
    """Question by question, as the interviewer knows them; then what no question asks, under its fields' names."""
    if not told.answers and not told.beside:
        yield from tree(told.testimony)
        return
    section = about = ""
    for line in told.answers:
        if line.section != section:
            section, about = line.section, ""
            yield from ("", section.upper())
        if line.about != about:
            about = line.about
            yield f"  {about}" if about else ""
        yield from _folded(line.label, "  ")
        for paragraph in safe(line.shown).splitlines() or [""]:
            yield from _folded(paragraph, "    ")
    rest = list(tree(told.beside))
    if rest:
        yield from ("", t("Also here").upper(), *rest)


def _head(told: Told, t: Translator) -> Iterator[str]:
    """Which record the lines below are of; of an addendum, what it is and why."""
    record = told.testimony["record"]
    author, day = record["author"], f"{told.row.since:%Y-%m-%d}"
    yield ""
    yield t(
        "{kind} by {author}, came in on {day}", kind=t(RECORD_KINDS[record["kind"]]), author=author, day=day
    ).upper()
    if record["kind"] != "addendum":
        return
    body = record["body"]
    yield from _folded(f"{label(body['amendment'], t.lang, family_name='amendment')}: {body['reason']}", "  ")
    for one in body.get("corrects", ()):
        was = t("{field}, said before: {was}", field=one["field"], was=one["was"]) if "was" in one else one["field"]
        yield from _folded(was, "  ")
        yield from _folded(t("said now: {now}", now=one["now"]), "    ")


def _consent(shown: Shown, t: Translator) -> Iterator[str]:
    """Each scope as it stands now, and which later record says so."""
    view = shown.view
    if view is None or not view.consents:
        return
    yield from ("", t("Consent as it stands now").upper())
    for scope, decided in view.consents.items():
        choice = decided.choice
        said = label(choice.decision, t.lang, family_name="consent_decision")
        more = [*([choice.limits] if choice.limits else ()), *([choice.expires] if choice.expires else ())]
        by = {view.records[one].kind for one in decided.by if one in view.records} - {"full"}
        names = [t(RECORD_KINDS[kind]) for kind in sorted(by)]
        yield from _folded(
            f"{label(scope, t.lang, family_name='consent_scope')}: {' · '.join([said, *more, *names])}", "  "
        )
        if decided.waits:
            yield from _folded(t("said yes later, on another laptop: counts once an officer decides link"), "    ")


def _rest(shown: Shown, t: Translator) -> Iterator[str]:
    """Withdrawals of single uses, codings, decisions, tombstones."""
    if not shown.rest:
        return
    yield from ("", t("What came beside it").upper())
    for record in shown.rest.values():
        what = record["body"].get("kind", "")
        said = t("{kind} by {author}", kind=t(RECORD_KINDS[record["kind"]]), author=record["author"])
        yield from _folded(f"{said}: {t(DECISIONS[what])}" if what in DECISIONS else said, "  ")
        body = {key: one for key, one in record["body"].items() if key not in ("kind", "of", "head")}
        yield from tree(_in_words(body, t) if record["kind"] == "coding" else body, "    ")


def _in_words(said: Any, t: Translator, family: str = "") -> Any:
    """A coding with the label behind each of its codes."""
    if isinstance(said, dict):
        return {key: _in_words(one, t, FAMILIES.get(key, "")) for key, one in said.items()}
    if isinstance(said, list):
        return [_in_words(one, t, family) for one in said]
    return f"{said}: {label(said, t.lang, family_name=family)}" if family else said


def case_json(shown: Shown) -> dict[str, object]:
    """The records verbatim, and the view of them by their digests."""
    plain: dict[str, object] = {"row": shown.row, "testimony": shown.testimony}
    view = shown.view
    if view is None:
        return plain
    consents = {
        scope: {**decided.choice.model_dump(exclude_none=True), "by": decided.by}
        for scope, decided in view.consents.items()
    }
    records: Mapping[str, Any] = {
        **{one.row.digest or "": one.testimony for one in (*shown.forks, *shown.later)},
        **{digest: {"record": record} for digest, record in shown.rest.items()},
    }
    names = ("heads", "forks", "addenda", "codings", "decisions", "withdrawals", "erased", "nameless", "legal_hold")
    return {
        **plain,
        "records": records,
        "view": {**{name: getattr(view, name) for name in (*names, "orphans", "unbelieved")}, "consents": consents},
    }


def tree(value: Any, indent: str = "") -> Iterator[str]:
    """Names and values, indented; long texts keep their own lines."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _branch(name, inner, indent)
    else:
        for number, inner in enumerate(value, start=1):
            yield from _branch(str(number), inner, indent)


def _branch(name: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, (dict, list)):
        if value:
            yield f"{indent}{name}"
            yield from tree(value, f"{indent}  ")
        return
    first, *rest = safe(str(value)).splitlines() or [""]
    yield f"{indent}{name}: {first}"
    yield from (f"{indent}  {line}" for line in rest)


def _folded(text: str, indent: str) -> list[str]:
    return textwrap.wrap(safe(text), COLUMNS - 2, initial_indent=indent, subsequent_indent=indent) or [""]
