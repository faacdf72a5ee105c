"""What an audit finds in logs and trust files: functions from the count to findings, one a row of the table.

A row knows nothing of the others. Spec: docs/spec/audit-v1.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from intake.bundle.log import BundleLeaf, DecisionLeaf, ErasedLeaf, RootLeaf, is_origin_of
from intake.crypto import merkle
from intake.crypto.hashing import digest as digest_of
from intake.errors import KeyFault
from intake.keys.directory import check_succession

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intake.bundle.audit import Account, Finding, Say, Witness
    from intake.bundle.logbook import Entry

ERASES = frozenset({"erase", "erase_identity", "erase_confirmed"})  # kinds of decision

# -- logs --------------------------------------------------------------------------------------------------------------


def refused_logs(account: Account, say: Say) -> Iterator[Finding]:
    """Logs that are none."""
    for where, error in account.given.logs.refused:
        yield say("{file}: a log that is refused", file=where, check=error.fields["rule"], because=error.fields["why"])


def _contradicted(account: Account, *, signed: bool) -> Iterator[tuple[Witness, int]]:
    """Each witness that no beginning of the log at hand bears out, and how long that log is."""
    of: defaultdict[str, list[Witness]] = defaultdict(list)
    for witness in account.witnesses:
        if witness.signed == signed:
            of[witness.origin].append(witness)
    for origin, witnesses in sorted(of.items()):
        book = account.newest_book(origin)
        if book:
            roots = merkle.roots(book.hashes, {witness.size for witness in witnesses})
            yield from ((one, book.size) for one in witnesses if roots.get(one.size) != one.root)


def rewritten(account: Account, say: Say, *, signed: bool) -> Iterator[Finding]:
    """Logs that do not begin as somebody saw them."""
    for witness, size in _contradicted(account, signed=signed):
        if witness.size > size:
            said = "the log of {officer} has {size} entries here, and {by} shows it with {seen}"
        else:
            said = "the log of {officer} is not the one that {by} shows at {seen} entries"
        officer = witness.origin.split("/")[1]
        yield say(said, origin=witness.origin, officer=officer, size=size, seen=witness.size, by=witness.by)


def unlogged(account: Account, say: Say) -> Iterator[Finding]:
    """Bundles that no log took in."""
    if account.given.logs.books:  # without any, it is the logs that are missing
        for sender, chain, seq in sorted(account.unlogged):
            yield say("number {seq} is in no log", sender=sender, chain=chain, seq=seq)


def entries_alone(account: Account, say: Say) -> Iterator[Finding]:
    """Bundles that a log took in and that are not here."""
    for digest, entries in account.entries.items():
        leaf = entries[0].leaf
        if digest not in account.seen and isinstance(leaf, BundleLeaf):
            said = "number {seq} is in the log of {officer}, and is not here"
            officers = _officers(entries)
            yield say(said, sender=leaf.sender, chain=leaf.chain, seq=leaf.seq, officer=officers, bundle=digest)


def _officers(entries: Iterable[Entry]) -> str:
    return ", ".join(sorted({entry.officer for entry in entries}))


def undecided_erasures(account: Account, say: Say) -> Iterator[Finding]:
    """Items that a log calls erased, by a decision that no log says was signed."""
    entries = [(book, entry) for book in account.given.logs.books for entry in book.entries]
    said = [entry.leaf for _, entry in entries if isinstance(entry.leaf, DecisionLeaf)]
    signed = {leaf.record for leaf in said if leaf.kind in ERASES}
    bare = {
        entry.leaf: entry.officer
        for book, entry in entries
        if isinstance(entry.leaf, ErasedLeaf) and entry.leaf.decision not in signed and book.counts(entry)
    }
    for leaf, officer in bare.items():
        why = "the log of {officer} calls items erased, and no log here has the decision"
        items = map(bytes.fromhex, leaf.items)
        yield say(why, items=items, officer=officer, bundle=leaf.bundle, decision=leaf.decision)


def missing_logs(account: Account, say: Say) -> Iterator[Finding]:
    """Officers, and logs that a laptop has seen, of which no log is here."""
    directory = account.given.officers.directory
    here = {book.officer.name for book in account.given.logs.books}
    for one in directory.principals:
        if one.name not in here and directory.revocation(one.name) is None:
            yield say("no log of {officer} is here", officer=one.name)
    origins = {book.origin for book in account.given.logs.books}
    known = {one.name for one in directory.principals}
    for origin in sorted({witness.origin for witness in account.witnesses} - origins):
        officer = origin.split("/")[1] if origin.count("/") > 1 else ""
        if officer in known and is_origin_of(origin, account.given.officers.root.org, officer):
            yield say("a log of {officer} that a laptop has seen is not here", officer=officer, origin=origin)


def several_logs(account: Account, say: Say) -> Iterator[Finding]:
    """Officers with more than one log."""
    origins = {book.origin: book.officer.name for book in account.given.logs.books}
    for officer, n in sorted(Counter(origins.values()).items()):
        if n > 1:
            yield say("{officer} kept {n} logs: each restored backup begins another", officer=officer, n=n)


def revoked_logs(account: Account, say: Say) -> Iterator[Finding]:
    """Logs that decide nothing."""
    for officer in sorted({book.officer.name for book in account.given.logs.books if book.revocation}):
        yield say("{officer} was revoked: what only that log has is not counted", officer=officer)


# -- trust -------------------------------------------------------------------------------------------------------------


def trust_broken(account: Account, say: Say) -> Iterator[Finding]:
    """Trust files that are not signed as they must be, or that a newer one does not follow."""
    ours = {one.kind: one for one in (account.given.officers.directory, account.given.roster.directory)}
    yield from _other_roots(account, say)
    for found in account.given.trust_found:
        if found.error:
            why = found.error
            yield say("{file}: it does not count", file=found.where, because=why.message, about=why.fields)
            continue
        newer = ours.get(found.directory.kind) if found.directory else None
        if found.directory and newer and found.directory.serial < newer.serial:
            try:
                check_succession(found.directory, newer)
            except KeyFault as error:
                said = "{file}: the newer file takes back what this one says"
                yield say(said, file=found.where, because=error.message, about=error.fields)


def _other_roots(account: Account, say: Say) -> Iterator[Finding]:
    """Logs that name another root than the succession has: the root before it was used by two."""
    roots = {one.serial: digest_of(one.data) for one in account.given.officers.root.roots}
    for book in account.given.logs.books:
        for entry in book.entries:
            if isinstance(entry.leaf, RootLeaf) and entry.leaf.root != roots.get(entry.leaf.serial, entry.leaf.root):
                said = "the log of {officer} names another root number {serial}"
                yield say(said, officer=entry.officer, serial=entry.leaf.serial)


def trust_old(account: Account, say: Say) -> Iterator[Finding]:
    """Trust files that are not the newest of which something here knows."""
    officers = account.given.officers
    held = {one.kind: one for one in (officers.root.directory, officers.directory, account.given.roster.directory)}
    ours: dict[str, int] = {kind: one.serial for kind, one in held.items()}
    newest: dict[str, tuple[int, str]] = {}
    for found in account.given.trust_found:
        if found.directory:
            said = found.directory
            newest[said.kind] = max(newest.get(said.kind, (0, "")), (said.serial, found.where))
            if said.serial == ours[said.kind] and said != held[said.kind]:  # two officers at once; one follows both
                yield say("{file}: the same serial {serial} with other words", file=found.where, serial=said.serial)
    for entry, kind, serial in account.serials():
        newest[kind] = max(newest.get(kind, (0, "")), (serial, entry.officer))
    for kind, (serial, by) in sorted(newest.items()):
        if serial > ours[kind]:
            why = "{kind} has serial {ours} here, and {by} shows serial {serial}"
            yield say(why, kind=kind, ours=ours[kind], by=by, serial=serial)


def rolled_back(account: Account, say: Say) -> Iterator[Finding]:
    """Serials that fall within one log."""
    last: dict[tuple[str, str], int] = {}
    for entry, kind, serial in account.serials():
        before = last.get((entry.origin, kind), 0)
        if serial < before:
            said = "{kind} went back from serial {before} to {serial} in the log of {officer}"
            yield say(said, kind=kind, before=before, serial=serial, officer=entry.officer)
        last[entry.origin, kind] = max(before, serial)


def not_looked_at(account: Account, say: Say) -> Iterator[Finding]:
    """Files of no known kind."""
    for where in account.given.not_looked_at:
        yield say("{file}: neither a bundle nor a part of a log or of the trust files", file=where)
