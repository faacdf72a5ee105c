"""One entry of one file is all it takes to add a term; and legal qualifications are nobody's choice in an interview."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tools import reference, schemas

from intake import vocabulary
from intake.cli.shell import run
from intake.crypto import strictjson
from intake.questionnaire import model
from intake.records.kinds import Coding
from intake.records.record import Digests, Sealing, build_full, parse_full
from intake.records.rules import check
from intake.records.testimony import parse_testimony
from intake.usecases.add import add
from tests.worlds import records
from tests.worlds.loop import lines, ready
from tests.worlds.questionnaire import Disk, answer_until

if TYPE_CHECKING:
    from collections.abc import Iterator

NEW = "mob.made_up_here"
ENTRY = f"""
[[term]]
code = "{NEW}"
uk = "Щойно додана дія"
ru = "Только что добавленное действие"
en = "An act that was just added"
since = "2026-11-22"
"""


def forget() -> None:
    """Read the data anew."""
    for made in vars(vocabulary).values():
        getattr(made, "cache_clear", lambda: None)()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the data in which one more violation stands."""
    folder = tmp_path / "data"
    shutil.copytree(vocabulary.DATA, folder)
    with (folder / "violation.toml").open("a", encoding="utf-8") as file:
        file.write(ENTRY)
    monkeypatch.setattr(vocabulary, "DATA", folder)
    forget()
    yield folder
    monkeypatch.undo()
    forget()


def with_violation(code: str) -> Any:
    """A whole testimony in which somebody coded this."""
    return records.changed(records.made_up(), account__incidents__0__violations=[code])


# -- one entry ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("data")
def test_prompts_offer_it() -> None:
    """The questionnaire's choices, and the search in them."""
    session = Disk().session()
    answer_until(session, stop="violations")
    assert session.current is not None
    assert NEW in {choice.code for choice in session.current.choices}
    assert [term.code for term in vocabulary.search("щойно", "uk", ["violation"])] == [NEW]


@pytest.mark.usefixtures("data")
def test_schemas_list_it() -> None:
    """The vocabulary's schema, and that of what people type; the frozen one of records stays as it is."""
    listed = schemas.schema("vocabulary-v1")["$defs"]["violation"]["oneOf"]
    assert {"const": NEW, "title": "An act that was just added"} in listed
    assert NEW in schemas.text("testimony-v1")
    assert NEW not in schemas.text("record-v1")


@pytest.mark.usefixtures("data")
def test_terms_and_the_reference_show_it(capsys: pytest.CaptureFixture[str]) -> None:
    """In its group, though it stands at the end of the file."""
    assert run(["--lang", "en", "terms", "violation"]) == 0
    page = capsys.readouterr().out
    assert re.search(rf"mob\.conscription_on_majority.*{NEW}.*\ndet\.", page, re.DOTALL)
    assert f"`{NEW}`" in reference.vocabulary_page()


@pytest.mark.usefixtures("data")
def test_add_takes_it_and_reports_say_it(tmp_path: Path) -> None:
    """A code that the vocabulary has is no fault, and has words."""
    _, laptop, _ = ready(tmp_path / "org")
    added = add(laptop.env, io.BytesIO(lines([with_violation(NEW)])))
    assert (len(added.drafts), added.refused) == (1, ())
    assert vocabulary.label(NEW, "uk") == "Щойно додана дія"


def test_add_refuses_it_without_the_entry() -> None:
    """The same code, one entry less: so the tests above prove something."""
    assert check(parse_testimony(with_violation(NEW)), stage="add")


def test_the_digest_covers_every_file(data: Path) -> None:
    """A letter more in any file, legal references included, or a file more, is another vocabulary."""
    before = vocabulary.digest()
    for path in sorted(data.iterdir()):
        kept = path.read_bytes()
        path.write_bytes(kept + b"#")
        forget()
        assert vocabulary.digest() != before, path.name
        path.write_bytes(kept)
    shutil.copy(data / "sex.toml", data / "sexes.toml")
    forget()
    assert vocabulary.digest() != before


