"""What may leave, and when: wanted still, within hours and rates, held by nobody else."""

import datetime as dt
import time

import pytest

from campaigns.actions import sending
from campaigns.actions.claiming import claim_batch, worker_name
from campaigns.actions.outbox import cancel_queued
from campaigns.actions.preparing import compose_letters, prepare_messages
from campaigns.actions.sending import send_claimed
from campaigns.actions.suppressions import suppress_address
from campaigns.actions.sweeping import sweep_outbox
from campaigns.enums import CampaignState, Exclusion, MessageState, RecipientState, Step, SuppressionReason
from campaigns.models import Message
from campaigns.queries import settings_of
from tests.campaigns.sending import MORNING, Clock, message_of, queue, queued, quick, send, states
from tests.factories import CampaignFactory, ContactFactory, RecipientFactory

STOPS = {
    "opted_out": lambda row: row.contact.__class__.objects.filter(pk=row.contact_id).update(opted_out_at=MORNING),
    "left": lambda row: row.contact.__class__.objects.filter(pk=row.contact_id).update(left_on=MORNING.date()),
    "contact binned": lambda row: row.contact.__class__.objects.filter(pk=row.contact_id).update(deleted_at=MORNING),
    "contact erased": lambda row: row.contact.delete(),
    "company binned": lambda row: row.company.__class__.objects.filter(pk=row.company_id).update(deleted_at=MORNING),
    "other contact, same address, opted out": lambda row: ContactFactory(
        structure=row.structure, company=row.company, email=row.email, opted_out_at=MORNING
    ),
    "answered": lambda row: (
        type(row).objects.filter(pk=row.pk).update(state=RecipientState.ANSWERED, answered_at=MORNING)
    ),
    "declined": lambda row: type(row).objects.filter(pk=row.pk).update(state=RecipientState.DECLINED),
    "stopped": lambda row: type(row).objects.filter(pk=row.pk).update(state=RecipientState.STOPPED),
    "excluded": lambda row: type(row).objects.filter(pk=row.pk).update(exclusion=Exclusion.BY_HAND),
    "suppressed": lambda row: suppress_address(
        structure_id=row.structure_id,
        email=row.email.upper(),
        reason=SuppressionReason.BY_HAND,
        by=None,
        now=MORNING,
    ),
    "deadline passed": lambda row: (
        type(row.campaign).objects.filter(pk=row.campaign_id).update(answer_by=MORNING.date() - dt.timedelta(days=1))
    ),
    "campaign stopped": lambda row: (
        type(row.campaign).objects.filter(pk=row.campaign_id).update(state=CampaignState.STOPPED)
    ),
}


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("moment", ["before it is written", "before the claim", "after the claim"])
def test_nothing_leaves_once_it_is_no_longer_wanted(structure, campaign, sink, clock, stop, moment):
    """An opt-out, an answer, an erasure one second before: also when a worker has the message in its hands."""
    (recipient,) = queued(structure, 1, campaign=campaign)
    worker, hours = worker_name(), settings_of(structure)
    if moment != "before it is written":
        prepare_messages(structure=structure, sending=hours, now=clock.now)
    if moment != "after the claim":
        STOPS[stop](recipient)
    prepare_messages(structure=structure, sending=hours, now=clock.now)
    claimed = claim_batch(structure=structure, sending=hours, worker=worker, now=clock.now)
    assert len(claimed) == (moment == "after the claim")
    ready = compose_letters(structure=structure, sending=hours, pks=claimed, worker=worker, now=clock.now)
    if moment == "after the claim":
        STOPS[stop](recipient)
    send_claimed(
        structure=structure,
        sending=hours,
        ready=ready,
        worker=worker,
        server=sending.get_connection(),
        clock=clock,
        until=time.monotonic() + 5,
    )
    assert not sink.asked
    assert states() == [MessageState.QUEUED]
    assert sweep_outbox(structure=structure, now=clock.now).cancelled == 1
    assert states() == [MessageState.CANCELLED]
    assert message_of(recipient).server_answer
    assert send(structure, clock) == 0
    assert not sink.asked


@pytest.mark.parametrize("hold", ["pause", "held", "not yet"])
def test_what_is_held_waits_and_leaves_later(structure, campaign, sink, clock, hold):
    (recipient,) = queued(structure, 1, campaign=campaign, step=Step.FIRST_RELAUNCH)
    message = Message.objects.filter(recipient=recipient)
    if hold == "pause":
        type(campaign).objects.update(state=CampaignState.PAUSED)
    elif hold == "held":
        type(recipient).objects.update(held_at=MORNING)
    else:
        message.update(not_before=MORNING + dt.timedelta(hours=1))
    assert send(structure, clock) == 0
    assert sweep_outbox(structure=structure, now=clock.now).cancelled == 0
    type(campaign).objects.update(state=CampaignState.RUNNING)
    type(recipient).objects.update(held_at=None)
    clock.forward(hours=1)
    assert send(structure, clock) == 1


