"""Strict JSON: nothing that two readers could read differently, and no quote of the input in a fault."""

from __future__ import annotations

import pytest

from intake.crypto import strictjson
from intake.errors import JsonFault


def test_dumps_is_sorted_compact_utf8() -> None:
    """Our JSON has one form, letters as they are, no final newline."""
    assert strictjson.dumps({"я": [1, None, True], "a": "é"}) == '{"a":"é","я":[1,null,true]}'.encode()


@pytest.mark.parametrize("value", [{}, [], "", 0, -1, 1.5, None, True, 2**53 - 1, 1 - 2**53, "\U0001f600", {"a": [{}]}])
def test_round_trip(value: object) -> None:
    """What is written is read back."""
    assert strictjson.loads(strictjson.dumps(value), max_bytes=1000) == value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{}{}",
        b"{} x",
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b"\xed\xa0\x80",
        b'"\xff"',
        b'{"a":1,"a":2}',
        b'{"a":1,"\\u0061":1}',
        b'[{"x":{"a":1,"a":1}}]',
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"9007199254740992",
        b"-9007199254740992",
        b"1e400",
        b"1e16",
        b"1" * 33,
        b"1" * 5000,
        b"0." + b"1" * 40,
        b'"\\ud800"',
        b'{"\\udc00":1}',
        b'["\\ud800x\\udc00"]',
        b"'a'",
        b"[1,]",
        b"{a:1}",
        b"01",
        b"+1",
        b"1.",
        b'"a\nb"',
        b'"\\x41"',
        b"// c\n{}",
        b"[" * 65 + b"]" * 65,
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b"[" * 100_000,
        b"\x00",
        b"True",
    ],
)
def test_refused(data: bytes) -> None:
    """Each of these is a JsonFault and nothing else, whatever Python's parser would make of it."""
    with pytest.raises(JsonFault):
        strictjson.loads(data, max_bytes=1_000_000)


def test_depth_of_64_is_read() -> None:
    """The cap is on nesting: 64 levels pass, and brackets inside strings or side by side do not count."""
    assert strictjson.loads(b"[" * 64 + b"]" * 64, max_bytes=1000)
    assert strictjson.loads(b'["\\"' + b"[" * 200 + b'"]', max_bytes=1000) == ['"' + "[" * 200]
    assert len(strictjson.loads(b"[" + b",".join([b"{}"] * 200) + b"]", max_bytes=1000)) == 200


def test_pairs_of_surrogates_are_letters() -> None:
    """A whole escaped pair is one letter and stays."""
    assert strictjson.loads(b'"\\ud83d\\ude00"', max_bytes=100) == "\U0001f600"


def test_larger_than_allowed() -> None:
    """The cap on bytes comes first."""
    assert strictjson.loads(b'"abc"', max_bytes=5) == "abc"
    with pytest.raises(JsonFault):
        strictjson.loads(b'"abc"', max_bytes=4)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1: 2, "a": 3}, "\ud800", b"x", {"a": {1}}])
def test_dumps_refuses_what_json_can_not_say(value: object) -> None:
    """NaN, bytes, sets, halves of pairs and keys of two kinds are not written."""
    with pytest.raises(JsonFault):
        strictjson.dumps(value)


def test_dumps_refuses_a_value_that_holds_itself() -> None:
    """A circle ends in a fault, not in a crash."""
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(JsonFault):
        strictjson.dumps(circle)


def test_faults_never_quote_the_input() -> None:
    """Neither the text of the fault nor its cause carries what stood in the file."""
    for data in (
        b'{"secretname": oops}',
        b'{"secretname":1,"secretname":2}',
        b'"secretname\xff"',
        b'["secretname\\ud800"]',
    ):
        with pytest.raises(JsonFault) as caught:
            strictjson.loads(data, max_bytes=100)
        assert "secretname" not in str(caught.value) + repr(caught.value.fields)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
