"""Whatever is answered comes back; whatever bytes lie in a vault's place end in a leaf of the store."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.errors import DamagedVault, NotAVault, StoreError, WrongPassphrase
from intake.store import write_ahead
from tests.worlds.store import a_draft, new_vault, open_vault

if TYPE_CHECKING:
    from intake.store.vault import Vault

ID = a_draft().id
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("абвa-'", max_size=5), inner, max_size=4),
    max_leaves=8,
)
PATHS = st.sampled_from(["a", "b", "account.narrative_original", "account.people.1.sex"])
STEPS = st.one_of(
    st.tuples(st.just("save"), PATHS, JSON),
    st.tuples(st.just("place"), PATHS, JSON),
    st.tuples(st.just("remove"), PATHS, st.none()),
    st.tuples(st.just("open again"), PATHS, st.none()),
)


def take(vault: Vault, step: str, path: str, value: Any, model: dict[str, Any]) -> None:
    """One step, on the vault and on a plain dictionary."""
    if step == "save":
        model.pop(path, None)
        model[path] = value
        vault.drafts.save(ID, path, value)
    elif step == "place":
        vault.drafts.set_position(ID, value)
    else:
        model.pop(path, None)
        vault.drafts.remove(ID, path)


@settings(max_examples=20, deadline=None)
@given(st.lists(STEPS, max_size=12))
def test_a_draft_is_a_dictionary(steps: list[tuple[str, str, Any]]) -> None:
    """After any answers, changes, removals and re-openings the draft holds what a dictionary would, in that order."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        vault = new_vault(home)
        vault.drafts.create(a_draft())
        model: dict[str, Any] = {}
        for step, path, value in steps:
            if step == "open again":
                vault.close()
                vault = open_vault(home)
            else:
                take(vault, step, path, value, model)
        values = vault.drafts.values(ID)
        vault.close()
    assert {path: value.value for path, value in values.items()} == model
    assert list(values) == list(model)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed vault, whose files each example overwrites."""
    folder = tmp_path_factory.mktemp("store") / "home"
    new_vault(folder).close()
    return folder


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=9000), header=st.booleans())
def test_any_bytes_as_slot(home: Path, content: bytes, header: bool) -> None:
    """Any slot file: damaged, or a wrong passphrase; never another exception."""
    path = home / "slots" / "passphrase.age"
    whole = path.read_bytes()
    path.write_bytes((whole[:60] if header else b"") + content)
    try:
        with pytest.raises((DamagedVault, WrongPassphrase)):
            open_vault(home)
    finally:
        path.write_bytes(whole)


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=9000), start=st.sampled_from([0, 16, 4096, 8192]))
def test_any_bytes_as_database(home: Path, content: bytes, start: int) -> None:
    """Any database file, also one that begins like ours: damaged or not a vault; never another exception."""
    path = home / "store.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:start] + content)
    try:
        with pytest.raises((DamagedVault, NotAVault)):
            open_vault(home)
    finally:
        path.write_bytes(whole)
    open_vault(home).close()


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=3 * 4120), header=st.booleans())
def test_any_bytes_as_log(content: bytes, header: bool) -> None:
    """Any bytes where a write-ahead log would be: whole, or damaged; never another exception."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db-wal"
        path.write_bytes((bytes.fromhex("377f0682002de21800001000") if header else b"") + content)
        try:
            assert write_ahead.check(path) in {True, False}
        except StoreError as fault:
            assert isinstance(fault, DamagedVault)  # noqa: PT017  # one of two good ends
