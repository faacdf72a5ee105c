"""The interview screen, key by key, in Ukrainian: what is shown, what is stored before the next question is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from textual.events import Key

from intake.app.interview import keeping
from intake.app.interview.detours import Ways
from intake.app.locked import Locked
from intake.errors import DiskFull
from intake.store.drafts import Drafts
from intake.store.vault import Vault
from tests.worlds.app_interview import KINDS, Talking, halfway, laptop, talk, talk_at
from tests.worlds.loop import NOW, PASSPHRASE
from tests.worlds.questionnaire import STORY

if TYPE_CHECKING:
    from pathlib import Path

    from intake.i18n import Language

NARRATIVE = "account.narrative_original"


def kept(home: Path) -> dict[str, object]:
    """What is on the disk of the only draft, read by another process of the vault after the application was left."""
    with Vault.open(home, PASSPHRASE) as vault:
        (draft,) = vault.drafts.list()
        return {path: one.value for path, one in vault.drafts.values(draft.id).items()}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_talk_is_taken_from_its_first_question_to_its_last(tmp_path: Path, kind: str) -> None:
    """By keys alone, until all is asked; every screen of it fits, and the draft is of that kind."""
    home = laptop(tmp_path)

    async def story(at: Talking) -> None:
        await at.begin(kind)
        await at.answer_until("")
        assert at.screen.page is not None
        assert at.screen.page.asked is None
        assert "Запечатати" in at.words

    talk(story, home)
    assert kept(home)["account.account_mode"] == kind


def test_before_consent_nothing_is_on_the_disk_and_the_screen_says_so(tmp_path: Path) -> None:
    """Not even that there is a draft."""
    home = laptop(tmp_path)

    async def story(at: Talking) -> None:
        await at.begin()
        await at.answer_until("store")
        assert "лише в пам’яті" in at.shown
        assert at.draft() == {}
        await at.answer("1")
        assert "збережено" in at.shown
        assert at.draft()

    talk(story, home)


def test_an_answer_is_in_the_vault_before_the_next_question_is_shown(tmp_path: Path) -> None:
    """Looked up at the moment the screen has turned."""
    home = laptop(tmp_path)

    async def story(at: Talking) -> None:
        await at.begin()
        await at.answer_until("prior_accounts")
        await at.answer("0")
        assert at.question == "narrative"
        assert at.draft()["account.prior_accounts"] == []

    talk(story, home)


def test_the_sections_say_what_is_done_and_where_we_are(tmp_path: Path) -> None:
    """✓ before, ▸ here; the case code, the kind of talk and the keys stand on the screen."""

    async def story(at: Talking) -> None:
        assert "✓ Безпека" in at.shown
        assert "▸ Розповідь" in at.shown
        assert at.screen.case in at.shown
        assert "Перша стисла розповідь" in at.shown
        for key in ("Tab далі", "F2 назад", "F3 не питали/відмова/не знає", "F4 перерва", "F9 огляд", "F10 сховати"):
            assert key in at.words

    talk_at(tmp_path, "narrative", story)


def test_what_is_typed_behind_tab_lands_in_the_next_question(tmp_path: Path) -> None:
    """Keys that arrive in one read with a Tab, or while an answer is saved, are neither lost nor in the wrong place."""

    async def typed(at: Talking) -> None:
        before = at.draft()
        for sign in "02.2022":
            at.app.post_message(Key({".": "full_stop"}.get(sign, sign), sign))
        at.app.post_message(Key("tab", "\t"))
        for sign in "Каховка":
            at.app.post_message(Key(sign, sign))
        await at.settle()
        assert at.question == "place"
        assert getattr(at.screen._answer, "text", "") == "Каховка"
        assert at.draft() != before

    talk_at(tmp_path, "when", typed)


def test_a_long_text_is_saved_while_it_is_typed(tmp_path: Path) -> None:
    """Without any key that hands it in, within two seconds; its words are counted."""

    async def story(at: Talking) -> None:
        await at.write(STORY)
        await at.pilot.pause(1.8)
        await at.settle()
        assert at.draft()[NARRATIVE] == STORY
        assert f"{len(STORY.split())} слів · у цьому тексті під ризиком не більше 2 секунд" in at.words

    talk_at(tmp_path, "narrative", story)


def test_a_full_disk_keeps_the_text_on_the_screen_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next try, with room again, saves it."""

    def full(*_: object, **__: object) -> None:
        raise DiskFull

    async def story(at: Talking) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(Drafts, "save", full)
            await at.write("Прийшли.")
            await at.press("tab")
            assert "НЕ ЗБЕРЕЖЕНО" in at.shown
            assert "Прийшли." in at.shown
            assert at.question == "narrative"
        await at.press("tab")
        assert "НЕ ЗБЕРЕЖЕНО" not in at.shown
        assert at.draft()[NARRATIVE] == "Прийшли."

    talk_at(tmp_path, "narrative", story)


