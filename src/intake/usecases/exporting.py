"""`export`: a signed, encrypted bundle of what is sealed and not yet receipted.

Every export holds everything that no receipt covers, so a lost stick loses nothing; each is a new bundle with its own
number in the chain. It also says what was destroyed here without a receipt, if need be with no item beside it. The
number is used up, on the disk, before the carried file gets its final name: a cut in between leaves a gap in the
numbers that shows, never two bundles with one number. Spec: docs/spec/bundle-v1.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from intake.bundle.container import SignedTags, new_bid, sign_bundle, write_bundle
from intake.bundle.envelope import envelope_size, write_envelope
from intake.bundle.items import SealedItem as BundleItem
from intake.bundle.items import new_name
from intake.bundle.limits import LIMITS
from intake.bundle.statement import Checkpoint, Purged, Statement
from intake.crypto.hashing import digest_of
from intake.errors import DamagedBlob, NotEnrolled, NothingToDo
from intake.keys.times import json_time
from intake.store.rows import Purge, SealedItem, SentBundle
from intake.transports import folder
from intake.usecases import custody
from intake.usecases.counting import Counted
from intake.usecases.environment import Environment, open_vault
from intake.usecases.files import typed_path
from intake.usecases.trusted import DEVICE_AGE, Station, identity_of, station

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from intake.bundle.statement import ItemKind, PurgeReason, StatementItem
    from intake.crypto.streams import Writable
    from intake.store.vault import Vault
    from intake.transports.folder import Carried

AGE_OVERHEAD = 64 << 10  # header and chunk tags of the largest envelope are far less; only for the space check


@dataclass(frozen=True)
class Exported:
    """One carried file, written, read back and compared (`checked` False: this system could only write it).

    `left`: testimonies that did not fit into one bundle; the next export takes them first. `damaged`: the case codes of
    those of which a sealed file is no longer what was sealed; whatever else there is of them is carried all the same.
    """

    path: Path
    bundle: str
    digest: str
    seq: int
    testimonies: int
    left: int
    damaged: tuple[str, ...]
    items: int
    size_bytes: int
    archive_only: bool
    checked: bool


def export(env: Environment, to: Path | None = None) -> Exported:
    """Write the bundle into the folder `to`; nothing to hand over is an error of its own.

    The folder is asked for once the vault is open: whoever expects to be asked for the passphrase first would type it
    where it can be read.
    """
    with open_vault(env, "interviewer") as vault:
        here = station(vault)
        items = vault.sealed.with_file()
        if not items and all(purge.told for purge in vault.sealed.purges()):
            raise NothingToDo(what=env.t("nothing is sealed that was not receipted"))
        sound = list(sound_items(vault, items))
        if items and not sound:
            raise NothingToDo(what=env.t("no sealed file is whole any more"))
        stick = to or typed_path(env.ask.text(env.t("Folder to write to")))
        carried_items = to_carry(sound, LIMITS.items)
        tags = sign_bundle(statement_of(vault, here, carried_items, items), here.signer)
        carried = carry(env, vault, here, tags, stick)
        with vault.transaction():
            vault.chain.mark_written(tags.statement.seq)
            facts = {"bundle": tags.digest, "seq": tags.statement.seq, "items": len(carried_items)}
            custody.note(vault, env.clock(), "export", **facts)
        return Exported(
            path=carried.path,
            bundle=tags.statement.bundle,
            digest=tags.digest,
            seq=tags.statement.seq,
            testimonies=_testimonies(carried_items),
            left=_testimonies(sound) - _testimonies(carried_items),
            damaged=cases_of(vault, {item.record_digest for item in set(items) - set(sound)}),
            items=len(carried_items),
            size_bytes=carried.size,
            archive_only=not here.trust.recipients.epoch(env.clock()),
            checked=carried.state == "checked",
        )


def sound_items(vault: Vault, items: Sequence[SealedItem]) -> Iterator[SealedItem]:
    """The items that are still what was sealed; of a file in parts all or none. A bad one never holds up the others."""
    parts: dict[tuple[str, str, int | None], list[SealedItem]] = {}
    for item in items:
        parts.setdefault((item.record_digest, item.kind, item.attachment_index), []).append(item)
    for group in parts.values():
        if all(_is_sound(vault, item) for item in group):
            yield from group


def _is_sound(vault: Vault, item: SealedItem) -> bool:
    try:
        with vault.outbox.open(item.name) as source:
            return digest_of(source) == f"sha256:{item.sha256}"
    except (DamagedBlob, OSError):
        return False


def cases_of(vault: Vault, records: set[str]) -> tuple[str, ...]:
    """The case codes of these records, sorted."""
    return tuple(sorted(stub.case_code for stub in vault.sealed.list() if stub.digest in records))


def to_carry(items: Sequence[SealedItem], limit: int, most_bytes: int | None = None) -> list[SealedItem]:
    """Whole testimonies up to as many items as a bundle may hold; those that never left come first.

    `most_bytes`: of a bundle that has more than one.
    """
    groups: dict[str, list[SealedItem]] = {}
    for item in items:
        groups.setdefault(item.record_digest, []).append(item)
    chosen: list[SealedItem] = []
    for group in sorted(groups.values(), key=lambda group: all(item.state != "sealed" for item in group)):
        size = sum(item.size for item in (*chosen, *group))
        if len(chosen) + len(group) <= limit and not (chosen and most_bytes and size > most_bytes):
            chosen += group
    return chosen


def _testimonies(items: Sequence[SealedItem]) -> int:
    return len({item.record_digest for item in items})


def statement_of(
    vault: Vault, here: Station, items: Sequence[SealedItem], unreceipted: Sequence[SealedItem]
) -> Statement:
    """What a laptop's next bundle says, with these items in it."""
    lists = {
        "items": tuple(_entry(item) for item in items),
        "unreceipted": tuple(f"sha256:{item.sha256}" for item in unreceipted),
        "purged": tuple(_purged(one) for one in vault.sealed.purges()),
    }
    return next_statement(vault, here).model_copy(update={**lists, "receipts_to": _receipts_to(vault)})


