"""Article 001, forced recruitment: raids, camps, commissars under former names, drugging, the phone; all in fields."""

from __future__ import annotations

import pytest

from tests.worlds.articles import Article, Story, holds

ARTICLE = Article()


@ARTICLE.tells(
    "a total of more than 34,000 people … have been conscripted since 2014",
    "Сина призвали строкову, як кожного року весною. У нас у Криму це з чотирнадцятого.",
    ("incidents.violations", "mob.conscription"),
    ("incidents.mechanisms", "mec.regular_draft_disguise"),
    ("people.affected_categories", "per.crimea_resident"),
    ("incidents.when", "2021-21"),
    ("incidents.service.left", "serving"),
)
def _conscripted(story: Story) -> None:
    son = story.person("victim", sex="male", age_at_event=19, affected_categories=["per.crimea_resident"])
    story.related(son, "child")
    story.incident(
        "mob.conscription",
        who=son,
        actors=("act.military_commissariat",),
        when="2021-21",
        when_precision_note="весною двадцять першого",
        place_id=story.place("Сімферополь", type="conscription_office"),
        mechanisms=["mec.regular_draft_disguise"],
        service={"served": "yes", "when": "2021-06/..", "left": "serving"},
    )


@ARTICLE.tells(
    "carrying out raids and detaining local residents",
    "Заїхали двома машинами на центральну вулицю і хапали всіх чоловіків підряд.",
    ("incidents.violations", "det.raid_arrest"),
    ("incidents.mechanisms", "mec.raid"),
    ("places.type", "street"),
)
def _raid(story: Story) -> None:
    man = story.person("victim", sex="male")
    street = story.place("центральна вулиця", type="street")
    story.incident(
        "det.raid_arrest", who=man, place_id=street, mechanisms=["mec.raid"], actors=("act.ru_armed_forces",)
    )


@ARTICLE.tells(
    "field camps, in which criminals brought from Russian prisons … are already there",
    "Їх везли через Рогове, табір був за Можняківкою: намети, паркан. Спали разом із зеками, яких привезли з Росії.",
    ("places.text_as_said", "табір за Можняківкою, їхали через Рогове"),
    ("places.type", "field_camp"),
    ("places.precision", "settlement"),
    ("incidents.mechanisms", "mec.mixed_with_convicts"),
    ("incidents.actor_codes", "act.recruited_convicts"),
    ("incidents.violations", "mob.training_camp"),
    ("incidents.service.training", "yes"),
)
def _camp(story: Story) -> None:
    man = story.person("victim", sex="male", liberty_status={"status": "in_armed_service", "as_of": "2023-05"})
    camp = story.place("табір за Можняківкою, їхали через Рогове", type="field_camp", precision="settlement")
    story.incident(
        "mob.training_camp",
        who=man,
        place_id=camp,
        actors=("act.ru_armed_forces", "act.recruited_convicts"),
        mechanisms=["mec.mixed_with_convicts"],
        detention={"when": "2023-05", "held_at": [{"place_id": camp, "actor": "act.ru_armed_forces"}]},
        service={"served": "yes", "training": "yes", "place_id": camp},
    )


@ARTICLE.tells(
    "detained for minor offences and did not agree to support the occupiers",
    "Забрали нібито за порушення комендантської. Сказав, що за них воювати не буде, то не відпустили, а повезли.",
    ("incidents.violations", "det.pretext_minor_offence"),
    ("incidents.mechanisms", "mec.minor_offence_pretext"),
    ("incidents.detention.charge", "порушення комендантської години"),
    ("incidents.ground_of_targeting", "political"),
    ("incidents.refusal_consequence", "mob.forced_transfer_to_unit"),
)
def _minor_offence(story: Story) -> None:
    man = story.person("victim", sex="male")
    story.incident(
        "det.pretext_minor_offence",
        who=man,
        actors=("act.occupation_police",),
        mechanisms=["mec.minor_offence_pretext"],
        detention={"charge": "порушення комендантської години", "court_decision": "no", "acknowledged": "no"},
        ground_of_targeting=["political"],
        refusal_consequence=["mob.forced_transfer_to_unit"],
    )


