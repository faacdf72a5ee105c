"""The records of one made-up case, of every kind: built as they would be signed, named by their digests.

`Case()` starts with the testimony; each method adds a record and gives its digest. `fork=` names what it follows
instead of the last one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from intake.records.consent import Consent
from intake.records.identity import Identity
from intake.records.kinds import (
    AddendumBody,
    CodingBody,
    DecisionBody,
    TombstoneBody,
    WithdrawalBody,
    build_addendum,
    build_coding,
    build_decision,
    build_tombstone,
    build_withdrawal,
)
from intake.records.record import AnyRecord, BuiltRecord, Digests, Sealing, build_full, parse_record
from intake.records.testimony import parse_testimony
from tests.worlds.records import made_id, made_up

if TYPE_CHECKING:
    from collections.abc import Mapping

ORG = "a" * 64
CASE = "742-118-365-8"
AT = "2026-11-21T17:40:00Z"


def consent(**decisions: str) -> Consent:
    """Only the decisions."""
    return Consent.model_validate({"decisions": {scope: {"decision": said} for scope, said in decisions.items()}})


@dataclass
class Case:
    """Records by digest, in the order in which they were made."""

    n: int = 0
    built: dict[str, BuiltRecord] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The testimony's."""
        return made_id("case", self.n)

    @property
    def pairs(self) -> list[tuple[str, AnyRecord]]:
        """As a fold takes them."""
        return [(digest, parse_record(one.record)) for digest, one in self.built.items()]

    def record(self, digest: str) -> AnyRecord:
        """One of them."""
        return parse_record(self.built[digest].record)

    def sealing(self, follows: str | None, id_: str = "", author: str = "d-1") -> Sealing:
        """What a laptop with a stub, or one without (`follows` is None), puts beside what was said."""
        before = self.record(follows) if follows else None
        count = len(self.built)
        return Sealing(
            ORG,
            author,
            CASE,
            id_ or (before.id if before else made_id("own", self.n, count)),
            Digests(),
            version=before.version + 1 if before else 1,
            prev=follows,
            salt=f"{self.n:08d}{count:024d}".encode(),
            identity_salt=f"i{self.n:07d}{count:024d}".encode(),
        )

    def keep(self, built: BuiltRecord) -> str:
        """Note a record."""
        self.built[built.digest] = built
        return built.digest

    def full(self, follows: str | None = None, **decisions: str) -> str:
        """The testimony, or a second version of it."""
        document = made_up(n=self.n)
        document["account"]["consent"]["decisions"].update({key: {"decision": one} for key, one in decisions.items()})
        return self.keep(build_full(parse_testimony(document), self.sealing(follows, self.id)))

    def of(self, follows: str | None) -> dict[str, Any]:
        """What an addendum or withdrawal says of what it belongs to."""
        return {"case": CASE, "id": self.id, "record": follows} if follows else {"case": CASE}

    def addendum(self, follows: str | None, more: Mapping[str, Any] | None = None, **decisions: str) -> str:
        """With a stub, or by the case code alone."""
        body = {
            "of": self.of(follows),
            "amendment": "addition_by_person",
            "requested_by": "person",
            "reason": "згадала ще дещо",
            **(more or {}),
        }
        said = consent(**decisions) if decisions else None
        return self.keep(build_addendum(AddendumBody.model_validate(body), self.sealing(follows), consent=said))

    def withdrawal(self, follows: str | None, *scopes: str, effect: str = "stop_sharing") -> str:
        """With a stub, or by the case code alone; the code phrase goes to the identity part."""
        body = {"of": self.of(follows), "scopes": list(scopes), "effect": effect, "requested_by": "person", "at": AT}
        said = Identity(code_phrase_said="синій чайник")
        return self.keep(build_withdrawal(WithdrawalBody.model_validate(body), self.sealing(follows), identity=said))

    def coding(self, of: str, follows: str | None = None, *, author: str = "c-1", **more: Any) -> str:
        """A coordinator's."""
        body = CodingBody.model_validate({"of": of, **more})
        return self.keep(build_coding(body, self.sealing(follows, author=author)))

    def decision(self, kind: str, *of: str, head: str | None = None) -> str:
        """An officer's."""
        body = {"kind": kind, "of": list(of), "reason": "перевірено за кодовою фразою"} | (
            {"head": head} if head else {}
        )
        return self.keep(build_decision(DecisionBody.model_validate(body), self.sealing(None, author="c-1")))

    def tombstone(self, of: str, decision: str) -> str:
        """What stays of one of them."""
        erased = self.record(of)
        body = {
            "of": of,
            "id": erased.id,
            "version": erased.version,
            "erased_at": AT,
            "by": "c-1",
            "decision": decision,
        }
        return self.keep(build_tombstone(TombstoneBody.model_validate(body), self.sealing(None, author="c-1")))
