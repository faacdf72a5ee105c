"""Attacks on a case: consent that nobody gave, erasure that nobody asked for, evidence brought back or made to vanish.

Each test is somebody's plan, carried out on real vaults; the docstring says who, what for, and what stops it.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from intake.bundle.husk import write_husk
from intake.bundle.limits import LIMITS
from intake.errors import CaseErased, ErasureWaits, NothingToDo, QuestionnaireFault
from intake.questionnaire.model import parse, shipped
from intake.records.consent import Consent
from intake.records.folding import fold
from intake.records.identity import Identity, IdentityPerson
from intake.records.ids import new_id
from intake.records.kinds import (
    AddendumBody,
    CodingBody,
    DecisionBody,
    TombstoneBody,
    WithdrawalBody,
    build_addendum,
    build_coding,
    build_decision,
    build_tombstone,
    build_withdrawal,
)
from intake.records.record import Digests, Sealing
from intake.store.vault import Vault
from intake.usecases.deciding import decide
from intake.usecases.enrol import enrol
from intake.usecases.org_revoke import Case as Case_
from intake.usecases.org_revoke import org_revoke
from intake.usecases.receipts import receipts
from intake.usecases.received import received
from intake.usecases.releasing import release
from intake.usecases.showing import show
from intake.usecases.status import status
from intake.usecases.trusted import DEVICE_AGE, identity_of, station
from intake.usecases.verifying import verify
from tests.scripts.test_withdrawal_story import PHRASE, WORDS, Story, everything, marks
from tests.worlds import records
from tests.worlds.attacks import Hand, checks, only, states
from tests.worlds.case import Case
from tests.worlds.loop import NOW, PASSPHRASE, Answers, World
from tests.worlds.officers import appointed, carry_on, offline, pack_for
from tests.worlds.receipts import sealed

if TYPE_CHECKING:
    from pathlib import Path

    from intake.records.record import BuiltRecord

SCOPE = "share_icc_otp"


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """The organisation, and a testimony that its coordinator has."""
    story = Story(tmp_path)
    story.world.import_(story.told())
    return story


def sealing(hand: Hand, case: str, **changes: Any) -> Sealing:
    """An envelope of this hand's."""
    fields = {"org": hand.here.card.org, "author": hand.here.principal, "case": case, "id": new_id()}
    return Sealing(**{**fields, "digests": Digests(), **changes})


def addendum(hand: Hand, case: str, *, phrase: str = "", said: str = "", **decisions: str) -> BuiltRecord:
    """By the case code alone: a new safe contact, a phrase that was said, decisions."""
    body: dict[str, Any] = {"of": {"case": case}, "amendment": "addition_by_person", "requested_by": "person"}
    body["reason"] = "так"
    contact = {"channel": "signal", "value": "+380 44 000 00 00", "code_phrase": phrase}
    person = {"person_id": new_id(), "safe_contact": contact}
    if phrase:
        body["adds"] = {"people": [{"id": person["person_id"], "roles": ["witness"]}]}
    identity = Identity(
        persons=(IdentityPerson.model_validate(person),) if phrase else (), code_phrase_said=said or None
    )
    consent = Consent.model_validate({"decisions": {scope: {"decision": one} for scope, one in decisions.items()}})
    return build_addendum(
        AddendumBody.model_validate(body),
        sealing(hand, case),
        consent=consent if decisions else None,
        identity=identity if phrase or said else None,
    )


def withdrawal(hand: Hand, case: str, said: str = "", effect: str = "erase_all") -> BuiltRecord:
    """By the case code alone."""
    body = {"of": {"case": case}, "scopes": [], "effect": effect, "requested_by": "person"}
    identity = Identity(code_phrase_said=said) if said else None
    return build_withdrawal(WithdrawalBody.model_validate(body), sealing(hand, case), identity=identity)