@ARTICLE.tells(
    "more than 800 people are being held in these camps",
    "На шикуванні рахували: понад вісімсот. Я сам рахував ряди.",
    ("people.group_size", 800),
    ("people.counting_unit", "group"),
    ("facts.knowledge_basis", "saw"),
)
def _eight_hundred(story: Story) -> None:
    men = story.person("victim", counting_unit="group", group_size=800)
    act = story.incident("mob.training_camp", who=men, actors=("act.ru_armed_forces",))
    fact = {"text": "понад вісімсот на шикуванні, рахував ряди", "knowledge_basis": "saw", "incident_id": act}
    story.account["facts"] = [fact]


@ARTICLE.tells(
    "stressed the difference between “coercion and desire to fight”",
    "Один підписав сам, хотів. Другого тримали, поки не підписав.",
    ("incidents.contract.wanted", "yes"),
    ("incidents.contract.wanted", "no"),
    ("incidents.contract.pressure", "тримали у підвалі три дні"),
    ("incidents.violations", "mob.propaganda_enlistment"),
)
def _wanted(story: Story) -> None:
    willing, forced = story.person("victim", sex="male"), story.person("victim", sex="male")
    story.incident("mob.propaganda_enlistment", who=willing, contract={"signed": "yes", "wanted": "yes"})
    contract = {"signed": "yes", "wanted": "no", "pressure": "тримали у підвалі три дні", "copy_given": "no"}
    story.incident("mob.coerced_contract", who=forced, contract=contract)


@ARTICLE.tells(
    "Those who were 15 [in 2014] and are now 23",
    "Йому було п’ятнадцять, коли все почалось. У школі вчили стріляти. Тепер двадцять три, і він там.",
    ("people.age_at_event", 23),
    ("people.affected_categories", "per.youth_raised_in_occupation"),
    ("incidents.mechanisms", "mec.propaganda"),
    ("incidents.violations", "chd.indoctrination"),
)
def _raised(story: Story) -> None:
    categories = ["per.youth_raised_in_occupation"]
    boy = story.person("victim", sex="male", age_at_event=23, is_child=False, affected_categories=categories)
    school = story.place("школа в Донецьку", type="school")
    story.incident("mob.propaganda_enlistment", who=boy, place_id=school, mechanisms=["mec.propaganda"])
    story.incident("chd.indoctrination", who=boy, place_id=school, when="2014/2017", mechanisms=["mec.propaganda"])


@ARTICLE.tells(
    "Lysychansk, Soledar, Severodonetsk … the men were forcibly taken immediately after the occupation",
    "Як зайшли в Сєвєродонецьк, того ж тижня забрали чоловіків. У Лисичанську те саме, брат казав.",
    ("places.former_name", "Сєвєродонецьк"),
    ("places.text_as_said", "Лисичанськ"),
    ("places.name_uk", "Сіверськодонецьк"),
    ("incidents.when", "2022-06-25/2022-07-03"),
    ("facts.knowledge_basis", "told_by_other"),
)
def _cities(story: Story) -> None:
    men = story.person("victim", counting_unit="group", group_size=30, sex="male")
    first = story.place(
        "Сєвєродонецьк, наш район", former_name="Сєвєродонецьк", name_uk="Сіверськодонецьк", precision="settlement"
    )
    when = {"when": "2022-06-25/2022-07-03", "when_precision_note": "того ж тижня, як зайшли"}
    story.incident("mob.forced_mobilisation", who=men, place_id=first, mechanisms=["mec.raid"], **when)
    act = story.incident("mob.forced_mobilisation", who=men, place_id=story.place("Лисичанськ"), **when)
    heard = {"text": "у Лисичанську забирали так само", "knowledge_basis": "told_by_other", "incident_id": act}
    story.account["facts"] = [heard]


@ARTICLE.tells(
    "they were forced into special detachments and drugged",
    "Перевели у штурмову роту. Перед виходом давали таблетки, хто не пив — силою.",
    ("incidents.violations", "mob.special_detachment"),
    ("incidents.violations", "mob.drugging"),
    ("incidents.mechanisms", "mec.drugging"),
    ("incidents.service.unit", "штурмова рота"),
)
def _drugged(story: Story) -> None:
    man = story.person("victim", sex="male")
    story.incident(
        "mob.special_detachment",
        "mob.drugging",
        who=man,
        actors=("act.ru_armed_forces",),
        mechanisms=["mec.drugging"],
        service={"served": "yes", "unit": "штурмова рота", "weapon": "yes"},
        harm=["body", "mind"],
    )


