"""One story through the command line, as people type it: add, list, seal, export, import, verify; and refusals."""

import json
from pathlib import Path
from typing import Any

import pytest

from intake.store.vault import Vault
from intake.usecases.seal import INTERRUPTIONS
from tests.worlds.cli import Desk, seat
from tests.worlds.loop import PASSPHRASE
from tests.worlds.records import SCENARIOS, made_up

KINDS = list(SCENARIOS)
WORDS = ("інсуліну", "Коваленко", "Мама плакала")


def document(n: int = 0) -> dict[str, Any]:
    """A made-up testimony."""
    made: dict[str, Any] = made_up(violation=KINDS[n % len(KINDS)], n=n)
    return made


def json_lines(*documents: Any) -> str:
    """As `add` takes them."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in documents)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An organisation, two laptops, a stick."""
    return seat(tmp_path)


def added(desk: Desk, *numbers: int) -> list[str]:
    """Drafts on the first laptop, by their case codes."""
    outcome = desk.run("laptop-1", "add", "-", stdin=json_lines(*(document(n) for n in numbers)))
    assert outcome.code == 0, outcome.err
    return outcome.out.split()


def carried(desk: Desk, *numbers: int) -> list[str]:
    """Sealed and exported."""
    codes = added(desk, *numbers)
    assert desk.run("laptop-1", "seal", "--all", "--yes").code == 0
    assert desk.run("laptop-1", "export", "--to", desk.stick).code == 0
    return codes


def test_the_whole_loop(desk: Desk) -> None:
    """What was added on a laptop is what the coordinator lists, under the same codes, and the auditor calls VALID."""
    codes = carried(desk, 0, 1, 2)
    imported = desk.run("org", "import", desk.stick, "--json")
    assert imported.code == 0
    (bundle,) = imported.json["bundles"]
    assert (bundle["state"], bundle["verdict"]) == ("imported", "VALID")
    assert {item["state"] for item in bundle["items"]} == {"imported"}
    listed = desk.run("org", "list", "--json").json
    assert sorted(row["case"] for row in listed) == sorted(codes)
    assert {row["state"] for row in listed} == {"imported"}

    auditor = desk.folder / "auditor"
    assert desk.run("org", "received", "--to", auditor).code == 0
    words = ("verify", auditor / "bundles", "--root", auditor / "root", "--trust", auditor / "trust")
    assert "VALID" in desk.run("nowhere", *words).out
    verified = desk.run("nowhere", *words, "--json")
    assert verified.code == 0
    (report,) = [json.loads(line) for line in verified.out.splitlines()]
    assert report["bundle"] == bundle["bundle"]
    assert report["verdict"] == "VALID"
    assert all(check["id"] and check["outcome"] for check in report["checks"])


def test_a_second_import_changes_nothing(desk: Desk) -> None:
    """The same stick again is no fault and brings nothing."""
    carried(desk, 0)
    assert desk.run("org", "import", desk.stick).code == 0
    before = desk.run("org", "list", "--json").json
    again = desk.run("org", "import", desk.stick, "--json")
    assert again.code == 0
    assert again.json["bundles"][0]["state"] == "already-imported"
    assert desk.run("org", "list", "--json").json == before


def test_one_byte_changed_is_refused_everywhere(desk: Desk) -> None:
    """A changed carried file is not imported and is in quarantine; a changed tar is INVALID with 30."""
    carried(desk, 0)
    (file,) = desk.stick.iterdir()
    assert desk.run("org", "import", file).code == 0
    auditor = desk.folder / "auditor"
    desk.run("org", "received", "--to", auditor)
    (tar,) = (auditor / "bundles").iterdir()
    for path in (file, tar):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
    words = ("verify", tar, "--root", auditor / "root", "--trust", auditor / "trust", "--json")
    verified = desk.run("nowhere", *words)
    assert verified.code == 30
    assert verified.json["verdict"] == "INVALID"
    assert "fail" in {check["outcome"] for check in verified.json["checks"]}
    before = desk.run("org", "list", "--json").json
    refused = desk.run("org", "import", file, "--json")
    assert refused.code in range(30, 37)
    assert refused.json["bundles"][0]["state"] in {"quarantined", "unreadable"}
    assert desk.run("org", "list", "--json").json == before