def sent(story: Story, hand: Hand, *built: BuiltRecord) -> Any:
    """Carried to the coordinator."""
    for one in built:
        hand.take(one.record)
        if one.identity:
            hand.take_identity(one)
    hand.lines.sort(key=lambda line: (line.ordinal, line.record, line.kind != "record"))
    return only(story.world, hand.carry(story.folder / f"evil-{secrets.token_hex(4)}"))


def officer(world: World) -> Hand:
    """A coordinator's keys."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        here = station(vault)
    return Hand(here, here.signer)


def full(world: World) -> str:
    """The digest of the testimony."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        return next(one.digest for one in vault.records.list() if one.kind == "full")


# -- the code phrase ---------------------------------------------------------------------------------------------------


def test_a_phrase_said_first_and_believed_afterwards(story: Story) -> None:
    """Who knows the code alone has an interviewer add something, says a phrase, and takes everything back by it."""
    hand = Hand.of(story.other)
    sent(story, hand, addendum(hand, story.case, said="вигадане"))
    story.world.import_(story.taken_back(said="вигадане"))
    assert story.decide("erase").phrase == "differs"


def test_a_phrase_of_another_laptops_addendum(story: Story) -> None:
    """An enrolled laptop agrees on a phrase of its own in an addendum, and takes everything back by it."""
    hand = Hand.of(story.other)
    sent(story, hand, addendum(hand, story.case, phrase="вигадане"), withdrawal(hand, story.case, "вигадане"))
    assert story.decide("withdrawal_confirmed").phrase == "differs"


def test_a_phrase_of_a_twin_of_the_testimony(story: Story) -> None:
    """The same with a second testimony under the same code and id: both have to have agreed on it."""
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        victim = vault.records.list()[0]
    hand = Hand.of(story.other)
    twin = hand.built(case=story.case, id=victim.record_id)
    sent(story, hand, twin, addendum(hand, story.case, phrase="вигадане"), withdrawal(hand, story.case, "вигадане"))
    assert story.decide("erase").phrase == "differs"


def test_a_withdrawal_beside_the_persons_own(story: Story) -> None:
    """The person stopped one use and said the phrase; it does not speak for an erasure that somebody else asks for."""
    hand = Hand.of(story.other)
    sent(story, hand, withdrawal(hand, story.case, PHRASE, "stop_sharing"), withdrawal(hand, story.case, "навмання"))
    assert story.decide("withdrawal_confirmed").phrase == "differs"
    assert story.decide("erase").phrase == "differs"


def test_the_laptop_that_took_the_testimony_may_agree_on_a_new_phrase(story: Story) -> None:
    """What stops these stops nobody who is honest: the holder's own addendum counts, beside the first phrase."""
    hand = Hand.of(story.holder)
    sent(story, hand, addendum(hand, story.case, phrase="новий чайник"))
    story.world.import_(story.taken_back(said="Новий чайник!"))
    assert story.decide("erase").phrase == "match"


# -- consent -----------------------------------------------------------------------------------------------------------


def test_a_yes_by_another_laptop_waits_for_an_officer(story: Story) -> None:
    """A laptop that never held it says `given`: nothing may be shared by it before an officer linked it."""
    hand = Hand.of(story.other)
    sent(story, hand, addendum(hand, story.case, **{SCOPE: "given"}))
    shown = show(story.world.env, story.case)
    assert shown.view is not None
    assert shown.view.consents[SCOPE].choice.decision == "refused"
    (loose,) = shown.view.orphans
    story.decide("link", loose, full(story.world))
    shown = show(story.world.env, story.case)
    assert shown.view is not None
    assert shown.view.consents[SCOPE].choice.decision == "given"


def refused() -> Case:
    """A testimony of d-1 that refused."""
    case = Case()
    case.full(**{SCOPE: "refused"})
    return case


def said_by(case: Case, author: str, follows: str | None, decision: str) -> str:
    """An addendum of that laptop's."""
    body = {"of": case.of(follows), "amendment": "addition_by_person", "requested_by": "person", "reason": "так"}
    consent = Consent.model_validate({"decisions": {SCOPE: {"decision": decision}}})
    made = build_addendum(AddendumBody.model_validate(body), case.sealing(follows, author=author), consent=consent)
    return case.keep(made)


