"""What an audit finds in files, chains and items: functions from the count to findings, one a row of the table.

A row knows nothing of the others. Spec: docs/spec/audit-v1.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from intake.bundle.log import BundleLeaf
from intake.bundle.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intake.bundle.audit import Account, Chain, Chained, Finding, NotTaken, Say
    from intake.bundle.log import GapLeaf

# -- files -------------------------------------------------------------------------------------------------------------


def invalid(account: Account, say: Say) -> Iterator[Finding]:
    """Files that fail a check."""
    for one in account.not_taken:
        if one.outcome is Outcome.FAIL:
            yield say("{file}: check {check} failed", file=one.file, check=one.check, because=one.why, about=one.fields)


def undecided(account: Account, say: Say) -> Iterator[Finding]:
    """Files that a check, other than that of the time, leaves open."""
    for one in account.not_taken:
        if one.outcome is not Outcome.FAIL and not _is_late(one):
            said = "{file}: check {check} can't decide" if one.check else "{file}: it could not be read"
            yield say(said, file=one.file, check=one.check, because=one.why, about=one.fields)


def late(account: Account, say: Say) -> Iterator[Finding]:
    """Bundles of a sender who did not count when a log took them in, or now."""
    for one in account.not_taken:
        if _is_late(one):
            yield say(
                "{file}: its sender did not count when it was taken in",
                sender=str(one.fields["sender"]),
                file=one.file,
                check=one.check,
                because=one.why,
                about=one.fields,
            )


def _is_late(one: NotTaken) -> bool:
    return one.check == "B14" and one.outcome is Outcome.UNDECIDED


# -- chains ------------------------------------------------------------------------------------------------------------


def missing(chained: Chained) -> Iterator[tuple[int, int]]:
    """The numbers, as ranges, at which nothing is known."""
    before = 0
    for seq in chained.places:
        if seq > before + 1:
            yield before + 1, seq - 1
        before = seq


def _pieces(first: int, last: int, leaves: Iterable[GapLeaf]) -> Iterator[tuple[int, int, GapLeaf | None]]:
    """A range of missing numbers, cut at what gap leaves say of it."""
    leaves, at = list(leaves), first
    while at <= last:
        leaf = next((one for one in leaves if one.first <= at <= one.last), None)
        ahead = min((one.first for one in leaves if at < one.first), default=last + 1)
        end = min(last, leaf.last if leaf else ahead - 1)
        yield at, end, leaf
        at = end + 1


def _gaps(account: Account, *, closed: bool) -> Iterator[tuple[Chain, int, int, GapLeaf | None]]:
    for chain, chained in sorted(account.chains.items()):
        leaves = [leaf for leaf in account.gaps.get(chain, []) if account.covers(leaf)]
        for hole in missing(chained):
            for first, last, leaf in _pieces(*hole, leaves):
                if (leaf is not None) == closed:
                    yield chain, first, last, leaf


def open_gaps(account: Account, say: Say) -> Iterator[Finding]:
    """Numbers that nobody has, and that no closed gap covers."""
    for (sender, chain), first, last, _ in _gaps(account, closed=False):
        said = "number {first} is missing" if first == last else "numbers {first} to {last} are missing"
        yield say(said, sender=sender, chain=chain, first=first, last=last)


def closed_gaps(account: Account, say: Say) -> Iterator[Finding]:
    """Numbers that a gap leaf closes."""
    for (sender, chain), first, last, leaf in _gaps(account, closed=True):
        covering = leaf.covering if leaf else None
        said = "numbers {first} to {last} never came ({reason}); all that was in them came later"
        yield say(
            said, sender=sender, chain=chain, first=first, last=last, covering=covering, reason=leaf and leaf.reason
        )


def forks(account: Account, say: Say) -> Iterator[Finding]:
    """Places with two bundles."""
    for (sender, chain), chained in sorted(account.chains.items()):
        for seq in chained.places:
            bundles = sorted(chained.at(seq))
            if len(bundles) > 1:
                said = "{n} different bundles have number {seq}"
                yield say(said, sender=sender, chain=chain, seq=seq, n=len(bundles), bundles=bundles)


def unlinked(account: Account, say: Say) -> Iterator[Finding]:
    """Bundles whose `prev` is not what stands before them."""
    for (sender, chain), chained in sorted(account.chains.items()):
        for seq, digests in sorted(chained.here.items()):
            before = chained.at(seq - 1)
            for digest in sorted(digests):
                if before and chained.prev.get(digest) not in before:
                    said = "number {seq} follows another number {before} than the one that is known"
                    yield say(said, sender=sender, chain=chain, seq=seq, before=seq - 1, bundle=digest)


def beginnings(account: Account, say: Say) -> Iterator[Finding]:
    """Each chain but the first names one that it follows, and that one is here."""
    of: defaultdict[str, dict[str, Chained]] = defaultdict(dict)
    for (sender, chain), chained in sorted(account.chains.items()):
        of[sender][chain] = chained
    for sender, chains in of.items():
        begun = [chain for chain, chained in chains.items() if None in chained.predecessors]
        first = min(begun, key=lambda chain: (chains[chain].first_logged, chain), default=None)
        for chain in begun:
            if chain != first:
                yield say("a chain begins that does not say which one it follows", sender=sender, chain=chain)
        for chain, chained in chains.items():
            for named in sorted(one for one in chained.predecessors if one is not None):
                if named == chain or (named not in chains and not _is_closed(account, sender, named)):
                    said = "a chain follows one of which nothing is here"
                    yield say(said, sender=sender, chain=chain, predecessor=named)


def _is_closed(account: Account, sender: str, chain: str) -> bool:
    return any(account.covers(leaf) for leaf in account.gaps.get((sender, chain), []))


# -- items -------------------------------------------------------------------------------------------------------------


def withheld(account: Account, say: Say) -> Iterator[Finding]:
    """Items that a statement names, that no bundle carries and that nobody says were destroyed."""
    for sender, named in sorted(account.named.items()):
        items = named.keys() - account.carried - account.purged.get(sender, {}).keys()
        if items:
            said = "items that its bundles name, from number {seq} on, are in none: {n}"
            yield say(said, sender=sender, items=items, n=len(items), seq=min(named[item] for item in items))


def _kept(account: Account, why: str) -> dict[str, set[bytes]]:
    """By sender: items that a log holds for this reason, and that nothing here says were taken in since."""
    found: defaultdict[str, set[bytes]] = defaultdict(set)
    for (_, bundle), items in account.held.items():
        leaves = (entry.leaf for entry in account.entries.get(bundle, []))
        sender = next((leaf.sender for leaf in leaves if isinstance(leaf, BundleLeaf)), "")
        found[sender].update(
            item
            for item, reason in items.items()
            if reason == why and item not in account.opened and not account.opened_elsewhere(bundle, item)
        )
    return dict(sorted(found.items()))


def awaiting(account: Account, say: Say, *, identities: bool) -> Iterator[Finding]:
    """Items that every log which has them holds for want of a key."""
    for sender, kept in _kept(account, "awaiting-key").items():
        items = kept & account.identities if identities else kept - account.identities
        if items:
            yield say("items that nobody has opened yet: {n}", sender=sender or None, items=items, n=len(items))


def quarantined(account: Account, say: Say) -> Iterator[Finding]:
    """Items that every log which has them keeps aside."""
    for sender, items in _kept(account, "quarantined").items():
        if items:
            yield say("items that a rule keeps aside: {n}", sender=sender or None, items=items, n=len(items))


def purged(account: Account, say: Say) -> Iterator[Finding]:
    """What laptops destroyed before anybody had it."""
    for sender, purged in sorted(account.purged.items()):
        lost = {item: reason for item, reason in purged.items() if item not in account.carried}
        for reason, n in sorted(Counter(lost.values()).items()):
            items = [item for item, why in lost.items() if why == reason]
            said = "items destroyed on their laptop without a receipt ({reason}): {n}"
            yield say(said, sender=sender, items=items, n=n, reason=reason)


def erased(account: Account, say: Say) -> Iterator[Finding]:
    """What husks lack, by decision."""
    for sender, items in sorted(account.erased.items()):
        if items:
            yield say("items erased by a signed decision: {n}", sender=sender, items=items, n=len(items))
