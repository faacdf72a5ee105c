"""Article 003, the ten points for those who live under occupation: each as a person tells it, in fields."""

from __future__ import annotations

import pytest

from intake import vocabulary
from tests.worlds.articles import Article, Story, holds

ARTICLE = Article()


@ARTICLE.tells(
    "Releasing of all civilians arbitrarily detained",
    "Сусідку тримають з весни, ні суду, ні папірця. Хай відпустять.",
    ("remedies", "rem.01"),
    ("incidents.violations", "det.arbitrary_detention"),
    ("incidents.detention.court_decision", "no"),
    ("needs.need", "nee.release_exchange"),
)
def _release(story: Story) -> None:
    woman = story.person("victim", sex="female", liberty_status={"status": "in_custody", "as_of": "2023-05"})
    held = {"when": "2023-05/..", "court_decision": "no", "acknowledged": "no", "ended": "held"}
    story.incident("det.arbitrary_detention", who=woman, detention=held)
    story.account["remedies"] = ["rem.01"]
    story.need("nee.release_exchange")


@ARTICLE.tells(
    "criminal and administrative persecution … used as an instrument of intimidation",
    "За пост про прапор — протокол і штраф, а чоловікові завели кримінальну справу, щоб мовчав.",
    ("remedies", "rem.02"),
    ("incidents.violations", "prs.criminal_prosecution"),
    ("incidents.violations", "prs.administrative_prosecution"),
    ("incidents.mechanisms", "mec.prosecution"),
    ("incidents.actor_codes", "act.occupation_police"),
)
def _prosecuted(story: Story) -> None:
    story.incident(
        "prs.criminal_prosecution",
        "prs.administrative_prosecution",
        actors=("act.occupation_police",),
        mechanisms=["mec.prosecution", "mec.legal_extension"],
        ground_of_targeting=["political"],
    )
    story.account["remedies"] = ["rem.02"]


@ARTICLE.tells(
    "temporary checkpoints to allow entry and exit from the TOT",
    "Виїзд закрили. На блокпості розвернули: з українським паспортом сидіть удома.",
    ("remedies", "rem.03"),
    ("incidents.violations", "dep.exit_denied"),
    ("incidents.violations", "mov.restriction"),
    ("places.type", "checkpoint"),
    ("needs.need", "nee.free_movement"),
)
def _checkpoints(story: Story) -> None:
    post = story.place("блокпост на виїзді", type="checkpoint")
    story.incident("dep.exit_denied", "mov.restriction", place_id=post, mechanisms=["mec.checkpoint_checks"])
    story.account["remedies"] = ["rem.03"]
    story.need("nee.free_movement", "nee.leave_tot")


@ARTICLE.tells(
    "Granting humanitarian access for international organisations",
    "Гуманітарку не пустили, роздавали тільки свою і тільки з їхнім паспортом.",
    ("remedies", "rem.04"),
    ("incidents.violations", "acc.humanitarian_aid"),
    ("incidents.denied_services.service", "acc.humanitarian_aid"),
    ("needs.need", "nee.humanitarian_aid"),
)
def _aid(story: Story) -> None:
    denied = [{"service": "acc.humanitarian_aid", "condition": "російський паспорт"}]
    story.incident("acc.humanitarian_aid", denied_services=denied)
    story.account["remedies"] = ["rem.04"]
    story.need("nee.humanitarian_aid")


@ARTICLE.tells(
    "access to the TOT of Ukraine to search teams to establish the location of persons missing",
    "Зять зник на полі за селом. Шукати там не дають, поле їхнє.",
    ("remedies", "rem.05"),
    ("searches.category", "per.missing_special"),
    ("incidents.violations", "hum.observers_denied"),
    ("searches.last_seen.when", "2022-11-20"),
)
def _search_teams(story: Story) -> None:
    man = story.person("sought_person", sex="male", liberty_status={"status": "missing", "as_of": "2022-11"})
    story.name(man, "Вигаданий Андрій")
    field_ = story.place("поле за селом")
    story.search(
        "per.missing_special",
        man,
        relation="other_relative",
        circumstances="пішов по худобу і не повернувся",
        last_contact={"when": "2022-11-20", "channel": "in_person"},
        last_seen={"when": "2022-11-20", "place_id": field_},
        taken_by="act.unknown",
        previous_filings=[{"institution": "ins.npu_missing"}],
    )
    story.incident("hum.observers_denied", who=man, place_id=field_, actors=("act.ru_armed_forces",))
    story.account["remedies"] = ["rem.05"]


