"""Opportunities together: the board, the list, the seasons, the export, a gesture on several."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Municipality
from core.phases import Phase, SolutionKind
from opportunities.queries import CARDS_SHOWN
from opportunities.views.lists import TABS
from tests.conftest import signed_in
from tests.factories import CompanyFactory, NeedFactory, OccupationFactory, OpportunityFactory, YoungPersonFactory

pytestmark = pytest.mark.django_db

BOARD, LIST, SEASONS, FILTERS, PRINT, EXPORT, ASSIGN = (
    reverse(f"opportunities:opportunity_{name}")
    for name in ("board", "list", "seasons", "filters", "print", "export", "assign")
)
PAGES = [BOARD, LIST, SEASONS, FILTERS, PRINT]


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure, legal_name="Charpentes du Suin")


@pytest.fixture
def mine(company, adviser):
    return OpportunityFactory(
        company=company, title="Immersion charpente", managed_by=adviser, frequency="regular", months=[3, 4]
    )


@pytest.fixture
def theirs(other_structure):
    company = CompanyFactory(structure=other_structure, legal_name="CANARI")
    return OpportunityFactory(company=company, title="Canari du tableau", months=[3])


# --- every page -----------------------------------------------------------------------------------
@pytest.mark.parametrize("page", PAGES)
def test_pages_show_the_structure_alone(adviser_client, mine, theirs, page):
    for query in ({}, {"state": "open"}, {"sort": "-phase"}, {"columns": ["trades", "contact", "reason"]}):
        answer = adviser_client.get(page, query)
        assert answer.status_code == 200
        assert "canari" not in answer.text.lower()


@pytest.mark.parametrize("page", [*PAGES, EXPORT])
def test_pages_are_refused_to_administrators_and_coordinators(administrator, coordinator, mine, page):
    assert signed_in(administrator).get(page).status_code == 403
    assert signed_in(coordinator).get(page).status_code == 403


@pytest.mark.parametrize("page", [BOARD, LIST, SEASONS])
def test_pages_show_the_balance(adviser_client, mine, page):
    text = adviser_client.get(page).text
    assert all(phase.label in text for phase in Phase)
    assert "100\u00a0%" in text


@pytest.mark.parametrize(
    "query",
    [
        "sort=xx&after=zz",
        "phase=9&kind=zz&state=%00&months=0&month=13",
        "near=%00&km=-3&q=%00&trade=%00&city=%00",
        "company=zz&company=99999999999999999999999",
        "company=1",
        "q=%25%5F%5C%27%22&trade=%25",
        "manager=99999&manager=zz",
        "columns=zz&view=zz",
    ],
)
@pytest.mark.parametrize("page", [*PAGES, EXPORT])
def test_odd_address_is_harmless(adviser_client, mine, page, query):
    assert adviser_client.get(f"{page}?{query}").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [(BOARD, 11), (LIST, 11), (SEASONS, 9)])
def test_pages_cost_the_same_for_one_and_three(
    adviser_client, structure, adviser, page, queries, count, django_assert_num_queries
):
    for _ in range(count):
        row = OpportunityFactory(company=CompanyFactory(structure=structure), managed_by=adviser, months=[5])
        row.occupations.add(OccupationFactory())
    adviser_client.get(page)
    with django_assert_num_queries(queries):
        adviser_client.get(page)


# --- board ----------------------------------------------------------------------------------------
def test_board_by_phase_and_state(adviser_client, company, mine):
    OpportunityFactory(company=company, title="Visite", phase=1, kind=SolutionKind.COMPANY_VISIT, state="to_qualify")
    OpportunityFactory(company=company, title="Ancienne", state="closed")
    text = adviser_client.get(BOARD).text
    assert "1\u00a0ouverte, 1\u00a0place" in text
    assert "À qualifier" in text
    assert "Ancienne" not in text
    assert text.index("Visite") < text.index("Immersion charpente")


def test_each_card_has_its_own_menu(adviser_client, company):
    first = OpportunityFactory(company=company, title="Été <b>& Cie</b>")
    second = OpportunityFactory(company=company, title="--card-url--")
    text = adviser_client.get(BOARD).text
    for row in (first, second):
        move = reverse("opportunities:opportunity_move", args=[row.pk])
        assert f'value="filled" formaction="{move}"' in text
        assert f'href="{move}?to=withdrawn"' in text
    assert 'aria-label="Changer l’état de Été &lt;b&gt;&amp; Cie&lt;/b&gt;"' in text
    assert 'aria-label="Changer l’état de --card-url--"' in text
    assert "--card-title--" not in text


def test_board_keeps_what_was_filled_this_month(adviser_client, company):
    OpportunityFactory(company=company, title="De ce mois", state="filled")
    OpportunityFactory(
        company=company, title="Plus ancienne", state="filled", state_since=timezone.now() - dt.timedelta(days=40)
    )
    text = adviser_client.get(BOARD).text
    assert "De ce mois" in text
    assert "Plus ancienne" not in text


def test_board_is_bounded_and_says_what_it_hides(adviser_client, company):
    OpportunityFactory.create_batch(CARDS_SHOWN + 2, company=company)
    text = adviser_client.get(BOARD).text
    assert text.count("data-card") == CARDS_SHOWN
    assert "Voir les 2 autres" in text


def test_board_says_where_needs_wait(adviser_client, structure, mine):
    for _ in range(2):
        NeedFactory(young_person=YoungPersonFactory(structure=structure))
    assert "2\u00a0besoins attendent ici" in adviser_client.get(BOARD).text
    mine.places = 2
    mine.save()
    assert "attendent ici" not in adviser_client.get(BOARD).text


def test_board_has_no_gesture_for_a_counsellor(counsellor, mine):
    text = signed_in(counsellor).get(BOARD).text
    assert "Immersion charpente" in text
    assert "formaction" not in text
    assert 'draggable="true"' not in text


def test_board_is_filtered(adviser_client, company, mine):
    OpportunityFactory(company=company, title="À personne")
    text = adviser_client.get(BOARD, {"manager": "me"}).text
    assert "gérées par" in text
    assert "À personne" not in text


# --- list -----------------------------------------------------------------------------------------
def titles(answer):
    return [row.title for row in answer.context["listing"].page.rows]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "charpente"}, True),
        ({"q": "suin"}, True),
        ({"q": "boulangerie"}, False),
        ({"phase": "2"}, True),
        ({"phase": "4"}, False),
        ({"kind": "immersion_confirm"}, True),
        ({"state": "live"}, True),
        ({"state": "closed"}, False),
        ({"trade": "charpentier"}, True),
        ({"trade": "f1503"}, True),
        ({"trade": "coiffeur"}, False),
        ({"family": "F"}, True),
        ({"family": "G"}, False),
        ({"city": "le blanc"}, True),
        ({"city": "36300"}, True),
        ({"city": "Paris"}, False),
        ({"manager": "me"}, True),
        ({"manager": "none"}, False),
        ({"frequency": "regular"}, True),
        ({"frequency": "seasonal"}, False),
        ({"month": "4"}, True),
        ({"month": "5"}, False),
        ({"free": "yes"}, True),
        ({"open_to_all": "yes"}, False),
        ({"without_car": "yes"}, False),
        ({"answer": "soon"}, False),
        ({"origin": "survey"}, False),
    ],
)
def test_filters(adviser_client, mine, query, found):
    answer = adviser_client.get(LIST, query)
    assert titles(answer) == (["Immersion charpente"] if found else [])
    assert answer.context["listing"].chips()


def test_filter_by_distance(adviser_client, mine):
    Municipality.objects.create(
        insee_code="36018", name="Le Blanc", postcodes=["36300"], latitude=46.63, longitude=1.06
    )
    mine.latitude, mine.longitude = 46.70, 1.06
    mine.save()
    assert titles(adviser_client.get(LIST, {"near": "Le Blanc", "km": "10"})) == ["Immersion charpente"]
    assert titles(adviser_client.get(LIST, {"near": "Le Blanc", "km": "5"})) == []


@pytest.mark.parametrize(
    ("starts", "ends", "month", "found"),
    [
        ("2026-03-10", "2026-05-02", 4, True),
        ("2026-03-10", "2026-05-02", 6, False),
        ("2026-11-10", "2027-02-02", 1, True),
        ("2026-11-10", "2027-02-02", 12, True),
        ("2026-11-10", "2027-02-02", 5, False),
        ("2025-01-10", "2027-02-02", 8, True),
    ],
)
def test_filter_by_month_of_a_period(adviser_client, company, starts, ends, month, found):
    OpportunityFactory(company=company, title="Période", starts_on=starts, ends_on=ends)
    assert titles(adviser_client.get(LIST, {"month": month})) == (["Période"] if found else [])


def test_filter_by_company_and_answer_soon(adviser_client, company, mine):
    other = OpportunityFactory(company=CompanyFactory(structure=company.structure), answer_by=timezone.localdate())
    assert titles(adviser_client.get(LIST, {"company": company.pk})) == ["Immersion charpente"]
    assert titles(adviser_client.get(LIST, {"answer": "soon"})) == [other.title]


@pytest.mark.parametrize("query", [query for _, query in TABS])
def test_tab_is_marked_on_its_own_address(adviser_client, mine, query):
    listing = adviser_client.get(f"{LIST}?{query}")
    assert [tab.url for tab in listing.context["tabs"] if tab.current] == [f"{LIST}?{query}" if query else LIST]


def test_second_page_goes_on_where_the_first_ended(adviser_client, company):
    for number in range(30):
        OpportunityFactory(company=company, title=f"Opportunité {number:02}")
    first = adviser_client.get(LIST, {"sort": "-title"})
    assert "1 à 25 sur 30" in first.text
    second = adviser_client.get(first.context["listing"].next_url())
    assert titles(second) == [f"Opportunité {number:02}" for number in (4, 3, 2, 1, 0)]


# --- export and paper -----------------------------------------------------------------------------
def test_export_holds_the_list(adviser_client, mine, theirs):
    answer = adviser_client.get(EXPORT, {"format": "csv", "all": "1"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text), delimiter=";")
    assert header[:3] == ["Opportunité", "Entreprise", "Commune"]
    assert "Ce qui se négocie" in header
    assert [row[0] for row in rows] == ["Immersion charpente"]
    assert rows[0][header.index("Mois")] == "de mars à avril"
    assert adviser_client.get(EXPORT, {"format": "xlsx"}).status_code == 200


def test_counsellors_do_not_export(counsellor, mine):
    assert signed_in(counsellor).get(EXPORT).status_code == 403


# --- seasons --------------------------------------------------------------------------------------
def test_seasons_show_what_comes_back(adviser_client, company, mine):
    OpportunityFactory(company=company, title="Une fois")
    text = adviser_client.get(SEASONS).text
    assert "Immersion charpente" in text
    assert "Une fois" not in text


def test_seasons_say_what_to_ask_for_again(adviser_client, company):
    coming = timezone.localdate().month % 12 + 1
    past = OpportunityFactory(company=company, title="Vendanges", state="closed", months=[coming])
    text = adviser_client.get(SEASONS).text
    assert "à redemander maintenant" in text
    assert reverse("opportunities:opportunity_duplicate", args=[past.pk]) in text
    adviser_client.post(reverse("opportunities:opportunity_duplicate", args=[past.pk]))
    assert "à redemander maintenant" not in adviser_client.get(SEASONS).text


# --- several at once ------------------------------------------------------------------------------
def test_assigning_several(adviser_client, mine, theirs, colleague):
    ids = {"ids": [mine.pk, theirs.pk]}
    assert "Confier 1" in adviser_client.post(ASSIGN, ids).text
    adviser_client.post(ASSIGN, {**ids, "step": "apply", "manager": colleague.pk})
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.managed_by, theirs.managed_by) == (colleague, None)


def test_assigning_nothing_or_to_a_stranger(adviser_client, mine, outsider):
    assert "Cochez" in adviser_client.post(ASSIGN, follow=True).text
    answer = adviser_client.post(ASSIGN, {"ids": [mine.pk], "step": "apply", "manager": outsider.pk})
    assert "à corriger" in answer.text
