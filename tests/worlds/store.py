"""Small real vaults, and rows to put in them: used by the store's tests.

`python -m tests.worlds.store FOLDER` builds the vault that tests/worlds/vault_v0001 holds for ever.
"""

from __future__ import annotations

import sys
import uuid
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2 as sqlcipher

from intake import store
from intake.store.rows import (
    Draft,
    IdentityPart,
    ImportedBundle,
    ReceivedBundle,
    ReceivedItem,
    RecordVersion,
    SealedItem,
    Stub,
)
from intake.store.vault import Vault
from tests.worlds import kills

if TYPE_CHECKING:
    from intake.store.rows import Role

PASSPHRASE = "верба калина обрій"  # noqa: S105  # made up
LOG_N = 10
AT = "2026-11-21T17:40:00Z"


def new_vault(home: Path, role: Role = "interviewer") -> Vault:
    """A vault under PASSPHRASE with a cheap key derivation."""
    return Vault.create(home, PASSPHRASE, role=role, log_n=LOG_N)


def open_vault(home: Path) -> Vault:
    """Open what `new_vault` made."""
    return Vault.open(home, PASSPHRASE)


def a_draft(number: int = 1) -> Draft:
    """A draft; another number, another draft."""
    return Draft(str(uuid.UUID(int=number)), f"742-118-{number:03}-1", "first_account", "uk", AT, "first_account/1")


def a_stub(draft: Draft, ordinal: int = 1) -> Stub:
    """What becomes of a draft."""
    return Stub(draft.case_code, draft.id, 1, "full", a_digest(f"record {draft.id}"), ordinal, "2026-11-21")


def an_item(stub: Stub, name: str) -> SealedItem:
    """The record item of a stub."""
    return SealedItem(
        name, stub.digest, "record", None, None, 16384, a_digest(name), ("f1", "f2"), "2026-11", stub.ordinal
    )


def a_digest(of: str) -> str:
    """A digest that looks like one."""
    return "sha256:" + uuid.uuid5(uuid.NAMESPACE_OID, of).hex * 2


def an_import(blob_id: str, seq: int = 1, records: int = 3, record: bytes = b'{"record":1}') -> ImportedBundle:
    """A bundle with some records, each with an identity part."""
    digest = a_digest(f"bundle {seq}")
    bundle = ReceivedBundle(
        digest, f"{seq:032x}", "d-one", "c" * 32, seq, None, "VALID", blob_id, b'{"statement":1}', AT
    )
    versions = tuple(
        RecordVersion(
            a_digest(f"record {seq} {n}"),
            str(uuid.UUID(int=seq * 1000 + n)),
            f"111-{seq:03}-{n:03}-1",
            1,
            "full",
            None,
            "d-one",
            record,
            b"sig",
            b"pq",
        )
        for n in range(records)
    )
    items = tuple(
        ReceivedItem(
            f"{seq}-{n}.age",
            "record",
            version.digest,
            None,
            None,
            16384,
            a_digest(f"item {seq} {n}"),
            ("f1",),
            "2026-11",
            n + 1,
            "imported",
        )
        for n, version in enumerate(versions)
    )
    identities = tuple(IdentityPart(version.digest, a_digest(version.digest), b'{"names":[]}') for version in versions)
    return ImportedBundle(bundle, items, versions, identities, (), (), b'{"type":"bundle"}')


run_and_kill_at_line = partial(kills.run_and_kill_at_line, rooms=(store,))


def stock_connection(home: Path, key: str) -> Any:
    """The database by plain sqlcipher3 calls, as somebody without this program would open it."""
    database = sqlcipher.connect(str(home / "store.db"))
    database.execute(f'PRAGMA key = "{key}"')
    return database


def _build(home: Path) -> None:
    with new_vault(home) as made:
        made.settings.set("principal", "d-one")
        made.secrets.put("signer", b"seed" * 8)
        made.drafts.create(a_draft())
        made.drafts.save(a_draft().id, "account.narrative_original", "Вибухнуло о третій.", {"question": "narrative"})


if __name__ == "__main__":
    _build(Path(sys.argv[1]))
    # What is empty is not kept in a repository.
    (Path(sys.argv[1]) / "lock").unlink()
    (Path(sys.argv[1]) / "blobs").rmdir()
    (Path(sys.argv[1]) / "outbox").rmdir()
