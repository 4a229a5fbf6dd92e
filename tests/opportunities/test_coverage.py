"""The grid: who waits, what is free, which cells lack places, in how many days a first proposal comes."""

import datetime as dt

import pytest
from django.utils import timezone

from core.distance import Place
from core.models import OccupationActivity
from core.phases import Phase
from opportunities.coverage import Around, Cell, cell_detail, coverage_grid, finding
from opportunities.enums import OpportunityState, PlacementState
from tests.factories import CompanyFactory, NeedFactory, OccupationFactory, OpportunityFactory, PlacementFactory

TODAY = dt.date(2026, 11, 23)
NOW = timezone.make_aware(dt.datetime(2026, 11, 23, 9))
HERE = {"latitude": 46.63, "longitude": 1.06}
FAR = {"latitude": 48.85, "longitude": 2.35}


@pytest.fixture
def trades(db):
    return {code: OccupationFactory(code=code, label=code) for code in ("F1503", "F1501", "J1501")}


def grid(user, **values):
    return coverage_grid(user=user, structure=None, around=values.pop("around", Around()), today=TODAY, **values)


def need(structure, trade, **values):
    return NeedFactory(young_person__structure=structure, occupation=trade, **{"opened_at": NOW, **HERE, **values})


def offer(structure, *trades, **values):
    return OpportunityFactory(company__structure=structure, occupations=trades, **{**HERE, **values})


def test_needs_against_free_places(structure, adviser, trades):
    for trade in ("F1503", "F1501", "F1503"):
        need(structure, trades[trade])
    need(structure, trades["F1503"], met=True)
    half = offer(structure, trades["F1503"], places=2)
    PlacementFactory(opportunity=half, state=PlacementState.ACCEPTED)
    offer(structure, trades["F1503"], state=OpportunityState.TO_QUALIFY)
    offer(structure, trades["F1503"], ends_on=TODAY - dt.timedelta(days=1))
    cell = grid(adviser).cell("F2")
    assert (cell.needs, cell.places, cell.gap, cell.look) == (3, 1, 2, "gap1")


def test_uncovered_first(structure, adviser, trades):
    need(structure, trades["J1501"])
    need(structure, trades["F1503"])
    offer(structure, trades["F1503"], places=5)
    need(structure, None)
    need(structure, None)
    assert [row.family for row in grid(adviser).rows] == ["", "J", "F"]
    assert grid(adviser).widest.code == "-2"


def test_a_place_open_to_two_families_counts_once_in_its_phase(structure, adviser, trades):
    offer(structure, trades["F1503"], trades["F1501"], trades["J1501"], places=3)
    found = grid(adviser)
    assert (found.cell("F2").places, found.cell("J2").places, found.free[2]) == (3, 3, 3)


def test_a_young_person_with_two_needs_waits_once(structure, adviser, trades):
    first = need(structure, trades["F1503"])
    NeedFactory(young_person=first.young_person, occupation=trades["J1501"])
    found = grid(adviser)
    assert found.waiting[2] == 1
    assert found.title == "1\u00a0jeune attend une immersion ou un stage, aucune place n’est ouverte"


def test_only_around_a_place(structure, adviser, trades):
    need(structure, trades["F1503"])
    need(structure, trades["F1503"], **FAR)
    offer(structure, trades["F1503"], **FAR)
    cell = grid(adviser, around=Around(Place("Le Blanc", 46.63, 1.06), 20)).cell("F2")
    assert (cell.needs, cell.places) == (1, 0)


def test_one_sees_ones_own_structure(structure, other_structure, adviser, outsider, administrator, trades):
    need(structure, trades["F1503"])
    offer(other_structure, trades["J1501"])
    assert [row.family for row in grid(adviser).rows] == ["F"]
    assert [row.family for row in grid(outsider).rows] == ["J"]
    assert grid(administrator).is_empty


def test_median_days_to_a_first_proposal(structure, adviser, trades):
    for days in (4, 10, 30):
        opened = NOW - dt.timedelta(days=60)
        proposed = opened + dt.timedelta(days=days)
        need(structure, trades["F1503"], opened_at=opened, proposed_at=proposed, state="proposed")
    old = NOW - dt.timedelta(days=800)
    need(structure, trades["F1503"], opened_at=old, proposed_at=old + dt.timedelta(days=300), state="proposed")
    [row] = grid(adviser).rows
    assert (row.days, row.is_slow) == (10, False)


@pytest.mark.parametrize(
    ("waiting", "free", "said"),
    [
        ({}, {}, "Aucun jeune n’attend de solution"),
        ({3: 17, 4: 5}, {3: 4, 4: 9}, "17\u00a0jeunes attendent une alternance, 4\u00a0places sont ouvertes"),
        ({4: 2}, {4: 1}, "2\u00a0jeunes attendent un emploi, 1\u00a0place est ouverte"),
        ({1: 1}, {1: 1}, "Chaque phase a au moins autant de places ouvertes que de jeunes qui attendent"),
    ],
)
def test_the_title_says_the_finding(waiting, free, said):
    assert finding(waiting, free) == said


def test_looks_of_a_cell():
    looks = [Cell("F", Phase.JOB, needs, places).look for needs, places in [(0, 3), (2, 2), (3, 2), (6, 2)]]
    assert looks == ["none", "ok", "gap1", "gap2"]


# --- one cell ---------------------------------------------------------------------------------
def detail(user, code="F2"):
    return cell_detail(grid(user).cell(code), user=user, structure=None, around=Around(), today=TODAY)


def test_a_cell_says_whom_to_ask_and_who_waits(structure, adviser, trades):
    OccupationActivity.objects.create(occupation=trades["F1503"], naf_code="43.91A", share=0.4)
    need(structure, trades["F1501"])
    oldest = need(structure, trades["F1503"], opened_at=NOW - dt.timedelta(days=31))
    CompanyFactory(structure=structure, legal_name="Charpentes", naf_code="43.91A", **HERE)
    answered = CompanyFactory(structure=structure, naf_code="43.91A", **HERE)
    OpportunityFactory(company=answered, occupations=[trades["F1503"]], **HERE)
    found = detail(adviser)
    assert [one.company.name for one in found.prospects] == ["Charpentes"]
    # Half of the needs are of that trade.
    assert found.prospects[0].match.terms[0].words == "son activité fait 20\u00a0% des embauches de ces métiers"
    assert found.needs[0].pk == oldest.pk
    assert found.needs[0].age_days == 31
    assert found.title == "Bâtiment, travaux publics en validation"


@pytest.mark.parametrize("rows", [1, 4])
def test_queries_do_not_grow(structure, adviser, trades, rows, django_assert_num_queries):
    adviser.access  # noqa: B018 -- read once a request
    OccupationActivity.objects.create(occupation=trades["F1503"], naf_code="43.91A", share=0.4)
    for _ in range(rows):
        need(structure, trades["F1503"])
        offer(structure, trades["J1501"])
        CompanyFactory(structure=structure, naf_code="43.91A", **HERE)
    with django_assert_num_queries(3):
        found = grid(adviser)
    with django_assert_num_queries(6):
        cell_detail(found.cell("F2"), user=adviser, structure=None, around=Around(), today=TODAY)
