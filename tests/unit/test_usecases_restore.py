"""Backup and restore: what comes back, for whom it opens, what refuses, and what may not be in it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from intake.crypto.age import PostQuantumIdentity, decrypt_bytes, encrypt_bytes
from intake.crypto.sshsig import SignerKeys
from intake.crypto.ustar import Member, TarLimits, read_ustar, write_ustar
from intake.errors import (
    AgeNoMatch,
    BackupRefused,
    BadCaseCode,
    CarrierTaken,
    FileUnreadable,
    ForeignRecovery,
    NotEmpty,
    NotEnrolled,
    OtherWordTyped,
    RestoreUnfinished,
    VaultExists,
    WordsDiffer,
    WrongOfflinePassphrase,
)
from intake.store import backup_file
from intake.store.vault import Vault
from intake.usecases import trusted
from intake.usecases.attach import attach
from intake.usecases.backup import NAMESPACE, backup
from intake.usecases.enrol import enrol
from intake.usecases.init import init
from intake.usecases.listing import list_
from intake.usecases.offline import Offline
from intake.usecases.org_rotate import org_rotate
from intake.usecases.relaying import relay
from intake.usecases.restore import PASSED_OVER, Restored, Sources, restore
from intake.usecases.showing import show
from intake.usecases.status import status
from intake.usecases.tour.pictures import photo_jpeg
from intake.usecases.wipe import wipe
from tests.worlds.loop import NOW, PASSPHRASE, Answers, Laptop, World, environment, found, ready
from tests.worlds.officers import appointed, carry_on, pack_for
from tests.worlds.records import testimony as document
from tests.worlds.recovery import NEW, chooser, opened_by_new, restored
from tests.worlds.store import stock_connection

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def three(tmp_path: Path) -> tuple[World, Laptop, Laptop]:
    """An organisation and two laptops."""
    return ready(tmp_path)


def full(laptop: Laptop, folder: Path) -> tuple[str, str]:
    """A sealed testimony and a draft with a photo, in that order; their case codes."""
    sealed = laptop.add([document()]).drafts[0].case
    laptop.seal()
    draft = laptop.add([document(n=1)]).drafts[0].case
    (folder / "photo.jpg").write_bytes(photo_jpeg())
    attach(laptop.env, draft, [folder / "photo.jpg"], part="account")
    return sealed, draft


def members(world: World, file: Path) -> dict[str, bytes]:
    """What is in a backup, opened with the recovery key."""
    recovery = Offline(world.env.home / "offline", PASSPHRASE).recovery()
    plain = decrypt_bytes(file.read_bytes(), [recovery])
    return {
        entry.name: entry.read()
        for entry in read_ustar(io.BytesIO(plain), lambda _name: True, TarLimits(100, 1 << 30, 1 << 30))
    }


# -- backup and restore ------------------------------------------------------------------------------------------------


def test_a_laptop_comes_back(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Drafts with their photos, stubs, sealed files, who it is: all there, under a new passphrase and a new chain."""
    world, laptop, _ = three
    _, draft = full(laptop, tmp_path)
    before = list_(laptop.env)
    done = restored(world, backup(laptop.env, tmp_path / "b.age").path, tmp_path / "again")
    assert (done.role, done.principal, done.drafts, done.sealed) == ("interviewer", "d-1", 1, 1)
    again = replace(laptop, env=opened_by_new(replace(laptop.env, home=tmp_path / "again")))
    assert list_(again.env) == before
    assert show(again.env, draft)
    again.seal()
    again.export()
    (outcome,) = world.import_().bundles
    assert outcome.report is not None
    assert outcome.report.verdict.value == "VALID"
    assert sum(row.attachments for row in list_(world.env)) == 1
    with Vault.open(laptop.env.home, PASSPHRASE) as old, Vault.open(again.env.home, NEW) as new:
        assert new.chain.next().predecessor == old.chain.next().chain


