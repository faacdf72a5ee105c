"""Article 002, people held, moved and searched for, and those who help unseen: each situation in fields."""

from __future__ import annotations

import pytest

from tests.worlds.articles import Article, Story, facts, holds, sealed

ARTICLE = Article()

TOLD = {
    "circumstances": "востаннє подзвонив з чужого номера і сказав, що їх перевозять",
    "last_contact": {"when": "2022-11", "channel": "call"},
    "last_seen": {"when": "2022-11"},
    "previous_filings": [{"institution": "ins.nib_ua", "date": "2022-12"}],
    "result": {"status": "no_data", "on": "2026-09-01", "source": "ins.nib_ua"},
}


def _sought(story: Story, relation: str = "", **values: object) -> str:
    """Somebody who is searched for; the name stands in the identity part."""
    who = story.person("sought_person", **values)
    story.name(who, "Вигаданий Андрій")
    if relation:
        story.related(who, relation)
    return who


@ARTICLE.tells(
    "Ukrainian citizens in Russian-occupied territories",
    "Мама лишилась у Скадовську, телефон мовчить третій місяць. Хочу знати, чи жива.",
    ("searches.category", "per.tot_resident"),
    ("searches.relation", "parent"),
    ("searches.last_contact.when", "2026-07"),
    ("account_mode", "search_only"),
)
def _resident(story: Story) -> None:
    story.mode = "search_only"
    mother = _sought(story, "parent", sex="female", affected_categories=["per.tot_resident"])
    told = TOLD | {"last_contact": {"when": "2026-07", "channel": "call"}}
    story.search("per.tot_resident", mother, relation="parent", taken_by="act.unknown", **told)


@ARTICLE.tells(
    "children abducted by Russian authorities and military personnel",
    "Племінника з інтернату вивезли в Крим «на оздоровлення», більше його ніхто не бачив.",
    ("searches.category", "per.deported_child"),
    ("searches.separation_cause", "camp_or_rest_trip"),
    ("searches.taken_by", "act.child_institution"),
    ("incidents.child_transfer.parents_searched", "no"),
    ("incidents.violations", "chd.abduction"),
)
def _abducted(story: Story) -> None:
    story.tells("guardian")
    child = _sought(story, "other_relative", sex="male", is_child=True, age_at_event=9)
    story.search(
        "per.deported_child",
        child,
        relation="other_relative",
        separation_cause="camp_or_rest_trip",
        taken_by="act.child_institution",
        **TOLD,
    )
    story.incident(
        "chd.abduction",
        "chd.deportation",
        who=child,
        actors=("act.child_institution", "act.ru_child_ombudsman"),
        child_transfer={"guardian_id": story.teller, "guardian_agreed": "no", "parents_searched": "no"},
    )


@ARTICLE.tells(
    "prisoners of war",
    "Чоловік служив, потрапив у полон під Ізюмом. Через рік був лист від Червоного Хреста.",
    ("searches.category", "per.pow"),
    ("searches.result.status", "confirmed_captive"),
    ("searches.military_data.rank", "сержант"),
    ("incidents.detention.proof_of_life.kind", "icrc"),
)
def _prisoner_of_war(story: Story) -> None:
    man = _sought(story, "spouse_partner", sex="male", affected_categories=["per.pow"])
    result = {"result": {"status": "confirmed_captive", "on": "2023-05-01", "source": "ins.icrc_cta"}}
    story.search("per.pow", man, relation="spouse_partner", military_data={"rank": "сержант"}, **(TOLD | result))
    story.incident(
        "fam.no_contact",
        who=man,
        actors=("act.ru_armed_forces",),
        detention={"when": "2022-05/..", "proof_of_life": [{"kind": "icrc", "when": "2023-05"}], "ended": "held"},
    )


@ARTICLE.tells(
    "civilian hostages",
    "Батька забрали з дому, статті нема. Від мене вимагали, щоб брат повернувся і здався.",
    ("searches.category", "per.civilian_hostage"),
    ("incidents.violations", "det.hostage_taking"),
    ("incidents.condition_put_to_third_party", "щоб брат повернувся і здався"),
    ("searches.sightings.basis", "saw"),
    ("incidents.detention.seen_by.basis", "saw"),
)
def _hostage(story: Story) -> None:
    father = _sought(story, "parent", sex="male", liberty_status={"status": "in_custody"})
    cellmate = story.person("other_mentioned", sex="male")
    prison = story.place("СІЗО в Сімферополі", type="pretrial_centre", facility_name="СІЗО № 2")
    seen = {"seen_by": cellmate, "when": "2023-02", "place_id": prison, "basis": "saw"}
    story.search("per.civilian_hostage", father, relation="parent", taken_by="act.ru_fsb", sightings=[seen], **TOLD)
    story.incident(
        "det.hostage_taking",
        "det.without_charge",
        who=father,
        actors=("act.ru_fsb",),
        condition_put_to_third_party="щоб брат повернувся і здався",
        detention={"when": "2022-11/..", "acknowledged": "no", "seen_by": [seen], "held_at": [{"place_id": prison}]},
    )


