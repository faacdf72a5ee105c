"""Real servers on loopback, as ordinary processes with folders of their own, killed at the end; none of them is ours.

Each gives a `Place`: a target, the secrets that it takes, and how to hurt it. What is not installed is skipped, and
named in the summary. As root, Apache runs as nobody, for it refuses to serve as root.
"""

from __future__ import annotations

import base64
import getpass
import hashlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

from intake.transports.s3 import Bucket
from intake.transports.target import Target
from tests.worlds.crypto import need, skip_missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

USER = "carrier"
SECRET = "correct-horse-battery"  # noqa: S105 - of servers that live for a test
ACCESS = "test:tester"
BUCKET = "intake-test"
PAGE_NAMES = 50  # of a listing of Swift's: a real one, in pages
_START_SECONDS = 30
_SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Place:
    """A server to sync with. `folder`: where it keeps files, if it keeps them as such; `processes`: its own."""

    target: Target
    secrets: dict[str, str]
    folder: Path | None
    processes: tuple[subprocess.Popen[bytes], ...]

    def kill(self) -> None:
        """As a power cut."""
        for process in self.processes:
            _signal(process, signal.SIGKILL)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """It is there and answers nothing."""
        for process in self.processes:
            _signal(process, signal.SIGSTOP)
        while not all(_stands(process) for process in self.processes):
            time.sleep(0.01)
        try:
            yield
        finally:
            for process in self.processes:
                _signal(process, signal.SIGCONT)


@contextmanager
def folder() -> Iterator[Place]:
    """A folder or stick: no server at all."""
    with _home() as home:
        (home / "files").mkdir()
        yield Place(Target.parse(f"{home}/files"), {}, home / "files", ())


@contextmanager
def sshd() -> Iterator[Place]:
    """OpenSSH's server with its own sftp inside, one host key, one user's key."""
    binary = _need("sshd")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where it changes its root to
    with _home() as home:
        host, user = _ssh_key(home / "host"), _ssh_key(home / "user")
        (home / "files").mkdir()
        port = free_port()
        config = home / "sshd_config"
        config.write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {home}/host\nAuthorizedKeysFile {home}/user.pub\n"
            "StrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
            "PermitRootLogin prohibit-password\nPidFile none\nMaxStartups 100\nSubsystem sftp internal-sftp\n"
            "ForceCommand internal-sftp\n"
        )
        target = Target.parse(f"sftp://{getpass.getuser()}@127.0.0.1:{port}{home}/files")
        with _running([binary, "-D", "-e", "-f", str(config)], home, port) as process:
            yield Place(target, {"host-key": host, "key": user, "password": ""}, home / "files", (process,))


@contextmanager
def wsgidav() -> Iterator[Place]:
    """A WebDAV server from PyPI, over TLS, with a certificate of a private authority."""
    with _home() as home:
        authority = certificate(home)
        (home / "files" / "Intake folder").mkdir(parents=True)
        port = free_port()
        config = {
            "host": "127.0.0.1",
            "port": port,
            "provider_mapping": {"/dav": str(home / "files")},
            "simple_dc": {"user_mapping": {"*": {USER: {"password": SECRET}}}},
            "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
            "ssl_certificate": str(home / "server.pem"),
            "ssl_private_key": str(home / "server.key"),
            "ssl_adapter": "builtin",
            "logging": {"enable": False},
        }
        (home / "config.json").write_text(json.dumps(config))
        command = [sys.executable, "-m", "wsgidav.server.server_cli", f"--config={home}/config.json", "-q"]
        target = Target.parse(f"webdavs://127.0.0.1:{port}/dav/Intake%20folder")
        secrets = {"user": USER, "password": SECRET, "authority": authority}
        with _running(command, home, port) as process:
            yield Place(target, secrets, home / "files" / "Intake folder", (process,))


