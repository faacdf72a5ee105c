"""`doctor`: is this machine, and is this vault, sound? Explains, refuses nothing.

Works without a vault and without the passphrase; what it can't tell it calls unknown. A table of checks, each one
small function over what was read of the machine: doctor_checks.py, doctor_vault.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from intake.errors import IntakeError, NoTerminal, StoreError
from intake.store.vault import Vault
from intake.usecases.doctor_checks import MACHINE_CHECKS, Check, Found, State
from intake.usecases.doctor_machine import Machine, Terminal, this_machine
from intake.usecases.doctor_vault import VAULT_CHECKS, look_inside
from intake.usecases.environment import normal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.usecases.doctor_machine import Inside
    from intake.usecases.environment import Environment

__all__ = ["CHECKS", "Row", "State", "Terminal", "doctor", "examine"]

CHECKS: tuple[Check, ...] = (*MACHINE_CHECKS, *VAULT_CHECKS)


@dataclass(frozen=True)
class Row:
    """One check: `title`, `says` and `todo` are English keys, `fields` fill the last two."""

    id: str
    title: str
    state: State
    says: str
    todo: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)


def doctor(env: Environment, terminal: Terminal) -> tuple[Row, ...]:
    """Look at this machine, and at the vault as far as somebody gives its passphrase."""
    machine = this_machine(env.home, env.clock(), terminal)
    inside, closed = _inside(env)
    rows = examine(replace(machine, inside=inside))
    return (
        rows
        if closed is None
        else (*rows, _row(Check("opening", "opening the vault", lambda _machine: closed), machine))
    )


def examine(machine: Machine, checks: tuple[Check, ...] = CHECKS) -> tuple[Row, ...]:
    """Every check of the table, in its order."""
    return tuple(_row(check, machine) for check in checks)


def _row(check: Check, machine: Machine) -> Row:
    try:
        found = check.run(machine)
    except (OSError, IntakeError):
        found = Found("unknown", "this could not be looked at")
    return Row(check.id, check.title, found.state, found.says, found.todo, found.fields)


def _inside(env: Environment) -> tuple[Inside | None, Found | None]:
    """What the passphrase shows; and why nothing, where it was given and did not open the vault."""
    if env.vault is not None:
        return look_inside(env.vault), None
    if not Vault.exists(env.home):
        return None, None
    try:
        passphrase = normal(env.ask.passphrase(env.t("Passphrase of this vault (Enter: not to look inside)")))
    except NoTerminal:
        return None, None
    if not passphrase:
        return None, None
    try:
        with Vault.open(env.home, passphrase) as vault:
            return look_inside(vault), None
    except StoreError as error:
        return None, Found("warning", error.message, error.hint, error.fields)
