"""`log custody`: what was done in this vault, with the chain of its entries and every signature checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from intake.crypto import sshsig, strictjson
from intake.crypto.hashing import digest
from intake.errors import CryptoError, CustodyBroken, JsonFault, KeyFault
from intake.usecases import trusted
from intake.usecases.custody import NAMESPACE, SIGNED
from intake.usecases.environment import Environment, open_vault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from intake.store.rows import CustodyLeaf
    from intake.store.vault import Vault

_FRAME = frozenset({"format", "number", "prev", "kind", "at"})


@dataclass(frozen=True)
class Step:
    """One entry: when, what, and the codes that go with it."""

    number: int
    at: str
    kind: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Custody:
    """All of it; `signed`: how many of the entries the newest signature covers."""

    steps: tuple[Step, ...]
    signed: int


def log_custody(env: Environment) -> Custody:
    """Every entry, oldest first; CustodyBroken names the first that does not follow the one before it."""
    with open_vault(env) as vault:
        return checked(vault)


def checked(vault: Vault) -> Custody:
    """The chain, held against itself and this vault's signers."""
    leaves = vault.custody.leaves()
    accepted = _keys(vault)
    steps: list[Step] = []
    signed, head = 0, None
    for number, leaf in enumerate(leaves):
        said = _read(leaf)
        if (leaf.number, said.get("number"), said.get("prev"), leaf.hash) != (number, number, head, digest(leaf.leaf)):
            raise CustodyBroken(number=number)
        if said["kind"] == SIGNED:
            if said.get("head") != head or not _holds(said, accepted):
                raise CustodyBroken(number=number)
            signed = len(steps)
        else:
            fields = {name: value for name, value in said.items() if name not in _FRAME}
            steps.append(Step(number, said["at"], said["kind"], fields))
        head = leaf.hash
    return Custody(tuple(steps), signed)


def _read(leaf: CustodyLeaf) -> dict[str, Any]:
    """What an entry says; nothing, and so not what must be there, where it is no entry."""
    try:
        said = strictjson.loads(leaf.leaf, max_bytes=len(leaf.leaf))
    except JsonFault:
        return {}
    return said if isinstance(said, dict) and said.keys() >= _FRAME else {}


def _keys(vault: Vault) -> Sequence[tuple[bytes, bytes]]:
    """Whoever may have signed here: the signer of today, and every device and officer known (one before a rotation)."""
    keys = []
    seeds = vault.secrets.get(trusted.SIGNER)
    if seeds is not None:
        keys.append(sshsig.SignerKeys.from_bytes(seeds).public)
    card = trusted.held_card(vault)
    trust = trusted.held_trust(vault, card) if card else None
    if trust:
        keys += [one.keys for directory in trust.signers.directories for one in directory.principals]
    return [(one.ed25519, one.composite) for one in keys]


def _holds(said: Mapping[str, Any], accepted: Sequence[tuple[bytes, bytes]]) -> bool:
    head = str(said["head"]).encode()
    try:
        both = [sshsig.verify(str(said[name]).encode(), NAMESPACE, head) for name in ("sig", "pq_sig")]
    except (CryptoError, KeyFault, KeyError):
        return False
    return (both[0], both[1]) in accepted
