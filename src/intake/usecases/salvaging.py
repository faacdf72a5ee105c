"""`import --salvage`: the sealed files of a laptop that can't export any more, taken in by an officer's own bundle.

The files travel unchanged, so every record still carries its author's signatures, and passes the same table of checks
as if it had come by itself; log, ledger and auditors see one more bundle. It counts together with its number in the
officer's chain, in one transaction: cut short, nothing happened; run twice, nothing changes. A file that no key here
opens, or that belongs to no record here, can't be named in a statement: its bytes are kept in quarantine.
"""

from __future__ import annotations

import re
import secrets
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal

from intake.bundle.container import sign_bundle, write_bundle
from intake.bundle.items import RECORD
from intake.bundle.limits import LIMITS
from intake.bundle.salvage import Found, Sealed, look, measure
from intake.crypto.age import DecryptReader
from intake.crypto.hashing import BLOCK_BYTES, digest
from intake.crypto.ustar import TarLimits, read_ustar
from intake.errors import (
    BundleInvalid,
    DiskFull,
    FileTooLarge,
    FileUnreadable,
    ItemDamaged,
    NothingToDo,
    RecordError,
)
from intake.keys.recipients import parse_recipients
from intake.keys.times import json_time
from intake.records.record import parse_record
from intake.store import files
from intake.store.rows import Quarantined, SentBundle
from intake.usecases import custody
from intake.usecases.environment import Environment, open_vault
from intake.usecases.exporting import next_statement
from intake.usecases.files import open_file
from intake.usecases.intaking import CARRIED, BundleOutcome, Intaker
from intake.usecases.offline import Offline, Where
from intake.usecases.releasing import SIGNER, sign_release
from intake.usecases.retrying import with_archive
from intake.usecases.salvage_places import Places
from intake.usecases.trusted import Station, station

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from intake.bundle.container import SignedTags
    from intake.bundle.statement import Statement, StatementItem
    from intake.crypto.streams import Readable
    from intake.store.vault import Vault

FileState = Literal["taken", "already-here", "refused", "awaiting-key", "no-record", "damaged", "unreadable"]

_NAME: Final = re.compile(r"[0-9a-f]{32}\.age")
_TAR: Final = "salvage.tar"  # sealed files beside each other while they are imported; nothing in it is readable

# Check and reason of what is kept aside, as `quarantine list` shows it.
_NO_KEY: Final = ("I01", "salvaged; no key here opens it")
_REVOKED: Final = (SIGNER, "salvaged; its author was revoked, and whoever has those keys can make such a file today")
_NO_RECORD: Final = ("I10", "salvaged; it belongs to no record that is here or came with it")


@dataclass(frozen=True)
class SalvagedFile:
    """One sealed file. `kept`: its bytes are in quarantine, for a key or a record that may come."""

    name: str
    state: FileState
    kept: bool = False


@dataclass(frozen=True)
class Salvaged:
    """`bundles`: what the import said of them. `drafts_may_be`: a store.db lies there, for `org recover`."""

    bundles: tuple[BundleOutcome, ...]
    files: tuple[SalvagedFile, ...]
    drafts_may_be: bool


def salvage(env: Environment, folder: Path, archive: Where | None = None) -> Salvaged:
    """Take in what is in a laptop's home, or in a copy of its outbox; NothingToDo where there is no sealed file.

    `archive`: where the archives' keys are, which stay in memory, for what no other key here opens.
    """
    paths = _sealed_files(folder)
    if not paths:
        raise NothingToDo(what="no sealed files are there")
    with open_vault(env, "coordinator") as vault:
        here = station(vault)
        intaker = Intaker.at_desk(vault, here, env.clock())
        if archive is not None:
            intaker = with_archive(intaker, here, Offline.ask(env, archive))
        work = _Salvage(env, vault, here, intaker, folder, paths)
        with env.progress.track("looking into the sealed files", len(paths)) as step:
            for path in paths.values():
                work.look(path)
                step(1)
        bundles = work.take()
        work.keep_aside()
        told = tuple(sorted(work.told.values(), key=lambda one: one.name))
    return Salvaged(bundles, told, (folder / "store.db").is_file())


def _sealed_files(folder: Path) -> dict[str, Path]:
    """By name: of the outbox of a home, or of the folder itself."""
    try:
        where = folder / "outbox" if (folder / "outbox").is_dir() else folder
        return {path.name: path for path in sorted(where.iterdir()) if _NAME.fullmatch(path.name)}
    except OSError:
        raise FileUnreadable(file=folder) from None


