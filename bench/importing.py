"""Importing 1,000 records of 300 fields: seconds, peak memory, and the ratio to a floor measured in the same run.

The floor is the same carried file, handled by bare library calls in a process of its own: the envelope and every item
decrypted, each with the right key at once, both signatures of the bundle and of every record verified; records,
signatures, identity parts and the statement's items inserted into SQLCipher and indexed in one transaction, and the
signed tar kept in an encrypted file, as an import does it. It checks nothing else, and holds everything in memory.
Whole processes, interleaved, medians; CPU time is the second witness. The targets are 20 s, 200 MiB and 1.6 times the
floor.

    python bench/importing.py [--records 1000] [--rounds 5] [--dir FOLDER] [--json]
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

RECORDS, FIELDS = 1000, 300
PASSPHRASE = "correct horse battery staple lantern orchid"  # noqa: S105  of tests/worlds/loop.py
NOW = datetime(2026, 11, 21, 17, 40, tzinfo=UTC)
SECONDS_TARGET, MIB_TARGET, RATIO_TARGET = 20.0, 200.0, 1.6
Json = Any


# -- what is imported --------------------------------------------------------------------------------------------------


def leaves(value: Json) -> int:
    """How many fields a document has: every value that is not an object or a list of its own."""
    if isinstance(value, dict):
        return sum(leaves(inner) for inner in value.values())
    if isinstance(value, list):
        return sum(leaves(inner) for inner in value) or 1
    return 1


def document(n: int) -> Json:
    """A made-up testimony of 300 fields: incidents are added until there are as many."""
    from tests.worlds.records import VIOLATIONS, made_id, testimony  # noqa: PLC0415  the floor must not pay for it

    whole = testimony(VIOLATIONS[n % len(VIOLATIONS)], n)
    incidents = whole["account"]["incidents"]
    while leaves(whole) < FIELDS:
        incidents.append(deepcopy(incidents[0]) | {"id": made_id(n, len(incidents))})
    return whole


def prepare(folder: Path, records: int) -> tuple[Path, Path]:
    """An organisation that has imported nothing, and one carried file with that many testimonies."""
    from tests.worlds.loop import found  # noqa: PLC0415  see above

    world = found(folder)
    laptop = world.laptop("laptop")
    added = laptop.add([document(n) for n in range(records)])
    assert len(added.drafts) == records, added.refused[:1]
    # Of a thousand made-up people some have one name: V30 asks why both stay, as often as it has to.
    cast("Any", laptop.env.ask).texts.extend(["another person of that name"] * records)
    assert not laptop.seal().refused
    return world.env.home, laptop.export().path


# -- ours --------------------------------------------------------------------------------------------------------------


class Typist:
    """Types the passphrase, and is asked nothing else."""

    def passphrase(self, prompt: str) -> str:
        """The one of the tests' world."""
        del prompt
        return PASSPHRASE


def ours(home: Path, carried: Path) -> int:
    """Import as the command does; the number of records that came in."""
    from intake.__main__ import leave_interpreter, prepare_interpreter  # noqa: PLC0415

    prepare_interpreter()  # as the program's door does, before anything else is imported
    from intake.i18n import Translator  # noqa: PLC0415
    from intake.usecases.environment import Environment  # noqa: PLC0415
    from intake.usecases.importing import import_  # noqa: PLC0415

    env = Environment(home, Translator("en"), cast("Any", Typist()), clock=lambda: NOW)
    report = import_(env, [carried])
    states = [item.state for bundle in report.bundles for item in bundle.items if item.kind == "record"]
    leave_interpreter()  # and as it does at the end
    return states.count("imported")


# -- the floor ---------------------------------------------------------------------------------------------------------


def seeds(home: Path) -> dict[str, Any]:
    """The keys that open the file, and the public keys that signed it: read before the floor's clock starts."""
    from intake.store.vault import Vault  # noqa: PLC0415
    from intake.usecases.trusted import EPOCH_PREFIX, IDENTITY, station  # noqa: PLC0415

    with Vault.open(home, PASSPHRASE) as vault:
        (epoch,) = (name for name in vault.secrets.names() if name.startswith(EPOCH_PREFIX))
        held = {kind: vault.secrets.get(name) or b"" for kind, name in (("record", epoch), ("identity", IDENTITY))}
        device = station(vault).trust.roster.directory.principals[0]
    return {
        "seeds": {kind: seed.hex() for kind, seed in held.items()},
        "ed25519": device.keys.ed25519[-32:].hex(),
        "composite": device.keys.composite[-(1312 + 32) :].hex(),
    }


