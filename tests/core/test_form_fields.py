"""What free texts about a person refuse."""

import pytest
from django import forms

from core.form_fields import CAUTION, DayField, MomentField, caution_texts, holds_nir


@pytest.mark.parametrize(
    "text",
    [
        "2 99 05 36 018 123 45",
        "N° de sécu 299053601812345, à rappeler",
        "2990536018123",
        "1.85.12.2A.004.123.45",
        "1\u00a085\u00a012\u00a075\u00a0056\u00a0123",
    ],
)
def test_number_of_social_security(text):
    assert holds_nir(text)


@pytest.mark.parametrize(
    "text",
    ["", "06 39 98 00 00 puis 02 54 00 00 00", "SIRET 412 345 678 00014", "né le 14/05/2005, bac 2023", "36 300"],
)
def test_other_numbers(text):
    assert not holds_nir(text)


class NoteForm(forms.Form):
    note = forms.CharField(widget=forms.Textarea, required=False, help_text="En deux mots.")
    title = forms.CharField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        caution_texts(self)


def test_every_free_text_is_cautioned():
    form = NoteForm({"note": "2 99 05 36 018 123 45", "title": "2990536018123"})
    assert set(form.errors) == {"note", "title"}
    assert "sécurité sociale" in form.errors["note"][0]
    assert form.fields["note"].help_text == f"En deux mots. {CAUTION}"
    assert "note" in NoteForm({"note": "x" * 10_001}).errors


class WhenForm(forms.Form):
    day = DayField()
    moment = MomentField()


@pytest.mark.parametrize("year", ["0001", "1899", "2101", "9999"])
def test_a_year_nobody_lives_in_is_refused(year):
    """A day at the edge of the calendar breaks whatever adds three months to it, on everybody's pages."""
    form = WhenForm({"day": f"{year}-12-31", "moment": f"{year}-01-01T00:00"})
    assert set(form.errors) == {"day", "moment"}
    assert "année" in form.errors["day"][0]


def test_the_years_people_live_in():
    assert WhenForm({"day": "1930-02-28", "moment": "2027-03-01T09:30"}).is_valid()
