"""What a coordinator does when it syncs: bundles out of the organisation's box; receipts, packs and relays into others.

Each coordinator does so for itself and removes nothing that others may still read. Whoever changed something hands it
out: who learns of it by a pack that was put here counts the others as served by the same hand. Spec:
docs/spec/carrier-v1.md, "A coordinator".
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from intake.crypto.hashing import digest
from intake.crypto.sshsig import SignerKeys
from intake.errors import CryptoError, DiskFull, KeyFault, NoOrganisation, TransportError
from intake.keys.officer_pack import OfficerPackReader, open_officer_pack
from intake.keys.pack import OCCUPATION, QUESTIONNAIRE
from intake.keys.parcel import write_shape
from intake.keys.times import json_time
from intake.store.sync import Given
from intake.transports.pieces import count_of
from intake.usecases import mission, syncing_out, trusted
from intake.usecases.files import read_file
from intake.usecases.importing import ImportReport, import_
from intake.usecases.intaking import NOT_OURS
from intake.usecases.packing import Packer
from intake.usecases.receipting import FOLDER as RECEIPTS
from intake.usecases.receipting import recipient_of
from intake.usecases.relaying import BUNDLE_BYTES, Load, Relayer, Room, carry_on, part_of
from intake.usecases.syncing_work import MOST_PACK_BYTES, box_of, take_pack, trust_mark
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from intake.bundle.container import SignedTags
    from intake.keys.officer_pack import OfficerPackContents
    from intake.keys.trust import Trust
    from intake.store.rows import RelayPart
    from intake.store.vault import Vault
    from intake.transports.pieces import Shown
    from intake.usecases.syncing_work import Work
    from intake.usecases.trusted import Station
MOST_PIECES: Final = 1 << 17  # of one file: a terabyte
BATCH_BYTES: Final = 1 << 30  # read before it is imported: what is in a batch is put in the order it was made
TAKEN: Final = frozenset({"imported", "already-imported"})


def sync_desk(work: Work) -> None:
    """In, then out. A coming coordinator may find its first pack here."""
    if trusted.held_card(work.vault) is None:
        raise NoOrganisation
    _take_packs(work)
    here = station(work.vault)
    _take_bundles(work, box_of(here.card.org))
    here = station(work.vault)
    if work.again:
        work.vault.sync.take_back(target=work.target)
        work.vault.sync.lose(target=work.target)
    _give_receipts(work)
    _give_packs(work, here)
    _carry_on(work, here)


# -- in ----------------------------------------------------------------------------------------------------------------


def _take_packs(work: Work) -> None:
    """What other coordinators put into the boxes of this one's epoch keys."""
    for name in work.vault.secrets.names():
        identity = trusted.identity_of(work.vault, name) if name.startswith(trusted.EPOCH_PREFIX) else None
        if identity is None:
            continue
        box = box_of(str(identity.recipient()))
        for path, shown in list(work.own_box(box, count_of(MOST_PACK_BYTES))):
            contents = _contents(work.vault, path, work)
            if take_pack(work, box, path, shown) and contents is not None:
                _served_by_others(work, contents)


def _contents(vault: Vault, path: Path, work: Work) -> OfficerPackContents | None:
    """What a pack for this coordinator says, before it is taken; whether it may be, `enrol` judges."""
    card, seeds = trusted.held_card(vault), vault.secrets.get(trusted.SIGNER)
    if card is None or seeds is None:
        return None
    identities = [identity for _, identity in trusted.age_identities(vault)]
    reader = OfficerPackReader(identities, SignerKeys.from_bytes(seeds).public, card.org)
    try:
        return open_officer_pack(read_file(path, MOST_PACK_BYTES), reader, work.env.clock()).contents
    except (KeyFault, CryptoError):
        return None


def _served_by_others(work: Work, contents: OfficerPackContents) -> None:
    """Whoever gave this pack has put the same trust into the boxes of all that it names: not everybody must."""
    vault, here = work.vault, station(work.vault)
    needs = _Needs.of(vault, here)
    same_mission = contents.mission == mission.number(vault) and contents.policy == mission.policy(vault)
    if _words(contents.trust) != _words(here.trust) or not same_mission or needs.extras != _mission(contents.extras):
        return
    known, given = {device.principal for device in contents.devices}, vault.sync.given(work.target)
    at = json_time(work.env.clock())
    with vault.transaction():
        for name in Packer(work.env, vault, here, work.env.home).names():
            need, key = needs.mark(name), f"pack/{name}"
            by_them = name in known or here.trust.officer(name) is not None
            if by_them and (key not in given or given[key].mark != need):
                old = given.get(key, Given(key, "", "", (), at))
                vault.sync.give(work.target, Given(key, need, old.box, old.pieces, at))


