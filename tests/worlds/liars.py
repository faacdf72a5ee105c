"""A carrier that misbehaves at random, around a real one: what it breaks stays broken in the real folder.

`Liar(carrier, rng)`; `rate` is how often a call goes wrong. It truncates, turns bits, serves an old listing, another
file, nothing, too much or no end, fails before and after it did its work, drops what it was given and loses what it
had. `meanwhile` is done once, in the middle of some call: somebody else syncs at the same time.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from intake.errors import CarrierEndless, CarrierFailed, CarrierLost
from intake.transports.folder_carrier import FolderCarrier
from tests.worlds.sticks import damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intake.transports.carrier import Carrier


@dataclass
class Liar:
    """See above. `old`: what listings said before; `wrongs`: how often it misbehaved."""

    carrier: Carrier
    rng: random.Random
    rate: float = 0.15
    meanwhile: Callable[[], object] | None = None
    old: dict[str, list[str]] = field(default_factory=dict)
    wrongs: int = 0

    def names(self, box: str) -> Iterator[str]:
        """Perhaps those of today."""
        found = list(self.carrier.names(box))
        self.rng.shuffle(found)
        before = self.old.get(box, [])
        self.old[box] = found
        match self._wrong("old", "none", "twice", "endless", "circle", "fails", "strange"):
            case "old":
                found = before
            case "none":
                found = []
            case "twice":
                found = found * 2
            case "endless":
                return (f"{number:064x}.0-1.{number:064x}" for number in itertools.count())
            case "circle":
                raise CarrierEndless(target="liar")
            case "fails":
                return self._breaking_off(found)
            case "strange":
                found = [
                    *found,
                    "",
                    "../../etc",
                    "a" * 5000,
                    *(f"{name}x" for name in found),
                    f"{'0' * 64}.3-2.{'0' * 64}",
                ]
        return iter(found)

    def _breaking_off(self, found: list[str]) -> Iterator[str]:
        yield from found[: len(found) // 2]
        raise CarrierFailed(folder="liar")

    def read(self, box: str, name: str, limit: int) -> bytes:
        """Perhaps that file."""
        data = self.carrier.read(box, name, limit)
        match self._wrong("cut", "other", "none", "lost", "fails", "much"):
            case "cut":
                data = damaged(self.rng, data) if data else data
            case "other":
                others = [one for one in self.carrier.names(box) if one != name]
                data = self.carrier.read(box, self.rng.choice(others), limit) if others else data
            case "none":
                data = b""
            case "lost":
                raise CarrierLost(target="liar")
            case "fails":
                raise CarrierFailed(folder="liar")
            case "much":
                data = (data + bytes(min(limit + 1, 1 << 16)))[: limit + 1]
        return data

    def write(self, box: str, name: str, data: bytes) -> None:
        """Perhaps."""
        match self._wrong("drops", "cuts", "fails", "done", "loses"):
            case "drops":
                return
            case "cuts":
                self.carrier.write(box, name, damaged(self.rng, data))
            case "fails":
                raise CarrierFailed(folder="liar")
            case "done":
                self.carrier.write(box, name, data)
                raise CarrierFailed(folder="liar")
            case "loses":
                self.carrier.write(box, name, data)
                self._lose(box)
            case _:
                self.carrier.write(box, name, data)

    def remove(self, box: str, name: str) -> None:
        """Perhaps."""
        match self._wrong("not", "fails"):
            case "not":
                return
            case "fails":
                raise CarrierFailed(folder="liar")
        self.carrier.remove(box, name)

    def close(self) -> None:
        """Nothing is open."""
        self.carrier.close()

    def _wrong(self, *ways: str) -> str | None:
        """One of the ways in which this call goes wrong, or none; and who comes in between."""
        if self.meanwhile is not None and self.rng.random() < 0.2:
            work, self.meanwhile = self.meanwhile, None
            work()
        if self.rng.random() >= self.rate:
            return None
        self.wrongs += 1
        return self.rng.choice(ways)

    def _lose(self, box: str) -> None:
        names = list(self.carrier.names(box))
        if names:
            self.carrier.remove(box, self.rng.choice(names))


class Lying:
    """Stands where `FolderCarrier` is made: every folder is a liar while `rate` is above 0."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311  misbehaviour, not secrets
        self.rate = 0.15
        self.meanwhile: Callable[[], object] | None = None
        self.wrongs = 0
        self._last: list[Liar] = []

    def __call__(self, root: object) -> Carrier:
        """The carrier for one sync."""
        self.wrongs += sum(one.wrongs for one in self._last)
        old = self._last[0].old if self._last else {}
        liar = Liar(FolderCarrier(root), self.rng, self.rate, self.meanwhile, old)  # type: ignore[arg-type]  # as given
        self.meanwhile, self._last = None, [liar]
        return liar
