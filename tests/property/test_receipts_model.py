"""No sequence of receipts, genuine or not, makes a laptop delete what two coordinators have not both called safe.

The model knows which receipts are genuine, and what each says; it knows nothing of serials, logs or order.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.bundle.receipt import MEMBERS, SAFE, OpenedReceipt
from intake.crypto.age import encrypt_bytes
from intake.crypto.sshsig import SignerKeys
from intake.keys import namespaces
from intake.keys.parcel import write_parcel
from intake.keys.signed import sign_file
from intake.store.vault import Vault
from intake.usecases import trusted
from intake.usecases.importing import import_
from intake.usecases.receipts import receipts
from tests.worlds.loop import PASSPHRASE, Laptop, World, ready
from tests.worlds.receipts import damage, files_of, needs_two, opened, sealed, second_coordinator


@dataclass(frozen=True)
class Pool:
    """A laptop that asks for two coordinators, its outbox, and every file somebody could hand it."""

    laptop: Laptop
    files: dict[str, bytes]  # by the outbox
    hashes: dict[str, str]  # SHA-256 -> name
    genuine: dict[str, tuple[str, dict[str, str]]]  # file -> officer, and what it says of the laptop's items
    newest: tuple[str, ...]  # genuine ones that cover all that can be covered, in their order
    never: frozenset[str]  # names of items that no coordinator has, or that arrived damaged
    folder: Path


@cache
def pool() -> Pool:
    """Built once; `folder` holds the carried files."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    world, laptop, other = ready(folder)
    out = folder / "receipts"
    out.mkdir()
    genuine: dict[str, tuple[str, dict[str, str]]] = {}

    def give(desk: World, label: str, bundle: Path, whose: Laptop) -> str:
        (path,) = import_(desk.env, [bundle]).receipts.written
        path.rename(out / label)
        if whose is laptop:
            said = opened(laptop, out / label).receipt
            genuine[label] = (said.officer, {item.sha256: item.status for item in said.items})
        return label

    case, _ = sealed(laptop, 0, 1)
    damage(laptop, case)
    one = laptop.export().path
    give(world, "c1-old-trust", one, laptop)
    desk = second_coordinator(world)
    needs_two(laptop)
    sealed(laptop, 2)
    two = laptop.export().path
    sealed(other, 5)
    theirs = other.export().path
    give(world, "c1-one", one, laptop)
    give(desk, "c2-two", two, laptop)
    give(world, "c1-theirs", theirs, other)
    give(desk, "c2-one", one, laptop)
    newest = (give(world, "c1-two", two, laptop), give(desk, "c2-two-again", two, laptop))
    sealed(laptop, 3)
    _forge(laptop, other, out)
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        hashes = {item.sha256: item.name for item in vault.sealed.all_items()}
    safe = {sha for _, said in genuine.values() for sha, status in said.items() if status in SAFE}
    never = frozenset(name for sha, name in hashes.items() if sha not in safe)
    return Pool(laptop, files_of(laptop), hashes, genuine, newest, never, out)


def _forge(laptop: Laptop, other: Laptop, out: Path) -> None:
    """Cut, mixed, signed by a laptop, for another device, saying more than was said: none of it genuine."""
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        age = trusted.identity_of(vault, trusted.DEVICE_AGE)
    with Vault.open(other.env.home, PASSPHRASE) as vault:
        thief = SignerKeys.from_bytes(vault.secrets.get(trusted.SIGNER) or b"")
    assert age is not None
    to = [age.recipient()]

    def put(label: str, members: dict[str, bytes]) -> None:
        whole = write_parcel({name: members[name] for name in MEMBERS}, padded=True)
        (out / label).write_bytes(encrypt_bytes(whole, to))

    first, second = opened(laptop, out / "c1-two"), opened(laptop, out / "c2-two-again")
    put("mixed-receipt", {**first.files, **{n: d for n, d in second.files.items() if n.startswith("checkpoint")}})
    put("mixed-signatures", {**first.files, "receipt.json.pq.sig": second.files["receipt.json.pq.sig"]})
    put("by-a-laptop", {**first.files, **_resigned(first, thief)})
    put("says-more", {**first.files, "receipt.json": first.files["receipt.json"].replace(b"damaged", b"held")})
    cut = (out / "c1-two").read_bytes()
    (out / "cut").write_bytes(cut[: len(cut) // 2])
    (out / "copy").write_bytes(cut)


def _resigned(receipt: OpenedReceipt, keys: SignerKeys) -> dict[str, bytes]:
    claims = receipt.receipt.model_copy(update={"serial": 99})
    data = claims.model_dump_json().encode()
    return sign_file(keys, namespaces.RECEIPT, "receipt.json", data).files()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_nothing_goes_that_two_coordinators_have_not_called_safe(data: st.DataObject) -> None:
    """After every step: what is gone was vouched for twice; what is here is byte for byte what was sealed."""
    known = pool()
    names = sorted(path.name for path in known.folder.iterdir())
    steps = data.draw(st.lists(st.lists(st.sampled_from(names), min_size=1, max_size=3), max_size=6))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "laptop"
        shutil.copytree(known.laptop.env.home, home)
        laptop = replace(known.laptop, env=replace(known.laptop.env, home=home))
        vouched: defaultdict[str, set[str]] = defaultdict(set)
        for step in steps:
            receipts(laptop.env, [known.folder / name for name in step])
            for name in {"c1-two" if one == "copy" else one for one in step} & known.genuine.keys():
                officer, said = known.genuine[name]
                for sha256, status in said.items():
                    if status in SAFE:
                        vouched[known.hashes[sha256]].add(officer)
            here = files_of(laptop)
            assert here.items() <= known.files.items()
            assert all(len(vouched[name]) >= 2 for name in known.files.keys() - here.keys())
        receipts(laptop.env, [known.folder / name for name in known.newest])
        if not vouched:
            assert files_of(laptop).keys() == known.never
