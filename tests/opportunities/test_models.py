"""What the database refuses of opportunities and placements."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from opportunities.models import Immersion, Opportunity
from tests.factories import OpportunityFactory, PlacementFactory, YoungPersonFactory

pytestmark = pytest.mark.django_db
STARTED = {"state": "started", "started_on": dt.date(2026, 11, 2)}


def test_taken_follows_the_placements():
    opportunity = OpportunityFactory(places=2)
    placement = PlacementFactory(opportunity=opportunity)
    for state, expected in [("accepted", 1), ("started", 1), ("considered", 0)]:
        placement.state, placement.started_on = state, dt.date(2026, 11, 2)
        placement.save()
        opportunity.refresh_from_db()
        assert opportunity.taken == expected
    PlacementFactory(opportunity=opportunity, state="accepted").delete()
    opportunity.refresh_from_db()
    assert opportunity.taken == 0


def test_more_realisations_than_places():
    opportunity = OpportunityFactory(places=1)
    PlacementFactory(opportunity=opportunity, **STARTED)
    with pytest.raises(IntegrityError, match="opportunity_not_overbooked"), transaction.atomic():
        PlacementFactory(opportunity=opportunity, **STARTED)


def test_fewer_places_than_taken():
    opportunity = PlacementFactory(opportunity__places=2, **STARTED).opportunity
    PlacementFactory(opportunity=opportunity, **STARTED)
    with pytest.raises(IntegrityError, match="opportunity_not_overbooked"), transaction.atomic():
        Opportunity.objects.filter(pk=opportunity.pk).update(places=1)


@pytest.mark.django_db(transaction=True)
def test_two_people_take_the_last_place_in_the_same_second():
    opportunity = OpportunityFactory(places=1)
    pending = [PlacementFactory(opportunity=opportunity) for _ in range(8)]
    barrier, outcomes = threading.Barrier(len(pending)), []

    def accept(placement):
        try:
            with transaction.atomic():
                barrier.wait(10)
                placement.state = "accepted"
                placement.save()
            outcomes.append("won")
        except IntegrityError:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=[placement]) for placement in pending]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["told"] * 7 + ["won"]
    opportunity.refresh_from_db()
    assert opportunity.taken == 1


def test_young_person_of_another_structure():
    PlacementFactory(young_person=YoungPersonFactory())
    with pytest.raises(IntegrityError, match="same_structure"):
        connection.check_constraints()


def test_same_young_person_twice_on_an_opportunity():
    first = PlacementFactory()
    with pytest.raises(IntegrityError, match="placement_one_at_a_time"), transaction.atomic():
        PlacementFactory(opportunity=first.opportunity, young_person=first.young_person)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("placement_started_dated", {"state": "started"}),
        ("placement_end_dated", {"state": "ended", "started_on": dt.date(2026, 11, 2)}),
        (
            "placement_dates_in_order",
            {"state": "ended", "started_on": dt.date(2026, 11, 2), "ended_on": dt.date(2026, 11, 1)},
        ),
        ("placement_refused_has_reason", {"state": "refused"}),
        (
            "placement_broken_has_cause",
            {"state": "broken", "started_on": dt.date(2026, 11, 2), "ended_on": dt.date(2026, 11, 5)},
        ),
    ],
)
def test_a_state_says_what_it_must(name, values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PlacementFactory(**values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("opportunity_has_places", {"places": 0}),
        ("opportunity_kind_fits_phase", {"phase": 4}),
        ("opportunity_months_of_a_year", {"months": [6, 13]}),
        ("opportunity_refused_has_reason", {"state": "refused"}),
        ("opportunity_withdrawn_has_reason", {"state": "withdrawn"}),
        ("opportunity_dates_in_order", {"starts_on": dt.date(2026, 6, 2), "ends_on": dt.date(2026, 6, 1)}),
    ],
)
def test_an_opportunity_makes_sense(name, values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        OpportunityFactory(**values)


def test_an_immersion_lasts_a_month_at_most():
    placement = PlacementFactory()
    values = {"structure": placement.structure, "placement": placement, "starts_on": dt.date(2026, 11, 2)}
    with pytest.raises(IntegrityError, match="immersion_one_month_at_most"), transaction.atomic():
        Immersion.objects.create(**values, ends_on=dt.date(2026, 12, 2))
    assert Immersion.objects.create(**values, ends_on=dt.date(2026, 12, 1)).pk
