"""A few small named members in one canonical ustar: the shape of card, request and pack; and their JSON.

Must not: extract anything to a path. Spec: docs/spec/keys-v1.md, "Parcels", rule K40.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from intake.crypto import strictjson
from intake.crypto.padding import padded_size
from intake.crypto.ustar import Member, TarLimits, read_ustar, ustar_size, write_ustar
from intake.errors import CryptoError
from intake.keys.lines import MAX_BYTES
from intake.keys.times import parse_json_time

if TYPE_CHECKING:
    from collections.abc import Mapping

MEMBER_BYTES = MAX_BYTES  # as large as the largest trust file
PARCEL_BYTES = 32 << 20  # a pack: three trust files that large, and small ones
MEMBERS = 32  # a full pack has 24
JSON_BYTES = 64 << 10  # the largest of ours takes about 5 kB, most of it two public keys
TITLE_CHARS = 100
FLOOR_BYTES = 16 << 10  # an encrypted parcel is at least this, so that its length says nothing (keys-v1.md, "Parcels")


def _checked_time(text: str) -> str:
    if parse_json_time(text) is None:
        raise ValueError("no time")
    return text


def is_title(text: str) -> bool:
    """Whether a text can name an organisation: one line, printable, short enough to be read aloud."""
    return 0 < len(text) <= TITLE_CHARS and text.isprintable() and text == text.strip()


def _checked_title(text: str) -> str:
    if not is_title(text):
        raise ValueError("no title")
    return text


Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Time = Annotated[str, AfterValidator(_checked_time)]
Title = Annotated[str, AfterValidator(_checked_title)]


class Shape(BaseModel):
    """The shape of one of our JSON objects: these members, nothing else, no type bent to fit."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


AnyShape = TypeVar("AnyShape", bound=Shape)


def read_shape(shape: type[AnyShape], data: bytes, *, max_bytes: int = JSON_BYTES) -> AnyShape | None:
    """Bytes to a shape; None when they are not that (no value of theirs ends up in an error)."""
    try:
        return shape.model_validate(strictjson.loads(data, max_bytes=max_bytes))
    except (CryptoError, ValidationError):
        return None


def write_shape(shape: Shape) -> bytes:
    """A shape to the bytes that are signed."""
    return strictjson.dumps(shape.model_dump(mode="json"))


def write_parcel(members: Mapping[str, bytes], *, padded: bool) -> bytes:
    """One tar of these members in this order; padded when it is to be encrypted."""
    sizes = ustar_size(len(data) for data in members.values())
    sink = BytesIO()
    entries = [Member(name, len(data), BytesIO(data)) for name, data in members.items()]
    write_ustar(sink, entries, pad_to=padded_size(sizes, FLOOR_BYTES) if padded else None)
    return sink.getvalue()


def read_parcel(data: bytes, *, padded: bool, most: int = MEMBERS) -> dict[str, bytes] | None:
    """The members in their order; None when the bytes are not exactly what write_parcel makes of them."""
    limits = TarLimits(members=most, member_bytes=MEMBER_BYTES, total_bytes=PARCEL_BYTES)
    if len(data) > PARCEL_BYTES:
        return None
    members: dict[str, bytes] = {}
    try:
        for entry in read_ustar(BytesIO(data), lambda name: name not in members, limits):
            members[entry.name] = entry.read()
    except CryptoError:
        return None
    return members if members and write_parcel(members, padded=padded) == data else None