class Floor:
    """Bare calls of cryptography, hashlib, json and sqlcipher3, and as little around them as the formats allow."""

    def __init__(self, keys: dict[str, Any]) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey  # noqa: PLC0415
        from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite  # noqa: PLC0415

        self._suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
        self._keys = {kind: self._identity(bytes.fromhex(seed)) for kind, seed in keys["seeds"].items()}
        composite = bytes.fromhex(keys["composite"])
        self._ed25519 = Ed25519PublicKey.from_public_bytes(bytes.fromhex(keys["ed25519"]))
        self._mldsa = MLDSA44PublicKey.from_public_bytes(composite[:1312])
        self._half = Ed25519PublicKey.from_public_bytes(composite[1312:])

    @staticmethod
    def _identity(seed: bytes) -> Any:
        from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey  # noqa: PLC0415
        from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey  # noqa: PLC0415

        expanded = hashlib.shake_256(seed).digest(96)
        return MLKEM768X25519PrivateKey(
            MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])
        )

    def decrypt(self, data: bytes, kind: str) -> bytes:
        """An age file to the key of its kind: unwrap, check the header's MAC, open the chunks."""
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # noqa: PLC0415

        mark = data.index(b"\n---") + 1
        end = data.index(b"\n", mark) + 1
        file_key = self._unwrap(data[:mark], self._keys[kind])
        mac = hmac.digest(_hkdf(file_key, b"", b"header"), data[: mark + 3], "sha256")
        assert base64.b64encode(mac).rstrip(b"=") == data[mark + 4 : end - 1]
        cipher = ChaCha20Poly1305(_hkdf(file_key, data[end : end + 16], b"payload"))
        payload, plain = memoryview(data)[end + 16 :], []
        for number, start in enumerate(range(0, len(payload), 65552)):
            last = start + 65552 >= len(payload)
            plain.append(
                cipher.decrypt(
                    struct.pack(">11sB", number.to_bytes(11, "big"), last), payload[start : start + 65552], None
                )
            )
        return b"".join(plain)

    def _unwrap(self, header: bytes, key: Any) -> bytes:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415

        lines = header.split(b"\n")
        for at, line in enumerate(lines):
            if line.startswith(b"-> mlkem768x25519 "):
                wrapped = _unbase64(line[18:]) + _unbase64(lines[at + 1])
                try:
                    return bytes(self._suite.decrypt(wrapped, key, b"age-encryption.org/mlkem768x25519"))
                except InvalidTag:  # the archive's: stanzas stand in any order
                    continue
        raise AssertionError

    def keep(self, tar: bytes, path: Path) -> None:
        """The signed tar in a file of its own, encrypted in age's chunks, on the disk."""
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # noqa: PLC0415

        cipher, view = ChaCha20Poly1305(os.urandom(32)), memoryview(tar)
        with path.open("wb") as sink:
            for number, start in enumerate(range(0, len(tar), 65536)):
                sink.write(cipher.encrypt(number.to_bytes(12, "big"), view[start : start + 65536], None))
            sink.flush()
            os.fsync(sink.fileno())

    def verify(self, namespace: bytes, message: bytes, sig: bytes, pq_sig: bytes) -> None:
        """Both signatures."""
        signed = b"SSHSIG" + b"".join(map(_string, (namespace, b"", b"sha512", hashlib.sha512(message).digest())))
        label = b"COMPSIG-MLDSA44-Ed25519-SHA512"
        composed = b"CompositeAlgorithmSignatures2025" + label + b"\0" + hashlib.sha512(signed).digest()
        self._ed25519.verify(_unarmor(sig)[-64:], signed)
        composite = _unarmor(pq_sig)[-(2420 + 64) :]
        self._mldsa.verify(composite[:2420], composed, label)
        self._half.verify(composite[2420:], composed)


def _hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    return hmac.digest(hmac.digest(salt or bytes(32), key, "sha256"), info + b"\1", "sha256")


def _unbase64(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4))


