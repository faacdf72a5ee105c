"""Migrations: a vault of every released shape opens for ever; a failed migration changes nothing."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from intake.errors import StoreError
from intake.store import migrate, slots
from intake.store.connection import Database
from intake.store.migrate import bring_up_to_date
from tests.worlds import store as world
from tests.worlds.store import PASSPHRASE, a_draft, new_vault, open_vault

if TYPE_CHECKING:
    from collections.abc import Iterator

V0001 = Path(world.__file__).parent / "vault_v0001"

# A released migration never changes: its digest stands here from its release on.
RELEASED = {
    "0001_first.sql": "5e5452bf153cb23cb02ef51b65da24533cfd8b7ae88e987ede85eec3993f75fc",
    "0002_receipts.sql": "bbc6e89fc0907ad76307ceb9f964254dd642067766bece43105810b544f2aa70",
    "0003_relayed.sql": "20608549ecd5ee8090dbb74dae3d5ad2a4f75e79c35e23b0ca4067480736caf4",
    "0004_match_keys.sql": "31908c59c7202eda33d2dac25133c63fc21fb00680ab56ee29a36f44cfae2289",
    "0005_decided.sql": "af39efb0f7e1812904351fe14ffc554e0d740ff208e350b362012d6e7808baea",
    "0006_nameless.sql": "983faae9266f1f2e3408d42373a4d487299b2b2cec66cde84939aae70f5c414e",
    "0007_sync.sql": "b7b57ab55de56e4066894be1d8ffe1d617332cc99e390576161c0cfb15533f41",
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """The database of a fresh vault, opened beside it."""
    home = tmp_path / "home"
    new_vault(home).close()
    opened = Database(home / "store.db", slots.open_passphrase(home / "slots", PASSPHRASE))
    yield opened
    opened.close()


def test_released_migrations_do_not_change() -> None:
    """Every migration shipped is listed with its digest, and the numbers have no gap."""
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in migrate.known()}
    assert found == RELEASED
    assert [int(name[:4]) for name in found] == list(range(1, len(found) + 1))


def test_a_vault_of_the_first_shape_opens(tmp_path: Path) -> None:
    """A vault written by the first version opens, is brought up to date, and holds what was saved."""
    home = tmp_path / "home"
    shutil.copytree(V0001, home)
    with open_vault(home) as vault:
        assert vault.settings.get("principal") == "d-one"
        assert vault.secrets.get("signer") == b"seed" * 8
        assert vault.drafts.values(a_draft().id)["account.narrative_original"].value == "Вибухнуло о третій."
        assert vault.drafts.position(a_draft().id) == {"question": "narrative"}
        assert vault._database.one("PRAGMA user_version") == (len(migrate.known()),)


def test_nothing_pending_changes_nothing(database: Database, tmp_path: Path) -> None:
    """An up-to-date vault is not written to by opening."""
    before = database.one("PRAGMA schema_version")
    bring_up_to_date(database, tmp_path)
    assert database.one("PRAGMA schema_version") == before


def test_pending_ones_run_in_order(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is pending runs in order and is counted."""
    second, third = tmp_path / "0002_b.sql", tmp_path / "0003_c.sql"
    second.write_text("CREATE TABLE b (one INTEGER) STRICT;")
    third.write_text("ALTER TABLE b ADD COLUMN two TEXT;")
    database.run("PRAGMA user_version = 1")
    monkeypatch.setattr(migrate, "known", lambda: [tmp_path / "0001_a.sql", second, third])
    bring_up_to_date(database, tmp_path)
    assert database.one("PRAGMA user_version") == (3,)
    assert database.all("SELECT one, two FROM b") == []


def test_all_or_none(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration that fails takes those before it back; the vault stays at its version."""
    second, third = tmp_path / "0002_b.sql", tmp_path / "0003_c.sql"
    second.write_text("CREATE TABLE b (one INTEGER) STRICT;")
    third.write_text("CREATE TABLE b (one INTEGER) STRICT;")
    database.run("PRAGMA user_version = 1")
    monkeypatch.setattr(migrate, "known", lambda: [tmp_path / "0001_a.sql", second, third])
    with pytest.raises(StoreError):
        bring_up_to_date(database, tmp_path)
    assert database.one("PRAGMA user_version") == (1,)
    assert database.one("SELECT count(*) FROM sqlite_schema WHERE name = 'b'") == (0,)
