"""Interviews under way: a draft, its answers one by one, its place in the questionnaire, its attachments.

One answer is one commit, on the disk when `save` returns. What an answer says is never read here.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from intake.crypto import strictjson
from intake.errors import AlreadyInVault, NotInVault
from intake.keys.times import json_time
from intake.store.rows import Attachment, Draft, DraftSummary, Json, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from intake.store.blobs import Blobs
    from intake.store.connection import Database, Row

_SUMMARY: Final = (
    "SELECT id, case_code, mode, language, questionnaire, created_at, updated_at, events, position FROM drafts"
)
_INSERT: Final = (
    "INSERT OR IGNORE INTO drafts (id, case_code, mode, language, questionnaire, created_at, updated_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
# The path of every answer: plain statements only. RETURNING and INSERT OR REPLACE cost three times as much here
# (bench/saved_answer.py).
_COUNT: Final = "UPDATE drafts SET events = ?, updated_at = ? WHERE number = ?"
_COUNT_AND_PLACE: Final = "UPDATE drafts SET events = ?, updated_at = ?, position = ? WHERE number = ?"
_ANSWER: Final = (
    "INSERT INTO draft_values (draft, path, value, event, saved_at) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET value = excluded.value, event = excluded.event, saved_at = excluded.saved_at"
)
_ANSWERS: Final = "SELECT d.case_code, v.path, v.value FROM draft_values v JOIN drafts d ON d.number = v.draft"
_UNCHANGED: Final = object()


class Drafts:
    """Drafts and their answers."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def create(self, draft: Draft) -> None:
        """Begin a draft; AlreadyInVault when its id or case code is taken."""
        with self._database.transaction():
            self._insert(draft)

    def list(self) -> list[DraftSummary]:
        """Return all drafts, oldest first."""
        return [_summary(row) for row in self._database.all(f"{_SUMMARY} ORDER BY number")]

    def get(self, id_or_case_code: str) -> DraftSummary | None:
        """Return one draft by its id or its case code."""
        row = self._database.one(f"{_SUMMARY} WHERE id = ?1 OR case_code = ?1", (id_or_case_code,))
        return None if row is None else _summary(row)

    def save(self, draft_id: str, path: str, value: Json, position: Json = _UNCHANGED) -> int:
        """Write one answer, and the place reached if given, in one commit; return the answer's event number."""
        at = _now()
        text = _dumps(value)
        with self._database.transaction():
            row = self._database.one("SELECT number, events + 1 FROM drafts WHERE id = ?", (draft_id,))
            if row is None:
                raise NotInVault(what="draft", name=draft_id)
            number, event = row
            if position is _UNCHANGED:
                self._database.run(_COUNT, (event, at, number))
            else:
                self._database.run(_COUNT_AND_PLACE, (event, at, _dumps(position), number))
            self._database.run(_ANSWER, (number, path, text, event, at))
        return int(event)

    def save_many(self, drafts: Iterable[tuple[Draft, Mapping[str, Json]]]) -> None:
        """Write whole drafts with all their answers in one transaction; the answers' order gives their events."""
        at = _now()
        with self._database.transaction():
            for draft, values in drafts:
                number = self._insert(draft)
                self._database.run("UPDATE drafts SET events = ? WHERE number = ?", (len(values), number))
                self._database.run_many(
                    _ANSWER,
                    [(number, path, _dumps(value), event, at) for event, (path, value) in enumerate(values.items(), 1)],
                )

    def values(self, draft_id: str) -> dict[str, Value]:
        """Return the answers by path, in the order they were last given."""
        rows = self._database.all(
            "SELECT path, value, event, saved_at FROM draft_values WHERE draft = ? ORDER BY event",
            (self._number(draft_id),),
        )
        return {path: Value(json.loads(value), event, saved_at) for path, value, event, saved_at in rows}

    def matching(self, paths: Sequence[str]) -> Iterator[tuple[str, dict[str, Json]]]:
        """Yield every draft's case code with its answers at paths that are LIKE one of these, where it has any."""
        query = f"{_ANSWERS} WHERE {' OR '.join('v.path LIKE ?' for _ in paths)} ORDER BY d.number"
        rows = self._database.all(query, tuple(paths))
        for case, answers in groupby(rows, key=itemgetter(0)):
            yield case, {path: json.loads(value) for _, path, value in answers}

    def remove(self, draft_id: str, path: str) -> None:
        """Take one answer back; no answer at that path is no fault."""
        with self._database.transaction():
            number = self._number(draft_id)
            self._database.run("DELETE FROM draft_values WHERE draft = ? AND path = ?", (number, path))
            self._database.run("UPDATE drafts SET updated_at = ? WHERE number = ?", (_now(), number))

    def position(self, draft_id: str) -> Json:
        """Return the place reached, None at the start."""
        row = self._database.one("SELECT position FROM drafts WHERE id = ?", (draft_id,))
        if row is None:
            raise NotInVault(what="draft", name=draft_id)
        return json.loads(row[0])

    def set_position(self, draft_id: str, position: Json) -> None:
        """Write the place reached, without an answer."""
        with self._database.transaction():
            if not self._database.run("UPDATE drafts SET position = ? WHERE id = ?", (_dumps(position), draft_id)):
                raise NotInVault(what="draft", name=draft_id)

    def set_form(self, draft_id: str, mode: str, questionnaire: str) -> None:
        """Go on in another mode, with another questionnaire."""
        with self._database.transaction():
            row = (mode, questionnaire, draft_id)
            if not self._database.run("UPDATE drafts SET mode = ?, questionnaire = ? WHERE id = ?", row):
                raise NotInVault(what="draft", name=draft_id)

    def discard(self, draft_id: str) -> None:
        """Delete the draft, its answers, its attachments and their files; nothing of it stays in the log either."""
        with self._database.transaction():
            blob_ids = self.delete(draft_id)
        self._database.truncate_log()
        self._blobs.remove_files(blob_ids)

    def delete(self, draft_id: str) -> Sequence[str]:
        """Delete as a part of the caller's transaction; return the blobs whose keys went, for their files to go."""
        number = self._number(draft_id)
        blob_ids = [row[0] for row in self._database.all("SELECT blob FROM attachments WHERE draft = ?", (number,))]
        self._database.run("DELETE FROM drafts WHERE number = ?", (number,))
        self._blobs.drop_keys(blob_ids)
        return blob_ids

    def _insert(self, draft: Draft) -> int:
        columns = (draft.id, draft.case_code, draft.mode, draft.language, draft.questionnaire, draft.created_at)
        if not self._database.run(_INSERT, (*columns, draft.created_at)):
            raise AlreadyInVault(what="draft", name=draft.case_code)
        return self._number(draft.id)

    def _number(self, draft_id: str) -> int:
        row = self._database.one("SELECT number FROM drafts WHERE id = ?", (draft_id,))
        if row is None:
            raise NotInVault(what="draft", name=draft_id)
        return int(row[0])


