"""The record of an opportunity, its form, its state, its criteria, its next season."""

import datetime as dt

import pytest
from django.urls import reverse

from core.phases import Phase, SolutionKind
from opportunities.actions import widen_criteria
from opportunities.models import Opportunity
from tests.conftest import member, signed_in
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    OccupationFactory,
    OpportunityFactory,
    PlacementFactory,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)
CREATE = reverse("opportunities:opportunity_create")
GIVEN = {
    "phase": Phase.JOB,
    "kind": SolutionKind.FIXED_SHORT,
    "title": "CDD charpentier, 6 mois",
    "places": "2",
    "received_on": "2026-11-20",
    "frequency": "occasional",
    "criteria": "Permis B",
    "state": "open",
}


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure, legal_name="Charpentes du Suin")


@pytest.fixture
def opportunity(company, adviser):
    return OpportunityFactory(
        company=company, title="Immersion charpente", places=3, criteria="Permis B", managed_by=adviser
    )


def url(name, row):
    return reverse(f"opportunities:opportunity_{name}", args=[row.pk])


def messages_of(answer):
    return [str(message) for message in answer.context["messages"]] if answer.context else []


# --- record ---------------------------------------------------------------------------------------
def test_record_tells_what_it_is_and_its_story(adviser_client, opportunity, adviser):
    widen_criteria(opportunity=opportunity, criteria="Permis non exigé", note="covoiturage", by=adviser, now=NOW)
    text = adviser_client.get(opportunity.get_absolute_url()).text
    for said in ("Immersion charpente", "Charpentes du Suin", "0/3", "Permis non exigé", "Au départ", "covoiturage"):
        assert said in text
    assert "Gérée par Léa Morin" in text
    assert "Équilibre des quatre phases" in text


def test_record_asks_its_buttons_of_the_table_of_moves(adviser_client, opportunity):
    text = adviser_client.get(opportunity.get_absolute_url()).text
    assert 'value="filled"' in text
    assert "?to=refused" in text
    opportunity.state = "closed"
    opportunity.save()
    text = adviser_client.get(opportunity.get_absolute_url()).text
    assert 'value="open"' in text
    assert 'value="filled"' not in text


def test_record_is_read_only_for_a_counsellor(counsellor, opportunity):
    text = signed_in(counsellor).get(opportunity.get_absolute_url()).text
    assert "Immersion charpente" in text
    assert "Modifier" not in text
    assert 'value="filled"' not in text


def test_record_of_another_structure_is_not_there(outsider, opportunity):
    assert signed_in(outsider).get(opportunity.get_absolute_url()).status_code == 404


def test_record_is_refused_to_an_administrator(administrator, opportunity):
    assert signed_in(administrator).get(opportunity.get_absolute_url()).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_record_costs_the_same_whatever_its_story(
    adviser_client, opportunity, adviser, django_assert_num_queries, count
):
    for number in range(count):
        widen_criteria(opportunity=opportunity, criteria=f"Critère {number}", by=adviser, now=NOW)
        opportunity.occupations.add(OccupationFactory(code=f"F16{number:02}", label=f"Métier {number}"))
        PlacementFactory(opportunity=opportunity)
    adviser_client.get(opportunity.get_absolute_url())
    with django_assert_num_queries(RECORD_QUERIES):
        adviser_client.get(opportunity.get_absolute_url())


RECORD_QUERIES = 14


# --- adding ---------------------------------------------------------------------------------------
def test_adding_asks_first_which_company(adviser_client, company, structure):
    company.adviser = member(structure, "adviser")
    company.save()
    text = adviser_client.get(CREATE, {"q": "charpentes", "phase": "4"}).text
    assert f"?entreprise={company.pk}&amp;phase=4" in text


def test_adding_from_the_company(adviser_client, company, adviser):
    ContactFactory(company=company, is_main=True)
    page = adviser_client.get(CREATE, {"entreprise": company.pk, "phase": "4", "genre": "permanent"})
    assert page.context["form"]["contact"].value() is not None
    answer = adviser_client.post(CREATE, {"entreprise": company.pk, **GIVEN}, follow=True)
    row = Opportunity.objects.get()
    assert (row.title, row.state, row.initial_criteria, row.created_by) == (GIVEN["title"], "open", "Permis B", adviser)
    assert row.city == company.city
    assert "est ajoutée" in answer.text


