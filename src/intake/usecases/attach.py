"""`attach`: files into a draft, encrypted as they are read. The original stays where it was, and the caller says so.

What a file shows decides its part: a document, a face or a signature says who somebody is, so it belongs to the
identity part unless a person says otherwise. The type is told from the first bytes, never from the name.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from intake.errors import FileUnreadable, RulesRefused
from intake.records.ids import new_id
from intake.records.rules import check
from intake.store.rows import Attachment, DraftSummary, Value
from intake.usecases.counting import CountedSource
from intake.usecases.drafts import events_of, find_draft
from intake.usecases.environment import Environment, open_vault
from intake.usecases.files import open_file, typed_path
from intake.usecases.testimonies import testimony_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from intake.store.vault import Vault

Part = Literal["account", "identity"]

NOTHING = "none"
MAX_ATTACHMENT_BYTES = 64 << 30  # an hour of the largest video there is; items of 1 GiB each carry it
# What a file can show (records/account.py, Evidence.shows), and whether that says who somebody is.
SHOWS: tuple[tuple[str, str, Part], ...] = (
    ("id_document", "an identity document", "identity"),
    ("faces_adult", "the face of an adult", "identity"),
    ("faces_child", "the face of a child", "identity"),
    ("signature", "a signature", "identity"),
    ("nudity", "a body without clothes", "identity"),
    ("injury", "an injury", "account"),
    ("location", "a place that can be recognised", "account"),
    ("military", "military positions or equipment", "account"),
    (NOTHING, "nothing of these", "account"),
)
# First bytes -> media type. Evidence type: what the list evidence_type calls such a file until a person says more.
MAGIC: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg", "photo"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png", "photo"),
    (4, b"ftypheic", "image/heic", "photo"),
    (8, b"WEBP", "image/webp", "photo"),
    (0, b"%PDF-", "application/pdf", "document"),
    (4, b"ftypM4A", "audio/mp4", "audio"),
    (4, b"ftyp", "video/mp4", "video"),
    (0, b"\x1aE\xdf\xa3", "video/x-matroska", "video"),
    (8, b"WAVE", "audio/wav", "audio"),
    (0, b"OggS", "audio/ogg", "audio"),
    (0, b"ID3", "audio/mpeg", "audio"),
)
UNKNOWN = ("application/octet-stream", "other")


@dataclass(frozen=True)
class Attached:
    """One file that is in the draft now. Its original still lies at `original`."""

    original: Path
    part: Part
    type: str
    size_bytes: int
    sha256: str


def attach(
    env: Environment, case: str, paths: Sequence[Path] = (), *, part: Part | None = None
) -> tuple[Attached, ...]:
    """Attach the files; no path given means that it is asked for. Without `part` it is asked what each shows."""
    with open_vault(env, "interviewer") as vault:
        draft = find_draft(vault, case)
        _refuse_before_consent(vault, draft)
        chosen = paths or [typed_path(env.ask.text(env.t("File to attach")))]
        return tuple(_attach_one(env, vault, draft, path, part) for path in chosen)


def _refuse_before_consent(vault: Vault, draft: DraftSummary) -> None:
    """V01 and V02, asked as if the evidence were there already."""
    values = vault.drafts.values(draft.id)
    values[f"account.evidence.{new_id()}.type"] = Value("other", draft.events + 1, draft.updated_at)
    stops = [
        one
        for one in check(testimony_of(values), stage="draft", events=events_of(values))
        if one.rule in {"V01", "V02"}
    ]
    if stops:
        raise RulesRefused(stops)


def _attach_one(env: Environment, vault: Vault, draft: DraftSummary, path: Path, part: Part | None) -> Attached:
    with closing(open_file(path)) as source:
        try:
            media_type, kind = type_of(source.read(16))
            source.seek(0)
        except OSError:
            raise FileUnreadable(file=path) from None
        shows, part = _what_it_shows(env, path) if part is None else ((), part)
        size = os.fstat(source.fileno()).st_size
        with env.progress.track("encrypting the file", size) as step, vault.transaction():
            blob = vault.blobs.write(CountedSource(source, step), media_type, MAX_ATTACHMENT_BYTES)
            vault.attachments.add(draft.id, Attachment(new_id(), blob.id, part, path.name, kind, shows))
    return Attached(path, part, media_type, blob.size, blob.sha256)


def _what_it_shows(env: Environment, path: Path) -> tuple[tuple[str, ...], Part]:
    choices = tuple((code, env.t(label)) for code, label, _ in SHOWS)
    chosen = env.ask.choose(env.t("What does {file} show?", file=path.name), choices)
    part: Part = next((where for code, _, where in SHOWS if code == chosen), "identity")
    return (() if chosen == NOTHING else (chosen,)), part


def type_of(head: bytes) -> tuple[str, str]:
    """Media type and evidence type of a file that begins like this."""
    found = ((media, kind) for at, magic, media, kind in MAGIC if head[at : at + len(magic)] == magic)
    return next(found, UNKNOWN)
