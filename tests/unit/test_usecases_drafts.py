"""Drafts: added by the thousand, interviewed, attached to, sealed under rules, discarded."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from intake.errors import (
    BadCaseCode,
    Declined,
    FileUnreadable,
    NothingToDo,
    NotInVault,
    OtherCaseTyped,
    RulesRefused,
    SealedHere,
    UsageFault,
)
from intake.records.account import Mark
from intake.records.ids import new_case_code
from intake.records.paths import flatten
from intake.records.record import parse_full
from intake.records.testimony import parse_testimony
from intake.store.rows import ItemState, SealedItem, Value
from intake.store.vault import Vault
from intake.usecases.add import add
from intake.usecases.attach import attach, type_of
from intake.usecases.discard import discard
from intake.usecases.exporting import export, to_carry
from intake.usecases.fragments import without_fragments
from intake.usecases.interview import edit, interview
from intake.usecases.listing import list_
from intake.usecases.showing import show
from intake.usecases.status import status
from tests.worlds import records
from tests.worlds.broken import BROKEN, of_teller
from tests.worlds.loop import PASSPHRASE, Answers, Laptop, World, environment, lines, ready
from tests.worlds.questionnaire import ANSWERS, answer_until

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def all_three(tmp_path: Path) -> tuple[World, Laptop, Laptop]:
    """An organisation and two laptops."""
    return ready(tmp_path)


@pytest.fixture
def laptop(all_three: tuple[World, Laptop, Laptop]) -> Laptop:
    """The first of them."""
    return all_three[1]


def without_consent() -> Any:
    """A testimony whose person never agreed that it is stored."""
    document = records.testimony()
    return records.changed(document, account__consent__decisions__store_encrypted__decision="refused")


# -- add ---------------------------------------------------------------------------------------------------------------


def test_json_lines_array_and_document(laptop: Laptop) -> None:
    """JSON Lines, an array, and one document over many lines are all taken."""
    one, two = records.testimony(), records.testimony(n=1)
    forms = [
        (lines([one, two]), 2),
        (json.dumps([one, two]).encode(), 2),
        (json.dumps([one, two], indent=2, ensure_ascii=False).encode(), 2),
        (json.dumps(one, indent=2).encode(), 1),
        (b"\n\n" + json.dumps(one).encode(), 1),
        (b"", 0),
        (b"[]", 0),
    ]
    for data, count in forms:
        added = add(laptop.env, io.BytesIO(data))
        assert (len(added.drafts), added.refused) == (count, ())


def test_a_bad_line_stops_only_itself(laptop: Laptop) -> None:
    """Of seven lines three are good; each bad one is named with its number, its field and its rule, never a value."""
    good = [json.dumps(records.testimony(n=n), ensure_ascii=False).encode() for n in range(3)]
    secret = "ДУЖЕ-ТАЄМНЕ-СЛОВО"  # noqa: S105  a word to look for
    unknown = json.dumps(records.testimony() | {"surname": secret}, ensure_ascii=False).encode()
    no_consent = json.dumps(without_consent()).encode()
    data = b"\n".join([good[0], b'{"account": ', good[1], unknown, no_consent, b"\xff\xfe", good[2]])
    added = add(laptop.env, io.BytesIO(data))
    assert [draft.line for draft in added.drafts] == [1, 3, 7]
    assert [refused.line for refused in added.refused] == [2, 4, 5, 6]
    by_line = {refused.line: refused.findings for refused in added.refused}
    assert by_line[5][0].rule == "V01"
    assert by_line[5][0].field.startswith("account.")
    assert secret not in str(added.refused)


def test_bad_first_line_of_many(laptop: Laptop) -> None:
    """A first line that is not JSON does not make the rest unreadable."""
    data = b"not json\n" + lines([records.testimony(n=n) for n in range(3)])
    added = add(laptop.env, io.BytesIO(data))
    assert [draft.line for draft in added.drafts] == [2, 3, 4]
    assert [refused.line for refused in added.refused] == [1]


@pytest.mark.parametrize(
    "value", [b"1", b'"text"', b"null", b"[[1]]", b'{"a":1,"a":2}', b'{"account":NaN}', b"\xef\xbb\xbf{}"]
)
def test_json_that_is_no_testimony(laptop: Laptop, value: bytes) -> None:
    """Any other JSON, and JSON that two readers could read differently, is refused as a line."""
    added = add(laptop.env, io.BytesIO(value))
    assert not added.drafts
    assert len(added.refused) == 1


def test_the_same_case_twice(laptop: Laptop) -> None:
    """A case code or an id that is here, in this file or in the vault, is refused, whatever became of the first."""
    code = new_case_code()
    first, again = records.testimony() | {"case": code}, records.testimony(n=1) | {"case": code}
    mistyped = records.testimony(n=2) | {"case": code[:-1] + str((int(code[-1]) + 1) % 10)}
    added = add(laptop.env, io.BytesIO(lines([first, again, mistyped])))
    assert [draft.case for draft in added.drafts] == [code]
    assert [refused.line for refused in added.refused] == [2, 3]
    laptop.seal()
    assert not add(laptop.env, io.BytesIO(lines([again]))).drafts


def test_thousands_in_batches(laptop: Laptop) -> None:
    """More than a batch arrives whole, with one bad line in the middle."""
    documents = [records.testimony(n=n) for n in range(600)]
    documents[300] = without_consent()
    added = laptop.add(documents)
    assert len(added.drafts) == 599
    assert [refused.line for refused in added.refused] == [301]
    assert status(laptop.env).drafts == 599


def test_what_was_added_is_what_is_shown(laptop: Laptop) -> None:
    """A draft assembles to the document it came from."""
    document = records.testimony()
    case = laptop.add([document]).drafts[0].case
    assert parse_testimony(show(laptop.env, case).testimony) == parse_testimony(document)


# -- interview ---------------------------------------------------------------------------------------------------------


def test_interview_to_seal_to_import(all_three: tuple[World, Laptop, Laptop]) -> None:
    """A whole interview is a draft that breaks no rule: it seals, and the coordinator reads its words."""
    world, laptop, _ = all_three
    with interview(laptop.env) as running:
        answer_until(running.session)
        case = running.case
    report = laptop.seal([case])
    assert not report.refused
    laptop.export()
    world.import_()
    shown = show(world.env, case).testimony["record"]
    assert shown["digests"]["questionnaire"].startswith("sha256:")
    assert shown["body"]["narrative_original"].startswith("Вони прийшли")


def test_nothing_is_kept_before_consent(laptop: Laptop) -> None:
    """An interview left before the consent leaves no draft, no case code, nothing."""
    with interview(laptop.env) as running:
        running.session.answer("1")
        assert not running.resumed
    assert not list_(laptop.env)


def test_resumes_at_the_same_question(laptop: Laptop) -> None:
    """After consent every answer is in the vault at once; the next run stands at the same question, in its section."""
    with interview(laptop.env) as running:
        case = running.case
        while not running.session.consented:
            asked = running.session.current
            assert asked is not None
            running.session.answer(ANSWERS[asked.key])
        place = running.session.current
        assert place is not None
    (row,) = list_(laptop.env)
    assert (row.state, bool(row.section)) == ("draft", True)
    with interview(laptop.env, case.replace("-", " ")) as again:
        assert again.resumed
        assert again.session.current is not None
        assert again.session.current.key == place.key
    with edit(laptop.env, case) as editing:
        assert editing.session.review()
        assert editing.case == case


def test_unlock_knows_the_passphrase(laptop: Laptop) -> None:
    """After hiding, only the vault's passphrase shows the interview again."""
    with interview(laptop.env) as running:
        assert not running.unlock("wrong")
        assert running.unlock(PASSPHRASE)


