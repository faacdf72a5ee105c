"""What is read back to the person beside their own words: facts they gave, and no list that they were never shown.

Names and contacts stay out, because somebody may hear them; so does what the interviewer coded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intake.questionnaire.engine import Session
    from intake.questionnaire.model import Question
    from intake.questionnaire.talk import Line

SAID = frozenset({"text", "date", "day", "hours", "place", "number", "name"})  # in the person's words, not of a list
PART, LAST = "account.", "closing"


def read_back(session: Session) -> Iterator[Line]:
    """The answers after the narrative, in the order of the interview."""
    questions = {one.id: one for one in session.form.questions}
    for_interviewer = {one.id for one in session.form.sections if one.note.en}
    told = False
    for line in session.review():
        question = questions.get(line.key.partition("@")[0])
        told = told or (question is not None and question.type == "narrative")
        if question is None or not told or line.state != "answered" or line.aside:
            continue
        if _is_the_persons(question) and (question.section not in for_interviewer or question.type in SAID):
            yield line


def _is_the_persons(question: Question) -> bool:
    return question.type != "narrative" and question.section != LAST and question.maps_to.startswith(PART)
