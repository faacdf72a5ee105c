"""`coding`: an organisation's reading is a signed record beside the account, which never changes by it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from intake.errors import BadTestimony, CaseWithdrawn, JsonFault, NotInVault, WrongRole
from intake.records.kinds import Coding
from intake.store.vault import Vault
from intake.usecases.cases import case_file
from intake.usecases.coding import code
from intake.usecases.showing import show
from tests.scripts.test_withdrawal_story import Story, everything
from tests.worlds.loop import PASSPHRASE, Answers, World
from tests.worlds.officers import appointed, carry_on

if TYPE_CHECKING:
    from pathlib import Path

    from intake.usecases.coding import Coded

LEGAL = "leg.cah_deportation"


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """One testimony at the coordinator's."""
    story = Story(tmp_path)
    story.world.import_(story.told())
    return story


def coded(story: Story, said: Any, world: World | None = None) -> Coded:
    """From JSON."""
    return code((world or story.world).env, story.case, json.dumps(said).encode())


def codings(story: Story, world: World | None = None) -> list[Coding]:
    """The newest of each officer."""
    with Vault.open((world or story.world).env.home, PASSPHRASE) as vault:
        view = case_file(vault, story.case).view
    return [one for digest in view.codings if isinstance(one := view.records[digest], Coding)]


def incident(story: Story) -> str:
    """The id of its only one."""
    (one,) = show(story.world.env, story.case).testimony["record"]["body"]["incidents"]
    return str(one["id"])


def test_a_coding_stands_beside_the_account(story: Story) -> None:
    """Shown with it, signed by the officer, of the version that was read; not a byte of the account is another."""
    before = show(story.world.env, story.case).testimony
    done = coded(story, {"sensitivity": "strict", "incidents": [{"incident_id": incident(story), "legal": [LEGAL]}]})
    shown = show(story.world.env, story.case)
    assert shown.testimony == before
    assert shown.rest[done.record]["body"]["incidents"][0]["legal"] == [LEGAL]
    (coding,) = codings(story)
    assert (coding.author, coding.version, coding.body.of) == ("c-1", 1, shown.row.digest)


def test_what_is_asked_leaves_the_rest_as_it_was(story: Story) -> None:
    """The second coding follows the first; an empty answer keeps, `none` takes out, an unknown code is asked again."""
    one = incident(story)
    coded(story, {"note": "перша думка", "incidents": [{"incident_id": one, "legal": [LEGAL], "note": "так"}]})
    texts = ["паспорт", "", "mec.no_such_thing", "mec.threat_of_violence", "", "none", "", ""]
    answers = Answers(texts=texts, choices=["strict", "corroborated", one, "-"])
    done = code(replace(story.world.env, ask=answers), story.case)
    (coding,) = codings(story)
    body = coding.body.model_dump(mode="json", exclude_none=True, exclude={"of"})
    assert (done.version, coding.version, body.pop("verification")["status"]) == (2, 2, "corroborated")
    assert body == {
        "sensitivity": "strict",
        "incidents": [{"incident_id": one, "mechanisms": ["mec.threat_of_violence"], "legal": [LEGAL]}],
        "note": "перша думка",
    }


def test_two_officers_code_beside_each_other(story: Story) -> None:
    """A coding travels by relay; another officer's is a chain of its own, and both vaults say the same."""
    second = appointed(story.world)
    coded(story, {"sensitivity": "sealed_source"})
    carry_on(story.world, second)
    coded(story, {"sensitivity": "standard"}, second)
    carry_on(second, story.world)
    assert codings(story) == codings(story, second)
    assert {(one.author, one.version) for one in codings(story)} == {("c-1", 1), ("c-2", 1)}
    with Vault.open(second.env.home, PASSPHRASE) as vault:
        file = case_file(vault, story.case)
        assert file.view.standing(file.testimonies[0]).sealed_source  # the stricter of both counts


def test_a_coding_goes_with_its_testimony(story: Story) -> None:
    """An erasure takes it along; and what was taken back is not coded, nor what is not here."""
    coded(story, {"note": "ознаки депортації"})
    story.world.import_(story.taken_back())
    with pytest.raises(CaseWithdrawn):
        coded(story, {"sensitivity": "strict"})
    story.decide("erase")
    assert "ознаки депортації".encode() not in everything(story.world)
    with pytest.raises(NotInVault):
        code(story.world.env, "742-118-365-8", b"{}")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"sensitivity": "very"}, "coding.sensitivity"),
        ({"incidents": [{"incident_id": "00000000-0000-4000-8000-000000000000"}]}, "incidents[0].incident_id"),
        ({"narrative_original": "інакше"}, "?"),
        ({"of": "sha256:" + "0" * 64}, "of"),
        ({"retention_review": "колись"}, "retention_review"),
        ([], "of"),
    ],
)
def test_what_is_no_coding_is_refused_by_field(story: Story, said: Any, field: str) -> None:
    """A code nobody knows, an incident nobody told, a field of the account: nothing is signed, no value is quoted."""
    with pytest.raises(BadTestimony) as refused:
        coded(story, said)
    assert [getattr(one, "field", None) for one in refused.value.findings] == [field]
    assert codings(story) == []


def test_bytes_that_are_no_json(story: Story) -> None:
    """Any bytes at all end in an error of ours."""
    with pytest.raises(JsonFault):
        code(story.world.env, story.case, b"\xff{")


def test_a_laptop_codes_nothing(story: Story) -> None:
    """It is an officer's."""
    with pytest.raises(WrongRole):
        code(story.holder.env, story.case, b"{}")