def test_an_unknown_or_sealed_case_is_not_resumed(laptop: Laptop) -> None:
    """A typing error, an unknown case and a sealed one are three different errors."""
    case = laptop.add([records.testimony()]).drafts[0].case
    laptop.seal()
    for typed, error in [("12", BadCaseCode), (new_case_code(), NotInVault), (case, SealedHere)]:
        with pytest.raises(error), interview(laptop.env, typed):
            pass


# -- attach ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shows", "part"), [("id_document", "identity"), ("faces_child", "identity"), ("injury", "account")]
)
def test_what_it_shows_decides_the_part(laptop: Laptop, tmp_path: Path, shows: str, part: str) -> None:
    """A document or a face belongs to the identity part; the path is asked for when it is not given."""
    case = laptop.add([records.testimony()]).drafts[0].case
    path = tmp_path / "x.jpg"
    path.write_bytes(b"\xff\xd8\xff made up")
    ask = Answers(texts=[str(path)], choices=[shows])
    (attached,) = attach(replace(laptop.env, ask=ask), case)
    assert (attached.part, attached.type, attached.original) == (part, "image/jpeg", path)
    assert path.exists(), "the original stays where it was"


def test_attach_refuses_before_consent(laptop: Laptop, tmp_path: Path) -> None:
    """No evidence without a consent that stands (V01): nothing is stored, not even the file."""
    path = tmp_path / "x"
    path.write_bytes(b"x")
    case = laptop.add([records.testimony()]).drafts[0].case
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        draft = vault.drafts.get(case)
        assert draft is not None
        vault.drafts.save(draft.id, "account.consent.decisions.store_encrypted.decision", "refused")
    with pytest.raises(RulesRefused):
        attach(laptop.env, case, [path], part="account")
    assert not list((laptop.env.home / "blobs").rglob("*.age"))


