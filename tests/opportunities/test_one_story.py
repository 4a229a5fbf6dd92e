"""One scene, every page that counts: the same figures everywhere, those of `opportunities.counts`."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from core.phases import Phase
from opportunities.counts import structure_tally_by_phase, this_month
from tests.conftest import signed_in
from tests.factories import (
    CompanyFactory,
    NeedFactory,
    OccupationFactory,
    OpportunityFactory,
    PlacementFactory,
    YoungPersonFactory,
)

pytestmark = pytest.mark.django_db
OFFERED = {"state": "open", "phase": 2}


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure)


@pytest.fixture
def scene(company, structure, other_structure, today):
    """In the second phase: 9 places proposed, 6 in what is open, 2 free; 2 réalisations of 4 placements.

    Around it, all that does not count: drafts, what is refused, withdrawn, in the bin, over, of another structure.
    """
    trade = OccupationFactory(code="F1701")
    yesterday = today - dt.timedelta(days=1)

    def opportunity(**values):
        row = OpportunityFactory(**{"company": company, "received_on": today, **OFFERED, **values})
        row.occupations.add(trade)
        return row

    open_one = opportunity(title="Ouverte", places=4)
    began = {"considered_on": today, "started_on": today}
    for values in (
        {"state": "started", **began},
        {"state": "broken", "ended_on": today, "break_cause": "work", "broken_by": "company", **began},
    ):
        PlacementFactory(opportunity=open_one, **values)
    PlacementFactory(opportunity=open_one, considered_on=today)
    refused = {"refused_by": "us", "refusal_reason": "other", "refused_on": today}
    PlacementFactory(opportunity=open_one, state="refused", considered_on=today, **refused)
    gone = YoungPersonFactory(structure=structure, deleted_at=timezone.now())
    PlacementFactory(opportunity=open_one, young_person=gone, considered_on=today)
    opportunity(title="Passée", places=2, starts_on=yesterday, ends_on=yesterday)
    opportunity(title="À qualifier", places=1, state="to_qualify")
    opportunity(title="Pourvue", places=1, state="filled", state_since=timezone.now())
    opportunity(title="Close", places=1, state="closed")
    opportunity(title="Brouillon", places=9, state="draft")
    opportunity(title="Refusée", places=9, state="refused", refusal_reason="safety")
    opportunity(title="Retirée", places=9, state="withdrawn", withdrawal_reason="budget")
    for elsewhere in (
        CompanyFactory(structure=structure, deleted_at=timezone.now()),
        CompanyFactory(structure=other_structure),
    ):
        PlacementFactory(opportunity=opportunity(company=elsewhere, places=5), state="started", **began)
    need = NeedFactory(young_person__structure=structure, phase=2, occupation=trade)
    return {"company": company, "opportunity": open_one, "need": need}


@pytest.fixture
def page(adviser_client):
    def read(name, *args, **query):
        answer = adviser_client.get(reverse(name, args=args), query)
        assert answer.status_code == 200
        return answer

    return read


def test_what_the_counts_say(scene, adviser, structure, today):
    found = structure_tally_by_phase(user=adviser, structure=structure, period=this_month(today))
    tally = found.pop(Phase.VALIDATION)
    assert (tally.opportunities, tally.propositions, tally.placements, tally.realisations) == (5, 9, 4, 2)
    assert all(other.is_empty for other in found.values())


def test_what_was_proposed_and_done_is_the_same_everywhere(scene, page):
    month = page("dashboards:day").context["month"]
    panel = dict(page("opportunities:company_panel", scene["company"].pk).context["tallies"])
    assert {phase: (brought.propositions, brought.realisations) for phase, brought in month.items()} == {
        phase: (tally.propositions, tally.realisations) for phase, tally in panel.items()
    }
    # The list of placements, asked for the same rows.
    assert (
        page("opportunities:placement_list", state="done").context["count"].value
        == month[Phase.VALIDATION].realisations
    )
    assert page("opportunities:placement_list").context["count"].value == panel[Phase.VALIDATION].placements
    text = page("opportunities:company_panel", scene["company"].pk).text
    assert '<td class="num">9</td><td class="num">2</td>' in text
    assert '<td class="num">9</td><td class="num">2</td>' in page("dashboards:day").text


@pytest.mark.parametrize(
    "name", ["opportunity_board", "opportunity_list", "opportunity_seasons", "coverage", "placement_list"]
)
def test_what_is_open_is_the_same_everywhere(scene, page, name):
    answer = page(f"opportunities:{name}")
    shares = getattr(answer.wsgi_request, "phase_shares", None)
    if name == "opportunity_board":
        lane = answer.context["board"].lanes[1]
        assert (lane.open_count, lane.places, lane.places_free) == (2, 6, 2)
    else:
        share = shares[1]
        assert (share.open_count, share.places, share.free) == (2, 6, 2)


def test_free_places_are_the_same_everywhere(scene, page):
    grid = page("opportunities:coverage").context["grid"]
    assert grid.free[Phase.VALIDATION] == 2
    assert [cell.places for cell in grid.cells if cell.places] == [2]
    rows = page("opportunities:opportunity_list", state="open", free="yes").context["page"].rows
    assert [(row.title, row.free_places) for row in rows] == [("Ouverte", 2)]
    seen = page("opportunities:need_matches", scene["need"].pk).context
    (found,) = [*seen["solutions"], *seen["near_misses"]]
    assert (found.opportunity, found.opportunity.free_places) == (scene["opportunity"], 2)
    assert page("opportunities:opportunity_matches", scene["opportunity"].pk).context["opportunity"].free_places == 2


def test_a_month_begins_on_its_first_day():
    assert this_month(dt.date(2026, 11, 22)).since == dt.date(2026, 11, 1)
    assert this_month(dt.date(2026, 11, 1)).since == dt.date(2026, 11, 1)


def test_a_counsellor_has_no_month(scene, counsellor):
    assert "Places proposées" not in signed_in(counsellor).get(reverse("dashboards:day")).text
