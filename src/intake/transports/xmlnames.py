"""Names out of the XML of a listing, as it arrives: strictly, in bounded memory, and without a document type.

The library's incremental parser builds no tree, and stops at the first `<!DOCTYPE`: what could declare an entity, or
fetch something from elsewhere, is never read. Depth, length of a text and count of entries have limits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn
from xml.parsers import expat

from intake.errors import CarrierBroken, CarrierEndless

if TYPE_CHECKING:
    from collections.abc import Callable

_DEPTH: Final = 32
_UNREAD: Final = 256 << 10  # of one tag: older parsers read an unfinished one again with every block
_TEXT: Final = 4096
_NAME: Final = re.compile(r"[0-9a-f][0-9a-f.-]{0,159}")


def is_name(name: str) -> bool:
    """Whether this can be the name of a file of ours."""
    return _NAME.fullmatch(name) is not None


@dataclass(frozen=True)
class Shape:
    """What a listing looks like: elements, as "namespace name", of an entry, of its name in it, and of what is no file.

    `pick` takes a file's name out of the text of its element.
    """

    entry: str
    name: str
    pick: Callable[[str], str]
    skip: str = ""


class Listing:
    """One document: `names` that can be ours, the `count` of entries, and the text of `others`, outside entries."""

    def __init__(self, target: str, shape: Shape, most: int) -> None:
        self._target = target
        self._shape = shape
        self._most = most
        self.begin()

    def begin(self) -> None:
        """Forget what was read."""
        self._path: list[str] = []
        self._text = ""
        self._current = ""
        self._skipped = False
        self.count = 0
        self._fed = 0
        self.names: list[str] = []
        self.others: dict[str, str] = {}
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._finish
        self._parser.CharacterDataHandler = self._take

    def feed(self, data: bytes) -> None:
        """Some of the document."""
        self._parse(data, last=False)

    def end(self) -> list[str]:
        """The document is over: `names`."""
        self._parse(b"", last=True)
        return self.names

    def _parse(self, data: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(data, last)
        except (expat.ExpatError, ValueError, LookupError):
            self._refuse()
        self._fed += len(data)
        if self._fed - self._parser.CurrentByteIndex > _UNREAD:
            self._refuse()

    def _refuse(self, *_declared: object) -> NoReturn:
        raise CarrierBroken(target=self._target, status="XML")

    def _start(self, element: str, _attributes: object) -> None:
        self._path.append(element)
        self._text = ""
        if len(self._path) > _DEPTH:
            self._refuse()
        if element == self._shape.entry:
            self.count += 1
            self._current, self._skipped = "", False
            if self.count > self._most:
                raise CarrierEndless(target=self._target)
        self._skipped |= element == self._shape.skip

    def _take(self, text: str) -> None:
        self._text += text
        if len(self._text) > _TEXT:
            self._refuse()

    def _finish(self, element: str) -> None:
        self._path.pop()
        inside = self._shape.entry in self._path
        if element == self._shape.name and inside:
            self._current = self._text
        elif element == self._shape.entry and not self._skipped:
            name = self._shape.pick(self._current)
            if is_name(name):  # what can't be ours takes no room
                self.names.append(name)
        elif not inside and self._text and len(self.others) < _DEPTH:
            self.others[element] = self._text
        self._text = ""
