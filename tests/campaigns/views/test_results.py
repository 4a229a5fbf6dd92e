import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import CampaignFactory, RecipientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(structure):
    return CampaignFactory(structure=structure, name="Pacte d’automne", running=True)


def at(name, campaign):
    return reverse(f"campaigns:{name}", args=[campaign.pk])


def test_results_are_shown(adviser_client, campaign):
    RecipientFactory(campaign=campaign, state="answered", answered_at=timezone.now())
    RecipientFactory(campaign=campaign)
    page = adviser_client.get(at("campaign_results", campaign)).content.decode()
    assert "1\u00a0réponse, 0\u00a0engagement" in page
    assert "<svg viewBox" in page
    assert "1\u00a0entreprise a répondu sans être encore recontactée" in page


def test_a_campaign_that_has_brought_nothing_says_so(adviser_client, campaign):
    page = adviser_client.get(at("campaign_results", campaign)).content.decode()
    assert "Aucune réponse pour le moment" in page
    assert "Personne n’a encore répondu." in page


def test_a_draft_has_no_results(adviser_client, structure):
    draft = CampaignFactory(structure=structure)
    assert adviser_client.get(at("campaign_results", draft)).url == draft.get_absolute_url()


def test_the_export_is_the_campaign_s_and_runs_no_formula(adviser_client, campaign):
    RecipientFactory(campaign=campaign, company__legal_name='=HYPERLINK("http://x")')
    response = adviser_client.get(at("campaign_export", campaign) + "?format=csv")
    assert 'filename="campagne-pacte-dautomne-' in response["Content-Disposition"]
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    _header, row = csv.reader(io.StringIO(content), delimiter=";")
    assert not row[0].startswith("=")
    xlsx = adviser_client.get(at("campaign_export", campaign) + "?format=xlsx")
    assert b"".join(xlsx.streaming_content)[:2] == b"PK"


def test_others_see_nothing(as_user, outsider, administrator, campaign):
    for name in ("campaign_results", "campaign_export"):
        assert as_user(outsider).get(at(name, campaign)).status_code == 404
        assert as_user(administrator).get(at(name, campaign)).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same(adviser_client, campaign, count, django_assert_max_num_queries):
    for _ in range(count):
        RecipientFactory(campaign=campaign, state="answered", answered_at=timezone.now())
    with django_assert_max_num_queries(17):
        page = adviser_client.get(at("campaign_results", campaign)).content.decode()
    # Those nobody called back yet are one click away: from the figure, and from the sentence.
    assert page.count(f'{campaign.get_absolute_url()}?etat=answered"') == 2
