"""What is said of an immersion, and what is refused of it."""

import datetime as dt

import pytest
from django.utils import timezone

from core.models import ActivityEntry
from opportunities.actions import PlacementError, plan_immersion
from tests.factories import ContactFactory, PlacementFactory

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(dt.datetime(2026, 11, 3, 10, 32))
DATES = {"starts_on": dt.date(2026, 11, 9), "ends_on": dt.date(2026, 11, 20)}


@pytest.fixture
def placement(structure):
    return PlacementFactory(opportunity__company__structure=structure, young_person__structure=structure)


def test_planned_in_two_times(placement, adviser):
    tutor = ContactFactory(company=placement.opportunity.company)
    plan_immersion(placement=placement, values=DATES, by=adviser, now=NOW)
    immersion = plan_immersion(placement=placement, values={"tutor": tutor}, by=adviser, now=NOW)
    assert (immersion.starts_on, immersion.tutor) == (DATES["starts_on"], tutor)
    assert ActivityEntry.objects.about(placement.young_person).count() == 2
    assert not ActivityEntry.objects.about(placement.opportunity.company).exists()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"starts_on": dt.date(2026, 11, 9), "ends_on": dt.date(2026, 11, 8)}, "inversées"),
        ({"starts_on": dt.date(2026, 11, 9), "ends_on": dt.date(2026, 12, 9)}, "un mois au plus"),
        ({"activities": "n° 105053601800142"}, "sécurité sociale"),
    ],
)
def test_what_is_refused(placement, adviser, values, said):
    with pytest.raises(PlacementError, match=said):
        plan_immersion(placement=placement, values=values, by=adviser, now=NOW)


def test_one_date_is_looked_at_beside_the_other(placement, adviser):
    plan_immersion(placement=placement, values=DATES, by=adviser, now=NOW)
    with pytest.raises(PlacementError, match="inversées"):
        plan_immersion(placement=placement, values={"ends_on": dt.date(2026, 11, 2)}, by=adviser, now=NOW)


def test_a_tutor_of_another_company(placement, adviser, structure):
    stranger = ContactFactory(company__structure=structure)
    with pytest.raises(PlacementError, match="pas un contact"):
        plan_immersion(placement=placement, values={"tutor": stranger}, by=adviser, now=NOW)


def test_an_opportunity_that_is_no_immersion(placement, adviser):
    opportunity = placement.opportunity
    opportunity.phase, opportunity.kind = 4, "permanent"
    opportunity.save()
    with pytest.raises(PlacementError, match="pas une immersion"):
        plan_immersion(placement=placement, values=DATES, by=adviser, now=NOW)


def test_a_field_that_is_not_one(placement, adviser):
    with pytest.raises(ValueError, match="placement_id"):
        plan_immersion(placement=placement, values={"placement_id": 1}, by=adviser, now=NOW)