@pytest.mark.parametrize("behind", [False, True])
def test_a_yes_behind_the_testimonys_own_digest(*, behind: bool) -> None:
    """Knowing digest and id, from a bare tar or a restored laptop, helps no more than the code alone; it is said."""
    case = refused()
    (first,) = case.built
    yes = said_by(case, "d-2", first if behind else None, "given")
    assert fold(case.pairs).consents[SCOPE].choice.decision == "refused"
    assert fold(case.pairs).unbelieved == (yes,)
    case.decision("link", yes, first)
    assert fold(case.pairs).consents[SCOPE].choice.decision == "given"
    assert fold(case.pairs).unbelieved == ()


def test_a_yes_behind_ones_own_no() -> None:
    """d-2 says less first, which counts, then takes its own word back: d-1's refusal is still there."""
    case = refused()
    no = said_by(case, "d-2", None, "refused")
    said_by(case, "d-2", no, "given")
    assert fold(case.pairs).consents[SCOPE].choice.decision == "refused"


def test_a_yes_behind_somebodys_withdrawal() -> None:
    """An addendum that follows another laptop's withdrawal does not undo it."""
    case = Case()
    case.full(**{SCOPE: "given"})
    gone = case.withdrawal(None, SCOPE)
    said_by(case, "d-2", gone, "given")
    assert fold(case.pairs).consents[SCOPE].choice.decision == "withdrawn"


def test_a_no_by_any_laptop_counts_at_once_and_the_same_laptop_may_change_its_mind() -> None:
    """Saying less is for everybody; and the laptop that was told may be told otherwise."""
    case = refused()
    (first,) = case.built
    said_by(case, "d-1", first, "given")
    assert fold(case.pairs).consents[SCOPE].choice.decision == "given"
    said_by(case, "d-2", None, "refused")
    assert fold(case.pairs).consents[SCOPE].choice.decision == "refused"


# -- who may say what --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["decision", "tombstone", "coding"])
def test_a_laptop_signs_no_officers_word(story: Story, kind: str) -> None:
    """I07: decisions, tombstones and codings by a device come in nowhere, and erase nothing."""
    hand, of = Hand.of(story.other), full(story.world)
    decision = build_decision(DecisionBody(kind="erase", of=(of,), reason="так"), sealing(hand, story.case))
    body: dict[str, Any] = {"of": of, "id": new_id(), "version": 1, "erased_at": "2026-11-21T17:40:00Z", "by": "c-1"}
    tombstone = build_tombstone(TombstoneBody(**body, decision=decision.digest), sealing(hand, story.case))
    made = {"decision": decision, "tombstone": tombstone}.get(kind) or coding(hand, story.case, of)
    outcome = sent(story, hand, made)
    assert (states(outcome)["record"], checks(outcome)) == ("quarantined", {"I07"})
    assert WORDS.encode() in everything(story.world)


def coding(hand: Hand, case: str, of: str) -> BuiltRecord:
    """A coding of the testimony."""
    return build_coding(CodingBody(of=of, sensitivity="sealed_source"), sealing(hand, case))


def test_a_laptop_in_an_officers_name(story: Story) -> None:
    """I07: the author it names did not sign it."""
    hand = Hand.of(story.other)
    body = DecisionBody(kind="erase", of=(full(story.world),), reason="так")
    outcome = sent(story, hand, build_decision(body, sealing(hand, story.case, author="c-1")))
    assert checks(outcome) == {"I07"}


def erased_elsewhere(hand: Hand, case: str, of: str, id_: str) -> tuple[BuiltRecord, BuiltRecord]:
    """An officer's decision to erase, and its tombstone, under a case of its choice."""
    decision = build_decision(DecisionBody(kind="erase", of=(of,), reason="так"), sealing(hand, case))
    body: dict[str, Any] = {"of": of, "id": id_, "version": 1, "erased_at": "2026-11-21T17:40:00Z", "by": "c-2"}
    return decision, build_tombstone(TombstoneBody(**body, decision=decision.digest), sealing(hand, case))


