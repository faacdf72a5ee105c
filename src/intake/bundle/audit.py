"""Everything that was handed over, counted: what an auditor has in hand, from which the findings are made.

Bundles go in one by one and leave only what completeness asks of them: memory grows with the number of bundles and
items, never with their bytes. Opens no file, knows no clock. Findings: audit_table.py. Spec: docs/spec/audit-v1.md.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

from intake.bundle.log import BundleLeaf, ErasedLeaf, GapLeaf, HeldLeaf, OfficersLeaf, OpenedLeaf, RootLeaf, RosterLeaf
from intake.bundle.report import Outcome
from intake.errors import BundleInvalid, BundleUndecided

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from intake.bundle.logbook import Entry, Logbook, Logs
    from intake.bundle.report import CheckResult, Report
    from intake.bundle.statement import Statement
    from intake.errors import IntakeError
    from intake.keys.directory import Directory
    from intake.keys.trust import Officers, Roster

Level = Literal["invalid", "incomplete", "note"]
Chain = tuple[str, str]  # sender, chain


class AuditVerdict(StrEnum):
    """What all findings come to; exit codes 0, 31, 30."""

    COMPLETE = "COMPLETE"
    INCOMPLETE = "INCOMPLETE"
    INVALID = "INVALID"

    @property
    def exit_code(self) -> int:
        """As `verify` has them."""
        faults = {AuditVerdict.INVALID: BundleInvalid, AuditVerdict.INCOMPLETE: BundleUndecided}
        return faults[self].exit_code if self in faults else 0


@dataclass(frozen=True)
class Finding:
    """One thing to know: which row says so, of whom, and why. `items`: the SHA-256 of the items it is about."""

    id: str
    level: Level
    why: str
    fields: Mapping[str, object] = field(default_factory=dict)
    sender: str | None = None
    items: tuple[str, ...] = ()


class Say(Protocol):
    """How a row makes a finding of its own."""

    def __call__(
        self, why: str, *, sender: str | None = None, items: Iterable[bytes] = (), **fields: object
    ) -> Finding:
        """`why`: an English key, which `fields` fill."""
        ...


@dataclass(frozen=True)
class NotTaken:
    """A file that is no bundle to count, and the check that says so."""

    file: str
    outcome: Outcome
    check: str
    why: str
    fields: Mapping[str, object]


@dataclass(frozen=True)
class Witness:
    """Somebody's word of how a log was once. `signed`: its officer's own; else what a sender's statement says."""

    by: str
    origin: str
    size: int
    root: bytes
    signed: bool


@dataclass(frozen=True)
class TrustFound:
    """A root, officers file or roster that lies somewhere and is signed as it must be; or why it does not count."""

    where: str
    directory: Directory | None
    error: IntakeError | None = None


@dataclass(frozen=True)
class Given:
    """What is in hand before the first bundle: trust, logs, and what was found beside them."""

    officers: Officers
    roster: Roster
    logs: Logs
    signed_checkpoints: tuple[Witness, ...] = ()
    trust_found: tuple[TrustFound, ...] = ()
    not_looked_at: tuple[str, ...] = ()


@dataclass
class Chained:
    """One chain of one sender: what stands at each place, here and in logs, and what it says it follows."""

    here: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    logged: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    prev: dict[str, str] = field(default_factory=dict)  # of the bundles here, by digest
    predecessors: set[str | None] = field(default_factory=set)
    first_logged: str = "9"  # when a log first heard of it; texts of times sort as times

    def at(self, seq: int) -> set[str]:
        """All that is known to have been at a place."""
        return self.here.get(seq, set()) | self.logged.get(seq, set())

    @property
    def places(self) -> list[int]:
        """The numbers at which something is known, in order."""
        return sorted(self.here.keys() | self.logged.keys())


