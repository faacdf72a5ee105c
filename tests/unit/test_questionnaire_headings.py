"""The quick way to a section's heading says what the whole questionnaire says."""

import pytest

from intake.i18n import LANGUAGES
from intake.questionnaire import model
from intake.questionnaire.headings import heading


def test_headings_are_the_questionnaires() -> None:
    """Every question and repeat has the heading, in each language, that the checked model gives it."""
    form = model.load()
    sections: tuple[model.Question | model.Repeat, ...] = (*form.questions, *form.repeats)
    for asked in sections:
        for lang in LANGUAGES:
            assert heading("first_account", asked.id, lang) == form.section_label(asked.section, lang)


@pytest.mark.parametrize(("name", "asked"), [("first_account", "nothing"), ("later_form", "name"), ("../data", "x")])
def test_what_is_not_known_has_no_heading(name: str, asked: str) -> None:
    """A draft of a later version is listed without a section; a name is never a path."""
    assert heading(name, asked, "uk") is None
