"""Several people press « Envoyer » at the same moment, on a real database: nobody is written to twice."""

import datetime as dt
import threading
from collections import Counter
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

from campaigns.actions.audience import choose_audience
from campaigns.actions.campaigns import create_campaign, launch_campaign
from campaigns.actions.errors import CampaignError
from campaigns.enums import CampaignState, LetterKind
from campaigns.models import Campaign, CampaignMove, Message, SurveyLink
from companies.models import Company
from tests.factories import CompanyFactory, ContactFactory, LetterVersionFactory

NOW = dt.datetime(2026, 11, 24, 10, tzinfo=timezone.get_current_timezone())
PEOPLE = 50
COMPANIES = 10
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign(structure, adviser):
    for kind in LetterKind.values:
        LetterVersionFactory(structure=structure, kind=kind)
    for number in range(COMPANIES):
        ContactFactory(company=CompanyFactory(structure=structure), email=f"c{number}@entreprise.example")
    campaign = create_campaign(structure=structure, values={"name": "Pacte"}, by=adviser, now=NOW)
    companies = Company.objects.filter(structure=structure)
    return choose_audience(campaign=campaign, companies=companies, query="", label="", by=adviser, now=NOW)


def pressed_together(gestures):
    """What went wrong, one thread each; every one waits for the last before it begins."""
    ready, errors = threading.Barrier(len(gestures)), []

    def press(gesture):
        try:
            ready.wait(timeout=60)
            with transaction.atomic():  # as a request does
                gesture()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[gesture]) for gesture in gestures]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return errors


def test_fifty_launches_make_one(campaign, adviser, monkeypatch):
    monkeypatch.setattr("campaigns.actions.outbox._send_task", lambda name, ids: None)

    def launch():
        launch_campaign(campaign=Campaign.objects.get(pk=campaign.pk), by=adviser, now=NOW)

    assert pressed_together([launch] * PEOPLE) == []
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.RUNNING
    moves = Counter(CampaignMove.objects.filter(campaign=campaign).values_list("to_state", flat=True))
    assert moves == {CampaignState.DRAFT: 1, CampaignState.RUNNING: 1}
    messages = Counter(Message.objects.filter(campaign=campaign).values_list("recipient_id", flat=True))
    assert len(messages) == COMPANIES
    assert set(messages.values()) == {1}
    assert SurveyLink.objects.count() == COMPANIES


def test_two_campaigns_to_the_same_companies_write_to_each_once(campaign, structure, adviser, monkeypatch):
    monkeypatch.setattr("campaigns.actions.outbox._send_task", lambda name, ids: None)
    companies = Company.objects.filter(structure=structure)
    other = create_campaign(structure=structure, values={"name": "Autre"}, by=adviser, now=NOW)
    choose_audience(campaign=other, companies=companies, query="", label="", by=adviser, now=NOW)
    ready = [Campaign.objects.get(pk=pk) for pk in (campaign.pk, other.pk)]
    errors = pressed_together([partial(launch_campaign, campaign=one, by=adviser, now=NOW) for one in ready])
    assert [type(error) for error in errors] == [CampaignError]
    assert Message.objects.count() == COMPANIES
