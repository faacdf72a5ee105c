"""`coding`: how an organisation reads a testimony, as a signed record of its own; the account is never changed by it.

Legal qualifications stand here and nowhere else. A coder answers questions, or hands over JSON; what is not said anew
stays as this officer's last coding had it. Another officer's coding stands beside it. Like every record it travels to
the other coordinators by relay. Spec: docs/spec/record-v1.md, "Kinds".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from intake import vocabulary
from intake.crypto import strictjson
from intake.errors import BadTestimony, NothingToDo
from intake.records.faults import SHAPE, Finding, shape_findings
from intake.records.fields import In
from intake.records.ids import new_id
from intake.records.kinds import Addendum, Coding, CodingBody, build_coding
from intake.records.limits import MAX_RECORD_BYTES
from intake.records.record import Digests, Record, Sealing
from intake.records.walk import walk
from intake.usecases import custody
from intake.usecases.cases import one_case, readable
from intake.usecases.deciding import Officer, labels
from intake.usecases.environment import Environment, open_vault
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from intake.i18n import Language
    from intake.records.incident import Incident
    from intake.usecases.cases import CaseFile

AS_IT_WAS, NOTHING = "-", "none"
SEE = "schemas/coding-v1.json says what each field may hold"


@dataclass(frozen=True)
class Coded:
    """A coding that stands. `version`: how often this officer has coded it; `incidents`: how many it codes."""

    case: str
    record: str
    of: str
    version: int
    incidents: int


def code(env: Environment, case: str, document: bytes | None = None) -> Coded:
    """Ask, or read `document` (JSON: the fields of a coding but `of`); sign and keep. BadTestimony names its faults."""
    with open_vault(env, "coordinator") as vault:
        officer = Officer(env, vault, station(vault))
        file = one_case(vault, case)
        of = _chosen(env, file)
        before = _last(file, of, officer.here.principal)
        said = _asked(env, file, before) if document is None else _read(document)
        body = _checked({**said, "of": of}, file)
        built = build_coding(body, _sealing(officer, file.case, before))
        with vault.transaction():
            officer.keep(built)
            custody.note(vault, env.clock(), "coding", case=file.case, record=built.digest)
        version = before[1].version + 1 if before else 1
        return Coded(file.case, built.digest, of, version, len(body.incidents))


def _chosen(env: Environment, file: CaseFile) -> str:
    """The version that was read."""
    standing = readable(file)
    if not standing:
        raise NothingToDo(what="no testimony of this case is here")
    return standing[0] if len(standing) == 1 else env.ask.choose(env.t("Which record?"), labels(env, file, standing))


def _last(file: CaseFile, of: str, author: str) -> tuple[str, Coding] | None:
    """The end of this officer's chain for it."""
    found = [(digest, one) for digest, one in file.records.items() if isinstance(one, Coding)]
    mine = [(one.version, digest, one) for digest, one in found if one.author == author and one.body.of == of]
    return max(mine, key=lambda one: one[:2])[1:] if mine else None


def _sealing(officer: Officer, case: str, before: tuple[str, Coding] | None) -> Sealing:
    """The next version of that chain, or its beginning."""
    digest, last = before or (None, None)
    return Sealing(
        org=officer.here.card.org,
        author=officer.here.principal,
        case=case,
        id=last.id if last else new_id(),
        version=last.version + 1 if last else 1,
        prev=digest,
        digests=Digests(vocabulary=vocabulary.digest()),
    )


def _read(document: bytes) -> dict[str, Any]:
    said = strictjson.loads(document.strip(), max_bytes=MAX_RECORD_BYTES)
    if not isinstance(said, dict) or "of" in said:
        raise BadTestimony([Finding(SHAPE, "of", "a coding is one object, without the field of", SEE)])
    return said


def _checked(said: Mapping[str, Any], file: CaseFile) -> CodingBody:
    """Its shape; codes that this version knows; incidents that were told."""
    try:
        body = CodingBody.model_validate(said)
    except ValidationError as error:
        raise BadTestimony(shape_findings(error, CodingBody)) from None
    if findings := (*_unknown_codes(body), *_unknown_incidents(body, file)):
        raise BadTestimony(findings)
    return body


def _unknown_codes(body: CodingBody) -> Iterator[Finding]:
    for found in walk(body, "coding", (In,)):
        families = found.marker.families if isinstance(found.marker, In) else ()
        if not any(vocabulary.known(family, found.value) for family in families):
            why, way = "this code is not in the list {family}", "choose a code of that list"
            yield Finding(SHAPE, found.path, why, way, {"family": " / ".join(families)})