@ARTICLE.tells(
    "Any attempt to escape risked execution",
    "Сказали: хто тікатиме, розстріляють. Двох вивели, і ми чули постріли.",
    ("incidents.violations", "lif.execution_threat"),
    ("incidents.mechanisms", "mec.threat_of_execution"),
    ("incidents.violations", "lif.unlawful_killing"),
    ("incidents.coercion_statement", "Хто тікатиме, тому куля"),
    ("facts.knowledge_basis", "heard_directly"),
)
def _execution(story: Story) -> None:
    man = story.person("victim", sex="male")
    words = {"coercion_statement": "Хто тікатиме, тому куля"}
    story.incident("lif.execution_threat", who=man, mechanisms=["mec.threat_of_execution"], **words)
    two = story.person("victim", counting_unit="group", group_size=2, liberty_status={"status": "deceased"})
    act = story.incident(
        "lif.unlawful_killing", who=two, actors=("act.ru_armed_forces",), certainty_of_coder="probable"
    )
    shots = {"text": "чули постріли, коли вивели двох", "knowledge_basis": "heard_directly", "incident_id": act}
    story.account["facts"] = [shots]


def _commissar(story: Story, city: str, district: str, former: str) -> None:
    """A commissar is known by his office; his name, if it was said, stands in the identity part."""
    man = story.person(
        "alleged_perpetrator",
        sex="male",
        affiliation={"actor": "act.military_commissariat", "position": f"так званий військком: {city}, {district}"},
        identification_basis=["signed_paper"],
    )
    story.name(man, "Вигаданий Петро")
    office = story.place(f"військкомат, {city}", former_name=former, type="conscription_office", precision="settlement")
    act = story.incident(
        "mob.conscription",
        "mob.summons_served",
        actors=("act.military_commissariat",),
        alleged_perpetrator_ids=[man],
        place_id=office,
        summons={"date": "2021-10", "place_id": office, "handed_by": "так званий військком", "how": "at_work"},
        when="2021-10",
    )
    part = {"from_id": man, "to_id": story.teller, "kind": "involvement", "involvement": "ordered", "incident_id": act}
    story.account.setdefault("links", []).append(part)


@ARTICLE.tells(
    "so-called military commissar of Crimea’s Simferopol district and the city of Alushta",
    "Повістку підписав військком Сімферопольського району і Алушти, прізвище було на папері.",
    ("people.affiliation.actor", "act.military_commissariat"),
    ("people.affiliation.position", "так званий військком: Алушта, Сімферопольський район"),
    ("people.identification_basis", "signed_paper"),
    ("links.involvement", "ordered"),
    ("places.type", "conscription_office"),
)
def _simferopol(story: Story) -> None:
    _commissar(story, "Алушта", "Сімферопольський район", "Алушта")


@ARTICLE.tells(
    "military commissar of the city of Feodosiya and the Kirovsky district of Crimea",
    "Викликали до військкома Феодосії, він же і Кіровського району.",
    ("people.affiliation.position", "так званий військком: Феодосія, Кіровський район"),
    ("places.former_name", "Кіровський район"),
    ("incidents.summons.date", "2021-10"),
)
def _feodosiya(story: Story) -> None:
    _commissar(story, "Феодосія", "Кіровський район", "Кіровський район")


@ARTICLE.tells(
    "military commissar of the city and district of Krasnoperekopsk",
    "Це був військкомат Красноперекопська, тепер це Яни Капу, але так ніхто не каже.",
    ("places.former_name", "Красноперекопськ"),
    ("people.affiliation.position", "так званий військком: Красноперекопськ, Красноперекопський район"),
)
def _krasnoperekopsk(story: Story) -> None:
    _commissar(story, "Красноперекопськ", "Красноперекопський район", "Красноперекопськ")


@ARTICLE.tells(
    "sent two reports to the prosecutor general … for further referral to the International Criminal Court",
    "Слідчому я вже розповідала, у травні. Хочу, щоб це дійшло і до Гааги.",
    ("prior_accounts.to", "ins.investigators_ua"),
    ("prior_accounts.official", True),
    ("wishes_to_talk_to", "ins.icc_otp"),
    ("needs.need", "nee.prosecution"),
)
def _court(story: Story) -> None:
    story.mode = "referral_only"
    story.account["prior_accounts"] = [
        {"to": "ins.investigators_ua", "when": "2023-05", "recorded": True, "official": True}
    ]
    story.account["wishes_to_talk_to"] = ["ins.icc_otp", "ins.crimea_prosecutor"]
    story.consent["decisions"] |= {"share_icc_otp": {"decision": "given"}, "share_pgo_ua": {"decision": "given"}}
    story.need("nee.prosecution")


