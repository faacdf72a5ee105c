"""The command line's frame: help, languages, usage errors, the one door for everything that goes wrong."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake import __version__
from intake.cli import failures
from intake.cli.commands.decide import WHICH
from intake.cli.group import build, root
from intake.cli.shell import language, run
from intake.cli.table import COMMANDS, GLOBAL_OPTIONS, GROUPS
from intake.i18n import LANGUAGES, Translator
from intake.usecases.deciding import KINDS

HEAVY = ("pydantic", "rich", "textual", "cryptography", "sqlcipher3", "shamir_mnemonic", "segno")
MODULES_AFTER = (
    "import sys; from intake.cli.shell import run; run({arguments}); print(list(sys.modules), file=sys.stderr)"
)
NAME = "Мотрона-Ївга-Зозуля"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INTAKE_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "INTAKE_HOME", "INTAKE_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INTAKE_LANG", "en")


def python(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run some code in an interpreter of its own."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ | environ, timeout=60
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_overview_names_every_command(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The overview lists each command of the table and each option that works everywhere, in each language."""
    assert run(["--lang", lang, "--help"]) == 0
    page = capsys.readouterr().out
    assert all(f"  {entry.name}" in page for entry in COMMANDS)
    assert all(option.name in page for option in GLOBAL_OPTIONS)


def test_help_of_decide_names_every_kind() -> None:
    """The page is where somebody looks who knows no kind; one that is missing there is as good as not there."""
    assert WHICH.removeprefix("what is decided: ").split(", ") == list(KINDS)


def test_overview_loads_nothing_heavy() -> None:
    """`--help` imports neither the crypto, the store, the models, the vocabulary nor a drawing library, nor Typer."""
    loaded = python(MODULES_AFTER.format(arguments=["--help"])).stderr
    assert not [name for name in (*HEAVY, "typer", "intake.vocabulary", "dataclasses") if f"'{name}'" in loaded]


def test_wrong_words_and_completion_load_nothing_heavy() -> None:
    """An unknown command and a press of Tab cost no vault, and open none."""
    code = (
        "import sys; from intake.cli.shell import run; run(['nope']); print([m for m in sys.modules], file=sys.stderr)"
    )
    assert not [name for name in HEAVY if f"'{name}'" in python(code).stderr]


@pytest.mark.parametrize("module", ["status", "list_"])
def test_a_glance_at_a_vault_loads_no_models(module: str) -> None:
    """What is typed all day opens a vault, and pays for nothing else."""
    code = f"import sys, intake.cli.commands.{module}; print(list(sys.modules))"
    loaded = python(code).stdout
    assert "'sqlcipher3'" in loaded
    assert not [name for name in ("pydantic", "rich", "platformdirs") if f"'{name}'" in loaded]


def test_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    """What `--version` says is what pyproject.toml says, behind `--lang` as well."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert __version__ == project["project"]["version"]
    assert run(["--lang", "uk", "--version"]) == 0
    assert capsys.readouterr().out == f"intake {__version__}\n"


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_every_entry_resolves(entry: object) -> None:
    """Each row of the table leads to a function that Typer can build a command from."""
    assert build(entry).callback is not None  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["uk", "ru"])
@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_help_pages_speak_the_language(entry: object, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No page of a command in Ukrainian or Russian has an English frame word or an untranslated option."""
    assert run(["--lang", lang, *entry.name.split(), "--help"]) == 0  # type: ignore[attr-defined]
    page = capsys.readouterr().out
    for word in ("Usage", "Options", "Arguments", "Show this message", "required", "default"):
        assert word not in page
    assert entry.help not in page  # type: ignore[attr-defined]


@pytest.mark.parametrize("group", GROUPS)
def test_groups_show_their_page(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A group alone shows its commands instead of failing."""
    for words in (group.split(), [*group.split(), "--help"]):
        assert run(words) == 0
        assert f"intake {group} COMMAND" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([NAME], "unknown-command"),
        (["org", NAME], "unknown-command"),
        (["show", "--nmae", NAME], "unknown-option"),
        (["--nmae", NAME], "unknown-option"),
        (["show"], "missing-argument"),
        (["received"], "missing-argument"),
        (["export", "--to"], "bad-option"),
        (["show", "--plaintext=" + NAME, "1"], "bad-option"),
        (["attach", "1", "2", "--part", NAME], "bad-option"),
        (["org", "enrol", "1", "--trained", NAME], "bad-option"),
        (["show", "1", NAME], "too-many-arguments"),
        (["list", "--lang", NAME], "unknown-language"),
        (["seal"], "missing-argument"),
        (["seal", "--all", "1"], "usage"),
        (["--show-completion", NAME], "bad-option"),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_usage_errors(words: list[str], code: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A command line that makes no sense is refused with 2, in two lines of the language, and never repeated."""
    if words[-2:-1] != ["--lang"]:
        words = ["--lang", lang, *words]
    assert run(["--json", *words] if "--show-completion" not in words else words) == 2
    said = capsys.readouterr()
    assert NAME not in said.out + said.err
    assert len(said.err.splitlines()) == 2
    assert lang == "en" or "lang" in code or "hint:" not in said.err
    assert said.out == "" or json.loads(said.out)["error"]["code"] == code


def test_errors_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With --json an error is one object on stdout as well, with a stable code and the exit code."""
    assert run(["list", "--json", "--no-input", "--home", str(tmp_path)]) == 12
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "no-vault"
    assert error["exit_code"] == 12
    assert error["message"]
    assert error["hint"]


@pytest.mark.parametrize("before", [True, False])
def test_options_before_and_after_the_command(
    *, before: bool, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`--home` means the same in front of the command and behind it."""
    options = ["--home", str(tmp_path / "here"), "--no-input"]
    assert run([*options, "list"] if before else ["list", *options]) == 12
    assert str(tmp_path / "here") in capsys.readouterr().err


def test_home_from_the_environment_yields_to_the_option(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """INTAKE_HOME names the folder, unless --home does."""
    monkeypatch.setenv("INTAKE_HOME", str(tmp_path / "environment"))
    assert run(["list", "--no-input"]) == 12
    assert str(tmp_path / "environment") in capsys.readouterr().err
    assert run(["--home", str(tmp_path / "option"), "list", "--no-input"]) == 12
    assert str(tmp_path / "option") in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "environ", "lang"),
    [
        ([], {}, "uk"),
        ([], {"LANG": "de_DE.UTF-8"}, "uk"),
        ([], {"LANG": "ru_UA.UTF-8"}, "ru"),
        ([], {"LC_MESSAGES": "en_GB", "LANG": "ru_UA"}, "en"),
        ([], {"INTAKE_LANG": "uk", "LC_ALL": "en_US"}, "uk"),
        (["list", "--lang", "ru"], {"INTAKE_LANG": "uk"}, "ru"),
        (["--lang=en", "list"], {"INTAKE_LANG": "uk"}, "en"),
        (["list", "--lang"], {}, "uk"),
        (["add", "--", "--lang", "en"], {}, "uk"),
    ],
)
def test_language_is_chosen_first(arguments: list[str], environ: dict[str, str], lang: str) -> None:
    """The option, our variable, the locale, Ukrainian: in this order, before any command is built."""
    assert language(arguments, environ).lang == lang