@ARTICLE.tells(
    "Ensuring the presence of international observation (monitoring) missions",
    "Жодної місії ми не бачили. Хто приїздив питати, того розвертали.",
    ("remedies", "rem.06"),
    ("incidents.violations", "hum.observers_denied"),
    ("wishes_to_talk_to", "ins.monitoring_mission"),
)
def _observers(story: Story) -> None:
    story.incident("hum.observers_denied")
    story.account["remedies"] = ["rem.06"]
    story.account["wishes_to_talk_to"] = ["ins.monitoring_mission"]


@ARTICLE.tells(
    "Demining of settlements and civilian infrastructure",
    "Біля школи й на городах міни. Сусід підірвався на своєму тракторі.",
    ("remedies", "rem.07"),
    ("incidents.violations", "hum.mines"),
    ("incidents.harm", "body"),
    ("needs.need", "nee.demining"),
)
def _mines(story: Story) -> None:
    man = story.person("victim", sex="male")
    story.incident("hum.mines", who=man, actors=("act.ru_armed_forces",), harm=["body", "property"])
    story.account["remedies"] = ["rem.07"]
    story.need("nee.demining")


@ARTICLE.tells(
    "without the need to obtain a Russian passport or any other documents granting the “right to reside”",
    "Сказали: до вересня або паспорт, або посвідка, або геть. Я в своїй хаті — і посвідка на проживання.",
    ("remedies", "rem.08"),
    ("incidents.violations", "cit.residence_papers_required"),
    ("incidents.violations", "dep.exit_coerced"),
    ("incidents.choice_offered", "leave_or_passport"),
    ("incidents.documents_given.type", "посвідка на проживання"),
    ("people.affected_categories", "per.ua_passport_holder"),
)
def _residence(story: Story) -> None:
    story.tells(affected_categories=["per.ua_passport_holder", "per.tot_resident"])
    story.incident(
        "cit.residence_papers_required",
        "dep.exit_coerced",
        choice_offered="leave_or_passport",
        documents_given=[{"type": "посвідка на проживання", "date": "2025-08"}],
        when="2025-08",
        mechanisms=["mec.legal_extension"],
        refusal_consequence=["dep.exit_coerced"],
    )
    story.account["remedies"] = ["rem.08"]


@ARTICLE.tells(
    "medical services, social and pension benefits, education, property rights, and freedom of movement",
    "Без паспорта ні пенсії, ні лікаря, ні школи онукам; хату не переоформити; інтернет тільки їхній.",
    ("remedies", "rem.09"),
    ("incidents.denied_services.service", "acc.medical_care"),
    ("incidents.denied_services.service", "acc.pension"),
    ("incidents.denied_services.service", "acc.social_benefits"),
    ("incidents.denied_services.service", "acc.education_child"),
    ("incidents.denied_services.service", "acc.information"),
    ("incidents.violations", "prp.rights_denied"),
    ("needs.need", "nee.independent_information"),
)
def _access(story: Story) -> None:
    services = ["acc.medical_care", "acc.pension", "acc.social_benefits", "acc.education_child", "acc.information"]
    story.incident(
        *services,
        "prp.rights_denied",
        mechanisms=["mec.services_tied_to_passport"],
        denied_services=[{"service": service, "condition": "російський паспорт"} for service in services],
        property={"kind": "home", "what": "хата", "action": "registration_demanded", "papers": "yes"},
    )
    story.account["remedies"] = ["rem.09"]
    story.need("nee.social_pension", "nee.education", "nee.property", "nee.independent_information")


@ARTICLE.tells(
    "forcibly displaced to the territory of the RF or within the TOT … able to return to their homes",
    "З лівого берега нас вивезли в Крим, звідти в Росію. Додому не пускають, кажуть, нема куди.",
    ("remedies", "rem.10"),
    ("incidents.violations", "dep.transfer_within_tot"),
    ("incidents.violations", "dep.deportation_to_russia"),
    ("incidents.violations", "dep.return_denied"),
    ("incidents.deportation.return_possible", "no"),
    ("people.affected_categories", "per.relocated_to_russia"),
    ("needs.need", "nee.return_home"),
)
def _displaced(story: Story) -> None:
    story.account["people"][0]["current_country"] = "RUS"
    story.risk["flags"] = ["in_russia_belarus"]
    story.tells(affected_categories=["per.relocated_to_russia", "per.displaced_within_tot"])
    home, middle = story.place("лівий берег, наше село"), story.place("Джанкой")
    end = story.place("Краснодарський край", country="RUS")
    way = {"from_place_id": home, "to_place_id": middle, "transport": "bus", "consent_asked": "no"}
    story.incident("dep.transfer_within_tot", place_id=home, deportation=way)
    way = {"from_place_id": middle, "to_place_id": end, "return_possible": "no", "reason_given": "нема куди вертатись"}
    story.incident("dep.deportation_to_russia", "dep.return_denied", place_id=middle, deportation=way)
    story.account["remedies"] = ["rem.10"]
    story.need("nee.return_home")