def test_hidden_at_once_and_back_at_the_same_question_with_what_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F10 in the middle of a date: saved before the next save is due, nothing to read, and then the half of it."""
    monkeypatch.setattr(keeping, "KEEP_SECONDS", 1000.0)

    async def story(at: Talking) -> None:
        await at.write("17.03")
        await at.press("f10")
        assert isinstance(at.app.screen, Locked)
        assert "17.03" not in at.shown
        await at.unlock_again()
        assert at.question == "when"
        assert "17.03" in at.shown

    talk_at(tmp_path, "when", story)


def test_what_was_begun_and_not_handed_in_is_named_before_it_is_sealed(tmp_path: Path) -> None:
    """A mark of a list, left with F9: it would not be sealed, so it is a gap that leads there, with the mark."""

    async def story(at: Talking) -> None:
        await at.press("enter")
        await at.pilot.pause(0.9)
        await at.settle()
        assert "[x]" in at.shown
        assert "почате збережено" in at.shown
        question = at.asked.key
        await at.press("f9")
        await at.press(*["end", "enter"])
        await at.answer_until("")
        assert at.screen.page is not None
        gaps = {gap.key: gap for gap in at.screen.page.gaps}
        assert gaps[question].begun
        assert "Тут щось набрано й не подано" in at.words
        await at.press(str(list(gaps).index(question) + 1))
        assert "[x]" in at.shown
        await at.press("tab")
        assert question not in at.screen.talk.session.begun()

    talk_at(tmp_path, "violations", story)


def test_hidden_before_consent_what_was_answered_waits_in_memory(tmp_path: Path) -> None:
    """Nothing was written for it, and nothing is asked twice."""
    home = laptop(tmp_path)

    async def story(at: Talking) -> None:
        await at.begin()
        await at.answer_until("risk_flags")
        await at.press("f10")
        await at.unlock_again()
        assert at.question == "risk_flags"
        await at.answer_until("narrative")
        assert at.draft()["account.language_of_account"] == ["uk", "ru"]

    talk(story, home)


def test_no_answer_and_why(tmp_path: Path) -> None:
    """F3, a digit: the reason is stored, and said."""

    async def story(at: Talking) -> None:
        await at.press("f3")
        assert "Відмова відповідати" in at.shown
        await at.press("2")
        assert at.question == "place"
        assert "Відмова відповідати" in at.words
        assert "declined" in at.draft().values()

    talk_at(tmp_path, "when", story)


def test_consent_has_no_way_around_it(tmp_path: Path) -> None:
    """F3 is not offered, and does nothing, where an answer must be given; Tab says why."""

    async def story(at: Talking) -> None:
        assert "F3" not in at.shown
        await at.press("f3")
        assert at.app.screen is at.screen
        await at.press("tab")
        assert at.question == "store"
        assert "■" in at.shown

    talk_at(tmp_path, "store", story)


def test_the_consent_text_is_one_text_read_to_its_end_before_it_is_asked_about(tmp_path: Path) -> None:
    """Where to type comes with the last line."""

    async def story(at: Talking) -> None:
        await at.write("1")
        await at.press("tab")
        assert at.question == "consent_text"
        await at.answer("1")
        assert at.question not in ("", "consent_text")

    talk_at(tmp_path, "consent_text", story)


def test_a_closed_gate_says_why_and_what_else_can_be_done(tmp_path: Path) -> None:
    """Consent refused: the reason, to stop or to go back; stopping leaves date, kind and reason only."""
    home = laptop(tmp_path)

    async def story(at: Talking) -> None:
        await at.begin()
        await at.answer_until("store")
        await at.answer("2")
        assert isinstance(at.app.screen, Ways)
        assert "■" in at.shown
        assert "лише в пам’яті" in at.shown
        await at.press("f2")
        assert at.question == "store"
        await at.answer("2")
        assert isinstance(at.app.screen, Ways)
        rows = [code for code, _ in at.app.screen._rows]
        await at.press(str(rows.index("do:stop") + 1))
        assert at.screen.page is not None
        assert at.screen.page.ended is not None
        assert at.draft() == {}
        await at.press("enter")
        assert at.name == "Home"

    talk(story, home)


def test_a_gate_that_offers_another_kind_of_talk_keeps_what_was_answered(tmp_path: Path) -> None:
    """A full account where an official one was taken: the first of the kinds it offers goes on with every answer."""

    async def story(at: Talking) -> None:
        await at.begin("full_account")
        await at.answer_until("prior_accounts")
        await at.write("прокур")
        await at.press("enter", "tab")
        assert isinstance(at.app.screen, Ways), at.shown
        await at.press("1")
        assert at.draft()["account.account_mode"] == "first_account"
        assert at.question == "narrative"

    talk(story, laptop(tmp_path))


def test_somebody_is_added_in_the_middle_of_the_account_and_the_account_comes_back(tmp_path: Path) -> None:
    """With the text as it was; F5, a digit."""

    async def story(at: Talking) -> None:
        await at.write("Прийшли вранці")
        await at.press("f5", "1")
        assert at.question == "person_roles"
        assert at.draft()[NARRATIVE] == "Прийшли вранці"
        await at.answer("1")
        for _ in range(20):
            if at.question == "narrative":
                break
            await at.press("tab")
        assert at.question == "narrative"
        await at.write(", двоє.")
        await at.press("tab")
        assert at.draft()[NARRATIVE] == "Прийшли вранці, двоє."

    talk_at(tmp_path, "narrative", story)


def test_a_pause_is_written_down_and_the_same_question_comes_back(tmp_path: Path) -> None:
    """F4, 1; nothing of the talk on the screen meanwhile; also after the program was left in the pause."""
    home = laptop(tmp_path)

    async def story(at: Talking) -> None:
        await at.begin()
        await at.answer_until("narrative")
        await at.write("Прийшли.")
        await at.press("f4", "1")
        assert "Перерва з" in at.shown
        assert "Прийшли" not in at.shown
        assert at.draft()["account.interview.status"] == "paused"
        await at.press("q")
        assert at.name == "Home"

    async def later(at: Talking) -> None:
        await at.unlock()
        await at.press("2", "1", "1")
        assert "Перерва з" in at.shown
        await at.press("enter")
        assert at.question == "narrative"
        assert "Прийшли." in at.shown
        assert at.draft()["account.interview.status"] == "in_progress"

    talk(story, home)
    talk(later, home)


def test_the_person_stops_and_it_is_sealed_as_it_is(tmp_path: Path) -> None:
    """F4, 2, seal: the laptop can't read it any more."""
    home = laptop(tmp_path)

    async def story(at: Talking) -> None:
        await at.begin()
        await at.answer_until("narrative", {"contact_again": "2"})
        await at.write("Прийшли вранці.")
        await at.press("tab", "f4", "2")
        assert at.draft()["account.interview.status"] == "stopped_by_person"
        await at.press("1")
        await at.until("Sealing")
        await at.press("enter")
        await at.until("Told")
        assert "Запечатано" in at.words, at.shown
        await at.press("enter")
        await at.settle()
        assert at.name == "Home"

    talk(story, home)
    with Vault.open(home, PASSPHRASE) as vault:
        assert vault.drafts.list() == []