class Attachments:
    """The files of drafts, in the order they were added."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def add(self, draft_id: str, attachment: Attachment) -> None:
        """Attach a written blob to a draft."""
        with self._database.transaction():
            added = self._database.run(
                "INSERT INTO attachments (id, draft, blob, part, file_name, type, shows)"
                " SELECT ?, number, ?, ?, ?, ?, ? FROM drafts WHERE id = ?",
                (
                    attachment.id,
                    attachment.blob_id,
                    attachment.part,
                    attachment.file_name,
                    attachment.type,
                    json.dumps(attachment.shows),
                    draft_id,
                ),
            )
            if not added:
                raise NotInVault(what="draft", name=draft_id)

    def list(self, draft_id: str) -> list[Attachment]:
        """Return the draft's attachments, in the order they were added."""
        rows = self._database.all(
            "SELECT a.id, a.blob, a.part, a.file_name, a.type, a.shows FROM attachments a"
            " JOIN drafts d ON d.number = a.draft WHERE d.id = ? ORDER BY a.number",
            (draft_id,),
        )
        return [Attachment(*[*row[:5], tuple(json.loads(row[5]))]) for row in rows]

    def remove(self, draft_id: str, attachment_id: str) -> None:
        """Detach and shred."""
        with self._database.transaction():
            row = self._database.one(
                "DELETE FROM attachments WHERE id = ? AND draft = (SELECT number FROM drafts WHERE id = ?)"
                " RETURNING blob",
                (attachment_id, draft_id),
            )
            if row is None:
                raise NotInVault(what="attachment", name=attachment_id)
            self._blobs.drop_keys([row[0]])
        self._database.truncate_log()
        self._blobs.remove_files([row[0]])


def _summary(row: Row) -> DraftSummary:
    return DraftSummary(*[*row[:8], json.loads(row[8])])


def _dumps(value: Json) -> str:
    # Strict, so that no half character of a broken terminal gets into a signed record one day.
    return strictjson.dumps(value).decode("utf-8")


def _now() -> str:
    return json_time(datetime.now(UTC))
