"""Article 000, imposed citizenship, mobilisation, women and families: each situation in fields, none in words alone."""

from __future__ import annotations

import pytest

from tests.worlds.articles import Article, Story, holds

ARTICLE = Article()


@ARTICLE.tells(
    "access to basic necessities: medical care, work, social benefits, and education for children",
    "Без їхнього паспорта маму не прийняли в лікарні, мене звільнили зі школи, дитячі не платили, а сина не взяли "
    "до першого класу. На все одна відповідь: спершу громадянство.",
    ("incidents.denied_services.service", "acc.medical_care"),
    ("incidents.denied_services.service", "acc.employment"),
    ("incidents.denied_services.service", "acc.social_benefits"),
    ("incidents.denied_services.service", "acc.education_child"),
    ("incidents.denied_services.condition", "громадянство РФ"),
    ("incidents.mechanisms", "mec.services_tied_to_passport"),
)
def _services(story: Story) -> None:
    services = ("acc.medical_care", "acc.employment", "acc.social_benefits", "acc.education_child")
    story.incident(
        "cit.imposed_citizenship",
        *services,
        mechanisms=["mec.services_tied_to_passport"],
        services_lost=list(services),
        denied_services=[
            {"service": service, "condition": "громадянство РФ", "when": "2023-09"} for service in services
        ],
        coercion_statement="Спершу громадянство, потім усе інше",
    )


@ARTICLE.tells(
    "presented as an “administrative procedure.” In essence, it is coercion",
    "Це подали як звичайну процедуру: черга, анкета, фото. Але не прийдеш — прийдуть до тебе. Паспорт дали за місяць.",
    ("incidents.mechanisms", "mec.administrative_disguise"),
    ("incidents.citizenship.basis", "applied_under_pressure"),
    ("incidents.citizenship.applied_by", "self"),
    ("incidents.citizenship.applied_on", "2023-05"),
    ("incidents.citizenship.issued_on", "2023-06"),
    ("people.ru_citizenship_basis", "applied_under_pressure"),
)
def _procedure(story: Story) -> None:
    story.tells(
        citizenships=[{"country": "UKR"}, {"country": "RUS", "kind": "claimed"}],
        ru_citizenship_basis="applied_under_pressure",
        affected_categories=["per.ru_passport_holder"],
    )
    office = story.place("паспортний стіл у школі", type="passport_office")
    story.incident(
        "cit.imposed_citizenship",
        place_id=office,
        mechanisms=["mec.administrative_disguise"],
        citizenship={
            "basis": "applied_under_pressure",
            "applied_by": "self",
            "applied_on": "2023-05",
            "issued_on": "2023-06",
            "ukrainian_papers": "hidden",
        },
    )


@ARTICLE.tells(
    "either service, or the risk of persecution, restrictions, or isolation",
    "Чоловікові сказали прямо: або йдеш служити, або будеш сидіти вдома під наглядом, і дітям теж буде погано.",
    ("incidents.choice_offered", "service_or_penalty"),
    ("incidents.mechanisms", "mec.fait_accompli"),
    ("incidents.mechanisms", "mec.threat_of_persecution"),
    ("incidents.refusal_consequence", "mec.isolation_restrictions"),
    ("links.relation", "spouse_partner"),
)
def _choice(story: Story) -> None:
    husband = story.person("victim", sex="male", age_at_event=38, affected_categories=["per.man_draft_age"])
    story.related(husband, "spouse_partner")
    story.incident(
        "mob.forced_mobilisation",
        who=husband,
        mechanisms=["mec.fait_accompli", "mec.threat_of_persecution"],
        choice_offered="service_or_penalty",
        refusal_consequence=["mec.isolation_restrictions", "mob.refusal_reprisal"],
        coercion_statement="Або служба, або сидітимеш під наглядом",
    )


@ARTICLE.tells(
    "draws civilians into a war against their own State",
    "Брата відправили на фронт проти наших. Він відмовлявся, але їх просто завантажили у машини.",
    ("incidents.sent_to_fight.sent", "yes"),
    ("incidents.sent_to_fight.refused", "yes"),
    ("incidents.service.served", "yes"),
    ("incidents.violations", "mob.sent_to_fight"),
)
def _war(story: Story) -> None:
    brother = story.person("victim", sex="male", liberty_status={"status": "in_armed_service", "as_of": "2023-11"})
    story.related(brother, "sibling")
    story.incident(
        "mob.forced_mobilisation",
        "mob.sent_to_fight",
        who=brother,
        actors=("act.ru_armed_forces",),
        service={"served": "yes", "when": "2023-09/2023-11", "weapon": "yes"},
        sent_to_fight={"sent": "yes", "when": "2023-11", "refused": "yes"},
    )


