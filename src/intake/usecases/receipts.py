"""`receipts`: a laptop reads what coordinators sent back, and deletes exactly what they have signed for.

Every file is judged for itself; a bad one is named and stops no other. Officers and roster that come along are kept as
soon as they are proved. What a receipt says, and the marks on what is covered by then, are one transaction; files go
after it, or at the next opening. Spec: docs/spec/receipt-v1.md; what covers an item is in purging.py.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, cast

from intake.bundle.log import Checkpoint
from intake.bundle.receipt import FILE_BYTES, OpenedReceipt, ReceiptStanding, Sent, judge, open_receipt
from intake.errors import AgeHeaderFault, AgeNoMatch, FileUnreadable, NotEnrolled, ReceiptRefused
from intake.keys.times import json_time
from intake.store.rows import HeldCheckpoint, ItemWord, TakenReceipt
from intake.usecases import custody, trusted
from intake.usecases.carried import files_of
from intake.usecases.environment import Environment, open_vault
from intake.usecases.files import open_file
from intake.usecases.purging import mark_covered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from intake.bundle.receipt import Receipt, Status, VerifiedReceipt
    from intake.crypto.age import PostQuantumIdentity
    from intake.errors import IntakeError
    from intake.keys.trust import Trust
    from intake.store.rows import SealedItem
    from intake.store.vault import Vault
    from intake.usecases.trusted import Station

State = Literal["applied", "already-applied", "not-for-us", "refused", "unreadable"]


@dataclass(frozen=True)
class ReceiptOutcome:
    """One file. `said` counts its items by what the coordinator says of them; `damaged` names the cases of those.

    `check` and `why` (an English key with `fields`) say why it is refused.
    """

    path: Path
    state: State
    officer: str | None = None
    serial: int | None = None
    bundle: str | None = None
    said: Mapping[Status, int] = field(default_factory=dict)
    damaged: tuple[str, ...] = ()
    check: str | None = None
    why: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    error: IntakeError | None = None


@dataclass(frozen=True)
class ReceiptsReport:
    """`purged`: sealed files that are covered now and gone; `cases`: those of which none is left on this laptop."""

    receipts: tuple[ReceiptOutcome, ...]
    purged: int
    cases: tuple[str, ...]


def receipts(env: Environment, paths: Sequence[Path]) -> ReceiptsReport:
    """Apply every receipt among the files and folders, oldest first."""
    with open_vault(env, "interviewer") as vault:
        taker = _Taker.at_laptop(vault, env.clock())
        before = _cases_here(vault)
        found = list(dict.fromkeys(file for path in paths for file in files_of(path)))
        outcomes: list[ReceiptOutcome] = []
        with env.progress.track("reading receipts", len(found)) as step:
            for path in taker.in_order(found, outcomes):
                outcomes.append(taker.take(path))
                step(1)
        custody.sign(vault, env.clock())
        return ReceiptsReport(tuple(outcomes), taker.purged, tuple(sorted(before - _cases_here(vault))))


def _cases_here(vault: Vault) -> set[str]:
    """The cases of which a sealed file is still here."""
    records = {item.record_digest for item in vault.sealed.with_file()}
    return {stub.case_code for stub in vault.sealed.list() if stub.digest in records}


@dataclass
class _Taker:
    """A laptop's vault, ready to take receipts in; `trust` is the newest held, and may grow with each of them."""

    vault: Vault
    here: Station
    trust: Trust
    identity: PostQuantumIdentity
    at: datetime
    items: Mapping[str, SealedItem]  # every item ever sealed here, by name
    purged: int = 0

    @classmethod
    def at_laptop(cls, vault: Vault, at: datetime) -> _Taker:
        here, identity = trusted.station(vault), trusted.identity_of(vault, trusted.DEVICE_AGE)
        if identity is None:
            raise NotEnrolled
        return cls(vault, here, here.trust, identity, at, {item.name: item for item in vault.sealed.all_items()})

    def in_order(self, paths: Sequence[Path], outcomes: list[ReceiptOutcome]) -> list[Path]:
        """Those that are receipts, in the order in which they were given; of the others, what they are."""
        places = []
        for path in paths:
            opened = self._open(path)
            if isinstance(opened, ReceiptOutcome):
                outcomes.append(opened)
            else:
                places.append((opened.place, path))
        return [path for _, path in sorted(places)]

    def _open(self, path: Path) -> OpenedReceipt | ReceiptOutcome:
        try:
            with closing(open_file(path)) as source:
                sealed = source.read(FILE_BYTES + 1)
            return open_receipt(sealed, self.identity)
        except (AgeNoMatch, AgeHeaderFault):
            return ReceiptOutcome(path, "not-for-us")
        except ReceiptRefused as error:
            return _refused(ReceiptOutcome(path, "refused"), error)
        except FileUnreadable as error:
            return ReceiptOutcome(path, "unreadable", error=error)
        except OSError:
            return ReceiptOutcome(path, "unreadable", error=FileUnreadable(file=path))

    def take(self, path: Path) -> ReceiptOutcome:
        """Judge one receipt, and do what it allows."""
        opened = self._open(path)
        if isinstance(opened, ReceiptOutcome):
            return opened
        receipt = opened.receipt
        known = ReceiptOutcome(path, "already-applied", receipt.officer, receipt.serial, receipt.bundle)
        if self.vault.receipts.has(opened.digest):
            return known
        judgement = judge(opened, self._standing())
        with self.vault.transaction():
            self._renew(judgement.trust)
            names = self._record(judgement.verified) if judgement.verified else []
        self.vault.outbox.remove(names)
        self.purged += len(names)
        if judgement.refusal:
            return _refused(known, judgement.refusal)
        said = Counter(item.status for item in receipt.items)
        return replace(known, state="applied", said=said, damaged=self._damaged(receipt))

    def _renew(self, trust: Trust | None) -> None:
        """Officers and roster that came along and are newer; whatever else the receipt may be."""
        if trust is not None and trust is not self.trust:
            trusted.keep_trust(self.vault, trust, self.at)
            self.trust = trust

    def _record(self, verified: VerifiedReceipt) -> list[str]:
        """Keep the receipt and its words, and mark what is covered now; returns whose files may go."""
        receipt, at = verified.receipt, json_time(self.at)
        taken = TakenReceipt(receipt.officer, receipt.serial, verified.digest, receipt.bundle, at, verified.kept)
        names = self._names(receipt.bundle)
        words = [ItemWord(name, receipt.officer, item.status) for name, item in zip(names, receipt.items, strict=True)]
        log = verified.checkpoint
        if any(item.status == "damaged" for item in receipt.items):
            self.vault.sync.lose(receipt.bundle)  # it goes again
        self.vault.receipts.take(taken, words, HeldCheckpoint(log.origin, log.size, f"sha256:{log.root.hex()}"))
        covered = mark_covered(self.vault, self.trust, self.here.policy.purge_after)
        digests = sorted(self.items[name].sha256 for name in covered)
        fields = {"officer": receipt.officer, "serial": receipt.serial, "bundle": receipt.bundle, "purged": digests}
        self.vault.custody.append("receipt", at, fields)
        return covered

    def _standing(self) -> ReceiptStanding:
        return ReceiptStanding(
            trust=self.trust,
            device=self.here.principal,
            at=self.at,
            last_serial=self.vault.receipts.last_serial,
            sent=self._sent,
            held=self._held,
        )

    def _names(self, bundle: str) -> tuple[str, ...]:
        sent = self.vault.chain.by_digest(bundle)
        return sent.items if sent else ()

    def _sent(self, bundle: str) -> Sent | None:
        sent = self.vault.chain.by_digest(bundle)
        if sent is None:
            return None
        known = (self.items[name].sha256 for name in sent.items if name in self.items)
        return Sent(sent.chain, sent.seq, tuple(known))

    def _held(self, origin: str) -> Checkpoint | None:
        held = self.vault.receipts.checkpoint(origin)
        return Checkpoint(held.origin, held.size, bytes.fromhex(held.root.removeprefix("sha256:"))) if held else None

    def _damaged(self, receipt: Receipt) -> tuple[str, ...]:
        """The cases of which an item arrived damaged and is still here: it goes with the next export."""
        words = zip(self._names(receipt.bundle), receipt.items, strict=True)
        records = {self.items[name].record_digest for name, item in words if item.status == "damaged"}
        return tuple(sorted(stub.case_code for stub in self.vault.sealed.list() if stub.digest in records))


def _refused(outcome: ReceiptOutcome, refusal: ReceiptRefused) -> ReceiptOutcome:
    check, why, said = (refusal.fields[name] for name in ("check", "why", "said"))
    fields = cast("Mapping[str, object]", said)
    return replace(outcome, state="refused", check=str(check), why=str(why), fields=fields, error=refusal)
