import datetime as dt

import pytest
from django.utils import timezone

from campaigns.audience import audience_lines, companies_listed, fix_of, missing_of
from campaigns.enums import Channel, Exclusion, RecipientState, SuppressionReason
from campaigns.models import SendingSettings, Suppression
from companies.actions import record_solicitation
from companies.enums import ContactPart, ServiceLevel
from companies.models import Company, DuplicatePair
from tests.factories import (
    CampaignFactory,
    CompanyFactory,
    ContactFactory,
    LetterVersionFactory,
    RecipientFactory,
)

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
pytestmark = pytest.mark.django_db


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure, legal_name="Charpentes du Suin", address="2 rue du Pont")


@pytest.fixture
def contact(company):
    return ContactFactory(company=company, email="nadia@suin.example", is_main=True)


def lines(structure, *companies, channel=Channel.EMAIL, **options):
    return audience_lines(
        companies=[company.pk for company in companies],
        structure=structure,
        channel=channel,
        settings=SendingSettings(structure=structure),
        now=NOW,
        today=TODAY,
        **options,
    )


def line(structure, company, **options):
    (found,) = lines(structure, company, **options)
    return found


# --- whom we write to ---------------------------------------------------------------------------
def test_a_company_is_written_to_at_its_main_contact(structure, company, contact):
    ContactFactory(company=company, email="decide@suin.example", part=ContactPart.DECIDES)
    found = line(structure, company)
    assert (found.exclusion, found.contact, found.email) == ("", contact, "nadia@suin.example")


def test_without_a_main_contact_whoever_decides_comes_first(structure, company):
    ContactFactory(company=company, email="tuteur@suin.example", part=ContactPart.TUTOR, last_name="Abel")
    ContactFactory(company=company, email="patronne@suin.example", part=ContactPart.DECIDES, last_name="Zola")
    assert line(structure, company).email == "patronne@suin.example"


def test_another_person_is_written_to_when_the_main_one_has_no_address(structure, company):
    ContactFactory(company=company, is_main=True, email="")
    ContactFactory(company=company, email="accueil@suin.example")
    assert line(structure, company).email == "accueil@suin.example"


def test_somebody_who_left_is_not_written_to(structure, company, contact):
    contact.left_on = TODAY
    contact.save()
    assert line(structure, company).exclusion == Exclusion.NO_EMAIL


def test_without_anybody_the_company_s_own_address_serves(structure, company):
    Company.objects.filter(pk=company.pk).update(email="bonjour@suin.example")
    found = line(structure, company)
    assert (found.email, found.contact, found.exclusion) == ("bonjour@suin.example", None, "")


# --- who is left out ----------------------------------------------------------------------------
def test_no_address(structure, company):
    assert line(structure, company).exclusion == Exclusion.NO_EMAIL


def test_what_is_not_an_address_is_said(structure, company):
    ContactFactory(company=company, email="nadia at suin", is_main=True)
    found = line(structure, company)
    assert found.exclusion == Exclusion.NO_EMAIL
    assert "nadia at suin" in found.note


def test_a_line_break_in_an_address_makes_it_none(structure, company):
    ContactFactory(company=company, email="nadia@suin.example\nBcc: autre@x.example", is_main=True)
    assert line(structure, company).exclusion == Exclusion.NO_EMAIL


def test_somebody_who_wants_no_more_mail(structure, company, contact):
    contact.opted_out_at = NOW
    contact.save()
    Company.objects.filter(pk=company.pk).update(email="bonjour@suin.example")
    found = line(structure, company)
    assert found.exclusion == Exclusion.OPTED_OUT
    assert contact.full_name in found.note


def test_an_address_that_refuses_our_messages(structure, company, contact):
    Suppression.objects.create(
        structure=structure, email="nadia@suin.example", reason=SuppressionReason.BOUNCED, at=NOW
    )
    contact.email = "Nadia@Suin.example"
    contact.save()
    assert line(structure, company).exclusion == Exclusion.SUPPRESSED


def test_an_address_that_unsubscribed_is_said_so(structure, company, contact):
    Suppression.objects.create(structure=structure, email=contact.email, reason=SuppressionReason.OPTED_OUT, at=NOW)
    assert line(structure, company).exclusion == Exclusion.OPTED_OUT


def test_a_suppression_of_another_structure_is_not_ours(structure, other_structure, company, contact):
    Suppression.objects.create(structure=other_structure, email=contact.email, reason="bounced", at=NOW)
    assert line(structure, company).is_included


