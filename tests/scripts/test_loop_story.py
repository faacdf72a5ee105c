"""The main job from end to end: drafts, seal, stick, import and audit; and everything that must be refused on it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from intake.bundle.verify import Verdict
from intake.crypto.sshsig import SignerKeys
from intake.errors import FileUnreadable, NothingToDo, SealedHere
from intake.store.vault import Vault
from intake.usecases.attach import attach
from intake.usecases.listing import list_
from intake.usecases.quarantine import quarantine_list
from intake.usecases.received import received
from intake.usecases.sealing import Ready, Sealer
from intake.usecases.showing import show
from intake.usecases.status import status
from intake.usecases.tour.pictures import photo_jpeg, scan_png
from intake.usecases.trusted import IDENTITY, station
from intake.usecases.verifying import verify
from tests.worlds import records
from tests.worlds.loop import NOW, PASSPHRASE, Laptop, World, found, ready

if TYPE_CHECKING:
    from pathlib import Path

    from intake.usecases.importing import BundleOutcome, ImportReport


@pytest.fixture
def all_three(tmp_path: Path) -> tuple[World, Laptop, Laptop]:
    """An organisation and its two laptops."""
    return ready(tmp_path)


@pytest.fixture
def world(all_three: tuple[World, Laptop, Laptop]) -> World:
    """The organisation."""
    return all_three[0]


@pytest.fixture
def laptop(all_three: tuple[World, Laptop, Laptop]) -> Laptop:
    """Its first laptop."""
    return all_three[1]


@pytest.fixture
def other(all_three: tuple[World, Laptop, Laptop]) -> Laptop:
    """Its second laptop."""
    return all_three[2]


def documents(n: int) -> list[Any]:
    """So many testimonies."""
    return [records.testimony(records.VIOLATIONS[i % len(records.VIOLATIONS)], i) for i in range(n)]


def sealed(laptop: Laptop, n: int) -> None:
    """So many testimonies, sealed."""
    laptop.add(documents(n))
    assert not laptop.seal().refused


def only(report: ImportReport) -> BundleOutcome:
    """The outcome of the one file there was."""
    (outcome,) = report.bundles
    return outcome


def holdings(world: World) -> tuple[object, ...]:
    """Everything an import could change: ledger, log, records, quarantine, and the files beside the database."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        kept = (vault.ledger.list(), vault.log.leaves(), vault.records.list(), vault.quarantine.list())
        files = sorted(path.name for path in (world.env.home / "blobs").rglob("*.age"))
    return (*kept, files)


def test_whole_loop(world: World, laptop: Laptop, tmp_path: Path) -> None:
    """Three testimonies with a photo and a scan arrive as they were sealed, and an auditor finds the bundle VALID."""
    case = laptop.add(documents(3)).drafts[0].case
    photo, scan = tmp_path / "photo.jpg", tmp_path / "паспорт.png"
    photo.write_bytes(photo_jpeg())
    scan.write_bytes(scan_png())
    attach(laptop.env, case, [photo], part="account")
    attach(laptop.env, case, [scan], part="identity")
    report = laptop.seal()
    assert [one.items for one in report.sealed] == [4, 2, 2]
    exported = laptop.export()
    outcome = only(world.import_())
    assert outcome.state == "imported"
    assert {item.state for item in outcome.items} == {"imported"}
    assert (outcome.sender, outcome.seq, outcome.bundle) == ("d-1", 1, exported.bundle)
    rows = {row.case: row for row in list_(world.env)}
    assert rows[case].attachments == 2
    assert all(row.identity for row in rows.values())
    shown = show(world.env, case).testimony
    assert shown["record"]["body"]["narrative_original"] == documents(1)[0]["account"]["narrative_original"]
    assert "паспорт.png" not in str(shown["record"])
    given = received(world.env, tmp_path / "auditor")
    (verified,) = verify([given.folder / "bundles"], root=given.folder / "root", trust=given.folder / "trust", at=NOW)
    assert verified.report.verdict is Verdict.VALID