def test_what_stops_a_sealing_cut_short_stands_first(tmp_path: Path) -> None:
    """Contact was agreed and no channel is there yet: that alone has to be mended; the rest may stay, with a mark."""

    async def story(at: Talking) -> None:
        await at.begin()
        await at.answer_until("narrative")
        await at.write("Прийшли вранці.")
        await at.press("tab", "f4", "2", "1")
        await at.until("Sealing")
        first = at.shown.partition("Бракує:")[2].split("\n")[1]
        assert first.strip().startswith("!"), at.shown
        assert at.words.count("треба виправити") == 1, at.shown
        assert "з позначкою" in at.words

    talk(story, laptop(tmp_path))


def test_consent_is_taken_back_in_the_middle(tmp_path: Path) -> None:
    """F4 leads to the question of consent; refused there, every answer is taken back."""

    async def story(at: Talking) -> None:
        await at.write("Прийшли.")
        await at.press("f4", "5")
        assert at.question == "store"
        await at.answer("2")
        assert isinstance(at.app.screen, Ways)
        await at.press(str([code for code, _ in at.app.screen._rows].index("do:stop") + 1))
        assert at.draft() == {}

    talk_at(tmp_path, "narrative", story)


def test_before_consent_leaving_leaves_nothing(tmp_path: Path) -> None:
    """F4 says so first."""
    home = laptop(tmp_path)

    async def story(at: Talking) -> None:
        await at.begin()
        await at.answer_until("risk_flags")
        await at.press("f4")
        assert "нічого" in at.words
        await at.press("1")
        assert at.name == "Home"

    talk(story, home)
    with Vault.open(home, PASSPHRASE) as vault:
        assert vault.drafts.list() == []


