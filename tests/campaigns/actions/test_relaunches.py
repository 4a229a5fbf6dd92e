"""A day of campaigns under way, on the real database: who is relaunched, who is telephoned, who is left in peace."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from campaigns.actions.errors import CampaignError
from campaigns.actions.relaunches import hold_recipient, release_recipient, run_day, stop_recipient
from campaigns.enums import CampaignState, LetterKind, MessageState, RecipientState, Step
from campaigns.models import Message, Recipient
from campaigns.waiting import coming_relaunches
from tests.factories import CampaignFactory, LetterVersionFactory, RecipientFactory

PARIS = ZoneInfo("Europe/Paris")
MONDAY = dt.datetime(2027, 3, 8, 10, 0, tzinfo=PARIS)


@pytest.fixture
def campaign(structure):
    return CampaignFactory(
        structure=structure,
        running=True,
        launched_at=MONDAY,
        answer_by=dt.date(2027, 4, 15),
        first_relaunch_days=3,
        second_relaunch_days=3,
        phone_days=2,
        unopened_text=LetterVersionFactory(structure=structure, kind=LetterKind.UNOPENED),
        begun_text=LetterVersionFactory(structure=structure, kind=LetterKind.BEGUN),
        unanswered_text=LetterVersionFactory(structure=structure, kind=LetterKind.UNANSWERED),
    )


def asked(campaign, **fields):
    """A company whose letter left on Monday."""
    recipient = RecipientFactory(campaign=campaign, state=RecipientState.ASKED, asked_at=MONDAY, **fields)
    Message.objects.create(
        structure=campaign.structure,
        campaign=campaign,
        recipient=recipient,
        contact=recipient.contact,
        letter=campaign.letter,
        to_address=recipient.email,
        state=MessageState.SENT,
        state_since=MONDAY,
        not_before=MONDAY,
        sent_at=MONDAY,
    )
    return recipient


def at(day, hour=9, minute=0):
    return MONDAY.replace(day=day, hour=hour, minute=minute)


def queued(recipient):
    return list(recipient.messages.filter(state=MessageState.QUEUED).order_by("step"))


def test_relaunches_leave_in_the_words_of_each_and_to_the_right_ones_only(campaign, structure):
    silent, opened = asked(campaign), asked(campaign, opened_at=at(9))
    begun = asked(campaign, opened_at=at(9), begun_at=at(9))
    answered = asked(campaign)
    Recipient.objects.filter(pk=answered.pk).update(state=RecipientState.ANSWERED, answered_at=at(9))
    assert run_day(structure=structure, now=at(10)) == 0
    assert run_day(structure=structure, now=at(11)) == 3
    texts = {recipient.pk: queued(recipient)[0].letter for recipient in (silent, opened, begun)}
    assert texts[silent.pk] == campaign.unopened_text
    assert texts[opened.pk] == campaign.unanswered_text
    assert texts[begun.pk] == campaign.begun_text
    assert all(queued(recipient)[0].step == Step.FIRST_RELAUNCH for recipient in (silent, opened, begun))
    assert queued(answered) == []


def test_two_timetables_that_ring_together_change_nothing(campaign, structure):
    recipient = asked(campaign)
    assert run_day(structure=structure, now=at(11)) == 1
    assert run_day(structure=structure, now=at(11, 9, 1)) == 0
    assert len(queued(recipient)) == 1


@pytest.mark.parametrize("moment", [at(11, 7, 0), at(11, 18, 30), at(13)], ids=["too early", "too late", "a Saturday"])
def test_nothing_is_decided_outside_permitted_hours(campaign, structure, moment):
    recipient = asked(campaign)
    assert run_day(structure=structure, now=moment) == 0
    assert queued(recipient) == []


def test_a_timetable_stopped_for_days_catches_up_once(campaign, structure):
    recipient = asked(campaign)
    assert run_day(structure=structure, now=at(19)) == 1
    assert run_day(structure=structure, now=at(22)) == 0  # the first has not left yet
    assert [message.step for message in queued(recipient)] == [Step.FIRST_RELAUNCH]


def test_a_campaign_in_pause_relaunches_nobody(campaign, structure):
    recipient = asked(campaign)
    campaign.state = CampaignState.PAUSED
    campaign.save(update_fields=["state"])
    assert run_day(structure=structure, now=at(11)) == 0
    coming = coming_relaunches(Recipient.objects.all(), dt.date(2027, 3, 11))
    assert [(one.recipient, one.stopped) for one in coming] == [(recipient, "La campagne est en pause.")]


def test_a_company_held_back_waits_and_says_why(campaign, structure, adviser):
    recipient = asked(campaign)
    with pytest.raises(CampaignError):
        hold_recipient(recipient=recipient, note="  ", by=adviser, now=at(9))
    hold_recipient(recipient=recipient, note="je la vois jeudi", by=adviser, now=at(9))
    assert run_day(structure=structure, now=at(11)) == 0
    (coming,) = coming_relaunches(Recipient.objects.all(), dt.date(2027, 3, 11))
    assert coming.stopped
    assert coming.recipient.held_note == "je la vois jeudi"
    release_recipient(recipient=recipient, by=adviser, now=at(11, 10))
    assert run_day(structure=structure, now=at(12)) == 1


def test_stopping_takes_back_what_waits(campaign, structure, adviser):
    recipient = asked(campaign)
    run_day(structure=structure, now=at(11))
    stop_recipient(recipient=recipient, note="elle ferme", by=adviser, now=at(11, 10))
    assert queued(recipient) == []
    recipient.refresh_from_db()
    assert recipient.state == RecipientState.STOPPED
    assert run_day(structure=structure, now=at(22)) == 0
    recipient.refresh_from_db()
    assert recipient.phone_listed_at is None


def test_calls_begin_after_the_last_relaunch(campaign, structure):
    recipient = asked(campaign)
    for step, day in ((Step.FIRST_RELAUNCH, 11), (Step.SECOND_RELAUNCH, 16)):
        assert run_day(structure=structure, now=at(day)) == 1
        recipient.messages.filter(step=step).update(state=MessageState.SENT, sent_at=at(day, 9, 5))
    run_day(structure=structure, now=at(17))
    recipient.refresh_from_db()
    assert recipient.phone_listed_at is None
    run_day(structure=structure, now=at(18))
    recipient.refresh_from_db()
    assert recipient.phone_listed_at == at(18)
    assert Recipient.objects.on_the_phone_list().get() == recipient


def test_an_address_that_refuses_is_telephoned(campaign, structure):
    recipient = asked(campaign)
    recipient.messages.update(state=MessageState.FAILED, bounced_at=at(8, 11), sent_at=at(8, 10))
    Recipient.objects.filter(pk=recipient.pk).update(state=RecipientState.BOUNCED)
    run_day(structure=structure, now=at(9))
    recipient.refresh_from_db()
    assert recipient.phone_listed_at == at(9)


def test_a_letter_that_could_not_leave_is_telephoned_too(campaign, structure):
    recipient = RecipientFactory(campaign=campaign, state=RecipientState.PLANNED)
    Message.objects.create(
        structure=structure, campaign=campaign, recipient=recipient, contact=recipient.contact,
        letter=campaign.letter, to_address=recipient.email, state=MessageState.FAILED, state_since=MONDAY,
        not_before=MONDAY,
    )  # fmt: skip
    run_day(structure=structure, now=at(9))
    recipient.refresh_from_db()
    assert recipient.phone_listed_at == at(9)


def test_the_deadline_ends_the_wait_and_calls_begin(campaign, structure):
    recipient = asked(campaign)
    campaign.answer_by = dt.date(2027, 3, 10)
    campaign.save(update_fields=["answer_by"])
    run_day(structure=structure, now=at(11))
    recipient.refresh_from_db()
    assert recipient.state == RecipientState.UNANSWERED
    assert recipient.phone_listed_at == at(11)
    assert queued(recipient) == []


@pytest.mark.parametrize("count", [1, 4])
def test_a_day_costs_the_same_number_of_queries(campaign, structure, count, django_assert_max_num_queries):
    for _ in range(count):
        asked(campaign)
    with django_assert_max_num_queries(18):
        assert run_day(structure=structure, now=at(11)) == count
