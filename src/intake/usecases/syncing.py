"""`sync`: what is due goes both ways over a carrier, for a laptop and for a coordinator alike.

Everything that comes is judged by the deeds that judge sticks (`enrol`, `receipts`, `import`); what goes was sealed
before. First in, then out: what came may change what is due. A carrier that fails ends the sync, and what was done
stays done; the next one goes on where this one stopped. Spec: docs/spec/carrier-v1.md; reasons:
docs/decisions/0018-sync.md.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from intake.errors import DiskFull, TransportError
from intake.usecases import targets
from intake.usecases.environment import Environment, open_vault
from intake.usecases.syncing_desk import sync_desk
from intake.usecases.syncing_laptop import sync_laptop
from intake.usecases.syncing_work import Refused, Sent, Synced, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from intake.store.rows import Role

__all__ = ["Refused", "Sent", "Synced", "forget", "sync"]

_OF_ROLE: Mapping[Role, Callable[[Work], None]] = {"interviewer": sync_laptop, "coordinator": sync_desk}


def sync(env: Environment, target: str | None = None, *, again: bool = False) -> Synced:
    """Sync with the place named, or with the one of the last time; `again`: also what went there before.

    Raises what stops it before anything was done; what stops it later is `stopped`.
    """
    with open_vault(env) as vault:
        here = replace(env, vault=vault)
        place = targets.chosen(vault, target)
        work = None
        try:
            with targets.opened(here, vault, place) as carrier:
                work = Work(here, vault, place.text, carrier, again)
                _OF_ROLE[vault.role](work)
        except (TransportError, DiskFull) as error:
            if work is None or not work.result.anything:
                raise
            return replace(work.result, stopped=error)
        return work.result


def forget(env: Environment, target: str | None = None) -> tuple[str, bool]:
    """Forget the secrets of a place, and drop what is on its way there: it is due again. Returns the place's name.

    False where nothing was kept of it.
    """
    with open_vault(env) as vault:
        place = targets.chosen(vault, target)
        sending = vault.sync.sending(place.text)
        for file in sending:
            vault.sync.drop(file.bundle)
        vault.sweep_outgoing()
        return place.text, targets.forget(vault, place) or bool(sending)
