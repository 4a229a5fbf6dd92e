import datetime as dt

import pytest
from django.utils import timezone

from companies.actions import edit_company
from companies.actions.errors import CompanyError, GoneError
from companies.actions.proposed_change import (
    accept_proposed_change,
    note_survey_marks,
    propose_company_change,
    refuse_proposed_change,
)
from companies.enums import ContactPart, ProposedChangeState
from companies.models import Contact, ProposedChange
from companies.proposals import LEADER
from core.french import phone
from core.models import ActivityEntry, Municipality
from tests.factories import CompanyFactory, ContactFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure, legal_name="Bâti Brenne", phone="+33254000000")


def propose(company, field, proposed, **options):
    return propose_company_change(company=company, field=field, proposed=proposed, now=NOW, **options)


def test_a_proposal_stands_beside_the_record_and_writes_nothing_on_it(company):
    change = propose(company, "phone", "+33254000001", origin="Enquête")
    company.refresh_from_db()
    assert company.phone == "+33254000000"
    assert (change.before, change.proposed, change.origin) == ("+33254000000", "+33254000001", "Enquête")


def test_the_last_proposal_takes_the_place_of_the_first(company):
    propose(company, "phone", "+33254000001")
    propose(company, "phone", "+33254000002")
    assert [row.proposed for row in ProposedChange.objects.waiting()] == ["+33254000002"]


def test_nothing_waits_once_the_company_says_what_we_know(company):
    propose(company, "phone", "+33254000001")
    assert propose(company, "phone", "02 54 00 00 00") is None
    assert not ProposedChange.objects.exists()


def test_what_was_refused_is_not_proposed_again(company, adviser):
    change = propose(company, "legal_name", "Bati Brenne SARL")
    refuse_proposed_change(change=change, by=adviser, now=NOW)
    told = ActivityEntry.objects.about(company).get()
    assert (told.title, told.by) == ("Correction écartée\u00a0: raison sociale", adviser)
    assert "Bati Brenne SARL" in told.body
    assert propose(company, "legal_name", "Bati Brenne SARL") is None
    assert propose(company, "legal_name", "Bati Brenne SAS") is not None


def test_accepting_writes_the_record_and_its_timeline(company, adviser):
    change = accept_proposed_change(change=propose(company, "phone", "+33254000001"), by=adviser, now=NOW)
    company.refresh_from_db()
    assert company.phone == "+33254000001"
    assert (change.state, change.decided_by) == (ProposedChangeState.ACCEPTED, adviser)
    told = ActivityEntry.objects.about(company).get()
    assert (told.by, told.title) == (
        adviser,
        f"Téléphone corrigé\u00a0: {phone('+33254000000')} → {phone('+33254000001')}",
    )


def test_accepting_twice_does_it_once(company, adviser):
    change = propose(company, "phone", "+33254000001")
    accept_proposed_change(change=change, by=adviser, now=NOW)
    edit_company(company=company, changes={"phone": "+33254000009"}, by=adviser, now=NOW)
    accept_proposed_change(change=change, by=adviser, now=NOW)
    refuse_proposed_change(change=change, by=adviser, now=NOW)
    company.refresh_from_db()
    assert company.phone == "+33254000009"
    assert ProposedChange.objects.get().state == ProposedChangeState.ACCEPTED


def test_a_commune_comes_with_its_code_and_position(company, adviser):
    Municipality.objects.create(insee_code="36034", name="Buzançais", postcodes=["36500"], latitude=46.9, longitude=1.4)
    accept_proposed_change(change=propose(company, "postcode", "36500"), by=adviser, now=NOW)
    company.refresh_from_db()
    assert (company.postcode, company.insee_code) == ("36500", "")
    accept_proposed_change(change=propose(company, "city", "BUZANCAIS"), by=adviser, now=NOW)
    company.refresh_from_db()
    assert (company.city, company.insee_code, company.latitude) == ("Buzançais", "36034", 46.9)


def test_a_contact_s_own_field(company, adviser):
    contact = ContactFactory(company=company, mobile="")
    change = propose(company, "mobile", "+33639980012", contact=contact)
    accept_proposed_change(change=change, by=adviser, now=NOW)
    contact.refresh_from_db()
    assert contact.mobile == "+33639980012"


def test_somebody_named_becomes_a_contact(company, adviser):
    change = propose(company, LEADER, "Nadia Haddad · 06 39 98 00 12 · nadia@bati.example")
    accept_proposed_change(change=change, by=adviser, now=NOW)
    contact = Contact.objects.get(company=company)
    assert (contact.first_name, contact.last_name, contact.part) == ("Nadia", "Haddad", ContactPart.DECIDES)
    assert (contact.mobile, contact.email) == ("+33639980012", "nadia@bati.example")


@pytest.mark.parametrize("field", ["notes", "adviser", "siret", "opted_out_at"])
def test_other_fields_are_not_proposed(company, field):
    with pytest.raises(CompanyError):
        propose(company, field, "x")


def test_a_company_in_the_bin_takes_nothing(company, adviser):
    change = propose(company, "phone", "+33254000001")
    company.put_in_bin(by=adviser, at=timezone.now())
    with pytest.raises(GoneError):
        accept_proposed_change(change=change, by=adviser, now=NOW)


def test_marks_are_noted_and_what_is_not_said_stays(company):
    note_survey_marks(company=company, marks={"recruits_all": True}, by=None, now=NOW, origin="Enquête")
    note_survey_marks(company=company, marks={"knows_aid": False}, by=None, now=NOW, origin="Enquête")
    company.refresh_from_db()
    assert (company.recruits_all, company.welcomes_all, company.knows_aid) == (True, False, False)
    titles = [entry.title for entry in ActivityEntry.objects.about(company)]
    assert len(titles) == 2
    note_survey_marks(company=company, marks={"knows_aid": False, "name": "x"}, by=None, now=NOW, origin="Enquête")
    assert ActivityEntry.objects.about(company).count() == 2