def confirmed(story: Story, case: str) -> None:
    """This vault's officer says yes to what another decided."""
    decide(replace(story.world.env, ask=Answers(texts=["так", case])), "erase_confirmed", case)


def test_an_erasure_under_another_case_does_not_go_round_a_hold(story: Story) -> None:
    """V29: an officer names the testimony in a decision on a case that nobody holds; it stays, and so does the hold."""
    second = appointed(story.world)
    carry_on(story.world, second)
    hold = story.decide("legal_hold").record
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        testimony = next(one for one in vault.records.list() if one.kind == "full")
    hand = officer(second)
    for of in (testimony.digest, hold):
        sent(story, hand, *erased_elsewhere(hand, "000-000-000-0", of, testimony.record_id))
        hand = replace(hand, files={}, lines=[], chain=secrets.token_hex(16))
        with pytest.raises(NothingToDo):
            confirmed(story, "000-000-000-0")
    assert WORDS.encode() in everything(story.world)
    assert "legal hold" in marks(story.world)[story.case]


def test_an_answer_under_another_case_answers_nothing(story: Story) -> None:
    """Else the fold, which looks at one case, and the vault, which looks at all, would differ on what was refused."""
    second = appointed(story.world)
    carry_on(story.world, second)
    done = story.decide("erase", world=second)
    carry_on(second, story.world)
    hand = officer(second)
    body = DecisionBody(kind="erase_refused", of=(done.record,), reason="ні")
    sent(story, hand, build_decision(body, sealing(hand, "000-000-000-0")))
    assert status(story.world.env).unconfirmed == 1
    with pytest.raises(ErasureWaits):
        show(story.world.env, story.case)


def test_who_decided_an_erasure_does_not_outweigh_its_refusal(story: Story) -> None:
    """Else one officer, or a stolen officer's key, closes a testimony everywhere, and nobody can open it again."""
    second = appointed(story.world)
    carry_on(story.world, second)
    done = story.decide("erase", world=second)
    carry_on(second, story.world)
    with pytest.raises(ErasureWaits):
        show(story.world.env, story.case)
    story.decide("erase_refused")
    show(story.world.env, story.case)
    hand = officer(second)
    body = DecisionBody(kind="erase_confirmed", of=(done.record,), reason="так")
    sent(story, hand, build_decision(body, sealing(hand, story.case)))
    show(story.world.env, story.case)


def test_a_tombstone_without_its_decision_closes_nothing(story: Story) -> None:
    """Whoever held the decision back would leave nothing to refuse: the case would be closed for good."""
    second = appointed(story.world)
    carry_on(story.world, second)
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        testimony = next(one for one in vault.records.list() if one.kind == "full")
    hand = officer(second)
    decision, stone = erased_elsewhere(hand, story.case, testimony.digest, testimony.record_id)
    sent(story, hand, stone)
    show(story.world.env, story.case)
    hand = replace(hand, files={}, lines=[], chain=secrets.token_hex(16))
    sent(story, hand, decision)
    with pytest.raises(ErasureWaits):
        show(story.world.env, story.case)
    story.decide("erase_refused")
    show(story.world.env, story.case)


def test_a_confirmed_erasure_gives_up_nothing_that_was_not_seen(story: Story) -> None:
    """An officer names, beside the testimony, one of another case that is not here yet: it comes in all the same."""
    second = appointed(story.world)
    carry_on(story.world, second)
    enrol(story.other.env, pack_for(second, story.other.principal))
    (case,) = sealed(story.other, 3)
    stick = story.other.export().path
    second.import_(stick)
    with Vault.open(second.env.home, PASSPHRASE) as vault:
        unseen = next(one for one in vault.records.list() if one.case_code == case)
    hand, of = officer(second), (full(story.world), unseen.digest)
    decision = build_decision(DecisionBody(kind="erase", of=of, reason="так"), sealing(hand, story.case))
    body: dict[str, Any] = {"version": 1, "erased_at": "2026-11-21T17:40:00Z", "by": "c-2"}
    stones = [
        build_tombstone(TombstoneBody(of=one, id=new_id(), decision=decision.digest, **body), sealing(hand, story.case))
        for one in of
    ]
    sent(story, hand, decision, *stones)
    confirmed(story, story.case)
    assert WORDS.encode() not in everything(story.world)
    story.world.import_(stick)
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        assert vault.records.by_digest(unseen.digest) is not None