def test_attachments_come_back_as_they_were(world: World, laptop: Laptop, tmp_path: Path) -> None:
    """The bytes of both attachments, the account's and the identity part's, are the same at the coordinator's."""
    case = laptop.add(documents(1)).drafts[0].case
    (tmp_path / "a").write_bytes(photo_jpeg())
    (tmp_path / "b").write_bytes(scan_png())
    attach(laptop.env, case, [tmp_path / "a"], part="account")
    attach(laptop.env, case, [tmp_path / "b"], part="identity")
    laptop.seal()
    laptop.export()
    world.import_()
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        (record,) = vault.records.list()
        kept = vault.records.attachments(record.digest)
        read = {}
        for one in kept:
            with vault.blobs.open(one.blob_id) as source:
                read[one.part] = source.read()
    assert read == {"account": photo_jpeg(), "identity": scan_png()}


def test_second_import_changes_nothing(world: World, laptop: Laptop) -> None:
    """The same stick again: no row, no log entry, no file more; every item is said to be here."""
    sealed(laptop, 2)
    laptop.export()
    world.import_()
    before = holdings(world)
    outcome = only(world.import_())
    assert outcome.state == "already-imported"
    assert {item.state for item in outcome.items} == {"duplicate"}
    assert holdings(world) == before


def test_export_again_is_a_new_bundle(world: World, laptop: Laptop) -> None:
    """A lost stick is replaced by the next number, with fresh bytes; what came before is a duplicate."""
    sealed(laptop, 2)
    first = laptop.export()
    world.import_()
    laptop.add([records.testimony(records.VIOLATIONS[0], 77)])
    laptop.seal()
    second = laptop.export()
    assert (first.seq, second.seq, second.testimonies) == (1, 2, 3)
    assert first.bundle != second.bundle
    states = [item.state for item in only(world.import_(second.path)).items]
    assert states == ["duplicate"] * 4 + ["imported"] * 2
    assert len(list_(world.env)) == 3


def test_carried_files_share_no_bytes_and_say_no_size(laptop: Laptop, other: Laptop) -> None:
    """One short interview and three look alike; two exports of the same items have no 32 bytes in common."""
    sealed(laptop, 1)
    sealed(other, 3)
    carried = [laptop.export().path, laptop.export().path, other.export().path]
    assert len({path.stat().st_size for path in carried}) == 1
    # The first line and the name of the first stanza are every age file's.
    same = len(b"age-encryption.org/v1\n-> mlkem768x25519 ")
    blocks = []
    for path in carried:
        data = path.read_bytes()[same:]
        blocks.append({data[i : i + 32] for i in range(0, len(data), 32)})
    assert not blocks[0] & blocks[1]


def test_stick_lost_then_found(world: World, laptop: Laptop) -> None:
    """The second bundle comes first: it is taken in, UNDECIDED for want of the first, which later adds nothing."""
    sealed(laptop, 1)
    first, second = laptop.export(), laptop.export()
    early = only(world.import_(second.path))
    assert early.state == "imported"
    assert early.report is not None
    assert early.report.verdict is Verdict.UNDECIDED
    late = only(world.import_(first.path))
    assert late.state == "imported"
    assert {item.state for item in late.items} == {"duplicate"}


def test_a_folder_is_imported_in_order(world: World, laptop: Laptop) -> None:
    """Whatever the random names are, a folder's bundles are taken in the order in which they were made."""
    for number in range(3):
        laptop.add([records.testimony(n=number)])
        laptop.seal()
        laptop.export()
    report = world.import_()
    assert [one.seq for one in report.bundles] == [1, 2, 3]
    assert {one.report.verdict for one in report.bundles if one.report} == {Verdict.VALID}


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", range(0, 1_052_032, 150_000))
def test_one_changed_byte_is_refused(tmp_path_factory: pytest.TempPathFactory, carried: Carried, place: int) -> None:
    """One byte changed at any place of the carried file: nothing is imported, the file is kept aside."""
    data = bytearray(carried.data)
    data[place] ^= 1
    path = tmp_path_factory.mktemp("stick") / "x.age"
    path.write_bytes(data)
    outcome = only(carried.world.import_(path))
    assert outcome.state == "quarantined"
    assert not list_(carried.world.env)


