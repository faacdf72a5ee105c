"""Findings of rules and shapes, as lines and as JSON: the rule, the field, what is wrong, the way on. Never a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intake.i18n import Translator
    from intake.records.faults import Finding


def as_lines(findings: Iterable[Finding], t: Translator, indent: str = "  ") -> list[str]:
    """Two lines for each finding."""
    lines = []
    for finding in findings:
        lines.append(f"{indent}{finding.rule} {finding.field}: {t(finding.message, **finding.fields)}")
        if finding.way_on:
            lines.append(f"{indent}   {t(finding.way_on, **finding.fields)}")
    return lines


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
