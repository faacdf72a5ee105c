"""The work of `add`, behind its door (`add.py`), because the models of a testimony cost what loads them.

What kind of stream it is shows in its first bytes: `[` is an array; a first line that is a whole JSON value is JSON
Lines (a single testimony on one line is that, too); anything else is one document. A refusal names line, field and
rule, never a value. Drafts are stored in batches of one transaction each, so that a cut leaves whole batches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

from intake.crypto import strictjson
from intake.errors import BadCaseCode, BadTestimony, JsonFault
from intake.keys.times import json_time
from intake.records.context import Beside
from intake.records.faults import Finding
from intake.records.ids import new_case_code, new_id, normalise_case_code
from intake.records.paths import flatten
from intake.records.rules import blocks, check, warnings
from intake.records.testimony import Testimony, parse_testimony, rest_of, to_json
from intake.store.rows import Draft
from intake.usecases.add import Added, AddedDraft, RefusedLine
from intake.usecases.amending import values_of
from intake.usecases.drafts import ADDENDUM, NO_QUESTIONNAIRE
from intake.usecases.repeats import Heard, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from intake.store.vault import Vault
    from intake.usecases.environment import Environment

MEMBER = re.compile(r"\[\d+\]|\.[0-9a-f-]{36}")  # of a list: shape counts them, rules name them by their id
BATCH = 500  # drafts in one transaction: about 10 MiB of answers in memory
MAX_LINE_BYTES = 16 << 20  # as a record: no testimony is longer
MAX_DOCUMENT_BYTES = 256 << 20  # an array is read whole; JSON Lines has no such bound

DUPLICATE = Finding(
    "shape",
    "case",
    "this case code or id is in the vault already, or stands twice in this file",
    "leave both out: they are given when the draft is made",
)
NOT_A_CASE = Finding(
    "shape",
    "case",
    "the check digit of this case code is wrong",
    "leave it out: one is given when the draft is made",
)
NOT_JSON = Finding(
    "shape", "", "this is not one JSON object in UTF-8", "correct the line; the others are not touched by it"
)
UNREAD = Finding(
    "shape",
    "",
    "the file could not be read from here on; what stands before is stored",
    "check the medium, and add what is missing once more",
)


@dataclass(frozen=True)
class _Ready:
    """A testimony, or an addendum, that may become a draft."""

    line: int
    draft: Draft
    values: Mapping[str, Any]
    warnings: tuple[Finding, ...]


def ready() -> None:
    """Build the validator now; else the first testimony pays for it."""
    Testimony.model_rebuild()


def add_to(env: Environment, vault: Vault, source: BinaryIO) -> Added:
    """Validate every testimony of the stream and store the good ones."""
    drafts: list[AddedDraft] = []
    refused: list[RefusedLine] = []
    with env.progress.track("adding testimonies", None) as step:
        judge = _Judge(vault, Heard.in_drafts(vault), json_time(env.clock()), env.t.lang)
        for batch in _batches(_validated(source, judge, refused)):
            stored, twice = _store(vault, batch)
            drafts += stored
            refused += twice
            step(len(batch))
    return Added(tuple(drafts), tuple(sorted(refused, key=lambda one: one.line)))


def _validated(source: BinaryIO, judge: _Judge, refused: list[RefusedLine]) -> Iterator[_Ready]:
    for line, value in _values(source):
        findings: tuple[Finding, ...] = (UNREAD if isinstance(value, OSError) else NOT_JSON,)
        if not isinstance(value, (JsonFault, OSError)):
            try:
                judged = judge.any(line, value)
            except BadTestimony as fault:
                findings = tuple(finding for finding in fault.findings if isinstance(finding, Finding))
            else:
                if isinstance(judged, _Ready):
                    yield judged
                    continue
                findings = judged
        refused.append(RefusedLine(line, findings))


@dataclass(frozen=True)
class _Judge:
    """Whether a testimony may become a draft here: by the rules, and by what is in the vault."""

    vault: Vault
    heard: Heard
    at: str
    lang: str

    def any(self, line: int, value: Any) -> _Ready | tuple[Finding, ...]:
        """A testimony; or, where it says what it `amends`, an addendum to a sealed one."""
        if isinstance(value, dict) and "amends" in value:
            return self._addendum(line, value)
        try:
            testimony = parse_testimony(value)
        except BadTestimony as fault:
            shape = tuple(one for one in fault.findings if isinstance(one, Finding))
            return (*shape, *_beside_shape(value, shape))
        return self.of(line, testimony)

    def _addendum(self, line: int, document: dict[str, Any]) -> _Ready | tuple[Finding, ...]:
        try:
            case = normalise_case_code(str(document["amends"]))
        except BadCaseCode:
            return (NOT_A_CASE,)
        draft = Draft(new_id(), case, ADDENDUM, self.lang, self.at, NO_QUESTIONNAIRE)
        return _Ready(line, draft, values_of(document, case), ())

    def of(self, line: int, testimony: Testimony) -> _Ready | tuple[Finding, ...]:
        """Its draft, or what refuses it."""
        draft = _draft(testimony, self.at, self.lang)
        sealed = any(key and self.vault.sealed.get(key) for key in (testimony.id, testimony.case))
        keys = keys_of(testimony)
        beside = Beside(sealed=sealed, repeats=self.heard.before(keys, draft.case_code))
        findings = check(testimony, stage="add", beside=beside)
        if refusing := (*blocks(findings), *_case_findings(testimony)):
            return refusing
        self.heard.note(keys, draft.case_code)
        values = {path: said for path, said in flatten(to_json(testimony)).items() if path not in ("id", "case")}
        return _Ready(line, draft, values, warnings(findings))


def _beside_shape(value: Any, shape: Sequence[Finding]) -> Iterator[Finding]:
    """What the rules say of the rest, in the same run; without what follows from a part that had to be left out."""
    rest = rest_of(value)
    if rest is None:
        return
    faulty = [MEMBER.sub(".*", one.field) for one in shape]
    for finding in blocks(check(rest, stage="add")):
        field = MEMBER.sub(".*", finding.field)
        near = any(one.startswith(field) or field.startswith(one) for one in faulty)
        if finding.rule != "V22" and not near:
            yield finding


def _case_findings(testimony: Testimony) -> tuple[Finding, ...]:
    """A label that nobody could type again is no label."""
    try:
        fits = testimony.case is None or normalise_case_code(testimony.case) == testimony.case
    except BadCaseCode:
        fits = False
    return () if fits else (NOT_A_CASE,)


def _values(source: BinaryIO) -> Iterator[tuple[int, Any]]:
    """Each value with its number; a JsonFault stands in for one that can't be read, an OSError for all the rest."""
    number = 0
    try:
        for number, value in _parsed(source):
            yield number, value
    except OSError as error:
        yield number + 1, error


