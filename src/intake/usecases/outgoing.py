"""What the next export would carry, before a place for it is chosen. Counts and sizes; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from intake.usecases.environment import Environment, open_vault


@dataclass(frozen=True)
class Outgoing:
    """`attachments` counts files; `untold`: a destruction without a receipt that no statement has named yet."""

    testimonies: int
    attachments: int
    items: int
    size_bytes: int
    untold: bool

    @property
    def anything(self) -> bool:
        """Whether there is something to hand over."""
        return bool(self.items) or self.untold


def outgoing(env: Environment) -> Outgoing:
    """Count what no receipt covers."""
    with open_vault(env, "interviewer") as vault:
        items = vault.sealed.with_file()
        return Outgoing(
            testimonies=len({item.record_digest for item in items}),
            attachments=len(
                {(one.record_digest, one.kind, one.attachment_index) for one in items if "attachment" in one.kind}
            ),
            items=len(items),
            size_bytes=sum(item.size for item in items),
            untold=any(not purge.told for purge in vault.sealed.purges()),
        )