def test_attach_of_a_missing_file(laptop: Laptop, tmp_path: Path) -> None:
    """A file that is not there, or is a folder, is named, and the draft is as it was."""
    case = laptop.add([records.testimony()]).drafts[0].case
    for path in (tmp_path / "missing.jpg", tmp_path):
        with pytest.raises(FileUnreadable):
            attach(laptop.env, case, [path], part="account")
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        draft = vault.drafts.get(case)
        assert draft is not None
        assert not vault.attachments.list(draft.id)


def test_types_are_told_from_bytes() -> None:
    """The name of a file decides nothing; what is not known is said so."""
    assert type_of(b"%PDF-1.7") == ("application/pdf", "document")
    assert type_of(b"\0\0\0\x18ftypM4A ") == ("audio/mp4", "audio")
    assert type_of(b"\0\0\0\x18ftypisom") == ("video/mp4", "video")
    assert type_of(b"") == ("application/octet-stream", "other")


# -- seal --------------------------------------------------------------------------------------------------------------


def test_gaps_stop_a_seal_or_become_marks(all_three: tuple[World, Laptop, Laptop]) -> None:
    """A closing that was never done stops the seal; cut short, it seals, and a coordinator sees the marks."""
    world, laptop, _ = all_three
    case = cut_short(laptop)
    refused = laptop.seal([case]).refused
    assert {finding.rule for finding in refused[0].findings} == {"V27"}
    assert show(laptop.env, case).row.state == "draft"
    report = laptop.seal([case], interrupted="stopped_by_person")
    assert report.sealed[0].marks == ("V27",)
    laptop.export()
    assert {item.state for item in world.import_().bundles[0].items} == {"imported"}
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        body = parse_full(vault.records.list()[0].record).body
    assert body.interview.status == "stopped_by_person"
    assert {mark.rule for mark in body.marks} == {"V27"}


def cut_short(laptop: Laptop) -> str:
    """A draft whose interview never came to its closing."""
    case = laptop.add([records.testimony()]).drafts[0].case
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        draft = vault.drafts.get(case)
        assert draft is not None
        vault.drafts.remove(draft.id, "account.interview.closing_done")
    return case


def test_no_consent_is_never_sealed(laptop: Laptop) -> None:
    """The consent rules stop an interrupted seal too; the others of the same run are sealed."""
    bad, good = (draft.case for draft in laptop.add([records.testimony(), records.testimony(n=1)]).drafts)
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        draft = vault.drafts.get(bad)
        assert draft is not None
        vault.drafts.save(draft.id, "account.consent.understood", "no")
    report = laptop.seal(interrupted="interrupted")
    assert [one.case for one in report.sealed] == [good]
    assert [one.case for one in report.refused] == [bad]
    assert report.refused[0].findings[0].rule == "V01"


def test_what_is_not_whole_is_put_aside_with_its_words(all_three: tuple[World, Laptop, Laptop]) -> None:
    """A contact without a channel, a row without what it hangs on: cut short it seals, and no word is lost."""
    _, laptop, _ = all_three
    case = laptop.add([records.testimony()]).drafts[0].case
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        draft = vault.drafts.get(case)
        assert draft is not None
        values = vault.drafts.values(draft.id)
        person = next(path.split(".")[2] for path in values if path.startswith("identity.persons."))
        for path in [one for one in values if ".safe_contact." in one]:
            vault.drafts.remove(draft.id, path)
        vault.drafts.save(draft.id, "account.consent.decisions.contact_again.decision", "refused")
        vault.drafts.save(draft.id, "account.links", [{"from_id": person, "kind": "relationship", "relation": "мати"}])
    assert laptop.seal([case]).refused
    assert laptop.seal([case], interrupted="interrupted").refused == ()
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        assert vault.drafts.get(case) is None