def test_the_kind_says_its_phase(adviser_client, company):
    adviser_client.post(CREATE, {"entreprise": company.pk, **GIVEN, "phase": "", "kind": "forum", "title": ""})
    row = Opportunity.objects.get()
    assert (row.phase, row.title) == (Phase.DISCOVERY, "Forum, job dating, rallye")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": ""}, "Genre"),
        ({"kind": "forum"}, "Choisissez un genre de la phase emploi"),
        ({"places": "0"}, "Places"),
        ({"starts_on": "2026-06-02", "ends_on": "2026-06-01"}, "La fin vient après le début"),
        ({"months": ["13"]}, "Mois"),
        ({"description": "numéro 2 05 05 36 018 001 23"}, "numéro de sécurité sociale"),
    ],
)
def test_what_makes_no_sense_is_said(adviser_client, company, wrong, said):
    answer = adviser_client.post(CREATE, {"entreprise": company.pk, **GIVEN, **wrong})
    assert said in answer.text
    assert "à corriger" in answer.text
    assert not Opportunity.objects.exists()


def test_adding_to_another_structure_s_company(adviser_client, other_structure):
    theirs = CompanyFactory(structure=other_structure)
    for answer in (
        adviser_client.get(CREATE, {"entreprise": theirs.pk}),
        adviser_client.post(CREATE, {"entreprise": theirs.pk, **GIVEN}),
    ):
        assert answer.status_code == 404


def test_ids_of_another_structure_are_refused(adviser_client, company, outsider):
    theirs = ContactFactory()
    values = {**GIVEN, "contact": theirs.pk, "managed_by": outsider.pk, "received_by": outsider.pk}
    answer = adviser_client.post(CREATE, {"entreprise": company.pk, **values})
    assert set(answer.context["form"].errors) == {"contact", "managed_by", "received_by"}


def test_counsellors_do_not_add(counsellor, company):
    assert signed_in(counsellor).get(CREATE).status_code == 403


# --- correcting -----------------------------------------------------------------------------------
def test_editing(adviser_client, opportunity):
    values = {**GIVEN, "version": opportunity.version, "months": ["3", "4"]}
    answer = adviser_client.post(url("edit", opportunity), values)
    assert answer.status_code == 302
    opportunity.refresh_from_db()
    assert (opportunity.title, opportunity.months, opportunity.state) == (GIVEN["title"], [3, 4], "open")


def test_two_people_editing_see_it(adviser_client, opportunity):
    answer = adviser_client.post(url("edit", opportunity), {**GIVEN, "version": 7})
    assert answer.status_code == 409
    opportunity.refresh_from_db()
    assert opportunity.title == "Immersion charpente"


def test_fewer_places_than_taken_is_said_in_the_form(adviser_client, opportunity):
    for _ in range(2):
        PlacementFactory(opportunity=opportunity, state="accepted")
    answer = adviser_client.post(url("edit", opportunity), {**GIVEN, "version": 1, "places": "1"})
    assert "2 places sont déjà prises" in answer.text


# --- states ---------------------------------------------------------------------------------------
def test_a_button_moves_at_once_and_comes_back(adviser_client, opportunity):
    board = reverse("opportunities:opportunity_board")
    answer = adviser_client.post(url("move", opportunity), {"to": "filled", "next": board})
    assert answer.url == board
    opportunity.refresh_from_db()
    assert opportunity.state == "filled"


def test_refusing_asks_why(adviser_client, opportunity):
    page = adviser_client.get(url("move", opportunity), {"to": "refused"})
    assert "Critère discriminatoire" in page.text
    assert "Pourquoi" in adviser_client.post(url("move", opportunity), {"to": "refused"}).text
    values = {"to": "refused", "answered": "1", "reason": "other", "note": ""}
    assert "Précisez en quelques mots" in adviser_client.post(url("move", opportunity), values).text
    adviser_client.post(url("move", opportunity), {**values, "reason": "safety"})
    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.refusal_reason) == ("refused", "safety")


def test_closing_with_somebody_waiting_is_confirmed(adviser_client, opportunity):
    PlacementFactory(opportunity=opportunity, state="proposed")
    page = adviser_client.post(url("move", opportunity), {"to": "closed"})
    assert "1\u00a0positionnement y est encore en cours" in page.text
    values = {"to": "closed", "answered": "1", "waiting": "1"}
    assert "à corriger" in adviser_client.post(url("move", opportunity), values).text
    adviser_client.post(url("move", opportunity), {**values, "confirmed": "on"})
    opportunity.refresh_from_db()
    assert opportunity.state == "closed"


@pytest.mark.parametrize("to", ["", "zz", "draft"])
def test_a_move_the_table_forbids_says_so(adviser_client, opportunity, to):
    answer = adviser_client.post(url("move", opportunity), {"to": to}, follow=True)
    assert "a changé d’état entre-temps" in answer.text


