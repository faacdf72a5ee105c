"""The interview in lines on streams: what is shown, what is hidden, what a command does, and what a failure leaves."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from intake.cli.line_screen import Screen
from intake.cli.line_terminal import EditedLine, HungUp, StreamTerminal, width
from intake.cli.lines import run_lines
from intake.i18n import Translator
from intake.questionnaire.engine import Host, Session
from intake.questionnaire.model import MODES, load
from intake.records import consent_text, paths, rules
from intake.records.testimony import parse_testimony
from intake.usecases.interview import Interview
from tests.worlds.questionnaire import ANSWERS, NOW, STORY, Disk, answer_until, at_gate, question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intake.cli.line_terminal import Watch
    from intake.cli.lines import Left
    from intake.i18n import Language

PASSPHRASE = "верба калина обрій"  # noqa: S105  made up


def sit(session: Session, typed: Sequence[str], encoding: str = "utf-8") -> tuple[Left, str]:
    """Type the lines; returns how it was left and all that was shown."""
    raw = io.BytesIO()
    sink = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    terminal = StreamTerminal(io.StringIO("".join(f"{line}\n" for line in typed)), sink)
    left = run_lines(Interview(session, PASSPHRASE.__eq__, "742-118-365-8"), terminal, Translator("en"))
    return left, raw.getvalue().decode(encoding)


def typed_interview(disk: Disk) -> list[str]:
    """What to type for a whole interview: the answers of the world, in the order in which they are asked."""
    typed: list[str] = []
    session = disk.session()
    while session.current is not None:
        name = question(session)
        line = at_gate(session) if name.endswith("+") else ANSWERS.get(name, "")
        typed += [*line.split("\n"), "."] if name == "narrative" else [line]
        if not line:
            session.next()
        elif session.answer(line).stays:
            typed.append("")
            session.next()
    return typed


def test_a_whole_interview_in_lines_can_be_sealed() -> None:
    """From the first line to the review at the end, typed into a pipe: the record passes every rule of sealing."""
    disk = Disk()
    left, _ = sit(disk.session(), [*typed_interview(Disk()), ""])
    assert left.how == "finished"
    assert disk.values["account.narrative_original"] == STORY
    assert rules.check(parse_testimony(paths.assemble(disk.values)), stage="seal") == ()


def test_the_end_of_the_input_is_a_terminal_that_went_away() -> None:
    """What was answered is kept, and the next sitting begins at the same question."""
    disk = Disk()
    typed = typed_interview(Disk())
    left, _ = sit(disk.session(), typed[:20])
    assert left.how == "left"
    assert disk.session().current == sit_at(disk).current
    assert disk.values


def sit_at(disk: Disk) -> Session:
    """Another session on the same disk."""
    return disk.session()


@pytest.mark.parametrize("line", ["q", "йгше", "й", "вийти"])
def test_leaving_keeps_everything(line: str) -> None:
    """Any way to say quit, also with the wrong layout on."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "speaker_country")
    before = dict(disk.values)
    left, _ = sit(session, [line])
    assert (left.how, disk.values) == ("left", before)


def test_hidden_shows_nothing_until_the_passphrase_is_right() -> None:
    """After `!` the screen has a clock and a prompt; a wrong passphrase brings nothing back."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "speaker_country")
    _, shown = sit(session, ["!", "не той пароль", "", "1"])
    hidden = shown.split("> ", 1)[1]
    assert "In which" not in hidden
    assert "У якій" not in hidden
    assert "742-118-365-8" not in hidden
    assert not any(path.endswith("current_country") for path in disk.values)


def test_the_right_passphrase_brings_the_same_question_back() -> None:
    """Nothing moved while it was hidden."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "speaker_country")
    sit(session, ["!", PASSPHRASE, "1"])
    assert any(path.endswith("current_country") for path in disk.values)