def test_a_contact_without_its_channel_may_not_be_used() -> None:
    """Its words stay in the identity part; a fragment of a name there is refused: it may not go into the account."""
    document = records.testimony()
    values = {path: Value(value, 1, "2026-11-21T18:00:00Z") for path, value in flatten(document).items()}
    contact = next(path for path in values if path.endswith(".safe_contact.channel"))
    del values[contact]
    found = without_fragments(values)
    assert found is not None
    testimony, marks = found
    assert testimony.identity is not None
    kept = next(one.safe_contact for one in testimony.identity.persons if one.safe_contact)
    assert (kept.channel, bool(kept.value), marks) == ("none", True, ())
    values["account.facts"] = Value([{"text": "Паспорт видали за день."}], 2, "2026-11-21T18:00:00Z")
    found = without_fragments(values)
    assert found is not None
    assert found[1] == (Mark(rule="V26", field="account.facts"),)
    assert "Паспорт видали за день." in found[0].account.reasons[-1].reason
    values[contact.replace("safe_contact.channel", "identity_documents")] = Value([{}], 3, "2026-11-21T18:00:00Z")
    assert without_fragments(values) is None


def test_seal_all_asks_once(laptop: Laptop) -> None:
    """A no changes nothing; without drafts there is nothing to ask; an unknown status is a usage error."""
    laptop.add([records.testimony()])
    with pytest.raises(Declined):
        Laptop(replace(laptop.env, ask=Answers(yes=False)), "d-1", laptop.stick).seal()
    assert status(laptop.env).drafts == 1
    with pytest.raises(UsageFault):
        laptop.seal(interrupted="because")
    laptop.seal()
    with pytest.raises(NothingToDo):
        laptop.seal()


def test_sealing_past_the_last_epoch(all_three: tuple[World, Laptop, Laptop]) -> None:
    """A laptop without a newer pack still seals and exports: for the archive alone, and it says so."""
    world, laptop, _ = all_three
    later = environment(laptop.env.home, at=laptop.env.clock().replace(year=2028))
    late = Laptop(later, "d-1", laptop.stick)
    late.add([records.testimony()])
    (sealed,) = late.seal().sealed
    assert sealed.archive_only
    exported = late.export()
    assert exported.archive_only
    assert world.import_().bundles[0].state == "quarantined", "only the archive opens the envelope"


def flip(path: Path) -> None:
    """Turn the last bit of a file."""
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def test_a_damaged_sealed_file_is_left_out_and_named(all_three: tuple[World, Laptop, Laptop]) -> None:
    """A bit turned in the outbox costs that testimony its account, and no other testimony anything."""
    world, laptop, _ = all_three
    cases = [one.case for one in laptop.add([records.testimony(), records.testimony(n=1)]).drafts]
    laptop.seal()
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        (stub,) = vault.sealed.get(cases[0])
        record = next(item for item in vault.sealed.items(stub.digest) if item.kind == "record")
        flip(vault.outbox.path(record.name))
    assert laptop.export().damaged == (cases[0],)
    (bundle,) = world.import_().bundles
    assert [item.case for item in bundle.items if item.state == "imported" and item.kind == "record"] == [cases[1]]


def test_nothing_sound_is_nothing_to_export(laptop: Laptop) -> None:
    """When every sealed file is damaged or gone, that is said, and no file with a final name appears."""
    laptop.add([records.testimony()])
    laptop.seal()
    for item in (laptop.env.home / "outbox").iterdir():
        flip(item)
    with pytest.raises(NothingToDo):
        laptop.export()
    assert not list(laptop.stick.iterdir())


def test_export_without_a_stick(laptop: Laptop, tmp_path: Path) -> None:
    """A folder that is not there is an error of its own, and no number is used up."""
    laptop.add([records.testimony()])
    laptop.seal()
    with pytest.raises(Exception, match="carrier-missing"):
        export(laptop.env, tmp_path / "no such stick")
    assert laptop.export().seq == 1


def test_more_than_a_bundle_holds() -> None:
    """Whole testimonies only, those that never left first; what is left over comes with the next export."""

    def item(number: int, state: ItemState) -> SealedItem:
        digest = f"sha256:{number:064x}"
        return SealedItem(f"{number}.age", digest, "record", None, None, 1, "0" * 64, ("f",), None, number, state)

    old, new = [item(n, "exported") for n in (1, 2)], [item(n, "sealed") for n in (3, 3, 4, 5)]
    assert [one.ordinal for one in to_carry([*old, *new], 4)] == [3, 3, 4, 5]
    assert [one.ordinal for one in to_carry([*old, *new], 3)] == [3, 3, 4]
    assert [one.ordinal for one in to_carry([*old, *new], 9)] == [3, 3, 4, 5, 1, 2]
    assert to_carry(new[:2], 1) == []


