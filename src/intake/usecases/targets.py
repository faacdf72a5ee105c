"""Targets of `sync` as one vault knows them: the last one used, and what each needs, asked once and kept here.

Secrets of targets are secrets of the vault: never on a command line, in a file or in the environment, and overwritten
when they are forgotten. They are kept only after the server took them. Reasons: docs/decisions/0019-carriers.md.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from intake.errors import Declined, TargetFault
from intake.transports import opening
from intake.transports.target import Target
from intake.usecases.environment import Words
from intake.usecases.files import read_file, typed_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intake.store.vault import Vault
    from intake.transports.carrier import Carrier
    from intake.transports.opening import Secret
    from intake.usecases.environment import Environment

LAST: Final = "sync-target"  # a setting
_PREFIX: Final = "sync/"  # of secrets, before the target's text
_FILE_BYTES: Final = 64 << 10  # of a key or a certificate
_PROBED: Final = "0" * 32  # a box that nobody has


def chosen(vault: Vault, text: str | None) -> Target:
    """The target that was named, or the last one used; TargetFault where there is neither."""
    text = text or str(vault.settings.get(LAST) or "")
    if not text:
        raise TargetFault(why="none was named, and this vault has synced with none yet")
    return Target.parse(text)


@contextmanager
def opened(env: Environment, vault: Vault, target: Target) -> Iterator[Carrier]:
    """A carrier, after asking for what is not kept yet; remembered as the last one used."""
    name = _PREFIX + target.text
    kept = vault.secrets.get(name)
    secrets = json.loads(kept) if kept else _asked(env, target)
    carrier = opening.open_carrier(target, secrets)
    try:
        if not kept and secrets:
            any(carrier.names(_PROBED))  # what the server does not take is not kept
            vault.secrets.put(name, json.dumps(secrets).encode())
        vault.settings.set(LAST, target.text)
        yield carrier
    finally:
        carrier.close()


def forget(vault: Vault, target: Target) -> bool:
    """Overwrite what is kept for a target; False where nothing was."""
    name = _PREFIX + target.text
    kept = vault.secrets.get(name) is not None
    vault.secrets.remove(name)
    vault.secrets.flush()
    if vault.settings.get(LAST) == target.text:
        vault.settings.set(LAST, None)
    return kept


def _asked(env: Environment, target: Target) -> dict[str, str]:
    answers: dict[str, str] = {}
    for secret in opening.needs(target):
        if not answers.get(secret.instead_of):
            answers[secret.name] = _ASKING[secret.kind](env, target, secret)
    if answers.get(opening.KEY) and opening.is_locked(answers[opening.KEY]):
        answers[opening.KEY_PASSPHRASE] = env.ask.password(env.t("Passphrase of that SSH key"))
    return answers


def _hidden(env: Environment, target: Target, secret: Secret) -> str:
    return env.ask.password(f"{env.t(secret.prompt)} ({target.host})")


def _line(env: Environment, _target: Target, secret: Secret) -> str:
    return env.ask.text(env.t(secret.prompt)).strip()


def _file(env: Environment, _target: Target, secret: Secret) -> str:
    path = env.ask.text(env.t(secret.prompt)).strip()
    # An empty file is not "none": it would let every public authority vouch for a server that has its own.
    return (read_file(typed_path(path), _FILE_BYTES).decode("utf-8", "replace") or "\n") if path else ""


def _seen(env: Environment, target: Target, secret: Secret) -> str:
    """What the server shows is taken only at a person's word; no option says yes to it."""
    shown = opening.seen(target)
    kind, digest = opening.fingerprint(shown).split()
    if not env.ask.words_match(env.t(secret.prompt), Words((target.host, kind), digest)):
        raise Declined
    return shown


_ASKING: Final = {"hidden": _hidden, "line": _line, "file": _file, "seen": _seen}
