"""The grid: who waits, what is free, which cells lack places, in how many days a first proposal comes."""

import datetime as dt

import pytest
from django.utils import timezone

from core.distance import Place
from core.models import OccupationActivity
from core.phases import Phase
from opportunities.coverage import BY_COMMUNE, MOST_ROWS, Around, Cell, cell_detail, coverage_grid, finding
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
    assert [row.key for row in grid(adviser).rows] == ["", "J", "F"]
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
    assert [row.key for row in grid(adviser).rows] == ["F"]
    assert [row.key for row in grid(outsider).rows] == ["J"]
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


def test_median_days_of_each_cell(structure, adviser, trades):
    opened = NOW - dt.timedelta(days=60)
    for phase, days in [(2, 4), (2, 6), (2, 30), (4, 40)]:
        kind = {"phase": phase, "kind": ""}
        proposed = opened + dt.timedelta(days=days)
        need(structure, trades["F1503"], opened_at=opened, proposed_at=proposed, state="proposed", **kind)
    [row] = grid(adviser).rows
    assert [(cell.days, cell.is_slow) for cell in row.cells] == [(None, False), (6, False), (None, False), (40, True)]
    assert row.days == 18


# --- by commune -------------------------------------------------------------------------------
LE_BLANC, ROSNAY = ({"insee_code": "36018", "city": "Le Blanc"}, {"insee_code": "36173", "city": "Rosnay"})


def test_by_commune(structure, adviser, trades):
    for trade, where in [("F1503", LE_BLANC), ("J1501", LE_BLANC), ("F1501", ROSNAY)]:
        need(structure, trades[trade], **where)
    offer(structure, trades["F1503"], trades["J1501"], places=3, **ROSNAY)
    found = grid(adviser, axis=BY_COMMUNE)
    assert [(row.key, row.label, row.gap) for row in found.rows] == [("36018", "Le Blanc", 2), ("36173", "Rosnay", 0)]
    cell = found.cell("361732")
    # A place open to two families is one place of its commune.
    assert (cell.needs, cell.places, found.free[2], found.quiet) == (1, 3, 3, [])


def test_a_commune_without_code_is_the_one_of_its_name(structure, adviser, trades):
    need(structure, trades["F1503"], **LE_BLANC)
    need(structure, trades["F1503"], city="Le Blanc")
    need(structure, trades["F1503"], city="Ailleurs")
    need(structure, trades["F1503"], city="")
    found = grid(adviser, axis=BY_COMMUNE)
    assert [(row.key, row.label, row.needs) for row in found.rows] == [
        ("36018", "Le Blanc", 2),
        ("Ailleurs", "Ailleurs", 1),
        ("", "Commune à préciser", 1),
    ]


def test_an_opportunity_that_says_no_place_is_at_the_company(structure, adviser, trades):
    company = CompanyFactory(structure=structure, **LE_BLANC)
    OpportunityFactory(company=company, occupations=[trades["F1503"]], city="", insee_code="", places=2)
    OpportunityFactory(company=company, occupations=[trades["F1503"]], **ROSNAY)
    found = grid(adviser, axis=BY_COMMUNE)
    assert {row.label: row.cells[1].places for row in found.rows} == {"Le Blanc": 2, "Rosnay": 1}


def test_too_many_communes_are_cut_the_best_covered_first(structure, adviser, trades):
    for number in range(MOST_ROWS + 2):
        need(structure, trades["F1503"], city=f"Commune {number:02}")
    need(structure, trades["F1503"], city="Commune 41")
    found = grid(adviser, axis=BY_COMMUNE)
    assert (len(found.rows), found.hidden, found.rows[0].label) == (MOST_ROWS, 2, "Commune 41")


def test_a_cell_of_a_commune_says_its_needs_and_whom_to_ask(structure, adviser, trades):
    company, answered = (CompanyFactory(structure=structure, **HERE, **LE_BLANC) for _number in range(2))
    for one in (company, answered):
        one.occupations.add(trades["F1503"])
    OpportunityFactory(company=answered, occupations=[trades["F1503"]], city="", insee_code="")
    for where in (LE_BLANC, {"city": "Le Blanc"}, ROSNAY):
        need(structure, trades["F1503"], **where)
    cell = grid(adviser, axis=BY_COMMUNE).cell("360182")
    values = {"user": adviser, "structure": None, "around": Around(), "today": TODAY, "axis": BY_COMMUNE}
    found = cell_detail(cell, **values)
    assert found.title == "Le Blanc en validation"
    assert (len(found.needs), found.hidden) == (2, 0)
    assert [one.company.pk for one in found.prospects] == [company.pk]


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
    with django_assert_num_queries(2):
        found = grid(adviser)
    with django_assert_num_queries(6):
        cell_detail(found.cell("F2"), user=adviser, structure=None, around=Around(), today=TODAY)
