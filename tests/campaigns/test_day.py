"""What « Ma journée » shows of campaigns. The wizard's tests tell of approvals, those of halts of pauses."""

import datetime as dt

import pytest
from django.utils import timezone

from campaigns.actions.campaigns import send_back
from campaigns.day import Prints, campaign_day
from campaigns.enums import CampaignState, Channel
from campaigns.models import PrintBatch, PrintedLetter
from tests.conftest import signed_in
from tests.factories import CampaignFactory, RecipientFactory

pytestmark = pytest.mark.django_db


def posted_campaign(structure, owner, *, count, days):
    """By post, to `count` companies, the letters posted so many days ago."""
    now = timezone.now()
    campaign = CampaignFactory(structure=structure, owner=owner, running=True, channel=Channel.POST)
    batch = PrintBatch.objects.create(structure=structure, campaign=campaign)
    for _ in range(count):
        row = RecipientFactory(campaign=campaign, channel=Channel.POST, state="asked", asked_at=now)
        PrintedLetter.objects.create(
            structure=structure, batch=batch, recipient=row, letter=campaign.letter, first_page=1, pages=2,
            posted_at=now - dt.timedelta(days=days),
        )  # fmt: skip
    return campaign


@pytest.mark.parametrize("count", [1, 3])
def test_relaunches_by_post_wait_for_a_printer(adviser, colleague, structure, django_assert_num_queries, count):
    due = posted_campaign(structure, adviser, count=count, days=20)
    posted_campaign(structure, adviser, count=1, days=1)
    posted_campaign(structure, colleague, count=1, days=20)
    user = signed_in(adviser).get("/").wsgi_request.user
    with django_assert_num_queries(3):
        found = campaign_day(user=user, structure=structure, day=timezone.localdate())
    assert (found.waiting, found.prints) == ([], [Prints(due, letters=0, relaunches=count)])


@pytest.mark.parametrize("channel", [Channel.POST, Channel.BOTH])
def test_letters_nobody_has_posted_yet_wait_too(adviser, colleague, structure, channel):
    due = posted_campaign(structure, adviser, count=1, days=20)
    RecipientFactory.create_batch(2, campaign=due, channel=channel)
    RecipientFactory(campaign=due, channel=Channel.EMAIL)
    RecipientFactory(campaign=due, channel=channel, held_at=timezone.now(), held_by=adviser)
    other, by_mail = (CampaignFactory(structure=structure, owner=adviser, running=True) for _ in range(2))
    RecipientFactory(campaign=other, channel=channel)
    RecipientFactory(campaign=by_mail, channel=Channel.EMAIL)
    client = signed_in(adviser)
    found = campaign_day(user=client.get("/").wsgi_request.user, structure=structure, day=timezone.localdate())
    assert sorted(found.prints, key=lambda each: each.campaign.pk) == [Prints(due, 2, 1), Prints(other, 1, 0)]
    assert "2 lettres et 1 relance à imprimer et à poster" in client.get("/").content.decode().replace("\u00a0", " ")


def test_a_day_without_letters_by_post_is_two_queries(adviser, manager, structure, django_assert_num_queries):
    mine, unsaid, own = (
        CampaignFactory(structure=structure, owner=adviser, state=CampaignState.TO_APPROVE) for _ in range(3)
    )
    send_back(campaign=mine, note="Changez la date", by=manager, now=timezone.now())
    send_back(campaign=unsaid, by=manager, now=timezone.now())
    send_back(campaign=own, note="Je corrige", by=adviser, now=timezone.now())
    CampaignFactory(structure=structure, owner=adviser)
    user = signed_in(adviser).get("/").wsgi_request.user
    with django_assert_num_queries(2):
        found = campaign_day(user=user, structure=structure, day=timezone.localdate())
    assert [(campaign, campaign.last_move["word"]) for campaign in found.waiting] == [(mine, "Changez la date")]
    assert found.prints == []


def test_one_s_own_companies_to_call_are_counted(adviser, colleague, structure):
    campaign, now = CampaignFactory(structure=structure, running=True), timezone.now()
    listed = {"campaign": campaign, "state": "asked", "asked_at": now, "phone_listed_at": now}
    RecipientFactory.create_batch(2, adviser=adviser, **listed)
    RecipientFactory(adviser=adviser, call_back_on=timezone.localdate() + dt.timedelta(days=2), **listed)
    RecipientFactory(adviser=adviser, phone_ended_at=now, **listed)
    RecipientFactory(adviser=colleague, **listed)
    client = signed_in(adviser)
    user = client.get("/").wsgi_request.user
    assert campaign_day(user=user, structure=structure, day=timezone.localdate()).calls == 2
    assert "2 entreprises à appeler" in client.get("/").content.decode().replace("\u00a0", " ")
