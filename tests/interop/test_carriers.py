"""What a carrier promises, held against real servers: one set of tests for a folder and for each of them.

Spec: docs/spec/carrier-v1.md. Swift takes seconds to start: its tests are marked `s3` and have a command of their own.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread, Timer
from typing import TYPE_CHECKING

import pytest

from intake.errors import (
    CarrierChanged,
    CarrierClock,
    CarrierFull,
    CarrierLost,
    CarrierMissing,
    CarrierNowhere,
    CarrierRefused,
    CarrierSlow,
    CarrierUnreachable,
    TransportError,
)
from intake.transports.carrier import PIECE_BYTES
from intake.transports.opening import fingerprint, open_carrier, seen
from intake.transports.s3 import Bucket
from intake.transports.times import Times
from tests.worlds.crypto import skip_missing
from tests.worlds.servers import ACCESS, KINDS, PAGE_NAMES, SECRET, Place, certificate, ssh_pair
from tests.worlds.sockets import lying, slow_to

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from intake.transports.carrier import Carrier

pytestmark = pytest.mark.interop

SWIFT = pytest.param("swift", marks=pytest.mark.s3)
SERVERS = ["sshd", "wsgidav", "apache", SWIFT]
BRIEF = Times(connect=2, idle=1, pauses=())
NAME = f"{'a' * 64}.0-1.{'b' * 64}"


@pytest.fixture(scope="module", params=["folder", *SERVERS])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """One of the places; started once for all tests of this file that want it."""
    with KINDS[request.param]() as started:
        yield started


@pytest.fixture
def carrier(place: Place) -> Iterator[Carrier]:
    """A carrier to it."""
    opened = open_carrier(place.target, place.secrets)
    yield opened
    opened.close()


@pytest.fixture
def box(request: pytest.FixtureRequest) -> str:
    """A box that no other test has."""
    return hashlib.md5(request.node.name.encode(), usedforsecurity=False).hexdigest()


def test_what_is_written_is_read_and_can_be_replaced_and_removed(carrier: Carrier, box: str) -> None:
    """All four verbs, with a piece of full size; removing twice is removing once."""
    piece = os.urandom(PIECE_BYTES)
    carrier.write(box, NAME, piece)
    assert list(carrier.names(box)) == [NAME]
    assert carrier.read(box, NAME, PIECE_BYTES) == piece
    carrier.write(box, NAME, b"shorter")
    assert carrier.read(box, NAME, PIECE_BYTES) == b"shorter"
    carrier.write(box, NAME, b"")
    assert carrier.read(box, NAME, PIECE_BYTES) == b""
    carrier.remove(box, NAME)
    carrier.remove(box, NAME)
    assert list(carrier.names(box)) == []


def test_no_more_is_taken_than_the_limit_and_one(carrier: Carrier, box: str) -> None:
    """A file that grew shows by its length, and is not taken whole; the next call is well."""
    carrier.write(box, NAME, b"x" * 300_000)
    assert carrier.read(box, NAME, 0) == b"x"
    assert carrier.read(box, NAME, 1000) == b"x" * 1001
    assert carrier.read(box, NAME, 300_000) == b"x" * 300_000


def test_a_file_that_is_not_there_is_lost_and_a_box_that_is_not_there_is_empty(carrier: Carrier, box: str) -> None:
    """Neither is a fault of the place: only the file, by its own error."""
    assert list(carrier.names(box)) == []
    carrier.remove(box, NAME)
    carrier.write(box, NAME, b"x")
    with pytest.raises(CarrierLost):
        carrier.read(box, NAME.replace("a", "c"), 10)


def test_a_listing_of_many_names_is_whole(place: Place, carrier: Carrier, box: str) -> None:
    """2,000 files, or pages of a real S3 listing: each once, and a folder among them is none."""
    carrier.write(box, NAME, b"x")
    count = 2000 if place.folder else 2 * PAGE_NAMES + 7
    names = {f"{number:064x}.0-1.{'b' * 64}" for number in range(count)}
    if place.folder:
        (place.folder / box / ("d" * 64)).mkdir()
        for name in names:
            (place.folder / box / name).write_bytes(b"x")
    else:
        for name in names:
            carrier.write(box, name, b"x")
    found = [name for name in carrier.names(box) if name != "d" * 64 or place.target.scheme != "folder"]
    assert sorted(found) == sorted({NAME, *names})


def test_two_at_once_write_the_same_names(place: Place, carrier: Carrier, box: str) -> None:
    """What two people write under one name is the same, and is whole when both are done."""
    other = open_carrier(place.target, place.secrets)
    names = [f"{number:064x}.0-1.{'b' * 64}" for number in range(5)]
    data = os.urandom(200_000)

    def write(through: Carrier) -> None:
        for name in names:
            through.write(box, name, data)

    if place.target.scheme == "folder":  # one stick has one writer at a time
        other.close()
        write(carrier)
    else:
        thread = Thread(target=write, args=(other,))
        thread.start()
        write(carrier)
        thread.join()
        other.close()
    assert sorted(carrier.names(box)) == names
    assert all(carrier.read(box, name, len(data)) == data for name in names)


def test_a_place_that_is_not_there_is_said(place: Place, box: str) -> None:
    """A mistyped folder or bucket may not look like an empty one: reading and writing say so."""
    scheme = place.target.scheme
    path = place.target.path + "/nowhere" if scheme != "s3" else place.target.path
    bucket = "no-such-bucket" if scheme == "s3" else ""
    carrier = open_carrier(replace(place.target, path=path, bucket=bucket), place.secrets)
    expected = CarrierMissing if scheme == "folder" else CarrierNowhere
    with pytest.raises(expected):
        list(carrier.names(box))
    with pytest.raises(expected):
        carrier.write(box, NAME, b"x")
    carrier.close()


@pytest.mark.parametrize("place", SERVERS, indirect=True)
def test_a_wrong_secret_is_refused(place: Place, box: str) -> None:
    """Another password, secret key or SSH key: refused by its own error, at the first call."""
    wrong = {"password": "wrong", "signing": "wrong", "key": ssh_pair()[0]}
    carrier = open_carrier(place.target, {name: wrong.get(name, value) for name, value in place.secrets.items()})
    with pytest.raises(CarrierRefused):
        list(carrier.names(box))
    with pytest.raises(CarrierRefused):
        carrier.write(box, NAME, b"x")
    carrier.close()


@pytest.mark.parametrize("place", ["sshd", "wsgidav"], indirect=True)
def test_another_server_is_not_spoken_to(place: Place, box: str, tmp_path: Path) -> None:
    """Another host key than the pinned one; a certificate by an authority that nobody pinned, or by another one."""
    others = {"host-key": ssh_pair()[1], "authority": certificate(tmp_path)}
    for authority in (others["authority"], ""):
        secrets = place.secrets | {"host-key": others["host-key"], "authority": authority}
        carrier = open_carrier(place.target, secrets)
        with pytest.raises(CarrierChanged):
            carrier.write(box, NAME, b"x")
        carrier.close()


@pytest.mark.parametrize("place", ["wsgidav"], indirect=True)
def test_a_certificate_counts_for_the_name_in_it(place: Place, box: str) -> None:
    """The pinned authority vouches for 127.0.0.1: the same server under another name is another one."""
    carrier = open_carrier(replace(place.target, host="localhost"), place.secrets)
    with pytest.raises(CarrierChanged):
        carrier.write(box, NAME, b"x")
    carrier.close()


@pytest.mark.parametrize("place", ["wsgidav", SWIFT], indirect=True)
def test_nothing_of_the_environment_is_used(
    place: Place, box: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No proxy, no other credentials, and the session's keys are written nowhere."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1/")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login another password wrong\n")
    carrier = open_carrier(place.target, place.secrets)
    carrier.write(box, NAME, b"x")
    carrier.close()
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("place", ["sshd"], indirect=True)
def test_the_host_key_that_is_shown_is_the_servers(place: Place) -> None:
    """What a person compares is what ssh-keygen says of it, and what is pinned then opens."""
    shown = seen(place.target)
    assert shown.split()[:2] == place.secrets["host-key"].split()[:2]
    told = subprocess.run(["ssh-keygen", "-lf", "-"], input=shown, capture_output=True, text=True, check=True).stdout
    assert fingerprint(shown).split()[1] == told.split()[1]


@pytest.mark.parametrize("place", ["sshd"], indirect=True)
def test_nothing_of_the_persons_own_ssh_is_used(
    place: Place, box: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that would open lies in ~/.ssh, with a configuration and known hosts that mislead: none of it is used."""
    folder = tmp_path / ".ssh"
    folder.mkdir()
    (folder / "id_ed25519").write_text(place.secrets["key"])
    (folder / "config").write_text("Host *\n  HostName 192.0.2.1\n  ProxyCommand false\n")
    (folder / "known_hosts").write_text(f"* {ssh_pair()[1]}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
    carrier = open_carrier(place.target, place.secrets)
    carrier.write(box, NAME, b"x")
    carrier.close()
    stranger = open_carrier(place.target, place.secrets | {"key": "", "password": "none"})
    with pytest.raises(CarrierRefused):
        stranger.write(box, NAME, b"x")
    stranger.close()


@pytest.mark.parametrize("place", SERVERS, indirect=True)
def test_a_server_that_stands_still_is_left_and_is_well_afterwards(place: Place, box: str) -> None:
    """Stopped in the middle of a connection: a typed error in time, and the same carrier goes on when it is back."""
    carrier = open_carrier(place.target, place.secrets, BRIEF)
    carrier.write(box, NAME, b"x")
    with place.stopped():
        began = time.monotonic()
        with pytest.raises((CarrierSlow, CarrierUnreachable)):
            carrier.read(box, NAME, 10)
        assert time.monotonic() - began < 20
    for _attempt in range(20):
        try:
            assert carrier.read(box, NAME, 10) == b"x"
            break
        except TransportError:
            time.sleep(0.5)  # it was woken, and may still be at what was asked of it before
    else:
        raise AssertionError
    carrier.close()


@pytest.mark.slow
@pytest.mark.parametrize("place", ["sshd", "apache"], indirect=True)
def test_a_slow_link_is_waited_for(place: Place, box: str) -> None:
    """Two MiB take longer than a call may be silent, each way, and arrive: they are not silent."""
    data = os.urandom(2 << 20)
    with lying(slow_to(place.target.port, 350_000)) as (port, _calls):
        times = Times(connect=10, idle=3, pace=100_000, pauses=())
        carrier = open_carrier(replace(place.target, port=port), place.secrets, times)
        carrier.write(box, NAME, data)
        assert carrier.read(box, NAME, len(data)) == data
        carrier.close()


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_that_is_killed_in_the_middle_ends_in_a_typed_error(kind: str, box: str) -> None:
    """While pieces flow; and with nobody there any more, each call says that it can't be reached."""
    with KINDS[kind]() as place:
        carrier = open_carrier(place.target, place.secrets, Times(connect=5, idle=5, pauses=()))
        carrier.write(box, NAME, b"x")
        killer = Timer(0.3, place.kill)
        killer.start()
        with pytest.raises(TransportError):
            _write_for_ever(carrier, box)
        killer.join()
        with pytest.raises(CarrierUnreachable):
            list(carrier.names(box))
        carrier.close()


def _write_for_ever(carrier: Carrier, box: str) -> None:
    while True:
        carrier.write(box, NAME, bytes(PIECE_BYTES))


@pytest.mark.parametrize("place", ["apache"], indirect=True)
def test_a_connection_that_the_server_ended_meanwhile_is_made_anew(place: Place, carrier: Carrier, box: str) -> None:
    """Apache here keeps an idle connection for a second: the next call is as good as the first."""
    carrier.write(box, NAME, b"x")
    time.sleep(1.5)
    carrier.write(box, NAME, b"y")
    assert place.target.scheme == "webdav"


@pytest.mark.parametrize("place", ["folder", "sshd", "apache"], indirect=True)
def test_a_full_disk_is_called_full(place: Place, carrier: Carrier, box: str) -> None:
    """A file system of one MiB under the box: the error says that there is no room, and what was there is there."""
    assert place.folder
    carrier.write(box, NAME, b"x")
    folder = place.folder / box
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m,mode=777", "tmpfs", folder], check=False, capture_output=True
    )
    if not mounted or mounted.returncode:
        skip_missing("the right to mount a small file system")
    try:
        carrier.write(box, NAME, b"x")
        with pytest.raises(CarrierFull):
            carrier.write(box, NAME.replace("a", "c"), bytes(3 << 20))
        assert carrier.read(box, NAME, 10) == b"x"
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.parametrize("place", [SWIFT], indirect=True)
@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_is_wrong_is_named(place: Place, box: str, hours: int) -> None:
    """A laptop two hours off: the real server refuses the signature's time, and the error speaks of the clock."""
    carrier = Bucket(place.target, ACCESS, SECRET, clock=lambda: datetime.now(UTC) + timedelta(hours=hours))
    with pytest.raises(CarrierClock):
        list(carrier.names(box))
    carrier.close()
