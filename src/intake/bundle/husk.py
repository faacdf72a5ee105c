"""A husk: the signed tar of a bundle without the items that were erased by a decision. Spec: bundle-v1.md, "Husk".

Only logs make a husk of a tar that lacks items: without the word of one, it is a bundle that was tampered with.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from intake.bundle.container import STATEMENT, Payload
from intake.bundle.statement import parse_statement
from intake.errors import BadStatement

if TYPE_CHECKING:
    from collections.abc import Collection

    from intake.bundle.limits import Limits
    from intake.bundle.scan import Facts


def completed(facts: Facts, erased: Collection[str], limits: Limits) -> Facts:
    """The facts with the erased items where its statement has them, so that every check is made as ever.

    `erased`: the SHA-256 that logs name for this bundle. What is missing beyond them, or stands elsewhere, stays so.
    """
    if not erased:
        return facts
    try:
        items = parse_statement(facts.tags[STATEMENT], limits).items
    except BadStatement:
        return facts
    here = {file.name: file for file in facts.payload}
    gone = {item.name: Payload(item.name, item.size, item.sha256) for item in items if item.sha256 in erased}
    whole = tuple(file for item in items if (file := here.get(item.name) or gone.get(item.name)))
    if tuple(file for file in whole if file.name in here) != facts.payload:
        return facts
    return replace(facts, payload=whole)
