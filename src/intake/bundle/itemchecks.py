"""The rows that an opened item passes: each check one function, one ID. Spec: docs/spec/bundle-v1.md, "Opening".

Same shape as the bundle's table (checks.py): a check returns the evidence with what it established, or stops. UNDECIDED
here means one thing only: a key is awaited.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

from intake.bundle.checks import Stop, fail, need, one_signer
from intake.bundle.items import IDENTITY, RECORD, RECORD_PQ_SIG, RECORD_SIG, item_plaintext_size
from intake.bundle.limits import LIMITS, Limits
from intake.bundle.report import Outcome
from intake.crypto import sshsig
from intake.crypto.age import decrypt_bytes
from intake.crypto.hashing import digest
from intake.crypto.ustar import TarLimits, read_ustar
from intake.errors import AgeNoMatch, BundleError, CryptoError, KeyFault, RecordError
from intake.keys import namespaces
from intake.records.chain import contradicts_itself
from intake.records.context import Beside
from intake.records.kinds import Addendum, Withdrawal
from intake.records.record import Record, parse_identity, parse_record
from intake.records.rules import blocks, check, check_more

if TYPE_CHECKING:
    from collections.abc import Callable

    from intake.bundle.report import VerifiedBundle
    from intake.bundle.results import Keyring
    from intake.bundle.statement import StatementItem
    from intake.keys.directory import Principal
    from intake.records.faults import Finding
    from intake.records.record import AnyRecord, IdentityRecord
    from intake.records.testimony import Testimony

OPENS, FORM, BELONGS, BYTES = "I01", "I02", "I10", "I11"
TOO_MANY = "I13"
OFFICERS_KINDS = frozenset({"coding", "decision", "tombstone"})
"""What the organisation says of testimonies: officers sign it, laptops sign the rest."""


def _none_known(_key: str) -> bytes | None:
    return None


def _nobody_before(_record: str, _testimony: Testimony) -> tuple[str, ...]:
    return ()


def _none_withdrawn(_author: str) -> int:
    return 0


@dataclass(frozen=True)
class RecordStanding:
    """What the ledger knows that records are judged by. The defaults are an empty ledger's."""

    record_json: Callable[[str], bytes | None] = _none_known  # record digest -> its signed bytes, verified before
    identity_json: Callable[[str], bytes | None] = _none_known  # record digest -> its identity part, verified before
    repeats: Callable[[str, Testimony], tuple[str, ...]] = _nobody_before  # record digest -> cases of that teller (V30)
    withdrawals: Callable[[str], int] = _none_withdrawn  # author -> how many of its withdrawals came within a day
    limits: Limits = LIMITS


class ItemEvidence(NamedTuple):
    """One small item, and what the rows before established of it.

    A tuple, because every row makes the next: its `_replace` takes a fifth of what a dataclass's would.
    """

    item: StatementItem
    sealed: bytes
    bundle: VerifiedBundle
    keyring: Keyring
    standing: RecordStanding
    plaintext: bytes | None = None
    files: tuple[bytes, ...] | None = None
    signer: Principal | None = None
    record: AnyRecord | None = None
    identity: IdentityRecord | None = None
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class ItemCheck:
    """One row."""

    id: str
    title: str
    run: Callable[[ItemEvidence], ItemEvidence]


def _opens(evidence: ItemEvidence) -> ItemEvidence:
    identities = evidence.keyring.of(evidence.item)
    if not identities:
        raise Stop(Outcome.UNDECIDED, "a key is awaited")
    try:
        return evidence._replace(plaintext=decrypt_bytes(evidence.sealed, identities))
    except AgeNoMatch:
        raise fail("it is not encrypted to whom its statement says") from None


def _form(*names: str) -> Callable[[ItemEvidence], ItemEvidence]:
    def run(evidence: ItemEvidence) -> ItemEvidence:
        plaintext = need(evidence.plaintext)
        limits = evidence.standing.limits
        caps = TarLimits(len(names), max(limits.record_bytes, limits.identity_bytes), len(plaintext))
        files = {entry.name: entry.read() for entry in read_ustar(io.BytesIO(plaintext), names.__contains__, caps)}
        if tuple(files) != names:
            raise fail("it does not hold the files that belong in it")
        if len(plaintext) != item_plaintext_size(*map(len, files.values())):
            raise fail("it is not padded to the size its content asks for")
        return evidence._replace(files=tuple(files.values()))

    return run


# -- a record ----------------------------------------------------------------------------------------------------------


def _digest(evidence: ItemEvidence) -> ItemEvidence:
    if digest(need(evidence.files)[0]) != evidence.item.record:
        raise fail("the record is another than the statement names")
    return evidence


def _signatures(evidence: ItemEvidence) -> ItemEvidence:
    record, sig, pq_sig = need(evidence.files)
    classic = sshsig.verify(sig, namespaces.RECORD, record)
    composite = sshsig.verify(pq_sig, namespaces.RECORD, record)
    sender = evidence.bundle.sender
    if (sender.keys.ed25519, sender.keys.composite) == (classic, composite):
        return evidence._replace(signer=sender)
    try:
        return evidence._replace(signer=one_signer(evidence.bundle.roster, classic, composite))
    except Stop as stop:
        raise fail(stop.why) from None


def _record_form(evidence: ItemEvidence) -> ItemEvidence:
    return evidence._replace(record=parse_record(need(evidence.files)[0]))


def _organisation(evidence: ItemEvidence) -> ItemEvidence:
    if need(evidence.record).org != evidence.bundle.statement.org:
        raise fail("it was made for another organisation")
    return evidence