# -- discard -----------------------------------------------------------------------------------------------------------


def test_discard_asks_for_the_code_again(laptop: Laptop) -> None:
    """Another code, or noise, destroys nothing; the code typed once more does."""
    case = laptop.add([records.testimony()]).drafts[0].case
    for typed in (new_case_code(), "yes"):
        with pytest.raises(OtherCaseTyped):
            discard(replace(laptop.env, ask=Answers(texts=[typed])), case)
    assert status(laptop.env).drafts == 1
    discard(replace(laptop.env, ask=Answers(texts=[case.replace("-", "")])), case)
    assert status(laptop.env).drafts == 0


# -- warnings, repeats, what is sealed ---------------------------------------------------------------------------------


def warned(laptop: Laptop) -> str:
    """A draft that asks for one reason."""
    (added,) = laptop.add([BROKEN["V23", "phone"](records.testimony())]).drafts
    assert [one.rule for one in added.warnings] == ["V23"]
    return added.case


def answering(laptop: Laptop, *texts: str) -> Laptop:
    """The same laptop, with somebody at it who types these."""
    return replace(laptop, env=replace(laptop.env, ask=Answers(texts=list(texts))))


def test_a_typed_reason_is_kept_in_the_record(all_three: tuple[World, Laptop, Laptop]) -> None:
    """Asked until it is a reason, sealed with it; the coordinator reads it, and the import asks for nothing."""
    world, laptop, _ = all_three
    case = warned(laptop)
    assert answering(laptop, "", "ні", "номер гарячої лінії").seal([case]).sealed[0].marks == ()
    laptop.export()
    (bundle,) = world.import_().bundles
    assert [item.warnings for item in bundle.items if item.warnings] == []
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        (kept,) = parse_full(vault.records.list()[0].record).body.reasons
    assert (kept.rule, kept.field, kept.reason) == ("V23", "account.narrative_original", "номер гарячої лінії")


def test_a_reason_is_looked_at_too(laptop: Laptop) -> None:
    """A reason with a number in it asks for a reason itself, and one for both is enough."""
    case = warned(laptop)
    seated = answering(laptop, "це номер 050 111 11 11", "гаряча лінія, відома всім")
    assert seated.seal([case]).sealed
    assert seated.env.ask.texts == []  # type: ignore[attr-defined]  # the answers of this world


def test_cut_short_a_warning_is_a_mark(laptop: Laptop) -> None:
    """Nobody is asked for reasons when there is no time: the coordinator sees the rule."""
    assert laptop.seal([warned(laptop)], interrupted="interrupted").sealed[0].marks == ("V23",)


def test_the_same_person_twice_is_asked_about(laptop: Laptop) -> None:
    """V30 by name and year of birth, in another spelling; case codes only, and nothing is merged."""
    same = of_teller(names=[{"full_original": "Коваленко Сергій"}], birth_date="1984-03")
    again = of_teller(names=[{"full_original": "Сергей Коваленко"}], birth_date="1984")
    first = laptop.add([same(records.testimony())]).drafts[0]
    second = laptop.add([again(records.testimony("tor.torture", 1))]).drafts[0]
    assert first.warnings == ()
    (warning,) = second.warnings
    assert (warning.rule, dict(warning.fields)) == ("V30", {"cases": first.case})
    assert len(list_(laptop.env)) == 2


def test_another_year_of_birth_is_another_person(laptop: Laptop) -> None:
    """A name alone is no match, and neither is a year alone."""
    for name, born in (("Сергій Коваленко", "1984"), ("Сергій Коваленко", "1985"), ("Олег Литвин", "1984")):
        document = of_teller(names=[{"full_original": name}], birth_date=born)(records.testimony(n=int(born) % 7))
        assert laptop.add([document]).drafts[0].warnings == ()


def test_what_is_sealed_is_not_added_over(laptop: Laptop) -> None:
    """V28 by case code and by id: the way on is an addendum, and what is sealed stays."""
    added = laptop.add([{**records.testimony(), "id": records.made_id("sealed")}]).drafts[0]
    laptop.seal()
    for known in ({"case": added.case}, {"id": records.made_id("sealed")}):
        (refused,) = laptop.add([{**records.testimony(n=2), **known}]).refused
        assert [(one.rule, one.field) for one in refused.findings] == [("V28", "case")]