def test_a_choice_is_found_in_three_languages_and_under_the_wrong_layout(tmp_path: Path) -> None:
    """A part of the word in Russian or English; or typed with the Latin layout still on; marked [x], not by colour."""

    async def story(at: Talking) -> None:
        for typed in ("паспор", "passpor", "gfcgjh"):
            await at.write(typed)
            assert "паспорт" in at.words, typed
            await at.press(*["backspace"] * len(typed))
        await at.write("нав'язув")
        assert "Нав’язування" in at.shown
        await at.press("enter")
        assert "[x] Нав’язування" in at.words
        assert "ще не збережено" in at.shown
        await at.press("tab")
        assert at.draft()

    talk_at(tmp_path, "violations", story)


def test_nobody_and_somebody_are_not_marked_together(tmp_path: Path) -> None:
    """The 0 of "nobody" takes the others away, and the other way round."""

    async def story(at: Talking) -> None:
        await at.write("1")
        await at.write("0")
        assert "1  [ ]" in at.shown
        assert "0  [x]" in at.shown
        await at.write("2")
        assert "0  [ ]" in at.shown
        assert "2  [x]" in at.shown

    talk_at(tmp_path, "present", story)


def test_a_date_is_shown_as_understood_and_its_words_stay(tmp_path: Path) -> None:
    """While it is typed, and above the next question."""

    async def story(at: Talking) -> None:
        await at.write("навесні 2022, після Великодня")
        assert "зрозуміло як: 24.04.2022" in at.words
        await at.press("enter")
        assert "Зрозуміло як: 24.04.2022" in at.words
        assert "навесні 2022, після Великодня" in at.draft().values()

    talk_at(tmp_path, "when", story)


def test_words_that_give_no_date_are_kept_and_the_date_is_asked_again(tmp_path: Path) -> None:
    """Nothing is guessed; Ukrainian apostrophes are stored as they were typed."""

    async def story(at: Talking) -> None:
        await at.write("коли зав'язалось")
        await at.press("enter")
        assert at.question == "when"
        assert "коли зав'язалось" in at.draft().values()
        await at.write("02.2022")
        await at.press("enter")
        assert at.question == "place"

    talk_at(tmp_path, "when", story)


