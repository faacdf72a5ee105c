"""Asking without a terminal: files and pipes stand in, and otherwise nothing is asked at all."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from intake.cli.prompts import Prompts, read_passphrase, yes_or_no
from intake.errors import BadPassphraseFile, Declined, NoTerminal
from intake.i18n import Translator
from intake.usecases.environment import Words

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = Words(words=("дуб", "кран"), hex="ab12 cd34")


def prompts(file: Path | None = None, *, yes: bool = False, no_input: bool = False) -> Prompts:
    """Prompts in English."""
    return Prompts(Translator("en"), yes=yes, no_input=no_input, passphrase_file=file)


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Stdin is a pipe, stderr no terminal."""
    source = io.StringIO()
    monkeypatch.setattr("sys.stdin", source)
    monkeypatch.setattr("sys.stderr", io.StringIO())
    return source


@pytest.mark.parametrize(
    ("content", "passphrase"),
    [
        (b"six words\n", "six words"),
        (b"six words", "six words"),
        (b"six words\r\nsecond line\n", "six words"),
        (b" with spaces \n", " with spaces "),
        ("\ufeffдуб кран\n".encode(), "дуб кран"),
    ],
)
def test_passphrase_file_is_its_first_line(tmp_path: Path, content: bytes, passphrase: str) -> None:
    """The first line without its end, nothing stripped that could belong to the passphrase."""
    file = tmp_path / "p"
    file.write_bytes(content)
    assert read_passphrase(file) == passphrase
    assert prompts(file).passphrase("Passphrase") == passphrase
    assert prompts(file).new_passphrase("Passphrase", "suggested") == passphrase


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\nsecond", b"\xff\xfe\n"])
def test_passphrase_file_that_holds_none(tmp_path: Path, content: bytes | None) -> None:
    """No file, an empty first line and bytes that are no text are refused."""
    file = tmp_path / "p"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadPassphraseFile):
        read_passphrase(file)


@pytest.mark.usefixtures("piped")
def test_no_terminal_never_asks() -> None:
    """Each question that only a person can answer is an error that names the option to give instead."""
    questions: list[tuple[Callable[[], object], str]] = [
        (lambda: prompts().passphrase("P"), "--passphrase-file FILE"),
        (lambda: prompts().new_passphrase("P", "s"), "--passphrase-file FILE"),
        (lambda: prompts().confirm("Sure?"), "--yes"),
        (lambda: prompts(yes=True).words_match("Same?", WORDS), "--words-match"),
    ]
    for question, option in questions:
        with pytest.raises(NoTerminal) as refused:
            question()
        assert refused.value.fields["option"] == option


@pytest.mark.usefixtures("piped")
def test_yes_confirms_and_does_not_compare_words() -> None:
    """`--yes` answers a confirmation; whether two people see the same words it can't know."""
    assert prompts(yes=True).confirm("Sure?")
    with pytest.raises(NoTerminal):
        prompts(yes=True).words_match("Same?", WORDS)


def test_text_comes_from_the_pipe(piped: io.StringIO) -> None:
    """A line that is piped in is an answer; the end of the pipe is none."""
    piped.write("Осередок\n")
    piped.seek(0)
    assert prompts().text("Name") == "Осередок"
    with pytest.raises(NoTerminal):
        prompts().text("Name")


def test_no_input_reads_no_pipe(piped: io.StringIO) -> None:
    """`--no-input` means it, even where something could be read."""
    piped.write("yes\n")
    piped.seek(0)
    with pytest.raises(NoTerminal):
        prompts(no_input=True).text("Name")


def test_choose_by_number_or_code(piped: io.StringIO) -> None:
    """Both the number shown and the code are understood; anything else from a pipe is no choice."""
    piped.write("2\naccount\nneither\n")
    piped.seek(0)
    choices = (("account", "The account"), ("identity", "The identity"))
    assert prompts().choose("Part", choices) == "identity"
    assert prompts().choose("Part", choices) == "account"
    with pytest.raises(Declined):
        prompts().choose("Part", choices)


@pytest.mark.parametrize(
    ("answer", "lang", "meant"),
    [
        ("y", "en", True),
        ("так", "uk", True),
        ("да", "ru", True),
        ("т", "uk", True),
        ("н", "uk", False),
        ("т", "en", False),
        ("н", "en", True),
        ("nfr", "uk", True),
        ("ytn", "ru", False),
        ("ТЩ", "en", False),
        ("1", "uk", True),
        ("", "uk", None),
        ("может", "ru", None),
    ],
)
def test_yes_and_no_in_any_layout(answer: str, lang: str, *, meant: bool | None) -> None:
    """Words of three languages, and the same keys with the wrong layout on; what can't be told is asked again."""
    assert yes_or_no(answer, lang) is meant


class AtTerminal(io.StringIO):
    """A terminal, as far as anybody asks."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_what_was_typed_in_words_does_not_stay_on_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reason typed at a seal is about somebody: screen and scrollback go with it; nothing typed, nothing."""
    shown = AtTerminal()
    monkeypatch.setattr("sys.stdin", AtTerminal("бо так сказала сестра\n"))
    monkeypatch.setattr("sys.stderr", shown)
    asked = prompts()
    asked.forget()
    assert shown.getvalue() == ""
    assert asked.text("Why") == "бо так сказала сестра"
    asked.forget()
    assert shown.getvalue().endswith("\x1b[2J\x1b[3J\x1b[H")
