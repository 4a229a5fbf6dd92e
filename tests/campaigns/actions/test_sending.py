"""Messages leave by a real server, once each, by several workers, behind the wall of their structure."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from campaigns.actions import outbox, sending
from campaigns.actions.sweeping import sweep_outbox
from campaigns.enums import MessageState, RecipientState
from campaigns.letters import MARKS
from campaigns.models import Message
from campaigns.tasks import send_test_mail
from companies.models import SolicitationEntry
from core.models import ActivityEntry, ActivityKind
from tests.campaigns.sending import message_of, queued, quick, send, states
from tests.factories import RecipientFactory


def test_each_message_leaves_once_and_is_told(structure, campaign, sink, clock, adviser):
    recipients = queued(structure, 3, campaign=campaign, adviser=adviser)
    assert send(structure, clock) == 3
    assert send(structure, clock) == 0
    assert sink.recipients == [recipient.email for recipient in recipients]
    assert sink.connections == 1
    for recipient in recipients:
        recipient.refresh_from_db()
        message = message_of(recipient)
        assert (message.state, message.attempts, message.server_code) == (MessageState.SENT, 1, 250)
        assert message.sent_at == message.noted_at == clock.now
        assert (recipient.state, recipient.asked_at) == (RecipientState.ASKED, clock.now)
        assert ActivityEntry.objects.about(recipient.company).filter(kind=ActivityKind.CAMPAIGN).count() == 1
        (entry,) = SolicitationEntry.objects.filter(company=recipient.company)
        assert (entry.channel, entry.on, entry.source) == ("email", clock.now.date(), message)


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_send_each_message_once(structure, sink, clock):
    quick(structure)
    queued(structure, 40)
    workers = [threading.Thread(target=_send_in_thread, args=(structure, clock)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert set(states()) == {"sent"}
    assert len(sink.taken) == len(set(sink.recipients)) == 40
    assert SolicitationEntry.objects.count() == 40


def _send_in_thread(structure, clock):
    try:
        send(structure, clock)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_the_sender_works_behind_the_wall_of_its_structure(structure, other_structure, sink, clock):
    """With the application's role, which sees no row of another structure, nor any outside a scope."""
    for each in (structure, other_structure):
        quick(each)
        queued(each, 2)
    with _as_application():
        assert send(structure, clock) == 2
        assert sweep_outbox(structure=structure, now=clock.now).waiting == 0
    found = Message.objects.order_by("structure_id").values_list("structure_id", "state")
    assert sorted(found) == sorted([(structure.pk, "sent")] * 2 + [(other_structure.pk, "queued")] * 2)


class _as_application:
    """The plain role, for a whole session."""

    def __enter__(self):
        from django.conf import settings

        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {connection.ops.quote_name(settings.APP_DATABASE_ROLE)}")

    def __exit__(self, *problem):
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def test_the_sweep_tells_what_a_killed_worker_had_no_time_to_tell(structure, campaign, sink, clock, monkeypatch):
    monkeypatch.setattr(sending, "note_sent", lambda **told: 0)
    (recipient,) = queued(structure, 1, campaign=campaign)
    send(structure, clock)
    assert not SolicitationEntry.objects.exists()
    for _ in range(2):
        sweep_outbox(structure=structure, now=clock.now)
    recipient.refresh_from_db()
    assert recipient.state == RecipientState.ASKED
    assert SolicitationEntry.objects.count() == 1


def test_nothing_is_told_in_the_transaction_of_whoever_calls(structure, campaign, sink, clock):
    """Committed before the server is spoken to, or not at all: inside another transaction it refuses to work."""
    queued(structure, 1, campaign=campaign)
    with transaction.atomic(), pytest.raises(RuntimeError):
        send(structure, clock)
    assert not sink.asked
    assert timezone.is_aware(clock.now)


def test_a_letter_to_oneself_asks_nothing_of_anybody(structure, campaign, sink, adviser):
    recipient = RecipientFactory(campaign=campaign)
    send_test_mail(
        structure_id=structure.pk, letter_id=campaign.letter_id, recipient_id=recipient.pk, user_id=adviser.pk
    )
    (mail,) = sink.taken
    assert sink.asked == [adviser.email]
    assert mail["Subject"].startswith("[Essai] ")
    text = mail.get_body(("plain",)).get_content()
    assert str(recipient.company) in text
    assert not any(mark in text for mark in MARKS)
    assert not recipient.links.exists()
    assert not Message.objects.exists()
    recipient.refresh_from_db()
    assert recipient.state == RecipientState.PLANNED


def test_a_letter_to_oneself_is_asked_for_by_ids_alone(
    structure, campaign, adviser, monkeypatch, django_capture_on_commit_callbacks
):
    recipient, asked = RecipientFactory(campaign=campaign), []
    monkeypatch.setattr(outbox.current_app, "send_task", lambda name, kwargs, **options: asked.append((name, kwargs)))
    with django_capture_on_commit_callbacks(execute=True):
        outbox.send_test(letter=campaign.letter, recipient=recipient, by=adviser)
    ids = {"letter_id": campaign.letter_id, "recipient_id": recipient.pk, "user_id": adviser.pk}
    assert asked == [("campaigns.tasks.send_test_mail", {"structure_id": structure.pk} | ids)]
