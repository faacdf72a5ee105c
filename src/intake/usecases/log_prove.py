"""`log prove`: that a bundle is in this officer's log, or that the log only grew since a checkpoint; for anybody.

What comes out is JSON with the signed checkpoint in it: whoever has the officers file needs nothing else, and no
program of ours. Spec: docs/spec/log-v1.md, "Proofs".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from intake.bundle.log import BundleLeaf, parse_checkpoint, read_leaf
from intake.bundle.receipt import sign_checkpoint
from intake.crypto import merkle
from intake.errors import NotInVault, ProofFault
from intake.usecases.environment import Environment, open_vault
from intake.usecases.files import read_file
from intake.usecases.log_publish import current
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from intake.bundle.log import Checkpoint
    from intake.keys.signed import SignedFile
    from intake.store.rows import LogLeaf

FORMAT = "intake-proof/1"


@dataclass(frozen=True)
class Proof:
    """A proof as it is written. Of an inclusion `index` and `leaf`, of a consistency `size_before`, `root_before`."""

    format: str
    type: Literal["inclusion", "consistency"]
    checkpoint: str
    sig: str
    pq_sig: str
    proof: tuple[str, ...]
    index: int | None = None
    leaf: str | None = None
    size_before: int | None = None
    root_before: str | None = None


def prove_bundle(env: Environment, bundle: str) -> Proof:
    """That the bundle of this digest is in the log; NotInVault."""
    wanted = f"sha256:{bundle.removeprefix('sha256:')}"
    with open_vault(env, "coordinator") as vault:
        here = station(vault)
        leaves, checkpoint = current(vault, here)
        index = _index(leaves, wanted)
        if index is None:
            raise NotInVault(what="log entry of bundle", name=wanted)
        path = merkle.inclusion_proof([leaf.hash for leaf in leaves], index)
        merkle.verify_inclusion(leaves[index].hash, index, checkpoint.size, path, checkpoint.root)
        signed = sign_checkpoint(checkpoint, here.signer)
        return _proof("inclusion", signed, path, index=index, leaf=leaves[index].leaf.decode())


def _index(leaves: Sequence[LogLeaf], digest: str) -> int | None:
    found = ((leaf.index, read_leaf(leaf.leaf)) for leaf in leaves)
    return next((index for index, leaf in found if isinstance(leaf, BundleLeaf) and leaf.bundle == digest), None)


def prove_growth(env: Environment, since: Path) -> Proof:
    """That the log of this checkpoint file is the beginning of today's; ProofFault when it is not."""
    before = parse_checkpoint(read_file(since))
    if before is None:
        raise ProofFault(why="the file is no checkpoint")
    with open_vault(env, "coordinator") as vault:
        here = station(vault)
        leaves, checkpoint = current(vault, here)
        hashes = [leaf.hash for leaf in leaves]
        _refuse_another(before, checkpoint, hashes)
        path = merkle.consistency_proof(hashes, before.size)
        signed = sign_checkpoint(checkpoint, here.signer)
        return _proof("consistency", signed, path, size_before=before.size, root_before=before.root.hex())


def _refuse_another(before: Checkpoint, now: Checkpoint, hashes: Sequence[bytes]) -> None:
    if before.origin != now.origin:
        raise ProofFault(why="the checkpoint is of another log")
    if merkle.roots(hashes, [before.size]).get(before.size) != before.root:
        raise ProofFault(why="this log does not begin with that one")


def _proof(
    kind: Literal["inclusion", "consistency"], signed: SignedFile, path: Sequence[bytes], **facts: int | str
) -> Proof:
    return Proof(
        format=FORMAT,
        type=kind,
        checkpoint=signed.data.decode(),
        sig=signed.sig.decode(),
        pq_sig=signed.pq_sig.decode(),
        proof=tuple(node.hex() for node in path),
        **facts,  # type: ignore[arg-type]  # each name is a field's
    )
