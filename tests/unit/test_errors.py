"""The tree of errors: each leaf has its own code, an exit code of its family, two sentences in three languages."""

import inspect

import pytest
from tools.catalogues import load, placeholders

from intake import errors
from intake.cli import failures
from intake.errors import IntakeError
from intake.i18n import Translator

RANGES = {
    errors.UsageFault: {2},
    errors.Declined: {3},
    errors.StoreError: set(range(10, 15)),
    errors.KeyFault: set(range(20, 24)),
    errors.CryptoError: {23, 33},
    errors.BundleError: set(range(30, 37)),
    errors.RecordError: {2, *range(40, 43)},
    errors.TransportError: set(range(50, 53)),
    errors.SetupError: {1, *range(60, 63)},
    errors.Interrupted: {130},
}


def leaves() -> list[type[IntakeError]]:
    """Every class of the tree that is raised: it has a code of its own."""
    classes = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, IntakeError)]
    return [cls for cls in classes if "code" in vars(cls)]


def test_codes_are_unique() -> None:
    """A code names one error, for ever."""
    codes = [leaf.code for leaf in leaves()]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("leaf", leaves(), ids=lambda leaf: leaf.code)
def test_leaf(leaf: type[IntakeError]) -> None:
    """Kebab-case code, the exit code of its family, two sentences in the shape of the house, in each catalogue."""
    assert leaf.code.replace("-", "").isalnum()
    assert leaf.code == leaf.code.lower()
    families = [codes for family, codes in RANGES.items() if issubclass(leaf, family)]
    assert not families or leaf.exit_code in families[-1] | families[0]
    for sentence in (leaf.message, leaf.hint):
        assert sentence.strip()
        assert not sentence.endswith(".")
        for lang in ("uk", "ru"):
            translated = load(lang)[sentence]
            assert isinstance(translated, str)
            assert placeholders(translated) == placeholders(sentence)


def test_every_error_raised_on_purpose_is_in_the_tree() -> None:
    """No module of ours defines an exception elsewhere, so one door can render them all."""
    for leaf in leaves():
        assert leaf.__module__ == "intake.errors"


def test_a_missing_field_is_still_said(capsys: pytest.CaptureFixture[str]) -> None:
    """An error raised without its fields does not fail while it is printed."""
    assert failures.say(errors.NoVault(), Translator("en"), as_json=False) == 12
    assert "intake: error:" in capsys.readouterr().err


def test_unknown_family_member_fails_the_range_check() -> None:
    """The ranges above are real: a usage error with a store's exit code would be found."""
    assert 11 not in RANGES[errors.UsageFault]