def _take_bundles(work: Work, box: str) -> None:
    """Every file that is whole and not known yet, in batches; one that can't be read stops no other."""
    batch: dict[Path, Shown] = {}
    try:
        for shown in work.new(work.listing(box, work.unknown()), MOST_PIECES):
            path = work.fetched(shown, box)
            if path is not None:
                batch[path] = shown
            if sum(one.stat().st_size for one in batch) >= BATCH_BYTES:
                _import(work, batch)
                batch = {}
    except (TransportError, DiskFull):
        _import(work, batch)  # what was read before is whole
        raise
    _import(work, batch)
    work.clear_incoming()


def _import(work: Work, batch: Mapping[Path, Shown]) -> None:
    if not batch:
        return
    report = import_(work.env, list(batch))
    work.result = replace(work.result, imported=_together(work.result.imported, report))
    trust = trust_mark(work.vault)
    for one in report.bundles:
        file = batch[one.path].file
        if one.state in TAKEN:
            bundle = one.report.digest if one.report else None
            work.vault.sync.note_closed(bundle or "", _closed(work.vault, bundle or ""))
            work.took(file, bundle)
        elif one.state in NOT_OURS:
            work.took(file)
        elif not isinstance(one.error, DiskFull):
            work.vault.sync.saw(work.target, file, "refused", trust)
        work.done_with(one.path)
    full = next((one.error for one in report.bundles if isinstance(one.error, DiskFull)), None)
    if full is not None:
        raise full


def _together(before: ImportReport | None, now: ImportReport) -> ImportReport:
    """What several batches brought, as one import would say it."""
    if before is None:
        return now
    was, done = before.receipts, now.receipts
    receipts = replace(
        done, written=(*was.written, *done.written), without=was.without + done.without, error=was.error or done.error
    )
    retried = replace(
        now.retried,
        opened=before.retried.opened + now.retried.opened,
        refused=before.retried.refused + now.retried.refused,
        indexes=before.retried.indexes | now.retried.indexes,
    )
    return ImportReport((*before.bundles, *now.bundles), receipts, retried)


def _closed(vault: Vault, bundle: str) -> list[RelayPart]:
    """What came sealed to some of the coordinators only, by a laptop that did not know of all of them yet."""
    here = station(vault)
    accounts: dict[str, set[str]] = {}
    identities: dict[str, set[str]] = {}
    for key in here.trust.recipients.epochs:
        accounts.setdefault(key.officer, set()).add(key.recipient.fingerprint)
    for one in here.trust.recipients.identities:
        identities.setdefault(one.officer, set()).add(one.recipient.fingerprint)
    return [
        part_of(item)
        for item in vault.ledger.items(bundle)
        for readers in (identities if item.kind.startswith("identity") else accounts,)
        if any(name != here.principal and keys.isdisjoint(item.to) for name, keys in readers.items())
    ]


# -- out ---------------------------------------------------------------------------------------------------------------


def _give_receipts(work: Work) -> None:
    """The newest receipt of each bundle, into its laptop's box; the one before it goes."""
    vault, given, at = work.vault, work.vault.sync.given(work.target), json_time(work.env.clock())
    due = [
        one
        for one in vault.receipts_given.list()
        if (old := given.get(f"receipt/{one.bundle}")) is None or old.mark != one.name
    ]
    if not due:
        return
    with work.env.progress.track("sending receipts", len(due)) as step:
        for one in due:
            bundle, path = vault.ledger.seen(one.bundle), work.env.home / RECEIPTS / one.name
            recipient = recipient_of(bundle) if bundle else None
            if recipient is not None and path.is_file():  # what was cut short there, an import writes again
                key = f"receipt/{one.bundle}"
                now = Given(key, one.name, box_of(str(recipient)), (), at)
                _give(work, now, read_file(path), given.get(key))
                work.tell(receipts_given=1)
            step(1)


def _give_packs(work: Work, here: Station) -> None:
    """A new pack for everybody who was not served with what is held here; laptops first."""
    vault, needs = work.vault, _Needs.of(work.vault, here)
    packer, given = Packer(work.env, vault, here, work.env.home), vault.sync.given(work.target)
    at = json_time(work.env.clock())
    due = [
        name for name in packer.names() if _wants_pack(work, here, given.get(f"pack/{name}"), needs.mark(name), name)
    ]
    if not due:
        return
    with work.env.progress.track("sending packs", len(due)) as step:
        for name in due:
            box = _box(vault, here, name)
            if box is not None:
                now = Given(f"pack/{name}", needs.mark(name), box, (), at)
                _give(work, now, packer.sealed(name)[1], given.get(now.name))
                work.tell(packs_given=1)
            step(1)


