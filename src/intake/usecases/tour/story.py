"""The tour's story, scene by scene: every step is a deed that the commands do, on made-up testimonies.

Each vault is opened once. A scene yields what happened; `holds` turns False when something was not as it must be.
"""

from __future__ import annotations

import io
import json
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from intake import vocabulary
from intake.crypto.age import stanza_types
from intake.errors import NothingToDo, SealedHere
from intake.store.vault import Vault
from intake.usecases.add import add
from intake.usecases.attach import attach
from intake.usecases.enrol import enrol
from intake.usecases.environment import Environment, Words
from intake.usecases.exporting import export
from intake.usecases.importing import import_
from intake.usecases.init import init
from intake.usecases.listing import list_
from intake.usecases.log_publish import log_publish
from intake.usecases.org_enrol import org_enrol
from intake.usecases.org_init import org_init
from intake.usecases.received import received
from intake.usecases.seal import seal
from intake.usecases.showing import show
from intake.usecases.tour.auditor import Auditor
from intake.usecases.tour.made_up import telling_words, testimonies
from intake.usecases.tour.pictures import photo_jpeg, scan_png
from intake.usecases.tour.steps import Listed, Scene, Seen, Step, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from intake.i18n import Translator
    from intake.keys.shares import Sheet
    from intake.store.rows import Role

LAPTOPS = ("laptop-1", "laptop-2")


class Agreeing:
    """Everybody in the tour: knows the passphrase, compares the words, says yes."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def passphrase(self, prompt: str) -> str:
        """The tour's passphrase."""
        del prompt
        return self._secret

    def new_passphrase(self, prompt: str, suggested: str) -> str:
        """The tour's passphrase."""
        del prompt, suggested
        return self._secret

    def sheet(self, prompt: str, take: Callable[[str], Sheet]) -> Sheet:
        """No key is split in the tour."""
        del take
        raise NothingToDo(what=prompt)

    def password(self, prompt: str) -> str:
        """No place of sync is part of the tour."""
        raise NothingToDo(what=prompt)

    def confirm(self, question: str) -> bool:
        """Yes."""
        del question
        return True

    def words_match(self, question: str, words: Words) -> bool:
        """Yes: both sides are the tour's own."""
        del question, words
        return True

    def text(self, prompt: str) -> str:
        """Nothing in the tour is asked for in words."""
        raise NothingToDo(what=prompt)

    def story(self, prompt: str, text: str, keep: Callable[[str], None]) -> str:
        """Nor at length."""
        del text, keep
        raise NothingToDo(what=prompt)

    def choose(self, prompt: str, choices: tuple[tuple[str, str], ...]) -> str:
        """The tour says beforehand what a file shows."""
        del choices
        raise NothingToDo(what=prompt)