@ARTICLE.tells(
    "Ukrainian citizens forcibly relocated to Russia but not currently incarcerated",
    "Сестру з дітьми вивезли автобусом у Таганрог, потім поїздом у Пензу. Документи забрали, виїхати не можуть.",
    ("searches.category", "per.relocated_to_russia"),
    ("incidents.deportation.transport", "train"),
    ("incidents.deportation.documents_taken", "yes"),
    ("incidents.deportation.consent_asked", "no"),
    ("incidents.deportation.return_possible", "no"),
    ("people.current_country", "RUS"),
)
def _relocated(story: Story) -> None:
    sister = _sought(
        story, "sibling", sex="female", current_country="RUS", liberty_status={"status": "free_restricted"}
    )
    story.search("per.relocated_to_russia", sister, relation="sibling", **TOLD)
    start, end = story.place("Маріуполь"), story.place("Пенза, гуртожиток", country="RUS")
    story.incident(
        "dep.deportation_to_russia",
        who=sister,
        place_id=start,
        deportation={
            "from_place_id": start,
            "to_place_id": end,
            "route": "автобусом до Таганрога, далі поїздом",
            "transport": "train",
            "consent_asked": "no",
            "documents_taken": "yes",
            "return_possible": "no",
        },
    )


@ARTICLE.tells(
    "Ukrainian inmates transported to Russia, where they continue to serve their sentences",
    "Брат сидів у Херсоні за вироком українського суду. Восени всіх вивезли в колонію під Краснодаром.",
    ("searches.category", "per.prisoner_moved_to_russia"),
    ("incidents.violations", "det.prisoner_transfer_to_russia"),
    ("incidents.detention.court", "ukrainian"),
    ("incidents.detention.held_at.actor", "act.ru_fsin"),
    ("places.type", "prison_colony"),
)
def _inmate(story: Story) -> None:
    brother = _sought(story, "sibling", sex="male", affected_categories=["per.prisoner_moved_to_russia"])
    story.search("per.prisoner_moved_to_russia", brother, relation="sibling", taken_by="act.ru_fsin", **TOLD)
    old = story.place("колонія в Херсоні", type="prison_colony")
    new = story.place("колонія під Краснодаром", type="prison_colony", country="RUS")
    story.incident(
        "det.prisoner_transfer_to_russia",
        who=brother,
        actors=("act.ru_fsin",),
        place_id=old,
        when="2022-11",
        detention={
            "court_decision": "yes",
            "court": "ukrainian",
            "charge": "вирок українського суду, 2019 рік",
            "held_at": [{"place_id": old, "when": "2019/2022-11"}, {"place_id": new, "actor": "act.ru_fsin"}],
            "ended": "held",
        },
        deportation={"from_place_id": old, "to_place_id": new, "consent_asked": "no"},
    )


@ARTICLE.tells(
    "held without charge. Their data is processed … through the FSB",
    "У списках тюрем його нема, у списках військових нема. Адвокатові сказали: дані у ФСБ, відповіді не буде.",
    ("incidents.violations", "pow.held_without_registration"),
    ("incidents.violations", "det.without_charge"),
    ("incidents.mechanisms", "mec.no_secret_processing"),
    ("incidents.actor_codes", "act.ru_fsb"),
    ("incidents.detention.acknowledged", "no"),
)
def _secret(story: Story) -> None:
    man = story.person("victim", sex="male")
    story.incident(
        "pow.held_without_registration",
        "det.without_charge",
        "det.enforced_disappearance",
        who=man,
        actors=("act.ru_fsb",),
        mechanisms=["mec.no_secret_processing"],
        detention={"when": "2022-11/..", "acknowledged": "no", "court_decision": "no"},
    )


@ARTICLE.tells(
    "establishing communication with lawyers",
    "До нього не пускали нікого: ні адвоката, ні листів, ні посилок.",
    ("incidents.violations", "acc.legal_aid"),
    ("incidents.detention.contact", ()),
    ("needs.need", "nee.lawyer_contact"),
)
def _lawyer(story: Story) -> None:
    man = story.person("victim", sex="male")
    story.incident("acc.legal_aid", who=man, actors=("act.ru_fsin",), detention={"contact": [], "when": "2022-11/.."})
    story.need("nee.lawyer_contact")