def test_an_answer_that_ends_everything_is_asked_for_twice() -> None:
    """A refusal typed by mistake is taken back with 1, the number that a hand types by itself; only 2 ends it."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "store")
    left, shown = sit(session, ["2", "1", "2", "x", "2", ""])
    assert left.how == "ended"
    assert session.ended is not None
    assert disk.values == {}
    assert "only a date, the kind of account and a reason code remain" in " ".join(shown.split())


def test_before_what_is_saved_would_be_destroyed_it_is_said() -> None:
    """A consent taken back by a slip, with the account on the disk already: what is lost is named, nothing is lost."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "speaker_country")
    session.jump(session.opening)
    before = dict(disk.values)
    _, shown = sit(session, ["2", "1"])
    assert "what was saved of the talk is destroyed" in " ".join(shown.split())
    assert disk.values == before


def test_a_pause_and_a_stop_are_written_down() -> None:
    """V25 asks for a pause after strong distress: `*` writes one, the screen is silent, Enter goes on."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "risk_level", {"distress": "3", "welfare_check": "1"})
    _, shown = sit(session, ["*", "1", "", "q"])
    assert "no pause is written down" in shown
    assert disk.values["account.interview.pauses"] == [{"from": NOW, "to": NOW}]
    assert disk.values["account.interview.status"] == "in_progress"
    left, _ = sit(session, ["*", "2"])
    assert (left.how, disk.values["account.interview.status"]) == ("left", "stopped_by_person")
    _, shown = sit(disk.session(), ["q"])
    assert "Наскільки" not in shown, "whoever opens it again sees the pause first"


def test_somebody_is_added_in_the_middle_and_nothing_before_consent() -> None:
    """`*` offers one more of each group; before consent it says that nothing is saved."""
    disk = Disk()
    session = disk.session()
    _, shown = sit(session, ["*", "", "q"])
    assert "a pause neither" in " ".join(shown.split())
    answer_until(session, "narrative")
    sit(session, ["*", "5", "q"])
    assert question(session) == "person_roles"


def test_a_full_disk_is_said_and_the_text_stays_in_the_line() -> None:
    """An answer that could not be saved is not lost and not passed over: it stands in the line again."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "prior_accounts")
    disk.full = True
    _, shown = sit(session, ["0"])
    assert question(session) == "prior_accounts"
    assert "disk" in shown or "full" in shown
    assert shown.rstrip().endswith("> 0")


def test_a_full_disk_does_not_lose_a_narrative() -> None:
    """Paragraphs that could not be saved stay in memory and go in with the next that can."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "narrative")

    class Filling(StreamTerminal):
        """Makes room after the second line."""

        def read(self, *args: object, **kwargs: object) -> str:
            line = super().read(*args, **kwargs)  # type: ignore[arg-type]  # passed through as it came
            disk.full = line == "перший"
            return line

    sink = io.StringIO()
    terminal = Filling(io.StringIO("перший\nдругий\n.\n"), sink)
    run_lines(Interview(session, lambda _: True), terminal, Translator("en"))
    assert "NOT SAVED" in sink.getvalue()
    assert disk.values["account.narrative_original"] == "перший\nдругий"


def test_a_paragraph_can_be_typed_again() -> None:
    """`=2` replaces the second paragraph; Enter alone leaves it; a number that is not there changes nothing."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "narrative")
    sit(session, ["перший", "другий", "третій", "=2", "інший", "=3", "", "=9", "."])
    assert disk.values["account.narrative_original"] == "перший\nінший\nтретій"


def test_a_sign_at_the_beginning_of_a_paragraph_can_be_text() -> None:
    """A space before it says so; sentences that begin with a command's word are text anyway."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "narrative")
    sit(session, [" -", "назад дороги не було", "."])
    assert disk.values["account.narrative_original"] == "-\nназад дороги не було"


def test_a_narrative_left_with_q_is_resumed_below_its_last_lines() -> None:
    """What was typed is shown, and writing goes on after it."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "narrative")
    sit(session, ["перший", "q"])
    _, shown = sit(disk.session(), ["другий", "."])
    assert "  1  перший" in shown
    assert disk.values["account.narrative_original"] == "перший\nдругий"


