"""Findings of rules and shapes, as lines and as JSON: the rule, the field, what is wrong, the way on. Never a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from intake.i18n import Translator
    from intake.records.faults import Finding

NOBODY_ASKED: Mapping[str, str] = {}


def as_lines(findings: Iterable[Finding], t: Translator, asked: Mapping[str, str] = NOBODY_ASKED) -> list[str]:
    """What is wrong, where, and the way on. `asked`: field -> the question that can mend it, which comes first."""
    lines = []
    for finding in findings:
        question = asked.get(finding.field)
        message = t(finding.message, **finding.fields)
        if question:
            lines += [f"  {finding.rule} {question}", f"     {message}"]
        else:
            lines.append(f"  {finding.rule} {finding.field}: {message}")
        if finding.way_on:
            lines.append(f"     {t(finding.way_on, **finding.fields)}")
        if question:
            lines.append(f"     ({finding.field})")
    return lines


def in_one(finding: Finding, t: Translator) -> str:
    """One finding where its question stands on the screen already."""
    said = (t(finding.message, **finding.fields), t(finding.way_on, **finding.fields))
    return f"{finding.rule}: " + " ".join(f"{text[:1].upper()}{text[1:]}." for text in said if text)


def as_json(findings: Iterable[Finding], t: Translator) -> list[dict[str, str]]:
    """One object for each finding; `message` and `way_on` in the language chosen, the keys never."""
    return [
        {
            "rule": finding.rule,
            "field": finding.field,
            "message": t(finding.message, **finding.fields),
            "way_on": t(finding.way_on, **finding.fields),
        }
        for finding in findings
    ]
