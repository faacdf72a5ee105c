"""The pictures of docs/guide/interviewer.md, taken of the real application in Ukrainian: one made-up interview.

    python -m tools.pictures            # makes them all anew
    python -m tools.pictures --stale    # names those that no longer show what the application shows; exit 1

Each is an SVG that asks nothing of the network and carries its screen's text as its description: for screen readers,
and to be compared with the application's. Case codes and words that are drawn by lot do not count.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import sys
import tempfile
from dataclasses import dataclass, field
from functools import partial
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING

from tests.worlds.app import Sitting, sit
from tests.worlds.app_interview import Talking, talk
from tests.worlds.loop import PASSPHRASE, found, ready
from tests.worlds.records import made_up

from intake.keys.words import word_list

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "guide" / "pictures"
NARRATIVE = "Вони прийшли вранці, коли ми ще спали.\nСказали, що без їхнього паспорта мамі не дадуть інсуліну."  # noqa: RUF001  Ukrainian
UNSAVED, WAITS = "ще не збережено", 100  # tenths of a second, on a busy machine
_FROM_ELSEWHERE = re.compile(r"@font-face \{.*?\}\s*|<!--.*?-->\s*", re.DOTALL)
_DESCRIBED = re.compile(r"<desc>(.*?)</desc>", re.DOTALL)
_DRAWN = re.compile(r"\d{3}-\d{3}-\d{3}-\d|\b[0-9a-f]{4,}\b")
_OF_MACHINE = re.compile(r"(?<=Цей ноутбук).*|вільно:.*")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")


@dataclass
class Album:
    """Pictures by name, in the order in which they were taken."""

    pictures: dict[str, str] = field(default_factory=dict)

    async def take(self, at: Sitting, name: str) -> None:
        """The screen as it comes to rest: what is typed is saved a moment later, and the screen says so."""
        await at.settle()
        for _ in range(WAITS):
            if UNSAVED not in at.shown:
                break
            await asyncio.sleep(0.1)
            await at.settle()
        svg = _FROM_ELSEWHERE.sub("", at.app.export_screenshot(title="intake", simplify=True))
        head, mark, rest = svg.partition(">")
        self.pictures[name] = f"{head}{mark}\n<desc>{escape(at.shown)}</desc>{rest}\n"


def text_of(svg: str) -> str:
    """The screen's text that a picture carries."""
    found_text = _DESCRIBED.search(svg)
    return unescape(found_text[1]) if found_text else ""


def structure(shown: str) -> list[str]:
    """What must be the same in a picture and in the application: the words in their order.

    Numbers count as numbers and words of the lists as words, for they are drawn by lot; what tells of the machine that
    the picture was taken on does not count.
    """
    drawn = {word for lang in ("uk", "ru", "en") for word in word_list(lang)}
    return [_kind(token, drawn) for token in _TOKEN.findall(_OF_MACHINE.sub("", _DRAWN.sub("0", shown)))]


def _kind(token: str, drawn: set[str]) -> str:
    if token.isdecimal():
        return "0"
    return "*" if token in drawn else token


# -- what is shown -----------------------------------------------------------------------------------------------------


def first_time(album: Album, folder: Path) -> None:
    """A laptop without a vault, and the organisation's card."""
    world = found(folder, name="Осередок (вигаданий)")
    Path("card").write_bytes(world.card.read_bytes())

    async def story(at: Sitting) -> None:
        await album.take(at, "first-time")
        await at.press("1")
        await at.until("Place")
        await at.press("tab")
        await at.type("card")
        await at.until("Compare")
        await album.take(at, "card-words")
        await at.press("1")
        await at.until("NewSecret")
        await album.take(at, "passphrase")
        await at.type(PASSPHRASE)
        await at.type(PASSPHRASE)
        await at.until("Told")
        await album.take(at, "request")

    sit(story, Path("vault"))


def one_interview(album: Album, folder: Path) -> None:
    """From the locked screen to a sealed first account, handed over, and its receipt."""
    world, laptop, _ = ready(folder)
    laptop.add([made_up(n=1)])
    Path("usb").mkdir()
    receipts = os.path.relpath(world.env.home / "receipts")

    async def interview(at: Talking) -> None:
        for part in (opening, telling, coding, ending):
            await part(album, at)

    talk(interview, laptop.env.home)
    sit(partial(hand_over, album), laptop.env.home)
    world.import_(Path("usb"))
    sit(partial(take_receipts, album, receipts), laptop.env.home)


