"""What `interview` and `edit` share: a running session walked in lines on this terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake.cli.line_terminal import open_terminal
from intake.cli.lines import run_lines
from intake.errors import NoTerminal
from intake.usecases.saying import finding_in_one

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from intake.cli.session import Session
    from intake.usecases.interview import Interview


def walk(session: Session, running: AbstractContextManager[Interview], *, ask_mode: bool = False) -> None:
    """Ask until the end, or until the interviewer leaves; everything answered is in the vault already."""
    if session.no_input:
        raise NoTerminal(option="the answers in a file: intake add FILE")
    t = session.t
    with running as interview:
        finding = interview.first.finding if interview.first else None
        first = finding_in_one(finding, t) if finding else ""
        left = run_lines(interview, open_terminal(interview.hides_after), t, first=first, ask_mode=ask_mode)
        ended = interview.session.ended
        saved = interview.session.consented or interview.resumed or ended is not None
    session.result({"case": interview.case, "left": left.how, "saved": saved}, [interview.case] if saved else [])
    if not saved:
        session.note(t("Nothing was saved: before consent nothing is."))
    elif ended is not None and not ended.kept:
        session.note(t("Of this interview only its date, its kind and a reason code are kept."))
    elif left.how == "finished":
        session.note(t("The draft is in the vault. Seal it when it is ready: intake seal {case}", case=interview.case))
    else:
        session.note(t("Saved. Go on where it stopped: intake interview {case}", case=interview.case))
