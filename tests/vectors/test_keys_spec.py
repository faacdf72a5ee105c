"""The spec of keys holds: its worked example is rebuilt, its commands run as written, its rules are cited by tests."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
from importlib import resources
from pathlib import Path

from intake.crypto.sshsig import SignerKeys
from intake.i18n import LANGUAGES
from intake.keys.card import Card, parse_card
from intake.keys.request import Request, parse_request
from intake.keys.succession import first_root
from tests.worlds.crypto import need

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "spec" / "keys-v1.md").read_text("utf-8")
VECTORS = Path(__file__).with_name("keys")
BASE: dict[str, str] = json.loads((VECTORS / "base.json").read_text("utf-8"))
TEXTS = re.findall(r"^```text\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
LISTS, SECRET, ROOT_FILE, ROSTER, RECIPIENTS, CARD, REQUEST = TEXTS


def stands_in(shown: str, whole: str) -> bool:
    """Whether every shown line is that line of the whole, or its beginning before `…`."""
    pairs = zip(shown.splitlines(), whole.splitlines(), strict=False)
    return all(
        line.startswith(start.removesuffix("…")) if start.endswith("…") else line == start for start, line in pairs
    )


def said(one: Card | Request) -> str:
    """What the page shows of a card or request."""
    words = [f"{lang} {' '.join(one.words(lang))}" for lang in LANGUAGES]
    return "\n".join([*words, " ".join(one.hex_groups())]) + "\n"


def test_the_lists_are_those_the_format_froze() -> None:
    """K70: a changed word would make two versions say different things about one card."""
    for line in LISTS.splitlines():
        lang, expected = line.split(" ")
        data = resources.files("intake.keys").joinpath("data", f"words.{lang}.txt").read_bytes()
        assert hashlib.sha256(data).hexdigest() == expected


def test_the_root_of_the_page_comes_from_its_secret() -> None:
    """The one secret gives both keys, the file and the organisation."""
    keys = SignerKeys.from_root_secret(bytes.fromhex(SECRET.strip())).public
    assert first_root(keys).decode() == BASE["root"]
    assert stands_in(ROOT_FILE, BASE["root"])


def test_the_files_of_the_page_are_the_vectors() -> None:
    """Roster and recipients file, as far as the page shows them."""
    assert stands_in(ROSTER, BASE["roster"])
    assert stands_in(RECIPIENTS, BASE["recipients"])


def test_the_words_of_the_page_are_those_of_its_card_and_request() -> None:
    """K70, K71: in three languages and in hex."""
    card = parse_card((VECTORS / "example" / "card").read_bytes())
    assert said(card) == CARD
    assert said(parse_request((VECTORS / "example" / "request").read_bytes(), card.org)) == REQUEST


def test_the_commands_of_the_page_run_as_written(tmp_path: Path) -> None:
    """K21 to K23 with stock tools."""
    need("ssh-keygen")
    for name, text in BASE.items():
        (tmp_path / name).write_text(text)
    commands = re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    run = subprocess.run(["sh", "-e", "-c", commands[0]], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("Good ") == 3


def test_the_commands_for_a_succession_run_as_written(tmp_path: Path) -> None:
    """K91, K92 with stock tools, in the folder that the tar makes; another file before it is noticed."""
    need("ssh-keygen")
    vector = json.loads((VECTORS / "good-succeeded.json").read_text("utf-8"))
    (tmp_path / "succession").write_bytes(base64.b64decode(vector["bytes"]["succession"]))
    (block,) = (text for text in re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE) if "root-2" in text)
    for script, ends in ((f"tar -xf succession\n{block}", 0), (f"echo >> root-1\n{block}", 1)):
        run = subprocess.run(["sh", "-e", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert run.returncode == ends, run.stderr


def test_every_rule_of_the_page_is_cited_by_a_test() -> None:
    """A rule that no test names would be a wish."""
    rules = set(re.findall(r"^\| (K\d\d) \|", PAGE, re.MULTILINE))
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    names = {path.stem.partition("-")[0] for path in VECTORS.glob("K*.json")}
    spans = {
        f"K{number:02}"
        for first, last in re.findall(r"K(\d\d) to K(\d\d)", tests)
        for number in range(int(first), int(last) + 1)
    }
    assert len(rules) > 40
    assert rules <= set(re.findall(r"K\d\d", tests)) | names | spans