def test_a_decision_is_not_erased_by_another(story: Story) -> None:
    """Under its own case too: a hold is lifted by `hold_lifted`, in the open, and not made to vanish."""
    second = appointed(story.world)
    hold = story.decide("legal_hold").record
    story.decide("hold_lifted")
    hand = officer(second)
    sent(story, hand, *erased_elsewhere(hand, story.case, hold, new_id()))
    with pytest.raises(NothingToDo):
        confirmed(story, story.case)
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        assert vault.records.by_digest(hold) is not None
        assert not vault.erased.list()


# -- bringing back, and making vanish ----------------------------------------------------------------------------------


def test_an_erased_testimony_under_another_record_in_the_statement(story: Story) -> None:
    """A laptop that kept the sealed bytes claims that they are another record's: I03, and no word of it is back."""
    hand = Hand.of(story.holder)
    hand.steal(story.holder)
    story.decide("erase")
    record = next(line for line in hand.lines if line.kind == "record")
    hand.lines = [hand.claim(record, record="sha256:" + "ab" * 32)]
    hand.files = {record.name: hand.files[record.name]}
    outcome = only(story.world, hand.carry(story.folder / "again"))
    assert checks(outcome) == {"I03"}
    with pytest.raises(CaseErased):
        show(story.world.env, story.case)


def test_a_laptop_can_not_make_anothers_items_vanish_with_its_own_erased_ones(story: Story) -> None:
    """It claims that somebody else's sealed files belong to the erased record: only its own bundle becomes a husk."""
    story.other.add([_document()])
    story.other.seal()
    hand = Hand.of(story.holder)
    hand.steal(story.other)
    gone = full(story.world)
    story.decide("erase")
    kept = [line for line in hand.lines if line.kind == "record"]
    hand.lines = [hand.claim(kept[0], record=gone)]
    only(story.world, hand.carry(story.folder / "liar"))
    outcome = only(story.world, story.stick(story.other))
    assert {item.state for item in outcome.items} == {"imported"}


def _document() -> Any:
    return records.made_up(n=3)


def test_withdrawals_of_cases_that_were_guessed_are_few_and_named(story: Story) -> None:
    """I13: a laptop that takes back every code it can think of: ten come in, the rest wait for an officer."""
    hand = Hand.of(story.other)
    made = [withdrawal(hand, f"{n:03d}-000-000-0") for n in range(12)]
    outcome = sent(story, hand, *made)
    assert sorted(item.state for item in outcome.items) == ["imported"] * 10 + ["quarantined"] * 2
    assert checks(outcome) == {"I13"}


def test_in_several_bundles_the_limit_is_the_same(story: Story) -> None:
    """I13 counts a day, not a bundle."""
    for n in range(3):
        hand = Hand.of(story.other)
        outcome = sent(story, hand, *(withdrawal(hand, f"{n}{m:02d}-000-000-0") for m in range(5)))
    assert checks(outcome) == {"I13"}