def at(day, hour, minute=0):
    return dt.datetime(2026, *day, hour, minute, tzinfo=MORNING.tzinfo)


@pytest.mark.parametrize(
    ("moment", "department", "leaves"),
    [
        (at((11, 24), 10), "", True),
        (at((11, 24), 8, 29), "", False),
        (at((11, 24), 8, 30), "", True),
        (at((11, 24), 18), "", False),
        (at((11, 24), 3), "", False),
        (at((11, 22), 10), "", False),  # a Sunday
        (at((12, 25), 10), "", False),
        (at((4, 3), 10), "57", False),  # Good Friday, a holiday there alone
        (at((4, 3), 10), "36", True),
        (at((11, 24), 10), "974", True),
        (at((11, 24), 16), "974", False),  # seven in the evening on the island
        (at((10, 26), 9), "", True),  # the day after clocks change
    ],
)
def test_nothing_leaves_at_night_nor_on_holidays(structure, campaign, sink, moment, department, leaves):
    structure.department = department
    structure.save()
    campaign.answer_by = moment.date() + dt.timedelta(days=30)
    campaign.save()
    queued(structure, 1, campaign=campaign, now=moment)
    assert send(structure, Clock(moment)) == leaves


def test_the_day_ends_in_the_midst_of_a_batch(structure, campaign, sink):
    queued(structure, 3, campaign=campaign)
    evening = MORNING.replace(hour=17, minute=59, second=59)
    send(structure, lambda: evening + dt.timedelta(seconds=len(sink.taken)))
    assert len(sink.taken) == 1
    assert sorted(states()) == ["queued", "queued", "sent"]
    assert not Message.objects.filter(state="queued", leased_until__isnull=False).exists()


def test_the_rate_of_a_minute_is_never_passed(structure, sink, clock):
    quick(structure, per_minute=5)
    queued(structure, 12)
    taken = []
    for _ in range(4):
        send(structure, clock)
        send(structure, clock)
        taken.append(len(sink.taken))
        clock.forward(seconds=61)
    assert taken == [5, 10, 12, 12]


def test_nor_that_of_a_domain_and_the_others_do_not_wait(structure, sink, clock):
    quick(structure, per_minute=100, per_domain_per_minute=2)
    campaign = CampaignFactory(structure=structure, running=True)
    recipients = [RecipientFactory(campaign=campaign, email=f"a{number}@lent.example") for number in range(3)]
    recipients += [RecipientFactory(campaign=campaign, email=f"a{number}@Autre.example") for number in range(2)]
    queue(campaign, recipients)
    send(structure, clock)
    assert sink.recipients == ["a0@lent.example", "a1@lent.example", "a0@Autre.example", "a1@Autre.example"]
    send(structure, clock)
    assert len(sink.taken) == 4
    clock.forward(seconds=61)
    assert send(structure, clock) == 1


def test_what_another_worker_holds_counts(structure, sink, clock):
    quick(structure, per_minute=5)
    queued(structure, 12)
    hours = settings_of(structure)
    prepare_messages(structure=structure, sending=hours, now=clock.now)
    held = claim_batch(structure=structure, sending=hours, worker="another", now=clock.now, batch=3)
    assert len(held) == 3
    assert send(structure, clock) == 2
    clock.forward(minutes=11)  # it never came back: what it held is anyone's
    assert send(structure, clock) == 5


def test_taken_back_between_the_claim_and_the_sending(structure, campaign, sink, clock):
    (recipient,) = queued(structure, 1, campaign=campaign)
    hours = settings_of(structure)
    prepare_messages(structure=structure, sending=hours, now=clock.now)
    claimed = claim_batch(structure=structure, sending=hours, worker="w", now=clock.now)
    ready = compose_letters(structure=structure, sending=hours, pks=claimed, worker="w", now=clock.now)
    cancel_queued(recipient=recipient, now=clock.now)
    server = sending.get_connection()
    done = send_claimed(
        structure=structure,
        sending=hours,
        ready=ready,
        worker="w",
        server=server,
        clock=clock,
        until=time.monotonic() + 5,
    )
    assert (done.count, states()) == (0, ["cancelled"])


def test_a_backlog_of_three_days_leaves_once_in_permitted_hours(structure, campaign, sink, clock):
    """Beat was stopped from Friday night to Monday morning."""
    queued(structure, 5, campaign=campaign, now=MORNING - dt.timedelta(days=3))
    assert send(structure, Clock(MORNING.replace(hour=7))) == 0
    assert send(structure, clock) == 5
    assert send(structure, clock) == 0