def _author(evidence: ItemEvidence) -> ItemEvidence:
    record = cast("AnyRecord", need(evidence.record))
    author = record.author
    if author != need(evidence.signer).name:
        raise fail("the author it names did not sign it")
    if author.startswith("c-") != (record.kind in OFFICERS_KINDS):
        raise fail("this kind of record is not its author's to sign")
    sender = evidence.bundle.statement.sender
    if author != sender and not sender.startswith("c-"):
        raise fail("a laptop sends its own records only")
    # Only a bundle that an officer released (B14) comes here with a revoked sender: its records may be the only copies,
    # but its decisions erase, and whoever has the key makes them today.
    if author == sender and evidence.bundle.roster.officers.directory.revocation(author):
        raise fail("the officer who decided this was revoked")
    return evidence


def _chain(evidence: ItemEvidence) -> ItemEvidence:
    # What it follows may come later, or never: folding.py looks at who follows whom, and keeps forks side by side.
    record = cast("AnyRecord", need(evidence.record))
    if why := contradicts_itself(record):
        raise fail(why)
    return evidence


def _rules(evidence: ItemEvidence) -> ItemEvidence:
    findings = _findings(evidence)
    for finding in blocks(findings):
        raise fail("rule {rule} stands in the way, at {field}", rule=finding.rule, field=finding.field)
    return evidence._replace(warnings=findings) if findings else evidence


def _findings(evidence: ItemEvidence) -> tuple[Finding, ...]:
    """A testimony keeps all rules, an addendum those of what is told; there are none for the other kinds."""
    record, identity = need(evidence.record), evidence.identity
    sealed = identity is None and record.identity is not None
    match record:
        case Record():
            testimony = record.testimony(identity)
            repeats = evidence.standing.repeats(evidence.item.record, testimony) if identity else ()
            beside = Beside(files=record.files(identity), repeats=repeats)
            # An identity part comes after its record, whose own check has seen the account.
            seen = identity is not None
            return check(testimony, stage="import", identity_sealed=sealed, account_checked=seen, beside=beside)
        case Addendum():
            beside = Beside(files=record.files(identity))
            return check_more(record.testimony(identity), stage="import", identity_sealed=sealed, beside=beside)
    return ()


def _not_too_many(evidence: ItemEvidence) -> ItemEvidence:
    record, limit = need(evidence.record), evidence.standing.limits.withdrawals
    relayed = evidence.bundle.statement.sender.startswith("c-")  # by an officer, who looked at it
    if isinstance(record, Withdrawal) and not relayed and evidence.standing.withdrawals(record.author) >= limit:
        raise fail("more than {limit} withdrawals by one laptop within a day", limit=limit)
    return evidence


RECORD_TABLE: tuple[ItemCheck, ...] = (
    ItemCheck(OPENS, "it opens, whole, with a key that is here", _opens),
    ItemCheck(FORM, "the files that belong in it, padded as they must be", _form(RECORD, RECORD_SIG, RECORD_PQ_SIG)),
    ItemCheck("I03", "the record that the statement names", _digest),
    ItemCheck("I04", "both signatures, by one enrolled author", _signatures),
    ItemCheck("I05", "the record's form", _record_form),
    ItemCheck("I06", "made for this organisation", _organisation),
    ItemCheck("I07", "its author signed it, and may send it here", _author),
    ItemCheck("I08", "its place among the versions of the record", _chain),
    ItemCheck("I09", "the rules of the field", _rules),
    ItemCheck(TOO_MANY, "no unusual number of withdrawals", _not_too_many),
)


# -- an identity part --------------------------------------------------------------------------------------------------


def _belongs(evidence: ItemEvidence) -> ItemEvidence:
    if need(evidence.record).identity is None:
        raise fail("the record has no identity part")
    return evidence


def _identity_digest(evidence: ItemEvidence) -> ItemEvidence:
    if digest(need(evidence.files)[0]) != need(evidence.record).identity:
        raise fail("it is not what the record signed")
    return evidence


def _identity_form(evidence: ItemEvidence) -> ItemEvidence:
    identity, record = parse_identity(need(evidence.files)[0]), need(evidence.record)
    if (identity.org, identity.id, identity.version) != (record.org, record.id, record.version):
        raise fail("it is another record's identity part")
    return evidence._replace(identity=identity)


IDENTITY_TABLE: tuple[ItemCheck, ...] = (
    ItemCheck(BELONGS, "the record it belongs to is here and names it", _belongs),
    ItemCheck(OPENS, "it opens, whole, with a key that is here", _opens),
    ItemCheck(FORM, "the files that belong in it, padded as they must be", _form(IDENTITY)),
    ItemCheck(BYTES, "every byte as the record signed it", _identity_digest),
    ItemCheck("I12", "the identity part's form", _identity_form),
    ItemCheck("I09", "the rules of the field", _rules),
)


def run_item_check(row: ItemCheck, evidence: ItemEvidence) -> ItemEvidence:
    """Run one row; every typed error of the rooms below becomes an outcome."""
    try:
        return row.run(evidence)
    except (BundleError, CryptoError, KeyFault, RecordError) as error:
        raise Stop(Outcome.FAIL, error.message, error.fields) from None
    except (Stop, OSError):
        raise
    except Exception:  # noqa: BLE001  a fault of ours on somebody's bytes must not cost the items after them
        raise fail("intake itself failed on it; report the check, a later version may read it") from None
