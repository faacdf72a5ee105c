"""What a laptop does when it syncs: packs and receipts out of its own box, then what is sealed into the desk's.

What it took it removes there, being the only reader; what it refused stays, is remembered, and is not read again
before other trust files are held. Spec: docs/spec/carrier-v1.md, "A laptop".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from intake.bundle.container import sign_bundle
from intake.bundle.limits import LIMITS
from intake.crypto import age
from intake.errors import (
    CryptoError,
    DamagedBlob,
    NoOrganisation,
    NotEnrolled,
)
from intake.transports.pieces import count_of
from intake.usecases import syncing_out, trusted
from intake.usecases.exporting import cases_of, sound_items, statement_of, to_carry
from intake.usecases.receipts import receipts
from intake.usecases.relaying import BUNDLE_BYTES
from intake.usecases.syncing_work import MOST_PACK_BYTES, box_of, take_pack
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from intake.crypto.age import PostQuantumIdentity
    from intake.store.rows import SealedItem
    from intake.store.vault import Vault
    from intake.transports.pieces import Shown
    from intake.usecases.syncing_work import Work

Parcel = Literal["pack", "receipt"]

MOST_PIECES: Final = count_of(MOST_PACK_BYTES)  # a receipt has one
_BEGINS: Final[dict[bytes, Parcel]] = {b"pack.json\0": "pack", b"receipt.json\0": "receipt"}
_OVERTAKEN: Final = "R05"  # a later receipt of the same officer was taken: this one never will be


def sync_laptop(work: Work) -> None:
    """In, then out. A laptop that is not enrolled yet may find its first pack here."""
    identity = trusted.identity_of(work.vault, trusted.DEVICE_AGE)
    if identity is None or trusted.held_card(work.vault) is None:
        raise NoOrganisation
    _take_in(work, identity)
    if work.vault.settings.get(trusted.PRINCIPAL) is None:
        raise next((one.error for one in work.result.refused if one.error), NotEnrolled())
    _send_out(work)


def _take_in(work: Work, identity: PostQuantumIdentity) -> None:
    """Packs first: they bring the trust by which receipts are judged."""
    box = box_of(str(identity.recipient()))
    files: dict[Parcel | None, dict[Path, Shown]] = {"pack": {}, "receipt": {}, None: {}}
    for path, shown in work.own_box(box, MOST_PIECES):
        files[_kind(path, identity)][path] = shown
    for path, shown in files["pack"].items():
        take_pack(work, box, path, shown)
    if files["receipt"]:
        _receipts(work, box, files["receipt"])
    for path, shown in files[None].items():
        work.settle(box, path, shown, taken=False)
    work.clear_incoming()


def _kind(path: Path, identity: PostQuantumIdentity) -> Parcel | None:
    """What it is, by how the tar in it begins; None where it does not open, or is neither."""
    try:
        with path.open("rb") as source:
            start = age.DecryptReader(source, [identity]).read(max(map(len, _BEGINS)))
    except CryptoError:
        return None
    return next((kind for begins, kind in _BEGINS.items() if start.startswith(begins)), None)


def _receipts(work: Work, box: str, files: Mapping[Path, Shown]) -> None:
    report = receipts(work.env, list(files))
    work.tell(receipts=report)
    for one in report.receipts:
        overtaken = one.check == _OVERTAKEN
        if overtaken and one.bundle is not None:
            work.vault.sync.lose(one.bundle)  # what it said is lost with it: the bundle goes again and asks for it
        taken = overtaken or one.state in ("applied", "already-applied")
        work.settle(box, one.path, files[one.path], taken=taken, error=one.error)


def _send_out(work: Work) -> None:
    here, vault = station(work.vault), work.vault
    if work.again:
        vault.sync.lose(target=work.target)
    waiting = frozenset(item.name for item in vault.sealed.with_file())
    for file in vault.sync.there(work.target):
        if syncing_out.is_old(work, file.at) and not waiting.isdisjoint(_items(vault, file.bundle)):
            vault.sync.mark(file, "lost")
    syncing_out.look_again(work, lambda file: not waiting.isdisjoint(_items(vault, file.bundle)))
    syncing_out.finish(work)
    box, due = box_of(here.card.org), _due(work)
    while (items := to_carry(due, LIMITS.items, BUNDLE_BYTES)) or _untold(vault):
        tags = sign_bundle(statement_of(vault, here, items, vault.sealed.with_file()), here.signer)
        if not syncing_out.send(work, syncing_out.begin(work, here, tags, box)):
            raise DamagedBlob(blob=tags.statement.bundle)
        due = [item for item in due if item not in items]


def _items(vault: Vault, bundle: str) -> Sequence[str]:
    sent = vault.chain.by_digest(bundle)
    return sent.items if sent else ()


def _due(work: Work) -> list[SealedItem]:
    """What no receipt covers and this place does not have."""
    vault = work.vault
    there = {name for file in vault.sync.there(work.target) for name in _items(vault, file.bundle)}
    due = [item for item in vault.sealed.with_file() if item.name not in there]
    sound = list(sound_items(vault, due))
    work.tell_damaged(cases_of(vault, {item.record_digest for item in set(due) - set(sound)}))
    return sound


def _untold(vault: Vault) -> bool:
    """Whether something was destroyed here of which no bundle says so."""
    return any(not purge.told for purge in vault.sealed.purges())