def test_a_place_is_completed_from_the_codifier_and_its_words_stay(tmp_path: Path) -> None:
    """Down and Enter take the first that is offered while it is typed; what was typed stands as said."""

    async def story(at: Talking) -> None:
        await at.write("Каховка")
        assert "Херсонська область" in at.words
        assert "1  Каховка" not in at.shown, "a digit would be typed into the words"
        assert "↓  Каховка" in at.shown
        await at.press("down", "enter")
        assert at.question != "place"
        held = at.draft()
        assert "Каховка" in [value for path, value in held.items() if path.endswith("text_as_said")]
        assert [value for path, value in held.items() if path.endswith("katotth")]

    talk_at(tmp_path, "place", story)


def test_lists_for_the_interviewer_alone_say_so(tmp_path: Path) -> None:
    """The coding is not for the person."""

    async def story(at: Talking) -> None:
        assert "▲ Лише для вас: екран поверніть до себе" in at.words

    talk_at(tmp_path, "violations", story)


def test_the_review_goes_to_a_question_and_the_gaps_lead_to_what_is_missing(tmp_path: Path) -> None:
    """F9 in the middle; at the end, Enter on a gap; mended, it is gone."""

    async def story(at: Talking) -> None:
        await at.press("f9")
        assert "РОЗПОВІДЬ" in at.shown
        await at.press("up", "enter")
        assert at.question == "prior_accounts"
        await at.press("tab")
        await at.write("Прийшли.")
        await at.press("tab")
        await at.answer_until("speaker_country")
        await at.press("f3", "1")
        await at.answer_until("")
        assert at.screen.page is not None
        before = len(at.screen.page.gaps)
        if before:
            await at.press("enter")
            assert at.question
            await at.press("f9", "f2")
            assert at.question

    talk_at(tmp_path, "narrative", story)


def test_back_keeps_what_was_typed_for_when_the_question_comes_again(tmp_path: Path) -> None:
    """Half a date, F2, Tab: it is still there."""

    async def story(at: Talking) -> None:
        await at.write("17.0")
        await at.press("f2")
        assert at.question != "when"
        await at.press("tab")
        assert at.question == "when"
        assert "17.0" in at.shown
        await at.write("2.2022")
        await at.press("tab")
        assert at.question == "place"

    talk_at(tmp_path, "when", story)


def test_what_can_not_be_an_answer_is_refused_and_stays_where_it_was_typed(tmp_path: Path) -> None:
    """Why, above the question."""

    async def story(at: Talking) -> None:
        await at.write("скоро")
        await at.press("enter")
        assert at.question == "speaker_age"
        assert "■" in at.shown
        assert "скоро" in at.shown

    talk_at(tmp_path, "speaker_age", story, KINDS[3])


def test_help_says_what_every_key_does_under_a_cyrillic_layout_too(tmp_path: Path) -> None:
    """F1; function keys are the same under every layout."""

    async def story(at: Talking) -> None:
        await at.begin()
        await at.press("f1")
        for key in ("Tab", "F2", "F3", "F4", "F5", "F7", "F9", "F10"):
            assert key in at.shown
        await at.press("enter")
        assert at.question == "interview_mode"

    talk(story, laptop(tmp_path))


def test_a_file_is_attached_in_the_middle(tmp_path: Path) -> None:
    """F5: which file, what it shows; then the same question."""
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))

    async def story(at: Talking) -> None:
        await at.begin()
        await at.answer_until("narrative")
        await at.press("f5", "4")
        assert at.name == "Place"
        at.app.screen.query_one("Field").value = str(photo)  # type: ignore[attr-defined]
        at.app.screen.query_one("Field").focus()
        await at.press("enter")
        await at.until("Choose")
        await at.press("9")
        await at.until("Told")
        await at.press("enter")
        assert at.question == "narrative"

    home = laptop(tmp_path)
    talk(story, home)
    with Vault.open(home, PASSPHRASE) as vault:
        (draft,) = vault.drafts.list()
        assert len(vault.attachments.list(draft.id)) == 1