def test_a_long_list_is_narrowed_by_a_part_of_a_word() -> None:
    """Several matches are shown with their numbers, and one of them is taken."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "violations")
    _, shown = sit(session, ["паспорт", "2"])
    assert "Several match: 2, 4. Type the number." in shown
    assert any(path.endswith(".violations") for path in disk.values)


def test_more_shows_the_rest_of_a_long_list() -> None:
    """All seventy-six are reachable, a screenful at a time."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "violations")
    _, shown = sit(session, ["+", "+", "+", "+", "+", "+"])
    assert "  76  " in shown


def test_a_word_typed_on_the_wrong_layout_is_still_a_choice() -> None:
    """`ghb[bcnjr` is `прихисток`."""
    disk = Disk()
    session = disk.session()
    session.answer("1")
    sit(session, ["ghb[bcnjr"])
    assert question(session) == "present"


def test_skip_asks_why_and_offers_to_take_a_person_out() -> None:
    """A reason by its number; and for somebody of a repeat, one choice more."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "person_name")
    _, shown = sit(session, ["Марія", "<", "-", "7"])
    assert "Take out: Людина 1: Марія" in shown
    assert "Марія" not in str(disk.values)


def test_a_question_without_a_way_round_says_so() -> None:
    """`-` at the consent offers no reason."""
    session = Disk().session()
    answer_until(session, "store")
    _, shown = sit(session, ["-"])
    assert "has to be answered" in shown


def test_the_review_goes_to_a_question_and_back() -> None:
    """A number jumps; Enter returns to where it was."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "speaker_country")
    sit(session, ["=", "", "=", "4"])
    assert question(session) == "languages"


def test_before_consent_the_review_jumps_no_further() -> None:
    """The refusal is said in words, and the question stays."""
    session = Disk().session()
    _, shown = sit(session, ["=", "20"])
    assert "opens after consent" in shown
    assert question(session) == "interview_mode"


