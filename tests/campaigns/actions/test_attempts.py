"""A server that takes, refuses, puts off, hangs and cuts: what becomes of each message."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection

from campaigns.actions.attempts import BACKOFF, SENDING_LEASE
from campaigns.actions.sweeping import settle_message, sweep_outbox
from campaigns.enums import MessageState, RecipientState, Step
from campaigns.models import Message, Suppression
from tests.campaigns.sending import MORNING, message_of, point_to, queue, queued, quick, send, states
from tests.smtp import SmtpSink


@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize("answer", ["421 4.3.2 later", "450 4.2.1 busy"])
def test_a_server_that_puts_off_is_asked_again_later_and_later_then_no_more(
    structure, campaign, sink, clock, stage, answer
):
    (recipient,) = queued(structure, 1, campaign=campaign)
    sink.faults[stage] = answer
    for rank, wait in enumerate(BACKOFF, start=1):
        assert send(structure, clock) == 1
        message = message_of(recipient)
        assert (message.state, message.attempts) == (MessageState.QUEUED, rank)
        assert message.not_before == clock.now + wait
        clock.now = message.not_before - dt.timedelta(seconds=1)
        assert send(structure, clock) == 0
        clock.forward(seconds=1)
    assert send(structure, clock) == 1
    message = message_of(recipient)
    code, _, words = answer.partition(" ")
    assert (message.state, message.attempts) == (MessageState.FAILED, 5)
    assert (message.server_code, message.server_answer) == (int(code), words)
    clock.forward(hours=3)
    assert send(structure, clock) == 0
    assert not sink.taken
    assert not Suppression.objects.exists()


def test_a_message_put_off_leaves_at_last_word_for_word(structure, campaign, sink, clock):
    (recipient,) = queued(structure, 1, campaign=campaign)
    sink.faults["rcpt"] = "450 4.2.1 busy"
    send(structure, clock)
    kept = message_of(recipient)
    sink.faults.clear()
    clock.forward(minutes=1)
    assert send(structure, clock) == 1
    sent = message_of(recipient)
    assert (sent.text, sent.html, sent.message_id) == (kept.text, kept.html, kept.message_id)


@pytest.mark.parametrize(
    ("stage", "answer", "bounces"),
    [
        ("rcpt", "550 5.1.1 <contact@entreprise.example> unknown", True),
        ("rcpt", "550 no such user", True),
        ("rcpt", "550 5.7.1 relaying denied", False),
        ("rcpt", "552 5.2.2 mailbox full", False),
        ("data", "554 5.7.1 looks like spam", False),
        ("data", "550 5.1.1 unknown after all", True),
    ],
)
def test_a_refusal_is_final_and_an_unknown_address_is_put_aside(
    structure, campaign, sink, clock, stage, answer, bounces
):
    (recipient,) = queued(structure, 1, campaign=campaign)
    queue(campaign, [recipient], step=Step.FIRST_RELAUNCH, now=MORNING + dt.timedelta(days=5))
    sink.faults[stage] = answer
    assert send(structure, clock) == 1
    clock.forward(hours=4)
    assert send(structure, clock) == 0
    message = message_of(recipient)
    assert (message.state, message.attempts, message.server_code) == (MessageState.FAILED, 1, int(answer[:3]))
    assert recipient.email not in message.server_answer
    recipient.refresh_from_db()
    assert (recipient.state == RecipientState.BOUNCED) == bounces
    assert Suppression.objects.standing().filter(email=recipient.email.lower()).exists() == bounces
    assert (message_of(recipient, Step.FIRST_RELAUNCH).state == MessageState.CANCELLED) == bounces


def test_one_refused_address_keeps_nobody_waiting(structure, campaign, sink, clock):
    recipients = queued(structure, 3, campaign=campaign)
    sink.faults_of[recipients[1].email] = {"rcpt": "550 5.1.1 unknown"}
    assert send(structure, clock) == 3
    assert states() == ["sent", "failed", "sent"]


@pytest.mark.parametrize("fault", ["cut", "cut once taken", "hang"])
def test_silence_after_the_message_leaves_it_uncertain_and_it_is_never_sent_again(
    structure, campaign, sink, clock, fault
):
    recipients = queued(structure, 5, campaign=campaign)
    sink.faults["data"] = fault
    send(structure, clock)
    assert sorted(states()) == ["queued"] * 3 + ["uncertain"] * 2  # two silences, and the rest waits
    taken = len(sink.taken)
    sink.faults.clear()
    clock.forward(hours=1)
    send(structure, clock)
    sweep_outbox(structure=structure, now=clock.now)
    send(structure, clock)
    assert sorted(states()) == ["sent"] * 3 + ["uncertain"] * 2
    assert len(sink.taken) == taken + 3
    assert len(set(sink.recipients)) == len(sink.taken)
    assert recipients[0].email not in sink.recipients[taken:]


@pytest.mark.parametrize("fault", ["cut", "hang"])
def test_silence_before_the_message_puts_it_off(structure, campaign, sink, clock, fault):
    (recipient,) = queued(structure, 1, campaign=campaign)
    sink.faults["rcpt"] = fault
    assert send(structure, clock) == 1
    assert (message_of(recipient).state, message_of(recipient).attempts) == (MessageState.QUEUED, 1)
    sink.faults.clear()
    clock.forward(minutes=1)
    assert send(structure, clock) == 1
    assert len(sink.taken) == 1


@pytest.mark.parametrize("greeting", ["554 go away", "hang"])
def test_a_server_that_is_away_costs_no_attempt(structure, campaign, sink, clock, greeting, settings):
    queued(structure, 3, campaign=campaign)
    sink.faults["greeting"] = greeting
    patience, settings.EMAIL_TIMEOUT = settings.EMAIL_TIMEOUT, 0.2  # it never comes
    for _ in range(6):
        assert send(structure, clock) == 0
        clock.forward(minutes=30)
    assert set(Message.objects.values_list("state", "attempts", "leased_by")) == {("queued", 0, "")}
    sink.faults.clear()
    settings.EMAIL_TIMEOUT = patience
    assert send(structure, clock) == 3


def test_a_worker_frozen_for_a_while_gives_back_what_it_had_begun(structure, campaign, sink):
    queued(structure, 1, campaign=campaign)
    frozen = [SENDING_LEASE]
    send(structure, lambda: MORNING + (frozen.pop() if frozen and states() == ["sending"] else dt.timedelta(0)))
    assert not frozen
    assert states() == ["sent"]
    assert Message.objects.get().attempts == len(sink.taken) == 1


def test_and_says_nothing_of_what_others_have_settled_meanwhile(structure, campaign, sink, adviser):
    queued(structure, 1, campaign=campaign)

    def clock():
        if states() == ["sending"]:
            sweep_outbox(structure=structure, now=MORNING + SENDING_LEASE)
            settle_message(message=Message.objects.get(), has_left=True, by=adviser, now=MORNING + SENDING_LEASE)
            return MORNING + SENDING_LEASE
        return MORNING

    assert send(structure, clock) == 0
    assert not sink.asked
    assert states() == ["sent"]


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_server_hangs(structure, settings, clock):
    quick(structure)
    queued(structure, 2)
    longest, stop = [dt.timedelta(0)], threading.Event()
    watcher = threading.Thread(target=_watch_transactions, args=(longest, stop))
    with SmtpSink(faults={"data": "hang"}) as sink:
        point_to(settings, sink, timeout=2)
        watcher.start()
        try:
            send(structure, clock)
        finally:
            stop.set()
            watcher.join(10)
    assert states() == ["uncertain", "uncertain"]
    assert longest[0] < dt.timedelta(seconds=1)


def _watch_transactions(longest, stop):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            while not stop.is_set():
                cursor.execute(
                    "SELECT coalesce(max(clock_timestamp() - xact_start), interval '0') FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    " AND backend_type = 'client backend'"
                )
                longest[0] = max(longest[0], cursor.fetchone()[0])
                time.sleep(0.05)
    finally:
        other.close()
