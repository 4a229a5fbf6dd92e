"""Two records of one company, both asked in the same campaign: what becomes of them once they are one."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.actions.links import draw_links
from campaigns.models import Recipient
from companies.actions.proposed_change import propose_company_change
from companies.merges import merge_companies, undo_merge
from companies.models import ProposedChange
from opportunities.models import Opportunity
from tests.factories import CampaignFactory, CompanyFactory, RecipientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(structure, adviser):
    """(kept, absorbed, recipient of the absorbed); both are asked in one campaign, the absorbed in another too."""
    kept, absorbed = CompanyFactory.create_batch(2, structure=structure, adviser=adviser)
    campaign = CampaignFactory(structure=structure, running=True)
    RecipientFactory(campaign=campaign, company=kept)
    stays = RecipientFactory(campaign=campaign, company=absorbed)
    RecipientFactory(campaign=CampaignFactory(structure=structure, running=True), company=absorbed)
    return kept, absorbed, stays


def merge(kept, absorbed, adviser):
    return merge_companies(kept=kept, absorbed=absorbed, from_absorbed=set(), by=adviser, now=timezone.now())


def test_they_become_one_and_part_again(scene, adviser):
    kept, absorbed, stays = scene
    done = merge(kept, absorbed, adviser)
    stays.refresh_from_db()
    assert stays.company == absorbed
    assert Recipient.objects.filter(company=kept).count() == 2
    undo_merge(merge=done, by=adviser, now=timezone.now())
    assert Recipient.objects.filter(company=absorbed).count() == 2


def test_the_link_of_the_absorbed_one_answers_for_the_kept_one(scene, adviser):
    kept, absorbed, stays = scene
    link = draw_links(campaign=stays.campaign, recipients=[stays], now=timezone.now())[stays.pk]
    merge(kept, absorbed, adviser)
    client = Client()
    client.post(reverse("campaigns:survey", args=[link.survey_key]))
    client.post(reverse("campaigns:survey_section", args=[link.survey_key, "rencontres"]), {"visits": "on"})
    assert Opportunity.objects.get().company == kept


def test_corrections_of_both_do_not_collide(scene, adviser):
    kept, absorbed, _ = scene
    for company, phone in ((kept, "+33254000001"), (absorbed, "+33254000002")):
        propose_company_change(company=company, field="phone", proposed=phone, now=timezone.now())
    merge(kept, absorbed, adviser)
    assert ProposedChange.objects.get(company=kept).proposed == "+33254000001"
