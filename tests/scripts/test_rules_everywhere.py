"""Each rule tried where people meet it: `add`, an interview that is sealed, `import` of a record that went round it.

The table decides what is tried: a rule that gets a stage gets its try, and one without a broken testimony fails here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from intake.records.paths import assemble, flatten
from intake.records.record import Digests, Sealing, build_full
from intake.records.rules_table import RULES
from intake.records.testimony import parse_testimony
from intake.store.vault import Vault
from intake.usecases.interview import interview
from tests.worlds.attacks import Hand
from tests.worlds.broken import BROKEN, ITEM, custody, of_teller
from tests.worlds.loop import PASSPHRASE, Laptop, World, ready
from tests.worlds.questionnaire import answer_until
from tests.worlds.records import made_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from intake.records.context import Stage

Json = Any
Three = tuple[World, Laptop, Laptop]
BY_ID = {rule.id: rule for rule in RULES}
GOOD = made_up()
AT: dict[str, dict[Stage, str]] = {"V27": {"add": "closing", "import": "closing"}}
"""Which sentence is tried at a stage; else the first of the rule."""
SAME = {"names": [{"full_original": "Олена Вигадана"}], "birth_date": "1984"}


def tried(rule: str, stage: Stage) -> tuple[str, str]:
    """The sentence of a rule that is tried at a stage."""
    return rule, AT.get(rule, {}).get(stage, next(iter(BY_ID[rule].says)))


def of_stage(stage: Stage) -> list[str]:
    """The rules that guard it."""
    return [rule.id for rule in RULES if stage in rule.stages]


@pytest.fixture
def three(tmp_path: Path) -> Three:
    """An organisation and two laptops."""
    return ready(tmp_path)


# -- add ---------------------------------------------------------------------------------------------------------------


def sealed_before(laptop: Laptop) -> Json:
    """A testimony that is sealed here already, as a document with its case code and a name more."""
    (added,) = laptop.add([GOOD]).drafts
    assert not laptop.seal().refused
    return {**GOOD, "case": added.case}


def heard_before(laptop: Laptop) -> Json:
    """The same person is in another draft."""
    assert laptop.add([of_teller(**SAME)(made_up("tor.torture", 3))]).drafts
    return of_teller(**SAME)(GOOD)


PREPARED: dict[str, Callable[[Laptop], Json]] = {"V28": sealed_before, "V30": heard_before}


@pytest.mark.parametrize("rule", of_stage("add"))
def test_through_add(three: Three, rule: str) -> None:
    """A document with the fault is refused by name, and stores nothing; a warning is stored, and named."""
    _, laptop, _ = three
    key = tried(rule, "add")
    document = PREPARED[rule](laptop) if rule in PREPARED else BROKEN[key](GOOD)
    added = laptop.add([document])
    if BY_ID[rule].says[key[1]].level == "warn":
        assert rule in {one.rule for one in added.drafts[0].warnings}
    else:
        assert not added.drafts
        assert rule in {one.rule for one in added.refused[0].findings}


# -- interview and seal ------------------------------------------------------------------------------------------------


def interviewed(laptop: Laptop, break_it: Callable[[Json], Json]) -> str:
    """A whole interview by the form's own questions; then its answers are changed, as `edit` or another form may."""
    with interview(laptop.env) as running:
        answer_until(running.session)
        case = running.case
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        draft = vault.drafts.get(case)
        assert draft is not None
        before = {path: value.value for path, value in vault.drafts.values(draft.id).items()}
        after = flatten(break_it(assemble(before)))
        for path in before.keys() - after.keys():
            if not path.startswith(("form.", "parked.")):
                vault.drafts.remove(draft.id, path)
        for path, value in after.items():
            if before.get(path) != value:
                vault.drafts.save(draft.id, path, value)
    return case


def moved(laptop: Laptop, case: str, path: str) -> None:
    """An answer that is given anew, so that its event is the last."""
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        draft = vault.drafts.get(case)
        assert draft is not None
        for answer, value in vault.drafts.values(draft.id).items():
            if answer.startswith(path):
                vault.drafts.save(draft.id, answer, value.value)