def test_a_lifted_suppression_is_none(structure, company, contact):
    Suppression.objects.create(structure=structure, email=contact.email, reason="bounced", at=NOW, lifted_at=NOW)
    assert line(structure, company).is_included


def test_a_company_in_watch(structure, contact):
    asleep = CompanyFactory(structure=structure, watched=True)
    ContactFactory(company=asleep, email="x@y.example")
    found = line(structure, asleep)
    assert (found.exclusion, found.note) == (Exclusion.WATCH, "Fermée pour travaux")


@pytest.mark.parametrize("state", [RecipientState.ANSWERED, RecipientState.DECLINED])
def test_who_answered_lately_is_left_alone(structure, company, contact, state):
    at = NOW - dt.timedelta(days=20)
    RecipientFactory(
        campaign=CampaignFactory(structure=structure, name="Pacte de juin", running=True),
        company=company,
        contact=contact,
        state=state,
        state_since=at,
        answered_at=at,
    )
    found = line(structure, company)
    assert found.exclusion == Exclusion.ANSWERED_LATELY
    assert "Pacte de juin" in found.note
    assert ("N’a pas souhaité participer" in found.note) == (state == RecipientState.DECLINED)


def test_who_is_being_asked_by_another_campaign_is_left_alone(structure, company, contact):
    other = CampaignFactory(structure=structure, name="Pacte de juin", running=True)
    asked = RecipientFactory(campaign=other, company=company, contact=contact, state=RecipientState.ASKED)
    found = line(structure, company)
    assert found.exclusion == Exclusion.ASKED_TOO_OFTEN
    assert "pour répondre à «\u00a0Pacte de juin\u00a0»" in found.note
    assert line(structure, company, campaign=other).is_included
    asked.state = RecipientState.STOPPED
    asked.save()
    assert line(structure, company).is_included
    asked.state = RecipientState.ASKED
    asked.save()
    other.answer_by = TODAY - dt.timedelta(days=1)
    other.save()
    assert line(structure, company).is_included


def test_who_answered_long_ago_is_asked_again(structure, company, contact):
    at = NOW - dt.timedelta(days=400)
    RecipientFactory(
        campaign=CampaignFactory(structure=structure),
        company=company,
        contact=contact,
        state=RecipientState.ANSWERED,
        state_since=at,
        answered_at=at,
    )
    assert line(structure, company).is_included


def test_who_was_asked_too_often_is_told_with_who_and_when(structure, company, contact, adviser):
    Company.objects.filter(pk=company.pk).update(service_level=ServiceLevel.LIGHT)
    day = TODAY - dt.timedelta(days=12)
    record_solicitation(company=company, channel="event", on=day, by=adviser, title="Forum de l’emploi")
    found = line(structure, company)
    assert found.exclusion == Exclusion.ASKED_TOO_OFTEN
    assert "Léa Morin" in found.note
    assert "Forum de l’emploi" in found.note
    assert "De nouveau possible" in found.note


# --- duplicates ---------------------------------------------------------------------------------
def test_two_companies_with_one_address_get_one_message(structure, company, contact):
    other = CompanyFactory(structure=structure, legal_name="Zinguerie du Suin")
    ContactFactory(company=other, email="NADIA@suin.example")
    first, second = lines(structure, company, other)
    assert first.is_included
    assert (second.exclusion, second.note) == (Exclusion.DUPLICATE, "Même adresse que Charpentes du Suin.")


def test_two_establishments_of_one_company_get_one_message(structure, company, contact):
    Company.objects.filter(pk=company.pk).update(siret="73282932000074")
    other = CompanyFactory(structure=structure, legal_name="Suin agence", siret="73282932000082")
    ContactFactory(company=other, email="agence@suin.example")
    _, second = lines(structure, company, other)
    assert (second.exclusion, second.note) == (Exclusion.DUPLICATE, "Même SIREN que Charpentes du Suin.")


def test_a_possible_duplicate_is_left_out(structure, company, contact):
    other = CompanyFactory(structure=structure, legal_name="Charpentes du Suin SARL")
    ContactFactory(company=other, email="autre@suin.example")
    DuplicatePair.objects.create(structure=structure, first=company, second=other)
    _, second = lines(structure, company, other)
    assert (second.exclusion, second.note) == (Exclusion.DUPLICATE, "Doublon possible de Charpentes du Suin.")


