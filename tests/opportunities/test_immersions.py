"""The reasons for which a convention of immersion is sent back, each said with where to mend it."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opportunities.immersions import (
    ImmersionFacts,
    Person,
    Where,
    fits_one_month,
    immersion_checks,
    is_ready,
    one_month_after,
)

TODAY = dt.date(2026, 11, 3)
READY = ImmersionFacts(
    siret="73282932000074",
    address="4 rue du Lavoir, 36370 Bélâbre",
    has_birth_date=True,
    youth_email="mael@example.org",
    has_youth_phone=True,
    trades=["Charpentier / Charpentière bois"],
    tutor=Person("Paul Ribot", "chef d’atelier", "p.ribot@example.org"),
    signatory=Person("Nadia Haddad", "gérante", "n.haddad@example.org"),
    starts_on=dt.date(2026, 11, 9),
    ends_on=dt.date(2026, 11, 20),
    weekly_hours=Decimal(35),
    activities="Préparer le bois, monter une ferme.",
)


def test_a_complete_one():
    checks = immersion_checks(READY, today=TODAY)
    assert all(check.ok for check in checks)
    assert is_ready(checks)


@pytest.mark.parametrize(
    ("values", "label", "where"),
    [
        ({"siret": ""}, "SIRET", Where.COMPANY),
        ({"siret": "73282932000075"}, "SIRET", Where.COMPANY),
        ({"address": ""}, "Adresse", Where.OPPORTUNITY),
        ({"signatory": None}, "Signataire", Where.OPPORTUNITY),
        ({"signatory": Person("Nadia Haddad", "gérante")}, "Signataire", Where.CONTACTS),
        ({"tutor": None}, "Tuteur", Where.IMMERSION),
        ({"tutor": Person("Paul Ribot", "", "p.ribot@example.org")}, "Tuteur", Where.CONTACTS),
        ({"tutor": Person("Paul Ribot", "chef d’atelier")}, "Tuteur", Where.CONTACTS),
        ({"has_birth_date": False}, "Date de naissance", Where.YOUNG_PERSON),
        ({"youth_email": ""}, "E-mail", Where.YOUNG_PERSON),
        ({"youth_email": "P.Ribot@example.org"}, "E-mail", Where.CONTACTS),
        ({"has_youth_phone": False}, "Téléphone", Where.YOUNG_PERSON),
        ({"trades": []}, "Métier", Where.OPPORTUNITY),
        ({"activities": "  "}, "Activités", Where.IMMERSION),
        ({"starts_on": None}, "Dates", Where.IMMERSION),
        ({"ends_on": dt.date(2026, 11, 8)}, "Dates", Where.IMMERSION),
        ({"ends_on": dt.date(2026, 12, 9)}, "Dates", Where.IMMERSION),
        ({"starts_on": TODAY}, "Dates", Where.IMMERSION),
        ({"weekly_hours": None}, "Durée", Where.IMMERSION),
    ],
)
def test_one_thing_missing(values, label, where):
    checks = immersion_checks(replace(READY, **values), today=TODAY)
    (fault,) = [check for check in checks if not check.ok]
    assert fault.label.startswith(label)
    assert (fault.where, bool(fault.said)) == (where, True)
    assert not is_ready(checks)


def test_long_weeks_are_told_and_not_refused():
    checks = immersion_checks(replace(READY, weekly_hours=Decimal("38.5")), today=TODAY)
    (warning,) = [check for check in checks if not check.ok]
    assert warning.is_warning
    assert is_ready(checks)


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (dt.date(2026, 1, 31), dt.date(2026, 2, 28)),
        (dt.date(2028, 1, 30), dt.date(2028, 2, 29)),
        (dt.date(2026, 12, 15), dt.date(2027, 1, 15)),
        (dt.date(2026, 10, 31), dt.date(2026, 11, 30)),
        (dt.date(2026, 11, 9), dt.date(2026, 12, 9)),
    ],
)
def test_a_month_later(day, after):
    assert one_month_after(day) == after


@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)), st.integers(0, 60))
def test_a_month_at_most(day, length):
    fits = fits_one_month(day, day + dt.timedelta(days=length))
    assert fits or length >= 28
    assert not fits or length <= 30
