"""Kinds of talk on a real vault: who may take which, the mission's own form, drafts of older forms, and the gaps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from intake.errors import ModeNotAllowed, UnknownMode
from intake.keys.pack import QUESTIONNAIRE
from intake.questionnaire.model import MODES, digest, digest_of, shipped
from intake.store.vault import Vault
from intake.usecases import trusted
from intake.usecases.gaps import gaps
from intake.usecases.interview import edit, interview
from intake.usecases.org_enrol import Profile
from intake.usecases.showing import show
from tests.worlds import loop, records
from tests.worlds.questionnaire import TRAINED, answer_until, question

if TYPE_CHECKING:
    from pathlib import Path

OWN = (
    shipped("first_account")
    .decode()
    .replace('id = "first_account"', 'id = "kherson"')
    .replace("version = 1", 'version = 3\nwithout = ["wishes"]')
)
"""A mission's own form: ours of the same mode, without one question."""


@pytest.fixture
def laptop(tmp_path: Path) -> loop.Laptop:
    """An enrolled laptop, of somebody with no training noted."""
    return loop.ready(tmp_path)[1]


def own_form(laptop: loop.Laptop, text: str, serial: int = 1) -> None:
    """As a pack brings it."""
    with Vault.open(laptop.env.home, loop.PASSPHRASE) as vault:
        vault.trust.put(trusted.QUESTIONNAIRE, serial, {QUESTIONNAIRE: text.encode()}, "2026-11-21T00:00:00Z")


def test_a_full_account_is_for_those_trained_for_it(laptop: loop.Laptop) -> None:
    """The pack says who is; without it the mode is neither offered nor taken."""
    with pytest.raises(ModeNotAllowed), interview(laptop.env, mode="full_account"):
        pass
    with interview(laptop.env) as running:
        assert running.modes == ("first_account", "search_only", "referral_only")
        assert running.session.form.mode == "first_account"


def test_who_is_trained_may_and_the_record_says_so(tmp_path: Path) -> None:
    """The training stands in the record: V06 asks for it again wherever it is read."""
    world, _, _ = loop.ready(tmp_path)
    laptop = world.laptop("trained", Profile("c-07", **TRAINED))
    with interview(laptop.env, mode="full_account") as running:
        assert running.modes == MODES
        answer_until(running.session, "narrative")
        case = running.case
    held = show(laptop.env, case).testimony["account"]["interview"]
    assert (held["trained_full"], held["trained_child"], held["trained_sv"]) == (True, True, True)


@pytest.mark.parametrize("mode", ["", "interrogation", "../first_account"])
def test_no_other_kind_of_talk_is_begun(laptop: loop.Laptop, mode: str) -> None:
    """A slip in --mode begins nothing; an empty one is the first account."""
    if not mode:
        with interview(laptop.env, mode=mode) as running:
            assert running.session.form.mode == "first_account"
        return
    with pytest.raises(UnknownMode), interview(laptop.env, mode=mode):
        pass


def test_a_change_of_mode_is_the_drafts(laptop: loop.Laptop) -> None:
    """Mode and form change with the session, in one commit; taken up again it goes on as what it became."""
    with interview(laptop.env) as running:
        answer_until(running.session, "narrative")
        running.switch("search_only")
        case = running.case
    with Vault.open(laptop.env.home, loop.PASSPHRASE) as vault:
        draft = vault.drafts.get(case)
        assert draft is not None
        assert (draft.mode, draft.questionnaire) == ("search_only", f"search_only@{digest('search_only')}")
    with interview(laptop.env, case) as again:
        assert again.session.form.mode == "search_only"


def test_a_missions_own_form_takes_the_place_of_ours(laptop: loop.Laptop) -> None:
    """What the pack brought is asked, in its mode alone, and the draft is pinned to its bytes."""
    own_form(laptop, OWN)
    with interview(laptop.env) as running:
        assert running.session.form.id == "kherson"
        answer_until(running.session, "narrative")
        case = running.case
    with interview(laptop.env, mode="search_only") as other:
        assert other.session.form.id == "search_only"
    with Vault.open(laptop.env.home, loop.PASSPHRASE) as vault:
        draft = vault.drafts.get(case)
        assert draft is not None
        assert draft.questionnaire == f"kherson@{digest_of(OWN.encode())}"


def test_a_draft_stays_with_the_form_it_was_taken_with(laptop: loop.Laptop) -> None:
    """A newer form of the mission is for new talks; the old draft goes on in the old one."""
    own_form(laptop, OWN)
    with interview(laptop.env) as running:
        answer_until(running.session, "narrative")
        case = running.case
    own_form(laptop, OWN.replace("version = 3", "version = 4"), serial=2)
    with interview(laptop.env, case) as old:
        assert old.session.form.version == 3
    with interview(laptop.env) as new:
        assert new.session.form.version == 4


@pytest.mark.parametrize("pinned", ["first_account@sha256:" + "0" * 64, "gone@sha256:" + "0" * 64])
def test_a_form_that_is_not_here_any_more_opens_as_todays(laptop: loop.Laptop, pinned: str) -> None:
    """Another digest or another name: the draft opens at its question, with every answer it had."""
    with interview(laptop.env) as running:
        answer_until(running.session, "speaker_country")
        case = running.case
    with Vault.open(laptop.env.home, loop.PASSPHRASE) as vault:
        draft = vault.drafts.get(case)
        assert draft is not None
        vault.drafts.set_form(draft.id, draft.mode, pinned)
        before = {path: value.value for path, value in vault.drafts.values(draft.id).items()}
    with interview(laptop.env, case) as again:
        assert question(again.session) == "speaker_country"
    with Vault.open(laptop.env.home, loop.PASSPHRASE) as vault:
        assert {path: value.value for path, value in vault.drafts.values(draft.id).items()} == before


def test_gaps_are_in_the_order_of_the_interview_and_change_nothing(laptop: loop.Laptop) -> None:
    """Each with the question that mends it, and the rule; `edit` opens at the first of them."""
    with interview(laptop.env) as running:
        answer_until(running.session, "speaker_country")
        case = running.case
    found = gaps(laptop.env, case)
    keys = [gap.key for gap in found if gap.key]
    assert keys[0] == "speaker_country"
    assert all(gap.question and (gap.finding is None or gap.finding.way_on) for gap in found if gap.key)
    assert found == gaps(laptop.env, case)
    with edit(laptop.env, case) as again:
        order = [line.key for line in again.session.review()]
        assert question(again.session) == "speaker_country"
        assert [order.index(key) for key in keys] == sorted(order.index(key) for key in keys)


def test_a_whole_draft_has_no_gaps(laptop: loop.Laptop) -> None:
    """Also one that came by `add`, in any mode: nothing is missing, and nothing is made up."""
    case = laptop.add([records.testimony()]).drafts[0].case
    assert [gap for gap in gaps(laptop.env, case) if gap.finding and gap.finding.level == "block"] == []


def test_gaps_are_said_in_the_language_chosen(laptop: loop.Laptop) -> None:
    """The question as the interviewer knows it."""
    with interview(laptop.env) as running:
        answer_until(running.session, "speaker_country")
        case = running.case
    uk = gaps(laptop.env, case)[0].question
    en = gaps(replace(laptop.env, t=loop.environment(laptop.env.home, lang="en").t), case)[0].question
    assert uk != en
    assert "In which country" in en
