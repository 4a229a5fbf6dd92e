"""Filters that lists share."""

import pytest
from django.urls import reverse

from tests.factories import CompanyFactory, NeedFactory, OpportunityFactory, PlacementFactory, YoungPersonFactory

PEOPLE = [
    ("companies:company", "adviser", "adviser"),
    ("opportunities:opportunity", "manager", "adviser"),
    ("opportunities:placement", "manager", "adviser"),
    ("youth:need", "counsellor", "counsellor"),
    ("youth:young_person", "counsellor", "counsellor"),
]


@pytest.fixture
def rows(structure, adviser, counsellor):
    """One row of each list that is one's own, and one of nobody."""
    company = CompanyFactory(structure=structure, adviser=adviser)
    CompanyFactory(structure=structure, adviser=None)
    person = YoungPersonFactory(structure=structure, counsellor=counsellor)
    nobody_s = YoungPersonFactory(structure=structure, counsellor=None)
    for one, manager in ((person, adviser), (nobody_s, None)):
        NeedFactory(young_person=one)
        opportunity = OpportunityFactory(company=company, managed_by=manager)
        PlacementFactory(opportunity=opportunity, young_person=one)


@pytest.mark.parametrize(("name", "field", "who"), PEOPLE)
def test_oneself_is_offered_once(name, field, who, rows, request, as_user):
    person = request.getfixturevalue(who)
    groups = as_user(person).get(reverse(f"{name}_filters")).context["groups"]
    (control,) = [control for _, controls, _ in groups for control in controls if control.name == field]
    labels = [label for _, label, _ in control.options]
    assert labels[:2] == ["moi", "personne"]
    assert person.full_name not in labels


@pytest.mark.parametrize(("name", "field", "who"), PEOPLE)
def test_one_s_own_number_in_an_address_is_oneself(name, field, who, rows, request, as_user):
    person = request.getfixturevalue(who)
    client, address = as_user(person), reverse(f"{name}_list")
    mine = client.get(address, {field: "me"}).context["page"].rows
    assert len(mine) == 1
    page = client.get(address, {field: str(person.pk)})
    assert [row.pk for row in page.context["page"].rows] == [row.pk for row in mine]
    assert page.context["listing"].filterset.ignored == []
    assert [chip.words.value for chip in page.context["listing"].chips()] == ["moi"]
    both = client.get(address, {field: ["me", "none"]}).context["page"].rows
    assert len(both) == 2
    assert len(client.get(address, {field: "none"}).context["page"].rows) == 1


@pytest.mark.parametrize("name", ["companies:company", "opportunities:opportunity", "youth:need"])
def test_a_distance_is_one_filter_of_every_list(name, rows, adviser, as_user):
    client, address = as_user(adviser), reverse(f"{name}_list")
    page = client.get(address, {"near": "Nullepart-sur-Rien", "km": "20"})
    assert page.context["page"].rows == []
    (chip,) = page.context["listing"].chips()
    assert (chip.words.before, chip.words.after) == ("près de", "(commune sans position connue)")
    # Taken away, it takes its kilometres with it.
    assert "km=" not in chip.remove_url