def _parsed(source: BinaryIO) -> Iterator[tuple[int, Any]]:
    first = source.readline(MAX_LINE_BYTES + 1)
    while first and not first.strip():
        first = source.readline(MAX_LINE_BYTES + 1)
    if not first.lstrip().startswith(b"[") and not isinstance(_load(first, MAX_LINE_BYTES), JsonFault):
        yield from _lines(chain([first], _more_lines(source)))
        return
    rest = source.read(MAX_DOCUMENT_BYTES)
    document = _load(first + rest, MAX_DOCUMENT_BYTES) if first else []
    if isinstance(document, list):
        yield from enumerate(document, start=1)
    elif isinstance(document, JsonFault):
        # Not one document either: JSON Lines whose first line is the bad one.
        yield from _lines((first + rest).splitlines(keepends=True))
    else:
        yield 1, document


def _more_lines(source: BinaryIO) -> Iterator[bytes]:
    while line := source.readline(MAX_LINE_BYTES + 1):
        yield line


def _lines(lines: Iterable[bytes]) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, _load(line, MAX_LINE_BYTES)


def _load(data: bytes, max_bytes: int) -> Any:
    try:
        return strictjson.loads(data.strip(), max_bytes=max_bytes)
    except JsonFault as fault:
        return fault


def _batches(ready: Iterator[_Ready]) -> Iterator[list[_Ready]]:
    batch: list[_Ready] = []
    for one in ready:
        batch.append(one)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _store(vault: Vault, batch: list[_Ready]) -> tuple[list[AddedDraft], list[RefusedLine]]:
    stored: list[AddedDraft] = []
    twice: list[RefusedLine] = []
    rows, taken = [], set[str]()
    for one in batch:
        draft = one.draft
        if _taken(vault, draft, taken):
            twice.append(RefusedLine(one.line, (DUPLICATE,)))
            continue
        taken |= {draft.id, draft.case_code}
        rows.append((draft, one.values))
        stored.append(AddedDraft(one.line, draft.case_code, one.warnings))
    vault.drafts.save_many(rows)
    return stored, twice


def _draft(testimony: Testimony, at: str, lang: str) -> Draft:
    return Draft(
        id=testimony.id or new_id(),
        case_code=testimony.case or new_case_code(),
        mode=testimony.account.account_mode,
        language=next(iter(testimony.account.language_of_account), lang),
        created_at=at,
        questionnaire=NO_QUESTIONNAIRE,
    )


def _taken(vault: Vault, draft: Draft, taken: set[str]) -> bool:
    keys = (draft.id, draft.case_code)
    return any(key in taken or vault.drafts.get(key) is not None for key in keys)