def test_a_fault_names_a_place_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    """An exception we did not foresee shows a file and a line, never its message or the values around it."""
    with pytest.raises(ValueError, match=NAME) as caught:
        int(NAME)
    assert failures.fault(caught.value, Translator("en")) == 1
    said = capsys.readouterr().err
    assert NAME not in said
    assert "ValueError" not in said
    assert "test_cli_shell.py:" in said


def test_crashes_outside_the_door_are_silent_too() -> None:
    """Python's own hooks, in the main thread and in others, show no message and no source line."""
    code = (
        "import threading; from intake.cli.shell import prepare_process; prepare_process([])\n"
        f"def f(): raise ValueError('{NAME}')\n"
        "x = threading.Thread(target=f); x.start(); x.join(); f()"
    )
    done = python(code)
    assert done.returncode == 1
    assert NAME not in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("intake: error:") == 2


def test_a_reader_that_leaves_is_no_fault() -> None:
    """`intake --help | head` ends quietly."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "intake", "--help"], stdout=writer, stderr=subprocess.PIPE, check=False, timeout=60
    )
    os.close(writer)
    assert done.returncode == failures.PIPE_CLOSED
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("words", "at", "expected"),
    [
        ("intake ", 1, {entry.name.split()[0] for entry in COMMANDS}),
        ("intake org ", 2, {"init", "enrol"}),
        ("intake se", 1, {"seal"}),
        ("intake --pass", 1, {"--passphrase-file"}),
    ],
)
def test_completion(words: str, at: int, expected: set[str]) -> None:
    """Tab offers the commands, those of a group, and options; it opens no vault and asks nothing."""
    code = "import sys; from intake.cli.shell import run; sys.exit(run([]))"
    done = python(code, _INTAKE_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=str(at))
    assert set(done.stdout.split()) >= expected
    assert done.stderr == ""


def test_completion_in_a_real_bash() -> None:
    """The script that is printed works where it is meant to: bash itself completes a command."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash here")
    script = (
        'eval "$(intake --show-completion bash)"; COMP_WORDS=(intake quar); COMP_CWORD=1; '
        '_intake_completion intake; echo "${COMPREPLY[@]}"'
    )
    environ = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([bash, "-c", script], capture_output=True, text=True, check=False, env=environ, timeout=60)
    assert done.stdout.split() == ["quarantine"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each shell gets a script that asks the program itself."""
    assert run(["--show-completion", shell]) == 0
    assert "_INTAKE_COMPLETE=complete_" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["--json"], ["--yes", "--lang", "en"], ["--no-input", "--help"]])
def test_no_command_shows_the_overview(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command there is the overview, whatever options stand there."""
    assert run(words) == 0
    assert "intake COMMAND" in capsys.readouterr().out


def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 in an argument end in an error of ours, and in JSON that can be read."""
    home = os.fsencode(tmp_path) + b"/\xff\xfe"
    words: list[bytes | str] = [sys.executable, "-m", "intake", "list", "--no-input", "--json", "--home", home]
    done = subprocess.run(words, capture_output=True, check=False, timeout=60)
    assert done.returncode == 12
    assert json.loads(done.stdout)["error"]["code"] == "no-vault"


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(st.text(st.characters(exclude_categories=["Ll", "Lu", "Cs"]), max_size=12), min_size=1, max_size=4)
)
def test_any_words_at_all_end_in_an_error_of_ours(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is typed, it is usage (2) or the overview (0), never a fault of ours."""
    assert run(words) in {0, 2}
    assert "fault" not in capsys.readouterr().err


def test_groups_build_only_what_is_asked_for() -> None:
    """The names come from the table; a name that is not in it is no command."""
    group = root()
    assert group.get_command(None, "nothing") is None
    assert set(group.list_commands(None)) >= {"tour", "verify", "org", "quarantine"}
