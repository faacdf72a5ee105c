"""The interview, full screen: one question at a time beside the list of sections, everything by keyboard.

It shows and reads; what an answer means, what comes next, what is saved and when, is the engine's and the use case's
(questionnaire/engine.py, usecases/interview.py). docs/decisions/0016-application.md says why it is so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake.app.interview.screen import InterviewScreen

if TYPE_CHECKING:
    from intake.app.application import IntakeApp

__all__ = ["InterviewScreen", "open_interview"]


def open_interview(app: IntakeApp, case: str | None) -> None:
    """A new interview, which asks first what kind of talk it is; or a draft, at the question where it stopped."""
    app.push_screen(InterviewScreen(case or ""))
