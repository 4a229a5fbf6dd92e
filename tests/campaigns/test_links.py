import datetime as dt

import pytest
from django.db import IntegrityError
from django.utils import timezone

from campaigns.actions.links import draw_links, link_expiry, revoke_link
from campaigns.models import SurveyLink
from core.tokens import digest_of, structure_of_key
from tests.factories import CampaignFactory, RecipientFactory


@pytest.fixture
def campaign(structure):
    return CampaignFactory(structure=structure, running=True)


def test_each_recipient_gets_one_link_and_keeps_it(campaign, django_assert_num_queries):
    recipients = RecipientFactory.create_batch(3, campaign=campaign)
    now = timezone.now()
    with django_assert_num_queries(4):  # read, savepoint in and out, insert
        first = draw_links(campaign=campaign, recipients=recipients, now=now)
    again = draw_links(campaign=campaign, recipients=recipients, now=now + dt.timedelta(days=3))
    assert {pk: link.pk for pk, link in first.items()} == {pk: link.pk for pk, link in again.items()}
    keys = {link.survey_key for link in first.values()} | {link.unsubscribe_key for link in first.values()}
    assert len(keys) == 6
    for link in first.values():
        assert structure_of_key(link.survey_key) == campaign.structure_id
        stored = SurveyLink.objects.get(pk=link.pk)
        assert stored.survey_digest == digest_of(link.survey_key)
        assert stored.unsubscribe_digest == digest_of(link.unsubscribe_key)


def test_a_link_taken_back_is_replaced_by_another(campaign):
    recipient = RecipientFactory(campaign=campaign)
    now = timezone.now()
    before = draw_links(campaign=campaign, recipients=[recipient], now=now)[recipient.pk]
    revoke_link(recipient=recipient, now=now)
    after = draw_links(campaign=campaign, recipients=[recipient], now=now)[recipient.pk]
    assert after.survey_key != before.survey_key
    before.refresh_from_db()
    assert not before.is_good_at(now)
    assert after.is_good_at(now)


def test_two_links_never_stand(campaign):
    recipient = RecipientFactory(campaign=campaign)
    draw_links(campaign=campaign, recipients=[recipient], now=timezone.now())
    second = SurveyLink(structure=campaign.structure, recipient=recipient, created_at=timezone.now())
    second.expires_at = timezone.now()
    second.draw()
    with pytest.raises(IntegrityError, match="survey_link_one_standing"):
        second.save()


def test_a_link_ends_a_month_after_the_deadline_and_within_a_year(campaign):
    now = timezone.now()
    assert (link_expiry(campaign, now).date() - campaign.answer_by).days in (30, 31)
    campaign.answer_by = now.date() + dt.timedelta(days=900)
    assert link_expiry(campaign, now) == now + dt.timedelta(days=365)
