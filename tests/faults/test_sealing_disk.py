"""A disk that does not keep what was written to it, while a testimony is sealed."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from intake.errors import BundleError
from intake.store.sealed import Outbox
from intake.store.vault import Vault
from intake.usecases.seal import seal
from tests.worlds import records
from tests.worlds.loop import PASSPHRASE, ready

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO


class LyingOutbox(Outbox):
    """A real outbox on a disk that gives back one other bit than it took."""

    def open(self, name: str) -> BinaryIO:
        """The file, with its last bit turned."""
        data = bytearray(self.path(name).read_bytes())
        data[-1] ^= 1
        return cast("BinaryIO", io.BytesIO(bytes(data)))


def test_a_draft_is_forgotten_only_after_its_items_were_read_back(tmp_path: Path) -> None:
    """When the sealed file does not read back as it was written, sealing fails and the draft is whole."""
    laptop = ready(tmp_path)[1]
    laptop.add([records.testimony()])
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        before = vault.drafts.values(vault.drafts.list()[0].id)
        vault.outbox = LyingOutbox(vault.outbox.path("x").parent)
        with pytest.raises(BundleError):
            seal(replace(laptop.env, vault=vault), None)
        assert vault.drafts.values(vault.drafts.list()[0].id) == before
        assert not vault.sealed.list()
