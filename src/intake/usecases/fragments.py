"""What keeps a talk cut short from being a testimony: answers that miss the part they hang on. No word of them is lost.

A contact without its channel is kept as one that nobody may use (`none`). Of the account, what is not whole is taken
out, and its words stand as a reason under its own path, with a mark for the coordinator. Anything else of the identity
part stays a refusal: its words may not go into the account. Only for a sealing of an interview cut short.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intake.errors import BadTestimony
from intake.records.account import Mark, Reason
from intake.records.paths import flatten
from intake.records.testimony import Testimony, parse_testimony, rest_of, to_json
from intake.usecases.drafts import testimony_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from intake.store.rows import Value

RULE = "V26"
LONGEST = 500  # characters of one reason


def without_fragments(values: Mapping[str, Value]) -> tuple[Testimony, tuple[Mark, ...]] | None:
    """The testimony with its fragments put aside, and a mark for each; None where words would be lost."""
    tree = testimony_json(dict(values))
    for person in (tree.get("identity") or {}).get("persons", ()):
        contact = person.get("safe_contact")
        if isinstance(contact, dict):
            contact.setdefault("channel", "none")
    try:
        return parse_testimony(tree), ()
    except BadTestimony:
        rest = rest_of(tree)
    if rest is None:
        return None
    kept = flatten(to_json(rest))
    lost = {path: value for path, value in flatten(tree).items() if path not in kept}
    if any(not path.startswith("account.") for path in lost):
        return None
    reasons = tuple(reason for path, value in lost.items() for reason in _reasons(path, value))
    account = rest.account.model_copy(update={"reasons": (*rest.account.reasons, *reasons)})
    return rest.model_copy(update={"account": account}), tuple(Mark(rule=RULE, field=path) for path in lost)


def _reasons(path: str, value: Any) -> Iterator[Reason]:
    words = value if isinstance(value, str) else str(value)
    for at in range(0, len(words), LONGEST):
        yield Reason(rule=RULE, field=path, reason=words[at : at + LONGEST])
