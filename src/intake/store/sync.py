"""What this vault sent to the places it syncs with, and what it took from them.

Decides nothing: it keeps what the use cases of `sync` must know the next time. Losing any row of it only makes a file
travel once more. Spec: docs/spec/carrier-v1.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from intake.store.relays import PARTS
from intake.store.rows import RelayPart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intake.store.connection import Database

_FILE: Final = "SELECT target, sha256, box, size, bundle, at, pieces, missed FROM sync_files"
_THIS: Final = "SELECT 1 FROM (SELECT ?2 AS digest, ?3 AS kind, ?4 AS number) p"
_RELAYED_THERE: Final = (
    "EXISTS (SELECT 1 FROM sync_parts d JOIN sync_files f ON f.target = d.target AND f.sha256 = d.sha256"
    " WHERE d.target = ?1 AND d.record_digest = p.digest AND d.kind = p.kind AND d.number = p.number"
    " AND f.state <> 'lost')"
)
_CAME: Final = (
    "EXISTS (SELECT 1 FROM received_items i JOIN sync_seen s ON s.bundle = i.bundle AND s.target = ?1"
    " WHERE i.record_digest = p.digest AND i.kind = p.kind AND coalesce(i.attachment_index, -1) = p.number"
)
_CAME_FROM_THERE: Final = f"{_CAME})"
_CAME_FOR_ALL: Final = (
    f"{_CAME} AND NOT EXISTS (SELECT 1 FROM sync_closed c WHERE c.bundle = i.bundle"  # noqa: S608  texts of ours
    " AND c.record_digest = p.digest AND c.kind = p.kind AND c.number = p.number))"
)


def outgoing_name(bundle: str) -> str:
    """What the file with this bundle (`sha256:…`) is called in `outgoing`."""
    return f"{bundle.removeprefix('sha256:')}.age"


@dataclass(frozen=True, slots=True)
class SyncFile:
    """A carried file of ours with a bundle in it; `pieces`: SHA-256 of those that were read back, from the first.

    `missed`: in how many syncs in a row a piece of it was not there.
    """

    target: str
    sha256: str
    box: str
    size: int
    bundle: str
    at: str
    pieces: tuple[str, ...] = ()
    missed: int = 0

    @property
    def name(self) -> str:
        """Of the file in `outgoing`."""
        return outgoing_name(self.bundle)


@dataclass(frozen=True, slots=True)
class Given:
    """A pack or a receipt that lies in somebody's box."""

    name: str
    mark: str
    box: str
    pieces: tuple[str, ...]
    at: str