def test_the_edition_is_that_of_the_newest_entry(data: Path) -> None:
    """Whoever compares two laptops sees which knows more."""
    assert vocabulary.edition() == "2026-11-22"
    (data / "violation.toml").write_text(ENTRY.replace("2026-11-22", "2027-01-01"), encoding="utf-8")
    forget()
    assert vocabulary.edition() == "2027-01-01"


def test_a_code_of_a_newer_vocabulary_comes_back_byte_for_byte() -> None:
    """What this version does not know is kept in a record, and shown as not known here."""
    sealing = Sealing("a" * 64, "d-3", "742-118-365-8", records.made_id(1), Digests())
    data = build_full(parse_testimony(with_violation(NEW)), sealing).record
    read = parse_full(data)
    assert read.body.incidents[0].violations == (NEW,)
    assert strictjson.dumps(json.loads(read.model_dump_json(exclude_unset=True))) == data
    assert vocabulary.label(NEW, "en") == f"code not known here: {NEW}"


# -- legal qualifications ----------------------------------------------------------------------------------------------

CODERS = {name for name in vocabulary.families() if vocabulary.head(name).chosen_by == "coder"}
LEGAL = tuple(vocabulary.family("legal_layer"))


def test_qualifications_are_a_coders() -> None:
    """And each says by which law."""
    assert {"legal_layer", "verification"} <= CODERS
    assert all(term.legal for term in vocabulary.family("legal_layer").values())


def test_no_act_is_named_as_a_crime_in_law() -> None:
    """What interviewers choose from names no crime that a court finds, in none of the languages."""
    finding = re.compile(
        "genocid|геноцид|against humanity|проти людяності|против человечности"
        "|war crime|воєнн\\w+ злоч|военн\\w+ преступ|persecut|traffick",
        re.IGNORECASE,
    )
    for name in set(vocabulary.families()) - CODERS:
        for term in vocabulary.family(name).values():
            assert not finding.search(f"{term.code} {term.en} {term.uk} {term.ru}") or term.code in {
                "per.trafficked",  # a code that stays; its words say sold or exploited
                "mec.threat_of_persecution",  # a code that stays; its words say prosecution or reprisal
            }, term.code


def test_no_questionnaire_asks_for_one() -> None:
    """Every question of every file offers interviewers' families only."""
    files = Path(model.__file__).parent.joinpath("data").rglob("*.toml")
    said = "\n".join(file.read_text("utf-8") for file in files)
    asked = set(re.findall(r'^vocabulary = "(.+)"', said, re.MULTILINE))
    assert "violation" in asked
    assert not asked & CODERS


def test_no_field_of_a_testimony_takes_one() -> None:
    """Not in the account, not in the identity part: so neither `add`, `interview` nor `edit` can write one."""
    found = set(re.findall(r'"([a-z_]+)"', " ".join(_families(schemas.schema("testimony-v1")))))
    assert "violation" in found
    assert not found & CODERS


def test_a_coordinators_coding_takes_them() -> None:
    """That is where they live."""
    assert "legal_layer" in "".join(_families(Coding.model_json_schema()))


@pytest.mark.parametrize("name", schemas.SCHEMAS)
def test_every_family_that_a_schema_names_is_listed(name: str) -> None:
    """`x-vocabulary` never points at nothing."""
    named = set(re.findall(r'"([a-z_]+)"', "".join(_families(schemas.schema(name)))))
    assert named <= set(schemas.schema("vocabulary-v1")["$defs"])


def _families(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield json.dumps(node.get("x-vocabulary", []))
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _families(inner)


def test_add_refuses_every_one(tmp_path: Path) -> None:
    """Whoever writes one into a file of testimonies is told so, line by line, and nothing of it is stored."""
    _, laptop, _ = ready(tmp_path)
    added = add(laptop.env, io.BytesIO(lines([with_violation(code) for code in LEGAL])))
    assert added.drafts == ()
    assert len(added.refused) == len(LEGAL)
