"""What SQL keeps and what is ranked: the right rows, of one's own structure, in a constant number of queries."""

import datetime as dt
import random
from itertools import product

import pytest
from django.utils import timezone

from companies.models import Company
from core.models import OccupationActivity
from core.phases import Phase, SolutionKind
from opportunities.candidates import (
    SMALLEST_SHARE,
    Demand,
    companies_for,
    demand_of,
    facts_of_need,
    needs_for,
    opportunities_for,
)
from opportunities.enums import OpportunityState, PlacementState
from tests.factories import (
    CompanyFactory,
    NeedFactory,
    OccupationFactory,
    OpportunityFactory,
    PlacementFactory,
    YoungPersonFactory,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
HERE = {"latitude": 46.63, "longitude": 1.06}
NEAR = {"latitude": 46.66, "longitude": 1.10}
FAR = {"latitude": 48.85, "longitude": 2.35}


@pytest.fixture
def trades(db):
    labels = {"F1503": "Charpente", "F1501": "Montage", "F1702": "Routes", "K1302": "Aide à domicile"}
    return {code: OccupationFactory(code=code, label=label) for code, label in labels.items()}


@pytest.fixture
def need(structure, trades):
    person = YoungPersonFactory(structure=structure)
    return NeedFactory(young_person=person, occupation=trades["F1503"], **HERE)


def offer(structure, *trades, **values):
    company = values.pop("company", None) or CompanyFactory(structure=structure)
    return OpportunityFactory(company=company, occupations=trades, **{**NEAR, **values})


def found(ranked):
    return [one.opportunity.pk for one in ranked]


# --- a need: opportunities --------------------------------------------------------------------
def test_opportunities_the_nearest_trade_first(structure, adviser, need, trades):
    family, exact, beside = (offer(structure, trades[code]) for code in ("F1702", "F1503", "F1501"))
    assert found(opportunities_for(need, user=adviser, today=TODAY)) == [exact.pk, beside.pk, family.pk]


def test_opportunities_that_ask_for_no_trade(structure, adviser, need):
    anything = offer(structure)
    assert found(opportunities_for(need, user=adviser, today=TODAY)) == [anything.pk]


@pytest.mark.parametrize(
    "values",
    [
        {"phase": Phase.JOB, "kind": SolutionKind.PERMANENT},
        {"state": OpportunityState.TO_QUALIFY},
        {"ends_on": TODAY - dt.timedelta(days=1)},
        FAR,
    ],
    ids=["another phase", "not open yet", "over", "too far"],
)
def test_opportunities_left_out(structure, adviser, need, trades, values):
    offer(structure, trades["F1503"], **values)
    assert opportunities_for(need, user=adviser, today=TODAY) == []


def test_opportunities_of_another_trade_are_left_out(structure, adviser, need, trades):
    offer(structure, trades["K1302"])
    assert opportunities_for(need, user=adviser, today=TODAY) == []


def test_opportunities_without_a_free_place_are_left_out(structure, adviser, need, trades):
    taken = offer(structure, trades["F1503"])
    PlacementFactory(opportunity=taken, state=PlacementState.ACCEPTED)
    assert opportunities_for(need, user=adviser, today=TODAY) == []


def test_opportunities_of_another_structure_or_in_the_bin(structure, other_structure, adviser, outsider, need, trades):
    offer(other_structure, trades["F1503"])
    offer(structure, trades["F1503"], company=CompanyFactory(structure=structure, deleted_at=timezone.now()))
    assert opportunities_for(need, user=adviser, today=TODAY) == []
    assert opportunities_for(need, user=outsider, today=TODAY) == []


def test_an_opportunity_without_place_is_at_its_company(structure, adviser, need, trades):
    far = CompanyFactory(structure=structure, **FAR)
    offer(structure, trades["F1503"], company=far, latitude=None, longitude=None)
    assert opportunities_for(need, user=adviser, today=TODAY) == []


def test_a_placement_that_goes_on_is_said(structure, adviser, need, trades):
    PlacementFactory(opportunity=offer(structure, trades["F1503"]), young_person=need.young_person)
    [ranked] = opportunities_for(need, user=adviser, today=TODAY)
    assert ranked.placed == "positionnement envisagé"


# --- an opportunity: needs --------------------------------------------------------------------
def test_needs_the_best_first_with_a_card_and_no_file(structure, adviser, trades):
    opened = offer(structure, trades["F1503"])
    others = [
        NeedFactory(young_person__structure=structure, occupation=trades[code], **HERE) for code in ("F1702", "F1503")
    ]
    NeedFactory(young_person__structure=structure, occupation=trades["F1503"], met=True, **HERE)
    NeedFactory(young_person__structure=structure, occupation=trades["F1503"], **FAR)
    ranked = needs_for(opened, user=adviser, today=TODAY)
    assert [one.need.pk for one in ranked] == [others[1].pk, others[0].pk]
    assert not ranked[0].need.card.file_url
    assert not hasattr(ranked[0].need.card, "birth_date")


def test_needs_of_another_structure(structure, other_structure, adviser, trades):
    NeedFactory(young_person__structure=other_structure, occupation=trades["F1503"], **HERE)
    assert needs_for(offer(structure, trades["F1503"]), user=adviser, today=TODAY) == []


# --- a need: companies ------------------------------------------------------------------------
def asked(need, user, **values):
    companies = Company.objects.visible_to(user).filter(structure_id=need.structure_id)
    return companies_for(demand_of(need, today=TODAY), companies=companies, user=user, today=TODAY, **values)


def names(prospects):
    return [one.company.name for one in prospects]


@pytest.fixture
def carpentry(trades):
    OccupationActivity.objects.create(occupation=trades["F1503"], naf_code="43.91A", share=0.3)
    OccupationActivity.objects.create(occupation=trades["F1503"], naf_code="01.11Z", share=SMALLEST_SHARE / 2)


@pytest.mark.usefixtures("carpentry")
def test_companies_that_hire_or_practise_the_trade(structure, adviser, need, trades):
    place = {"structure": structure, **NEAR}
    CompanyFactory(legal_name="Embauche", naf_code="43.91A", **place)
    CompanyFactory(legal_name="Exerce", **place).occupations.add(trades["F1503"])
    CompanyFactory(legal_name="Rarement", naf_code="01.11Z", **place)
    CompanyFactory(legal_name="Autre chose", naf_code="56.10A", **place)
    CompanyFactory(legal_name="Loin", naf_code="43.91A", structure=structure, **FAR)
    assert names(asked(need, adviser)) == ["Exerce", "Embauche"]


@pytest.mark.usefixtures("carpentry")
def test_companies_asleep_in_the_bin_or_elsewhere_are_never_asked(structure, other_structure, adviser, need):
    CompanyFactory(structure=structure, naf_code="43.91A", watched=True, **NEAR)
    CompanyFactory(structure=structure, naf_code="43.91A", deleted_at=timezone.now(), **NEAR)
    CompanyFactory(structure=other_structure, naf_code="43.91A", **NEAR)
    assert asked(need, adviser) == []


@pytest.mark.usefixtures("carpentry")
def test_a_company_that_opened_the_phase_comes_before(structure, adviser, need):
    place = {"structure": structure, "naf_code": "43.91A", **NEAR}
    CompanyFactory(legal_name="Jamais", **place)
    habit = CompanyFactory(legal_name="Habituée", **place)
    thrown = CompanyFactory(legal_name="Jetée", **place)
    refused = CompanyFactory(legal_name="Zone", **place)
    OpportunityFactory(company=habit, state=OpportunityState.CLOSED)
    OpportunityFactory(company=thrown, state=OpportunityState.CLOSED, deleted_at=timezone.now())
    OpportunityFactory(company=refused, state=OpportunityState.WITHDRAWN, withdrawal_reason="budget")
    first, *others = asked(need, adviser)
    assert first.company.name == "Habituée"
    assert "a déjà ouvert cette phase" in [term.words for term in first.match.terms]
    assert names(others) == ["Jamais", "Jetée", "Zone"]
    assert all("déjà" not in term.words for other in others for term in other.match.terms)


@pytest.mark.usefixtures("carpentry")
def test_what_sql_orders_is_what_is_scored(structure, adviser, need):
    """SQL keeps the highest scores: its order is that of `matching`."""
    for state, days, place in product(["prospect", "partner", "ambassador"], [None, 3, 30, 90], [HERE, NEAR]):
        last = TODAY - dt.timedelta(days=days) if days else None
        CompanyFactory(structure=structure, naf_code="43.91A", relation_state=state, last_interaction_on=last, **place)
    scores = [one.match.score for one in asked(need, adviser, limit=50)]
    assert len(scores) == 24
    assert scores == sorted(scores, reverse=True)


@pytest.mark.usefixtures("carpentry")
def test_of_several_trades_one_that_practises_none_may_still_be_the_best(structure, adviser, need, trades):
    """Those that practise one are read first; alone, when none of the others could pass before them."""
    other = NeedFactory(young_person=need.young_person, occupation=trades["F1501"], **HERE)
    facts = [facts_of_need(one, today=TODAY) for one in (need, other)]
    CompanyFactory(legal_name="Exerce", structure=structure, **NEAR).occupations.add(trades["F1501"])
    habit = CompanyFactory(legal_name="Embauche", structure=structure, naf_code="43.91A", **NEAR)
    OpportunityFactory(company=habit, state=OpportunityState.CLOSED)
    found = companies_for(
        Demand(need.phase, "F", facts),
        companies=Company.objects.visible_to(adviser),
        user=adviser,
        today=TODAY,
        limit=1,
    )
    assert names(found) == ["Embauche"]


# --- nobody is ranked by who she is -----------------------------------------------------------
WHO = {
    "gender": ["woman", "man", "other", "unsaid"],
    "district": ["yes", "no", "unknown"],
    "has_rqth": [True, False],
    "birth_date": [dt.date(2001, 1, 1), dt.date(2008, 6, 30)],
}


@pytest.mark.usefixtures("carpentry")
@pytest.mark.parametrize("seed", range(6))
def test_who_the_young_person_is_changes_no_ranking(structure, adviser, trades, seed):
    """Gender, district, disability and age moved about in every way: the same order, the same scores, word for word."""
    source = random.Random(seed)
    opened = [offer(structure, trades[code]) for code in ("F1503", "F1501", "F1702")]
    CompanyFactory(structure=structure, naf_code="43.91A", **NEAR)
    needs = [
        NeedFactory(
            young_person__structure=structure,
            occupation=trades[source.choice(["F1503", "F1501", "F1702"])],
            radius_km=source.choice([None, 10, 40]),
            **source.choice([HERE, NEAR]),
        )
        for _ in range(6)
    ]

    def rankings():
        seen = {"user": adviser, "today": TODAY}
        return (
            [[(one.opportunity.pk, one.match) for one in opportunities_for(need, **seen)] for need in needs],
            [[(one.need.pk, one.match) for one in needs_for(opportunity, **seen)] for opportunity in opened],
            [[(one.company.pk, one.match) for one in asked(need, adviser)] for need in needs],
        )

    before = rankings()
    for _ in range(3):
        for need in needs:
            for name, values in WHO.items():
                setattr(need.young_person, name, source.choice(values))
            need.young_person.save()
        assert rankings() == before


def test_ranking_reads_nothing_of_who_the_young_person_is(
    structure, adviser, need, trades, django_assert_max_num_queries
):
    opened = offer(structure, trades["F1503"])
    with django_assert_max_num_queries(20) as seen:
        opportunities_for(need, user=adviser, today=TODAY)
        needs_for(opened, user=adviser, today=TODAY)
        asked(need, adviser)
    said = " ".join(query["sql"] for query in seen.captured_queries)
    assert [name for name in (*WHO, "strengths", "vulnerabilities", "imilo_number") if f'"{name}"' in said] == []


# --- constant queries -------------------------------------------------------------------------
@pytest.mark.usefixtures("carpentry")
@pytest.mark.parametrize("rows", [1, 4])
def test_queries_do_not_grow(structure, adviser, need, trades, rows, django_assert_num_queries):
    adviser.access  # noqa: B018 -- read once a request
    for _ in range(rows):
        offer(structure, trades["F1503"])
        NeedFactory(young_person__structure=structure, occupation=trades["F1503"], **HERE)
        CompanyFactory(structure=structure, naf_code="43.91A", **NEAR)
    with django_assert_num_queries(3):
        opportunities_for(need, user=adviser, today=TODAY)
    opened = offer(structure, trades["F1503"])
    with django_assert_num_queries(4):
        needs_for(opened, user=adviser, today=TODAY)
    with django_assert_num_queries(5):
        asked(need, adviser)


def test_without_a_trade_those_who_opened_something_then_those_one_knows(structure, adviser):
    unsure = NeedFactory(young_person__structure=structure, occupation=None, **HERE)
    place = {"structure": structure, **NEAR}
    CompanyFactory(legal_name="Prospect", **place)
    CompanyFactory(legal_name="Connue", relation_state="in_relation", **place)
    opener = CompanyFactory(legal_name="Ouvreuse", **place)
    assert names(asked(unsure, adviser)) == ["Connue"]
    OpportunityFactory(company=opener, state=OpportunityState.CLOSED)
    assert names(asked(unsure, adviser)) == ["Ouvreuse", "Connue"]
    assert names(asked(unsure, adviser, limit=1)) == ["Ouvreuse"]
