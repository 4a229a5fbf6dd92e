"""What a company may read: what she agreed to show, and nothing else."""

import datetime as dt

import pytest

from opportunities.profile import ProfileSheet, is_shareable, sheet_of, shown_in_words
from youth.enums import ProfileField
from youth.models import YoungPerson

TODAY = dt.date(2026, 11, 3)
EVERYTHING = {
    "first_name": "Maël",
    "last_name": "Rivet",
    "birth_date": dt.date(2005, 5, 14),
    "phone": "+33600000001",
    "email": "mael@example.org",
    "city": "Le Blanc",
    "training_level": "3",
    "strengths": "Soigneux",
    "vulnerabilities": "CANARI",
    "company_profile": "Aime le bois.",
    "profile_agreed_on": TODAY,
}


def test_nothing_without_agreement():
    person = YoungPerson(**{**EVERYTHING, "profile_agreed_on": None, "profile_fields": list(ProfileField.values)})
    assert sheet_of(person, today=TODAY) is None
    assert not is_shareable(person)


def test_nothing_but_the_first_name_and_the_text():
    sheet = sheet_of(YoungPerson(**EVERYTHING, profile_fields=[]), today=TODAY)
    assert sheet == ProfileSheet(first_name="Maël", presentation="Aime le bois.")


def test_all_that_was_agreed():
    person = YoungPerson(**EVERYTHING, profile_fields=list(ProfileField.values))
    sheet = sheet_of(person, today=TODAY)
    assert (sheet.name, sheet.age, sheet.city, sheet.strengths) == ("Maël Rivet", 21, "Le Blanc", "Soigneux")
    assert "CANARI" not in repr(sheet)
    assert shown_in_words(person)[0] == "Prénom"
    assert shown_in_words(person)[-1] == "Présentation"


@pytest.mark.parametrize("field", ProfileField.values)
def test_each_field_alone(field):
    full = sheet_of(YoungPerson(**EVERYTHING, profile_fields=list(ProfileField.values)), today=TODAY)
    sheet = sheet_of(YoungPerson(**EVERYTHING, profile_fields=[field]), today=TODAY)
    names = set(vars(sheet)) - {"first_name", "presentation"}
    assert {name for name in names if getattr(sheet, name)} == {field}
    assert getattr(sheet, field) == getattr(full, field)