def _unarmor(text: bytes) -> bytes:
    return base64.b64decode(text[29:-27])


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _members(tar: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while tar[at]:
        name, size = tar[at : at + 100].rstrip(b"\0").decode(), int(tar[at + 124 : at + 135], 8)
        yield name, tar[at + 512 : at + 512 + size]
        at += 512 + -(-size // 512) * 512


def floor(carried: Path, keys: dict[str, Any], database_file: Path) -> int:
    """Decrypt, verify, insert, index."""
    from sqlcipher3 import dbapi2  # noqa: PLC0415

    bare = Floor(keys)
    database = dbapi2.connect(str(database_file), isolation_level=None)
    database.set_key("x'" + os.urandom(32).hex() + "'")
    for pragma in ("cipher_memory_security=ON", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        database.execute(f"PRAGMA {pragma}")
    database.execute(
        "CREATE TABLE records (digest TEXT PRIMARY KEY, id TEXT, code TEXT, record BLOB, sig BLOB, pq BLOB)"
    )
    database.execute("CREATE INDEX by_id ON records (id)")
    database.execute("CREATE INDEX by_code ON records (code)")
    database.execute("CREATE TABLE identities (digest TEXT PRIMARY KEY, identity BLOB)")
    database.execute("CREATE TABLE items (number INTEGER PRIMARY KEY, record TEXT, sha256 TEXT, said TEXT)")
    database.execute("CREATE INDEX by_record ON items (record)")
    database.execute("CREATE INDEX by_sha256 ON items (sha256)")
    database.execute("BEGIN")
    count = 0
    tar = bare.decrypt(carried.read_bytes(), "record")
    tags = dict(islice(((name.partition("/")[2], data) for name, data in _members(tar)), 7))
    bare.verify(b"bundle-v1@intake", *(tags[f"tagmanifest-sha256.txt{end}"] for end in ("", ".sig", ".pq.sig")))
    bare.keep(tar, database_file.with_suffix(".tar"))
    for name, data in _members(tar):
        if name.endswith("/statement.json"):
            items = json.loads(data)["items"]
            kinds = {item["name"]: item["kind"] for item in items}
            rows = ((item["record"], item["sha256"], json.dumps(item)) for item in items)
            database.executemany("INSERT INTO items (record, sha256, said) VALUES (?, ?, ?)", rows)
        if not name.endswith(".age"):
            continue
        held = dict(_members(bare.decrypt(data, kinds[name.rpartition("/")[2]])))
        if (record := held.get("record.json")) is not None:
            sig, pq_sig = held["record.json.sig"], held["record.json.pq.sig"]
            bare.verify(b"record-v1@intake", record, sig, pq_sig)
            said = json.loads(record)
            row = (hashlib.sha256(record).hexdigest(), said["id"], said["case"], record, sig, pq_sig)
            database.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)", row)
            count += 1
        else:
            part = held["identity.json"]
            database.execute("INSERT INTO identities VALUES (?, ?)", (hashlib.sha256(part).hexdigest(), part))
    database.execute("COMMIT")
    database.close()
    return count


# -- measuring ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """One whole process; `cpu` is the second witness, for a machine that others use too."""

    seconds: float
    cpu: float
    mib: float


def timed(words: Sequence[str]) -> Run:
    """One process, measured from outside."""
    os.sync()  # or one run pays for writing back what the runs before it left
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    child = subprocess.Popen([sys.executable, __file__, *words], env=environment)
    _, status, usage = os.wait4(child.pid, 0)
    took = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{words[0]} failed with {child.returncode}")
    return Run(took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(folder: Path, records: int, rounds: int) -> dict[str, float]:
    """Medians of the rounds; each imports into a fresh copy of the vault."""
    # In a process of its own: a child's peak memory begins with what its parent had.
    timed(["--child", "prepare", str(folder), str(records)])
    home, carried = map(Path, json.loads((folder / "made.json").read_bytes()))
    keys = folder / "keys.json"
    mine, bare = [], []
    for number in range(rounds):
        fresh, database = folder / f"home-{number}", folder / f"floor-{number}.db"
        shutil.copytree(home, fresh)
        bare.append(timed(["--child", "floor", str(carried), str(keys), str(database), str(records)]))
        mine.append(timed(["--child", "ours", str(fresh), str(carried), str(records)]))
        shutil.rmtree(fresh)
        database.unlink()
        database.with_suffix(".tar").unlink()
    seconds, floor_seconds = (statistics.median(run.seconds for run in runs) for runs in (mine, bare))
    cpu, floor_cpu = (statistics.median(run.cpu for run in runs) for runs in (mine, bare))
    return {
        "records": records,
        "seconds": round(seconds, 3),
        "cpu_seconds": round(cpu, 3),
        "peak_mib": round(max(run.mib for run in mine), 1),
        "floor_seconds": round(floor_seconds, 3),
        "floor_cpu_seconds": round(floor_cpu, 3),
        "ratio": round(seconds / floor_seconds, 2),
        "cpu_ratio": round(cpu / floor_cpu, 2),
    }


def child(words: Sequence[str]) -> None:
    """One measured process, or the one that makes what they read."""
    deed, folder = words[0], Path(words[1])
    if deed == "prepare":
        made = prepare(folder / "made", int(words[2]))
        (folder / "made.json").write_text(json.dumps(list(map(str, made))))
        (folder / "keys.json").write_text(json.dumps(seeds(made[0])))
    elif deed == "ours":
        assert ours(folder, Path(words[2])) == int(words[3])
    else:
        keys = json.loads(Path(words[2]).read_bytes())
        assert floor(folder, keys, Path(words[3])) == int(words[4])


def main() -> None:
    """Print the medians; fail when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dir", type=Path, help="where to write; the disk that is to be measured")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child)
        return
    with tempfile.TemporaryDirectory(dir=options.dir) as folder:
        result = measure(Path(folder), options.records, options.rounds)
    if options.json:
        print(json.dumps(result))
    else:
        print(
            f"{result['records']} records of {FIELDS} fields: {result['seconds']:.2f} s, {result['peak_mib']:.0f} MiB; "
            f"floor {result['floor_seconds']:.2f} s, ratio {result['ratio']:.2f} (at most {RATIO_TARGET}; "
            f"of CPU time {result['cpu_ratio']:.2f})"
        )
    if result["seconds"] > SECONDS_TARGET or result["peak_mib"] > MIB_TARGET or result["ratio"] > RATIO_TARGET:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