@pytest.mark.parametrize("encoding", ["ascii", "cp866", "cp1251"])
def test_an_old_console_shows_what_it_can(encoding: str) -> None:
    """No sign of ours makes an old encoding fail; what it can't say is replaced, never raised."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "when")
    left, _ = sit(session, ["2022-03", "?", "", "=", ""], encoding)
    assert left.how == "left"


def test_the_consent_text_is_shown_before_it_is_asked_about() -> None:
    """All of it, also when something else was just said."""
    session = Disk().session()
    answer_until(session, "is_child")
    _, shown = sit(session, ["2"])
    before = shown.rsplit("Прочитайте вголос", 1)[0]
    assert len(before.splitlines()) > 40


@pytest.mark.parametrize(("typed", "at"), [("<", "is_child"), ("=", "consent_text"), ("q", "consent_text")])
def test_reading_out_is_no_dead_end(typed: str, at: str) -> None:
    """From the first page of the consent text it goes back, to the review, and out."""
    session = Disk().session()
    answer_until(session, "consent_text")
    terminal = Small([typed])
    run_lines(Interview(session, lambda _: True, ""), terminal, Translator("en"))
    assert question(session) == at
    assert ("All questions" in terminal.sink.getvalue()) == (typed == "=")


def test_what_is_no_answer_to_the_reading_says_what_is() -> None:
    """A number without a reason; and the echo counts what was read."""
    session = Disk().session()
    answer_until(session, "consent_text")
    _, shown = sit(session, ["6", "6 просила не читати"])
    assert "Type 1 if all was read out" in " ".join(shown.split())
    assert "прочитано 13 з 14" in shown
    assert question(session) == "capacity"


def test_help_is_there_at_every_question() -> None:
    """`?`, and a comma, which is where it sits on the Cyrillic layout."""
    session = Disk().session()
    for line in ("?", ","):
        _, shown = sit(session, [line, ""])
        assert "brings it back" in shown


def test_the_line_editor_erases_letters_words_and_the_line() -> None:
    """Backspace takes a letter with its marks, Ctrl-W a word, Ctrl-U the line; function keys do nothing."""
    line = EditedLine("> ", 20)
    for key in "двері вікн":
        line.press(key)
    line.press("и\u0306")
    assert line.text == "двері вікн"
    line.press("и")
    line.press("\u0306")
    line.press("\x7f")
    assert line.text == "двері вікн"
    line.press("\x17")
    assert line.text == "двері"
    line.press("\x1b[A")
    line.press("\x15")
    assert line.text == ""
    assert line.press("\x7f") == ""


def test_the_line_editor_goes_up_over_the_rows_it_fills() -> None:
    """A paragraph over three rows is redrawn from its first row."""
    line = EditedLine("> ", 10)
    for key in "а" * 25:
        line.press(key)
    assert line.press("\x7f").startswith("\x1b[2A\r\x1b[J> ")


def test_tab_brings_the_old_text_only_into_an_empty_line() -> None:
    """A slip on Tab never changes what is being typed."""
    line = EditedLine("> ", 40)
    line.press("\t", "старе")
    assert line.text == "старе"
    line.press("\t", "ще")
    assert line.text == "старе"


def test_width_counts_columns() -> None:
    """Combining marks take no column, wide letters two."""
    assert (width("й"), width("и\u0306"), width("漢")) == (1, 1, 2)


class Watching(StreamTerminal):
    """Hands every line to `watch` before it is finished, as keys would be."""

    def read(self, prompt: str, *, watch: Watch | None = None, typed: str = "", old: str = "") -> str:
        """One line, seen unfinished first."""
        line = super().read(prompt, typed=typed, old=old)
        if watch is not None:
            watch(line)
        return line


@pytest.mark.parametrize(("typed", "full"), [("довга відповідь " * 3, True), ("а" * 600, False), ("а" * 30_000, False)])
def test_what_stops_an_unfinished_line_never_ends_the_interview(typed: str, full: bool) -> None:
    """A full disk or too long a line, met while typing, is said when the line is handed in; the question stays."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "contact_phrase")
    disk.full = full
    sink = io.StringIO()
    left = run_lines(Interview(session, lambda _: True), Watching(io.StringIO(typed + "\n"), sink), Translator("en"))
    assert left.how == "left"
    assert question(session) == "contact_phrase"
    assert "longer" in sink.getvalue() or "disk" in sink.getvalue()


def test_rows_end_between_words() -> None:
    """A word that does not fit goes to the next row whole, also when it was begun on the row before."""
    line = EditedLine("  1  ", 20)
    shown = "".join(line.press(key) for key in "вони прийшли вранці")
    assert line.drawn == "  1  вони прийшли \r\nвранці"
    assert "\r\x1b[K  1  вони прийшли \r\n" in shown
    for _ in "вранці":
        line.press("\x7f")
    assert line.drawn == "  1  вони прийшли "


def test_a_word_longer_than_a_row_is_broken() -> None:
    """Nothing is cut off and no row is longer than the screen."""
    line = EditedLine("> ", 10, "а" * 30)
    assert line.drawn.replace("\r\n", "") == "> " + "а" * 30
    assert max(map(len, line.drawn.split("\r\n"))) < 10


class Small(StreamTerminal):
    """A stream that says it is a screen of 80 by 24, and remembers each screenful."""

    size = (80, 24)  # type: ignore[assignment]  # a stream has none

    def __init__(self, typed: Sequence[str]) -> None:
        self.sink = io.StringIO()
        super().__init__(io.StringIO("".join(f"{line}\n" for line in typed)), self.sink)

    def clear(self) -> None:
        """A new screenful."""
        self.write("\f")

    @property
    def screens(self) -> list[list[str]]:
        """What was shown, screen by screen, in rows."""
        return [screen.split("\n") for screen in self.sink.getvalue().split("\f")]