def next_statement(vault: Vault, here: Station) -> Statement:
    """What this vault's next bundle says of itself; its lists are still empty."""
    place = vault.chain.next()
    return Statement(
        format="intake-statement/1",
        org=here.card.org,
        purpose=here.card.facts.purpose,
        bundle=new_bid(),
        sender=here.principal,
        chain=place.chain,
        predecessor=place.predecessor,
        seq=place.seq,
        prev=place.prev,
        roster=here.trust.roster_digest,
        recipients=here.trust.recipients_digest,
        checkpoint=_checkpoint(vault),
        items=(),
        unreceipted=(),
    )


def _purged(purge: Purge) -> Purged:
    return Purged(sha256=purge.sha256, reason=cast("PurgeReason", purge.reason))  # the model refuses any other


def _checkpoint(vault: Vault) -> Checkpoint | None:
    held = vault.receipts.newest_checkpoint()
    return Checkpoint(origin=held.origin, size=held.size, root=held.root) if held else None


def _receipts_to(vault: Vault) -> str:
    """This laptop's own recipient: a coordinator who did not enrol it has no other way to know it."""
    age = identity_of(vault, DEVICE_AGE)
    if age is None:
        raise NotEnrolled
    return str(age.recipient())


def _entry(item: SealedItem) -> StatementItem:
    """The row of the store as the bundle room's item, which knows how a statement names it."""
    sealed = BundleItem(
        kind=cast("ItemKind", item.kind),  # the statement's model refuses any other
        record=item.record_digest,
        attachment=item.attachment_index,
        part=item.part,
        size=item.size,
        sha256=item.sha256,
        to=item.to,
        epoch=item.epoch,
    )
    return sealed.entry(item.name, item.ordinal)


def carry(env: Environment, vault: Vault, here: Station, tags: SignedTags, to: Path) -> Carried:
    """Write under a working name, use the number up, then give the file its name and read it back."""
    enveloped = here.policy.envelope == "always"
    size = enveloped_size(tags) if enveloped else tags.size
    name = new_name() if enveloped else f"{tags.statement.bundle}.tar"
    with env.progress.track("writing the bundle", size) as step, folder.stage(to, name, size) as staged:
        _write(vault, here, tags, Counted(staged, step), env)
        vault.chain.reserve(sent_bundle(env, tags))
        return staged.publish()


def enveloped_size(tags: SignedTags) -> int:
    """What the carried file of a bundle takes at most."""
    return envelope_size(tags.size) + AGE_OVERHEAD + tags.size // 1024


def sent_bundle(env: Environment, tags: SignedTags) -> SentBundle:
    """A bundle's place in this vault's chain, for its number to be used up."""
    statement = tags.statement
    return SentBundle(
        chain=statement.chain,
        seq=statement.seq,
        bid=statement.bundle,
        digest=tags.digest,
        made_at=json_time(env.clock()),
        items=tuple(item.name for item in statement.items),
    )


def _write(vault: Vault, here: Station, tags: SignedTags, staged: Writable, env: Environment) -> None:
    if here.policy.envelope == "always":
        recipients = here.trust.recipients.for_account(env.clock())
        write_envelope(staged, tags, vault.outbox.open, recipients)
    else:
        write_bundle(staged, tags, vault.outbox.open)
