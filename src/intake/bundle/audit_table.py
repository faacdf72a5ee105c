"""The table of an audit: every row's ID, how grave it is, what to do next. Spec: docs/spec/audit-v1.md.

Taking a row out can hide what it finds, and can't change what another says.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from intake.bundle import audit_chains as chains
from intake.bundle import audit_logs as logs
from intake.bundle.audit import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from intake.bundle.audit import Account, Level, Say


@dataclass(frozen=True)
class Row:
    """One row. `todo`: what somebody does next, an English key."""

    id: str
    level: Level
    title: str
    todo: str
    run: Callable[[Account, Say], Iterator[Finding]]

    def findings(self, account: Account) -> Iterator[Finding]:
        """All it has to say."""
        return self.run(account, self._say)

    def _say(self, why: str, *, sender: str | None = None, items: Iterable[bytes] = (), **fields: object) -> Finding:
        return Finding(self.id, self.level, why, fields, sender, tuple(sorted(item.hex() for item in items)))


KEEP = "keep the file as it is, and ask for it again"
BRING = "bring what lacks: a key, a newer roster, another reader"
WHO = "ask who had that laptop then; import what it sent before at another desk, if that was not done"
SENDER = "ask its sender for another export; what was lost on the way is closed with intake log gap"
BOTH = "ask the sender for both, and why there are two"
BEGUN = "ask whether that laptop was restored or set up twice"
CUSTODIANS = "ask the custodians: the archive key opens it"
OFFICER = "ask that coordinator: intake received --to DIR, then intake log publish --to DIR"
IMPORT = "ask a coordinator to import it, and to publish the log again"
TWO_WORDS = "keep both: one officer signed both, and one of them is not true"
ROOT = "keep them all, and ask the custodians of the root"
NEWEST = "ask for the newest trust files, and audit again with them"
DECIDED = "ask that coordinator for its older log; if there is none, ask who signed the decision, and why"
RESTORED = "ask that coordinator whether a backup was restored"

TABLE: tuple[Row, ...] = (
    Row("A01", "invalid", "files that are not what they claim", KEEP, chains.invalid),
    Row("A02", "incomplete", "files that can't be decided on", BRING, chains.undecided),
    Row("A03", "incomplete", "senders who were revoked or out of time", WHO, chains.late),
    Row("A04", "incomplete", "gaps in a chain", SENDER, chains.open_gaps),
    Row("A05", "incomplete", "two bundles at one place", BOTH, chains.forks),
    Row("A06", "incomplete", "bundles that follow another than the one here", SENDER, chains.unlinked),
    Row("A07", "incomplete", "chains that begin anew", BEGUN, chains.beginnings),
    Row("A08", "incomplete", "items that were named and never came", SENDER, chains.withheld),
    Row("A09", "incomplete", "items that nobody has opened", CUSTODIANS, partial(chains.awaiting, identities=False)),
    Row("A10", "invalid", "logs that are refused", OFFICER, logs.refused_logs),
    Row("A11", "invalid", "logs against their own signature", TWO_WORDS, partial(logs.rewritten, signed=True)),
    Row("A12", "incomplete", "logs that a laptop saw otherwise", OFFICER, partial(logs.rewritten, signed=False)),
    Row("A13", "incomplete", "bundles that no log has", IMPORT, logs.unlogged),
    Row("A14", "incomplete", "log entries without their bundle", OFFICER, logs.entries_alone),
    Row("A15", "incomplete", "logs that are not here", OFFICER, logs.missing_logs),
    Row("A16", "invalid", "trust files that do not stand together", ROOT, logs.trust_broken),
    Row("A17", "incomplete", "trust files that are not the newest", NEWEST, logs.trust_old),
    Row("A18", "incomplete", "serials that went back", RESTORED, logs.rolled_back),
    Row("A19", "incomplete", "erased, and nobody decided it", DECIDED, logs.undecided_erasures),
    Row("N01", "note", "destroyed without a receipt", "", chains.purged),
    Row("N02", "note", "gaps that are closed", "", chains.closed_gaps),
    Row("N03", "note", "erased by decision", "", chains.erased),
    Row("N04", "note", "kept aside by a rule", "", chains.quarantined),
    Row("N05", "note", "identities not opened yet", "", partial(chains.awaiting, identities=True)),
    Row("N06", "note", "several logs of one officer", "", logs.several_logs),
    Row("N07", "note", "logs of officers who were revoked", "", logs.revoked_logs),
    Row("N08", "note", "files that were not looked at", "", logs.not_looked_at),
)


def findings_of(account: Account, table: Iterable[Row] = TABLE) -> tuple[Finding, ...]:
    """All that the table has to say, in its order."""
    return tuple(finding for row in table for finding in row.findings(account))
