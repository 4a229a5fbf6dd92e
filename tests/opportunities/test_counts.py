"""Propositions, positionnements and réalisations: counted the same way everywhere."""

import datetime as dt

import pytest

from core.phases import Phase
from opportunities.counts import (
    BY_COMPANY,
    BY_MONTH,
    Period,
    Tally,
    company_tally_by_phase,
    last_months,
    tallies,
    tally_by_phase,
)
from opportunities.models import Opportunity, Placement
from tests.factories import CompanyFactory, OpportunityFactory, PlacementFactory

pytestmark = pytest.mark.django_db
STARTED = {"state": "started", "started_on": dt.date(2026, 11, 2)}
ENDED = {"state": "ended", "started_on": dt.date(2026, 11, 2), "ended_on": dt.date(2026, 11, 6)}
BROKEN = {**ENDED, "state": "broken", "break_cause": "work", "broken_by": "company"}
REFUSED = {"state": "refused", "refused_by": "us", "refusal_reason": "other", "refused_on": dt.date(2026, 11, 2)}


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure)


def rows():
    return Opportunity.objects.all(), Placement.objects.all()


def test_a_proposition_counts_for_its_places(company):
    for state in ("to_qualify", "open", "filled", "closed"):
        OpportunityFactory(company=company, places=2, state=state)
    OpportunityFactory(company=company, state="draft")
    OpportunityFactory(company=company, state="refused", refusal_reason="safety")
    OpportunityFactory(company=company, state="withdrawn", withdrawal_reason="budget")
    found = tally_by_phase(*rows())
    assert found[Phase.VALIDATION] == Tally(opportunities=4, propositions=8)
    assert list(found) == list(Phase)
    assert found[Phase.JOB].is_empty


def test_a_realisation_is_a_placement_that_began(company):
    opportunity = OpportunityFactory(company=company, places=5)
    for values in (STARTED, ENDED, BROKEN, REFUSED, {"state": "accepted"}, {}):
        PlacementFactory(opportunity=opportunity, **values)
    found = tally_by_phase(*rows())[Phase.VALIDATION]
    assert (found.placements, found.realisations) == (6, 3)


def test_each_is_dated_by_its_own_day(company):
    opportunity = OpportunityFactory(company=company, received_on=dt.date(2026, 9, 30))
    PlacementFactory(opportunity=opportunity, considered_on=dt.date(2026, 10, 31), **STARTED)
    found = tallies(*rows(), by=BY_MONTH)
    assert found[dt.date(2026, 9, 1)] == Tally(opportunities=1, propositions=1)
    assert found[dt.date(2026, 10, 1)] == Tally(placements=1)
    assert found[dt.date(2026, 11, 1)] == Tally(realisations=1)
    october = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    assert tally_by_phase(*rows(), period=october)[Phase.VALIDATION] == Tally(placements=1)


def test_by_company(company, structure):
    other = CompanyFactory(structure=structure)
    PlacementFactory(opportunity__company=company, opportunity__places=3)
    OpportunityFactory(company=other)
    assert tallies(*rows(), by=BY_COMPANY) == {
        company.pk: Tally(opportunities=1, propositions=3, placements=1),
        other.pk: Tally(opportunities=1, propositions=1),
    }


def test_what_the_reader_may_not_see_is_not_counted(company, adviser, outsider):
    PlacementFactory(opportunity__company=company)
    assert company_tally_by_phase(company=company, user=adviser)[Phase.VALIDATION].placements == 1
    assert company_tally_by_phase(company=company, user=outsider)[Phase.VALIDATION].is_empty


@pytest.mark.parametrize("number", [1, 3])
def test_one_query(company, adviser, number, django_assert_num_queries):
    for _number in range(number):
        PlacementFactory(opportunity__company=company)
    adviser.access.roles  # noqa: B018 -- asked once a request
    with django_assert_num_queries(1):
        company_tally_by_phase(company=company, user=adviser)


@pytest.mark.parametrize(
    ("today", "since"),
    [(dt.date(2026, 11, 22), dt.date(2025, 11, 23)), (dt.date(2028, 2, 29), dt.date(2027, 3, 1))],
)
def test_the_last_twelve_months(today, since):
    assert last_months(today) == Period(since, today)
