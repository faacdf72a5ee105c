"""What all records of one case come to together. Pure: no order of arrival, no clock and no key changes the answer.

A record follows what its `prev` and its body name; what can be told apart by neither stands side by side, and of two
decisions on one scope the one that allows less counts. Spec: docs/spec/record-v1.md, "Folding".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from intake.records import consent
from intake.records.kinds import Addendum, Coding, Decision, Effect, Tombstone, Withdrawal
from intake.records.record import AnyRecord, Record


@dataclass(frozen=True)
class Standing:
    """Where a consent scope stands, and which records say so."""

    decision: consent.Decision
    by: tuple[str, ...]


@dataclass(frozen=True)
class Withdrawn:
    """A withdrawal that arrived; `confirmed` once an officer has decided that it is the person's."""

    record: str
    scopes: tuple[str, ...]
    effect: Effect
    confirmed: bool


@dataclass(frozen=True)
class View:
    """One case as its records leave it. Records are named by their digests, in an order that depends on them alone."""

    records: Mapping[str, AnyRecord]
    heads: tuple[str, ...]
    consents: Mapping[str, Standing]
    addenda: tuple[str, ...]
    codings: tuple[str, ...]
    decisions: tuple[str, ...]
    withdrawals: tuple[Withdrawn, ...]
    erased: tuple[str, ...]
    legal_hold: tuple[str, ...]
    orphans: tuple[str, ...]

    def consent(self) -> consent.Consent:
        """The decisions as they stand, for whoever asks a consent what it allows."""
        return consent.Consent(decisions={scope: standing.decision for scope, standing in self.consents.items()})


def fold(records: Iterable[tuple[str, AnyRecord]]) -> View:
    """The view of these records, each with its digest: verified, of one case, in any order, as often as you like."""
    raise NotImplementedError
