"""Findings of rules and shapes, as lines and as JSON: the rule, the field, what is wrong, the way on. Never a value."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from intake.cli.render import COLUMNS
from intake.usecases.saying import finding_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from intake.i18n import Translator
    from intake.records.faults import Finding

NOBODY_ASKED: Mapping[str, str] = {}


def as_lines(findings: Iterable[Finding], t: Translator, asked: Mapping[str, str] = NOBODY_ASKED) -> list[str]:
    """What is wrong, where, and the way on. `asked`: field -> the question that can mend it, which comes first."""
    lines: list[str] = []
    said = ""  # the way on, once for findings in a row that share it
    for finding in findings:
        question = asked.get(finding.field)
        message, way_on = finding_words(finding, t)
        if question:
            lines += _folded(f"{finding.rule} {question}", "  ")
            lines += _folded(f"{finding.field}: {message}", "     ")
        else:
            lines += _folded(f"{finding.rule} {finding.field}: {message}", "  ")
        before, said = said, way_on
        if said and before != said:
            lines += _folded(said, "     ")
    return lines


def _folded(text: str, indent: str) -> list[str]:
    """In rows that fit; a path is never broken."""
    return textwrap.wrap(
        text,
        COLUMNS - 1,
        initial_indent=indent,
        subsequent_indent="     ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_json(findings: Iterable[Finding], t: Translator) -> list[dict[str, str]]:
    """One object for each finding; `message` and `way_on` in the language chosen, the keys never."""
    return [
        {
            "rule": finding.rule,
            "level": finding.level,
            "field": finding.field,
            "message": finding_words(finding, t)[0],
            "way_on": finding_words(finding, t)[1],
        }
        for finding in findings
    ]
