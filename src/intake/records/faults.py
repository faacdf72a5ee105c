"""What is wrong with a testimony, as data: a field, a rule or kind of fault, a sentence, a way on.

The sentences are English keys for a translator. No finding ever carries a value that was typed: pydantic's own
messages, which quote it, end here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError


@dataclass(frozen=True, slots=True)
class Finding:
    """One refusal: `rule` is V01 to V30, or `shape` for a fault of form; `fields` fill `message` and `way_on`."""

    rule: str
    field: str
    message: str
    way_on: str
    fields: Mapping[str, str] = field(default_factory=dict)


def shape_findings(error: ValidationError) -> tuple[Finding, ...]:
    """One finding per fault that pydantic found, in order of the fields."""
    raise NotImplementedError