def test_what_did_not_come_in_stands_at_the_end_and_the_totals_agree(desk: Desk) -> None:
    """Of many files only those not wholly in have lines, the worse the later; every file is under one state."""
    carried(desk, 0)
    (good,) = desk.stick.iterdir()
    for name in ("z-last", "copy", "\x1b[2Jevil"):
        (desk.stick / name).write_bytes(good.read_bytes()[: -1 if name == "copy" else 100])
    first = desk.run("org", "import", desk.stick, desk.folder / "gone")
    assert first.code == 30
    lines = first.out.splitlines()
    assert [line for line in lines if not line.startswith(" ")][-3:-1] == ["gone: unreadable", "Files            5"]
    totals = [line.split() for line in lines[lines.index("Files            5") :]]
    assert totals == [
        ["Files", "5"],
        ["imported", "1"],
        ["quarantined", "3"],
        ["unreadable", "1"],
        ["New", "testimonies", "1"],
    ]
    assert good.name not in first.out
    assert "\x1b" not in first.out
    assert "already-imported  1" in desk.run("org", "import", desk.stick).out
    counted = desk.run("org", "import", good, lang="uk")
    assert (counted.code, "уже прийнято раніше" in counted.out) == (0, True)


def test_a_missing_predecessor_is_named_until_it_comes(desk: Desk) -> None:
    """Imported but UNDECIDED has a line with its reason, at a second import too; then it is quiet, and VALID."""
    carried(desk, 0)
    (first,) = desk.stick.iterdir()
    carried(desk, 1)
    second = next(file for file in desk.stick.iterdir() if file != first)
    for _time in range(2):
        told = desk.run("org", "import", second)
        assert told.code == 0
        assert f"{second.name}: " in told.out
        assert "UNDECIDED" in told.out
        assert "B25" in told.out
    assert desk.run("org", "import", desk.stick).out.count("B25") == 0


def test_verify_of_several_says_what_is_not_well(desk: Desk) -> None:
    """One bundle with all its checks; of several a line for each, the checks that did not pass, and the totals."""
    for number in range(3):
        carried(desk, number)
    desk.run("org", "import", desk.stick)
    auditor = desk.folder / "auditor"
    desk.run("org", "received", "--to", auditor)
    keys = ("--root", auditor / "root", "--trust", auditor / "trust")
    tars = {}
    for tar in (auditor / "bundles").iterdir():
        alone = desk.run("nowhere", "verify", tar, *keys)
        assert alone.out.count("\n  B") == 27
        tars[json.loads(desk.run("nowhere", "verify", tar, *keys, "--json").out)["seq"]] = tar
    tars[1].write_bytes(tars[1].read_bytes()[:-1])
    told = desk.run("nowhere", "verify", auditor / "bundles", *keys)
    assert told.code == 30
    lines = told.out.splitlines()
    verdicts = [line.partition(": ")[2] for line in lines if ".tar: " in line]
    assert verdicts == ["VALID", "UNDECIDED", "INVALID"]
    assert [line.split()[0] for line in lines if line.startswith("  B")] == ["B25", "B03"]
    totals = [line.split() for line in lines[-4:]]
    assert totals == [["Files", "3"], ["VALID", "1"], ["UNDECIDED", "1"], ["INVALID", "1"]]


def test_verify_without_the_roster_is_undecided(desk: Desk) -> None:
    """Who can't be known is UNDECIDED with 31, never an accusation."""
    carried(desk, 0)
    desk.run("org", "import", desk.stick)
    auditor = desk.folder / "auditor"
    desk.run("org", "received", "--to", auditor)
    for file in (auditor / "trust").glob("roster*"):
        file.unlink()
    words = ("verify", auditor / "bundles", "--root", auditor / "root", "--trust", auditor / "trust", "--json")
    verified = desk.run("nowhere", *words)
    assert verified.code == 31
    assert verified.json["verdict"] == "UNDECIDED"


