"""Interviews under way: a draft, its answers one by one, its place in the questionnaire, its attachments.

One answer is one commit, on the disk when `save` returns. What an answer says is never read here.
"""

from __future__ import annotations

import json
from dataclasses import astuple
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from intake.errors import NotInVault
from intake.store.rows import Attachment, Draft, DraftSummary, Json, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from intake.store.blobs import Blobs
    from intake.store.connection import Database

_SUMMARY: Final = (
    "SELECT id, case_code, mode, language, questionnaire, created_at, updated_at, events, position FROM drafts"
)
_UNCHANGED: Final = object()


class Drafts:
    """Drafts and their answers."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def create(self, draft: Draft) -> None:
        """Begin a draft; AlreadyInVault when its id or case code is taken."""
        raise NotImplementedError

    def list(self) -> list[DraftSummary]:
        """Return all drafts, oldest first."""
        raise NotImplementedError

    def get(self, id_or_case_code: str) -> DraftSummary | None:
        """Return one draft by its id or its case code."""
        raise NotImplementedError

    def save(self, draft_id: str, path: str, value: Json, position: Json = _UNCHANGED) -> int:
        """Write one answer, and the place reached if given, in one commit; return the answer's event number."""
        raise NotImplementedError

    def save_many(self, drafts: Iterable[tuple[Draft, Mapping[str, Json]]]) -> None:
        """Write whole drafts with all their answers in one transaction; the answers' order gives their events."""
        raise NotImplementedError

    def values(self, draft_id: str) -> dict[str, Value]:
        """Return the answers by path, in the order they were last given."""
        raise NotImplementedError

    def remove(self, draft_id: str, path: str) -> None:
        """Take one answer back; no answer at that path is no fault."""
        raise NotImplementedError

    def position(self, draft_id: str) -> Json:
        """Return the place reached, None at the start."""
        raise NotImplementedError

    def set_position(self, draft_id: str, position: Json) -> None:
        """Write the place reached, without an answer."""
        raise NotImplementedError

    def discard(self, draft_id: str) -> None:
        """Delete the draft, its answers, its attachments and their files; nothing of it stays in the log either."""
        raise NotImplementedError


class Attachments:
    """The files of drafts, in the order they were added."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def add(self, draft_id: str, attachment: Attachment) -> None:
        """Attach a written blob to a draft."""
        raise NotImplementedError

    def list(self, draft_id: str) -> list[Attachment]:
        """Return the draft's attachments, in the order they were added."""
        raise NotImplementedError

    def remove(self, draft_id: str, attachment_id: str) -> None:
        """Detach and shred."""
        raise NotImplementedError
