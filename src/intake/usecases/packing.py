"""Packs for laptops that are enrolled, and for other coordinators: every one with a serial that was never given.

A serial is used up before its file exists. Where a laptop's packs go is known from its enrolment, from another
coordinator's pack, or from its own newest bundle; a laptop of which nothing is known is named, and left out.
Spec: docs/spec/keys-v1.md, "Pack", "Officer's pack".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.bundle.limits import LIMITS
from intake.bundle.receipt import sign_checkpoint
from intake.bundle.statement import parse_statement
from intake.errors import BadPrincipal, NoPackAddress
from intake.keys.card import parse_card
from intake.keys.officer_pack import Addressee, OfficerPackContents, make_officer_pack, seal_officer_pack
from intake.keys.pack import PackContents, make_pack, seal_pack
from intake.keys.selfsigned import read_recipient
from intake.usecases import mission, trusted
from intake.usecases.files import write_file
from intake.usecases.log_publish import current

if TYPE_CHECKING:
    from pathlib import Path

    from intake.crypto.age import PostQuantumRecipient
    from intake.keys.pack import Profile
    from intake.store.vault import Vault
    from intake.usecases.environment import Environment
    from intake.usecases.trusted import Station


@dataclass(frozen=True)
class Packs:
    """Files written, laptops and coordinators alike; `without`: laptops whose pack can't be written here yet."""

    written: tuple[Path, ...]
    without: tuple[str, ...]


@dataclass(frozen=True)
class Packer:
    """A coordinator who writes packs into a folder."""

    env: Environment
    vault: Vault
    here: Station
    folder: Path

    def for_all(self) -> Packs:
        """One for every laptop and every other coordinator that is in time and was not revoked."""
        names = self.names()
        written, without = [], []
        with self.env.progress.track("writing packs", len(names)) as step:
            for name in names:
                try:
                    written.append(self.for_one(name))
                except NoPackAddress:
                    without.append(name)
                step(1)
        return Packs(tuple(written), tuple(without))

    def names(self) -> list[str]:
        """Every laptop, then every other coordinator, that is in time and was not revoked."""
        officers, roster = self.here.trust.officers.directory, self.here.trust.roster.directory
        at = self.env.clock()
        return [
            one.name
            for directory in (roster, officers)
            for one in directory.principals
            if one.valid_at(at) and directory.revocation(one.name) is None and one.name != self.here.principal
        ]

    def for_one(self, name: str, profile: Profile | None = None) -> Path:
        """One pack; a laptop that was revoked may have one too: it says so. Raises BadPrincipal, NoPackAddress."""
        trust = self.here.trust
        if profile is not None and trust.device(name) is not None:
            self._learn(name, profile)
        serial, sealed = self.sealed(name)
        self.vault.sync.take_back(f"pack/{name}")  # whoever has one made wants it to arrive: the next sync brings one
        path = self.folder / f"{name}-{serial}.pack.age"
        write_file(path, sealed)
        return path

    def sealed(self, name: str) -> tuple[int, bytes]:
        """A pack as it is carried, and its serial, which is used up. Raises BadPrincipal, NoPackAddress."""
        trust = self.here.trust
        is_officer = trust.officer(name) is not None and name != self.here.principal
        if not is_officer and trust.device(name) is None:
            raise BadPrincipal(name=name)
        serial = int(self.vault.settings.get(trusted.PACK_SERIAL, 0)) + 1
        sealed = (self._officer_pack if is_officer else self._laptop_pack)(name, serial)
        self.vault.settings.set(trusted.PACK_SERIAL, serial)
        return serial, sealed

    def _laptop_pack(self, name: str, serial: int) -> bytes:
        device = trusted.held_device(self.vault, name)
        if device is None:
            raise NoPackAddress(name=name)
        contents = PackContents(
            self.here.card, self.here.trust, device.profile, mission.policy(self.vault), mission.extras(self.vault)
        )
        return seal_pack(make_pack(contents, name, serial, self.here.signer, self.env.clock()), device.age)

    def _officer_pack(self, name: str, serial: int) -> bytes:
        recipients = [one.recipient for one in self.here.trust.recipients.epochs if one.officer == name]
        if not recipients:
            raise NoPackAddress(name=name)
        card = self.vault.trust.newest(trusted.CARD_PREFIX + name)
        names = (one.name for one in self.here.trust.roster.directory.principals)
        contents = OfficerPackContents(
            parse_card(card.files["card"]) if card else self.here.card,
            self.here.trust,
            mission.policy(self.vault),
            mission.number(self.vault),
            [device for one in names if (device := trusted.held_device(self.vault, one))],
            {**mission.extras(self.vault), **self._checkpoint()},
        )
        return seal_officer_pack(
            make_officer_pack(contents, name, serial, self.here.signer, self.env.clock()), recipients
        )

    def _checkpoint(self) -> dict[str, bytes]:
        """How large this officer's log is, signed."""
        _, checkpoint = current(self.vault, self.here)
        return sign_checkpoint(checkpoint, self.here.signer).files()

    def _learn(self, name: str, profile: Profile) -> None:
        """What a coordinator says of the interviewer; the address may have to come from the laptop's own bundle."""
        known = trusted.held_device(self.vault, name)
        age = known.age if known else self._address(name)
        if age is None:
            raise NoPackAddress(name=name)
        trusted.keep_device(self.vault, Addressee(name, age, profile), self.env.clock())

    def _address(self, name: str) -> PostQuantumRecipient | None:
        """The recipient that a laptop's newest bundle here, signed by it, asks receipts to go to."""
        newest = self.vault.ledger.newest_of(name)
        said = parse_statement(newest.statement, LIMITS).receipts_to if newest else ""
        return read_recipient(said) if said else None