@ARTICLE.tells(
    "implements a policy of mass nationalization of property",
    "Хату визнали «безхазяйною», бо ми виїхали. Папери на неї в мене, а там уже інші живуть.",
    ("incidents.violations", "prp.nationalisation"),
    ("incidents.property.action", "nationalised"),
    ("incidents.property.kind", "home"),
    ("incidents.property.papers", "yes"),
    ("incidents.mechanisms", "mec.property_seizure"),
)
def _nationalised(story: Story) -> None:
    loss = {"kind": "home", "action": "nationalised", "owner_ids": [story.teller], "papers": "yes"}
    loss["reason_given"] = "визнали безхазяйною"
    story.incident("prp.nationalisation", mechanisms=["mec.property_seizure"], property=loss)


@ARTICLE.tells(
    "abducts, deprives of liberty, and tortures civilians",
    "Викрали просто з автобуса, тримали в підвалі, катували струмом.",
    ("incidents.violations", "det.abduction"),
    ("incidents.violations", "tor.torture"),
    ("incidents.torture.marks_left", "yes"),
    ("places.type", "informal_detention"),
)
def _tortured(story: Story) -> None:
    cellar = story.place("підвал комендатури", type="informal_detention")
    story.incident("det.abduction", actors=("act.ru_fsb",), detention={"held_at": [{"place_id": cellar}]})
    torture = {"as_said": "катували струмом", "purpose": ["confession"], "marks_left": "yes", "examined": "no"}
    story.incident("tor.torture", actors=("act.ru_fsb",), place_id=cellar, torture=torture)


@ARTICLE.tells(
    "mechanisms of forced or covert mobilization and the organization of regular conscription",
    "Одних забирають «добровольцями», інших на строкову. Папери різні, автобус один.",
    ("incidents.violations", "mob.covert_mobilisation"),
    ("incidents.violations", "mob.conscription"),
    ("incidents.mechanisms", "mec.regular_draft_disguise"),
)
def _covert(story: Story) -> None:
    men = story.person("victim", counting_unit="group", group_size=12, sex="male")
    bus = story.place("автостанція")
    staff = ("act.military_commissariat",)
    story.incident(
        "mob.covert_mobilisation", who=men, actors=staff, place_id=bus, mechanisms=["mec.volunteer_disguise"]
    )
    story.incident("mob.conscription", who=men, actors=staff, place_id=bus, mechanisms=["mec.regular_draft_disguise"])


@ARTICLE.tells(
    "imposition of Russian legal, economic, educational, cultural … and information systems",
    "Книжки українською вивезли й спалили, у школі все їхнє, гривню заборонили.",
    ("incidents.violations", "prs.imposed_systems"),
    ("incidents.violations", "prs.identity_erasure"),
    ("incidents.mechanisms", "mec.legal_extension"),
    ("incidents.ground_of_targeting", "language"),
)
def _systems(story: Story) -> None:
    village = story.person("victim", counting_unit="community", group_size=900, affected_categories=["per.community"])
    story.incident(
        "prs.imposed_systems",
        "prs.identity_erasure",
        who=village,
        mechanisms=["mec.legal_extension"],
        ground_of_targeting=["language", "national"],
    )


@ARTICLE.tells(
    "1,600,000 Ukrainian children remain in occupation",
    "Онуки там, у школі строєм ходять. Молодшому шість, він інакшого не бачив.",
    ("people.affected_categories", "per.child_in_tot"),
    ("people.is_child", True),
    ("links.relation", "other_relative"),
    ("incidents.violations", "chd.indoctrination"),
)
def _grandchildren(story: Story) -> None:
    child = story.person("victim", is_child=True, age_at_event=6, affected_categories=["per.child_in_tot"])
    story.related(child, "other_relative")
    story.incident("chd.indoctrination", who=child)


@pytest.mark.parametrize("quote", ARTICLE.situations)
def test_the_situation_is_recorded_in_fields(quote: str) -> None:
    """Sealed by every rule, and each fact is found outside the narrative, none under "other"."""
    assert holds(ARTICLE.situations[quote]) == set()


def test_all_ten_points_are_there() -> None:
    """Nobody's demand is left to the narrative: the ten remedies of the list are the ten points told here."""
    told = {value for one in ARTICLE.situations.values() for path, value in one.facts if path == "remedies"}
    assert told == set(vocabulary.codes("remedy"))