@ARTICLE.tells(
    "establishing contact with families in Ukraine",
    "Один раз прийшов лист через волонтерів. Хочу передати, що ми вдома і чекаємо.",
    ("searches.message_to_person", "Ми вдома і чекаємо"),
    ("incidents.detention.proof_of_life.kind", "letter"),
    ("needs.need", "nee.family_contact"),
)
def _family(story: Story) -> None:
    man = _sought(story, "child", sex="male")
    story.search("per.civilian_hostage", man, relation="child", message_to_person="Ми вдома і чекаємо", **TOLD)
    alive = [{"kind": "letter", "when": "2023-03"}]
    story.incident("fam.no_contact", who=man, actors=("act.ru_fsin",), detention={"proof_of_life": alive})
    story.need("nee.family_contact")


@ARTICLE.tells(
    "release/exchange",
    "Його обміняли у травні, з ним було ще двадцятеро. Тих, що лишились, я можу назвати.",
    ("incidents.detention.ended", "exchanged"),
    ("incidents.detention.ended_on", "2024-05-31"),
    ("needs.need", "nee.release_exchange"),
    ("people.group_size", 20),
)
def _exchanged(story: Story) -> None:
    story.incident(
        "det.deprivation_of_liberty",
        actors=("act.ru_fsin",),
        detention={"when": "2022-05/2024-05-31", "ended": "exchanged", "ended_on": "2024-05-31"},
        status_at_end="free",
    )
    story.person("other_mentioned", counting_unit="group", group_size=20, liberty_status={"status": "in_custody"})
    story.need("nee.release_exchange")


@ARTICLE.tells(
    "in particular, torture, filtration, and forced deportation",
    "На фільтрації роздягли, забрали телефон. Били, питали про сусідів. Потім посадили в автобус до Росії.",
    ("incidents.filtration.steps", "undressed"),
    ("incidents.filtration.outcome", "deported"),
    ("incidents.torture.purpose", "information"),
    ("incidents.torture.medical_help", "refused"),
    ("incidents.deportation.transport", "bus"),
)
def _crimes(story: Story) -> None:
    tents = story.place("намети перед кордоном", type="filtration_point")
    soldiers = ("act.ru_armed_forces", "act.ru_fsb")
    steps = ["questioned", "searched", "phone_searched", "undressed"]
    filtration = {"steps": steps, "outcome": "deported"}
    story.incident("det.filtration", actors=soldiers, place_id=tents, filtration=filtration)
    torture = {"as_said": "били і питали про сусідів", "purpose": ["information"], "medical_help": "refused"}
    story.incident("tor.torture", actors=soldiers, place_id=tents, torture=torture)
    over = {"from_place_id": tents, "transport": "bus", "consent_asked": "no"}
    story.incident("dep.deportation_to_russia", actors=soldiers, place_id=tents, deportation=over)


@ARTICLE.tells(
    "a director of a children's organization can apply for citizenship on behalf of the child",
    "Директорка сама подала на російське громадянство. Нас, опікунів, не шукали. Прізвище йому змінили.",
    ("incidents.child_transfer.applied_by", "institution"),
    ("incidents.child_transfer.parents_searched", "no"),
    ("incidents.child_transfer.name_changed", "yes"),
    ("incidents.citizenship.basis", "by_institution"),
    ("incidents.violations", "chd.no_family_search"),
    ("people.ru_citizenship_basis", "by_institution"),
)
def _director(story: Story) -> None:
    story.tells("guardian")
    child = story.person("victim", is_child=True, age_at_event=10, ru_citizenship_basis="by_institution")
    home = story.place("дитячий будинок під Ростовом", type="child_institution", country="RUS")
    story.incident(
        "chd.citizenship_changed",
        "chd.no_family_search",
        "chd.institution_placement",
        who=child,
        actors=("act.child_institution",),
        place_id=home,
        mechanisms=["mec.institution_applies"],
        citizenship={"basis": "by_institution", "applied_by": "institution", "issued_on": "2023-05"},
        child_transfer={
            "guardian_id": story.teller,
            "guardian_agreed": "no",
            "placed_with": "institution",
            "institution_place_id": home,
            "status_before": "під опікою бабусі",
            "status_after": "вихованець російського закладу",
            "applied_by": "institution",
            "parents_searched": "no",
            "name_changed": "yes",
        },
    )


@ARTICLE.tells(
    "teenage boys, upon reaching military age, they are subject to conscription",
    "Хлопцеві на день народження, вісімнадцять, принесли повістку: тепер ти громадянин Росії.",
    ("incidents.violations", "mob.conscription_on_majority"),
    ("people.affected_categories", "per.teenage_boy"),
    ("people.age_at_event", 18),
    ("incidents.summons.how", "at_home"),
)
def _majority(story: Story) -> None:
    boy = story.person("victim", sex="male", age_at_event=18, is_child=False, affected_categories=["per.teenage_boy"])
    summons = {"date": "2023-05", "how": "at_home"}
    story.incident("mob.conscription_on_majority", who=boy, actors=("act.military_commissariat",), summons=summons)