LATE = {"V02": "account.consent.obtained_at", "V18": "account.narrative_"}
"""What is answered last, where the order is the fault."""


@pytest.mark.parametrize("rule", of_stage("seal"))
def test_through_an_interview(three: Three, rule: str) -> None:
    """A draft with the fault stays a draft, and the rule is named; a warning goes on with a typed reason only."""
    _, laptop, _ = three
    key = ("V18", "codes_first") if rule == "V18" else tried(rule, "seal")
    if rule == "V30":
        heard_before(laptop)
    case = interviewed(laptop, of_teller(**SAME) if rule == "V30" else BROKEN[key])
    if rule in LATE:
        moved(laptop, case, LATE[rule])
    if BY_ID[rule].says[key[1]].level == "warn":
        asked = laptop.env.ask
        asked.texts += ["ні", "так було насправді"]  # type: ignore[attr-defined]  # the answers of this world
        report = laptop.seal([case])
        assert [one.case for one in report.sealed] == [case]
        assert asked.texts == []  # type: ignore[attr-defined]
    else:
        report = laptop.seal([case])
        assert rule in {one.rule for one in report.refused[0].findings}
        assert not report.sealed


# -- import ------------------------------------------------------------------------------------------------------------


NAMED_FIRST = {"V05": ("V03",)}
"""An item is refused by the first rule that it breaks; nobody breaks this one alone."""


def carried(world: World, laptop: Laptop, document: Json, **sealing: Any) -> Path:
    """A record that an enrolled laptop signed and sealed, whatever the rules say."""
    hand = Hand.of(laptop)
    case = sealing.pop("case", "742-118-365-8")
    record_id = sealing.pop("id", "d4776cf1-aa03-4802-9b0e-6cc4a67989d3")
    said = Sealing(hand.here.card.org, hand.here.principal, case, record_id, Digests(), **sealing)
    built = build_full(parse_testimony(document), said)
    hand.take(built.record)
    if built.identity:
        hand.take_identity(built)
    return hand.carry(world.folder / f"stick-{record_id[:8]}")


@pytest.mark.parametrize("rule", of_stage("import"))
def test_through_import(three: Three, rule: str) -> None:
    """A record with the fault, rightly signed, is kept aside and the rule named; a warning comes in, and is told."""
    world, laptop, _ = three
    key = tried(rule, "import")
    document = BROKEN[key](GOOD)
    if rule == "V30":
        first = of_teller(**SAME)(made_up("tor.torture", 3))
        world.import_(carried(world, laptop, first, case="000-000-000-0", id="00000000-0000-4000-8000-000000000000"))
        document = of_teller(**SAME)(GOOD)
    (outcome,) = world.import_(carried(world, laptop, document)).bundles
    aside = [one for one in outcome.items if one.state == "quarantined" and one.check == "I09"]
    if BY_ID[rule].says[key[1]].level == "warn":
        assert aside == []
        assert rule in {one.rule for item in outcome.items for one in item.warnings}
    else:
        assert {rule, *NAMED_FIRST.get(rule, ())} & {str(one.fields["rule"]) for one in aside}


def test_custody_is_judged_where_the_file_is_elsewhere(three: Three) -> None:
    """V17 by its chain, on a record that came in: the fault is in what was written, not in the file."""
    world, laptop, _ = three
    document = custody({"hash_after": "a" * 64}, {"hash_before": "b" * 64})(GOOD)
    (outcome,) = world.import_(carried(world, laptop, document)).bundles
    (aside,) = [one for one in outcome.items if one.check == "I09"]
    assert (aside.fields["rule"], aside.fields["field"]) == ("V17", f"account.evidence.{ITEM}.custody")


def test_what_stops_sharing_is_tried_by_its_own_tests() -> None:
    """Every rule of the table guards a stage that is tried here; the others are those of test_records_sharing."""
    here = {*of_stage("add"), *of_stage("seal"), *of_stage("import")}
    assert {rule.id for rule in RULES} - here == {"V15", "V16", "V24", "V29"}
