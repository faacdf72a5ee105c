"""Our SigV4 against the signatures that AWS publishes. Source: Amazon S3 API, "Signature calculations: examples"."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from intake.transports.sigv4 import Key, query, signed, stamp

KEY = Key("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
EMPTY = hashlib.sha256(b"").hexdigest()
HOST = {"Host": "examplebucket.s3.amazonaws.com", "x-amz-date": "20130524T000000Z"}
PUT_SHA256 = hashlib.sha256(b"Welcome to Amazon S3.").hexdigest()
PUT_HEADERS = {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}
EXAMPLES = {
    "GET object": (
        ("GET", "/test.txt", "", HOST | {"Range": "bytes=0-9", "x-amz-content-sha256": EMPTY}, EMPTY),
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
    "PUT object": (
        ("PUT", "/test%24file.text", "", HOST | PUT_HEADERS | {"x-amz-content-sha256": PUT_SHA256}, PUT_SHA256),
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ),
    "GET bucket lifecycle": (
        ("GET", "/", query({"lifecycle": ""}), HOST | {"x-amz-content-sha256": EMPTY}, EMPTY),
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ),
    "GET bucket, list objects": (
        ("GET", "/", query({"prefix": "J", "max-keys": "2"}), HOST | {"x-amz-content-sha256": EMPTY}, EMPTY),
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_published_example_has_its_signature(name: str) -> None:
    """Canonical request, string to sign, derived key: one wrong byte in any of them, and the signature differs."""
    request, signature = EXAMPLES[name]
    header = signed(KEY, *request)
    assert header.endswith(f",Signature={signature}")
    assert header.startswith("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,")


def test_query_is_sorted_and_encoded() -> None:
    """A continuation token has signs that a query would read as its own."""
    assert (
        query({"prefix": "a b/", "continuation-token": "1+/=~é"})
        == "continuation-token=1%2B%2F%3D~%C3%A9&prefix=a%20b%2F"
    )
    assert stamp(datetime(2013, 5, 24, tzinfo=UTC)) == "20130524T000000Z"
