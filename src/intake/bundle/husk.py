"""A husk: the signed tar of a bundle without the items that were erased by a decision. Spec: bundle-v1.md, "Husk".

Only logs make a husk of a tar that lacks items: without the word of one, it is a bundle that was tampered with.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from intake.bundle.container import STATEMENT, Payload
from intake.bundle.scan import tar_entries
from intake.bundle.statement import parse_statement
from intake.crypto.ustar import Member, write_ustar
from intake.errors import BadStatement

if TYPE_CHECKING:
    from collections.abc import Collection

    from intake.bundle.limits import Limits
    from intake.bundle.scan import Facts
    from intake.crypto.streams import Readable, Writable


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


def write_husk(source: Readable, sink: Writable, without: Collection[str], limits: Limits) -> None:
    """Write the signed tar anew without the items of these names; all else stays as it was, byte by byte."""
    entries = (entry for entry in tar_entries(source, limits) if entry.name.rpartition("/")[2] not in without)
    write_ustar(sink, (Member(entry.name, entry.size, entry) for entry in entries))
