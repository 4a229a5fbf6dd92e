import pytest
from django.urls import reverse
from django.utils import timezone

from companies.actions.proposed_change import propose_company_change
from companies.enums import ProposedChangeState
from companies.models import Contact, ProposedChange
from companies.proposals import PERSON
from tests.factories import CompanyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure, legal_name="Bâti Brenne", phone="+33254000000")


def propose(company, field="phone", proposed="+33254000001"):
    return propose_company_change(company=company, field=field, proposed=proposed, now=timezone.now(), origin="Enquête")


def page_of(response):
    return response.content.decode().replace("&nbsp;", "\u00a0").replace("\u00a0", " ")


def test_the_record_says_that_something_waits(adviser_client, as_user, counsellor, company):
    assert "proposée par l’entreprise" not in page_of(adviser_client.get(company.get_absolute_url()))
    propose(company)
    assert "1 correction proposée par l’entreprise" in page_of(adviser_client.get(company.get_absolute_url()))
    assert "proposée par" not in page_of(as_user(counsellor).get(company.get_absolute_url()))


def test_both_are_side_by_side(adviser_client, company):
    propose(company)
    propose(company, "sector", "industry")
    propose(company, PERSON, "Louis Petit")
    page = page_of(adviser_client.get(reverse("companies:proposed_change_list", args=[company.pk])))
    assert "02 54 00 00 00" in page
    assert "<ins>02 54 00 00 01</ins>" in page
    assert "<ins>Industrie</ins>" in page
    assert "Ajouter ce contact" in page


def test_one_is_accepted_the_other_refused(adviser_client, company):
    first, second = propose(company), propose(company, "city", "Blois")
    response = adviser_client.post(reverse("companies:proposed_change_accept", args=[first.pk]))
    assert response.url == reverse("companies:proposed_change_list", args=[company.pk])
    response = adviser_client.post(reverse("companies:proposed_change_refuse", args=[second.pk]))
    assert response.url == company.get_absolute_url()
    company.refresh_from_db()
    assert (company.phone, company.city) == ("+33254000001", "Le Blanc")


def test_all_are_accepted_but_what_was_not_seen(adviser_client, company):
    seen, person, unseen = propose(company), propose(company, PERSON, "Louis Petit"), propose(company, "city", "Blois")
    address = reverse("companies:proposed_change_accept_all", args=[company.pk])
    adviser_client.post(address, {"change": [seen.pk, person.pk, "x"]})
    unseen.refresh_from_db()
    assert unseen.state == ProposedChangeState.PROPOSED
    assert Contact.objects.get(company=company).last_name == "Petit"
    assert ProposedChange.objects.waiting().count() == 1


def test_another_structure_finds_nothing(as_user, outsider, company):
    change = propose(company)
    assert as_user(outsider).post(reverse("companies:proposed_change_accept", args=[change.pk])).status_code == 404
