"""`list`: what the vault holds. A list never shows more than code, state, age and last section.

At a coordinator's, a row also carries what names the signed record. Nothing heavy is imported: `list` is typed all day,
and its start is measured (bench/startup.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from intake.questionnaire.headings import heading
from intake.usecases.drafts import ADDENDUM
from intake.usecases.environment import Environment, kept_time, open_vault
from intake.usecases.glance import age_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from intake.store.rows import DraftSummary, RecordSummary, Stub
    from intake.store.vault import Vault

State = Literal["draft", "ended", "sealed", "exported", "receipted", "destroyed", "imported", "erased"]
Mark = Literal[
    "withdrawn",
    "fork",
    "added to",
    "legal hold",
    "without its testimony",
    "names erased",
    "an erasure waits for a word here",
    "a yes waits for link",
]


@dataclass(frozen=True)
class Row:
    """One line of a list.

    `section` is a draft's last section, or why an interview ended that left nothing else; `id` and `digest` name the
    signed record, once there is one; `identity` says whether its identity part is here and opened. `marks`: what a
    coordinator must know of the case before anything is done with it; `addenda`: how often it was added to.
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
    marks: tuple[Mark, ...] = ()
    addenda: int = 0


def list_(env: Environment) -> tuple[Row, ...]:
    """Every case, drafts first, then by age."""
    with open_vault(env) as vault:
        now = env.clock()
        if vault.role == "coordinator":
            return tuple(_imported(vault, now))
        drafts = [draft_row(env, draft, now) for draft in vault.drafts.list()]
        return (*drafts, *(_sealed(vault, stub, now) for stub in vault.sealed.list()))


def draft_row(env: Environment, draft: DraftSummary, now: datetime) -> Row:
    """One draft."""
    ended = (draft.position or {}).get("ended")
    return Row(
        case=draft.case_code,
        state="ended" if ended else "draft",
        since=kept_time(draft.created_at),
        age_days=age_days(draft.created_at, now),
        section=str(ended) if ended else _section(env, draft),
        id=draft.id,
        kind=ADDENDUM if draft.mode == ADDENDUM else None,
    )


def _section(env: Environment, draft: DraftSummary) -> str | None:
    """The heading under which the interview stopped, or that it did not; a draft from `add` has none."""
    if draft.position is None or draft.mode == ADDENDUM:
        return None
    if not draft.position.get("at"):
        return env.t("through its last question")
    return heading(str(draft.position.get("section")), env.t.lang)


def _sealed(vault: Vault, stub: Stub, now: datetime) -> Row:
    since = f"{stub.sealed_on}T00:00:00Z"
    items = vault.sealed.items(stub.digest)
    states = {item.state for item in items}
    order: tuple[State, ...] = ("sealed", "exported", "destroyed")  # the least that its items have reached
    state: State = next((one for one in order if one in states), "receipted")
    return Row(
        case=stub.case_code,
        state=state,
        since=kept_time(since),
        age_days=age_days(since, now),
        id=stub.record_id,
        digest=stub.digest,
        version=stub.version,
        kind=stub.kind,
        attachments=len({item.attachment_index for item in items if item.kind == "attachment"})
        + len({item.attachment_index for item in items if item.kind == "identity-attachment"}),
        identity=any(item.kind == "identity" for item in items),
    )


def _imported(vault: Vault, now: datetime) -> Iterator[Row]:
    """A row for each testimony, with what later records did to it; one for what came without, or is gone."""
    eventful = vault.records.eventful()
    summaries = vault.records.summaries()
    marked = _marked(vault, eventful) if eventful else {}
    erased = vault.erased.list()
    told = {one.case_code for one in summaries if one.kind == "full"}
    known = told | {gone.case_code for gone in erased}
    for one in summaries:
        if one.kind == "full" or (one.case_code not in known and one.kind in ("addendum", "withdrawal")):
            marks, addenda = marked.get(one.digest, ((), 0))
            yield replace(imported_row(one, now), marks=marks, addenda=addenda)
    for gone in {one.case_code: one for one in erased}.values():
        if gone.case_code not in told:
            yield Row(gone.case_code, "erased", kept_time(gone.at), age_days(gone.at, now), digest=gone.record)


def _marked(vault: Vault, eventful: Iterable[str]) -> dict[str, tuple[tuple[Mark, ...], int]]:
    """Digest -> its marks, and how often its case was added to; only cases of which more is known are looked into."""
    from intake.usecases.cases import files_of  # noqa: PLC0415  the models cost more than all else of this command
    from intake.usecases.erasing import unconfirmed  # noqa: PLC0415  as above

    found: dict[str, tuple[tuple[Mark, ...], int]] = {}
    unanswered = {one.decision for one in unconfirmed(vault)}
    for case in eventful:
        for file in files_of(vault, case):
            view = file.view
            is_so: dict[Mark, bool] = {
                "withdrawn": view.blocked,
                "fork": bool(view.forks),
                "added to": bool(view.addenda),
                "legal hold": bool(view.legal_hold),
                "without its testimony": not file.testimonies,
                "names erased": bool(view.nameless),
                "an erasure waits for a word here": not unanswered.isdisjoint(file.records),
                "a yes waits for link": bool(view.unbelieved),
            }
            marks = tuple(mark for mark, so in is_so.items() if so)
            found |= dict.fromkeys(file.records, (marks, len(view.addenda)))
    return found


def imported_row(record: RecordSummary, now: datetime) -> Row:
    """One record that was imported."""
    return Row(
        case=record.case_code,
        state="imported",
        since=kept_time(record.since),
        age_days=age_days(record.since, now),
        id=record.record_id,
        digest=record.digest,
        version=record.version,
        kind=record.kind,
        author=record.author,
        attachments=record.attachments,
        identity=record.identity,
    )