@pytest.mark.parametrize("length", [0, 10, 2_000, 70_000, 1_052_031])
def test_a_cut_is_refused(tmp_path_factory: pytest.TempPathFactory, carried: Carried, length: int) -> None:
    """A file cut anywhere, at a chunk's end too, is refused whole."""
    path = tmp_path_factory.mktemp("stick") / "x.age"
    path.write_bytes(carried.data[:length])
    assert only(carried.world.import_(path)).state == "quarantined"
    assert not list_(carried.world.env)


class Carried:
    """A carried file, and a coordinator who has imported nothing."""

    def __init__(self, world: World, data: bytes) -> None:
        self.world = world
        self.data = data


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Carried:
    """Made once for all the damage."""
    world, laptop, _ = ready(tmp_path_factory.mktemp("world"))
    sealed(laptop, 1)
    return Carried(world, laptop.export().path.read_bytes())


def test_quarantine_names_it_once(world: World, laptop: Laptop) -> None:
    """A refused file is listed with name and check, once, however often it is tried; its bytes are kept."""
    sealed(laptop, 1)
    path = laptop.export().path
    data = path.read_bytes()[:-5]
    path.write_bytes(data)
    world.import_()
    before = holdings(world)
    world.import_()
    assert holdings(world) == before
    (row,) = quarantine_list(world.env)
    assert (row.file_name, row.item, row.size_bytes) == (path.name, None, len(data))
    assert row.check.startswith("B")
    assert row.reason
    with (
        Vault.open(world.env.home, PASSPHRASE) as vault,
        vault.blobs.open(vault.quarantine.list()[0].blob_id or "") as kept,
    ):
        assert kept.read() == data


def test_bad_files_do_not_stop_good_ones(world: World, laptop: Laptop, tmp_path: Path) -> None:
    """A missing file, noise and an empty file beside a good bundle: the good one is in, each other has its outcome."""
    sealed(laptop, 1)
    good = laptop.export().path
    noise, empty = tmp_path / "noise.age", tmp_path / "empty.age"
    noise.write_bytes(hashlib.shake_256(b"noise").digest(5000))
    empty.write_bytes(b"")
    report = world.import_(tmp_path / "missing.age", noise, good, empty)
    states = {one.path.name: one.state for one in report.bundles}
    assert states == {
        "missing.age": "unreadable",
        "noise.age": "quarantined",
        "empty.age": "quarantined",
        good.name: "imported",
    }
    errors = [one.error for one in report.bundles if one.state == "unreadable"]
    assert isinstance(errors[0], FileUnreadable)


def test_one_bad_item_among_many(world: World, laptop: Laptop) -> None:
    """A record whose signature is another's is in quarantine, named with its check; all others of the bundle are in."""
    laptop.add(documents(20))
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        here = station(vault)
        bad = vault.drafts.list()[7]
        seal_with(vault, bad.case_code, Sealer(vault, replace(here, signer=SignerKeys.generate()), NOW))
    laptop.seal()
    laptop.export()
    outcome = only(world.import_())
    refused = [item for item in outcome.items if item.state == "quarantined"]
    assert outcome.state == "imported"
    assert {item.kind for item in refused} == {"record", "identity"}
    assert all(item.check and item.check.startswith("I") for item in refused)
    assert len(list_(world.env)) == 19
    assert bad.case_code not in {row.case for row in list_(world.env)}
    assert {row.item for row in quarantine_list(world.env)} == {item.name for item in refused}
    assert status(world.env).quarantined == len(refused)


def seal_with(vault: Vault, case: str, sealer: Sealer) -> None:
    """Seal one draft as somebody else would."""
    from intake.usecases.drafts import find_draft  # noqa: PLC0415  for this forger only
    from intake.usecases.testimonies import testimony_of  # noqa: PLC0415  for this forger only

    draft = find_draft(vault, case)
    sealer.seal(Ready(draft, testimony_of(vault.drafts.values(draft.id)), ()))