def test_nothing_to_verify_is_not_valid(desk: Desk) -> None:
    """An empty folder must not look like a success."""
    empty = desk.folder / "empty"
    empty.mkdir()
    public = desk.folder / "org" / "public"
    words = ("verify", empty, "--root", public / "root", "--trust", public / "trust")
    assert desk.run("nowhere", *words).code == 3
    assert desk.run("org", "import", empty).code == 3


def test_a_bad_line_stops_only_itself(desk: Desk) -> None:
    """Good lines are stored; each bad one is named by its number and its field, without its values; the code is 40."""
    bad = document(1)
    bad["account"]["narrative_orginal"] = "Мама плакала"
    text = json_lines(document(0)) + json_lines(bad) + "{not json\n" + json_lines(document(2))
    outcome = desk.run("laptop-1", "add", "-", "--json", stdin=text)
    assert outcome.code == 40
    assert len(outcome.json["drafts"]) == 2
    assert [one["line"] for one in outcome.json["refused"]] == [2, 3]
    (finding,) = outcome.json["refused"][0]["findings"]
    assert finding["field"].startswith("account")
    assert finding["message"]
    assert finding["way_on"]
    assert "Мама плакала" not in outcome.out + outcome.err
    assert len(desk.run("laptop-1", "list", "--json").json) == 2


@pytest.mark.parametrize("lang", ["uk", "ru", "en"])
def test_refusals_speak_the_language(desk: Desk, lang: str) -> None:
    """A line that is refused is explained in the language chosen."""
    outcome = desk.run("laptop-1", "add", "-", stdin="{}\nnot json\n", lang=lang)
    assert outcome.code == 40
    assert ("this is not one JSON" in outcome.err) is (lang == "en")


def test_add_from_a_file(desk: Desk) -> None:
    """A file by name; one that is not there is refused and changes nothing."""
    file = desk.folder / "свідчення.jsonl"
    file.write_text(json_lines(document(0)), encoding="utf-8")
    assert desk.run("laptop-1", "add", file).code == 0
    assert desk.run("laptop-1", "add", desk.folder / "nothing").code == 62


def test_sealed_here_can_be_neither_shown_nor_discarded(desk: Desk) -> None:
    """After sealing the laptop says that it can't read the testimony, with 42, and prints nothing of it."""
    (code,) = added(desk, 0)
    assert desk.run("laptop-1", "show", code, "--plaintext").code == 0
    assert desk.run("laptop-1", "seal", code).code == 0
    shown = desk.run("laptop-1", "show", code, "--plaintext")
    assert shown.code == 42
    assert shown.out == ""
    assert "can't read" in shown.err
    assert desk.run("laptop-1", "discard", code, stdin=f"{code}\n").code == 42


def test_show_into_a_pipe_needs_a_word(desk: Desk) -> None:
    """Readable testimony goes into a pipe only when that is asked for."""
    (code,) = added(desk, 0)
    refused = desk.run("laptop-1", "show", code)
    assert refused.code == 2
    assert not [word for word in WORDS if word in refused.out + refused.err]
    shown = desk.run("laptop-1", "show", code, "--plaintext", "--json")
    assert shown.json["testimony"]["account"]["narrative_original"]


def test_lists_tell_nothing(desk: Desk) -> None:
    """Neither a list nor a status holds a word of a testimony or a name."""
    added(desk, 0, 1)
    for words in (("list",), ("list", "--json"), ("status",), ("status", "--json")):
        outcome = desk.run("laptop-1", *words)
        assert outcome.code == 0
        assert not [word for word in WORDS if word in outcome.out + outcome.err]


def test_discard_takes_the_code_typed_again(desk: Desk) -> None:
    """`--yes` is not enough; a wrong code or nothing declines and keeps the draft."""
    (code,) = added(desk, 0)
    assert desk.run("laptop-1", "discard", code, "--yes", stdin="").code == 2
    assert desk.run("laptop-1", "discard", code, stdin="742-118-365-8\n").code == 3
    assert len(desk.run("laptop-1", "list", "--json").json) == 1
    assert desk.run("laptop-1", "discard", code, stdin=f"{code}\n").code == 0
    assert desk.run("laptop-1", "list", "--json").json == []


