"""The structures of the territory, and who works there. Public facts for the communes, invention for the rest."""

import csv
from dataclasses import dataclass
from pathlib import Path

from accounts.enums import Role
from config.demo.identities import slug
from core.models import Activity, Municipality, Nomenclature, Occupation, OccupationActivity, OccupationTitle

FOLDER = Path(__file__).parent
PASSWORD = "demonstration"  # noqa: S105 -- printed by the demo: nobody's secret
GROUP = "Missions Locales Brenne, Berry et Creuse"


@dataclass(frozen=True)
class Place:
    """One Mission Locale: `communes` is a slice of the communes' file, the first one is its seat."""

    name: str
    legal_name: str
    siret: str
    address: str
    phone: str
    domain: str
    president: str
    companies: int
    communes: slice
    sites: tuple[tuple[str, str], ...]  # (name, commune)


PLACES = (
    Place(
        name="Mission Locale du Val de Brenne",
        legal_name="Association pour l’insertion des jeunes du Val de Brenne",
        siret="00010200400017",
        address="12 rue des Tanneurs",
        phone="+33261910012",
        domain="val-de-brenne.demo.example",
        president="Odile Marchais",
        companies=330,
        communes=slice(0, 30),
        sites=(
            ("Siège", "Le Blanc"),
            ("Antenne de Saint-Gaultier", "Saint-Gaultier"),
            ("Antenne d’Argenton", "Argenton-sur-Creuse"),
        ),
    ),
    Place(
        name="Mission Locale des Portes du Berry",
        legal_name="Association Mission Locale des Portes du Berry",
        siret="00010300200010",
        address="3 place des Cordeliers",
        phone="+33261910034",
        domain="portes-du-berry.demo.example",
        president="Gérard Thibault",
        companies=360,
        communes=slice(30, 50),
        sites=(("Siège", "Châteauroux"), ("Antenne d’Issoudun", "Issoudun"), ("Antenne de La Châtre", "La Châtre")),
    ),
    Place(
        name="Mission Locale des Monts de Creuse",
        legal_name="Association Mission Locale des Monts de Creuse",
        siret="00010400000013",
        address="8 avenue du Berry",
        phone="+33536490056",
        domain="monts-de-creuse.demo.example",
        president="Françoise Lacour",
        companies=220,
        communes=slice(50, None),
        sites=(("Siège", "Guéret"), ("Antenne de La Souterraine", "La Souterraine")),
    ),
)


@dataclass(frozen=True)
class Person:
    """`roles`: (index in PLACES, role). A coordinator has none. `portfolio`: part of each structure's companies."""

    first_name: str
    last_name: str
    roles: tuple[tuple[int, Role], ...] = ()
    portfolio: float = 0
    is_active: bool = True
    is_coordinator: bool = False

    @property
    def email(self) -> str:
        return f"{slug(self.first_name)}.{slug(self.last_name)}@demo.example"


PEOPLE = (
    Person("Léa", "Morin", ((0, Role.ADVISER),), portfolio=0.5),
    Person("Samir", "Benali", ((0, Role.ADVISER),), portfolio=0.3),
    Person("Karim", "Aubry", ((0, Role.COUNSELLOR),)),
    Person("Manon", "Perrin", ((0, Role.COUNSELLOR),)),
    Person("Hélène", "Rousseau", ((0, Role.MANAGER),), portfolio=0.03),
    Person("Inès", "Petit", ((0, Role.ADMINISTRATOR),)),
    Person("Julien", "Masson", ((1, Role.ADVISER),), portfolio=0.55),
    Person("Sofia", "Marchand", ((1, Role.ADVISER), (2, Role.ADVISER)), portfolio=0.35),
    Person("Nora", "Gauthier", ((1, Role.COUNSELLOR), (2, Role.COUNSELLOR))),
    Person("Claire", "Fontaine", is_coordinator=True),
    # Left last year: what she noted stays under her name. Her account is closed.
    Person("Brigitte", "Cordier", ((0, Role.ADVISER),), is_active=False),
)


def rows(name: str, delimiter: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def communes() -> list[Municipality]:
    """In the file's order: the three structures one after the other, each with its seat first."""
    return [
        Municipality(
            insee_code=row["insee_code"],
            name=row["name"],
            postcodes=row["postcodes"].split(),
            department=row["department"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
        )
        for row in rows("communes.csv", ";")
    ]


def activities() -> list[Activity]:
    found = []
    for row in rows("activities.csv", "|"):
        found.append(
            Activity(nomenclature=Nomenclature.NAF_REV2, code=row["naf_rev2_code"], label=row["naf_rev2_label"])
        )
        if row["naf_2025_code"]:
            found.append(
                Activity(nomenclature=Nomenclature.NAF_2025, code=row["naf_2025_code"], label=row["naf_2025_label"])
            )
    return list({(each.nomenclature, each.code): each for each in found}.values())


def naf_2025_codes() -> dict[str, str]:
    """{NAF rév. 2: NAF 2025} where one code answers to one."""
    return {row["naf_rev2_code"]: row["naf_2025_code"] for row in rows("activities.csv", "|") if row["naf_2025_code"]}


def load_referentials() -> None:
    """What is already there stays, and gets what this small set knows of it."""
    Municipality.objects.bulk_create(
        communes(),
        update_conflicts=True,
        unique_fields=["insee_code"],
        update_fields=["latitude", "longitude"],
    )
    Activity.objects.bulk_create(activities(), ignore_conflicts=True)
    Occupation.objects.bulk_create(
        [Occupation(code=row["code"], label=row["label"]) for row in rows("occupations.csv", "|")],
        ignore_conflicts=True,
    )
    OccupationTitle.objects.bulk_create(
        [OccupationTitle(occupation_id=row["code"], title=row["title"]) for row in rows("titles.csv", "|")],
        ignore_conflicts=True,
    )
    # Written by us, to the nearest hundredth: the official file of hires replaces them (import_rome_naf).
    OccupationActivity.objects.bulk_create(
        [
            OccupationActivity(occupation_id=row["code"], naf_code=row["naf_rev2_code"], share=float(row["share"]))
            for row in rows("hires.csv", "|")
        ],
        ignore_conflicts=True,
    )
