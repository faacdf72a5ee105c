"""`gaps`: what is missing before the witness leaves, in the order of the interview, each with its way on.

Three things make a gap: a required question with neither an answer nor a reason, a rule that a sealing would meet, and
what was typed and not handed in, because it would not be sealed.
It changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.errors import BadTestimony
from intake.records.context import Beside
from intake.records.faults import Finding
from intake.records.rules import check
from intake.usecases.drafts import events_of, find_interview
from intake.usecases.environment import Environment, open_vault
from intake.usecases.glance import has_ended
from intake.usecases.questions import named, questions_of
from intake.usecases.repeats import Heard, keys_of
from intake.usecases.seal import files_of
from intake.usecases.territories import in_force
from intake.usecases.testimonies import testimony_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intake.questionnaire.engine import Session
    from intake.store.rows import DraftSummary
    from intake.store.vault import Vault


@dataclass(frozen=True)
class Gap:
    """One thing that is missing: the question that can mend it (its key, and as it is asked), and the rule, if any.

    A gap that no question mends has no `key` and no `question`. `begun`: something was typed there and not handed in.
    """

    key: str
    question: str
    finding: Finding | None
    begun: bool = False


def gaps(env: Environment, case: str) -> tuple[Gap, ...]:
    """Every gap of a draft, in the order of the interview; none: it can be sealed."""
    with open_vault(env, "interviewer") as vault, in_force(vault):
        draft = find_interview(vault, case)
        return gaps_of(questions_of(env, vault, draft, vault.drafts.values(draft.id)), findings_of(vault, draft))


def findings_of(vault: Vault, draft: DraftSummary) -> tuple[Finding, ...]:
    """What the rules of a sealing say of a draft as it stands."""
    if has_ended(draft):
        return ()
    values = vault.drafts.values(draft.id)
    try:
        testimony = testimony_of(values)
    except BadTestimony as fault:
        return tuple(one for one in fault.findings if isinstance(one, Finding))
    repeats = Heard.in_drafts(vault).before(keys_of(testimony), draft.case_code)
    beside = Beside(files=files_of(vault, draft), repeats=repeats)
    return check(testimony, stage="seal", events=events_of(values), beside=beside)


def gaps_of(session: Session, findings: Sequence[Finding]) -> tuple[Gap, ...]:
    """The same of a session that runs: findings at their questions, and the questions that no rule speaks of."""
    review = session.review()
    order = {line.key: at for at, line in enumerate(review)}
    asked = [(session.asks(one.field), one) for one in findings]
    found = [Gap(line.key if line else "", named(line) if line else "", one) for line, one in asked]
    spoken_of = {gap.key for gap in found}
    begun = session.begun()
    open_ones = [line for line in review if line.state == "required" or line.key in begun]
    found += [Gap(line.key, named(line), None, line.key in begun) for line in open_ones if line.key not in spoken_of]
    return tuple(sorted(found, key=lambda gap: order.get(gap.key, len(order))))