@ARTICLE.tells(
    "forced to accept Russian citizenship and find it difficult to prove coercion",
    "Ми вже в Польщі. Без того паспорта нас би не випустили, а тут питають, чого взяли. Чим доведу?",
    ("people.affected_categories", "per.left_to_eu"),
    ("people.ru_citizenship_basis", "applied_under_pressure"),
    ("needs.need", "nee.proof_of_coercion"),
    ("needs.need", "nee.legal_stay_eu"),
    ("people.current_country", "POL"),
    ("incidents.choice_offered", "leave_or_passport"),
)
def _prove(story: Story) -> None:
    story.account["people"][0]["current_country"] = "POL"
    story.tells(affected_categories=["per.left_to_eu"], ru_citizenship_basis="applied_under_pressure")
    story.consent["decisions"]["share_eu_protection"] = {"decision": "given"}
    story.incident("cit.coerced_acceptance", "dep.exit_denied", choice_offered="leave_or_passport")
    story.need("nee.proof_of_coercion", "nee.legal_stay_eu")


@ARTICLE.tells(
    "the political motives behind their persecution in Russia",
    "У Росії на мене відкрили справу за коментар. Сказали, що за таких, як я, «пояснять».",
    ("incidents.violations", "prs.political_in_russia"),
    ("incidents.ground_of_targeting", "political"),
    ("incidents.mechanisms", "mec.prosecution"),
    ("risk.flags", "prosecution_in_russia"),
)
def _political(story: Story) -> None:
    story.risk["flags"] = ["prosecution_in_russia"]
    city = story.place("Воронеж", country="RUS")
    story.incident(
        "prs.political_in_russia",
        actors=("act.ru_fsb",),
        place_id=city,
        mechanisms=["mec.prosecution"],
        ground_of_targeting=["political", "national"],
    )


@ARTICLE.tells(
    "prosecute Russian officials responsible for enforced disappearances",
    "Забрали й зникла. Поліція, НІБ, Червоний Хрест: скрізь заяви, ніде нічого.",
    ("incidents.violations", "det.enforced_disappearance"),
    ("searches.category", "per.missing_special"),
    ("searches.previous_filings.institution", "ins.npu_missing"),
    ("searches.previous_filings.institution", "ins.icrc_cta"),
    ("wishes_to_talk_to", "ins.ced_states"),
)
def _disappeared(story: Story) -> None:
    woman = _sought(story, "sibling", sex="female", liberty_status={"status": "missing"})
    filings = [{"institution": name, "date": "2022-12"} for name in ("ins.npu_missing", "ins.nib_ua", "ins.icrc_cta")]
    story.search("per.missing_special", woman, relation="sibling", **(TOLD | {"previous_filings": filings}))
    story.incident("det.enforced_disappearance", who=woman, actors=("act.ru_fsb",))
    story.account["wishes_to_talk_to"] = ["ins.ced_states", "ins.un_mechanism"]


def _helper(story: Story) -> None:
    story.risk["flags"] = ["names_helpers"]
    helper = story.person(
        "support_person",
        affected_categories=["per.hrd_in_russia"],
        confidential_from=["ins.cso", "ins.eu_institution", "ins.pgo_ua"],
    )
    story.account["nil"] = {f"identity.persons.{helper}.names": "withheld_for_safety"}


ARTICLE.tells(
    "This essential cooperation must remain clandestine",
    "Нас вивезли люди, яких я не назву. Вони там живуть, і їм далі допомагати іншим.",
    ("risk.flags", "names_helpers"),
    ("people.affected_categories", "per.hrd_in_russia"),
    ("people.confidential_from", "ins.pgo_ua"),
    ("people.roles", "support_person"),
)(_helper)


@pytest.mark.parametrize("quote", ARTICLE.situations)
def test_the_situation_is_recorded_in_fields(quote: str) -> None:
    """Sealed by every rule, and each fact is found outside the narrative, none under "other"."""
    assert holds(ARTICLE.situations[quote]) == set()


def test_a_helper_stays_invisible() -> None:
    """There is somebody who helped, and nothing else: no name, no contact, no place, not even an identity part."""
    story = Story("Нас вивезли люди, яких я не назву.")
    _helper(story)
    record, built = sealed(story)
    assert built.identity is None
    assert not [fact for fact in facts(built) if fact[0].startswith(("places", "incidents", "links"))]
    assert list(record.body.nil.values()) == ["withheld_for_safety"]
