"""The quick way to a section's heading says what the whole questionnaire says."""

import pytest

from intake.i18n import LANGUAGES
from intake.questionnaire import model
from intake.questionnaire.headings import heading


def test_headings_are_the_questionnaires() -> None:
    """Every section has the heading, in each language, that the checked model gives it."""
    form = model.load()
    for section in form.sections:
        for lang in LANGUAGES:
            assert heading(section.id, lang) == form.section_label(section.id, lang)


@pytest.mark.parametrize("section", ["nothing", "", "../data/x"])
def test_what_is_not_known_has_no_heading(section: str) -> None:
    """A draft of a later version is listed without a section."""
    assert heading(section, "uk") is None
