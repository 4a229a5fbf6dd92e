"""Several answers of one company at the same instant, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.actions.answers import decline, give_answer, opt_out
from campaigns.actions.links import draw_links
from campaigns.models import AnswerVersion, Commitment, Suppression
from companies.models import NextAction
from opportunities.models import Opportunity
from tests.factories import CampaignFactory, RecipientFactory

TIMES = 8


def at_once(gesture):
    barrier = Barrier(TIMES)

    def one(_):
        barrier.wait()
        try:
            gesture()
        finally:
            connection.close()

    with ThreadPoolExecutor(TIMES) as pool:
        list(pool.map(one, range(TIMES)))


@pytest.fixture
def recipient(transactional_db, structure, adviser):
    return RecipientFactory(campaign=CampaignFactory(structure=structure, running=True), company__adviser=adviser)


@pytest.mark.django_db(transaction=True)
def test_an_answer_sent_eight_times_at_once_is_one(recipient):
    values = {"visits": "yes", "recruits": "yes", "phone": "+33254000099"}
    at_once(lambda: give_answer(recipient=recipient, values=values, now=timezone.now()))
    assert AnswerVersion.objects.count() == 1
    assert (Opportunity.objects.count(), Commitment.objects.count(), NextAction.objects.count()) == (2, 2, 1)


@pytest.mark.django_db(transaction=True)
def test_a_no_and_an_opt_out_eight_times_at_once(recipient):
    link = draw_links(campaign=recipient.campaign, recipients=[recipient], now=timezone.now())[recipient.pk]
    at_once(lambda: (decline(recipient=recipient, now=timezone.now()), opt_out(link=link, now=timezone.now())))
    assert Suppression.objects.standing().count() == 1
