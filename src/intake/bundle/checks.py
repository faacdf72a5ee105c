"""The rows: each check of a bundle, one function, one ID. Spec: docs/spec/bundle-v1.md, "Checks".

A check takes the evidence so far and returns it, with what it established added; or it stops with an outcome and a
reason. A check that lacks what an earlier one should have established is not reached: so a row taken out of the table
can never turn a file that was not looked at into a VALID one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from intake.bundle.container import (
    BAG_INFO,
    BAGIT,
    BAGIT_TEXT,
    MANIFEST,
    PQ_SIG,
    SIG,
    STATEMENT,
    TAGMANIFEST,
    bag_info_text,
    item_order,
    manifest_text,
    tagmanifest_text,
)
from intake.bundle.items import part_name
from intake.bundle.logbook import came_before
from intake.bundle.report import Outcome
from intake.bundle.scan import ENVELOPE, NAMES, SIZES, TAR
from intake.bundle.statement import parse_statement
from intake.crypto import sshsig
from intake.errors import BundleError, CryptoError, KeyFault
from intake.keys import namespaces
from intake.keys.directory import TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from intake.bundle.logbook import Entry, Logs
    from intake.bundle.report import Standing
    from intake.bundle.scan import Facts
    from intake.bundle.statement import Statement, StatementItem
    from intake.keys.directory import Principal
    from intake.keys.trust import Officers, Root, Roster


class Stop(Exception):
    """This check does not pass."""

    def __init__(self, outcome: Outcome, why: str, fields: Mapping[str, object] | None = None) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome
        self.why = why
        self.fields = fields or {}


@dataclass(frozen=True)
class Evidence:
    """What the verifier has in hand at a row: the facts of the file, and what the rows before established."""

    facts: Facts
    standing: Standing
    root: Root | None = None
    officers: Officers | None = None
    roster: Roster | None = None
    keys: tuple[bytes, bytes | None] | None = None  # wire blobs that made .sig and .pq.sig
    signer: Principal | None = None
    statement: Statement | None = None


@dataclass(frozen=True)
class Check:
    """One row of the table."""

    id: str
    title: str
    run: Callable[[Evidence], Evidence]


Thing = TypeVar("Thing")


def need(thing: Thing | None) -> Thing:
    """What an earlier row should have established."""
    if thing is None:
        raise Stop(Outcome.NOT_REACHED, "")
    return thing


def fail(why: str, **fields: object) -> Stop:
    """The bytes are not what they claim."""
    return Stop(Outcome.FAIL, why, fields)


def undecided(why: str, **fields: object) -> Stop:
    """What is needed to decide is not here; no accusation."""
    return Stop(Outcome.UNDECIDED, why, fields)


# -- the file ----------------------------------------------------------------------------------------------------------


def _scanned(check: str) -> Callable[[Evidence], Evidence]:
    """The row of a check that the pass over the file makes."""

    def run(evidence: Evidence) -> Evidence:
        fault = evidence.facts.fault
        if fault is not None and fault.check == check:
            raise Stop(Outcome.UNDECIDED if fault.undecided else Outcome.FAIL, fault.why, fault.fields)
        if fault is not None and fault.check < check:
            raise Stop(Outcome.NOT_REACHED, "")
        if check == ENVELOPE and not evidence.facts.envelope:
            raise Stop(Outcome.NOT_GIVEN, "")
        return evidence

    return run


def _tag(evidence: Evidence, name: str) -> bytes:
    return need(None if evidence.facts.fault else evidence.facts.tags.get(name))


def _bagit(evidence: Evidence) -> Evidence:
    if _tag(evidence, BAGIT) != BAGIT_TEXT:
        raise fail("bagit.txt is not the text it must be")
    return evidence


def _bag_info(evidence: Evidence) -> Evidence:
    if _tag(evidence, BAG_INFO) != bag_info_text(need(evidence.facts.bid), evidence.facts.payload):
        raise fail("bag-info.txt does not describe this bundle")
    return evidence


# -- who may have sent it ----------------------------------------------------------------------------------------------


def _root(evidence: Evidence) -> Evidence:
    return replace(evidence, root=evidence.standing.root)


def _officers(evidence: Evidence) -> Evidence:
    need(evidence.root)
    return replace(evidence, officers=evidence.standing.officers)


def _roster(evidence: Evidence) -> Evidence:
    need(evidence.officers)
    roster = evidence.standing.roster
    # Whoever took an officer's key can date a roster back to when it held; so a revocation counts at every time (B14).
    if roster.officers.directory.revocation(roster.signer.name):
        raise undecided("{sender} was revoked; only a log tells what came before", sender=roster.signer.name)
    return replace(evidence, roster=roster)


def _tagmanifest(evidence: Evidence) -> Evidence:
    if _tag(evidence, TAGMANIFEST) != tagmanifest_text(evidence.facts.tags.__getitem__):
        raise fail("the signed list does not fit the files it lists")
    return evidence


def _classic_signature(evidence: Evidence) -> Evidence:
    key = sshsig.verify(_tag(evidence, SIG), namespaces.BUNDLE, _tag(evidence, TAGMANIFEST))
    return replace(evidence, keys=(key, None))


def _composite_signature(evidence: Evidence) -> Evidence:
    key = sshsig.verify(_tag(evidence, PQ_SIG), namespaces.BUNDLE, _tag(evidence, TAGMANIFEST))
    return replace(evidence, keys=(need(evidence.keys)[0], key))


def _signer(evidence: Evidence) -> Evidence:
    classic, composite = need(evidence.keys)
    return replace(evidence, signer=one_signer(need(evidence.roster), classic, need(composite)))


def one_signer(roster: Roster, classic: bytes, composite: bytes) -> Principal:
    """The one device or officer that owns both keys; UNDECIDED when neither is known here."""
    if tuple(sshsig.public_line(key).split(" ")[0] for key in (classic, composite)) != TYPES:
        raise fail("the two signatures are not by the two keys of one sender")  # no later roster can mend that
    directories = (roster.directory, roster.officers.directory)
    owners = {owner.name: owner for book in directories for key in (classic, composite) if (owner := book.find(key))}
    if not owners:
        raise undecided("who signed is not in the roster at hand")
    for owner in owners.values():
        if (owner.keys.ed25519, owner.keys.composite) == (classic, composite):
            return owner
    raise fail("the two signatures are not by the two keys of one sender")


def _signer_in_time(evidence: Evidence) -> Evidence:
    signer, roster = need(evidence.signer), need(evidence.roster)
    entries = _entries(evidence)
    if entries:  # what a log took in is judged by when it did, and never by today
        directory = roster.officers.directory if signer.name.startswith("c-") else roster.directory
        if not came_before(signer, directory, entries):
            raise undecided("{sender} did not count any more when a log took it in", sender=signer.name)
        return evidence
    if roster.directory.revocation(signer.name) or roster.officers.directory.revocation(signer.name):
        raise undecided("{sender} was revoked; only a log tells what came before", sender=signer.name)
    if not signer.valid_at(evidence.standing.at):
        raise undecided("{sender} is not enrolled at this time; only a log tells what came before", sender=signer.name)
    return evidence


# -- what it claims ----------------------------------------------------------------------------------------------------


def _statement(evidence: Evidence) -> Evidence:
    return replace(evidence, statement=parse_statement(_tag(evidence, STATEMENT), evidence.standing.limits))


def _organisation(evidence: Evidence) -> Evidence:
    if need(evidence.statement).org != need(evidence.root).org:
        raise fail("it was made for another organisation")
    return evidence


def _bundle_id(evidence: Evidence) -> Evidence:
    if need(evidence.statement).bundle != need(evidence.facts.bid):
        raise fail("the statement is another bundle's")
    return evidence


def _sender(evidence: Evidence) -> Evidence:
    if need(evidence.statement).sender != need(evidence.signer).name:
        raise fail("the sender it names did not sign it")
    return evidence


def _item_lines(evidence: Evidence) -> Evidence:
    items = need(evidence.statement).items
    if len({item.name for item in items}) != len(items):
        raise fail("one file stands twice in the statement")
    if len({(item.kind, item.record, item.attachment, item.part) for item in items}) != len(items):
        raise fail("one item stands twice in the statement")
    if len({(item.record, item.ordinal) for item in items}) != len({item.record for item in items}):
        raise fail("the items of one record do not share its number")
    if any((item.attachment is None, item.part is None) != (_is_main(item), _is_main(item)) for item in items):
        raise fail("an item's attachment number does not fit its kind")
    if any(first >= second for first, second in pairwise(map(item_order, items))):
        raise fail("the items are not in their order")
    if any(not _is_whole(group) for group in item_groups(items)):
        raise fail("an attachment lacks a part")
    return evidence


def _is_main(item: StatementItem) -> bool:
    return item.kind in ("record", "identity")


def _is_whole(group: tuple[StatementItem, ...]) -> bool:
    parts = [part_name(number, len(group)) for number in range(1, len(group) + 1)]
    return _is_main(group[0]) or [item.part for item in group] == parts


def item_groups(items: tuple[StatementItem, ...]) -> list[tuple[StatementItem, ...]]:
    """The items in their order, the parts of one attachment together."""
    groups: dict[tuple[object, ...], list[StatementItem]] = {}
    for item in items:
        groups.setdefault((item.record, item.kind, item.attachment), []).append(item)
    return [tuple(group) for group in groups.values()]


def _unreceipted(evidence: Evidence) -> Evidence:
    statement = need(evidence.statement)
    claimed = statement.unreceipted
    if list(claimed) != sorted(set(claimed)):
        raise fail("the list of items not yet receipted is not sorted, or names one twice")
    if statement.sender.startswith("d-") and not {f"sha256:{item.sha256}" for item in statement.items} <= set(claimed):
        raise fail("an item of this bundle is not among those not yet receipted")
    purged = [item.sha256 for item in statement.purged]
    if purged != sorted(set(purged)):
        raise fail("the list of items destroyed without a receipt is not sorted, or names one twice")
    if {f"sha256:{sha256}" for sha256 in purged} & set(claimed):
        raise fail("an item is said to be destroyed, and to be not yet receipted")
    return evidence


def _purpose(evidence: Evidence) -> Evidence:
    ours, claimed = evidence.standing.purpose, need(evidence.statement).purpose
    if ours is None:
        raise Stop(Outcome.NOT_GIVEN, "")
    if claimed != ours:
        raise fail("made-up and real testimonies never mix: this bundle is {purpose}", purpose=claimed)
    return evidence


# -- what is in it -----------------------------------------------------------------------------------------------------


def _manifest(evidence: Evidence) -> Evidence:
    if _tag(evidence, MANIFEST) != manifest_text(evidence.facts.payload):
        raise fail("a payload file is not the one its manifest lists")
    return evidence


def _payload(evidence: Evidence) -> Evidence:
    need(None if evidence.facts.fault else True)
    claimed = [(item.name, item.size, item.sha256) for item in need(evidence.statement).items]
    if claimed != [(file.name, file.size, file.sha256) for file in evidence.facts.payload]:
        raise fail("the payload is not the items that the statement names")
    return evidence


# -- its place ---------------------------------------------------------------------------------------------------------


def _place(evidence: Evidence) -> Evidence:
    statement = need(evidence.statement)
    if (statement.seq == 1) != (statement.prev is None):
        raise fail("the first bundle of a chain names no predecessor, every other names one")
    return evidence


def _predecessor(evidence: Evidence) -> Evidence:
    statement = need(evidence.statement)
    if statement.prev is None:
        return evidence
    number = statement.seq - 1
    before = evidence.standing.known(statement.sender, statement.chain, number)
    if not before:
        raise undecided("bundle {number} of {sender} has not come yet", number=number, sender=statement.sender)
    if statement.prev not in before:
        raise undecided("it follows another bundle {number} than the one here", number=number)
    return evidence


def _fork(evidence: Evidence) -> Evidence:
    statement = need(evidence.statement)
    others = set(evidence.standing.known(statement.sender, statement.chain, statement.seq))
    if others - {evidence.facts.digest}:
        raise undecided("{sender} sent another bundle number {number}", sender=statement.sender, number=statement.seq)
    return evidence


def _log(evidence: Evidence) -> Evidence:
    if evidence.standing.log_folders is None:
        raise Stop(Outcome.NOT_GIVEN, "")
    _tag(evidence, TAGMANIFEST)
    need(evidence.officers)
    if not _entries(evidence):
        refused = evidence.standing.logs.refused if evidence.standing.logs else ()
        why = "no log that was given has it, and {n} of them are refused" if refused else "no log that was given has it"
        raise undecided(why, n=len(refused))
    return evidence


def _entries(evidence: Evidence) -> tuple[Entry, ...]:
    """What the logs say of this bundle; nothing without logs."""
    logs: Logs | None = evidence.standing.logs
    return logs.entries(evidence.facts.digest) if logs else ()


TABLE: tuple[Check, ...] = (
    Check(ENVELOPE, "the envelope opens, whole, and is padded as it must be", _scanned(ENVELOPE)),
    Check(SIZES, "sizes and counts within the limits", _scanned(SIZES)),
    Check(TAR, "a canonical tar, to its last byte", _scanned(TAR)),
    Check(NAMES, "the files that belong there, in their order", _scanned(NAMES)),
    Check("B05", "bagit.txt", _bagit),
    Check("B06", "bag-info.txt", _bag_info),
    Check("B07", "the root file", _root),
    Check("B08", "officers, signed by the root", _officers),
    Check("B09", "roster, signed by an officer", _roster),
    Check("B10", "the signed list covers the tag files", _tagmanifest),
    Check("B11", "the Ed25519 signature", _classic_signature),
    Check("B12", "the post-quantum signature", _composite_signature),
    Check("B13", "both signatures by one enrolled sender", _signer),
    Check("B14", "the sender was enrolled at the time", _signer_in_time),
    Check("B15", "the statement's form", _statement),
    Check("B16", "made for this organisation", _organisation),
    Check("B17", "the statement is this bundle's", _bundle_id),
    Check("B18", "the sender signed it", _sender),
    Check("B19", "the statement's items", _item_lines),
    Check("B20", "the list of items not yet receipted", _unreceipted),
    Check("B21", "made-up and real never mix", _purpose),
    Check("B22", "every payload file as its manifest says", _manifest),
    Check("B23", "the payload is the statement's items", _payload),
    Check("B24", "its place in the chain", _place),
    Check("B25", "the bundle before it", _predecessor),
    Check("B26", "no other bundle at its place", _fork),
    Check("B27", "in the organisation's log", _log),
)
SEQUENCE = frozenset({"B25", "B26", "B27"})  # undecided there, the bytes are still what was signed


def run_check(check: Check, evidence: Evidence) -> Evidence:
    """Run one row; every typed error of the rooms below becomes an outcome."""
    try:
        return check.run(evidence)
    except KeyFault as error:
        outcome = Outcome.UNDECIDED if getattr(error, "verdict", "") == "undecided" else Outcome.FAIL
        raise Stop(outcome, error.message, error.fields) from None
    except (CryptoError, BundleError) as error:
        raise Stop(Outcome.FAIL, error.message, error.fields) from None