@contextmanager
def apache() -> Iterator[Place]:
    """Apache's mod_dav, plain, on loopback."""
    binary = _need("apache2")
    modules = Path("/usr/lib/apache2/modules")
    if not (modules / "mod_dav_fs.so").exists():
        skip_missing("Apache's mod_dav")
    names = "mpm_event authn_core authn_file authz_core authz_user auth_basic dav dav_fs"
    with _home() as home:
        (home / "files").mkdir()
        digest = base64.b64encode(hashlib.sha1(SECRET.encode()).digest()).decode()  # noqa: S324 - htpasswd's own
        (home / "users").write_text(f"{USER}:{{SHA}}{digest}\n")
        port = free_port()
        loaded = "".join(f"LoadModule {name}_module {modules}/mod_{name}.so\n" for name in names.split())
        (home / "httpd.conf").write_text(
            f"{loaded}ServerRoot {home}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {home}/pid\n"
            f"ErrorLog {home}/log\nDefaultRuntimeDir {home}\nMutex file:{home}\nDocumentRoot {home}/files\n"
            f"DavLockDB {home}/locks\nKeepAliveTimeout 1\n"
            f"<Directory {home}/files>\nDav On\nAuthType Basic\nAuthName carrier\n"
            f"AuthUserFile {home}/users\nRequire valid-user\n</Directory>\n"
        )
        for path in (home, *home.rglob("*")):
            if os.geteuid() == 0:
                shutil.chown(path, "nobody")
        target = Target.parse(f"webdav://{USER}@127.0.0.1:{port}/")
        command = [binary, "-X", "-f", str(home / "httpd.conf")]
        user = "nobody" if os.geteuid() == 0 else None
        with _running(command, home, port, user=user) as process:
            yield Place(target, {"password": SECRET}, home / "files", (process,))


@contextmanager
def swift() -> Iterator[Place]:
    """OpenStack Swift's four servers with s3api and tempauth, one replica, and memcached beside; with one bucket."""
    programs = {name: _need(f"swift-{name}-server") for name in ("account", "container", "object", "proxy")}
    memcached = _need("memcached")
    if not os.access("/etc/swift/swift.conf", os.R_OK):
        skip_missing("a readable /etc/swift/swift.conf")
    with _home() as home, ExitStack() as stack:
        _may_have_attributes(home)
        (home / "devices" / "d1").mkdir(parents=True)
        ports = {name: free_port() for name in (*programs, "memcached")}
        _rings(home, ports)
        for name in programs:
            (home / f"{name}.conf").write_text(_swift_conf(name, home, ports))
        me = getpass.getuser()
        cache = [memcached, "-l", "127.0.0.1", "-p", str(ports["memcached"]), "-U", "0", "-m", "16", "-u", me]
        processes = [stack.enter_context(_running(cache, home, ports["memcached"]))]
        commands = {name: [binary, str(home / f"{name}.conf")] for name, binary in programs.items()}
        for name, command in commands.items():
            processes.append(stack.enter_context(_running(command, home, ports[name], wait=False)))
        for name in programs:
            _wait_for(ports[name], processes[0], home)
        endpoint = f"http://127.0.0.1:{ports['proxy']}"
        target = Target.parse(f"s3://{BUCKET}/kept%20here?endpoint={endpoint}&region=us-east-1")
        make_bucket(target)
        yield Place(target, {"access": ACCESS, "signing": SECRET}, None, tuple(processes))


def make_bucket(target: Target) -> None:
    """The bucket of a target, which no carrier makes."""
    bucket = Bucket(target, ACCESS, SECRET)
    reply = bucket._web.ask(bucket._request("PUT", f"/{target.bucket}", ""))
    bucket.close()
    if reply.status != 200:
        raise AssertionError(reply.body)


def free_port() -> int:
    """A port of loopback on which nobody listens just now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def certificate(home: Path) -> str:
    """Writes server.pem and server.key for 127.0.0.1; gives the authority's certificate."""
    now = datetime.now(UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("authority", "server")]

    def issue(subject: int) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(names[subject])
            .issuer_name(names[0])
            .public_key(keys[subject].public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=subject == 0, path_length=None), critical=True)
        )

    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    root = issue(0).sign(keys[0], hashes.SHA256())
    server = issue(1).add_extension(address, critical=False).sign(keys[0], hashes.SHA256())
    pem = serialization.Encoding.PEM
    (home / "server.pem").write_bytes(server.public_bytes(pem))
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (home / "server.key").write_bytes(keys[1].private_bytes(pem, *plain))
    return root.public_bytes(pem).decode()


def ssh_pair() -> tuple[str, str]:
    """A private key as OpenSSH writes it, and its public line."""
    key = ed25519.Ed25519PrivateKey.generate()
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption())
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return private.decode(), public.decode()


def _ssh_key(path: Path) -> str:
    """Writes both halves; gives the public one for a host, the private one for a user."""
    private, public = ssh_pair()
    path.touch(mode=0o600)
    path.write_text(private)
    path.with_suffix(".pub").write_text(public + "\n")
    return public if path.name == "host" else private


