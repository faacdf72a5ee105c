"""Addresses of targets, what they need, and where their secrets are kept. Design: docs/decisions/0019-carriers.md."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from intake.errors import CarrierRefused, TargetFault, TransportMissing
from intake.transports import opening
from intake.transports.opening import is_locked, needs, open_carrier
from intake.transports.target import Target
from intake.usecases.syncing import sync
from tests.worlds.loop import Answers, ready

if TYPE_CHECKING:
    from pathlib import Path

NORMAL = {
    "sftp://me@Host.example:22/~/in%20box/": "sftp://me@host.example/~/in%20box",
    "webdavs://cloud.example:443/remote.php/dav/files/ann/Тека": (
        "webdavs://cloud.example/remote.php/dav/files/ann/%D0%A2%D0%B5%D0%BA%D0%B0"
    ),
    "webdav://127.0.0.1:8080/": "webdav://127.0.0.1:8080",
    "webdavs://приклад.укр/a": "webdavs://xn--80aikifvh.xn--j1amh/a",
    "s3://bucket.name/a//b?region=eu-west-1": (
        "s3://bucket.name/a/b?endpoint=https://s3.eu-west-1.amazonaws.com&region=eu-west-1"
    ),
    "s3://bucket?endpoint=http://[::1]:9000": "s3://bucket?endpoint=http://[::1]:9000&region=us-east-1",
}
REFUSED = (
    "",
    "two\nlines",
    "x" * 3000,
    "ftp://host/path",
    "sftp://host/path",
    "sftp://me:secret@host/path",
    "sftp://me@host/a/../b",
    "sftp://me@host/a%2Fb",
    "sftp://me@host/a%00b",
    "sftp://me@host/%ff",
    "sftp://me@-host/a",
    "sftp://me@host:99999/a",
    "sftp://me@host/a?b",
    "sftp://me@host/a#b",
    "webdav://cloud.example/a",
    "webdav://127.0.0.1.evil.example/a",
    "webdavs://[::1/a",
    "webdavs://faß.example/a",
    "webdavs://ｃloud.example/a",
    "webdavs://[::1]evil.example/a",
    "webdavs://[v1.evil.example]/a",
    "webdavs://good.example\\@evil.example/a",
    "sftp://me@good.example@evil.example/a",
    "s3://bucket",
    "s3://Bucket_?region=eu",
    "s3://bucket?region=eu&region=us",
    "s3://bucket?region=eu&key=secret",
    "s3://bucket?a=1&b=2&c=3&d=4&e=5",
    "s3://bucket?endpoint=https://good.example\\@evil.example",
    "s3://bucket?endpoint=http://minio.example",
    "s3://bucket?endpoint=https://minio.example/path",
    "s3://bucket?endpoint=https://me:secret@minio.example",
    "s3://bucket?endpoint=file:///etc/passwd",
    "s3://me:secret@bucket?region=eu",
)


@pytest.mark.parametrize(("text", "normal"), NORMAL.items())
def test_equal_places_have_one_text(text: str, normal: str) -> None:
    """The normal form is what secrets are kept under: read again, it is the same target."""
    target = Target.parse(text)
    assert target.text == normal
    assert Target.parse(normal) == target


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_place_is_refused(text: str) -> None:
    """A password in an address, a host without TLS, a way out of the folder: a typed error that repeats none of it."""
    with pytest.raises(TargetFault) as refused:
        Target.parse(text)
    assert "secret" not in str(refused.value)


def test_a_user_of_the_address_is_not_asked_for() -> None:
    """An authority is asked for only where there is TLS, a user only where the address has none."""
    assert [secret.name for secret in needs(Target.parse("webdavs://ann@cloud.example/a"))] == ["password", "authority"]
    assert [secret.name for secret in needs(Target.parse("webdav://127.0.0.1/a"))] == ["user", "password"]
    assert needs(Target.parse("/media/stick")) == ()


def test_a_part_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra only sftp is refused, with the line that installs it."""
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    monkeypatch.delitem(sys.modules, "intake.transports.sftp", raising=False)
    monkeypatch.delattr("intake.transports.sftp", raising=False)
    with pytest.raises(TransportMissing) as missing:
        open_carrier(Target.parse("sftp://me@host.example/a"), {})
    assert missing.value.fields["extra"] == "sftp"
    open_carrier(Target.parse("webdavs://host.example/a"), {"user": "u", "password": "p"}).close()


def test_a_file_that_is_no_key_and_no_certificate_is_said() -> None:
    """Before anything is asked of a server."""
    with pytest.raises(TargetFault):
        is_locked("-----BEGIN OPENSSH PRIVATE KEY-----")
    secrets = {"user": "u", "password": "p", "authority": "no certificate"}
    with pytest.raises(TargetFault):
        open_carrier(Target.parse("webdavs://host.example/a"), secrets)


@pytest.mark.parametrize("place", ["webdavs://ann@host.example/a", "sftp://ann@host.example/a"])
def test_an_empty_file_is_not_taken_for_none(tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a server with an authority of its own would be believed by anybody's certificate."""
    empty = tmp_path / "empty.pem"
    empty.touch()
    monkeypatch.setattr(opening, "seen", lambda _target: "shown")
    monkeypatch.setattr(opening, "fingerprint", lambda _key: "ssh-ed25519 SHA256:shown")
    texts = ["secret", str(empty)] if place.startswith("webdavs") else [str(empty)]
    world, _, _ = ready(tmp_path)
    with pytest.raises(TargetFault, match="holds no"):
        sync(replace(world.env, ask=Answers(texts=texts)), place)


@pytest.mark.parametrize(
    ("place", "secrets"),
    [
        ("s3://bucket?region=eu", {"access": "ключ", "signing": "x"}),
        ("s3://bucket?region=eu", {"access": "key", "signing": "\udcff"}),
        ("webdavs://host.example/a", {"user": "\udcff", "password": "p"}),
    ],
)
def test_what_was_typed_in_another_layout_is_refused(place: str, secrets: dict[str, str]) -> None:
    """No server takes it, and none is asked."""
    with pytest.raises(CarrierRefused):
        open_carrier(Target.parse(place), secrets)
