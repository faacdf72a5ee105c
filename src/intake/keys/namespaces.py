"""The SSHSIG namespaces, one for each type of signed object, and which of them each role may use.

A signature made for one type never passes as another's: the namespace is under the signature.
Spec: docs/spec/keys-v1.md, "Namespaces".
"""

from __future__ import annotations

from typing import Final

RECORD: Final = "record-v1@intake"
BUNDLE: Final = "bundle-v1@intake"
RECEIPT: Final = "receipt-v1@intake"
REQUEST: Final = "request-v1@intake"
CARD: Final = "card-v1@intake"
ROOT: Final = "root-v1@intake"
OFFICERS: Final = "officers-v1@intake"
ROSTER: Final = "roster-v1@intake"
RECIPIENTS: Final = "recipients-v1@intake"
PACK: Final = "pack-v1@intake"
CHECKPOINT: Final = "checkpoint-v1@intake"

# The order is the order written in the files.
OF_ROOT: Final = (ROOT, OFFICERS, CARD)
OF_OFFICER: Final = (ROSTER, RECIPIENTS, PACK, RECEIPT, CHECKPOINT, BUNDLE, RECORD)
OF_DEVICE: Final = (RECORD, BUNDLE, REQUEST)