def test_the_twin_of_one_that_is_left_out_is_written_to(structure, company, contact):
    other = CompanyFactory(structure=structure, legal_name="Zinguerie du Suin")
    ContactFactory(company=other, email="nadia@suin.example")
    first, second = lines(structure, company, other, removed={company.pk: "Par Léa."})
    assert (first.exclusion, second.exclusion) == (Exclusion.BY_HAND, "")


def test_one_kept_by_a_person_comes_before_its_twin(structure, company, contact):
    other = CompanyFactory(structure=structure, legal_name="Zinguerie du Suin")
    ContactFactory(company=other, email="nadia@suin.example")
    first, second = lines(structure, company, other, kept=[other.pk])
    assert (first.exclusion, second.exclusion) == (Exclusion.DUPLICATE, "")


def test_a_person_may_keep_one_in_watch_but_not_one_without_an_address(structure):
    asleep = CompanyFactory(structure=structure, watched=True)
    assert line(structure, asleep, kept=[asleep.pk]).exclusion == Exclusion.NO_EMAIL
    ContactFactory(company=asleep, email="x@y.example")
    assert line(structure, asleep, kept=[asleep.pk]).is_included


# --- by post ------------------------------------------------------------------------------------
def test_by_post_an_address_on_paper_is_wanted(structure, company):
    assert line(structure, company, channel=Channel.POST).is_included
    Company.objects.filter(pk=company.pk).update(address="", city="")
    found = line(structure, company, channel=Channel.POST)
    assert (found.exclusion, found.note) == (Exclusion.NO_ADDRESS, "Il manque la rue et la commune.")


def test_both_ways_each_gets_what_reaches_it(structure, company, contact):
    by_post = CompanyFactory(structure=structure, legal_name="Zinguerie", address="1 rue Haute")
    by_email = CompanyFactory(structure=structure, legal_name="Maçonnerie")
    ContactFactory(company=by_email, email="m@macon.example")
    found = lines(structure, company, by_email, by_post, channel=Channel.BOTH)
    assert [row.channel for row in found] == [Channel.BOTH, Channel.EMAIL, Channel.POST]
    assert all(row.is_included for row in found)


def test_both_ways_somebody_who_wants_no_mail_gets_a_letter(structure, company, contact):
    contact.opted_out_at = NOW
    contact.save()
    found = line(structure, company, channel=Channel.BOTH)
    assert (found.channel, found.email, found.exclusion) == (Channel.POST, "", "")


# --- the whole ----------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_are_the_same_whatever_the_number(structure, count, django_assert_num_queries):
    companies = CompanyFactory.create_batch(count, structure=structure)
    for company in companies:
        ContactFactory(company=company, email=f"c{company.pk}@x.example")
    with django_assert_num_queries(8):
        assert len(lines(structure, *companies)) == count


def test_a_company_of_another_structure_never_comes_in(structure, other_structure):
    foreign = CompanyFactory(structure=other_structure)
    assert lines(structure, foreign) == []


def test_a_company_in_the_bin_does_not_come_in(structure, company):
    Company.objects.filter(pk=company.pk).update(deleted_at=NOW)
    assert lines(structure, company) == []


def test_a_view_of_the_list_is_read_as_the_list_reads_it(structure, adviser, company):
    CompanyFactory(structure=structure, legal_name="Hôtel du Lac", sector="hospitality")
    listed = companies_listed(user=adviser, structure=structure, query="sector=construction&sort=-name", today=TODAY)
    assert list(listed.filtered) == [company]


def test_what_a_letter_lacks_is_told_for_each_and_for_all(structure, company, contact):
    structure.city = ""
    structure.save()
    campaign = CampaignFactory(structure=structure)
    contact.first_name = contact.last_name = ""
    contact.job_title = "Gérante"
    contact.save()
    recipient = RecipientFactory(campaign=campaign, company=company, contact=contact)
    letter = LetterVersionFactory(structure=structure, body="{contact}, à {ville}, le {date_reponse}")
    found = missing_of(campaign=campaign, texts=[letter], recipients=[recipient], today=TODAY)
    assert found.ours == ["la ville de votre structure"]
    assert found.own == {recipient.pk: ["le nom du contact"]}


@pytest.mark.parametrize("exclusion", Exclusion.values)
def test_each_reason_has_a_page_that_mends_it_but_one_s_own_decision(structure, company, contact, exclusion):
    recipient = RecipientFactory(
        campaign=CampaignFactory(structure=structure), company=company, contact=contact, exclusion=exclusion
    )
    fix = fix_of(recipient)
    assert (fix is None) == (exclusion == Exclusion.BY_HAND)