class Dying(Small):
    """What is typed is seen unfinished, and then the laptop dies; `there` is what stood in the line before."""

    there = ""

    def read(self, prompt: str, *, watch: Watch | None = None, typed: str = "", old: str = "") -> str:
        """Half a line."""
        del prompt, old
        self.there = typed
        if watch is not None:
            watch(self._source.readline().rstrip("\n"))
        raise HungUp


def test_half_a_line_is_no_answer_and_stands_there_again() -> None:
    """Half a date; a sign that is a command, typed at the same place, is not taken for the beginning of an answer."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "when")
    before = dict(disk.values)
    for typed, there in (("24.0", ""), ("q", "24.0"), ("24.02.2", "24.0")):
        terminal = Dying([typed])
        run_lines(Interview(disk.session(), lambda _: True), terminal, Translator("en"))
        assert terminal.there == there
    assert disk.values == before
    assert disk.session().unfinished == "24.02.2"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("lang", ["uk", "ru", "en"])
def test_every_screen_of_an_interview_fits_on_80_by_24(lang: Language, mode: str) -> None:
    """No row is wider than the screen and no heading scrolls away, help and review included, in each kind of talk."""
    disk = Disk(mode)
    session = Session(load(mode), {}, Host(disk.save, lambda: NOW, disk.facts), lang=lang)
    typed = [one for line in typed_interview(Disk(mode)) for one in ([line] if line == "." else ["?", "", line])]
    before = Disk(mode).session()
    answer_until(before, "consent_text")
    assert before.current is not None
    at = 3 * (before.current.number - 1)
    read_out = [""] * len(Screen(Small([]), Translator(lang), "").pages(consent_text.text(lang)))
    terminal = Small([*typed[:at], *read_out, *typed[at:], "", "=", ""])
    run_lines(Interview(session, lambda _: True, "742-118-365-8"), terminal, Translator(lang))
    assert len(terminal.screens) > 60
    assert session.current is None  # through its last question
    for rows in terminal.screens:
        assert len(rows) <= 24, rows
        assert max(map(len, rows)) <= 80, rows


@pytest.mark.parametrize("lang", ["uk", "ru", "en"])
def test_what_can_be_taken_out_fits_too(lang: Language) -> None:
    """The menu of reasons names the incident by its longest kind, in rows of its own."""
    disk = Disk()
    session = Session(load("first_account"), {}, Host(disk.save, lambda: NOW, disk.facts), lang=lang)
    answer_until(session, "when", {"violations": "cit.residence_papers_required"})
    terminal = Small(["-", ""])
    run_lines(Interview(session, lambda _: True, ""), terminal, Translator(lang))
    assert max(len(row) for rows in terminal.screens for row in rows) <= 80


def test_before_consent_nothing_is_said_to_be_saved() -> None:
    """Neither by the heading, nor by the help, nor where a question can't be passed over."""
    session = Disk().session()
    _, shown = sit(session, ["?", "", "", "q"])
    assert "before consent nothing is saved" in shown
    assert "goes on here later" not in shown
    assert "in memory only" in shown


def test_a_wrong_passphrase_is_said_without_a_word_of_the_interview() -> None:
    """The hidden screen says no more than that it was not the one."""
    session = Disk().session()
    answer_until(session, "speaker_country")
    _, shown = sit(session, ["!", "не той"])
    assert "Not this one." in shown


def test_the_end_of_a_text_says_how_much_is_saved() -> None:
    """Words are counted in the right plural."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "narrative")
    _, shown = sit(session, ["три слова тут", "."])
    assert "The text is saved: 3 words." in shown


def test_yes_and_no_have_an_echo() -> None:
    """`т` on a Ukrainian keyboard is yes and `н` no: what was understood is said."""
    session = Disk().session()
    answer_until(session, "is_child")
    _, shown = sit(session, ["н"])
    assert "Taken: Ні" in shown
