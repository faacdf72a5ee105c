"""Article 004, mobilisation under other names: summons with the passport, contracts, prisons, mosques."""

from __future__ import annotations

import pytest

from tests.worlds.articles import Article, Story, holds

ARTICLE = Article()
OFFICE = ("act.military_commissariat",)


@ARTICLE.tells(
    "Russians try to disguise this as a ‘volunteer initiative’",
    "Назвали «добровольчий загін», записували всіх, хто прийшов по допомогу.",
    ("incidents.mechanisms", "mec.volunteer_disguise"),
    ("incidents.violations", "mob.covert_mobilisation"),
)
def _volunteers(story: Story) -> None:
    men = story.person("victim", counting_unit="group", group_size=15, sex="male")
    story.incident("mob.covert_mobilisation", who=men, actors=OFFICE, mechanisms=["mec.volunteer_disguise"])


@ARTICLE.tells(
    "preventing Ukrainian citizens from accessing various state and emergency services, social assistance, or … a job",
    "Швидка не приїхала: спитали, який паспорт. Допомоги нема, роботи нема.",
    ("incidents.denied_services.service", "acc.emergency_services"),
    ("incidents.denied_services.service", "acc.social_benefits"),
    ("incidents.denied_services.service", "acc.employment"),
    ("incidents.denied_services.result", "помер до ранку"),
    ("incidents.mechanisms", "mec.legal_extension"),
)
def _impossible(story: Story) -> None:
    services = ["acc.emergency_services", "acc.social_benefits", "acc.employment"]
    denied = [{"service": service, "condition": "російський паспорт"} for service in services]
    denied[0]["result"] = "помер до ранку"
    ways = ["mec.services_tied_to_passport", "mec.legal_extension"]
    story.incident(*services, mechanisms=ways, denied_services=denied)


@ARTICLE.tells(
    "Ukrainian passport holders continue to be threatened … subject to constant security checks",
    "З українським паспортом зупиняють щодня. Погрожували, що наступного разу не відпустять.",
    ("incidents.violations", "cit.ua_document_threat"),
    ("incidents.violations", "det.security_checks"),
    ("people.affected_categories", "per.ua_passport_holder"),
    ("incidents.mechanisms", "mec.checkpoint_checks"),
)
def _threatened(story: Story) -> None:
    story.tells(affected_categories=["per.ua_passport_holder"])
    post = story.place("блокпост біля мосту", type="checkpoint")
    ways = ["mec.checkpoint_checks", "mec.threat_of_persecution"]
    story.incident("cit.ua_document_threat", "det.security_checks", place_id=post, mechanisms=ways)


@ARTICLE.tells(
    "men of a conscription age who obtained Russian passports were immediately handed military summons",
    "Паспорт і повістка, одне в одне вкладені. Розписався за обидва в один день.",
    ("incidents.summons.how", "with_passport"),
    ("incidents.summons.date", "2023-06-14"),
    ("incidents.citizenship.issued_on", "2023-06-14"),
    ("incidents.mechanisms", "mec.summons_with_passport"),
    ("incidents.documents_given.type", "паспорт РФ"),
    ("people.affected_categories", "per.man_draft_age"),
)
def _handed(story: Story) -> None:
    man = story.person("victim", sex="male", age_at_event=31, affected_categories=["per.man_draft_age"])
    office = story.place("паспортний стіл", type="passport_office")
    day = "2023-06-14"
    story.incident(
        "mob.summons_served",
        "cit.coerced_acceptance",
        who=man,
        place_id=office,
        when=day,
        mechanisms=["mec.summons_with_passport"],
        summons={"date": day, "place_id": office, "handed_by": "чиновниця паспортного столу", "how": "with_passport"},
        citizenship={"basis": "applied_under_pressure", "issued_on": day},
        documents_given=[{"type": "паспорт РФ", "date": day}, {"type": "повістка", "date": day}],
    )