@ARTICLE.tells(
    "This affects not only individuals — but entire communities",
    "Вибрали все чоловіче населення села, чоловік сорок. Залишились жінки й старі.",
    ("people.counting_unit", "community"),
    ("people.group_size", 40),
    ("people.affected_categories", "per.community"),
)
def _community(story: Story) -> None:
    village = story.person(
        "victim", counting_unit="community", group_size=40, affected_categories=["per.community", "per.villager"]
    )
    story.incident("mob.forced_mobilisation", who=village, mechanisms=["mec.raid"])


@ARTICLE.tells(
    "constant fear: of checks, detention, and forced transfer to military units",
    "Син боявся виходити: перевірки щодня, одного разу забрали на добу, а сусіда одразу повезли в частину.",
    ("incidents.violations", "det.security_checks"),
    ("incidents.violations", "mob.forced_transfer_to_unit"),
    ("incidents.mechanisms", "mec.checkpoint_checks"),
    ("incidents.detention.charge", "перевірка документів"),
    ("incidents.detention.ended", "released"),
    ("places.type", "military_unit"),
)
def _fear(story: Story) -> None:
    son = story.person("victim", sex="male", age_at_event=22, affected_categories=["per.man_draft_age"])
    story.related(son, "child")
    story.incident(
        "det.security_checks",
        "det.arbitrary_detention",
        who=son,
        mechanisms=["mec.checkpoint_checks"],
        detention={"when": "2023-05", "charge": "перевірка документів", "ended": "released"},
    )
    neighbour = story.person("victim", sex="male")
    unit = story.place("військова частина в місті", type="military_unit")
    story.incident("mob.forced_transfer_to_unit", who=neighbour, place_id=unit, actors=("act.ru_armed_forces",))


@ARTICLE.tells(
    "exhaustion, and responsibility for children and elderly relatives",
    "Я лишилась сама: двоє дітей і лежача свекруха. По довідки до них ходила я, бо чоловікові не можна було виходити.",
    ("people.affected_categories", "per.woman_sole_carer"),
    ("people.affected_categories", "per.elderly_relative"),
    ("links.relation", "child"),
    ("incidents.mechanisms", "mec.family_care_leverage"),
    ("needs.need", "nee.women_specific"),
)
def _carer(story: Story) -> None:
    story.tells(affected_categories=["per.woman_sole_carer"])
    child = story.person("other_mentioned", is_child=True, age_at_event=7)
    elder = story.person("other_mentioned", sex="female", age_at_event=81, affected_categories=["per.elderly_relative"])
    story.related(child, "child")
    story.related(elder, "other_relative")
    story.incident("cit.coerced_acceptance", mechanisms=["mec.family_care_leverage", "mec.economic_dependence"])
    story.need("nee.women_specific", "nee.financial_support")


@ARTICLE.tells(
    "Some agree to obtain documents in order to survive",
    "Ми взяли паспорти, бо без них інсуліну не давали. Видали через три тижні, присягу читали хором.",
    ("incidents.violations", "cit.coerced_acceptance"),
    ("incidents.choice_offered", "passport_or_loss"),
    ("incidents.documents_given.type", "паспорт РФ"),
    ("incidents.oath.taken", "yes"),
)
def _agreed(story: Story) -> None:
    story.incident(
        "cit.coerced_acceptance",
        choice_offered="passport_or_loss",
        documents_given=[{"type": "паспорт РФ", "date": "2023-06"}],
        oath={"taken": "yes", "wording": "клянусь соблюдать Конституцию", "when": "2023-06"},
    )


@ARTICLE.tells(
    "Some refuse — and pay for it through restrictions",
    "Я відмовилась. Мені заблокували картку, не пускали через блокпост до сестри.",
    ("incidents.violations", "cit.refusal_reprisal"),
    ("incidents.violations", "mov.restriction"),
    ("incidents.citizenship.basis", "refused_by_person"),
    ("people.affected_categories", "per.ua_passport_holder"),
)
def _refused(story: Story) -> None:
    story.tells(affected_categories=["per.ua_passport_holder"], ru_citizenship_basis="refused_by_person")
    story.incident(
        "cit.refusal_reprisal",
        "mov.restriction",
        citizenship={"basis": "refused_by_person", "applied_by": "nobody", "ukrainian_papers": "kept"},
        refusal_consequence=["mov.restriction", "mec.isolation_restrictions"],
    )