def test_another_kind_of_talk_keeps_what_was_answered(tmp_path: Path) -> None:
    """F5 in the middle of the account: what both ask is there, the rest is put aside, and comes back with the first."""

    async def story(at: Talking) -> None:
        await at.write("Прийшли вранці.")
        await at.press("f5", "6")
        assert isinstance(at.app.screen, Ways)
        await at.press("1")
        assert at.draft()["account.account_mode"] == "search_only"
        assert NARRATIVE not in at.draft()
        await at.press("f5")
        assert isinstance(at.app.screen, Ways)
        await at.press(str([code for code, _ in at.app.screen._rows].index("do:kind") + 1), "1")
        assert at.draft()["account.account_mode"] == "first_account"
        assert at.draft()[NARRATIVE] == "Прийшли вранці."

    talk_at(tmp_path, "narrative", story)


def test_after_an_hour_a_rest_is_offered_and_a_pause_takes_the_offer_back(tmp_path: Path) -> None:
    """One calm line above the keys; the clock is the test's."""
    home, case = halfway(tmp_path, "narrative")

    moved = [NOW]

    async def later(at: Talking) -> None:
        at.app.session._env = replace(at.app.session.env, clock=lambda: moved[0])
        await at.open(case)
        assert "перерви" not in at.words
        moved[0] = NOW + timedelta(minutes=61)
        at.screen._remind()
        await at.pilot.pause(0.3)
        assert "61 хвилина без перерви. Запропонуйте перепочинок: F4." in at.words
        await at.press("f4", "1", "enter")
        assert "без перерви" not in at.words

    talk(later, home)


def test_strong_distress_offers_a_pause_and_the_numbers(tmp_path: Path) -> None:
    """As soon as it was said; until a pause is written down."""

    async def story(at: Talking) -> None:
        await at.answer("3")
        assert "F4" in at.words
        assert "Людині тяжко" in at.words

    talk_at(tmp_path, "distress", story)


def test_a_language_chosen_anew_words_the_question_anew(tmp_path: Path) -> None:
    """Nothing that was typed goes."""

    async def story(at: Talking) -> None:
        await at.write("17.0")
        at.app.next_language()
        await at.settle()
        await at.pilot.pause(0.2)
        assert "Когда это было?" in at.words
        assert "17.0" in at.shown

    talk_at(tmp_path, "when", story)


def test_the_language_is_changed_in_the_middle_and_the_place_is_kept(tmp_path: Path) -> None:
    """F5: the last row names the next language in itself; half a date stays."""

    async def story(at: Talking) -> None:
        await at.write("17.0")
        await at.press("f5")
        assert "Мова: русский" in at.shown
        assert isinstance(at.app.screen, Ways)
        await at.press(str(len(at.app.screen._rows)))
        await at.settle()
        assert at.question == "when"
        assert "Когда" in at.words
        assert "17.0" in at.shown

    talk_at(tmp_path, "when", story)


def test_the_account_is_read_back_from_its_first_word(tmp_path: Path) -> None:
    """F5, read aloud: the person's words alone on the screen; what else is read stands under them."""

    async def story(at: Talking) -> None:
        await at.write("Прийшли вранці.")
        await at.press("f5")
        assert isinstance(at.app.screen, Ways)
        await at.press(str([code for code, _ in at.app.screen._rows].index("do:aloud") + 1))
        assert at.name == "Aloud"
        assert "Прийшли вранці." in at.shown
        await at.press("enter")
        assert at.question == "narrative"

    talk_at(tmp_path, "narrative", story)


@pytest.mark.parametrize("lang", ["uk", "ru", "en"])
def test_it_is_said_in_three_languages(tmp_path: Path, lang: Language) -> None:
    """The keys, the state and the sections."""
    home, case = halfway(tmp_path, "narrative")
    said = {"uk": "Tab далі · F2 назад", "ru": "Tab дальше · F2 назад", "en": "Tab go on · F2 back"}

    async def story(at: Talking) -> None:
        await at.open(case)
        assert said[lang] in at.words

    talk(story, home, lang=lang)
