"""The custody log of a vault: what was looked at, handed over, taken in, decided or destroyed here, and when.

Entries hold case codes, digests and codes, never the name of a person; what somebody typed as a reason is the only
text. The head of the chain is signed with each entry but those of views, by this vault's own signer, in a namespace
that no directory grants: it is this vault's word about itself, and nobody's receipt. Spec: docs/spec/log-v1.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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
    seeds = vault.secrets.get(SIGNER)
    if kind == VIEW or seeds is None:
        return
    head = vault.custody.head() or ""
    signatures = SignerKeys.from_bytes(seeds).sign(NAMESPACE, head.encode())
    parts = {"sig": signatures.ed25519.decode(), "pq_sig": signatures.composite.decode()}
    vault.custody.append(SIGNED, json_time(at), {"head": head, **parts})
