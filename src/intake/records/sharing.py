"""Whether a testimony may be shared: for which purpose, with whom, on which day; and what stands in the way.

A `Standing` is a testimony with everything that was said of it since (`folding.py`): the last decision on each scope,
restrictions, holds, erasure. The rules of stage "share" answer; of consent they ask `Consent.allows`, nothing else.
Must not: hide a record from those who keep it; this is about what leaves. Spec: docs/spec/record-v1.md, "Consent".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.records.context import Beside
from intake.records.rules import check

if TYPE_CHECKING:
    from intake.records.faults import Finding
    from intake.records.testimony import Testimony


@dataclass(frozen=True)
class Standing:
    """A testimony as it stands today; its consent holds the decisions as they are now."""

    testimony: Testimony
    restricted: bool = False
    legal_hold: bool = False
    erased: bool = False
    sealed_source: bool = False


def refusals(standing: Standing, purpose: str, recipient: str = "", *, on: str) -> tuple[Finding, ...]:
    """What stops sharing it for a purpose (a scope of consent, or a key of SCOPE_OF) on a day; none: it may be shared.

    `recipient`: code of an institution, for what people asked to be kept from it; the purpose itself may be one.
    """
    beside = Beside(
        purpose=purpose,
        recipient=recipient or purpose,
        on=on,
        restricted=standing.restricted,
        sealed_source=standing.sealed_source,
        erased=standing.erased,
    )
    return check(standing.testimony, stage="share", beside=beside)


def erasure_refusals(standing: Standing) -> tuple[Finding, ...]:
    """What stops erasing it."""
    beside = Beside(legal_hold=standing.legal_hold, erasure_asked=True)
    return check(standing.testimony, stage="amend", beside=beside)
