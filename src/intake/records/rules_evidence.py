"""V17: an evidence item that is a file has a digest, the digest is the file's, and its custody hangs together."""

from collections.abc import Iterator
from itertools import pairwise

from intake.records.account import CustodyEvent, Evidence
from intake.records.context import Context, Hit

NO_FILE = frozenset({"physical_object"})


def hashed(context: Context) -> Iterator[Hit]:
    """V17, for each item."""
    for item in context.account.evidence:
        where = f"account.evidence.{item.id}"
        fault = _file_fault(context, item)
        if fault:
            yield Hit(f"{where}.sha256", fault)
        if item.custody:
            yield from (Hit(f"{where}.custody", says) for says in _custody_faults(item.sha256, item.custody))


def _file_fault(context: Context, item: Evidence) -> str:
    """What is wrong with the digest; nothing for a thing, and for an original that was seen and not kept."""
    kept = context.beside.files.get(item.id)
    if kept is not None:
        return "mismatch" if item.sha256 not in (None, kept) else ""
    if item.attachment is not None and context.stage == "import":
        return "" if item.part == "identity" and context.identity_sealed else "no_file"
    is_file = item.type not in NO_FILE and item.is_original != "original_seen_not_kept"
    return "missing" if is_file and item.sha256 is None else ""


def _custody_faults(first: str | None, events: tuple[CustodyEvent, ...]) -> Iterator[str]:
    """Each step starts from the bytes that the step before left, and not before it."""
    held = first
    for event in events:
        if held and event.hash_before and event.hash_before != held:
            yield "chain"
            break
        held = event.hash_after or event.hash_before or held
    if any(after.at < before.at for before, after in pairwise(events)):
        yield "times"
