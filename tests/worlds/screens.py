"""Named screens of the real application, with made-up content: for pictures, for a look, for tests of every screen.

    show("narrative", folder, take)     # `take(sitting)` is called when that screen stands there

`python -m tests.worlds.screens FOLDER [NAME ...] [--lang uk] [--size 80x24]` writes each as an SVG picture.
The names are stable; what leads to a screen asks for kinds of questions, not for their ids.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from intake.app.interview.chosen import AT_ONCE
from intake.i18n import LANGUAGES
from intake.usecases.interview import interview
from tests.worlds.app_interview import TRAINED, Talking, talk
from tests.worlds.loop import environment, found
from tests.worlds.questionnaire import answer_until, question
from tests.worlds.records import made_up

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from intake.i18n import Language

ACCOUNT = (
    "Вони прийшли вранці, коли ми ще спали. Двоє, у балаклавах, третій чекав надворі біля машини.\n"
    "Казали, що без паспорта не буде ані ліків, ані пенсії. Сусідка бачила все з подвір’я."
)
SIZES = ((80, 24), (120, 40))
LONG_LIST = "a long list of which several are marked"


@cache
def _world() -> Path:
    """An organisation and a laptop with two drafts, one of them in the middle of the account, and three sealed."""
    folder = Path(tempfile.mkdtemp())
    world = found(folder)
    laptop = world.laptop("laptop", TRAINED)
    laptop.add([made_up(n=n) for n in range(3)])
    laptop.seal()
    with interview(environment(laptop.env.home), mode="first_account") as running:
        answer_until(running.session, "narrative")
        assert question(running.session) == "narrative"
    laptop.add([made_up(n=4)])
    return folder


def home(folder: Path) -> Path:
    """A copy of that laptop."""
    return Path(shutil.copytree(_world() / "laptop", folder / "laptop"))


async def _home(at: Talking) -> None:
    await at.unlock()


def _entry(number: int) -> Callable[[Talking], Awaitable[None]]:
    async def go(at: Talking) -> None:
        await at.unlock()
        await at.press(str(number))

    return go


def _then(before: str, *keys: str) -> Callable[[Talking], Awaitable[None]]:
    async def go(at: Talking) -> None:
        await SCREENS[before](at)
        await at.press(*keys)

    return go


def _typed(before: str, text: str, *keys: str) -> Callable[[Talking], Awaitable[None]]:
    async def go(at: Talking) -> None:
        await SCREENS[before](at)
        await at.write(text)
        await at.press(*keys)

    return go


def _new(kind: str, after: str = "") -> Callable[[Talking], Awaitable[None]]:
    """A new talk up to the first question of a kind, or the first after another."""

    async def go(at: Talking) -> None:
        await at.begin()
        for wanted in (after, kind) if after else (kind,):
            await _until_kind(at, wanted)

    return go


def _later(kind: str) -> Callable[[Talking], Awaitable[None]]:
    """The draft that stands at its account, on to the first question of a kind."""

    async def go(at: Talking) -> None:
        await SCREENS["account"](at)
        await at.press("tab")
        await _until_kind(at, kind)

    return go


async def _until_kind(at: Talking, kind: str) -> None:
    for _ in range(120):
        is_long = at.asked.many and at.asked.choices[-1].number > AT_ONCE
        if at.asked.kind == kind or (kind == LONG_LIST and is_long):
            return
        await at.answer_until("", once=True)
    raise AssertionError(f"nothing of the kind {kind} is asked")


async def _account(at: Talking) -> None:
    await at.unlock()
    await at.press("2", "1", "1")
    await at.write(ACCOUNT)


async def _end(at: Talking) -> None:
    await SCREENS["account"](at)
    await at.press("tab")
    await at.answer_until("")


SCREENS: Mapping[str, Callable[[Talking], Awaitable[None]]] = {
    "locked": lambda at: at.pilot.pause(),
    "home": _home,
    "drafts": _entry(2),
    "draft": _then("drafts", "1"),
    "sealed": _entry(3),
    "hand-over": _entry(4),
    "where-to": _then("hand-over", "enter"),
    "packs": _entry(5),
    "laptop": _entry(6),
    "numbers": _then("home", "f7"),
    "help": _then("home", "question_mark"),
    "kind": _entry(1),
    "first": _then("kind", "1"),
    "consent": _new("consent_text"),
    "decision": _new("choose", after="consent_text"),
    "account": _account,
    "why-not": _then("when", "f3"),
    "pause": _then("account", "f4"),
    "paused": _then("pause", "1"),
    "more": _then("account", "f5"),
    "aloud": _then("more", "5"),
    "review": _then("account", "f9"),
    "keys": _then("account", "f1"),
    "when": _later("date"),
    "when-understood": _typed("when", "навесні 2022, після Великодня"),
    "place": _later("place"),
    "place-found": _typed("place", "Каховка"),
    "coding": _later(LONG_LIST),
    "coding-searched": _typed("coding", "паспор"),
    "end": _end,
    "sealing": _then("draft", "4"),
    "hidden": _then("account", "f10"),
}


def show(
    name: str,
    folder: Path,
    take: Callable[[Talking], None],
    *,
    lang: Language = "uk",
    size: tuple[int, int] = SIZES[0],
) -> None:
    """Drive a copy of the laptop to that screen."""

    async def story(at: Talking) -> None:
        await SCREENS[name](at)
        await at.settle()
        take(at)

    talk(story, home(folder), lang=lang, size=size)


def main() -> None:
    """Pictures of these, or of all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--lang", default="uk", choices=LANGUAGES)
    parser.add_argument("--size", default="80x24")
    asked = parser.parse_args()
    columns, _, rows = asked.size.partition("x")
    asked.folder.mkdir(exist_ok=True)
    for name in asked.names or SCREENS:
        target = asked.folder / f"{name}.svg"

        def take(at: Talking, target: Path = target) -> None:
            target.write_text(at.app.export_screenshot(), encoding="utf-8")

        with tempfile.TemporaryDirectory() as folder:
            show(name, Path(folder), take, lang=asked.lang, size=(int(columns), int(rows)))


if __name__ == "__main__":
    main()