def _wants_pack(work: Work, here: Station, old: Given | None, mark: str, name: str) -> bool:
    """Whether somebody was not served yet; or sent a bundle since by older trust files, as who was restored does.

    Or was served so long ago, without a sign that it came, that it may be lost.
    """
    if old is None or old.mark != mark:
        return True
    newest = work.vault.ledger.newest_of(name)
    if newest is None:
        return syncing_out.is_old(work, old.at)
    behind = json.loads(newest.statement).get("recipients") != here.trust.recipients_digest
    return behind and (newest.imported_at > old.at or syncing_out.is_old(work, old.at))


def _box(vault: Vault, here: Station, name: str) -> str | None:
    """Of a laptop where its packs go; of a coordinator that of its newest epoch key."""
    device = trusted.held_device(vault, name)
    if device is not None:
        return box_of(str(device.age))
    keys = [one for one in here.trust.recipients.epochs if one.officer == name]
    return box_of(str(max(keys, key=lambda one: one.label).recipient)) if keys else None


def _give(work: Work, now: Given, data: bytes, old: Given | None) -> None:
    """The new file first, then its place in the vault, then the old one goes: cut anywhere, one of them is there."""
    pieces = work.put_small(now.box, data)
    work.vault.sync.give(work.target, replace(now, pieces=pieces))
    if old is not None:
        work.remove(old.box, [piece for piece in old.pieces if piece not in pieces])


def _carry_on(work: Work, here: Station) -> None:
    """What is here and did not come from there: decisions, codings, what sticks brought."""
    vault, officers, at = work.vault, here.trust.officers.directory, work.env.clock()
    others = [one for one in officers.principals if one.name != here.principal and one.valid_at(at)]
    if all(officers.revocation(one.name) for one in others):
        return
    syncing_out.look_again(work, lambda file: not syncing_out.is_old(work, file.at))
    syncing_out.finish(work)
    box = box_of(here.card.org)

    def hand_over(tags: SignedTags, parts: Sequence[RelayPart]) -> None:
        file = syncing_out.begin(work, here, tags, box, parts)
        work.took(file.sha256)
        syncing_out.send(work, file)

    # `again`: all of it, sealed anew, for a coordinator who was appointed after it came.
    parts = vault.relays.parts(everything=True) if work.again else vault.sync.parts(work.target)
    load = Load.of(vault, parts, lambda part: vault.sync.has_part(work.target, part))
    if load:
        carry_on(Relayer(work.env, vault, here, hand_over), load, Room(size=BUNDLE_BYTES))


# -- what packs say ----------------------------------------------------------------------------------------------------


def _words(trust: Trust) -> dict[str, str]:
    """What trust files say, whoever signed it."""
    return {name: digest(data) for name, data in trust.files().items() if not name.endswith(".sig")}


def _mission(extras: Mapping[str, bytes]) -> dict[str, str]:
    return {name: digest(extras[name]) for name in (QUESTIONNAIRE, OCCUPATION) if name in extras}


@dataclass(frozen=True)
class _Needs:
    """What a pack made now would say, in one word for each who gets one: another word makes another pack due."""

    vault: Vault
    here: Station
    words: Mapping[str, str]
    extras: Mapping[str, str]
    devices: str

    @classmethod
    def of(cls, vault: Vault, here: Station) -> _Needs:
        names = sorted(one.name for one in here.trust.roster.directory.principals)
        devices = [(name, str(one.age)) for name in names if (one := trusted.held_device(vault, name))]
        return cls(vault, here, _words(here.trust), _mission(mission.extras(vault)), json.dumps(devices))

    def mark(self, name: str) -> str:
        """A laptop is not told of every other laptop that comes or goes: the roster reaches it with its receipts."""
        said: dict[str, object] = {"policy": mission.policy(self.vault).data().decode(), "extras": dict(self.extras)}
        roster, device = self.here.trust.roster.directory, trusted.held_device(self.vault, name)
        if self.here.trust.officer(name) is not None:
            said |= {"words": dict(self.words), "devices": self.devices, "mission": mission.number(self.vault)}
        else:
            own = roster.get(name)
            said["words"] = {kind: one for kind, one in self.words.items() if kind != "roster"}
            said["own"] = [str(own.valid_before) if own else "", str(roster.revocation(name))]
            said["profile"] = write_shape(device.profile).decode() if device else ""
        return digest(json.dumps(said, sort_keys=True).encode())