def _unknown_incidents(body: CodingBody, file: CaseFile) -> Iterator[Finding]:
    told = {one.id for one in _incidents(file)}
    for number, one in enumerate(body.incidents):
        if one.incident_id not in told:
            yield Finding(SHAPE, f"incidents[{number}].incident_id", "no incident of this testimony has this id", SEE)


def _told(incident: Incident, lang: Language) -> str:
    return ", ".join(vocabulary.label(code, lang, family_name="violation") for code in incident.violations)


def _incidents(file: CaseFile) -> Iterator[Incident]:
    """Of the testimony and of what was added to it."""
    for one in file.view.records.values():
        if isinstance(one, Record | Addendum):
            yield from one.testimony().account.incidents


# -- questions ---------------------------------------------------------------------------------------------------------


def _asked(env: Environment, file: CaseFile, before: tuple[str, Coding] | None) -> dict[str, Any]:
    """The fields of the last coding, with what is said anew in their place."""
    last = before[1].body.model_dump(mode="json", exclude_none=True, exclude={"of"}) if before else {}
    ask, t = _Questions(env, last), env.t
    ask.choose("sensitivity", t("How careful must one be with it?"), "sensitivity")
    status = ask.choice(t("How far was it checked?"), "verification")
    if status != AS_IT_WAS:
        sources = env.ask.text(t("Against what; empty: not said")).strip()
        checked = {"status": status, "on": f"{env.clock():%Y-%m-%d}", **({"sources": sources} if sources else {})}
        ask.said["verification"] = checked
    incidents = {one.id: one for one in _incidents(file)}
    coded = {one["incident_id"]: one for one in last.get("incidents", ())}
    while incidents and (which := ask.incident(incidents.values())) != AS_IT_WAS:
        coded[which] = ask.recoded(coded.get(which, {"incident_id": which}))
    if coded:
        ask.said["incidents"] = list(coded.values())
    ask.text("retention_review", t("When to look whether it must still be kept, as 2027-11-21"))
    ask.text("note", t("A note of the coder"))
    return ask.said


@dataclass(frozen=True)
class _Questions:
    """Each with a way to leave it as it was, and the texts with one to take it out."""

    env: Environment
    said: dict[str, Any]

    def choice(self, prompt: str, family: str) -> str:
        """A code of a short list."""
        t = self.env.t
        known = ((one, vocabulary.label(one, t.lang, family_name=family)) for one in vocabulary.codes(family))
        return self.env.ask.choose(prompt, ((AS_IT_WAS, t("leave it as it is")), *known))

    def choose(self, field: str, prompt: str, family: str) -> None:
        """One field that holds such a code."""
        if (said := self.choice(prompt, family)) != AS_IT_WAS:
            self.said[field] = said

    def text(self, field: str, prompt: str) -> None:
        """One field that holds words."""
        _put(self.said, field, self._typed(prompt))

    def incident(self, incidents: Collection[Incident]) -> str:
        """Which one is coded next."""
        t = self.env.t
        shown = (
            (one.id, f"{number}. {_told(one, self.env.t.lang)} {one.when or ''}".strip())
            for number, one in enumerate(incidents, start=1)
        )
        return self.env.ask.choose(t("Which incident is coded?"), ((AS_IT_WAS, t("no other")), *shown))

    def recoded(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """One incident: codes of three lists, and a note."""
        t, said = self.env.t, dict(before)
        asked = (
            ("violations", "violation", t("Violations, as codes")),
            ("mechanisms", "mechanism", t("Mechanisms, as codes")),
            ("legal", "legal_layer", t("Legal qualification, as codes")),
        )
        for field, family, prompt in asked:
            _put(said, field, self._codes(prompt, family))
        _put(said, "note", self._typed(t("A note of the coder")))
        return said

    def _typed(self, prompt: str) -> str:
        hint = self.env.t("empty: as it is; {nothing}: take it out", nothing=NOTHING)
        return self.env.ask.text(f"{prompt} ({hint})").strip()

    def _codes(self, prompt: str, family: str) -> str | list[str]:
        """Codes with commas between, asked again until each is known."""
        while True:
            typed = self._typed(prompt)
            codes = [one for one in typed.replace(",", " ").split() if one]
            unknown = [one for one in codes if not vocabulary.known(family, one)]
            if not unknown or typed == NOTHING:
                return codes if codes and typed != NOTHING else typed
            t = self.env.t
            prompt = t(
                "not in the list {family}: {codes}; intake terms has it", family=family, codes=", ".join(unknown)
            )


def _put(said: dict[str, Any], field: str, value: Any) -> None:
    if value == NOTHING:
        said.pop(field, None)
    elif value:
        said[field] = value
