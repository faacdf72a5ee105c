"""A second coordinator of the same organisation, and laptops in the states that receipts are about."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from intake.bundle.receipt import OpenedReceipt, open_receipt
from intake.crypto.age import ScryptIdentity, decrypt_bytes
from intake.crypto.sshsig import SignerKeys
from intake.keys import namespaces
from intake.keys.directory import Principal
from intake.keys.organisation import validity
from intake.keys.pack import Policy
from intake.keys.signed import sign_file
from intake.keys.trust import Trust
from intake.store.vault import Vault
from intake.usecases import trusted
from intake.usecases.receipting import ORIGIN
from tests.worlds.loop import NOW, PASSPHRASE, Laptop, World
from tests.worlds.records import testimony

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SECOND = SignerKeys.from_bytes(hashlib.shake_256(b"a second officer").digest(96))


def root_of(world: World) -> SignerKeys:
    """The organisation's root, from its offline folder."""
    sealed = (world.env.home / "offline" / "root.age").read_bytes()
    text = decrypt_bytes(sealed, [ScryptIdentity(PASSPHRASE.encode())])
    return SignerKeys.from_root_secret(bytes.fromhex(text.decode().strip()))


def second_coordinator(world: World) -> World:
    """c-2, appointed by the root: the same keys to open with, a log of its own. Both coordinators hold the officers."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        here = trusted.station(vault)
        officers = here.trust.officers.directory.with_principal(Principal("c-2", SECOND.public, *validity(NOW, 366)))
        signed = sign_file(root_of(world), namespaces.OFFICERS, "officers", officers.encode())
        trusted.keep_trust(vault, Trust.load(here.card.root_file, here.trust.files() | signed.files(), NOW), NOW)
    home = world.folder / "org-2"
    shutil.copytree(world.env.home, home)
    with Vault.open(home, PASSPHRASE) as vault:
        vault.settings.set(trusted.PRINCIPAL, "c-2")
        vault.secrets.put(trusted.SIGNER, SECOND.seeds)
        vault.settings.set(ORIGIN, None)
    return replace(world, env=replace(world.env, home=home))


def needs_two(laptop: Laptop) -> None:
    """The mission asks for receipts of two coordinators."""
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        vault.settings.set(trusted.POLICY, Policy(purge_after=2).model_dump(mode="json"))


def sealed(laptop: Laptop, *numbers: int) -> list[str]:
    """Testimonies with these numbers, sealed; their case codes."""
    laptop.add([testimony(n=number) for number in numbers])
    return [one.case for one in laptop.seal().sealed]


def exported(laptop: Laptop, *numbers: int) -> Path:
    """The same, and carried away."""
    sealed(laptop, *numbers)
    return laptop.export().path


def files_of(laptop: Laptop) -> dict[str, bytes]:
    """What lies in the outbox."""
    return {path.name: path.read_bytes() for path in (laptop.env.home / "outbox").iterdir()}


def damage(laptop: Laptop, case: str, kind: str = "record") -> None:
    """A sealed file that holds other bytes than were sealed, and rows that agree with it: only opening tells."""
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        records = {stub.digest for stub in vault.sealed.get(case)}
        (item,) = [one for one in vault.sealed.with_file() if one.record_digest in records and one.kind == kind]
        path = vault.outbox.path(item.name)
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        vault._database.run("UPDATE sealed_items SET sha256 = ? WHERE name = ?", (sha256, item.name))


def opened(laptop: Laptop, path: Path) -> OpenedReceipt:
    """A receipt as its laptop reads it."""
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        identity = trusted.identity_of(vault, trusted.DEVICE_AGE)
    assert identity is not None
    return open_receipt(path.read_bytes(), identity)


def statuses(laptop: Laptop, paths: Sequence[Path]) -> list[list[str]]:
    """What each receipt says of its items."""
    return [[item.status for item in opened(laptop, path).receipt.items] for path in paths]
