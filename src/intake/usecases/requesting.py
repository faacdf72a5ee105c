"""The request of this laptop, from the vault onto a stick: the coordinator needs it, and nobody else can use it.

It is encrypted to the coordinator and holds public keys only. Spec: docs/spec/keys-v1.md, "Request".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake.transports import folder
from intake.usecases.files import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from intake.transports.folder import Carried
    from intake.usecases.environment import Environment

REQUEST = "request.age"


def carry_request(env: Environment, to: Path) -> Carried:
    """Copy it into the folder, read back and compared; FileUnreadable where there is none yet."""
    data = read_file(env.home / REQUEST)
    with folder.stage(to, REQUEST, len(data)) as staged:
        staged.write(data)
        return staged.publish()