def test_a_coordinator_comes_back(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Testimonies and keys of identities, but no epoch key; another log; numbers given since are not given again."""
    world, laptop, _ = three
    full(laptop, tmp_path)
    laptop.export()
    world.import_()
    done = restored(world, backup(world.env, tmp_path / "b.age").path, tmp_path / "again")
    assert (done.role, done.records) == ("coordinator", 1)
    with Vault.open(world.env.home, PASSPHRASE) as old, Vault.open(tmp_path / "again", NEW) as new:
        epochs = [name for name in old.secrets.names() if name.startswith(trusted.EPOCH_PREFIX)]
        assert epochs
        assert new.secrets.names() == [name for name in old.secrets.names() if name not in epochs]
        assert new.settings.get(trusted.PACK_SERIAL) == old.settings.get(trusted.PACK_SERIAL) + PASSED_OVER
        assert new.settings.get("log-origin") != old.settings.get("log-origin")
    assert (tmp_path / "again" / "public" / "root").read_bytes() == (world.env.home / "public" / "root").read_bytes()


def test_what_came_after_is_taken_in_first(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """A bundle of after the backup is imported, by the archive's key, before the restored vault opens at all."""
    world, laptop, _ = three
    file = backup(world.env, tmp_path / "b.age").path
    full(laptop, tmp_path)
    carried = laptop.export().path
    done = restored(world, file, tmp_path / "again", withdrawals=(carried,))
    assert (done.records, done.replayed) == (1, 1)


def test_receipts_of_after_are_taken_in_first(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """A laptop's backup of before a receipt: what the organisation has safe is not handed over once more."""
    world, laptop, _ = three
    full(laptop, tmp_path)
    laptop.export()
    file = backup(laptop.env, tmp_path / "b.age").path
    world.import_()
    done = restored(world, file, tmp_path / "again", withdrawals=(world.env.home / "receipts",))
    assert done.replayed == 1
    assert not list((tmp_path / "again" / "outbox").iterdir())


def test_a_restored_desk_and_the_other_agree_again(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """What the other one has comes back by its relay; what comes then is read by both, with this month's key anew."""
    world, laptop, _ = three
    second = appointed(world)
    file = backup(world.env, tmp_path / "b.age").path
    full(laptop, tmp_path)
    laptop.export()
    world.import_()
    carry_on(world, second)
    relayed = tmp_path / "relayed"
    relayed.mkdir()
    relay(second.env, relayed)
    done = restored(world, file, tmp_path / "again", withdrawals=(relayed,))
    assert (done.records, done.replayed) == (1, 1)
    again = World(opened_by_new(replace(world.env, home=tmp_path / "again")), world.card, world.folder)
    assert org_rotate(again.env).epoch == f"{NOW:%Y-%m}"
    enrol(laptop.env, pack_for(again, "d-1"))
    laptop.seal()
    laptop.export()
    again.import_()
    carry_on(again, second)
    assert len(list_(second.env)) == 2
    assert {row.case for row in list_(again.env)} == {row.case for row in list_(second.env)}


def test_what_was_taken_back_is_typed(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Case codes instead of the word: draft and sealed files of them are gone before the vault opens; it is told."""
    world, laptop, _ = three
    sealed, draft = full(laptop, tmp_path)
    kept = laptop.add([document(n=2)]).drafts[0].case
    file = backup(laptop.env, tmp_path / "b.age").path
    env = chooser(replace(world.env, home=tmp_path / "again"), f" {sealed}, {draft.replace('-', ' ')}")
    done = restore(env, file, Sources(world.env.home / "offline"))
    assert (done.drafts, done.replayed) == (1, 2)
    again = replace(laptop, env=opened_by_new(env))
    assert {row.case: row.state for row in list_(again.env)}[kept] == "draft"
    assert not list((tmp_path / "again" / "outbox").iterdir())
    again.export()
    world.import_()
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        assert b'"withdrawn"' in vault.ledger.list()[0].statement


def test_a_mistyped_case_restores_nothing(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """A code whose check digit is wrong, and codes at a desk, where a withdrawal is a record that files bring."""
    world, laptop, _ = three
    for env, typed, error in (
        (laptop.env, "742-118-365-2", BadCaseCode),
        (world.env, "742-118-365-1", OtherWordTyped),
    ):
        file = backup(env, tmp_path / f"{env.home.name}.age").path
        with pytest.raises(error):
            restore(chooser(replace(env, home=tmp_path / "again"), typed), file, Sources(world.env.home / "offline"))
        assert not list((tmp_path / "again").iterdir())


def test_a_restored_coordinator_is_heard(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Its receipts have numbers above those that the lost vault gave after the backup."""
    world, laptop, _ = three
    file = backup(world.env, tmp_path / "b.age").path
    full(laptop, tmp_path)
    laptop.export()
    world.import_()
    restored(world, file, tmp_path / "again")
    with Vault.open(world.env.home, PASSPHRASE) as old, Vault.open(tmp_path / "again", NEW) as new:
        above = new.settings.get(trusted.SERIALS_ABOVE)
        assert new.receipts_given.next_serial("d-1", above) > old.receipts_given.next_serial("d-1")


def test_only_the_organisation_opens_it(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Laptop, its passphrase and its backup seized together: none of the keys in them opens the backup."""
    world, laptop, _ = three
    full(laptop, tmp_path)
    sealed = backup(laptop.env, tmp_path / "b.age").path.read_bytes()
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        seeds = [vault.secrets.get(name) for name in vault.secrets.names()]
    identities = [
        PostQuantumIdentity.from_seed(seed[at : at + 32])
        for seed in seeds
        if seed
        for at in (0, 32, 64)
        if len(seed) >= at + 32
    ]
    assert len(identities) >= 4
    with pytest.raises(AgeNoMatch):
        decrypt_bytes(sealed, identities)
    offline = Offline(world.env.home / "offline", PASSPHRASE)
    for other in (offline.archive(), offline.identity_archive()):
        with pytest.raises(AgeNoMatch):
            decrypt_bytes(sealed, [other])
    assert decrypt_bytes(sealed, [offline.recovery()])


def test_no_epoch_key_is_in_it(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Not in a row, and not in a byte of any page of the database that is in the backup, free ones too."""
    world, _, _ = three
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        seeds = [vault.secrets.get(name) for name in vault.secrets.names() if name.startswith(trusted.EPOCH_PREFIX)]
        kept = vault.secrets.get(trusted.IDENTITY)
    inside = members(world, backup(world.env, tmp_path / "b.age").path)
    pages = plain_pages(inside["store.db"], inside["key"].decode())
    assert kept is not None
    assert kept in pages, "the look into the pages finds what is there"
    assert seeds
    assert not any(seed in pages for seed in seeds if seed)


def plain_pages(database: bytes, key: str) -> bytes:
    """Every page of an SQLCipher 4 database, decrypted by hand: AES-256-CBC, the vector before the page's HMAC."""
    secret, size, reserve = bytes.fromhex(key[2:-1]), 4096, 80
    plain = b""
    for start in range(0, len(database), size):
        page = database[start : start + size]
        first = 16 if start == 0 else 0  # the salt
        cipher = Cipher(AES(secret), CBC(page[size - reserve : size - reserve + 16])).decryptor()
        plain += cipher.update(page[first : size - reserve])
    return plain


def test_a_backup_in_pieces(three: tuple[World, Laptop, Laptop], tmp_path: Path, monkeypatch: Any) -> None:
    """Files larger than a tar's member holds are cut, and whole again after the restore."""
    world, laptop, _ = three
    full(laptop, tmp_path)
    monkeypatch.setattr(backup_file.Writer.__init__, "__defaults__", (lambda _n: None, 10_000))
    file = backup(laptop.env, tmp_path / "b.age").path
    assert any(re.search(r"outbox/.*\.0002-of-0002$", name) for name in members(world, file))
    restored(world, file, tmp_path / "again")
    (sealed,) = {(path.name, path.read_bytes()) for path in (laptop.env.home / "blobs").rglob("*.age")}
    assert (tmp_path / "again" / "blobs" / sealed[0][:2] / sealed[0]).read_bytes() == sealed[1]


def test_a_backup_while_the_vault_is_in_use(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """The application's open vault is backed up as it is, and goes on."""
    world, laptop, _ = three
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        case = replace(laptop, env=replace(laptop.env, vault=vault)).add([document()]).drafts[0].case
        file = backup(replace(laptop.env, vault=vault), tmp_path / "b.age").path
        assert vault.drafts.list()
    assert restored(world, file, tmp_path / "again").drafts == 1
    assert case in {row.case for row in list_(opened_by_new(replace(laptop.env, home=tmp_path / "again")))}


def test_a_lost_file_does_not_stop_a_backup(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """It is counted; everything else comes back."""
    world, laptop, _ = three
    full(laptop, tmp_path)
    (photo,) = (laptop.env.home / "blobs").rglob("*.age")
    photo.unlink()
    done = backup(laptop.env, tmp_path / "b.age")
    assert [name.endswith(photo.name) for name in done.missing] == [True]
    assert restored(world, done.path, tmp_path / "again").drafts == 1


def test_nothing_is_left_of_the_snapshot(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """The vault's folder holds the same names after a backup as before; what a kill leaves goes at the next opening."""
    _, laptop, _ = three
    before = sorted(path.name for path in laptop.env.home.iterdir())
    backup(laptop.env, tmp_path / "b.age")
    assert sorted(path.name for path in laptop.env.home.iterdir()) == before
    (laptop.env.home / "store.db.snapshot").write_bytes(b"left by a kill")
    assert status(laptop.env)
    assert sorted(path.name for path in laptop.env.home.iterdir()) == before


def test_half_a_restore_is_wiped_too(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """What a kill left of one is a vault's remains: it goes, and the home is free again."""
    world, laptop, _ = three
    file = backup(laptop.env, tmp_path / "b.age").path
    home = tmp_path / "again"
    (home / "restoring" / "slots").mkdir(parents=True)
    (home / "restoring" / "slots" / "passphrase.age").write_bytes(b"half")
    for deed in (status, lambda env: init(env, None)):
        with pytest.raises(RestoreUnfinished):
            deed(replace(laptop.env, home=home))
    wipe(replace(laptop.env, home=home, ask=Answers(texts=["wipe"])))
    assert not list(home.iterdir())
    assert restored(world, file, home).principal == "d-1"


# -- what refuses ------------------------------------------------------------------------------------------------------


def test_a_file_that_is_there_is_never_touched(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """A second backup under one name is refused, and the first one stays."""
    _, laptop, _ = three
    first = backup(laptop.env, tmp_path / "b.age").path.read_bytes()
    with pytest.raises(CarrierTaken):
        backup(laptop.env, tmp_path / "b.age")
    assert (tmp_path / "b.age").read_bytes() == first


def test_without_an_organisation_there_is_nobody_to_encrypt_to(
    three: tuple[World, Laptop, Laptop], tmp_path: Path
) -> None:
    """A laptop that has not taken a pack has no backup, rather than one that its passphrase opens."""
    world, _, _ = three
    env = environment(tmp_path / "alone")
    init(env, world.card.read_bytes())
    with pytest.raises(NotEnrolled):
        backup(env, tmp_path / "b.age")
    assert not (tmp_path / "b.age").exists()


def test_never_over_a_vault_nor_into_a_full_folder(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Both are refused before anything is asked, and stay as they were."""
    world, laptop, other = three
    file = backup(laptop.env, tmp_path / "b.age").path
    with pytest.raises(VaultExists):
        restored(world, file, other.env.home)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(NotEmpty):
        restored(world, file, tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]
    assert status(other.env).principal == "d-2"


def test_another_organisations_key_does_not_open_it(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """ForeignRecovery, and nothing is left in the home."""
    _, laptop, _ = three
    other = found(tmp_path / "other", name="Інша організація")
    with pytest.raises(ForeignRecovery):
        restored(other, backup(laptop.env, tmp_path / "b.age").path, tmp_path / "again")
    assert not list((tmp_path / "again").iterdir())


def test_a_wrong_passphrase_of_the_offline_folder(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Named as that folder's, not as the vault's."""
    world, laptop, _ = three
    file = backup(laptop.env, tmp_path / "b.age").path
    env = replace(world.env, home=tmp_path / "again", ask=Answers(secret="wrong"))  # noqa: S106  made up
    with pytest.raises(WrongOfflinePassphrase):
        restore(env, file, Sources(world.env.home / "offline"))
    with pytest.raises(FileUnreadable):
        restore(env, file, Sources(tmp_path))


def test_words_that_differ_restore_nothing(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Somebody made the backup up, organisation and all: the person who compares the words stops it."""
    world, laptop, _ = three
    file = backup(laptop.env, tmp_path / "b.age").path
    env = chooser(replace(world.env, home=tmp_path / "again"), "none", match=False)
    with pytest.raises(WordsDiffer):
        restore(env, file, Sources(world.env.home / "offline"))
    assert not list((tmp_path / "again").iterdir())


@pytest.mark.parametrize("typed", ["", "yes", "I do not know"])
def test_nothing_is_readable_before_withdrawals(
    three: tuple[World, Laptop, Laptop], tmp_path: Path, typed: str
) -> None:
    """Neither files of what came after nor the word that there is none: no vault."""
    world, laptop, _ = three
    file = backup(laptop.env, tmp_path / "b.age").path
    with pytest.raises(OtherWordTyped):
        restore(chooser(replace(world.env, home=tmp_path / "again"), typed), file, Sources(world.env.home / "offline"))
    assert not list((tmp_path / "again").iterdir())


@pytest.mark.parametrize("place", [0.001, 0.2, 0.5, 0.9, 0.9999])
def test_damage_anywhere_is_refused(three: tuple[World, Laptop, Laptop], tmp_path: Path, place: float) -> None:
    """One bit, wherever it is, and a cut: a typed refusal and no vault."""
    world, laptop, _ = three
    full(laptop, tmp_path)
    file = backup(laptop.env, tmp_path / "b.age").path
    good = file.read_bytes()
    at = int(len(good) * place)
    for bad in (good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :], good[:at]):
        file.write_bytes(bad)
        with pytest.raises((BackupRefused, ForeignRecovery)):
            restored(world, file, tmp_path / "again")
        assert not list((tmp_path / "again").iterdir())


def made_up_backup(world: World, file: Path, **changed: bytes) -> Path:
    """The same backup with members of it replaced, encrypted to the recovery key anew, which anybody can do."""
    inside = {
        name: changed.get(name.replace(".", "_").replace("-", "_"), data) for name, data in members(world, file).items()
    }
    sink = io.BytesIO()
    write_ustar(sink, [Member(name, len(data), io.BytesIO(data)) for name, data in inside.items()])
    recovery = Offline(world.env.home / "offline", PASSPHRASE).recovery()
    file.write_bytes(encrypt_bytes(sink.getvalue(), [recovery.recipient()]))
    return file


def test_a_backup_that_its_vault_did_not_sign(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Whoever knows the public recovery key can encrypt to it: only the vault's own signatures make it a backup."""
    world, laptop, other = three
    full(laptop, tmp_path)
    file = backup(laptop.env, tmp_path / "b.age").path
    manifest = members(world, file)["manifest-sha256.txt"]
    with Vault.open(other.env.home, PASSPHRASE) as vault:
        signed = SignerKeys.from_bytes(vault.secrets.get(trusted.SIGNER) or b"").sign(NAMESPACE, manifest)
    changes: list[dict[str, bytes]] = [
        {"backup_json": b"{}"},
        {"manifest_sha256_txt": manifest.replace(b"0", b"1")},
        {"manifest_sha256_txt_sig": signed.ed25519},
        {"manifest_sha256_txt_sig": signed.ed25519, "manifest_sha256_txt_pq_sig": signed.composite},
        {"manifest_sha256_txt_pq_sig": b"no signature"},
    ]
    good = file.read_bytes()
    for changed in changes:
        file.write_bytes(good)
        with pytest.raises(BackupRefused):
            restored(world, made_up_backup(world, file, **changed), tmp_path / "again")
        assert not list((tmp_path / "again").iterdir())
    file.write_bytes(good)
    assert isinstance(restored(world, made_up_backup(world, file), tmp_path / "again"), Restored)


def test_by_hand_with_stock_tools(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Stock tar and sha256sum read what age opened, and the key in it opens the database: no intake is needed."""
    world, laptop, _ = three
    full(laptop, tmp_path)
    recovery = Offline(world.env.home / "offline", PASSPHRASE).recovery()
    folder = tmp_path / "by-hand"
    folder.mkdir()
    plain = decrypt_bytes(backup(laptop.env, tmp_path / "b.age").path.read_bytes(), [recovery])
    subprocess.run(["tar", "xf", "-"], input=plain, cwd=folder, check=True)
    subprocess.run(["sha256sum", "--quiet", "-c", "manifest-sha256.txt"], cwd=folder, check=True)
    if shutil.which("ssh-keygen"):
        words = ["ssh-keygen", "-Y", "check-novalidate", "-n", NAMESPACE, "-s", "manifest-sha256.txt.sig"]
        with (folder / "manifest-sha256.txt").open("rb") as manifest:
            subprocess.run(words, stdin=manifest, cwd=folder, check=True, capture_output=True)
    database = stock_connection(folder, (folder / "key").read_text("ascii"))
    assert database.execute("SELECT count(*) FROM drafts").fetchone() == (1,)
    database.close()