class Account:
    """The count. `take` every file's report, then hand it to the table."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.chains: defaultdict[Chain, Chained] = defaultdict(Chained)
        self.seen: set[str] = set()  # digests of all files, whatever came of them
        self.counted: set[str] = set()  # of those that are what their sender signed
        self.not_taken: list[NotTaken] = []
        self.witnesses: list[Witness] = list(given.signed_checkpoints)
        self.unlogged: list[tuple[str, str, int]] = []  # sender, chain, seq
        self.named: defaultdict[str, dict[bytes, int]] = defaultdict(dict)  # by sender: item, and who first named it
        self.purged: defaultdict[str, dict[bytes, str]] = defaultdict(dict)
        self.carried: set[bytes] = set()
        self.identities: set[bytes] = set()  # the items among them that only few can open
        self.opened: set[bytes] = set()
        self.erased: defaultdict[str, set[bytes]] = defaultdict(set)  # by sender
        self._covers: dict[str, tuple[Chain, int, set[bytes]]] = {}
        self._read_logs()

    def _read_logs(self) -> None:
        """What all logs say, counting or not: even a log that decides nothing may tell what once was."""
        self.held: dict[tuple[str, str], dict[bytes, str]] = {}  # by origin and bundle
        self.gaps: defaultdict[Chain, list[GapLeaf]] = defaultdict(list)
        self.entries: dict[str, list[Entry]] = {}  # of bundles, by digest
        for book in self.given.logs.books:
            for entry in book.entries:
                self._read(book, entry)
        self._covering = {leaf.covering for leaves in self.gaps.values() for leaf in leaves}

    def _read(self, book: Logbook, entry: Entry) -> None:
        match entry.leaf:
            case BundleLeaf() as leaf:
                self.entries.setdefault(leaf.bundle, []).append(entry)
                chained = self.chains[leaf.sender, leaf.chain]
                chained.logged[leaf.seq].add(leaf.bundle)
                chained.first_logged = min(chained.first_logged, leaf.at)
            case HeldLeaf() as leaf:
                held = self.held.setdefault((entry.origin, leaf.bundle), {})
                held.update((bytes.fromhex(item), leaf.why) for item in leaf.items)
            case OpenedLeaf() | ErasedLeaf() as leaf if book.counts(entry):
                self.opened.update(map(bytes.fromhex, leaf.items))
            case GapLeaf() as leaf if book.counts(entry):
                self.gaps[leaf.sender, leaf.chain].append(leaf)

    def take(self, file: str, report: Report) -> None:
        """Count one bundle; the same one under another name, or as a husk, counts once."""
        if report.bundle is None:
            self._leave(file, report)
        elif report.bundle.digest not in self.counted:
            self._count(report.bundle.statement, report.bundle.digest)
        if report.digest:
            self.seen.add(report.digest)

    def unreadable(self, file: str, error: IntakeError) -> None:
        """A file whose medium failed."""
        self.not_taken.append(NotTaken(file, Outcome.UNDECIDED, "", error.message, error.fields))

    def _leave(self, file: str, report: Report) -> None:
        row: CheckResult = report.failed or next(iter(report.undecided))
        self.not_taken.append(NotTaken(file, row.outcome, row.id, row.why, row.fields))

    def _count(self, statement: Statement, digest: str) -> None:
        self.counted.add(digest)
        sender, chain, seq = statement.sender, statement.chain, statement.seq
        chained = self.chains[sender, chain]
        chained.here[seq].add(digest)
        chained.predecessors.add(statement.predecessor)
        if statement.prev:
            chained.prev[digest] = statement.prev
        if not self.given.logs.entries(digest):
            self.unlogged.append((sender, chain, seq))
        if statement.checkpoint:
            seen = statement.checkpoint
            root = bytes.fromhex(seen.root.removeprefix("sha256:"))
            self.witnesses.append(Witness(f"{sender} {seq}", seen.origin, seen.size, root, signed=False))
        self._count_items(statement, digest)

    def _count_items(self, statement: Statement, digest: str) -> None:
        sender, logs = statement.sender, self.given.logs
        items = {bytes.fromhex(item.sha256): item.kind for item in statement.items}
        unreceipted = {bytes.fromhex(item.removeprefix("sha256:")) for item in statement.unreceipted}
        self.carried.update(items)
        self.identities.update(item for item, kind in items.items() if kind.startswith("identity"))
        for item in unreceipted:
            self.named[sender].setdefault(item, statement.seq)
        self.purged[sender].update((bytes.fromhex(one.sha256), one.reason) for one in statement.purged)
        for entry in logs.entries(digest):
            self.opened.update(items.keys() - self.held.get((entry.origin, digest), {}).keys())
        self.erased[sender].update(items.keys() & set(map(bytes.fromhex, logs.erased(digest))))
        if digest in self._covering:
            self._covers[digest] = ((sender, statement.chain), statement.seq, unreceipted)

    def opened_elsewhere(self, bundle: str, item: bytes) -> bool:
        """Whether a log that counts has this bundle and does not hold the item; the bundle itself may be withheld."""
        entries = self.given.logs.entries(bundle)
        return any(item not in self.held.get((entry.origin, bundle), {}) for entry in entries)

    def covers(self, leaf: GapLeaf) -> bool:
        """Whether the bundle that closes a gap is here, comes after it, and leaves nothing out that it names."""
        found = self._covers.get(leaf.covering or "")
        if found is None:
            return False
        (sender, chain), seq, unreceipted = found
        after = chain != leaf.chain or seq > leaf.last  # another chain: of a laptop that was restored since
        return sender == leaf.sender and after and unreceipted <= self.carried

    def newest_book(self, origin: str) -> Logbook | None:
        """The largest copy of a log that is here."""
        books = [book for book in self.given.logs.books if book.origin == origin]
        return max(books, key=lambda book: book.size, default=None)

    def serials(self) -> Iterator[tuple[Entry, str, int]]:
        """Every root, officers file and roster that a log names: which, and its serial."""
        for book in self.given.logs.books:
            for entry in book.entries:
                if isinstance(entry.leaf, RosterLeaf | OfficersLeaf | RootLeaf):
                    yield entry, entry.leaf.type, entry.leaf.serial


def verdict_of(findings: Sequence[Finding]) -> AuditVerdict:
    """COMPLETE is said only where nothing is against it."""
    levels = {finding.level for finding in findings}
    if "invalid" in levels:
        return AuditVerdict.INVALID
    return AuditVerdict.INCOMPLETE if "incomplete" in levels else AuditVerdict.COMPLETE
