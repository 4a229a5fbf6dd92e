import pytest

from campaigns.actions.audience import check_audience, choose_audience, exclude_recipient, include_recipient
from campaigns.actions.campaigns import edit_campaign
from campaigns.actions.errors import CampaignError
from campaigns.enums import Channel, Exclusion
from campaigns.models import Recipient
from companies.models import Company, Contact
from tests.campaigns.choosing import NOW, choose
from tests.factories import CompanyFactory, ContactFactory, LetterVersionFactory

pytestmark = pytest.mark.django_db


def test_an_audience_is_written_with_those_left_out(chosen, structure, adviser):
    CompanyFactory(structure=structure, legal_name="Sans adresse")
    choose(chosen, adviser)
    assert Recipient.objects.filter(campaign=chosen).included().count() == 3
    (out,) = Recipient.objects.filter(campaign=chosen).excluded()
    assert (str(out.company), out.exclusion) == ("Sans adresse", Exclusion.NO_EMAIL)


def test_another_audience_replaces_the_first(chosen, adviser, companies):
    choose(chosen, adviser, pk=companies[0].pk)
    assert [row.company for row in Recipient.objects.filter(campaign=chosen)] == [companies[0]]


def test_companies_of_another_structure_are_never_chosen(draft, other_structure, outsider, adviser):
    CompanyFactory(structure=other_structure)
    with pytest.raises(CampaignError, match="Aucune entreprise"):
        choose_audience(campaign=draft, companies=Company.objects.all(), query="", label="", by=adviser, now=NOW)


def test_too_many_companies_are_refused(draft, companies, adviser, monkeypatch):
    monkeypatch.setattr("campaigns.actions.audience.MAX_AUDIENCE", 2)
    with pytest.raises(CampaignError, match="plus étroite"):
        choose(draft, adviser)


def test_what_was_mended_lets_the_company_in(draft, structure, adviser):
    company = CompanyFactory(structure=structure)
    choose(draft, adviser)
    ContactFactory(company=company, email="nouvelle@entreprise.example")
    check_audience(campaign=draft, by=adviser, now=NOW)
    recipient = Recipient.objects.get(campaign=draft)
    assert (recipient.exclusion, recipient.email) == ("", "nouvelle@entreprise.example")


def test_two_companies_may_exchange_their_addresses(chosen, companies, adviser):
    first, second = Contact.objects.filter(company__in=companies[:2]).order_by("pk")
    first.email, second.email = second.email, first.email
    first.save()
    second.save()
    check_audience(campaign=chosen, by=adviser, now=NOW)
    assert Recipient.objects.get(campaign=chosen, company=companies[0]).email == "c1@entreprise.example"
    assert Recipient.objects.included().filter(campaign=chosen).count() == 3


def test_a_company_gone_to_the_bin_leaves_the_campaign(chosen, companies, adviser):
    Company.objects.filter(pk=companies[0].pk).update(deleted_at=NOW)
    check_audience(campaign=chosen, by=adviser, now=NOW)
    assert Recipient.objects.filter(campaign=chosen).count() == 2


def test_what_the_letter_lacks_leaves_the_company_out(chosen, structure, adviser, companies):
    Contact.objects.filter(company=companies[0]).update(first_name="", last_name="", job_title="Gérante")
    letter = LetterVersionFactory(structure=structure, body="Bonjour {contact}")
    edit_campaign(campaign=chosen, changes={"letter": letter}, by=adviser, now=NOW)
    (out,) = Recipient.objects.filter(campaign=chosen).excluded()
    assert (out.company, out.exclusion) == (companies[0], Exclusion.MISSING_FIELD)
    assert out.exclusion_note == "Il manque le nom du contact."


def test_another_way_of_sending_looks_at_the_audience_again(chosen, adviser):
    edit_campaign(campaign=chosen, changes={"channel": Channel.POST}, by=adviser, now=NOW)
    assert set(Recipient.objects.filter(campaign=chosen).values_list("exclusion", flat=True)) == {"no_address"}


# --- by hand ------------------------------------------------------------------------------------
def test_a_person_takes_a_company_out_and_puts_it_back(chosen, adviser):
    recipient = Recipient.objects.filter(campaign=chosen).first()
    exclude_recipient(recipient=recipient, by=adviser, now=NOW)
    check_audience(campaign=chosen, by=adviser, now=NOW)
    recipient.refresh_from_db()
    assert (recipient.exclusion, recipient.exclusion_note) == (Exclusion.BY_HAND, "Par Léa Morin.")
    include_recipient(recipient=recipient, by=adviser, now=NOW)
    recipient.refresh_from_db()
    assert recipient.is_included


def test_a_company_kept_by_a_person_stays_kept(chosen, structure, adviser):
    asleep = CompanyFactory(structure=structure, watched=True)
    ContactFactory(company=asleep, email="asleep@entreprise.example")
    choose(chosen, adviser)
    recipient = Recipient.objects.get(company=asleep)
    assert recipient.exclusion == Exclusion.WATCH
    include_recipient(recipient=recipient, by=adviser, now=NOW)
    check_audience(campaign=chosen, by=adviser, now=NOW)
    recipient.refresh_from_db()
    assert recipient.is_included
    assert recipient.exclusion_note == "Gardée par Léa Morin (en veille)."


def test_nobody_writes_to_whom_wants_no_mail(chosen, companies, adviser):
    Contact.objects.filter(company=companies[0]).update(opted_out_at=NOW)
    check_audience(campaign=chosen, by=adviser, now=NOW)
    recipient = Recipient.objects.get(company=companies[0])
    with pytest.raises(CampaignError, match="corrige d’abord"):
        include_recipient(recipient=recipient, by=adviser, now=NOW)


def test_one_address_never_gets_two_messages(chosen, structure, adviser):
    twin = CompanyFactory(structure=structure, legal_name="Zinguerie")
    ContactFactory(company=twin, email="C0@entreprise.example")
    choose(chosen, adviser)
    recipient = Recipient.objects.get(company=twin)
    assert recipient.exclusion == Exclusion.DUPLICATE
    with pytest.raises(CampaignError, match="à cette adresse"):
        include_recipient(recipient=recipient, by=adviser, now=NOW)
