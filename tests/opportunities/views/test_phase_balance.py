"""The balance of the four phases: on every page where somebody looks for a solution, read once."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from core.phases import Phase
from tests.conftest import signed_in
from tests.factories import CompanyFactory, NeedFactory, OpportunityFactory, PlacementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure)


@pytest.fixture
def scene(company, structure, other_structure):
    """Two open in the second phase, one in the fourth; in another structure, one in the first."""
    opened = [OpportunityFactory(company=company, phase=2, places=2) for _number in range(2)]
    OpportunityFactory(company=company, phase=4, kind="fixed_long")
    OpportunityFactory(company=company, phase=3, kind="apprenticeship", state="draft")
    OpportunityFactory(company=CompanyFactory(structure=other_structure), phase=1, kind="company_visit")
    need = NeedFactory(young_person__structure=structure, phase=2)
    placement = PlacementFactory(opportunity=opened[0], young_person=need.young_person, need=need)
    return {"company": company, "opportunity": opened[0], "need": need, "placement": placement}


PAGES = {
    "day": lambda scene: reverse("dashboards:day"),
    "placements": lambda scene: reverse("opportunities:placement_list"),
    "placement": lambda scene: reverse("opportunities:placement_detail", args=[scene["placement"].pk]),
    "placing": lambda scene: (
        reverse("opportunities:placement_create") + f"?opportunity={scene['opportunity'].pk}&need={scene['need'].pk}"
    ),
    "whom to place": lambda scene: (
        reverse("opportunities:placement_create") + f"?opportunity={scene['opportunity'].pk}"
    ),
    "where to place": lambda scene: reverse("opportunities:placement_create") + f"?need={scene['need'].pk}",
    "coverage": lambda scene: reverse("opportunities:coverage"),
    "companies to ask": lambda scene: reverse("opportunities:prospecting"),
    "solutions to a need": lambda scene: reverse("opportunities:need_matches", args=[scene["need"].pk]),
    "needs it answers": lambda scene: reverse("opportunities:opportunity_matches", args=[scene["opportunity"].pk]),
    "which company": lambda scene: reverse("opportunities:opportunity_create"),
    "adding": lambda scene: reverse("opportunities:opportunity_create") + f"?entreprise={scene['company'].pk}",
    "editing": lambda scene: reverse("opportunities:opportunity_edit", args=[scene["opportunity"].pk]),
    "its state": lambda scene: reverse("opportunities:opportunity_move", args=[scene["opportunity"].pk]) + "?to=closed",
    "its criteria": lambda scene: reverse("opportunities:opportunity_criteria", args=[scene["opportunity"].pk]),
}


@pytest.mark.parametrize("page", PAGES)
def test_page_counts_what_is_open_by_phase(adviser_client, scene, page):
    answer = adviser_client.get(PAGES[page](scene))
    assert answer.status_code == 200
    shares = answer.wsgi_request.phase_shares
    assert [(share.phase, share.open_count, share.free) for share in shares] == [
        (Phase.DISCOVERY, 0, 0),
        (Phase.VALIDATION, 2, 4),
        (Phase.APPRENTICESHIP, 0, 0),
        (Phase.JOB, 1, 1),
    ]
    assert answer.text.count("Opportunités ouvertes, par phase") == 1
    assert f"{reverse('opportunities:opportunity_list')}?phase=2&amp;state=open" in answer.text


def test_without_a_company_the_day_counts_as_well(counsellor):
    assert "Opportunités ouvertes, par phase" in signed_in(counsellor).get(reverse("dashboards:day")).text


def test_two_on_a_page_are_read_once(adviser, structure, scene, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user, request.structure = adviser, structure
    adviser.access.roles  # noqa: B018 -- asked once a request
    page = Template("{% load opportunities %}{% phase_counts %}{% phase_balance %}{% phase_counts %}")
    with django_assert_num_queries(1):
        page.render(Context({"request": request}))