def test_counsellors_do_not_move(counsellor, opportunity):
    assert signed_in(counsellor).post(url("move", opportunity), {"to": "filled"}).status_code == 403


def test_there_is_one_way_to_put_somebody_forward(adviser_client, opportunity):
    text = adviser_client.get(opportunity.get_absolute_url()).text
    assert text.count("Positionner un jeune") == 1


# --- criteria and next season ---------------------------------------------------------------------
def test_widening_criteria(adviser_client, opportunity):
    values = {"criteria": "Permis non exigé", "note": "permis non exigé", "version": opportunity.version}
    assert adviser_client.post(url("criteria", opportunity), values).status_code == 302
    assert "critère élargi" in adviser_client.get(reverse("opportunities:opportunity_board")).text
    again = adviser_client.post(url("criteria", opportunity), {**values, "version": 2})
    assert "les mêmes" in again.text


def test_criteria_somebody_else_wrote_meanwhile_stand_beside_one_s_own(adviser_client, opportunity, colleague):
    page = adviser_client.get(url("criteria", opportunity))
    base = page.context["base"]
    widen_criteria(opportunity=opportunity, criteria="Permis ou vélo", by=colleague, now=NOW)
    typed = {"criteria": "Permis non exigé", "negotiable": "les horaires", "note": "covoiturage", "base": base}
    answer = adviser_client.post(url("criteria", opportunity), {**typed, "version": page.context["version"]})
    assert answer.status_code == 409
    assert [(row["mine"], row["theirs"], row["is_mine"]) for row in answer.context["rows"]] == [
        ("Permis non exigé", "Permis ou vélo", True),
        ("les horaires", "", True),
    ]
    assert "Samir Benali" in answer.text
    opportunity.refresh_from_db()
    assert opportunity.criteria == "Permis ou vélo"
    chosen = {**typed, "version": answer.context["version"], "keep-criteria": "mine", "keep-negotiable": "theirs"}
    assert adviser_client.post(url("criteria", opportunity), chosen).status_code == 302
    opportunity.refresh_from_db()
    assert (opportunity.criteria, opportunity.negotiable) == ("Permis non exigé", "")
    change = opportunity.criteria_changes.order_by("-pk").first()
    assert (change.before, change.note) == ("Permis ou vélo", "covoiturage")


def test_of_two_criteria_only_what_may_move_is_kept(adviser_client, opportunity, colleague):
    version = opportunity.version
    widen_criteria(opportunity=opportunity, criteria="Permis ou vélo", by=colleague, now=NOW)
    typed = {"criteria": "Permis non exigé", "negotiable": "les horaires"}
    answer = adviser_client.post(url("criteria", opportunity), {**typed, "version": version})
    chosen = {**typed, "version": answer.context["version"], "keep-criteria": "theirs", "keep-negotiable": "mine"}
    assert adviser_client.post(url("criteria", opportunity), chosen).status_code == 302
    opportunity.refresh_from_db()
    assert (opportunity.criteria, opportunity.negotiable) == ("Permis ou vélo", "les horaires")


def test_taking_it_up_again(adviser_client, opportunity):
    answer = adviser_client.post(url("duplicate", opportunity), follow=True)
    assert "en brouillon" in answer.text
    assert Opportunity.objects.get(copied_from=opportunity).state == "draft"


# --- the company's page ---------------------------------------------------------------------------
def test_company_page_asks_for_the_panel_and_reads_nothing_of_it(adviser_client, opportunity):
    text = adviser_client.get(opportunity.company.get_absolute_url()).text
    panel = reverse("opportunities:company_panel", args=[opportunity.company_id])
    assert f'hx-get="{panel}"' in text
    assert f'href="{panel}"' in text
    assert "Immersion charpente" not in text


@pytest.mark.parametrize("count", [1, 3])
def test_panel(adviser_client, opportunity, count, django_assert_num_queries):
    for _ in range(count - 1):
        OpportunityFactory(company=opportunity.company, state="closed")
    panel = reverse("opportunities:company_panel", args=[opportunity.company_id])
    adviser_client.get(panel)
    with django_assert_num_queries(PANEL_QUERIES):
        text = adviser_client.get(panel, headers={"HX-Request": "true"}).text
    assert "Immersion charpente" in text
    assert "<html" not in text
    assert "Places proposées" in text
    assert "<html" in adviser_client.get(panel).text


PANEL_QUERIES = 10


def test_panel_is_not_for_administrators(administrator, opportunity):
    panel = reverse("opportunities:company_panel", args=[opportunity.company_id])
    assert signed_in(administrator).get(panel).status_code == 403
    assert panel not in signed_in(administrator).get(opportunity.company.get_absolute_url()).text
