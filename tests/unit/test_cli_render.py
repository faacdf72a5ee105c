"""Results as lines and as JSON."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from intake.cli.render import folded_table, pairs, plain, safe, table
from intake.errors import NoVault
from intake.i18n import Translator
from intake.usecases.saying import size


@dataclass(frozen=True)
class Result:
    """Like a use case's."""

    path: Path
    at: datetime
    day: date
    parts: tuple[str, ...]
    error: Exception | None = None


def test_plain_is_json() -> None:
    """Dataclasses become objects, times end in Z, paths are texts."""
    result = Result(Path("a/b"), datetime(2026, 11, 21, 17, 40, tzinfo=UTC), date(2026, 11, 21), ("x",))
    assert plain(result) == {
        "path": "a/b",
        "at": "2026-11-21T17:40:00Z",
        "day": "2026-11-21",
        "parts": ["x"],
        "error": None,
    }


def test_plain_never_prints_what_it_does_not_know() -> None:
    """An error of ours shows its code, any other object the name of its type: never its text."""
    assert plain(NoVault(home="x")) == {"code": "no-vault", "exit_code": 12}
    assert plain(ValueError("testimony")) == "ValueError"
    assert plain({"key": b"testimony"}) == {"key": "bytes"}


@pytest.mark.parametrize("text", ["\x1b[2Jgone", "bell\x07", "right\u202eleft", "c1\x9b31m", "back\x08"])
def test_safe_disarms_terminals(text: str) -> None:
    """Text from elsewhere can neither move the cursor nor turn the line around."""
    cleaned = safe(text)
    assert cleaned != text
    assert "\x1b" not in cleaned


def test_safe_keeps_text() -> None:
    """Letters of any script, apostrophes and line breaks stay."""
    assert safe("Об’єкт ʼ\nдругий\tрядок") == "Об’єкт ʼ\nдругий\tрядок"


def test_tables_cut_nothing() -> None:
    """Columns are as wide as their widest cell."""
    assert table(("Case", "State"), [("742-118-365-8", "draft"), ("1", "x")]) == [
        "Case           State",
        "742-118-365-8  draft",
        "1              x",
    ]
    assert pairs([("Name", "x"), ("Nothing", None), ("N", 3)]) == ["Name  x", "N     3"]


@pytest.mark.parametrize(("count", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_048_576, "1.0 MB")])
def test_sizes(count: int, text: str) -> None:
    """Decimal units."""
    assert size(count, Translator("en")) == text


def test_sizes_are_in_the_language_of_the_rest() -> None:
    """No English units, and no point, in a Ukrainian table."""
    assert size(1_100_000, Translator("uk")) == "1,1 МБ"


class Screen(io.StringIO):
    """A stream that somebody reads."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_a_wide_table_folds_on_a_screen_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The widest column breaks between words so that no row is wider than the screen; a program gets whole rows."""
    monkeypatch.setenv("COLUMNS", "60")
    label = "Викорінення української ідентичності, мови чи культури"
    heads, rows = ("Case", "About", "Files"), [("742-118-365-8", label, 0), ("1", "short", 2)]
    read = folded_table(heads, rows, Screen(), beside=4)
    assert max(map(len, read)) + 4 < 60
    assert len(read) == 4
    assert read[1].split()[-1] == "0"
    assert " ".join(" ".join(read[1:3]).replace("742-118-365-8", "").replace(" 0", "").split()) == label
    assert folded_table(heads, rows, io.StringIO(), beside=4) == table(heads, rows)
    assert folded_table(heads, [("1", "short", 2)], Screen(), beside=4) == table(heads, [("1", "short", 2)])