class _Salvage:
    """One folder's files on their way in; `told` is what becomes of each."""

    def __init__(
        self, env: Environment, vault: Vault, here: Station, intaker: Intaker, folder: Path, paths: dict[str, Path]
    ) -> None:
        self._env = env
        self._vault = vault
        self._here = here
        self._intaker = intaker
        self._folder = folder
        self._paths = paths
        self._found: list[Found] = []
        self._closed: list[Sealed] = []
        self.told: dict[str, SalvagedFile] = {}

    def look(self, path: Path) -> None:
        """Into one file; a bad one is named and stops no other."""
        try:
            with closing(open_file(path)) as source:
                sealed = measure(path.name, source)
                found = look(sealed, source, self._intaker.identities)
        except ItemDamaged:
            self._tell(path.name, "damaged")
        except (FileUnreadable, OSError):
            self._tell(path.name, "unreadable")
        else:
            if found is None:
                self._closed.append(sealed)
            else:
                self._found.append(found)

    def take(self) -> tuple[BundleOutcome, ...]:
        """What is new among them, in as few bundles as hold it."""
        for left in self._vault.home.glob(f"{_TAR}*"):  # of a salvage that was killed
            left.unlink()
        recipients = [parse_recipients(one.files["recipients"]) for one in self._vault.trust.all("recipients")]
        items = Places(self._found, recipients, self._read_part).items()
        held = self._vault.ledger.known_items([(i.sha256, i.record, i.kind, i.attachment, i.part) for i in items])
        fresh: list[StatementItem] = []
        for item in items:
            if (item.sha256, item.record, item.kind, item.attachment, item.part) in held:
                self._tell(item.name, "already-here")
            elif self._vault.ledger.outcome_of(item.sha256) == "quarantined":  # a check refused what it says
                self._tell(item.name, "refused")
            else:
                fresh.append(item)
        late = self._of_revoked(fresh)
        reason = self._reason(set(late.values()))
        for item in fresh:
            if item.record in late and not (reason and late[item.record].startswith("d-")):
                self._tell(item.name, "refused", kept=self._keep_named(item.name))
        chosen = [item for item in fresh if item.name not in self.told]
        return tuple(self._import(chunk, late, reason) for chunk in _chunks(chosen, LIMITS.items))

    def _of_revoked(self, items: Sequence[StatementItem]) -> dict[str, str]:
        """Records that are new here by authors who were revoked, each with its author: our own word would date them."""
        trust = self._here.trust
        gone = {
            one.principal
            for directory in (trust.roster.directory, trust.officers.directory)
            for one in directory.revocations
        }
        new = {item.record for item in items if item.kind == "record"}
        authors = {digest(one.files[RECORD]): _author(one) for one in self._found if RECORD in one.files}
        return {record: authors[record] for record in new if authors.get(record) in gone}

    def _reason(self, authors: Collection[str]) -> str:
        """Why they are taken in all the same; an officer's records that only a revoked key vouches for never are."""
        laptops = sorted(name for name in authors if name.startswith("d-"))
        if not laptops:
            return ""
        question = self._env.t(
            "Files are here that {names} signed, revoked since: whoever has its keys can make such files today. Why are"
            " they taken in? Empty: they are kept aside",
            names=", ".join(laptops),
        )
        return self._env.ask.text(question).strip()

    def _import(self, items: Sequence[StatementItem], late: Mapping[str, str], reason: str) -> BundleOutcome:
        """One bundle: signed, written, taken in like any other."""
        tar = self._vault.home / _TAR
        try:
            # One transaction: the number in the chain is used up by the import itself, or not at all.
            with self._vault.transaction():
                tags = sign_bundle(self._statement(items), self._here.signer)
                with files.disk_faults(self._vault.home), files.write_whole(tar) as sink:
                    write_bundle(sink, tags, self._open)
                self._use_up(tags)
                with closing(open_file(tar)) as source:
                    outcome = self._brief(self._intaker.take(self._folder, source))
                for item in items:  # what an earlier salvage kept aside came in now
                    self._vault.quarantine.release(item.sha256[:32])
                if released := [item.record for item in items if item.kind == "record" and item.record in late]:
                    sign_release(self._env, self._vault, released, reason, SIGNER)
                return outcome
        finally:
            tar.unlink(missing_ok=True)

    def _brief(self, outcome: BundleOutcome) -> BundleOutcome:
        report = outcome.report
        if outcome.state != "imported" or report is None:  # our own signature does not count (any more)
            failed = report.failed if report else None
            raise BundleInvalid(check=failed.id if failed else "")
        for item in outcome.items:
            self._tell(item.name, "refused" if item.state == "quarantined" else "taken")
        return replace(outcome, report=report.brief())

    def _statement(self, items: Sequence[StatementItem]) -> Statement:
        if not self._vault.chain.has_begun():
            self._vault.chain.start(secrets.token_hex(16), json_time(self._env.clock()))
        return next_statement(self._vault, self._here).model_copy(update={"items": tuple(items)})

    def _use_up(self, tags: SignedTags) -> None:
        said = tags.statement
        names = tuple(item.name for item in said.items)
        made_at = json_time(self._env.clock())
        self._vault.chain.reserve(
            SentBundle(said.chain, said.seq, said.bundle, tags.digest, made_at, names, written=True)
        )
        custody.note(self._vault, self._env.clock(), "salvaged", bundle=tags.digest, items=len(names))

    def keep_aside(self) -> None:
        """What can't be named in a statement, into quarantine, each once."""
        for sealed in self._closed:
            earlier = self._vault.ledger.outcome_of(sealed.sha256)
            if earlier in ("imported", "awaiting-key"):  # an earlier bundle brought these bytes
                self._tell(sealed.name, "already-here" if earlier == "imported" else "awaiting-key")
            else:
                self._tell(sealed.name, "awaiting-key", kept=self._keep(sealed, *_NO_KEY))
        for found in self._found:
            if found.sealed.name not in self.told:
                self._tell(found.sealed.name, "no-record", kept=self._keep(found.sealed, *_NO_RECORD))

    def _keep_named(self, name: str) -> bool:
        sealed = next(one.sealed for one in self._found if one.sealed.name == name)
        return self._keep(sealed, *_REVOKED)

    def _keep(self, sealed: Sealed, check: str, why: str) -> bool:
        """Whether the bytes are in quarantine, now or since an earlier salvage."""
        quarantine, number = self._vault.quarantine, sealed.sha256[:32]
        if (known := quarantine.get(number)) is not None:
            return known.blob_id is not None
        details = {"file": self._folder.name, "why": why, "fields": {}, "size": sealed.size}
        at = json_time(self._env.clock())
        with self._vault.transaction():
            blob = self._copy(sealed)
            quarantine.add(Quarantined(number, None, sealed.name, check, details, blob, at))
        return blob is not None

    def _copy(self, sealed: Sealed) -> str | None:
        try:
            with closing(open_file(self._paths[sealed.name])) as source:
                return self._vault.blobs.write(source, CARRIED, LIMITS.item_bytes).id
        except (DiskFull, FileTooLarge, FileUnreadable):  # named all the same; the medium still has it
            return None

    def _open(self, name: str) -> Readable:
        return open_file(self._paths[name])

    def _read_part(self, found: Found) -> Iterator[bytes]:
        """The plaintext of one part of an attachment, once more."""
        with closing(open_file(self._paths[found.sealed.name])) as source:
            plain = DecryptReader(source, [self._intaker.identities[found.opener]])
            caps = TarLimits(1, LIMITS.item_bytes, LIMITS.item_bytes)
            for entry in read_ustar(plain, lambda name: name == found.part, caps):
                while data := entry.read(BLOCK_BYTES):
                    yield data

    def _tell(self, name: str, state: FileState, *, kept: bool = False) -> None:
        self.told[name] = SalvagedFile(name, state, kept)


def _author(found: Found) -> str:
    try:
        return parse_record(found.files[RECORD]).author
    except RecordError:  # its own check will say so
        return ""


def _chunks(items: Sequence[StatementItem], limit: int) -> Iterator[Sequence[StatementItem]]:
    """Whole testimonies, whose items stand together, up to a bundle's size."""
    chunk: list[StatementItem] = []
    for _, group in groupby(items, key=lambda item: item.record):
        testimony = list(group)
        if chunk and len(chunk) + len(testimony) > limit:
            yield chunk
            chunk = []
        chunk += testimony
    if chunk:
        yield chunk