async def opening(album: Album, at: Talking) -> None:
    """Up to consent, refused and given."""
    await album.take(at, "locked")
    await at.unlock()
    await album.take(at, "home")
    await at.press("1")
    await album.take(at, "kinds")
    await at.press("1")
    await album.take(at, "first-question")
    await at.answer_until("consent_text")
    await album.take(at, "consent")
    await at.answer_until("store")
    await at.answer("2")
    await album.take(at, "gate")
    await at.press("f2")


async def telling(album: Album, at: Talking) -> None:
    """The account, and what can be done in the middle of it."""
    await at.answer_until("narrative")
    await at.write(NARRATIVE)
    await asyncio.sleep(1)  # its words are counted when it is saved
    await album.take(at, "narrative")
    for key, name in (("f4", "pause"), ("f3", "no-answer")):
        await at.press(key)
        await album.take(at, name)
        await at.press("f2")
    await at.press("tab")


async def coding(album: Album, at: Talking) -> None:
    """A list, a date, a place."""
    await at.answer_until("violations")
    await at.write("паспорт")
    await album.take(at, "choose")
    await at.press(*["backspace"] * len("паспорт"))
    await at.answer_until("when")
    await at.write("навесні 2022, після Великодня")
    await album.take(at, "date")
    await at.press("enter")
    await at.answer_until("place")
    await at.write("Кахов")
    await album.take(at, "place")
    await at.press("enter", "f5")
    await album.take(at, "add")
    await at.press("f2")


async def ending(album: Album, at: Talking) -> None:
    """The end, and the seal."""
    await at.answer_until("")
    await album.take(at, "end")
    await at.press("f9")
    await album.take(at, "review")
    await at.press("f2", "3")
    await at.until("Sealing")
    await album.take(at, "sealing")
    await at.press("enter")
    await at.until("Told")
    await album.take(at, "sealed-told")


async def hand_over(album: Album, at: Sitting) -> None:
    """Onto a stick."""
    await at.unlock()
    await at.press("2")
    await album.take(at, "drafts")
    await at.press("f2", "4")
    await at.until("HandOver")
    await album.take(at, "before-handing-over")
    await at.press("enter")
    await type_place(at, "usb")
    await at.until("HandOver")
    await album.take(at, "handed-over")


async def take_receipts(album: Album, folder: str, at: Sitting) -> None:
    """From the stick that came back."""
    await at.unlock()
    await at.press("5")
    await album.take(at, "receipts")
    await at.press("1")
    await type_place(at, folder)
    await at.until("Told")
    await album.take(at, "receipt")
    await at.press("enter", "f2", "3")
    await at.until("Sealed")
    await album.take(at, "sealed")


async def type_place(at: Sitting, place: str) -> None:
    """A path where one is asked for."""
    await at.until("Place")
    if at.app.focused is None or at.app.focused.id != "field":
        await at.press("tab")
    await at.type(place)


def taken() -> dict[str, str]:
    """Every picture, of the application as it is."""
    album = Album()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        first_time(album, Path(folder, "a"))
        one_interview(album, Path(folder, "b"))
    return album.pictures


def stale(pictures: dict[str, str]) -> Iterator[str]:
    """The names of those that are missing, that nothing takes, or that show other words."""
    kept = {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.svg")}
    for name in sorted(kept.keys() | pictures.keys()):
        if structure(text_of(kept.get(name, ""))) != structure(text_of(pictures.get(name, ""))):
            yield name


def main(argv: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--stale", action="store_true", help="compare only")
    options = parser.parse_args(argv)
    pictures = taken()
    if options.stale:
        names = list(stale(pictures))
        print("\n".join(names) or f"all {len(pictures)} pictures show what the application shows")
        return 1 if names else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.svg"):
        path.unlink()
    for name, svg in pictures.items():
        (FOLDER / f"{name}.svg").write_text(svg, "utf-8")
    print(f"{len(pictures)} pictures in docs/guide/pictures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
