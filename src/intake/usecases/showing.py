"""`show`: one testimony in the clear, a draft's on its laptop or an imported one's at the coordinator.

There it is the case as its records leave it: the account by the questions it answers, then what was said later, consent
as it stands, and what officers decided. What was taken back is not shown; what was erased is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from intake.crypto import strictjson
from intake.errors import NothingToDo
from intake.records.limits import MAX_RECORD_BYTES
from intake.usecases.drafts import ADDENDUM, find_draft, testimony_json
from intake.usecases.environment import Environment, open_vault
from intake.usecases.listing import Row, draft_row, imported_row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intake.questionnaire.engine import Line
    from intake.records.folding import View
    from intake.records.kinds import Addendum
    from intake.records.record import Record
    from intake.store.rows import DraftSummary, Value
    from intake.store.vault import Vault
    from intake.usecases.cases import CaseFile


FIRST = "first_account"


@dataclass(frozen=True)
class Told:
    """What one record, or a draft, says. `testimony`: its signed bytes, read; of a draft the answers as one tree.

    `answers`: what a questionnaire asks and what was answered; `beside`: what it holds beside that.
    """

    row: Row
    testimony: dict[str, Any]
    answers: tuple[Line, ...] = ()
    beside: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown(Told):
    """One testimony. At a coordinator's: `forks`, other first versions of it; `later`, addenda in order; the rest.

    `rest`: records of other kinds, verbatim, by digest; `view`: what all of them come to.
    """

    forks: tuple[Told, ...] = ()
    later: tuple[Told, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)
    view: View | None = None


def show(env: Environment, case: str) -> Shown:
    """The testimony; a sealed one can't be read on the laptop that took it, and the error says so."""
    with open_vault(env, meanwhile=_load) as vault:
        if vault.role == "coordinator":
            # Late, like the questionnaire below: it loads the models of keys, which a draft does without.
            from intake.usecases import custody  # noqa: PLC0415

            shown = _show_imported(env, vault, case)
            custody.note(vault, env.clock(), custody.VIEW, case=shown.row.case, record=shown.row.digest)
            return shown
        draft = find_draft(vault, case)
        values = vault.drafts.values(draft.id)
        asked_by = replace(draft, mode=FIRST) if draft.mode == ADDENDUM else draft  # it tells what an account can tell
        answers, beside = _asked(env, vault, asked_by, values)
        return Shown(draft_row(env, draft, env.clock()), testimony_json(values), answers, beside)


def _load() -> None:
    # Late, so that it is loaded while the vault's key is derived.
    from intake.usecases import cases, questions  # noqa: F401, PLC0415

    questions.ready()


def _asked(
    env: Environment, vault: Vault, draft: DraftSummary, values: dict[str, Value]
) -> tuple[tuple[Line, ...], dict[str, Any]]:
    """The answers under the questions that ask for them, and what no question asks for."""
    from intake.usecases.questions import questions_of  # noqa: PLC0415  as above

    session = questions_of(env, vault, draft, values)
    covered = session.covers()
    rest = {path: value for path, value in values.items() if path not in covered}
    return tuple(line for line in session.review() if line.shown), testimony_json(rest)


# -- at a coordinator's ------------------------------------------------------------------------------------------------


def _show_imported(env: Environment, vault: Vault, case: str) -> Shown:
    """The one testimony with this case code or id, and all that is known of it."""
    from intake.records.kinds import Addendum  # noqa: PLC0415  as above
    from intake.records.record import Record  # noqa: PLC0415
    from intake.usecases.cases import one_case, readable  # noqa: PLC0415

    file = one_case(vault, case)
    view = file.view
    standing = readable(file)
    told = {
        digest: _told(env, vault, file, digest, one, nameless=digest in view.nameless)
        for digest, one in view.records.items()
        if isinstance(one, Record | Addendum)
    }
    later = [told[digest] for digest in view.addenda if digest in told]
    if not told:
        raise NothingToDo(what="of this case only a withdrawal of single uses is here")
    first, *forks = [told[digest] for digest in standing] or later
    rest = {digest: _json(one.record) for digest, one in file.versions.items() if digest in view.records.keys() - told}
    return Shown(
        row=first.row,
        testimony=first.testimony,
        answers=first.answers,
        beside=first.beside,
        forks=tuple(forks) if standing else (),
        later=tuple(one for one in later if one is not first),
        rest=rest,
        view=view,
    )


def _told(
    env: Environment, vault: Vault, file: CaseFile, digest: str, record: Record | Addendum, *, nameless: bool
) -> Told:
    """One record: its signed bytes as they stand, and the same by the questions of its form.

    `nameless`: its names were erased, or are to be once this vault's officer says so too; nobody reads them meanwhile.
    """
    from intake.questionnaire.model import MODES  # noqa: PLC0415  as above
    from intake.records.paths import flatten  # noqa: PLC0415
    from intake.records.record import parse_identity  # noqa: PLC0415
    from intake.records.testimony import to_json  # noqa: PLC0415
    from intake.store.rows import DraftSummary, Value  # noqa: PLC0415

    version, part = file.versions[digest], None if nameless else vault.records.identity(digest)
    # Signed bytes, shown as they stand: nothing is re-serialised, nothing a newer version wrote is dropped.
    testimony = {"record": _json(version.record)}
    if part is not None:
        testimony["identity"] = _json(part.identity)
    said = to_json(record.testimony(parse_identity(part.identity) if part else None))
    values = {path: Value(value, 0, "") for path, value in flatten(said).items() if path not in ("id", "case")}
    known = said["account"].get("account_mode")
    mode = known if known in MODES else FIRST
    draft = DraftSummary(digest, record.case, mode, env.t.lang, "", "", "", 0, None)
    answers, beside = _asked(env, vault, draft, values)
    return Told(_row(vault, digest, env.clock()), testimony, answers, beside)


def _row(vault: Vault, digest: str, now: datetime) -> Row:
    return imported_row(vault.records.summary(digest), now)


def _json(data: bytes) -> Any:
    return strictjson.loads(data, max_bytes=MAX_RECORD_BYTES)
