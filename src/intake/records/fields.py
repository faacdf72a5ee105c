"""The small types that fields are made of: what each string may look like, and which vocabulary a code belongs to.

All values are strings, whole numbers, booleans and tuples, exactly as JSON has them, so that reading a record converts
nothing. A `Code` is held to its look only: a code of a newer vocabulary must survive a round trip, and the check
that this version knows it (`rules.py`) is made where people type. Spec: docs/spec/record-v1.md, "Values".
"""

from dataclasses import dataclass
from operator import not_
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

UUID4 = r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
SHA256 = r"^[0-9a-f]{64}$"
DIGEST = r"^sha256:[0-9a-f]{64}$"
_DATE = r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"  # no `d` class: it takes digits of any script


class Model(BaseModel):
    """Frozen, and nothing unknown gets in."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


class In:
    """Marks a field as a code of one family, or of any of several; the JSON Schema says so in `x-vocabulary`."""

    def __init__(self, *families: str) -> None:
        self.families = families

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The string's own schema, and the families beside it."""
        return {**handler(schema), "x-vocabulary": list(self.families)}


@dataclass(frozen=True, eq=False)
class Refers:
    """Marks an id that must resolve (V22): to which list, and which role the person must have there."""

    to: str
    role: str = ""


@dataclass(frozen=True, eq=False)
class IsDate:
    """Marks a text as an EDTF date (V20)."""


class IsWords:
    """Marks a text in somebody's own words, which may hold what belongs in the identity part (V23)."""


WORDS = IsWords()

T = TypeVar("T")
Many = Annotated[tuple[T, ...], Field(exclude_if=not_)]
"""A list in which empty and absent mean the same; it is written only when something stands in it."""

CodeText = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.+-]{0,63}$")]
Id = Annotated[str, Field(pattern=UUID4, description="UUID, version 4, lower case")]
CaseCode = Annotated[str, Field(pattern=r"^[0-9]{3}-[0-9]{3}-[0-9]{3}-[0-9]$")]
Sha256 = Annotated[str, Field(pattern=SHA256)]
Digest = Annotated[str, Field(pattern=DIGEST)]
Time = Annotated[
    str, Field(pattern=rf"^{_DATE}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$", description="UTC, to the second")
]
Day = Annotated[str, Field(pattern=rf"^{_DATE}$")]
EdtfText = Annotated[str, IsDate(), Field(max_length=64, description="EDTF, level 0 and part of level 1")]
Lang = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="BCP 47")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 3166-1 alpha-3")]
Path = Annotated[str, Field(min_length=1, max_length=500, description="of a field, as drafts name them")]
Line = Annotated[str, WORDS, Field(min_length=1, max_length=500)]
Text = Annotated[str, WORDS, Field(min_length=1, max_length=20_000)]
Narrative = Annotated[str, WORDS, Field(min_length=1, max_length=2_000_000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Principal = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$", description="a code, never a name")]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
Size = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]
Flag = Annotated[bool, Field(strict=True)]
PersonRef = Annotated[Id, Refers("account.people")]
