"""What a PMSMP must hold before its convention is asked for. Pure: facts in, checks out.

The State's service makes the convention, and sends back those that miss one of these.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.validators import is_siret

LEGAL_WEEKLY_HOURS = 35


class Where(StrEnum):
    """Where a fault is mended: the page that holds it."""

    COMPANY = "company"
    CONTACTS = "contacts"
    YOUNG_PERSON = "young_person"
    OPPORTUNITY = "opportunity"
    IMMERSION = "immersion"


@dataclass(frozen=True)
class Person:
    """Somebody of the company: the tutor, or who signs."""

    name: str = ""
    job_title: str = ""
    email: str = ""


@dataclass(frozen=True)
class ImmersionFacts:
    """Of the young person, only whether a thing is known: this list is read by people who may not open the file."""

    siret: str
    address: str
    has_birth_date: bool
    youth_email: str
    has_youth_phone: bool
    trades: Sequence[str]
    tutor: Person | None
    signatory: Person | None
    starts_on: dt.date | None
    ends_on: dt.date | None
    weekly_hours: Decimal | None
    activities: str


@dataclass(frozen=True)
class Check:
    """`said`: what is there, or what is missing and why it matters. A warning stops nothing."""

    label: str
    ok: bool
    said: str
    where: Where
    is_warning: bool = False


def one_month_after(day: dt.date) -> dt.date:
    """As the database counts: 31 January gives 28 February."""
    year, month = divmod(day.year * 12 + day.month, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def fits_one_month(starts_on: dt.date, ends_on: dt.date) -> bool:
    return ends_on < one_month_after(starts_on)


def immersion_checks(facts: ImmersionFacts, *, today: dt.date) -> list[Check]:
    """In the order of the form of the State's service: company, young person, work, dates."""
    return [
        _siret(facts.siret),
        _there("Adresse du lieu", bool(facts.address), "L’adresse où le jeune se rendra manque.", Where.OPPORTUNITY),
        _signatory(facts.signatory),
        _tutor(facts.tutor),
        _there(
            "Date de naissance", facts.has_birth_date, "Elle manque au dossier du jeune.", Where.YOUNG_PERSON
        ),
        _youth_email(facts),
        _there(
            "Téléphone du jeune", facts.has_youth_phone, "Le service le demande pour prévenir le jeune.",
            Where.YOUNG_PERSON,
        ),
        _there(
            "Métier (code ROME)", bool(facts.trades), "La convention porte un métier du ROME.", Where.OPPORTUNITY,
            found=", ".join(facts.trades),
        ),
        _there(
            "Activités confiées", bool(facts.activities.strip()), "Dites ce que le jeune fera.", Where.IMMERSION
        ),
        _dates(facts, today),
        _hours(facts.weekly_hours),
    ]  # fmt: skip


def is_ready(checks: Sequence[Check]) -> bool:
    return all(check.ok or check.is_warning for check in checks)


def _there(label: str, ok: bool, missing: str, where: Where, *, found: str = "") -> Check:
    return Check(label, ok, found if ok else missing, where)


def _siret(siret: str) -> Check:
    if not siret:
        return Check("SIRET de l’entreprise", False, "Il manque\u00a0: c’est lui qui la désigne.", Where.COMPANY)
    if not is_siret(siret):
        return Check("SIRET de l’entreprise", False, "Ses chiffres ne tombent pas juste.", Where.COMPANY)
    return Check("SIRET de l’entreprise", True, "", Where.COMPANY)


def _signatory(person: Person | None) -> Check:
    label = "Signataire de l’entreprise"
    if person is None or not person.name:
        return Check(label, False, "Dites avec qui cette opportunité se traite\u00a0: il signera.", Where.OPPORTUNITY)
    if not person.email:
        said = f"L’e-mail de {person.name} manque\u00a0: la signature se fait par e-mail."
        return Check(label, False, said, Where.CONTACTS)
    return Check(label, True, person.name, Where.CONTACTS)


def _tutor(person: Person | None) -> Check:
    label = "Tuteur ou tutrice"
    if person is None:
        return Check(label, False, "Choisissez qui accueillera le jeune.", Where.IMMERSION)
    missing = [
        said
        for said, value in [("le nom", person.name), ("la fonction", person.job_title), ("l’e-mail", person.email)]
        if not value
    ]
    if missing:
        return Check(label, False, f"Il manque {' et '.join(missing)}.", Where.CONTACTS)
    return Check(label, True, f"{person.name}, {person.job_title}", Where.CONTACTS)


def _youth_email(facts: ImmersionFacts) -> Check:
    label, email = "E-mail du jeune", facts.youth_email.casefold()
    if not email:
        return Check(label, False, "Sans lui, le jeune ne peut pas signer.", Where.YOUNG_PERSON)
    theirs = {person.email.casefold() for person in (facts.tutor, facts.signatory) if person}
    if email in theirs:
        return Check(label, False, "C’est aussi celui de l’entreprise\u00a0: chacun a le sien.", Where.CONTACTS)
    return Check(label, True, "", Where.YOUNG_PERSON)


def _dates(facts: ImmersionFacts, today: dt.date) -> Check:
    label, start, end = "Dates", facts.starts_on, facts.ends_on
    if start is None or end is None:
        return Check(label, False, "Dites du quand au quand.", Where.IMMERSION)
    if end < start:
        return Check(label, False, "Elles sont inversées.", Where.IMMERSION)
    if not fits_one_month(start, end):
        return Check(label, False, "Une immersion dure un mois au plus.", Where.IMMERSION)
    if start <= today:
        return Check(label, False, "La convention se demande avant le premier jour.", Where.IMMERSION)
    return Check(label, True, "", Where.IMMERSION)


def _hours(hours: Decimal | None) -> Check:
    label = "Durée de la semaine"
    if hours is None:
        return Check(label, False, "Dites combien d’heures par semaine.", Where.IMMERSION)
    if hours > LEGAL_WEEKLY_HOURS:
        said = (
            f"Plus de {LEGAL_WEEKLY_HOURS}\u00a0h\u00a0: au-dessus de la durée légale, qu’avant 18\u00a0ans on ne"
            " dépasse pas."
        )
        return Check(label, False, said, Where.IMMERSION, is_warning=True)
    return Check(label, True, "", Where.IMMERSION)
