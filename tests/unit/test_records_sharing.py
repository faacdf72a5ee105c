"""What may leave: consent as it stands now, one function that decides, and the rules around it."""

from __future__ import annotations

from typing import Any

import pytest

from intake import vocabulary
from intake.records.consent import SCOPE_OF, Consent
from intake.records.sharing import Standing, erasure_refusals, refusals
from intake.records.testimony import parse_testimony
from tests.worlds.broken import both, flags, put
from tests.worlds.records import made_up

Json = Any
GOOD = made_up()
ON = "2026-11-21"


def standing(*changes: Any, **more: bool) -> Standing:
    """A testimony with those changes, as it stands."""
    return Standing(parse_testimony(both(*changes)(GOOD)), **more)


def given(*scopes: str, **decision: str) -> Any:
    """With these scopes given."""
    yes = {"decision": "given", **decision}
    return both(*(put(**{f"account__consent__decisions__{scope}": yes}) for scope in scopes))


def rules(found: Any) -> set[str]:
    """Which rules spoke."""
    return {one.rule for one in found}


def test_what_is_given_may_be_shared_and_nothing_else() -> None:
    """The made-up testimony is for the prosecutor: who gets it, and nobody else of all who could."""
    assert refusals(standing(), "share_pgo_ua", on=ON) == ()
    assert refusals(standing(), "ins.pgo_ua", on=ON) == ()
    for scope in set(vocabulary.codes("consent_scope")) - {"share_pgo_ua", "store_encrypted", "contact_again"}:
        assert rules(refusals(standing(), scope, on=ON)) == {"V16"}


def test_every_key_is_a_scope_or_an_institution_we_know() -> None:
    """The table points at scopes of the vocabulary, from institutions of the vocabulary and purposes of ours."""
    assert set(SCOPE_OF.values()) <= set(vocabulary.codes("consent_scope"))
    assert {key for key in SCOPE_OF if key.startswith("ins.")} <= set(vocabulary.codes("institution"))
    assert not set(SCOPE_OF) & set(vocabulary.codes("consent_scope"))


@pytest.mark.parametrize("code", sorted(set(vocabulary.codes("institution")) - set(SCOPE_OF)))
def test_an_institution_without_a_scope_gets_nothing(code: str) -> None:
    """Whoever is not named by a scope can't have been agreed to, whatever else was given."""
    everything = {scope: {"decision": "given"} for scope in vocabulary.codes("consent_scope")}
    assert not Consent.model_validate({"decisions": everything}).allows(code, ON)


@pytest.mark.parametrize("purpose", ["", "*", "share_all", "given", "store_encrypted "])
def test_a_purpose_nobody_knows_is_a_no(purpose: str) -> None:
    """Deny by default, also for what a newer version may ask."""
    assert not Consent.model_validate({"decisions": {"store_encrypted": {"decision": "given"}}}).allows(purpose, ON)
    assert rules(refusals(standing(), purpose, on=ON)) == {"V16"}


def test_search_notices_and_statistics_ask_the_same_function() -> None:
    """Each purpose by its scope, and statistics by hromada no less than statistics."""
    consent = Consent.model_validate({"decisions": {"anonymised_statistics": {"decision": "given"}}})
    assert [consent.allows(one, ON) for one in ("statistics", "statistics_by_hromada", "search", "search_notice")] == [
        True,
        True,
        False,
        False,
    ]


def test_consent_ends_with_its_day() -> None:
    """Through the last day and not after."""
    until = standing(given("share_un", expires="2026-11-21"))
    assert refusals(until, "ins.un_mechanism", on="2026-11-21") == ()
    (late,) = refusals(until, "ins.un_mechanism", on="2026-11-22")
    assert (late.rule, late.field, late.message) == (
        "V16",
        "account.consent.decisions.share_un",
        "the agreement to this use has ended",
    )


def test_kept_from_one_is_kept_from_one() -> None:
    """Withheld from the recipient by name, also where the scope is given and asked for by its own code."""
    kept = standing(given("share_un", "share_lawyer"), put(account__people__1__confidential_from=["ins.un_mechanism"]))
    assert rules(refusals(kept, "ins.un_mechanism", on=ON)) == {"V16"}
    assert rules(refusals(kept, "share_un", "ins.un_mechanism", on=ON)) == {"V16"}
    assert refusals(kept, "ins.lawyer", on=ON) == ()


@pytest.mark.parametrize("flag", ["child", "in_tot", "relative_in_custody"])
def test_v15_no_name_in_public(flag: str) -> None:
    """With consent to everything, no notice and no name; without the name it may be published."""
    exposed = standing(given("public_named", "publish_search", "public_anonymous"), flags(flag))
    assert rules(refusals(exposed, "public_named", on=ON)) == {"V15"}
    assert rules(refusals(exposed, "search_notice", on=ON)) == {"V15"}
    assert refusals(exposed, "public_anonymous", on=ON) == ()


def test_v15_a_child_nobody_flagged() -> None:
    """A victim who is a child is a child without a flag."""
    child = standing(given("public_named"), put(account__people__1__is_child=True))
    assert rules(refusals(child, "public_named", on=ON)) == {"V15"}
    assert refusals(standing(given("public_named"), flags()), "public_named", on=ON) == ()


@pytest.mark.parametrize("purpose", ["share_pgo_ua", "statistics", "public_anonymous"])
def test_some_records_never_leave(purpose: str) -> None:
    """Sealed source, extreme risk, restricted use, erased: whatever was agreed."""
    whole = given("share_pgo_ua", "anonymised_statistics", "public_anonymous")
    plan = flags("in_tot", level="extreme", mitigation="нічого не передавати нікому")
    assert refusals(standing(whole), purpose, on=ON) == ()
    assert rules(refusals(standing(whole, plan), purpose, on=ON)) == {"V10"}
    assert rules(refusals(standing(whole, sealed_source=True), purpose, on=ON)) == {"V15"}
    assert rules(refusals(standing(whole, restricted=True), purpose, on=ON)) == {"V16"}
    assert rules(refusals(standing(whole, erased=True), purpose, on=ON)) == {"V29"}


def test_v24_military_information_stays_with_justice() -> None:
    """A prosecutor may have it; partners, the public and a count by hromada may not; a count by oblast may."""
    whole = given("share_partner_ngo", "public_anonymous", "anonymised_statistics", "share_pgo_ua")
    told = standing(whole, flags("military_information"))
    for purpose in ("ins.cso", "share_partner_ngo", "public_anonymous", "statistics_by_hromada"):
        assert rules(refusals(told, purpose, on=ON)) == {"V24"}
    for purpose in ("ins.pgo_ua", "statistics"):
        assert refusals(told, purpose, on=ON) == ()


def test_v29_what_is_held_is_not_erased() -> None:
    """A hold stops erasure, and only that."""
    assert rules(erasure_refusals(standing(legal_hold=True))) == {"V29"}
    assert erasure_refusals(standing()) == ()
    assert refusals(standing(legal_hold=True), "share_pgo_ua", on=ON) == ()
