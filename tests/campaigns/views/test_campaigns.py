import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.enums import CampaignState, MessageState, RecipientState
from campaigns.models import Campaign, Message
from tests.factories import CampaignFactory, RecipientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(structure, adviser):
    return CampaignFactory(structure=structure, name="Pacte d’automne", running=True, owner=adviser)


def at(name, campaign=None):
    return reverse(f"campaigns:{name}", args=[campaign.pk] if campaign else [])


def message(recipient, **fields):
    values = {
        "structure": recipient.structure,
        "campaign": recipient.campaign,
        "recipient": recipient,
        "letter": recipient.campaign.letter,
        "to_address": recipient.email,
        "state_since": timezone.now(),
        "not_before": timezone.now(),
    }
    return Message.objects.create(**values | fields)


def test_campaigns_are_listed_with_their_figures(adviser_client, campaign, structure):
    RecipientFactory(campaign=campaign, state=RecipientState.ANSWERED, answered_at=timezone.now())
    RecipientFactory(campaign=campaign)
    left_out = RecipientFactory(campaign=campaign, exclusion="by_hand", exclusion_note="Ferme en mars.")
    page = adviser_client.get(at("campaign_list")).content.decode()
    assert "Pacte d’automne" in page
    assert "50&nbsp;%" in page
    assert str(left_out.company) not in adviser_client.get(campaign.get_absolute_url()).text
    excluded = adviser_client.get(f"{campaign.get_absolute_url()}?etat=ecartees").text
    assert str(left_out.company) in excluded
    assert "Ferme en mars." in excluded


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(adviser_client, structure, count, django_assert_max_num_queries):
    CampaignFactory.create_batch(count, structure=structure)
    with django_assert_max_num_queries(14):
        adviser_client.get(at("campaign_list"))


def test_tabs_part_what_is_over_from_what_goes_on(adviser_client, campaign, structure):
    CampaignFactory(structure=structure, name="Brouillon")
    url = at("campaign_list")
    assert "Brouillon" not in adviser_client.get(f"{url}?voir=en-cours").content.decode()
    assert "Pacte d’automne" not in adviser_client.get(f"{url}?voir=en-preparation").content.decode()
    assert "Aucune campagne ici" in adviser_client.get(f"{url}?voir=terminees").content.decode()


def test_an_empty_list_says_what_to_do(adviser_client):
    assert "Préparer une campagne" in adviser_client.get(at("campaign_list")).content.decode()


def test_a_draft_is_taken_up_where_it_was_left(adviser_client, structure):
    draft = CampaignFactory(structure=structure)
    assert adviser_client.get(draft.get_absolute_url()).url == at("campaign_check", draft)
    bare = CampaignFactory(structure=structure, letter=None)
    assert adviser_client.get(bare.get_absolute_url()).url == at("campaign_companies", bare)


def test_each_company_shows_where_it_is(adviser_client, campaign):
    recipient = RecipientFactory(campaign=campaign, state=RecipientState.BOUNCED)
    message(recipient, state=MessageState.FAILED, server_code=550, server_answer="550 5.1.1 unknown user")
    page = adviser_client.get(campaign.get_absolute_url()).content.decode()
    assert "Adresse refusée" in page
    assert "550 5.1.1 unknown user" in page
    assert str(recipient.company) in page
    page = adviser_client.get(recipient.get_absolute_url()).content.decode()
    assert f'href="{reverse("companies:contact_edit", args=[recipient.contact_id])}"' in page


def test_companies_are_found_by_state_and_by_name(adviser_client, campaign):
    answered = RecipientFactory(
        campaign=campaign, state="answered", answered_at=timezone.now(), company__legal_name="Élagage Creuse"
    )
    other = RecipientFactory(campaign=campaign, company__legal_name="Bâti Brenne")
    page = adviser_client.get(f"{campaign.get_absolute_url()}?etat=answered").content.decode()
    assert str(answered.company) in page
    assert str(other.company) not in page
    page = adviser_client.get(f"{campaign.get_absolute_url()}?q=bati").content.decode()
    assert str(other.company) in page
    assert str(answered.company) not in page
    assert (
        "Aucune entreprise ne correspond" in adviser_client.get(f"{campaign.get_absolute_url()}?q=zzz").content.decode()
    )


@pytest.mark.parametrize("count", [1, 3])
def test_a_campaign_costs_the_same_whatever_its_size(adviser_client, campaign, count, django_assert_max_num_queries):
    for _ in range(count):
        message(RecipientFactory(campaign=campaign))
    with django_assert_max_num_queries(19):
        page = adviser_client.get(campaign.get_absolute_url()).content.decode()
    assert ("e-mails attendent leur tour" if count > 1 else "e-mail attend son tour") in page
    assert "lettre arrivée à destination" in page


def test_pause_resume_stop(adviser_client, campaign):
    for name, state in (("campaign_pause", CampaignState.PAUSED), ("campaign_resume", CampaignState.RUNNING)):
        adviser_client.post(at(name, campaign))
        campaign.refresh_from_db()
        assert campaign.state == state
    assert "obligatoire" in adviser_client.post(at("campaign_stop", campaign), {"note": ""}).content.decode()
    adviser_client.post(at("campaign_stop", campaign), {"note": "Date fausse"})
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.STOPPED
    assert "Date fausse" in adviser_client.get(campaign.get_absolute_url()).content.decode()
    again = adviser_client.post(at("campaign_pause", campaign), follow=True)
    assert "on ne passe pas" in again.content.decode()


def test_an_end(adviser_client, campaign):
    RecipientFactory(campaign=campaign)
    adviser_client.post(at("campaign_end", campaign))
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.ENDED


def test_a_scheduled_one_is_taken_up_again(adviser_client, structure):
    at_hour = timezone.now() + dt.timedelta(days=1)
    campaign = CampaignFactory(structure=structure, state=CampaignState.SCHEDULED, send_at=at_hour)
    assert "Elle attend son heure" in adviser_client.get(campaign.get_absolute_url()).content.decode()
    adviser_client.post(at("campaign_send_back", campaign), {"note": "Une coquille"})
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAFT


def test_the_bin_and_its_way_back(adviser_client, structure):
    draft = CampaignFactory(structure=structure, name="Essai")
    adviser_client.post(at("campaign_bin", draft))
    assert Campaign.objects.get().is_deleted
    page = adviser_client.get(f"{at('campaign_list')}?voir=corbeille").content.decode()
    assert "Essai" in page
    adviser_client.post(at("campaign_restore", draft))
    assert not Campaign.objects.get().is_deleted


def test_a_launched_one_is_kept(adviser_client, campaign):
    page = adviser_client.post(at("campaign_bin", campaign), follow=True).content.decode()
    assert "Une campagne lancée se garde" in page


def test_another_structure_sees_nothing(as_user, outsider, campaign):
    client = as_user(outsider)
    assert client.get(campaign.get_absolute_url()).status_code == 404
    for name in ("campaign_pause", "campaign_end", "campaign_bin", "campaign_approve"):
        assert client.post(at(name, campaign)).status_code in (403, 404)
    assert "Pacte d’automne" not in client.get(at("campaign_list")).content.decode()


def test_an_administrator_and_a_counsellor_are_refused(as_user, administrator, counsellor, campaign):
    for user in (administrator, counsellor):
        assert as_user(user).get(campaign.get_absolute_url()).status_code == 403
        assert as_user(user).get(at("campaign_list")).status_code == 403