@ARTICLE.tells(
    "In these so-called ‘military conscription offices’, people are offered to sign a contract",
    "У військкоматі поклали контракт: або підпис, або повістка завтра. Копії не дали.",
    ("places.type", "conscription_office"),
    ("incidents.mechanisms", "mec.contract_offer"),
    ("incidents.contract.signed", "refused"),
    ("incidents.contract.pressure", "або підпис, або повістка завтра"),
    ("incidents.violations", "mob.coerced_contract"),
)
def _contract(story: Story) -> None:
    man = story.person("victim", sex="male")
    office = story.place("військкомат у колишній школі", type="conscription_office")
    paper = {"signed": "refused", "wanted": "no", "pressure": "або підпис, або повістка завтра", "copy_given": "no"}
    contract = {**paper, "when": "2023-05", "place_id": office}
    ways = ["mec.contract_offer"]
    story.incident("mob.coerced_contract", who=man, actors=OFFICE, place_id=office, mechanisms=ways, contract=contract)


@ARTICLE.tells(
    "mostly widespread in villages",
    "У нас село, всі на виду. У місті ще можна сховатись.",
    ("people.affected_categories", "per.villager"),
    ("places.precision", "settlement"),
)
def _village(story: Story) -> None:
    men = story.person("victim", counting_unit="group", group_size=9, affected_categories=["per.villager"])
    village = story.place("наше село", precision="settlement")
    story.incident("mob.covert_mobilisation", who=men, actors=OFFICE, place_id=village)


@ARTICLE.tells(
    "ordered local collaborators to provide lists of prisoners who were convicted by the Ukrainian authorities",
    "У колонії складали списки: хто сидить за українським вироком з чотирнадцятого. Писав свій же, місцевий.",
    ("incidents.violations", "mob.prisoner_recruitment"),
    ("incidents.mechanisms", "mec.prisoner_lists"),
    ("incidents.actor_codes", "act.local_collaborator"),
    ("people.affected_categories", "per.prisoner_in_tot"),
    ("incidents.detention.held_at.when", "2014/2022"),
    ("incidents.detention.court", "ukrainian"),
    ("places.type", "prison_colony"),
)
def _lists(story: Story) -> None:
    man = story.person("victim", sex="male", affected_categories=["per.prisoner_in_tot"])
    colony = story.place("колонія, Донецька область", type="prison_colony")
    story.incident(
        "mob.prisoner_recruitment",
        who=man,
        actors=("act.local_collaborator", "act.dpr_lpr_formation"),
        place_id=colony,
        when="2022-10",
        mechanisms=["mec.prisoner_lists"],
        detention={
            "court_decision": "yes",
            "court": "ukrainian",
            "held_at": [{"place_id": colony, "when": "2014/2022"}],
        },
    )


@ARTICLE.tells(
    "using the prisoners’ resentment towards Ukrainian law enforcement agencies",
    "Казали: вас посадили, от і поквитаєтесь. Дехто й пішов.",
    ("incidents.mechanisms", "mec.resentment_exploited"),
    ("incidents.coercion_statement", "Вас посадили, от і поквитаєтесь"),
)
def _resentment(story: Story) -> None:
    men = story.person("victim", counting_unit="group", group_size=20, affected_categories=["per.prisoner_in_tot"])
    words = {"coercion_statement": "Вас посадили, от і поквитаєтесь"}
    ways = ["mec.resentment_exploited"]
    story.incident("mob.prisoner_recruitment", who=men, actors=("act.prison_authority_tot",), mechanisms=ways, **words)


@ARTICLE.tells(
    "If prisoners refuse to serve, they are threatened with violence by prison authorities",
    "Хто відмовився, тому конвой пояснював кулаками, що буде далі.",
    ("incidents.violations", "tor.threat_of_violence"),
    ("incidents.violations", "mob.refusal_reprisal"),
    ("incidents.actor_codes", "act.prison_authority_tot"),
    ("incidents.refusal_consequence", "mec.threat_of_violence"),
)
def _prison_threat(story: Story) -> None:
    man = story.person("victim", sex="male", affected_categories=["per.prisoner_in_tot"])
    guards = ("act.prison_authority_tot",)
    price = {"refusal_consequence": ["mec.threat_of_violence"], "mechanisms": ["mec.threat_of_violence"]}
    story.incident("tor.threat_of_violence", "mob.refusal_reprisal", who=man, actors=guards, **price)


