"""What stands on a sheet beside its words: what its key opens, what its custodian does and never does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from intake.keys.shares import KeySet

OPENS: Final[dict[KeySet, str]] = {
    "root": "It appoints coordinators and takes office from them.",
    "archive": "It opens every account of every witness, for decades.",
    "identity-archive": "It opens every name and contact of every witness.",
    "recovery": "It opens backups, and vaults whose passphrase was forgotten.",
}
DO: Final = (
    "Keep it in a sealed envelope, dry, where only you can get at it, apart from the other custodians' sheets.",
    "Bring it when the organisation calls, once somebody whose voice you know has told you why. Type it yourself.",
    "Once a year, at the drill, see that it is whole: the machine shows the same check value.",
    "Say at once if it is lost, was seen by somebody, or can no longer be read: all sheets are then made anew.",
    "When new sheets have been proved, burn this one, before a witness.",
)
NEVER: Final = (
    "Never photograph, scan or copy it, the square code included, and never type it into a phone or a website.",
    "Never read it out, send it, or hand it over: not to the organisation's people either.",
    "Never keep two sheets of one set in one place.",
    "Never write on it whose it is, or where the others are.",
)