class Sync:
    """Files of ours, files found, files given."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- files of ours --

    def begin(self, file: SyncFile, parts: Sequence[RelayPart] = ()) -> None:
        """Note a file that is whole in `outgoing` and may be sent (inside the caller's transaction, if any)."""
        with self._database.transaction():
            self._database.run(
                "INSERT INTO sync_files (target, sha256, box, size, bundle, at, pieces, state)"
                " VALUES (?, ?, ?, ?, ?, ?, '[]', 'sending')",
                (file.target, file.sha256, file.box, file.size, file.bundle, file.at),
            )
            self._database.run_many(
                "INSERT OR REPLACE INTO sync_parts (target, record_digest, kind, number, sha256)"
                " VALUES (?, ?, ?, ?, ?)",
                [(file.target, one.record, one.kind, one.number, file.sha256) for one in parts],
            )

    def sending(self, target: str) -> Sequence[SyncFile]:
        """Return what is on its way to a place."""
        return self._files("WHERE state = 'sending' AND target = ? ORDER BY at, sha256", (target,))

    def there(self, target: str) -> Sequence[SyncFile]:
        """Return what a place has whole, as far as is known."""
        return self._files("WHERE state = 'there' AND target = ? ORDER BY at, sha256", (target,))

    def _files(self, which: str, parameters: Sequence[str]) -> Sequence[SyncFile]:
        rows = self._database.all(f"{_FILE} {which}", parameters)
        return [SyncFile(*[*row[:6], tuple(json.loads(row[6])), row[7]]) for row in rows]

    def note_pieces(self, file: SyncFile, pieces: Sequence[str]) -> None:
        """Note how far a file has come: on the disk when this returns."""
        self._database.run(
            "UPDATE sync_files SET pieces = ? WHERE target = ? AND sha256 = ?",
            (json.dumps(pieces), file.target, file.sha256),
        )

    def mark(self, file: SyncFile, state: Literal["there", "lost"]) -> None:
        """Note that a file is whole there, or no longer."""
        self._database.run(
            "UPDATE sync_files SET state = ?, missed = 0 WHERE target = ? AND sha256 = ?",
            (state, file.target, file.sha256),
        )

    def note_missed(self, file: SyncFile, missed: int) -> None:
        """Note in how many syncs in a row a piece was not there."""
        self._database.run(
            "UPDATE sync_files SET missed = ? WHERE target = ? AND sha256 = ?", (missed, file.target, file.sha256)
        )

    def lose(self, bundle: str | None = None, target: str | None = None) -> None:
        """Note of this bundle, or of all, that it counts as not there any more: what is in it is due again."""
        self._database.run(
            "UPDATE sync_files SET state = 'lost' WHERE state = 'there' AND (?1 IS NULL OR bundle = ?1)"
            " AND (?2 IS NULL OR target = ?2)",
            (bundle, target),
        )

    def drop(self, bundle: str) -> None:
        """Forget a file on its way: what is in it is due again."""
        self._database.run("DELETE FROM sync_files WHERE state = 'sending' AND bundle = ?", (bundle,))

    def outgoing(self) -> Sequence[str]:
        """Return the bundles that are on their way to any place."""
        return [row[0] for row in self._database.all("SELECT bundle FROM sync_files WHERE state = 'sending'")]

    def parts(self, target: str) -> Sequence[RelayPart]:
        """Return what was not carried on to a place yet, and did not come from it for every coordinator to read."""
        rows = self._database.all(
            f"{PARTS} WHERE NOT {_RELAYED_THERE} AND NOT {_CAME_FOR_ALL} ORDER BY p.place, p.digest", (target,)
        )
        return [RelayPart(*row) for row in rows]

    def has_part(self, target: str, part: RelayPart) -> bool:
        """Whether a place got this part, from us or from somebody else."""
        row = self._database.one(
            f"{_THIS} WHERE {_RELAYED_THERE} OR {_CAME_FROM_THERE}",
            (target, part.record, part.kind, part.number),
        )
        return row is not None

    def note_closed(self, bundle: str, parts: Sequence[RelayPart]) -> None:
        """Note what a bundle brought that not every coordinator can open."""
        self._database.run_many(
            "INSERT OR IGNORE INTO sync_closed (bundle, record_digest, kind, number) VALUES (?, ?, ?, ?)",
            [(bundle, one.record, one.kind, one.number) for one in parts],
        )

    # -- files found --

    def is_known(self, target: str, sha256: str, trust: str) -> bool:
        """Whether it is known what became of a file; what other trust files refused is not."""
        row = self._database.one(
            "SELECT target = ?1 FROM sync_seen WHERE sha256 = ?2 AND (outcome = 'taken' OR trust = ?3)"
            " ORDER BY target = ?1 DESC LIMIT 1",
            (target, sha256, trust),
        )
        if row == (0,):  # it came from another place: what it brought need not be carried on to this one
            self._database.run(
                "INSERT OR REPLACE INTO sync_seen (target, sha256, outcome, bundle, trust)"
                " SELECT ?1, sha256, outcome, bundle, trust FROM sync_seen"
                " WHERE sha256 = ?2 AND (outcome = 'taken' OR trust = ?3) ORDER BY outcome DESC LIMIT 1",
                (target, sha256, trust),
            )
        return row is not None

    def was_taken(self, sha256: str) -> bool:
        """Whether a file was taken, from whichever place."""
        row = self._database.one("SELECT 1 FROM sync_seen WHERE sha256 = ? AND outcome = 'taken'", (sha256,))
        return row is not None

    def saw(
        self, target: str, sha256: str, outcome: Literal["taken", "refused"], trust: str, bundle: str | None = None
    ) -> None:
        """Note what became of a file."""
        self._database.run(
            "INSERT OR REPLACE INTO sync_seen (target, sha256, outcome, bundle, trust) VALUES (?, ?, ?, ?, ?)",
            (target, sha256, outcome, bundle, trust),
        )

    # -- files given --

    def given(self, target: str) -> dict[str, Given]:
        """Return, by name, what lies in the boxes of a place."""
        rows = self._database.all("SELECT name, mark, box, pieces, at FROM sync_given WHERE target = ?", (target,))
        return {row[0]: Given(row[0], row[1], row[2], tuple(json.loads(row[3])), row[4]) for row in rows}

    def give(self, target: str, given: Given) -> None:
        """Note what lies there, in the stead of what lay there under this name."""
        self._database.run(
            "INSERT OR REPLACE INTO sync_given (target, name, mark, box, pieces, at) VALUES (?, ?, ?, ?, ?, ?)",
            (target, given.name, given.mark, given.box, json.dumps(given.pieces), given.at),
        )

    def take_back(self, name: str | None = None, target: str | None = None) -> None:
        """Make one of these, or all of them, due again."""
        self._database.run(
            "UPDATE sync_given SET mark = '' WHERE (?1 IS NULL OR name = ?1) AND (?2 IS NULL OR target = ?2)",
            (name, target),
        )