@ARTICLE.tells(
    "at least 3,000 Crimean residents have been forcibly mobilised",
    "З вересня у нашому районі забрали, кажуть, три тисячі. Я знаю чотирьох.",
    ("people.group_size", 3000),
    ("people.group_size", 4),
    ("people.affected_categories", "per.crimea_resident"),
    ("incidents.when", "2023-09/.."),
    ("facts.knowledge_basis", "told_by_other"),
)
def _three_thousand(story: Story) -> None:
    crimea = ["per.crimea_resident"]
    many = story.person("victim", counting_unit="group", group_size=3000, affected_categories=crimea)
    place = story.place("Бахчисарайський район", precision="raion")
    when = {"when": "2023-09/..", "when_precision_note": "з вересня і дотепер"}
    act = story.incident("mob.forced_mobilisation", who=many, actors=OFFICE, place_id=place, **when)
    four = story.person("victim", counting_unit="group", group_size=4, affected_categories=crimea)
    story.incident("mob.forced_mobilisation", who=four, actors=OFFICE, place_id=place, **when)
    heard = {"text": "у районі забрали три тисячі", "knowledge_basis": "told_by_other", "incident_id": act}
    story.account["facts"] = [heard]


@ARTICLE.tells(
    "conceal the mobilisation under the guise of regular conscription and later increased the conscription age",
    "Мені двадцять дев’ять, за старим віком уже не брали. Підняли до тридцяти і прийшли.",
    ("incidents.mechanisms", "mec.regular_draft_disguise"),
    ("incidents.mechanisms", "mec.draft_age_raised"),
    ("people.age_at_event", 29),
    ("incidents.violations", "mob.conscription"),
)
def _age_raised(story: Story) -> None:
    story.sex = "male"
    story.account["people"][0]["sex"] = "male"
    story.tells(age_at_event=29, affected_categories=["per.man_draft_age", "per.crimea_resident"])
    ways = ["mec.regular_draft_disguise", "mec.draft_age_raised"]
    story.incident("mob.conscription", actors=OFFICE, when="2024-01", mechanisms=ways)


@ARTICLE.tells(
    "nearly 60,000 summonses were issued … in places such as markets, mosques",
    "На ринку в неділю, і біля мечеті після п’ятничної молитви: стояли з пачками повісток.",
    ("places.type", "market"),
    ("places.type", "place_of_worship"),
    ("incidents.summons.how", "public_place"),
    ("incidents.mechanisms", "mec.summons_in_public"),
    ("incidents.summons.reaction", "розвернувся і пішов іншою вулицею"),
)
def _public(story: Story) -> None:
    market, mosque = story.place("ринок", type="market"), story.place("мечеть", type="place_of_worship")
    men = story.person("victim", counting_unit="group", group_size=50, sex="male")
    for place in (market, mosque):
        served = {"date": "2023-05", "place_id": place, "how": "public_place", "handed_by": "двоє з військкомату"}
        served["reaction"] = "розвернувся і пішов іншою вулицею"
        ways = ["mec.summons_in_public"]
        act = {"place_id": place, "mechanisms": ways, "summons": served}
        story.incident("mob.summons_served", who=men, actors=OFFICE, **act)


@ARTICLE.tells(
    "predominantly targeting Crimean Tatars or people whom Russian occupation forces refer to as ‘non-Slavic’",
    "Дивились на обличчя. Сказали: «неслов’янської зовнішності — в автобус». Ми кримські татари.",
    ("incidents.violations", "mob.ethnic_targeting"),
    ("incidents.ground_of_targeting", "ethnic"),
    ("people.affected_categories", "per.crimean_tatar"),
    ("people.affected_categories", "per.labelled_non_slavic"),
    ("people.ethnicity_or_label", "кримський татарин; вони сказали: неслов’янської зовнішності"),
    ("incidents.coercion_statement", "Неслов’янської зовнішності — в автобус"),
)
def _non_slavic(story: Story) -> None:
    man = story.person(
        "victim",
        sex="male",
        ethnicity_or_label="кримський татарин; вони сказали: неслов’янської зовнішності",
        affected_categories=["per.crimean_tatar", "per.labelled_non_slavic"],
    )
    story.incident(
        "mob.ethnic_targeting",
        "prs.ethnic_or_national",
        who=man,
        actors=OFFICE,
        ground_of_targeting=["ethnic"],
        coercion_statement="Неслов’янської зовнішності — в автобус",
    )


@pytest.mark.parametrize("quote", ARTICLE.situations)
def test_the_situation_is_recorded_in_fields(quote: str) -> None:
    """Sealed by every rule, and each fact is found outside the narrative, none under "other"."""
    assert holds(ARTICLE.situations[quote]) == set()
