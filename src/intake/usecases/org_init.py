"""`org init`: an organisation begins. What must leave the machine is written to one folder, and never needed again.

The vault learns of the organisation in the last step, in one transaction: a set-up cut short is simply run again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.bundle.log import roster_leaf
from intake.crypto.age import ScryptRecipient
from intake.errors import UsageFault, VaultExists
from intake.keys.organisation import NewOrganisation, OfflineSecrets, OrganisationPlan, make_organisation
from intake.keys.parcel import is_title
from intake.usecases import trusted
from intake.usecases.environment import Environment, Words, new_passphrase, new_vault
from intake.usecases.files import write_file
from intake.usecases.offline import put

if TYPE_CHECKING:
    from pathlib import Path

    from intake.keys.card import Purpose
    from intake.keys.shares import KeySet
    from intake.store.vault import Vault


@dataclass(frozen=True)
class Founded:
    """A new organisation: `offline` is the folder to move off this machine, `public` is for auditors."""

    org: str
    name: str
    purpose: Purpose
    officer: str
    card: Path
    words: Words
    offline: Path
    public: Path


def org_init(env: Environment, name: str, *, purpose: Purpose = "real") -> Founded:
    """Make the coordinator's vault, the organisation's keys, its card and its first signed trust files."""
    name = name.strip()
    if not is_title(name):
        raise UsageFault(what="an organisation's name is one line of 1 to 100 characters that can be seen")
    with new_vault(env, "coordinator") as vault:
        if trusted.held_card(vault) is not None:
            raise VaultExists(home=env.home)
        made = make_organisation(OrganisationPlan(name=name, purpose=purpose, now=env.clock()))
        offline, public, card = env.home / "offline", env.home / "public", env.home / "card"
        _write_offline(env, offline, made.offline)
        write_file(card, made.card.data)
        trusted.write_public(public, made.trust)
        _keep(vault, made, env)
    words = Words.of(made.card, env.t)
    return Founded(made.card.org, name, purpose, made.officer.name, card, words, offline, public)


def _write_offline(env: Environment, folder: Path, secrets: OfflineSecrets) -> None:
    """Four age files under a passphrase of their own; a stock `age -d` opens each."""
    passphrase = new_passphrase(env, env.t("A new passphrase for the folder that leaves this machine"))
    recipient = ScryptRecipient(passphrase.encode(), env.log_n)
    contents: dict[KeySet, bytes] = {
        "root": secrets.root,
        "archive": secrets.archive.seed,
        "identity-archive": secrets.identity_archive.seed,
        "recovery": secrets.recovery.seed,
    }
    with env.progress.track("protecting the organisation's keys", len(contents)) as step:
        for key_set, secret in contents.items():
            put(folder, key_set, secret, recipient)
            step(1)


def _keep(vault: Vault, made: NewOrganisation, env: Environment) -> None:
    officer, at = made.officer, env.clock()
    seeds = {
        trusted.SIGNER: officer.signer.seeds,
        trusted.ENROL: officer.enrol.seed,
        trusted.IDENTITY: officer.identity.seed,
        trusted.EPOCH_PREFIX + officer.epoch_label: officer.epoch.seed,
    }
    with vault.transaction():
        for name, seed in seeds.items():
            vault.secrets.put(name, seed)
        vault.settings.set(trusted.PRINCIPAL, officer.name)
        trusted.keep_trust(vault, made.trust, at)
        vault.log.append(roster_leaf(made.card.org, made.trust.roster.directory.serial, made.trust.roster_digest, at))
        trusted.keep_card(vault, made.card, at)