def test_sealing_all_needs_a_yes(desk: Desk) -> None:
    """Without a terminal and without `--yes` nothing is sealed."""
    added(desk, 0)
    assert desk.run("laptop-1", "seal", "--all").code == 2
    assert desk.run("laptop-1", "list", "--json").json[0]["state"] == "draft"


def test_a_seal_that_rules_stop(desk: Desk) -> None:
    """A draft that lacks what must be asked stays a draft, with 41 and the rule; interrupted, it is sealed, marked."""
    (code,) = added(desk, 0)
    with Vault.open(desk.folder / "laptop-1", PASSPHRASE) as vault:
        draft = vault.drafts.get(code)
        assert draft is not None
        vault.drafts.remove(draft.id, "account.narrative_original")
    refused = desk.run("laptop-1", "seal", code, "--json")
    assert refused.code == 41
    findings = refused.json["refused"][0]["findings"]
    assert "V26" in {finding["rule"] for finding in findings}
    assert all(finding["way_on"] for finding in findings)
    assert desk.run("laptop-1", "seal", code, "--interrupted", "no-such-status").code == 2
    sealed = desk.run("laptop-1", "seal", code, "--interrupted", INTERRUPTIONS[0], "--json")
    assert sealed.code == 0
    assert sealed.json["sealed"][0]["marks"]


def test_attachments_by_name(desk: Desk) -> None:
    """Files go into the draft under a part; the list shows no name of theirs at the coordinator."""
    (code,) = added(desk, 0)
    photo = desk.folder / "Коваленко.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0 made up")
    attached = desk.run("laptop-1", "attach", code, photo, "--part", "identity", "--json")
    assert attached.code == 0
    assert attached.json[0]["part"] == "identity"
    assert photo.exists()
    assert desk.run("laptop-1", "attach", code, desk.folder / "nothing", "--part", "account").code == 62


def test_wrong_passphrase_and_wrong_place(desk: Desk) -> None:
    """Each has a code of its own, and says nothing of what was typed."""
    (desk.folder / "passphrase").write_text("not this one at all\n", encoding="utf-8")
    refused = desk.run("laptop-1", "list", "--json")
    assert refused.code == 10
    assert refused.json["error"]["code"] == "wrong-passphrase"
    assert "not this one" not in refused.out + refused.err
    assert desk.run("nowhere", "list").code == 12


def test_roles_are_kept_apart(desk: Desk) -> None:
    """A coordinator's command in a laptop's vault is refused, and the other way round."""
    assert desk.run("laptop-1", "import", desk.stick).code == 60
    assert desk.run("org", "receipts", desk.stick).code == 60


def test_lock_says_whether_anything_is_open(desk: Desk) -> None:
    """Nothing is; and the words are the language's."""
    assert desk.run("laptop-1", "lock", "--json").json == {"busy": False}
    assert "Замкнено" in desk.run("laptop-1", "lock", lang="uk").out


def test_status_of_both_sides(desk: Desk) -> None:
    """Counts, and who this vault is."""
    carried(desk, 0, 1)
    desk.run("org", "import", desk.stick)
    laptop, org = desk.run("laptop-1", "status", "--json").json, desk.run("org", "status", "--json").json
    assert (laptop["role"], laptop["sealed"], laptop["not_exported"], laptop["not_receipted"]) == (
        "interviewer",
        2,
        0,
        2,
    )
    assert (org["role"], org["records"], org["bundles"], org["quarantined"]) == ("coordinator", 2, 1, 0)
    assert desk.run("org", "quarantine", "list", "--json").json == []


def test_enrolment_asks_a_person(desk: Desk) -> None:
    """Without a terminal the eight words are not taken for compared, unless the option says so."""
    home = desk.folder / "laptop-3"
    card = desk.folder / "org" / "card"
    assert desk.run("laptop-3", "init", "--org", card).code == 2
    assert not (home / "request.age").exists()
    assert desk.run("laptop-3", "enrol", desk.folder / "nothing").code == 62
