"""No word of a testimony, no name, no passphrase in any file the store writes: in use, killed, closed, discarded."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from intake.store import slots
from intake.store.rows import Attachment, Quarantined
from intake.store.vault import Vault
from tests.worlds.kills import run_and_kill
from tests.worlds.store import AT, PASSPHRASE, a_draft, an_import, new_vault, open_vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ID = a_draft().id
ANSWER = "кричали за стіною"
NAME = "Оксана Вигадана"
FILE_NAME = "паспорт-вигаданої.jpg"
PHOTO = b"JFIF made-up photo bytes " * 10
SEED = b"signer seed that is not random!!"

CANARIES = [
    *(text.encode(code) for text in (ANSWER, NAME, FILE_NAME, PASSPHRASE) for code in ("utf-8", "utf-16-le")),
    ANSWER.encode("cp1251"),
    b"\\u043a\\u0440\\u0438\\u0447\\u0430\\u043b\\u0438",  # the answer's first word as JSON may escape it
    PHOTO[:25],
    SEED,
    a_draft().case_code.encode(),
    b"CREATE TABLE",
]


def use(vault: Vault) -> None:
    """Put every canary somewhere."""
    vault.drafts.create(a_draft())
    for n in range(30):
        vault.drafts.save(ID, f"account.narrative.{n}", f"{n} {ANSWER} " * 50, {"seen": ANSWER})
    vault.drafts.save(ID, "identity.persons.1.names", [NAME])
    blob = vault.blobs.write(BytesIO(PHOTO * 1000), "image/jpeg", 1 << 20)
    vault.attachments.add(ID, Attachment("1", blob.id, "identity", FILE_NAME, "photo", ("face",)))
    vault.secrets.put("signer", SEED)
    vault.settings.set("profile", {"name": NAME})


def leaks(folder: Path) -> list[str]:
    """Which files of a folder hold a canary."""
    return [
        f"{path.name}: {canary!r}"
        for path in folder.rglob("*")
        if path.is_file()
        for canary in CANARIES
        if canary in path.read_bytes() or canary in str(path).encode()
    ]


@pytest.fixture
def nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files, which must stay empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(folder))
    return folder


def test_in_use_and_closed(tmp_path: Path, nowhere_else: Path) -> None:
    """With everything in it, open (write-ahead log and all) and closed: no canary, no temporary file."""
    home = tmp_path / "home"
    with new_vault(home) as vault:
        use(vault)
        assert (home / "store.db-wal").stat().st_size > 4096
        assert leaks(home) == []
    assert leaks(home) == []
    assert list(nowhere_else.iterdir()) == []


def test_a_coordinators_vault(tmp_path: Path, nowhere_else: Path) -> None:
    """Received records, signatures and quarantine are inside the encryption as well."""
    home = tmp_path / "home"
    with new_vault(home, "coordinator") as vault:
        blob = vault.blobs.write(BytesIO(PHOTO), "application/x-tar", 1000)
        imported = an_import(blob.id, records=50)
        vault.ledger.record_import(imported)
        vault.quarantine.add(Quarantined("q", None, None, ANSWER, {"what": NAME}, None, AT))
        found = leaks(home)
    case = imported.records[0].case_code.encode()
    assert found == leaks(home) == []
    assert all(case not in path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert list(nowhere_else.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
def test_killed(tmp_path: Path, nowhere_else: Path) -> None:
    """What a process killed in the middle leaves on the disk is encrypted too."""
    home = tmp_path / "home"
    with new_vault(home) as vault:
        use(vault)

    def work(acknowledge: Callable[[int], None]) -> None:
        vault = open_vault(home)
        while True:
            acknowledge(vault.drafts.save(ID, "more", ANSWER * 1000))

    run_and_kill(work, after=20)
    assert (home / "store.db-wal").exists()
    assert leaks(home) == []
    assert list(nowhere_else.iterdir()) == []


def pages(home: Path) -> bytes:
    """Every page of the database in plaintext, as the holder of the key sees them: SQLCipher 4, raw key, no library.

    A page of 4096 is AES-256-CBC, its last 80 bytes the vector (16) and the HMAC (64); page 1 begins with a salt.
    """
    key = bytes.fromhex(slots.open_passphrase(home / "slots", PASSPHRASE)[2:-1])
    content = (home / "store.db").read_bytes()
    plain = []
    for start in range(0, len(content), 4096):
        page = content[start : start + 4096]
        cipher = Cipher(algorithms.AES(key), modes.CBC(page[4016:4032])).decryptor()
        plain.append(cipher.update(page[16 if start == 0 else 0 : 4016]))
    return b"".join(plain)


def test_discarded_words_are_in_no_page(tmp_path: Path) -> None:
    """After a discard not even the holder of the key finds a word of it, in the database or the log; others stay."""
    home = tmp_path / "home"
    with new_vault(home) as vault:
        use(vault)
        vault.drafts.create(a_draft(2))
        vault.drafts.save(a_draft(2).id, "a", "інша розповідь")
        vault._database.truncate_log()
        assert ANSWER.encode() in pages(home)
        vault.settings.set("profile", None)
        vault.drafts.discard(ID)
        assert (home / "store.db-wal").stat().st_size == 0
        after = pages(home)
    assert "інша розповідь".encode() in after
    for text in (ANSWER, NAME, FILE_NAME):
        assert text.encode() not in after


@pytest.mark.interop
@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_every_write_of_a_process(tmp_path: Path) -> None:
    """Traced from start to end, a process that makes, fills, seals and closes a vault writes no canary anywhere."""
    trace = tmp_path / "trace"
    code = "import sys, pathlib\nfrom tests.leakage.test_store_leakage import a_life\na_life(pathlib.Path(sys.argv[1]))"
    strace = ["strace", "-f", "-xx", "-s", "1000000", "-o", str(trace), "-e"]
    strace.append("trace=write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg")
    done = subprocess.run(
        [*strace, sys.executable, "-B", "-c", code, str(tmp_path / "home")],
        check=False,
    )
    written = trace.read_text() if trace.exists() else ""
    if "ptrace" in written[:500] or (done.returncode and not written):
        pytest.skip("strace may not trace here")
    assert done.returncode == 0
    assert written.count("pwrite64") > 50
    for canary in CANARIES:
        assert "".join(f"\\x{byte:02x}" for byte in canary) not in written


def a_life(home: Path) -> None:
    """Make, fill, discard, close, open: run by the traced process."""
    with new_vault(home) as vault:
        use(vault)
    with Vault.open(home, PASSPHRASE) as vault:
        vault.drafts.discard(ID)
