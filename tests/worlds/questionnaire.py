"""An interview without a terminal and without a vault: a dict that saves, and answers for a whole first account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intake.errors import DiskFull
from intake.questionnaire.engine import Host, Outcome, Session
from intake.questionnaire.model import FIRST, load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.i18n import Language

NOW = "2026-11-21T18:00:00Z"
STORY = "Вони прийшли вранці.\nСказали, що без паспорта не буде ліків."

ANSWERS: dict[str, str] = {
    "interview_mode": "1",
    "place_type": "прихисток",
    "present": "0",
    "languages": "1 2",
    "recorded": "1",
    "risk_flags": "0",
    "is_child": "ні",
    "consent_language": "1",
    "consent_text": "так",
    "consent_method": "усно",
    "capacity": "1",
    "understood": "1",
    "giver": "1",
    "store": "1",
    "contact_again": "1",
    "share": "1",
    "narrative": STORY,
    "narrative_style": "1",
    "prior_accounts": "0",
    "speaker_roles": "2",
    "speaker_country": "1",
    "adds": "1 2",
    "violations": "1",
    "actors": "окупаційна влада",
    "victims": "1",
    "when": "02.2022",
    "place": "Каховка",
    "place_country": "1",
    "place_precision": "населений",
    "need": "1",
    "need_urgency": "2",
    "need_for": "1",
    "need_referral": "1",
    "wishes": "0",
    "contact_channel": "signal",
    "contact_value": "+380 00 000 00 00",
    "contact_hours": "18-20",
    "contact_who_answers": "ніхто",
    "contact_what_to_say": "що телефонує знайома",
    "contact_language": "1",
    "read_back": "1",
    "distress": "1",
    "risk_level": "2",
    "reassess_on": "30",
    "closing_done": "1 2 3 4",
    "speaker_name": "Ганна Коваль",
    "person_roles": "1",
    "person_name": "Марія",
    "need_minimum": "1 4",
    "sought": "0",
    "sought_name": "Остап Коваль",
    "sought_birth": "1988",
    "sought_child": "2",
    "search_category": "цивільний заручник",
    "search_relation": "6",
    "last_contact_when": "у березні 2022",
    "last_seen_place": "Каховка",
    "circumstances": "Вийшов по хліб і не повернувся.",
    "publish_search": "4",
    "seen_basis": "4",
    "sighting_basis": "4",
    "filing_to": "Нацполіція",
    "filed_to": "Нацполіція",
    "filed_number": "12023",
    "thing_kind": "1",
    "thing_number": "+380 00 000 00 00",
    "denied_service": "1",
    "paper_type": "паспорт держави-окупанта",
    "stay_place": "підвал у центрі",
    "proof_kind": "1",
    "fact_text": "Паспорт видали за день.",
    "fact_basis": "1",
    "link_from": "1",
    "link_kind": "1",
    "link_relation": "6",
    "link_to": "2",
    "asked_text": "Що було далі?",
    "asked_kind": "1",
}
"""Question -> what is typed: every required question of a plain adult interview in each mode, and a few more."""

WITH_ONE_EACH = {"people+": "1", "incidents+": "1", "needs+": "1", "searches+": "1", "facts+": "1", "links+": "1"}
TRAINED = {"trained_full": True, "trained_child": True, "trained_sv": True}
SCOPES = ["share_pgo_ua", "share_icc_otp"]


class Disk:
    """A store that is a dict; `full` makes the next save fail. `trained`: what the interviewer is trained for."""

    def __init__(self, mode: str = FIRST, **trained: bool) -> None:
        self.mode = mode
        self.facts = {"interviewer": "d-dub", "device": "d-dub", "app": "0.1.0", "scopes": SCOPES, **TRAINED, **trained}
        self.values: dict[str, Any] = {}
        self.position: dict[str, Any] = {}
        self.saves: list[dict[str, Any]] = []
        self.full = False

    def save(self, changes: Mapping[str, Any], position: Mapping[str, Any]) -> None:
        """One commit."""
        if self.full:
            raise DiskFull
        self.saves.append(dict(changes))
        self.position = dict(position)
        for path, value in changes.items():
            if value is None:
                self.values.pop(path, None)
            else:
                self.values[path] = value

    def session(self, lang: Language = "uk") -> Session:
        """A session on what is saved: a new one, or one resumed after a kill."""
        host = Host(self.save, lambda: NOW, self.facts)
        form = load(str(self.position.get("form", self.mode)))
        return Session(form, self.values, host, lang=lang, position=self.position or None)


def question(session: Session) -> str:
    """The id of the question that is asked now; a gate's is `people+`."""
    asked = session.current
    return asked.key.split("@")[0] if asked else ""


def at_gate(session: Session) -> str:
    """Yes at the gate of a repeat that is to have one member and has none, else no."""
    gate = question(session)
    return "2" if session.position["members"].get(gate[:-1]) else WITH_ONE_EACH.get(gate, "2")


def answer_until(
    session: Session, stop: str = "", answers: Mapping[str, str] | None = None, *, once: bool = False
) -> Outcome | None:
    """Answer each question from the table (one member of each repeat), or go on without, until `stop` is asked.

    `once`: only the question that is asked now.
    """
    typed = ANSWERS | dict(answers or {})
    outcome = None
    while session.current is not None and question(session) != stop:
        asked = question(session)
        if asked.endswith("+"):
            outcome = session.answer(typed.get(asked) or at_gate(session))
        elif asked in typed:
            outcome = session.answer(typed[asked])
            if outcome.stays:  # the place is there; which of the codifier's it is, is left open
                session.next()
        else:
            session.next()
        if once or (outcome and outcome.stops):
            return outcome
    return outcome


def whole_interview(disk: Disk, **answers: str) -> Session:
    """A first account from the first question to the last."""
    session = disk.session()
    answer_until(session, answers=answers)
    return session


def gaps(session: Session) -> list[str]:
    """The keys of required questions that have neither an answer nor a reason."""
    return [line.key for line in session.review() if line.state == "required"]
