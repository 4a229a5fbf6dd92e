import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from campaigns.actions.errors import CampaignError
from campaigns.actions.phone import call_again, end_calls, record_call
from campaigns.enums import PhoneOutcome, RecipientState
from campaigns.models import Recipient
from companies.models import Interaction, NextAction, SolicitationEntry
from tests.factories import CampaignFactory, RecipientFactory

NOW = dt.datetime(2027, 3, 18, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def recipient(structure, adviser):
    campaign = CampaignFactory(structure=structure, running=True, name="Pacte 2027")
    return RecipientFactory(
        campaign=campaign,
        company__adviser=adviser,
        state=RecipientState.ASKED,
        asked_at=NOW - dt.timedelta(days=9),
        phone_listed_at=NOW - dt.timedelta(hours=2),
    )


def test_a_call_is_an_exchange_and_a_request(recipient, adviser):
    record_call(recipient=recipient, outcome=PhoneOutcome.MESSAGE, note="rappeler le matin", by=adviser, now=NOW)
    exchange = Interaction.objects.get(company=recipient.company)
    assert exchange.get_outcome_display() == "Message laissé"
    assert "Pacte 2027" in exchange.summary
    assert "rappeler le matin" in exchange.summary
    assert SolicitationEntry.objects.filter(company=recipient.company).count() == 1
    assert Recipient.objects.on_the_phone_list().get() == recipient


def test_calling_back_enters_the_day_of_whoever_called(recipient, adviser):
    day = NOW.date() + dt.timedelta(days=4)
    record_call(recipient=recipient, outcome=PhoneOutcome.CALL_BACK, call_back_on=day, by=adviser, now=NOW)
    recipient.refresh_from_db()
    assert recipient.call_back_on == day
    action = NextAction.objects.get(company=recipient.company)
    assert (action.due_on, action.assigned_to) == (day, adviser)


@pytest.mark.parametrize("day", [None, dt.date(2027, 3, 17)])
def test_calling_back_asks_for_a_day_to_come(recipient, adviser, day):
    with pytest.raises(CampaignError):
        record_call(recipient=recipient, outcome=PhoneOutcome.CALL_BACK, call_back_on=day, by=adviser, now=NOW)
    assert not Interaction.objects.exists()


def test_a_no_on_the_telephone_is_the_company_s_no(recipient, adviser):
    record_call(recipient=recipient, outcome=PhoneOutcome.REFUSES, by=adviser, now=NOW)
    recipient.refresh_from_db()
    assert recipient.state == RecipientState.DECLINED
    assert recipient.phone_ended_at == NOW
    assert not Recipient.objects.on_the_phone_list().exists()


def test_whoever_answered_meanwhile_is_called_no_more(recipient, adviser):
    Recipient.objects.filter(pk=recipient.pk).update(state=RecipientState.ANSWERED, answered_at=NOW)
    with pytest.raises(CampaignError, match="n’est plus à appeler"):
        record_call(recipient=recipient, outcome=PhoneOutcome.NO_ANSWER, by=adviser, now=NOW)


def test_calls_are_ended_and_taken_up_again(recipient, adviser):
    end_calls(recipient=recipient, by=adviser, now=NOW)
    assert not Recipient.objects.on_the_phone_list().exists()
    call_again(recipient=recipient, by=adviser, now=NOW)
    assert Recipient.objects.on_the_phone_list().exists()
