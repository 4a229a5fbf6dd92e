"""The list of companies as a page, a file and a sheet of paper."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.enums import Role
from core.models import SavedView
from tests.conftest import member, signed_in
from tests.factories import CompanyFactory, ContactFactory, MembershipFactory, NextActionFactory, TagFactory

URL = reverse("companies:company_list")
EXPORT = reverse("companies:company_export")
PAGES = ["company_list", "company_filters", "company_print"]


@pytest.fixture
def mine(structure):
    return CompanyFactory(structure=structure, legal_name="Atelier Fontenille")


@pytest.fixture
def theirs(other_structure):
    company = CompanyFactory(structure=other_structure, legal_name="CANARI", city="Canariville")
    ContactFactory(company=company, last_name="Canaricontact")
    TagFactory(structure=other_structure, name="canaritag").companies.add(company)
    return company


@pytest.mark.parametrize("name", PAGES)
def test_page_shows_the_structure_alone(adviser_client, mine, theirs, name):
    for query in ({}, {"q": "canari"}, {"sort": "-last"}, {"columns": ["tags", "contact", "city"]}):
        answer = adviser_client.get(reverse(f"companies:{name}"), query)
        assert answer.status_code == 200
        text = answer.text.replace("canari\u00a0", "").replace('value="canari"', "").replace("q=canari", "")
        assert "canari" not in text.lower()


@pytest.mark.parametrize("name", PAGES)
def test_page_anonymous_signs_in(client, db, name):
    assert client.get(reverse(f"companies:{name}")).status_code == 302


def test_a_selection_of_an_endless_list_is_counted_less_far(adviser_client, structure, monkeypatch):
    for _ in range(4):
        CompanyFactory(structure=structure, sector="construction")
    assert "1 à 4 sur 4" in adviser_client.get(URL, {"sector": "construction"}).text
    monkeypatch.setattr("core.lists.COUNT_CAP", 3)
    monkeypatch.setattr("companies.views.lists.SELECTION_CAP", 2)
    assert "plus de 3 en tout" in adviser_client.get(URL).text
    assert "plus de 2 en tout" in adviser_client.get(URL, {"sector": "construction"}).text


@pytest.mark.parametrize("role", Role.values)
def test_every_role_reads_the_list(structure, mine, role):
    client = signed_in(member(structure, role))
    assert "Atelier Fontenille" in client.get(URL).text


def test_coordinator_sees_no_row(coordinator, mine):
    assert "Atelier Fontenille" not in signed_in(coordinator).get(URL).text


def test_only_editors_get_boxes_and_gestures(structure, mine, adviser_client, counsellor):
    assert "data-row" in adviser_client.get(URL).text
    text = signed_in(counsellor).get(URL).text
    assert "data-row" not in text
    assert "data-bulk" not in text


@pytest.mark.parametrize(
    "query",
    [
        "sort=xx&page=zz",
        "sort=-",
        "sort=-xx&after=zz&before=%00",
        "after=WzEsMSwxXQ&sort=last",
        "columns=zz",
        "view=zz",
        "view=999999999999999999999",
        "sector=%00&state=zz&near=%00&km=-3",
        "q=%25%5F%5C%27%22",
        "q=" + "a" * 3000,
        "sort=name&sort=last&columns=",
    ],
)
def test_odd_address_is_harmless(adviser_client, mine, query):
    for url in (URL, reverse("companies:company_filters"), reverse("companies:company_print"), EXPORT):
        assert adviser_client.get(f"{url}?{query}").status_code == 200


def test_filter_not_understood_is_said(adviser_client, mine):
    answer = adviser_client.get(URL, {"sector": "zz"})
    assert "n’a pas été compris" in answer.text
    assert "Secteur" in answer.text


def test_list_says_counts_and_words(adviser_client, structure, mine):
    CompanyFactory(structure=structure, sector="green")
    text = adviser_client.get(URL, {"sector": "green"}).text
    assert "1 sur 2" in text
    assert "<b>Espaces verts" in text
    assert "Tout effacer" in text


def test_second_page_goes_on_where_the_first_ended(adviser_client, structure):
    for number in range(30):
        CompanyFactory(structure=structure, legal_name=f"Maison {number:02}")
    first = adviser_client.get(URL, {"sort": "-name"})
    listing = first.context["listing"]
    assert "1 à 25 sur 30" in first.text
    second = adviser_client.get(listing.next_url())
    assert "26 à 30 sur 30" in second.text
    assert [row.legal_name for row in second.context["listing"].page.rows] == [
        f"Maison {n:02}" for n in (4, 3, 2, 1, 0)
    ]
    again = adviser_client.get(second.context["listing"].previous_url())
    assert [row.pk for row in again.context["listing"].page.rows] == [row.pk for row in listing.page.rows]


@pytest.mark.parametrize(
    "sort", ["name", "-name", "state", "last", "-last", "next", "-next", "adviser", "city", "sector"]
)
def test_header_says_the_order(adviser_client, mine, sort):
    text = adviser_client.get(
        URL, {"sort": sort, "columns": ["state", "last", "next", "adviser", "city", "sector"]}
    ).text
    assert text.count("aria-sort") == 1
    assert f'aria-sort="{"descending" if sort[0] == "-" else "ascending"}"' in text


def fill(structure, adviser, count):
    tag = TagFactory(structure=structure)
    for _ in range(count):
        company = CompanyFactory(structure=structure, adviser=adviser, last_interaction_on=timezone.localdate())
        company.tags.add(tag)
        ContactFactory(company=company)
        NextActionFactory(company=company, assigned_to=adviser)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("query", "queries"),
    [
        # Two of them are the test's own savepoint.
        ("", 11),
        ("sort=-last", 12),
        ("sector=construction&state=prospect", 11),
        ("columns=contact&columns=tags&columns=state", 12),
    ],
)
def test_list_asks_a_constant_number_of_queries(
    structure, adviser, adviser_client, django_assert_num_queries, count, query, queries
):
    fill(structure, adviser, count)
    adviser_client.get(URL)
    with django_assert_num_queries(queries):
        adviser_client.get(f"{URL}?{query}")


def test_columns_are_chosen_and_remembered(adviser_client, mine):
    url = reverse("companies:company_columns")
    answer = adviser_client.post(url, {"query": "sector=construction", "columns": ["city", "siret", "zz"]}, follow=True)
    shown = [header.label for header in answer.context["listing"].headers()]
    assert shown == ["Entreprise", "Commune", "SIRET"]
    assert answer.request["QUERY_STRING"] == "sector=construction&columns=city&columns=siret"
    assert [header.label for header in adviser_client.get(URL).context["listing"].headers()] == shown
    assert adviser_client.get(URL, {"columns": "state"}).context["listing"].headers()[1].label == "État"
    adviser_client.post(url, {"query": "", "usual": "1"})
    assert len(adviser_client.get(URL).context["listing"].headers()) == 5


def test_filters_open_as_a_window_or_a_page(adviser_client, mine):
    url = reverse("companies:company_filters")
    assert "<dialog" in adviser_client.get(url, headers={"HX-Request": "true"}).text
    assert "<!doctype html>" in adviser_client.get(url, {"state": "watch"}).text


def test_empty_list_says_what_to_do(adviser_client, counsellor):
    assert "Importer un fichier" in adviser_client.get(URL).text
    assert "Aucune entreprise pour le moment" in signed_in(counsellor).get(URL).text


def test_nothing_found_offers_the_whole_list(adviser_client, mine):
    assert "Voir toutes les entreprises" in adviser_client.get(URL, {"q": "introuvable"}).text


# --- tabs ----------------------------------------------------------------------------------------
def test_saved_view_is_a_tab_for_its_owner_and_those_she_shares_with(structure, adviser, colleague, mine):
    SavedView.objects.create(
        listing="companies", structure=structure, owner=adviser, name="Mes BTP", query="sector=construction"
    )
    shared = SavedView.objects.create(
        structure=structure, listing="companies", owner=adviser, name="À relancer", query="action=late", is_shared=True
    )
    assert "Mes BTP" in signed_in(adviser).get(URL).text
    text = signed_in(colleague).get(URL).text
    assert "Mes BTP" not in text
    assert "partagée par Léa Morin" in text
    answer = signed_in(colleague).get(URL, {"action": "late", "view": shared.pk})
    assert [tab.label for tab in answer.context["tabs"] if tab.current] == ["À relancer"]


def test_built_in_tab_is_current_by_its_filters(adviser_client, mine):
    for query, label in [("", "Toutes"), ("adviser=me", "Mes entreprises"), ("state=watch&sort=-last", "En veille")]:
        tabs = adviser_client.get(f"{URL}?{query}").context["tabs"]
        assert [tab.label for tab in tabs if tab.current] == [label]


# --- export --------------------------------------------------------------------------------------
def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";"))


def test_export_holds_what_is_shown_in_its_order(adviser_client, structure, theirs):
    for name, city in [("Zoo", "Blois"), ("Abeille", "Tours"), ("Milan", "Blois")]:
        CompanyFactory(structure=structure, legal_name=name, city=city, siret="")
    answer = adviser_client.get(EXPORT, {"city": "blois", "sort": "-name", "columns": "state", "format": "csv"})
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    header, *rows = rows_of(answer)
    assert header == ["Entreprise", "Activité", "Commune", "Effectif", "État de la relation"]
    assert [row[0] for row in rows] == ["Zoo", "Milan"]


def test_export_of_every_column(adviser_client, structure, mine):
    TagFactory(structure=structure, name="forum").companies.add(mine)
    header, row = rows_of(adviser_client.get(EXPORT, {"all": "1", "format": "csv"}))
    assert {"SIRET", "Étiquettes", "Adresse", "Contact", "Prochaine action"} <= set(header)
    assert row[header.index("Étiquettes")] == "forum"


def test_export_runs_no_formula(adviser_client, structure):
    CompanyFactory(structure=structure, legal_name="=cmd|' /C calc'!A0", city="@SOMME(1)", siret="")
    _, row = rows_of(adviser_client.get(EXPORT, {"format": "csv"}))
    assert row[0].startswith("'=")
    assert row[2].startswith("'@")
    book = CalamineWorkbook.from_filelike(io.BytesIO(adviser_client.get(EXPORT, {"format": "xlsx"}).getvalue()))
    assert book.get_sheet_by_index(0).to_python()[1][0] == "=cmd|' /C calc'!A0"


def test_export_keeps_the_zeros_of_a_siret(adviser_client, structure):
    CompanyFactory(structure=structure, siret="00508404600010", postcode="01000")
    answer = adviser_client.get(EXPORT, {"format": "xlsx", "columns": ["siret", "postcode"]})
    row = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue())).get_sheet_by_index(0).to_python()[1]
    assert row[-2:] == ["01000", "00508404600010"]


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.ADMINISTRATOR])
def test_export_is_for_editors(structure, mine, role):
    assert signed_in(member(structure, role)).get(EXPORT).status_code == 403


def test_export_leaves_out_structures_where_one_only_reads(structure, other_structure, adviser, mine, theirs):
    MembershipFactory(user=adviser, structure=other_structure, role=Role.COUNSELLOR)
    client = signed_in(adviser)
    assert "CANARI" in client.get(URL).text
    assert [row[0] for row in rows_of(client.get(EXPORT, {"format": "csv"}))[1:]] == ["Atelier Fontenille"]


def test_export_too_long_is_refused_in_words(adviser_client, structure, mine, monkeypatch):
    monkeypatch.setattr("core.views.lists.MAX_ROWS", 0)
    answer = adviser_client.get(EXPORT)
    assert answer.status_code == 413
    assert "Filtrez-la" in answer.text


@pytest.mark.parametrize("verb", ["post", "put", "delete"])
def test_reading_pages_refuse_other_verbs(adviser_client, mine, verb):
    for name in (*PAGES, "company_export"):
        assert getattr(adviser_client, verb)(reverse(f"companies:{name}")).status_code == 405


def test_list_under_row_level_security(adviser, adviser_client, mine, theirs, app_role):
    """The application's own role reads the page: the policies and the filters agree."""
    text = adviser_client.get(URL, {"q": "atelier"}).text
    assert "Atelier Fontenille" in text
    assert "CANARI" not in text


# --- gestures of a row ----------------------------------------------------------------------------
def gestures(client, company):
    return client.get(reverse("companies:company_gestures", args=[company.pk]))


def test_row_menu_calls_notes_and_plans(adviser_client, mine):
    mine.phone = "+33254000001"
    mine.save()
    ContactFactory(company=mine, is_main=True, phone="", mobile="+33600000009")
    text = gestures(adviser_client, mine).text
    assert "tel:+33600000009" in text
    for word in ("Appeler", "Noter un échange", "Planifier une action"):
        assert word in text


def test_row_menu_offers_what_one_may_do(counsellor, administrator, outsider, mine):
    text = gestures(signed_in(counsellor), mine).text
    assert "Noter un échange" in text
    assert "Planifier" not in text
    assert "Noter un échange" not in gestures(signed_in(administrator), mine).text
    assert gestures(signed_in(outsider), mine).status_code == 404
