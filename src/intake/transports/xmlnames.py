"""Names out of the XML of a listing, as it arrives: strictly, in bounded memory, and without a document type.

The library's incremental parser builds no tree, and stops at the first `<!DOCTYPE`: what could declare an entity, or
fetch something from elsewhere, is never read. Depth, length of a text and count of entries have limits.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn
from xml.parsers import expat

from intake.errors import CarrierBroken, CarrierEndless

_DEPTH: Final = 32
_UNREAD: Final = 256 << 10  # of one tag: older parsers read an unfinished one again with every block
_TEXT: Final = 4096
_NAME: Final = re.compile(r"[0-9a-f][0-9a-f.-]{0,159}")


def is_name(name: str) -> bool:
    """Whether this can be the name of a file of ours."""
    return _NAME.fullmatch(name) is not None


class Listing:
    """One document: the text of each entry's name, and of some elements outside entries. Elements are "namespace name".

    An entry with an element `skip` in it does not count as a file, though it counts.
    """

    def __init__(self, target: str, entry: str, name: str, *, skip: str = "", most: int) -> None:
        self._target = target
        self._entry, self._name, self._skip, self._most = entry, name, skip, most
        self.begin()

    def begin(self) -> None:
        """Forget what was read."""
        self._path: list[str] = []
        self._text = ""
        self._current = ""
        self._skipped = False
        self._count = 0
        self._fed = 0
        self._names: list[str] = []
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
        """The document is over: the names."""
        self._parse(b"", last=True)
        return self._names

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
        if element == self._entry:
            self._count += 1
            self._current, self._skipped = "", False
            if self._count > self._most:
                raise CarrierEndless(target=self._target)
        self._skipped |= element == self._skip

    def _take(self, text: str) -> None:
        self._text += text
        if len(self._text) > _TEXT:
            self._refuse()

    def _finish(self, element: str) -> None:
        self._path.pop()
        inside = self._entry in self._path
        if element == self._name and inside:
            self._current = self._text
        elif element == self._entry and not self._skipped:
            self._names.append(self._current)
        elif not inside and self._text and len(self.others) < _DEPTH:
            self.others[element] = self._text
        self._text = ""
