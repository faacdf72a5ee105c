"""`list` and `show`: what the vault holds. A list never shows more than code, state, age and last section.

At a coordinator's, a list row also carries what names the signed record; `show` reads what was imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from intake.crypto import strictjson
from intake.errors import NotInVault
from intake.questionnaire import model
from intake.records.ids import normalise_case_code
from intake.records.record import MAX_RECORD_BYTES
from intake.usecases.drafts import find_draft, testimony_json
from intake.usecases.environment import Environment, open_vault, parse_stamp
from intake.usecases.status import age_days

if TYPE_CHECKING:
    from datetime import datetime

    from intake.store.rows import DraftSummary, RecordVersion, Stub
    from intake.store.vault import Vault

State = Literal["draft", "ended", "sealed", "exported", "receipted", "imported"]


@dataclass(frozen=True)
class Row:
    """One line of a list.

    `section` is a draft's last section, or why an interview ended that left nothing else; `id` and `digest` name the
    signed record, once there is one; `identity` says whether its identity part is here and opened.
    """

    case: str
    state: State
    since: datetime
    age_days: int
    section: str | None = None
    id: str | None = None
    digest: str | None = None
    version: int | None = None
    kind: str | None = None
    author: str | None = None
    attachments: int = 0
    identity: bool = False


@dataclass(frozen=True)
class Shown:
    """One testimony in the clear: a draft's on its laptop, an imported one's at the coordinator."""

    row: Row
    testimony: dict[str, Any]


def list_(env: Environment) -> tuple[Row, ...]:
    """Every case, drafts first, then by age."""
    with open_vault(env) as vault:
        now = env.clock()
        if vault.role == "coordinator":
            days = _import_days(vault)
            return tuple(_imported(vault, record, days, now) for record in vault.records.list())
        drafts = [_draft(env, draft, now) for draft in vault.drafts.list()]
        return (*drafts, *(_sealed(vault, stub, now) for stub in vault.sealed.list()))


def show(env: Environment, case: str) -> Shown:
    """The testimony; a sealed one can't be read on the laptop that took it, and the error says so."""
    with open_vault(env) as vault:
        if vault.role == "coordinator":
            return _show_imported(vault, normalise_case_code(case), env.clock())
        draft = find_draft(vault, case)
        return Shown(_draft(env, draft, env.clock()), testimony_json(vault.drafts.values(draft.id)))


def _draft(env: Environment, draft: DraftSummary, now: datetime) -> Row:
    ended = (draft.position or {}).get("ended")
    return Row(
        case=draft.case_code,
        state="ended" if ended else "draft",
        since=parse_stamp(draft.created_at),
        age_days=age_days(draft.created_at, now),
        section=str(ended) if ended else _section(env, draft),
        id=draft.id,
    )


def _section(env: Environment, draft: DraftSummary) -> str | None:
    """The heading under which the interview stopped; a draft from `add` has none."""
    at = str((draft.position or {}).get("at") or "")
    if not at:
        return None
    form = model.load(draft.questionnaire.partition("@")[0])
    name = at.partition("@")[0].removesuffix("+")
    sections = {question.id: question.section for question in form.questions}
    sections |= {repeat.id: repeat.section for repeat in form.repeats}
    return form.section_label(sections[name], env.t.lang) if name in sections else None


def _sealed(vault: Vault, stub: Stub, now: datetime) -> Row:
    since = f"{stub.sealed_on}T00:00:00Z"
    items = vault.sealed.items(stub.digest)
    states = {item.state for item in items}
    order: tuple[State, ...] = ("sealed", "exported")  # the least that its items have reached
    state: State = next((one for one in order if one in states), "receipted")
    return Row(
        case=stub.case_code,
        state=state,
        since=parse_stamp(since),
        age_days=age_days(since, now),
        id=stub.record_id,
        digest=stub.digest,
        version=stub.version,
        kind=stub.kind,
        attachments=len({item.attachment_index for item in items if item.kind == "attachment"})
        + len({item.attachment_index for item in items if item.kind == "identity-attachment"}),
        identity=any(item.kind == "identity" for item in items),
    )


def _import_days(vault: Vault) -> dict[str, str]:
    """Record digest -> when it first came in."""
    days: dict[str, str] = {}
    for bundle in vault.ledger.list():
        for item in vault.ledger.items(bundle.digest):
            days.setdefault(item.record_digest, bundle.imported_at)
    return days


def _imported(vault: Vault, record: RecordVersion, days: dict[str, str], now: datetime) -> Row:
    since = days[record.digest]
    return Row(
        case=record.case_code,
        state="imported",
        since=parse_stamp(since),
        age_days=age_days(since, now),
        id=record.record_id,
        digest=record.digest,
        version=record.version,
        kind=record.kind,
        author=record.author,
        attachments=len(vault.records.attachments(record.digest)),
        identity=vault.records.identity(record.digest) is not None,
    )


def _show_imported(vault: Vault, case: str, now: datetime) -> Shown:
    versions = vault.records.get(case)
    if not versions:
        raise NotInVault(what="case", name=case)
    record = versions[-1]
    identity = vault.records.identity(record.digest)
    # Signed bytes, shown as they stand: nothing is re-serialised, nothing a newer version wrote is dropped.
    testimony = {"record": strictjson.loads(record.record, max_bytes=MAX_RECORD_BYTES)}
    if identity is not None:
        testimony["identity"] = strictjson.loads(identity.identity, max_bytes=MAX_RECORD_BYTES)
    return Shown(_imported(vault, record, _import_days(vault), now), testimony)