@ARTICLE.tells(
    "They create tension, divide families",
    "Чоловік залишився з батьками, я з дітьми виїхала. Ми не говоримо з того дня.",
    ("incidents.violations", "fam.separation"),
    ("incidents.violations", "fam.no_contact"),
    ("people.affected_categories", "per.returned_or_left_tot"),
    ("incidents.harm", "social"),
)
def _divided(story: Story) -> None:
    story.tells(affected_categories=["per.returned_or_left_tot"])
    husband = story.person("victim", sex="male", affected_categories=["per.tot_resident"])
    story.related(husband, "spouse_partner")
    story.incident("fam.separation", "fam.no_contact", who=husband, harm=["mind", "social"])


@ARTICLE.tells(
    "In such conditions, children grow up faster",
    "Донька в дванадцять ходила по воду й хліб, у школі її змушували співати їхній гімн. Вона перестала сміятись.",
    ("people.age_at_event", 12),
    ("people.affected_categories", "per.child_in_tot"),
    ("incidents.violations", "chd.indoctrination"),
    ("incidents.harm", "mind"),
)
def _children(story: Story) -> None:
    girl = story.person(
        "victim", sex="female", is_child=True, age_at_event=12, affected_categories=["per.child_in_tot"]
    )
    story.related(girl, "child")
    school = story.place("школа в селищі", type="school")
    story.incident("chd.indoctrination", who=girl, place_id=school, harm=["mind"])


@ARTICLE.tells(
    "legal assistance, psychological support, and simply being present",
    "Нам треба юрист, щоб відновити документи, і хтось, хто просто піде зі мною. Після виїзду ми одні.",
    ("needs.need", "nee.legal_assistance"),
    ("needs.need", "nee.psychological_support"),
    ("needs.need", "nee.accompaniment"),
    ("needs.need", "nee.support_after_leaving"),
    ("wishes_to_talk_to", "ins.womens_org"),
)
def _help(story: Story) -> None:
    story.need("nee.legal_assistance", "nee.psychological_support", "nee.accompaniment", "nee.support_after_leaving")
    story.account["wishes_to_talk_to"] = ["ins.womens_org", "ins.lawyer"]


@ARTICLE.tells(
    "exhaustion, responsibility for the family, and the consequences of prolonged stress",
    "Я не сплю другий рік. Руки трусяться. До лікаря не йду, бо дітей нема з ким лишити.",
    ("incidents.harm", "mind"),
    ("incidents.harm", "body"),
    ("needs.need", "nee.medical_care"),
    ("needs.urgency", "weeks"),
)
def _stress(story: Story) -> None:
    story.incident("mov.restriction", harm=["body", "mind"], injury_harm="безсоння, тремтіння рук, другий рік")
    story.need("nee.medical_care", "nee.psychological_support")


@ARTICLE.tells(
    "Those who were forced to work without pay, sold, involved in crimes, or exploited",
    "Мене тримали на складі: розвантажували машини, не платили. Потім передали іншим за борг, змушували возити чуже.",
    ("incidents.violations", "exp.forced_labour"),
    ("incidents.violations", "exp.sold"),
    ("incidents.violations", "exp.forced_criminality"),
    ("incidents.violations", "exp.exploitation"),
    ("incidents.labour.paid", "no"),
    ("incidents.labour.could_leave", "no"),
    ("people.affected_categories", "per.trafficked"),
)
def _trafficked(story: Story) -> None:
    story.tells(affected_categories=["per.trafficked"])
    work = {"work": "розвантаження машин", "when": "2023-05/2023-08", "paid": "no", "could_leave": "no"}
    story.incident("exp.forced_labour", "exp.exploitation", labour={**work, "for_whom": "склад при комендатурі"})
    story.incident("exp.sold", "exp.forced_criminality", when="2023-08", mechanisms=["mec.economic_dependence"])


@pytest.mark.parametrize("quote", ARTICLE.situations)
def test_the_situation_is_recorded_in_fields(quote: str) -> None:
    """Sealed by every rule, and each fact is found outside the narrative, none under "other"."""
    assert holds(ARTICLE.situations[quote]) == set()
