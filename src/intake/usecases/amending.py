"""`amend`: what a person adds or corrects, and consent decisions that changed, by case code alone.

An addendum is a draft of its own mode under the code of the sealed case: every answer is in the vault before the next
question, it can be attached to, listed and discarded like any other, and `seal` ends it. What was sealed is never read
for it, and never changed. Spec: docs/spec/record-v1.md, "Kinds".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from intake import vocabulary
from intake.errors import BadTestimony, NotAnAddendum
from intake.keys.times import json_time
from intake.questionnaire.parsing import NARRATIVE_LIMIT, clean
from intake.records.consent import Consent
from intake.records.context import Beside
from intake.records.faults import shape_findings
from intake.records.identity import Identity
from intake.records.ids import new_id, normalise_case_code
from intake.records.kinds import AddendumBody, Of
from intake.records.paths import assemble, flatten
from intake.records.rules import check_more
from intake.records.testimony import Testimony
from intake.store.rows import Draft
from intake.usecases import trusted
from intake.usecases.drafts import ADDENDUM, NO_QUESTIONNAIRE
from intake.usecases.environment import Environment, open_vault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.records.faults import Finding
    from intake.records.fields import Model
    from intake.store.rows import DraftSummary, Value
    from intake.store.vault import Vault

AMENDMENTS = (
    "addition_by_person",
    "correction_by_person",
    "consent_changed",
    "interviewer_clarification",
    "translation_added",
)
REQUESTED_BY = {
    "person": "the person",
    "guardian": "a guardian",
    "family": "the family",
    "interviewer": "the interviewer",
}
ROOT, DECISIONS, NARRATIVE = "amend", "account.consent.decisions", "account.narrative_original"
DONE = "-"
STEPS = ("amendment", "requested_by", "reason", "narrative", "consent")


@dataclass(frozen=True)
class Amended:
    """The draft of an addendum; `resumed` says that it had begun before."""

    case: str
    resumed: bool


@dataclass(frozen=True)
class Addition:
    """What a draft of an addendum says, ready to be built; `of` is the place's to fill in."""

    body: AddendumBody
    consent: Consent | None
    identity: Identity | None

    def testimony(self) -> Testimony:
        """As the rules look at it (`Addendum.testimony`)."""
        account = {**self.body.adds.__dict__, "interview": self.body.interview, "consent": self.consent or Consent()}
        whole = Testimony().account.model_copy(update=account)
        return Testimony.model_construct(account=whole, identity=self.identity)


def amend(env: Environment, case: str) -> Amended:
    """Ask for an addendum, or go on with one: what it is, who asks, why, in which words, what was decided anew."""
    with open_vault(env, "interviewer") as vault:
        code = normalise_case_code(case)
        kept = vault.drafts.get(code)
        if kept is not None and kept.mode != ADDENDUM:
            raise NotAnAddendum(case=code)
        if kept is None:
            begin(vault, code, env.t.lang, json_time(env.clock()))
        draft = vault.drafts.get(code)
        if draft is None:
            raise NotAnAddendum(case=code)
        _Questions(env, vault, draft.id).ask()
        return Amended(code, kept is not None)


def begin(vault: Vault, case: str, lang: str, at: str) -> Draft:
    """An empty draft of an addendum to a case."""
    draft = Draft(new_id(), case, ADDENDUM, lang, at, NO_QUESTIONNAIRE)
    profile = vault.settings.get(trusted.PROFILE) or {}
    with vault.transaction():
        vault.drafts.create(draft)
        vault.drafts.save(draft.id, "account.interview.started_at", at)
        if who := profile.get("code") or vault.settings.get(trusted.PRINCIPAL):
            vault.drafts.save(draft.id, "account.interview.interviewer_code", who)
    return draft


