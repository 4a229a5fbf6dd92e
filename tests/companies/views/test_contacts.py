"""People of a company, and the bin."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.actions import edit_contact
from companies.models import Company, Contact
from tests.factories import CompanyFactory, ContactFactory, InteractionFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
BIN = "/entreprises/corbeille/"


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure, legal_name="Charpentes du Suin")


@pytest.fixture
def nadia(company):
    return ContactFactory(company=company, first_name="Nadia", last_name="Haddad", is_main=True)


def url(name, row):
    return reverse(f"companies:contact_{name}", args=[row.pk])


def test_a_contact_is_added_with_a_phone_as_typed(adviser_client, company):
    data = {"first_name": "Nadia", "mobile": "06.00.00.00.00", "civility": "mme", "part": "decides"}
    assert adviser_client.post(url("create", company), data).url == company.get_absolute_url()
    contact = Contact.objects.get()
    assert (contact.mobile, contact.is_main, contact.company) == ("+33600000000", True, company)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "__all__"),
        ({"notes": "rien d’autre"}, "__all__"),
        ({"last_name": "x" * 5000}, "last_name"),
        ({"last_name": "nul\x00"}, "last_name"),
        ({"last_name": "A", "mobile": "12"}, "mobile"),
        ({"last_name": "A", "email": "pas une adresse"}, "email"),
        ({"last_name": "A", "civility": "dr"}, "civility"),
        ({"last_name": "A", "part": "zzz"}, "part"),
        ({"last_name": "A", "notes": "x" * 10_001}, "notes"),
    ],
)
def test_bad_input_comes_back(adviser_client, company, data, field):
    response = adviser_client.post(url("create", company), data)
    assert field in response.context["form"].errors
    assert not Contact.objects.exists()


def test_a_contact_that_says_nothing_is_told_so_once(adviser_client, company):
    form = adviser_client.post(url("create", company), {}).context["form"]
    assert form.non_field_errors() == ["Indiquez au moins un nom, une fonction, un e-mail ou un téléphone."]


def test_a_contact_saved_first_by_somebody_else(adviser_client, nadia, colleague):
    edit_contact(contact=nadia, changes={"job_title": "directrice"}, by=colleague, now=timezone.now())
    data = {"first_name": "Nadia", "last_name": "Haddad", "job_title": "gérante", "version": 1}
    response = adviser_client.post(url("edit", nadia), data)
    page = response.content.decode()
    assert response.status_code == 409
    assert "directrice" in page
    assert "gérante" in page
    assert "Samir Benali" in page
    choice = {**dict(response.context["posted"]), "version": 2, "keep-job_title": "mine"}
    assert adviser_client.post(url("edit", nadia), choice).status_code == 302
    nadia.refresh_from_db()
    assert nadia.job_title == "gérante"


def test_two_versions_of_a_contact_are_chosen_field_by_field(adviser_client, nadia, colleague):
    base = adviser_client.get(url("edit", nadia)).context["base"]
    edit_contact(contact=nadia, changes={"notes": "Le matin", "is_main": False}, by=colleague, now=timezone.now())
    data = {"first_name": "Nadia", "last_name": "Haddad", "job_title": "gérante", "is_main": "on"}
    data |= {"part": nadia.part, "version": 1}
    response = adviser_client.post(url("edit", nadia), {**data, "base": base})
    chosen = {row["name"]: row["is_mine"] for row in response.context["rows"]}
    assert chosen == {"job_title": True, "notes": False, "is_main": False}
    choice = dict(response.context["posted"]) | {"version": response.context["version"]}
    choice |= {f"keep-{name}": "mine" if mine else "theirs" for name, mine in chosen.items()}
    assert adviser_client.post(url("edit", nadia), choice).status_code == 302
    nadia.refresh_from_db()
    assert (nadia.job_title, nadia.notes, nadia.is_main) == ("gérante", "Le matin", False)


def test_who_left_is_kept_and_may_return(adviser_client, nadia):
    response = adviser_client.post(url("leave", nadia), {"left_on": TODAY.isoformat()}, follow=True)
    assert url("return", nadia) in response.content.decode()
    nadia.refresh_from_db()
    assert nadia.left_on == TODAY
    adviser_client.post(url("return", nadia))
    nadia.refresh_from_db()
    assert (nadia.left_on, nadia.is_main) == (None, True)


@pytest.mark.parametrize("day", ["", "zzz", "1200-01-01", (TODAY + dt.timedelta(days=1)).isoformat()])
def test_a_departure_has_a_sensible_day(adviser_client, nadia, day):
    assert adviser_client.post(url("leave", nadia), {"left_on": day}).status_code == 200
    nadia.refresh_from_db()
    assert nadia.left_on is None


def test_gestures_on_a_contact(adviser_client, company, nadia):
    paul = ContactFactory(company=company, first_name="Paul", last_name="Ribot")
    adviser_client.post(url("main", paul))
    adviser_client.post(url("opt_out", nadia))
    nadia.refresh_from_db()
    paul.refresh_from_db()
    assert (paul.is_main, nadia.is_main, nadia.is_opted_out) == (True, False, True)
    assert "Ne veut plus d’e-mails" in adviser_client.get(company.get_absolute_url()).content.decode()
    adviser_client.post(url("opt_in", nadia))
    nadia.refresh_from_db()
    assert not nadia.is_opted_out


# --- bin -----------------------------------------------------------------------------------------
def test_a_company_goes_to_the_bin_and_comes_back_whole(adviser_client, company, nadia, adviser):
    InteractionFactory(company=company, by=adviser)
    response = adviser_client.post(reverse("companies:company_bin", args=[company.pk]), follow=True)
    restore = reverse("companies:company_restore", args=[company.pk])
    assert restore in response.content.decode()
    assert adviser_client.get(company.get_absolute_url()).status_code == 404
    page = adviser_client.get(BIN).content.decode()
    # Its people and exchanges went with it: one line, not three.
    assert page.count("Restaurer") == 1
    assert "Charpentes du Suin" in page
    assert "Léa Morin" in page
    adviser_client.post(restore)
    assert "Nadia Haddad" in adviser_client.get(company.get_absolute_url()).content.decode()


def test_a_company_whose_siret_was_taken_stays_in_the_bin(adviser_client, structure, adviser):
    company = CompanyFactory(structure=structure, siret="41234567800014", deleted_at=timezone.now())
    CompanyFactory(structure=structure, siret="41234567800014")
    page = adviser_client.post(reverse("companies:company_restore", args=[company.pk]), follow=True)
    assert "porte maintenant ce SIRET" in page.content.decode()
    assert Company.objects.get(pk=company.pk).is_deleted


def test_the_bin_of_another_structure_is_not_seen(adviser_client, other_structure):
    CompanyFactory(structure=other_structure, legal_name="Secrète", deleted_at=timezone.now())
    assert "Secrète" not in adviser_client.get(BIN).content.decode()


def test_a_merged_company_is_not_in_the_bin(adviser_client, structure, company):
    CompanyFactory(structure=structure, legal_name="Absorbée", merged_into=company, deleted_at=timezone.now())
    assert "La corbeille est vide" in adviser_client.get(BIN).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_bin_costs_the_same(adviser_client, company, structure, adviser, count, django_assert_max_num_queries):
    gone = {"deleted_at": timezone.now(), "deleted_by": adviser}
    CompanyFactory.create_batch(count, structure=structure, **gone)
    ContactFactory.create_batch(count, company=company, **gone)
    InteractionFactory.create_batch(count, company=company, by=adviser, **gone)
    adviser_client.get(BIN)
    with django_assert_max_num_queries(12):
        assert adviser_client.get(BIN).content.count(b"Restaurer") == 3 * count


# --- gestures ----------------------------------------------------------------------------------
def test_gestures_come_when_the_menu_opens(company, nadia, adviser_client):
    url = reverse("companies:contact_gestures", args=[nadia.pk])
    record = adviser_client.get(company.get_absolute_url()).content.decode()
    assert url in record
    assert "Mettre à la corbeille" not in record.split('id="company-contacts"')[1].split("</section>")[0]
    alone = adviser_client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert reverse("companies:contact_opt_out", args=[nadia.pk]) in alone
    assert "<html" not in alone
    assert "<html" in adviser_client.get(url).content.decode()


def test_a_counsellor_notes_and_does_not_edit(company, nadia, counsellor, as_user):
    menu = as_user(counsellor).get(reverse("companies:contact_gestures", args=[nadia.pk])).content.decode()
    assert "Noter un échange" in menu
    assert "Modifier" not in menu.split("<main")[1]
