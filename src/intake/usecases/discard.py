"""`discard`: a draft is destroyed, with its attachments' keys. It can't be undone, so the case code is typed again."""

from __future__ import annotations

from intake.errors import OtherCaseTyped
from intake.usecases.drafts import find_draft, same_case
from intake.usecases.environment import Environment, open_vault


def discard(env: Environment, case: str) -> str:
    """Destroy one draft, after its case code was typed again; returns the code."""
    with open_vault(env, "interviewer") as vault:
        draft = find_draft(vault, case)
        typed = env.ask.text(env.t("Type the case code once more; the draft can't be brought back"))
        if not same_case(typed, draft.case_code):
            raise OtherCaseTyped
        vault.drafts.discard(draft.id)
        return draft.case_code