@dataclass(frozen=True)
class _Questions:
    """The few questions of an addendum; what they left is in the vault, and is not asked again."""

    env: Environment
    vault: Vault
    draft: str

    def ask(self) -> None:
        """Every step that is not done, in order."""
        done = (self.vault.drafts.position(self.draft) or {}).get("done", 0)
        for number, step in enumerate(STEPS[done:], start=done + 1):
            getattr(self, f"_{step}")()
            self.vault.drafts.set_position(self.draft, {"done": number})

    def _save(self, path: str, value: Any) -> None:
        self.vault.drafts.save(self.draft, path, value)

    def _label(self, code: str, family: str) -> str:
        return vocabulary.label(code, self.env.t.lang, family_name=family)

    def _amendment(self) -> None:
        choices = tuple((code, self._label(code, "amendment")) for code in AMENDMENTS)
        self._save(f"{ROOT}.amendment", self.env.ask.choose(self.env.t("What is it?"), choices))

    def _requested_by(self) -> None:
        choices = tuple((code, self.env.t(who)) for code, who in REQUESTED_BY.items())
        self._save(f"{ROOT}.requested_by", self.env.ask.choose(self.env.t("Who asks for it?"), choices))

    def _reason(self) -> None:
        while not (words := self.env.ask.text(self.env.t("Why, in a few words")).strip()):
            pass
        self._save(f"{ROOT}.reason", words)

    def _narrative(self) -> None:
        """Saved while it is told."""
        said = self.vault.drafts.values(self.draft).get(NARRATIVE)
        self.env.ask.story(self.env.t("In the person's own words"), str(said.value) if said else "", self._keep)

    def _keep(self, text: str) -> None:
        if text.strip():
            self._save(NARRATIVE, clean(text, NARRATIVE_LIMIT, lines=True))
        else:
            self.vault.drafts.remove(self.draft, NARRATIVE)

    def _consent(self) -> None:
        """Decision by decision, in whichever order; those that are not named stay as they were."""
        t = self.env.t
        scopes = ((DONE, t("no other")), *((one, self._label(one, "consent_scope")) for one in _scopes()))
        choices = tuple((one, self._label(one, "consent_decision")) for one in vocabulary.codes("consent_decision"))
        while (scope := self.env.ask.choose(t("Which consent decision changed?"), scopes)) != DONE:
            decided = self.env.ask.choose(self._label(scope, "consent_scope"), choices)
            with self.vault.transaction():
                self._save(f"{DECISIONS}.{scope}.decision", decided)
                self._save("account.consent.obtained_at", json_time(self.env.clock()))


def _scopes() -> tuple[str, ...]:
    return tuple(vocabulary.codes("consent_scope"))


# -- from JSON, and to what is sealed ----------------------------------------------------------------------------------


def values_of(document: Mapping[str, Any], case: str) -> dict[str, Any]:
    """`{"amends": CASE, …}` as the answers of a draft; BadTestimony for what is no addendum."""
    said = {key: value for key, value in document.items() if key not in ("amends", "consent", "identity")}
    addition = _shaped(said, document.get("consent"), document.get("identity"), Of(case=case))
    parts = {"interview": _said(addition.body.interview), "consent": _said(addition.consent)}
    tree = {"account": {**_said(addition.body.adds), **parts}, "identity": _said(addition.identity)}
    plain = addition.body.model_dump(mode="json", include={"amendment", "requested_by", "reason", "corrects"})
    return {**{f"{ROOT}.{name}": value for name, value in plain.items() if value}, **_full(flatten(tree))}


def _said(part: Model | None) -> dict[str, Any]:
    """What a document said, and none of what it left out."""
    return part.model_dump(mode="json", exclude_none=True, exclude_unset=True) if part is not None else {}


def _full(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what a document left empty: {} says nothing."""
    return {path: value for path, value in values.items() if value != {}}


def addition_of(values: Mapping[str, Value], of: Of) -> Addition:
    """The answers of a draft as what will be sealed; BadTestimony names the fields that are not as they should be."""
    tree = assemble({path: value.value for path, value in values.items()})
    account = dict(tree.get("account", {}))
    consent, interview = account.pop("consent", None), account.pop("interview", {})
    said = {**tree.get(ROOT, {}), "adds": account, "interview": interview}
    return _shaped(said, consent, tree.get("identity"), of)


def _shaped(said: Mapping[str, Any], consent: Any, identity: Any, of: Of) -> Addition:
    part: Any = AddendumBody
    try:
        body = AddendumBody.model_validate({**said, "of": of.model_dump(exclude_none=True)})
        part = Consent
        decided = Consent.model_validate(consent) if consent else None
        part = Identity
        who = Identity.model_validate(identity) if identity else None
    except ValidationError as error:
        found = shape_findings(error, part)
    else:
        return Addition(body, decided, who)
    raise BadTestimony(found)


def findings_of(addition: Addition, files: Mapping[str, str]) -> tuple[Finding, ...]:
    """What the rules say of it before it is sealed."""
    return check_more(addition.testimony(), stage="seal", beside=Beside(files=files))


def is_addendum(draft: DraftSummary) -> bool:
    """Whether a draft is of what was said later."""
    return draft.mode == ADDENDUM
