"""The specs of bundle and receipt hold: their worked examples are the vectors, their commands run as written."""

from __future__ import annotations

import base64
import re
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from intake.bundle.limits import GIB, LIMITS, MIB
from intake.crypto import merkle, sshsig
from intake.crypto.hashing import digest
from intake.crypto.strictjson import loads
from intake.errors import ProofFault, SignatureFault
from tests.worlds.crypto import need

DOCS = Path(__file__).parents[2] / "docs" / "spec"
VECTORS = Path(__file__).with_name("bundle")
RECEIPT = VECTORS / "receipt"


def blocks(page: str, kind: str) -> list[str]:
    """The fenced blocks of a page."""
    return re.findall(rf"^```{kind}\n(.*?)^```", (DOCS / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)


def tag_files(name: str) -> dict[str, bytes]:
    """Files of a vector by their name below the bundle's folder."""
    with tarfile.open(VECTORS / name) as tar:
        found = {member.name.partition("/")[2]: tar.extractfile(member) for member in tar.getmembers()}
        return {short: file.read() for short, file in found.items() if file}


def unwrapped(block: str) -> bytes:
    """A block that the page wraps, as the one line that it is."""
    return block.replace("\n", "").encode()


def officer_keys() -> tuple[bytes, bytes]:
    """Both keys of c-1, read out of the officers file as any tool would."""
    lines = [line for line in (VECTORS / "trust" / "officers").read_text().splitlines() if line.startswith("c-1 ")]
    blobs = [sshsig.parse_public(" ".join(line.split(" ")[-2:])) for line in lines]
    return blobs[0], blobs[1]


def test_the_bundles_worked_example_is_the_vector() -> None:
    """Statement, tagmanifest, digest and signature of the page are those of valid.tar."""
    files = tag_files("valid.tar")
    assert unwrapped(blocks("bundle-v1.md", "json")[0]) == files["statement.json"]
    tagmanifest, bundle_digest, signature = blocks("bundle-v1.md", "text")
    assert tagmanifest.encode() == files["tagmanifest-sha256.txt"]
    assert bundle_digest.strip() == digest(files["tagmanifest-sha256.txt"])
    assert signature.encode() == files["tagmanifest-sha256.txt.sig"]


def test_the_limits_of_the_page_are_the_codes() -> None:
    """Numbers stand in one place in the code and once in the page."""
    page = (DOCS / "bundle-v1.md").read_text("utf-8")
    assert "| items of a bundle | 10,000 |" in page
    assert LIMITS.items == 10_000
    assert LIMITS.item_bytes == GIB + GIB // 8
    assert (LIMITS.bagit_bytes, LIMITS.bag_info_bytes, LIMITS.tagmanifest_bytes) == (64, 512, 1024)
    assert (LIMITS.manifest_bytes, LIMITS.statement_bytes, LIMITS.record_bytes) == (2 * MIB, 16 * MIB, 16 * MIB)


def stock_path(bundle: Path, folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run the page's commands as they stand."""
    for tool in ("bash", "tar", "ssh-keygen", "sha256sum", "cmp"):
        need(tool)
    trust = VECTORS / "trust"
    said = {"BUNDLE": str(bundle), "TRUST": str(trust), "SENDER": "d-laptop-1", "AT": "20261121174000Z", **changes}
    script = blocks("bundle-v1.md", "sh")[0]
    environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "LC_ALL": "C", **said}
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.interop
def test_stock_tools_accept_what_is_valid(tmp_path: Path) -> None:
    """tar, ssh-keygen, sha256sum: no line of ours."""
    done = stock_path(VECTORS / "valid.tar", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.interop
@pytest.mark.parametrize("name", ["B04-stray", "B10-wrong-digest", "B11-namespace", "B13-unknown", "B22-digest"])
def test_stock_tools_refuse_what_we_refuse(name: str, tmp_path: Path) -> None:
    """A stray file, wrong digests, a foreign signature."""
    assert stock_path(VECTORS / f"{name}.tar", tmp_path).returncode != 0


@pytest.mark.interop
def test_stock_tools_refuse_an_expired_sender(tmp_path: Path) -> None:
    """The roster's own dates hold there too."""
    assert stock_path(VECTORS / "valid.tar", tmp_path, AT="20271021174000Z").returncode != 0


def test_the_receipts_worked_example_is_the_vector() -> None:
    """Receipt and checkpoint of the page are the files beside the bundle vectors."""
    assert unwrapped(blocks("receipt-v1.md", "json")[0]) == (RECEIPT / "receipt.json").read_bytes()
    assert blocks("receipt-v1.md", "text")[0].encode() == (RECEIPT / "checkpoint").read_bytes()


@pytest.mark.parametrize(
    ("name", "namespace"), [("receipt.json", "receipt-v1@intake"), ("checkpoint", "checkpoint-v1@intake")]
)
def test_both_signatures_of_the_example_are_the_officers(name: str, namespace: str) -> None:
    """With crypto alone: whoever has the page can check them."""
    data, keys = (RECEIPT / name).read_bytes(), officer_keys()
    signatures = [(RECEIPT / f"{name}{suffix}").read_bytes() for suffix in (".sig", ".pq.sig")]
    assert tuple(sshsig.verify(signature, namespace, BytesIO(data)) for signature in signatures) == keys
    for signature in signatures:
        with pytest.raises(SignatureFault):
            sshsig.verify(signature, namespace, data + b" ")
        with pytest.raises(SignatureFault):
            sshsig.verify(signature, "bundle-v1@intake", data)


def test_the_example_receipt_says_what_the_page_says() -> None:
    """Fields, statuses, the bundle, its items, and the proof that its leaf is in the log."""
    receipt = loads((RECEIPT / "receipt.json").read_bytes(), max_bytes=4 * MIB)
    page = (DOCS / "receipt-v1.md").read_text("utf-8").partition("## checkpoint")[0]
    for field in receipt:
        assert f"`{field}`" in page
    files = tag_files("valid.tar")
    assert receipt["bundle"] == digest(files["tagmanifest-sha256.txt"])
    statement = loads(files["statement.json"], max_bytes=MIB)
    assert [item["sha256"] for item in receipt["items"]] == [item["sha256"] for item in statement["items"]]
    assert {item["status"] for item in receipt["items"]} <= {"accepted", "duplicate", "held", "damaged"}
    origin, size, root = (RECEIPT / "checkpoint").read_text().splitlines()
    assert origin.startswith(f"{receipt['org']}/{receipt['officer']}/")
    leaf, proof = receipt["leaf"].encode(), [bytes.fromhex(node) for node in receipt["proof"]]
    place = (receipt["index"], int(size), proof, base64.b64decode(root))
    merkle.verify_inclusion(merkle.leaf_hash(leaf), *place)
    assert loads(leaf, max_bytes=4096)["bundle"] == receipt["bundle"]
    with pytest.raises(ProofFault):
        merkle.verify_inclusion(merkle.leaf_hash(leaf + b" "), *place)
