"""When a question is asked, as data: a path and one test on what stands there, or a few of them together.

No expression language, on purpose: a condition can be read aloud, checked by the loader, and never does more than
compare. A test on a path that holds nothing is false; `not` is the only way to say "nothing there".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Lookup = Callable[[str], Any]
"""The value at a path template of the questionnaire, or None."""

TESTS = ("equals", "one_of", "has", "has_any", "begins", "under", "given")
GROUPS = ("all_of", "any_of", "negated")


def codes_in(value: Any) -> list[Any]:
    """The codes of a list, also where each is wrapped in an object (`{"role": "interpreter"}`)."""
    members = value if isinstance(value, list) else []
    return [code for member in members for code in (member.values() if isinstance(member, dict) else (member,))]


class Condition(BaseModel):
    """`{path, is|in|has|has_any|begins|under|given}`, or `{all=[…]}`, `{any=[…]}`, `{not={…}}`."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    path: str | None = None
    equals: str | bool | int | None = Field(default=None, alias="is")
    one_of: tuple[str, ...] | None = Field(default=None, alias="in")
    has: str | None = None
    has_any: tuple[str, ...] | None = None
    begins: tuple[str, ...] | None = None
    under: int | None = None
    given: bool | None = None
    all_of: tuple[Condition, ...] | None = Field(default=None, alias="all")
    any_of: tuple[Condition, ...] | None = Field(default=None, alias="any")
    negated: Condition | None = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        tests = sum(getattr(self, name) is not None for name in TESTS)
        groups = sum(getattr(self, name) is not None for name in GROUPS)
        if (self.path is None, tests, groups) not in {(False, 1, 0), (True, 0, 1)}:
            message = "a condition is one test on a path, or one group"
            raise ValueError(message)
        return self

    def holds(self, lookup: Lookup) -> bool:
        """Whether it is so, with the answers that `lookup` finds."""
        if self.all_of is not None:
            return all(part.holds(lookup) for part in self.all_of)
        if self.any_of is not None:
            return any(part.holds(lookup) for part in self.any_of)
        if self.negated is not None:
            return not self.negated.holds(lookup)
        return self._test(lookup(self.path or ""))

    def _test(self, value: Any) -> bool:
        if self.given is not None:
            return (value is not None) == self.given
        if self.equals is not None:
            return bool(value == self.equals) and isinstance(value, bool) == isinstance(self.equals, bool)
        if self.one_of is not None:
            return value in self.one_of
        if self.under is not None:
            return isinstance(value, int) and value < self.under
        if self.begins is not None:
            return any(isinstance(code, str) and code.startswith(self.begins) for code in codes_in(value))
        wanted = self.has_any or (self.has,)
        return any(code in wanted for code in codes_in(value))

    def paths(self) -> frozenset[str]:
        """Every path template it looks at: the loader checks that a question or a fact stands there."""
        parts = (*(self.all_of or ()), *(self.any_of or ()), *((self.negated,) if self.negated else ()))
        own = frozenset({self.path} if self.path else ())
        return own.union(*(part.paths() for part in parts))
