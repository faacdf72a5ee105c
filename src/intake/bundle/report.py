"""What a verification is given and what it says: frozen values, no logic beyond reading them.

Spec: docs/spec/bundle-v1.md, "Checks". Sentences are English keys with fields; no field carries content.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from intake.bundle.container import TAGMANIFEST
from intake.bundle.limits import LIMITS, Limits
from intake.bundle.logbook import Logs
from intake.errors import BundleInvalid, BundleUndecided
from intake.keys.signed import SignedFile
from intake.keys.succession import SUCCESSION
from intake.keys.trust import load_officers, load_root, load_roster

if TYPE_CHECKING:
    from datetime import datetime

    from intake.bundle.scan import Facts
    from intake.bundle.statement import Purpose, Statement
    from intake.crypto.streams import Readable
    from intake.keys.directory import Principal
    from intake.keys.trust import Officers, Root, Roster


class Verdict(StrEnum):
    """What the whole table says; exit codes 0, 30, 31."""

    VALID = "VALID"
    INVALID = "INVALID"
    UNDECIDED = "UNDECIDED"


class Outcome(StrEnum):
    """What one row says."""

    PASS = "pass"  # noqa: S105 - the word, not a secret
    FAIL = "fail"
    UNDECIDED = "undecided"
    NOT_REACHED = "not-reached"  # an earlier row failed, or did not bring what this one looks at
    NOT_GIVEN = "not-given"  # what the row would look at was not handed to the verifier


@dataclass(frozen=True)
class CheckResult:
    """One row's ID, what it checks, its outcome, and why (empty when passed)."""

    id: str
    title: str
    outcome: Outcome
    why: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """One bundle's place in its sender's chain."""

    sender: str
    chain: str
    seq: int
    digest: str


Known = Callable[[str, str, int], Collection[str]]  # (sender, chain, seq) -> digests of bundles seen at that place


def nothing_known(_sender: str, _chain: str, _seq: int) -> Collection[str]:
    """What a verifier knows that looks at one file alone."""
    return ()


@dataclass(frozen=True)
class Links:
    """Places of chains that were verified: those of the bundles beside the one in hand. `links.digests` is a Known."""

    links: frozenset[Link] = frozenset()

    def digests(self, sender: str, chain: str, seq: int) -> Collection[str]:
        """What stands at this place; more than one is a fork."""
        return self._by_place.get((sender, chain, seq), frozenset())

    @cached_property
    def _by_place(self) -> Mapping[tuple[str, str, int], Collection[str]]:
        """An auditor looks up two places for each of thousands of bundles."""
        places: dict[tuple[str, str, int], set[str]] = {}
        for link in self.links:
            places.setdefault((link.sender, link.chain, link.seq), set()).add(link.digest)
        return places


@dataclass(frozen=True)
class TrustFiles:
    """What the verifier is given: the root file, officers and roster with `.sig` and `.pq.sig`, maybe `succession`."""

    root: bytes
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Standing:
    """What the verifier knows beside the file. `purpose`: its own organisation's, when it has a card.

    `log_folders`: published logs, by where each lay; None: it has none, and B27 has nothing to look at.
    `erased`: SHA-256 of items that were erased here, for a husk that this vault keeps itself.
    """

    trust: TrustFiles
    at: datetime
    known: Known = nothing_known
    purpose: Purpose | None = None
    limits: Limits = LIMITS
    log_folders: Mapping[str, Mapping[str, bytes]] | None = None
    erased: frozenset[str] = frozenset()

    # Loaded once for all the bundles that are judged by them: a roster of a thousand laptops takes longer to read, and
    # more memory to keep, than most bundles. A file that is refused is refused again each time.

    @cached_property
    def root(self) -> Root:
        """The root file, read; raises what is wrong with it, as the next two do."""
        return load_root(self.trust.root, self.trust.files.get(SUCCESSION))

    @cached_property
    def officers(self) -> Officers:
        """The officers, verified by the root."""
        return load_officers(self.root, SignedFile.take(self.trust.files, "officers"))

    @cached_property
    def roster(self) -> Roster:
        """The roster, verified by the officers."""
        return load_roster(self.officers, SignedFile.take(self.trust.files, "roster"), self.at)

    @cached_property
    def logs(self) -> Logs | None:
        """The logs, each held against the officers; a refused one is kept among them as that."""
        return None if self.log_folders is None else Logs.read(self.log_folders, self.officers)


@dataclass(frozen=True)
class VerifiedBundle:
    """A bundle whose bytes are what an enrolled sender signed. Only `verify` builds one.

    Its place in the chain may still be undecided: a predecessor can arrive by a later stick.
    """

    facts: Facts
    statement: Statement
    sender: Principal
    roster: Roster

    @property
    def statement_json(self) -> bytes:
        """The signed bytes of the statement."""
        return self.facts.statement_json

    @property
    def digest(self) -> str:
        """`sha256:…` of the tagmanifest: what the next bundle's `prev` names."""
        return self.facts.digest

    @property
    def link(self) -> Link:
        """Its place in the chain."""
        return Link(self.statement.sender, self.statement.chain, self.statement.seq, self.digest)

    def brief(self) -> VerifiedBundle:
        """Who sent it and where in the chain it stands, without its lists of items and its other tag files."""
        facts = replace(self.facts, tags={TAGMANIFEST: self.facts.tags[TAGMANIFEST]}, payload=())
        lists = dict.fromkeys(("items", "unreceipted", "purged"), ())
        return replace(self, facts=facts, statement=self.statement.model_copy(update=lists))

    def tar(self) -> Readable:
        """The signed tar once more, for the vault to keep; raises ChangedUnderneath at its end if a byte differs."""
        return self.facts.read_again()


@dataclass(frozen=True)
class Report:
    """Every check's ID and outcome, the verdict, and the bundle when its bytes may be worked with."""

    verdict: Verdict
    checks: tuple[CheckResult, ...]
    bid: str | None  # as the tar claims
    bundle: VerifiedBundle | None  # None when INVALID, or when who signed is unknown or out of time
    digest: str | None = None  # of the signed list that the tar has, whatever came of it

    @property
    def exit_code(self) -> int:
        """0, 30 or 31."""
        faults = {Verdict.INVALID: BundleInvalid.exit_code, Verdict.UNDECIDED: BundleUndecided.exit_code}
        return faults.get(self.verdict, 0)

    @property
    def failed(self) -> CheckResult | None:
        """The check that made it INVALID."""
        return next((check for check in self.checks if check.outcome is Outcome.FAIL), None)

    @property
    def undecided(self) -> tuple[CheckResult, ...]:
        """The checks that could not decide."""
        return tuple(check for check in self.checks if check.outcome is Outcome.UNDECIDED)

    def brief(self) -> Report:
        """The same report to keep beside thousands of others: memory must not grow with what bundles hold."""
        return replace(self, bundle=self.bundle.brief()) if self.bundle else self

    def to_json(self) -> dict[str, Any]:
        """For `--json`: `bundle`, `verdict`, and every check's ID and outcome."""
        checks = [{"id": check.id, "outcome": check.outcome.value} for check in self.checks]
        return {"bundle": self.bid, "verdict": self.verdict.value, "checks": checks}
