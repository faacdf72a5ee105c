"""`restore`: a vault from its backup, into an empty home, by the organisation's recovery key.

Nothing of it can be read before what was taken back since the backup was replayed, or a person typed that there is
nothing: until then no passphrase opens it. The restored vault sends a new chain and keeps a new log, both of which
name what came before; numbers that the lost vault may have given are passed over. Spec: docs/spec/backup-v1.md.
"""

from __future__ import annotations

import secrets
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from intake.errors import BackupRefused, WordsDiffer
from intake.keys.succession import SUCCESSION
from intake.keys.times import json_time
from intake.keys.trust import FILES, FOLDER, Trust
from intake.store import backup_file, restoring
from intake.store.vault import Vault
from intake.usecases import custody, trusted
from intake.usecases.backup import BACKED_UP_AT, vouched_for
from intake.usecases.environment import Words, new_passphrase
from intake.usecases.files import open_file, read_file, write_file
from intake.usecases.offline import Offline, Where
from intake.usecases.receipting import ORIGIN
from intake.usecases.replaying import replay, taken_back
from intake.usecases.trusted import Station, station

if TYPE_CHECKING:
    from pathlib import Path

    from intake.store.backup_file import Opened
    from intake.store.rows import Role
    from intake.usecases.backup import About
    from intake.usecases.environment import Environment

RESTORED: Final = "restored"  # setting: when, and from the backup of when
PASSED_OVER: Final = 1000  # numbers of packs and receipts that the lost vault may have given after the backup


@dataclass(frozen=True)
class Sources:
    """What is brought beside the backup: the organisation's keys; what came after it, if anything did."""

    offline: Where
    withdrawals: tuple[Path, ...] = ()  # bundles and receipts, files or folders; taken in before anything is read
    trust: Path | None = None  # newer officers, roster and recipients: the folder that auditors have


@dataclass(frozen=True)
class Restored:
    """Who this vault is again. `replayed`: files that were taken in first, or cases that were typed as taken back."""

    role: Role
    principal: str
    made_at: str
    drafts: int
    sealed: int
    records: int
    replayed: int


def restore(env: Environment, file: Path, sources: Sources, *, words_match: bool = False) -> Restored:
    """Restore into `env.home`: VaultExists, NotEmpty, ForeignRecovery, BackupRefused, WordsDiffer, OtherWordTyped."""
    with restoring.place(env.home) as folder:
        offline = Offline.ask(env, sources.offline)
        recovery = offline.recovery()
        passphrase = new_passphrase(env, env.t("A new passphrase for this vault"))
        with env.progress.track("reading the backup", None), closing(open_file(file)) as source:
            opened = backup_file.read(source, recovery, folder)
        with Vault.with_key(folder, opened.key) as vault:
            about = _believed(env, vault, opened, words_match=words_match)
            _begin_anew(env, vault, about)
            restored = _brought_up(env, vault, offline, sources, about)
            vault.change_passphrase(passphrase, env.log_n)  # from here on it opens, and it may
    return restored


def _brought_up(env: Environment, vault: Vault, offline: Offline, sources: Sources, about: About) -> Restored:
    """To what is known today: trust files, withdrawals, the slot of today's recovery key, public files."""
    if sources.trust is not None:
        _newer_trust(env, vault, sources.trust)
    replayed = _replay(env, vault, offline, sources, about)
    here = station(vault)
    if vault.role == "interviewer":
        vault.write_recovery_slot(here.trust.recipients.recovery)
    else:
        _lay_out(vault.home, here)
    counts = (len(vault.drafts.list()), len(vault.sealed.list()), vault.records.count())
    return Restored(vault.role, about.principal, about.made_at, *counts, replayed)


def _believed(env: Environment, vault: Vault, opened: Opened, *, words_match: bool) -> About:
    """Signed by its owner, whom its organisation enrolled; and that this is the organisation, a person says."""
    here = station(vault)
    about = vouched_for(opened, here)
    if about.role != vault.role or (about.role == "coordinator") != about.principal.startswith("c-"):
        raise BackupRefused(why="it is not the backup of the vault that is in it")
    question = env.t("Does the card of {name} have the same eight words?", name=here.card.facts.name)
    if not words_match and not env.ask.words_match(question, Words.of(here.card, env.t)):
        raise WordsDiffer
    return about


def _begin_anew(env: Environment, vault: Vault, about: About) -> None:
    at, settings = json_time(env.clock()), vault.settings
    with vault.transaction():
        if vault.chain.has_begun():
            vault.chain.start(secrets.token_hex(16), at)
        if vault.role == "coordinator":
            settings.set(ORIGIN, None)
            settings.set(trusted.PACK_SERIAL, settings.get(trusted.PACK_SERIAL, 0) + PASSED_OVER)
            settings.set(trusted.SERIALS_ABOVE, settings.get(trusted.SERIALS_ABOVE, 0) + PASSED_OVER)
        settings.set(RESTORED, {"at": at, "backup": about.made_at})
        settings.set(BACKED_UP_AT, about.made_at)
        custody.note(vault, env.clock(), "restored", backup=about.made_at)


def _newer_trust(env: Environment, vault: Vault, folder: Path) -> None:
    """Without them a restored coordinator would sign rosters that its laptops know to be old; K27, K28, K35."""
    below = folder / "trust" if (folder / "trust").is_dir() else folder
    names = FOLDER if (below / SUCCESSION).is_file() else FILES
    files = {name: read_file(below / name) for name in names}
    here, at = station(vault), env.clock()
    newer = Trust.load(here.card.root_file, files, at)
    newer.check_follows(here.trust)
    trusted.keep_trust(vault, newer, at)


def _replay(env: Environment, vault: Vault, offline: Offline, sources: Sources, about: About) -> int:
    if sources.withdrawals and (n := replay(replace(env, vault=vault), vault, sources.withdrawals, offline)):
        return n
    return taken_back(env, vault, about.made_at[:10])  # also where none of the files was one of ours


def _lay_out(folder: Path, here: Station) -> None:
    """The public files of a coordinator's home, which no backup holds."""
    write_file(folder / "card", here.card.data)
    trusted.write_public(folder / "public", here.trust)