def _rings(home: Path, ports: dict[str, int]) -> None:
    """By the library of `swift-ring-builder`, in one process: its nine commands would take most of the start."""
    wanted = {f"{home}/{name}.ring.gz": ports[name] for name in ("account", "container", "object")}
    device = {"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "device": "d1", "weight": 1.0}
    script = (
        "import json, sys\nfrom swift.common.ring import RingBuilder\n"
        "wanted, device = map(json.loads, sys.argv[1:])\n"
        "for path, port in wanted.items():\n"
        "    builder = RingBuilder(2, 1, 0)\n"
        "    builder.add_dev(device | {'port': port})\n"
        "    builder.rebalance()\n"
        "    builder.get_ring().save(path)\n"
    )
    command = ["/usr/bin/python3", "-c", script, json.dumps(wanted), json.dumps(device)]
    subprocess.run(command, check=True, env=_bare())


def _swift_conf(name: str, home: Path, ports: dict[str, int]) -> str:
    head = (
        f"[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = {ports[name]}\nuser = {getpass.getuser()}\nworkers = 0\n"
        f"swift_dir = {home}\ndevices = {home}/devices\nmount_check = false\ndisable_fallocate = true\n"
    )
    if name != "proxy":
        return head + f"[pipeline:main]\npipeline = {name}-server\n[app:{name}-server]\nuse = egg:swift#{name}\n"
    plain = ("catch_errors", "gatekeeper", "bulk", "copy", "slo", "dlo")
    eggs = "".join(f"[filter:{egg}]\nuse = egg:swift#{egg}\n" for egg in plain)
    return head + (
        f"[pipeline:main]\npipeline = catch_errors gatekeeper cache bulk s3api tempauth copy slo dlo proxy-server\n"
        "[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n"
        f"[filter:cache]\nuse = egg:swift#memcache\nmemcache_servers = 127.0.0.1:{ports['memcached']}\n"
        f"[filter:s3api]\nuse = egg:swift#s3api\nmax_bucket_listing = {PAGE_NAMES}\n"
        f"[filter:tempauth]\nuse = egg:swift#tempauth\nuser_{ACCESS.replace(':', '_')} = {SECRET} .admin\n{eggs}"
    )


def _may_have_attributes(folder: Path) -> None:
    try:
        os.setxattr(folder, "user.intake-test", b"1")
    except OSError:
        skip_missing("a temporary folder with extended attributes")


@contextmanager
def _home() -> Iterator[Path]:
    """A folder that another user's server may pass through."""
    with tempfile.TemporaryDirectory(prefix="intake-server-") as name:
        home = Path(name)
        home.chmod(0o755)
        yield home


@contextmanager
def _running(
    command: Sequence[str], home: Path, port: int, *, user: str | None = None, wait: bool = True
) -> Iterator[subprocess.Popen[bytes]]:
    group = pwd.getpwnam(user).pw_gid if user else None
    with (home / "words").open("ab") as words:
        process = subprocess.Popen(
            command, stdout=words, stderr=words, stdin=subprocess.DEVNULL,
            env=_bare(), cwd=home, start_new_session=True, user=user, group=group,
        )  # fmt: skip
    try:
        if wait:
            _wait_for(port, process, home)
        yield process
    finally:
        _signal(process, signal.SIGCONT)
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """To the process and all that it started: sshd's children lead groups of their own."""
    if process.returncode is None:
        for pid in _family(process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def _stands(process: subprocess.Popen[bytes]) -> bool:
    """Whether every thread of it, and of what it started, was stopped by now."""
    stats = [stat for pid in _family(process.pid) for stat in Path(f"/proc/{pid}/task").glob("*/stat")]
    return all(stat.read_text().rpartition(")")[2].split()[0] == "T" for stat in stats)


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _wait_for(port: int, process: subprocess.Popen[bytes], home: Path) -> None:
    for _attempt in range(_START_SECONDS * 20):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise AssertionError((home / "words").read_text())


def _bare() -> dict[str, str]:
    """An environment of the system's own: nothing of this virtual environment."""
    return {"PATH": _SYSTEM_PATH, "LANG": "C.UTF-8", "HOME": "/nonexistent"}


def _need(program: str) -> str:
    return shutil.which(program, path=_SYSTEM_PATH) or need(program)


KINDS: dict[str, Callable[[], AbstractContextManager[Place]]] = {
    "folder": folder,
    "sshd": sshd,
    "wsgidav": wsgidav,
    "apache": apache,
    "swift": swift,
}
