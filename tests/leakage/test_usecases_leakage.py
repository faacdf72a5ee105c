"""No word of a testimony, no name and no passphrase in any file, error, argument or traceback of a deed."""

from __future__ import annotations

import io
import json
import os
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from intake.errors import IntakeError
from intake.usecases.add import add
from intake.usecases.attach import attach
from intake.usecases.interview import interview
from intake.usecases.quarantine import quarantine_list
from intake.usecases.received import received
from intake.usecases.showing import show
from intake.usecases.status import status
from tests.worlds import records
from tests.worlds.loop import PASSPHRASE, Answers, Laptop, World, lines, ready
from tests.worlds.questionnaire import answer_until

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "жовтогарячий-канарейковий-листопад"
CANARY_NAME = "Канарейченко Листопадівна"
CANARIES = (CANARY, CANARY_NAME, PASSPHRASE)
FORMS = ("utf-8", "utf-16-le", "cp1251", "unicode_escape")


@pytest.fixture
def all_three(tmp_path: Path) -> tuple[World, Laptop, Laptop]:
    """An organisation and two laptops."""
    return ready(tmp_path)


def canary_document(n: int = 0) -> object:
    """A testimony whose narrative and name can be looked for."""
    document = records.testimony(n=n)
    document["account"]["narrative_original"] = f"Тут стоїть {CANARY}, і більше ніде."
    document["identity"]["persons"][0]["names"][0]["full_original"] = CANARY_NAME
    return document


def assert_silent(folder: Path) -> None:
    """No canary in any file below the folder, in any encoding, and in no file's name."""
    found = []
    for path in folder.rglob("*"):
        data = os.fsencode(path) + (path.read_bytes() if path.is_file() else b"")
        found += [(path.name, form) for form in FORMS for word in CANARIES if word.encode(form, "ignore") in data]
    assert not found


def test_no_file_of_the_loop_holds_a_word(all_three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Drafted, interviewed, attached, sealed, carried, imported, handed to an auditor: nothing is readable anywhere."""
    world, laptop, _ = all_three
    case = laptop.add([canary_document()]).drafts[0].case
    medium = tmp_path / "medium"
    medium.mkdir()
    (medium / f"{CANARY}.txt").write_text(CANARY, encoding="utf-8")
    attach(laptop.env, case, [medium / f"{CANARY}.txt"], part="account")
    for path in medium.iterdir():
        path.unlink()
    with interview(laptop.env) as running:
        answer_until(running.session, answers={"narrative": CANARY, "person_name": CANARY_NAME})
        assert_silent(tmp_path)
    assert_silent(tmp_path)
    laptop.seal()
    laptop.export()
    world.import_()
    received(world.env, tmp_path / "auditor")
    assert_silent(tmp_path)


def test_nothing_is_written_outside_the_homes(all_three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """A whole loop leaves no file in the system's temp folder and none in the working folder."""
    world, laptop, _ = all_three
    working, temporary = tmp_path / "working", tmp_path / "temporary"
    working.mkdir()
    temporary.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(working)
        patch.setenv("TMPDIR", str(temporary))
        patch.setattr("tempfile.tempdir", str(temporary))
        laptop.add([canary_document()])
        laptop.seal()
        laptop.export()
        world.import_()
    assert not list(working.iterdir())
    assert not list(temporary.iterdir())


def test_refusals_quote_nothing(all_three: tuple[World, Laptop, Laptop]) -> None:
    """Bad lines of every kind: the refusal names line, field and rule, and no value, not in its repr either."""
    _, laptop, _ = all_three
    document = canary_document()
    bad = [
        json.dumps(document, ensure_ascii=False)[:-20].encode(),
        lines([{**document, CANARY: CANARY}]),  # type: ignore[dict-item]  # a document is a dict
        lines([{"account": {"narrative_original": [CANARY]}, "identity": CANARY_NAME}]),
        lines([{"account": {"people": [{"id": CANARY}], "incidents": CANARY}}]),
    ]
    for data in bad:
        added = add(laptop.env, io.BytesIO(data))
        assert added.refused
        assert not any(word in repr(added.refused) for word in CANARIES)


def test_errors_and_tracebacks_quote_nothing(all_three: tuple[World, Laptop, Laptop]) -> None:
    """Every refusal of a deed on a canary's draft: message, fields and the printed traceback are silent."""
    _, laptop, _ = all_three
    case = laptop.add([canary_document()]).drafts[0].case
    wrong = replace(laptop.env, ask=Answers(secret=CANARY))
    laptop.seal()
    for deed in (lambda: show(laptop.env, case), lambda: status(wrong), lambda: show(laptop.env, CANARY)):
        with pytest.raises(IntakeError) as caught:
            deed()
        told = "".join(traceback.format_exception(caught.value)) + repr(caught.value.fields) + str(caught.value)
        assert not any(word in told for word in CANARIES)


def test_quarantine_quotes_nothing(all_three: tuple[World, Laptop, Laptop]) -> None:
    """A damaged bundle of a canary's testimony: outcome and quarantine are silent."""
    world, laptop, _ = all_three
    laptop.add([canary_document()])
    laptop.seal()
    path = laptop.export().path
    data = bytearray(path.read_bytes())
    data[3000] ^= 1
    path.write_bytes(data)
    report = world.import_()
    assert not any(word in repr(report) + repr(quarantine_list(world.env)) for word in CANARIES)


def test_results_of_a_seal_and_an_export_are_silent(all_three: tuple[World, Laptop, Laptop]) -> None:
    """What a command prints of a seal, an export and an import holds codes, counts and sizes only."""
    world, laptop, _ = all_three
    laptop.add([canary_document()])
    told = repr(laptop.seal()) + repr(laptop.export()) + repr(world.import_())
    assert not any(word in told for word in CANARIES)
