"""Every cap a reader of bundles has, with its reason: hostile bytes end at a number, not at the machine's memory.

Passed in as one frozen value, so that a test or a small machine can lower them. Spec: docs/spec/bundle-v1.md, "Limits".
"""

from __future__ import annotations

from dataclasses import dataclass

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
ITEM_FLOOR_BYTES = 16 * KIB  # an item: one short testimony and a long one look alike
ENVELOPE_FLOOR_BYTES = 1 * MIB  # a carried file: one interview and three look alike
ATTACHMENT_PART_BYTES = 1 * GIB  # a damaged film loses a part, and a part fits any stick's file system


@dataclass(frozen=True)
class Limits:
    """The caps; the defaults are the format's."""

    items: int = 10_000  # a mission's laptop makes some thousands; the statement of so many is 8 MiB
    item_bytes: int = ATTACHMENT_PART_BYTES + ATTACHMENT_PART_BYTES // 8  # a full part, PADMÉ (12 %) and the age file
    bagit_bytes: int = 64  # its 54 bytes are fixed
    bag_info_bytes: int = 512  # three short lines
    manifest_bytes: int = 2 * MIB  # 10,000 lines of 109 bytes
    statement_bytes: int = 16 * MIB  # 10,000 items with a few recipients each
    tagmanifest_bytes: int = 1 * KIB  # four lines
    signature_bytes: int = 8 * KIB  # a composite signature is 5.3 KiB armored
    small_item_bytes: int = 24 * MIB  # of a record or identity part: read whole; a record, PADMÉ, signatures, age
    record_bytes: int = 16 * MIB  # read whole; a long testimony is 100 KiB, and record-v1.md allows this much
    identity_bytes: int = 16 * MIB
    # Of one laptop, within a day: an interviewer hears of a few in a year; more at once may be somebody with a list.
    withdrawals: int = 10
    aside_bytes: int = (
        256 * MIB
    )  # of one refused file, copied into quarantine; a larger one is named, and stays outside
    all_aside_bytes: int = 2 * GIB  # of all of them: a stick full of noise must not fill the coordinator's disk


LIMITS = Limits()