def test_a_laptop_that_carries_anothers_record_is_refused(world: World, laptop: Laptop, other: Laptop) -> None:
    """Author is sender: a record made and signed by another enrolled laptop does not come in by this one's bundle."""
    with Vault.open(other.env.home, PASSPHRASE) as vault:
        theirs = station(vault)
    case = laptop.add(documents(1)).drafts[0].case
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        seal_with(vault, case, Sealer(vault, replace(theirs, trust=theirs.trust), NOW))
    laptop.export()
    outcome = only(world.import_())
    assert {item.state for item in outcome.items} == {"quarantined"}
    assert not list_(world.env)


def test_another_organisation_imports_nothing(world: World, laptop: Laptop, tmp_path: Path) -> None:
    """A real organisation refuses what a made-up one sent, with or without its envelope."""
    sealed(laptop, 1)
    exported = laptop.export()
    world.import_()
    tar = received(world.env, tmp_path / "auditor").bundles[0]
    real = found(tmp_path / "real", name="Справжня організація", made_up=False)
    report = real.import_(exported.path, tar)
    assert [one.state for one in report.bundles] == ["quarantined", "quarantined"]
    assert not list_(real.env)


def test_somebody_not_enrolled_imports_nothing(world: World, laptop: Laptop) -> None:
    """With every public file of the organisation, and keys of one's own, nothing comes in."""
    sealed(laptop, 1)
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        vault.secrets.put("signer", SignerKeys.generate().seeds)
    laptop.export()
    assert only(world.import_()).state == "quarantined"
    assert not list_(world.env)


def test_identity_waits_for_its_key(world: World, laptop: Laptop) -> None:
    """A coordinator who may not know who a witness is gets the account, and the identity part waits, counted."""
    sealed(laptop, 2)
    laptop.export()
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        vault.secrets.put(IDENTITY, bytes(range(32)))
    outcome = only(world.import_())
    states = {(item.kind, item.state) for item in outcome.items}
    assert states == {("record", "imported"), ("identity", "awaiting-key")}
    assert not any(row.identity for row in list_(world.env))
    assert status(world.env).awaiting_key == 2


def test_carried_file_is_not_touched(world: World, laptop: Laptop) -> None:
    """Imported or refused, the carried file keeps its bytes and its times; it is opened for reading only."""
    sealed(laptop, 1)
    path = laptop.export().path
    path.chmod(0o400)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    world.import_()
    world.import_()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_sealed_is_not_shown_here(laptop: Laptop) -> None:
    """After sealing, the laptop says that it can't read it, and that this is meant to be so."""
    case = laptop.add(documents(1)).drafts[0].case
    assert show(laptop.env, case).row.state == "draft"
    laptop.seal()
    with pytest.raises(SealedHere):
        show(laptop.env, case)


def test_nothing_to_export(laptop: Laptop) -> None:
    """Drafts alone are nothing to hand over; no file appears and no number is used up."""
    laptop.add(documents(1))
    with pytest.raises(NothingToDo):
        laptop.export()
    assert not list(laptop.stick.iterdir())
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        assert vault.chain.next().seq == 1


def test_changed_tar_is_invalid_for_an_auditor(world: World, laptop: Laptop, tmp_path: Path) -> None:
    """The auditor's copy with one byte changed is INVALID, and the check is named."""
    sealed(laptop, 1)
    laptop.export()
    world.import_()
    given = received(world.env, tmp_path / "auditor")
    data = bytearray(given.bundles[0].read_bytes())
    data[len(data) // 2] ^= 4
    given.bundles[0].write_bytes(data)
    (one,) = verify(given.bundles, root=given.folder / "root", trust=given.folder / "trust", at=NOW)
    assert one.report.verdict is Verdict.INVALID
    assert one.report.failed is not None


def test_received_again_mends_a_damaged_copy(world: World, laptop: Laptop, tmp_path: Path) -> None:
    """The auditor's folder brought up to date: what is whole is left alone, what was damaged is written anew."""
    sealed(laptop, 1)
    laptop.export()
    world.import_()
    (tar,) = received(world.env, tmp_path / "auditor").bundles
    good, at = tar.read_bytes(), tar.stat().st_mtime_ns
    received(world.env, tmp_path / "auditor")
    assert tar.stat().st_mtime_ns == at
    tar.write_bytes(bytes(len(good)))
    received(world.env, tmp_path / "auditor")
    assert tar.read_bytes() == good
