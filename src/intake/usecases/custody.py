"""The custody log of a vault: what was looked at, handed over, taken in, decided or destroyed here, and when.

Entries hold case codes, digests and codes, never the name of a person; what somebody typed as a reason is the only
text. The head of the chain is signed by this vault's own signer at the end of a deed, in a namespace that no directory
grants: it is this vault's word about itself, and nobody's receipt. Spec: docs/spec/log-v1.md, "Custody log".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from intake.crypto import strictjson
from intake.crypto.sshsig import SignerKeys
from intake.keys.times import json_time
from intake.usecases.trusted import SIGNER

if TYPE_CHECKING:
    from datetime import datetime

    from intake.store.rows import Json
    from intake.store.vault import Vault

NAMESPACE: Final = "custody-v1@intake"
VIEW: Final = "view"
SIGNED: Final = "signed"


def note(vault: Vault, at: datetime, kind: str, **fields: Json) -> None:
    """Add an entry (inside the caller's transaction, where there is one), and sign what the chain has come to.

    Views are many and are signed with what follows them.
    """
    vault.custody.append(kind, json_time(at), fields)
    if kind != VIEW:
        sign(vault, at)


def sign(vault: Vault, at: datetime) -> None:
    """Sign the head of the chain, unless it is a signature already, or nobody here can sign yet."""
    head, seeds = vault.custody.newest(), vault.secrets.get(SIGNER)
    if head is None or seeds is None or strictjson.loads(head.leaf, max_bytes=len(head.leaf))["kind"] == SIGNED:
        return
    signatures = SignerKeys.from_bytes(seeds).sign(NAMESPACE, head.hash.encode())
    parts = {"sig": signatures.ed25519.decode(), "pq_sig": signatures.composite.decode()}
    vault.custody.append(SIGNED, json_time(at), {"head": head.hash, **parts})