def test_a_receipt_to_somebody_elses_address_purges_nothing(story: Story, tmp_path: Path) -> None:
    """A laptop asks for its receipt at another's address: it opens there, and R04 refuses it; no file is touched."""
    story.holder.add([_document()])
    story.holder.seal()
    with Vault.open(story.holder.env.home, PASSPHRASE) as vault:
        address = identity_of(vault, DEVICE_AGE)
        before = {item.name for item in vault.sealed.with_file()}
    assert address is not None
    hand = Hand.of(story.other)
    hand.steal(story.holder)
    path = hand.carry(tmp_path / "bait", receipts_to=str(address.recipient()))
    written = story.world.import_(path).receipts.written
    report = receipts(story.holder.env, written)
    assert [(one.state, one.check) for one in report.receipts] == [("refused", "R04")]
    with Vault.open(story.holder.env.home, PASSPHRASE) as vault:
        assert {item.name for item in vault.sealed.with_file()} == before


def test_what_was_taken_from_a_stick_first_does_not_stand_for_its_owner(story: Story) -> None:
    """A laptop carries the files of another first: the owner's own bundle is opened all the same, and receipted so."""
    story.other.add([_document()])
    story.other.seal()
    hand = Hand.of(story.holder)
    hand.steal(story.other)
    first = only(story.world, hand.carry(story.folder / "thief"))
    assert "imported" not in states(first).values()
    outcome = only(story.world, story.stick(story.other))
    assert {item.state for item in outcome.items} == {"imported"}


def test_a_husk_needs_an_entry_in_a_log(story: Story) -> None:
    """A courier cuts an item out of a signed tar and calls it a husk: INVALID without a log that says erased."""
    (whole,) = received(story.world.env, story.folder / "audit").bundles
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        (bundle,) = vault.ledger.list()
        name = vault.ledger.items(bundle.digest)[0].name
    husk = whole.with_name(whole.name.replace(".tar", ".husk.tar"))
    with whole.open("rb") as source, husk.open("wb") as sink:
        write_husk(source, sink, {name}, LIMITS)
    audit = story.folder / "audit"
    results = verify([whole, husk], root=audit / "root", trust=audit / "trust", at=NOW)
    assert {one.path: one.report.verdict.value for one in results} == {whole: "VALID", husk: "INVALID"}


# -- let through by an officer -----------------------------------------------------------------------------------------


def test_a_revoked_officers_erasure_in_a_bundle_that_is_released(story: Story) -> None:
    """Its last relay may be the only copy, so B14 can be let through; the erasure that its thief put beside can't."""
    second = appointed(story.world)
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        testimony = next(one for one in vault.records.list() if one.kind == "full")
    hand, laptop = officer(second), Hand.of(story.other)
    built = laptop.built(case="000-000-000-1")
    laptop.take(built.record)
    for line in laptop.lines:
        hand.files[line.name] = laptop.files[line.name]
        hand.lines.append(line.model_copy(update={"ordinal": 9}))
    for one in erased_elsewhere(hand, story.case, testimony.digest, testimony.record_id):
        hand.take(one.record)
    hand.lines.sort(key=lambda line: line.ordinal)
    path = hand.carry(story.folder / "late")
    org_revoke(story.world.env, "c-2", Case_("stolen", offline=offline(story.world)))
    assert only(story.world, path).state == "quarantined"
    env = replace(story.world.env, ask=Answers(texts=["це все, що лишилося", "1"]))
    assert release(env, "1").cases == ("000-000-000-1",)
    assert WORDS.encode() in everything(story.world)


# -- an officer's questions --------------------------------------------------------------------------------------------

YES = f'"account.consent.decisions.{SCOPE}.decision"'
QUESTION = f"""
[[question]]
id = "speaker_sex"
section = "who"
type = "choose"
vocabulary = "sex"
maps_to = "account.people.{{speaker}}.sex"
also = {{ {YES} = "given" }}
label = {{ uk = "Стать", ru = "Пол", en = "Sex" }}
"""


@pytest.mark.parametrize("more", [f'\n[facts]\n{YES} = "given"\n', QUESTION], ids=["a fact", "beside an answer"])
def test_a_form_that_says_yes_by_itself(more: str) -> None:
    """An officer's form writes a decision that nobody was asked for: no laptop takes such a form."""
    form = shipped("first_account").decode()
    assert parse(form.encode())
    with pytest.raises(QuestionnaireFault):
        parse((form + more).encode())