@ARTICLE.tells(
    "change your phone number in case this means of communication is used in mobilisation",
    "Подзвонили на мобільний: з’явіться завтра о восьмій. Номер треба змінити, бо дзвонять далі.",
    ("incidents.summons.how", "by_phone"),
    ("incidents.mechanisms", "mec.phone_contact"),
    ("needs.need", "nee.safe_phone"),
)
def _phone(story: Story) -> None:
    story.incident(
        "mob.summons_served",
        actors=("act.military_commissariat",),
        mechanisms=["mec.phone_contact"],
        summons={"date": "2023-05", "how": "by_phone", "reaction": "не пішов, вимкнув телефон"},
    )
    story.need("nee.safe_phone")


@ARTICLE.tells(
    "leave occupied territory wherever possible … changing the place of residence within its borders",
    "Виїхати не змогли, то перебрались до тітки в інше село, щоб не знайшли.",
    ("needs.need", "nee.leave_tot"),
    ("needs.need", "nee.relocate_within_tot"),
    ("people.affected_categories", "per.displaced_within_tot"),
    ("risk.flags", "in_tot"),
)
def _moved(story: Story) -> None:
    story.risk["flags"] = ["in_tot"]
    story.tells(affected_categories=["per.displaced_within_tot", "per.tot_resident"])
    story.need("nee.leave_tot", "nee.relocate_within_tot")
    story.incident("dep.exit_denied", mechanisms=["mec.checkpoint_checks"])


@ARTICLE.tells(
    "avoid working in occupation law enforcement agencies or for the occupation authorities",
    "Мені наказали вийти на роботу в їхню адміністрацію. Платили, але піти не можна було, погрожували чоловікові.",
    ("incidents.labour.paid", "yes"),
    ("incidents.labour.could_leave", "no"),
    ("incidents.labour.for_whom", "окупаційна адміністрація"),
    ("risk.flags", "self_incrimination_ua"),
    ("risk.self_incrimination_warned", True),
)
def _work(story: Story) -> None:
    story.risk |= {"flags": ["self_incrimination_ua"], "self_incrimination_warned": True}
    labour = {"work": "діловодство", "for_whom": "окупаційна адміністрація", "paid": "yes", "could_leave": "no"}
    story.incident("exp.exploitation", labour={**labour, "threatened_with": "забрати чоловіка"})


@ARTICLE.tells(
    "increasing for Ukrainians in the Russian Federation or Belarus",
    "Я зараз у Мінську, без паспорта. Брат у Ростові, йому вже двічі приходили.",
    ("people.affected_categories", "per.ukrainian_in_belarus"),
    ("people.affected_categories", "per.ukrainian_in_russia"),
    ("people.current_country", "BLR"),
    ("people.current_country", "RUS"),
    ("risk.flags", "in_russia_belarus"),
)
def _abroad(story: Story) -> None:
    story.account["people"][0]["current_country"] = "BLR"
    story.tells(affected_categories=["per.ukrainian_in_belarus"])
    story.risk["flags"] = ["in_russia_belarus"]
    brother = story.person("victim", sex="male", current_country="RUS", affected_categories=["per.ukrainian_in_russia"])
    story.related(brother, "sibling")
    home = story.place("Ростов, знімна квартира", country="RUS", type="home")
    story.incident("mob.summons_served", who=brother, place_id=home, summons={"how": "at_home", "date": "2023-05"})


@pytest.mark.parametrize("quote", ARTICLE.situations)
def test_the_situation_is_recorded_in_fields(quote: str) -> None:
    """Sealed by every rule, and each fact is found outside the narrative, none under "other"."""
    assert holds(ARTICLE.situations[quote]) == set()


def test_a_fact_in_words_alone_is_seen() -> None:
    """The comparison is no tautology: the same words without their fields hold none of the facts."""
    for situation in ARTICLE.situations.values():
        bare = type(situation)(situation.quote, situation.words, lambda _story: None, situation.facts)
        assert holds(bare)
