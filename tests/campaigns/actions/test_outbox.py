import datetime as dt

import pytest
from django.utils import timezone

from campaigns.actions.outbox import cancel_queued, queue_messages
from campaigns.enums import Channel, Exclusion, MessageState, RecipientState, Step
from campaigns.models import Message
from tests.factories import CampaignFactory, RecipientFactory

NOW = timezone.now()


@pytest.fixture
def campaign(structure):
    return CampaignFactory(structure=structure, running=True)


def queue(campaign, recipients, step=Step.LETTER):
    return queue_messages(
        campaign=campaign,
        recipients=recipients,
        step=step,
        text_of=lambda recipient: campaign.letter,
        not_before=NOW,
        now=NOW,
    )


def test_each_recipient_gets_one_message_however_often_it_is_asked(campaign, django_assert_max_num_queries):
    recipients = RecipientFactory.create_batch(3, campaign=campaign)
    with django_assert_max_num_queries(4):  # read, insert, savepoint in and out
        assert queue(campaign, recipients) == 3
    assert queue(campaign, recipients) == 0
    assert queue(campaign, recipients, Step.FIRST_RELAUNCH) == 3
    names = set(Message.objects.values_list("message_id", flat=True))
    assert len(names) == 6
    assert all(name.startswith(f"<{campaign.structure_id}.") for name in names)


def test_nobody_else_is_written_to(campaign):
    left_out = [
        RecipientFactory(campaign=campaign, exclusion=Exclusion.WATCH),
        RecipientFactory(campaign=campaign, state=RecipientState.OPTED_OUT),
        RecipientFactory(campaign=campaign, channel=Channel.POST),
        RecipientFactory(campaign=campaign, email=""),
    ]
    assert queue(campaign, left_out) == 0
    assert not Message.objects.exists()


def test_what_waits_is_taken_back_and_what_has_left_is_not(campaign):
    recipient = RecipientFactory(campaign=campaign)
    queue(campaign, [recipient])
    queue(campaign, [recipient], Step.FIRST_RELAUNCH)
    Message.objects.filter(step=Step.LETTER).update(state=MessageState.SENDING)
    assert cancel_queued(recipient=recipient, now=NOW + dt.timedelta(days=1)) == 1
    assert [message.state for message in Message.objects.order_by("step")] == ["sending", "cancelled"]
    assert cancel_queued(recipient=recipient, now=NOW) == 0