class Story:
    """An organisation, two laptops, a stick and an auditor, in one folder."""

    def __init__(self, t: Translator, folder: Path, passphrase: str, clock: Callable[[], datetime], log_n: int) -> None:
        self._t = t
        self._folder = folder
        self._passphrase = passphrase
        self._world = Environment(folder / "org", t, Agreeing(passphrase), clock, log_n=log_n)
        self._made_up = testimonies(clock())
        self._open = ExitStack()
        self._scenes = 0
        self.holds = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def scenes(self) -> Iterator[Step]:
        """From the first key to the auditor's verdict."""
        yield self._scene(self._t("An organisation begins, at the coordinator's desk"))
        office = self._make("org", "coordinator")
        yield from self._found(office)
        laptops = []
        for name in LAPTOPS:
            yield self._scene(self._t("{name} is enrolled, without any network", name=name))
            laptops.append(self._make(name, "interviewer"))
            yield from self._enrol(office, laptops[-1])
        yield from self._record(laptops)
        yield from self._seal(laptops)
        yield from self._export(laptops)
        yield from self._thieves()
        yield from self._import(office)
        auditor = Auditor(self._t, self._folder, self._world.clock())
        yield from self._audit(office, auditor)
        self.holds = self.holds and auditor.holds
        yield from self._came_in(office)

    def _scene(self, title: str) -> Scene:
        self._scenes += 1
        return Scene(self._scenes, title)

    def _make(self, name: str, role: Role) -> Environment:
        home = self._folder / name
        vault = Vault.create(home, self._passphrase, role=role, log_n=self._world.log_n)
        self._open.enter_context(vault)
        return replace(self._world, home=home, vault=vault)

    def _found(self, office: Environment) -> Iterator[Step]:
        t = self._t
        founded = org_init(office, t("Made-up documentation centre"), purpose="made-up")
        yield Told(t("Its card goes to every laptop. Its eight words are compared by voice or face to face:"))
        yield Told(" ".join(founded.words.words))
        yield Told(
            t("The root, archive and recovery keys are in a folder of their own: it leaves this machine for a safe.")
        )

    def _enrol(self, office: Environment, laptop: Environment) -> Iterator[Step]:
        t = self._t
        card = (office.home / "card").read_bytes()
        ready = init(laptop, card)
        if ready.request is None or ready.request_words is None:
            self.holds = False
            return
        yield Told(t("Its request carries its own keys; the coordinator hears these words from the interviewer:"))
        yield Told(" ".join(ready.request_words.words))
        enrolled = org_enrol(office, ready.request.read_bytes())
        taken = enrol(laptop, enrolled.pack.read_bytes())
        yield Told(
            t("It is {principal} now: its mission pack says who may read what it seals.", principal=taken.principal)
        )

    def _record(self, laptops: list[Environment]) -> Iterator[Step]:
        t = self._t
        yield self._scene(t("Twelve testimonies, each about another kind of violation"))
        half = len(self._made_up) // 2
        for laptop, documents in zip(laptops, (self._made_up[:half], self._made_up[half:]), strict=True):
            lines = "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
            added = add(laptop, io.BytesIO(lines.encode()))
            self.holds = self.holds and not added.refused
            yield Told(t("{name}: {n} drafts, encrypted answer by answer.", name=laptop.home.name, n=len(added.drafts)))
            if laptop is laptops[0]:
                yield from self._attach(laptop, added.drafts[0].case)

    def _attach(self, laptop: Environment, case: str) -> Iterator[Step]:
        """A photo and a scan, from a folder like a camera's card; in the tour that folder is emptied at once."""
        t = self._t
        card = self._folder / "camera"
        card.mkdir()
        photo, scan = card / "photo.jpg", card / "scan.png"
        photo.write_bytes(photo_jpeg())
        scan.write_bytes(scan_png())
        attach(laptop, case, [photo], part="account")
        attach(laptop, case, [scan], part="identity")
        for original in (photo, scan):
            original.unlink()
        card.rmdir()
        yield Told(
            t("A photo goes with the account; a scan of a passport goes with the identity part, for fewer eyes.")
        )

    def _seal(self, laptops: list[Environment]) -> Iterator[Step]:
        t = self._t
        yield self._scene(t("Sealing: signed, encrypted, compared with what was written, forgotten"))
        for laptop in laptops:
            report = seal(laptop, None)
            self.holds = self.holds and not report.refused
            items = sum(sealed.items for sealed in report.sealed)
            yield Told(
                t(
                    "{name}: {n} testimonies became {items} sealed items.",
                    name=laptop.home.name,
                    n=len(report.sealed),
                    items=items,
                )
            )
        case = list_(laptops[0])[0].case
        try:
            show(laptops[0], case)
            self.holds = False
        except SealedHere as refusal:
            yield Seen(f"intake show {case}", (t(refusal.message, **refusal.fields),))

    def _export(self, laptops: list[Environment]) -> Iterator[Step]:
        t = self._t
        yield self._scene(t("Handing over: one file per laptop on a stick"))
        stick = self._folder / "stick"
        stick.mkdir()
        rows = []
        for laptop in laptops:
            done = export(laptop, stick)
            rows.append((laptop.home.name, done.path.name[:12] + "…", f"{done.size_bytes:,}", str(done.testimonies)))
        yield Listed((t("From"), t("File"), t("Bytes"), t("Testimonies")), tuple(rows))
        yield Told(t("Written, read back and compared. It stays on the laptop until a receipt comes back."))

    def _thieves(self) -> Iterator[Step]:
        t = self._t
        yield self._scene(t("What a thief sees"))
        words = telling_words(self._made_up)
        stick = self._folder / "stick"
        lines = [f"{path.name}  {path.stat().st_size:,}  {_recipients(path)}" for path in sorted(stick.iterdir())]
        yield Seen(t("Who takes the stick"), (*lines, self._search(stick, words)))
        laptop = self._folder / LAPTOPS[0]
        names = sorted({path.relative_to(laptop).parts[0] for path in laptop.rglob("*")})
        yield Seen(t("Who takes the laptop, without the passphrase"), (" ".join(names), self._search(laptop, words)))
        yield Told(t("With the passphrase too: case codes and days, and no testimony. No key to one stays here."))

    def _search(self, folder: Path, words: frozenset[str]) -> str:
        """How many of the testimonies' words stand readable in any file of a folder."""
        files = [path for path in folder.rglob("*") if path.is_file()]
        found = {word for path in files for word in _readable(path.read_bytes(), words)}
        self.holds = self.holds and not found
        return self._t(
            "searched {files} files for {words} words of the testimonies: {found} found",
            files=len(files),
            words=len(words),
            found=len(found),
        )

    def _import(self, office: Environment) -> Iterator[Step]:
        t = self._t
        yield self._scene(t("The coordinator imports the stick"))
        report = import_(office, [self._folder / "stick"])
        rows = []
        for one in report.bundles:
            states = [item.state for item in one.items]
            verdict = one.report.verdict.value if one.report else "-"
            self.holds = self.holds and one.state == "imported" and set(states) == {"imported"}
            rows.append((one.sender or "-", str(one.seq), verdict, str(states.count("imported")), str(one.log_index)))
        yield Listed((t("From"), t("Number"), t("Verdict"), t("Items in"), t("Log entry")), tuple(rows))
        again = import_(office, [self._folder / "stick"])
        self.holds = self.holds and all(one.state == "already-imported" for one in again.bundles)
        yield Told(t("The same stick once more: everything is here already, nothing changes."))

    def _audit(self, office: Environment, auditor: Auditor) -> Iterator[Step]:
        t = self._t
        yield self._scene(t("An auditor, who has no key, checks what was received"))
        received(office, auditor.folder)
        log_publish(office, auditor.folder / "logs")
        yield from auditor.verify()
        yield from auditor.with_stock_tools()
        yield from auditor.with_a_changed_byte()
        yield Told(t("Is anything held back? The coordinator's log says what came in; the auditor counts."))
        yield from auditor.audit()

    def _came_in(self, office: Environment) -> Iterator[Step]:
        t = self._t
        yield self._scene(t("What came in"))
        rows = []
        for row in list_(office):
            testimony = show(office, row.case).testimony
            rows.append(
                (row.case, _first_violation(testimony, t), str(row.attachments), t("yes") if row.identity else t("no"))
            )
        self.holds = self.holds and len(rows) == len(self._made_up)
        yield Listed((t("Case"), t("What it is about"), t("Files"), t("Identity part")), tuple(rows))


def _first_violation(testimony: dict[str, Any], t: Translator) -> str:
    code = testimony["record"]["body"]["incidents"][0]["violations"][0]
    return vocabulary.label(code, t.lang)


def _recipients(path: Path) -> str:
    with path.open("rb") as source:
        return " ".join(stanza_types(source))


def _readable(data: bytes, words: frozenset[str]) -> set[str]:
    forms = ("utf-8", "utf-16-le", "cp1251")
    return {word for word in words if any(word.encode(form, "ignore") in data for form in forms)}
