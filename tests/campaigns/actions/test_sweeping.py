import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from campaigns import tasks
from campaigns.actions.attempts import SENDING_LEASE
from campaigns.actions.errors import CampaignError
from campaigns.actions.suppressions import lift_suppression, suppress_address
from campaigns.actions.sweeping import queue_again, reconcile, settle_message, sweep_outbox
from campaigns.enums import MessageState, RecipientState, SuppressionReason
from campaigns.models import Message, Suppression
from core.models import ActivityEntry
from tests.campaigns.sending import MORNING, message_of, queued, states


def left_sending(structure, count=1):
    """A worker said « sending » at ten, and was never heard of again."""
    recipients = queued(structure, count)
    Message.objects.update(
        state=MessageState.SENDING,
        attempts=1,
        attempted_at=MORNING,
        leased_until=MORNING + SENDING_LEASE,
        leased_by="lost",
    )
    return recipients


def test_a_lost_worker_leaves_a_doubt_once_its_lease_is_over(structure):
    left_sending(structure)
    assert sweep_outbox(structure=structure, now=MORNING + SENDING_LEASE - dt.timedelta(seconds=1)).uncertain == 0
    assert sweep_outbox(structure=structure, now=MORNING + SENDING_LEASE).uncertain == 1
    assert sweep_outbox(structure=structure, now=MORNING + SENDING_LEASE).uncertain == 0
    assert states() == ["uncertain"]
    assert "peut-être" in Message.objects.get().server_answer


@pytest.fixture
def uncertain(structure):
    recipients = left_sending(structure, 3)
    sweep_outbox(structure=structure, now=MORNING + SENDING_LEASE)
    return recipients


def test_the_relay_s_log_settles_what_it_names(structure, uncertain):
    taken = {message_of(uncertain[0]).message_id}
    assert reconcile(structure=structure, message_ids_sent=taken, now=MORNING) == (1, 0)
    assert states() == ["sent", "uncertain", "uncertain"]
    assert message_of(uncertain[0]).sent_at == MORNING


def test_a_whole_log_puts_back_what_it_does_not_name(structure, uncertain):
    taken = {message_of(uncertain[0]).message_id}
    whole = MORNING + SENDING_LEASE
    early = whole - dt.timedelta(seconds=1)  # the lost worker might still have been speaking then
    assert reconcile(structure=structure, message_ids_sent=taken, complete_until=early, now=MORNING) == (1, 0)
    assert reconcile(structure=structure, message_ids_sent=taken, complete_until=whole, now=MORNING) == (0, 2)
    assert states() == ["sent", "queued", "queued"]


def test_the_command_is_dry_unless_told(structure, uncertain, tmp_path, capsys):
    log = tmp_path / "mail.log"
    log.write_text(message_of(uncertain[0]).message_id)
    call_command("reconcile_outbox", log)
    assert "1 bien partis, 0 remis" in capsys.readouterr().out
    assert states() == ["uncertain"] * 3
    call_command("reconcile_outbox", log, wet_run=True)
    assert states() == ["sent", "uncertain", "uncertain"]
    with pytest.raises(CommandError):
        call_command("reconcile_outbox", tmp_path / "none.log")
    with pytest.raises(CommandError):
        call_command("reconcile_outbox", log, complete_until="hier")


def test_after_a_restore_nothing_leaves_before_the_log_was_read(structure, capsys):
    recipients = queued(structure, 3)
    Message.objects.filter(recipient=recipients[0]).update(state=MessageState.SENDING, attempted_at=MORNING)
    call_command("doubt_outbox")
    assert sorted(states()) == ["queued", "queued", "sending"]
    call_command("doubt_outbox", wet_run=True)
    assert "3 messages" in capsys.readouterr().out
    assert states() == ["uncertain"] * 3
    taken, now = {message_of(recipients[1]).message_id}, timezone.now()
    assert reconcile(structure=structure, message_ids_sent=taken, complete_until=now, now=now) == (1, 2)
    assert states() == ["queued", "sent", "queued"]


@pytest.mark.parametrize(("has_left", "state"), [(True, "sent"), (False, "queued")])
def test_a_person_settles_it_once(structure, uncertain, adviser, has_left, state):
    message = message_of(uncertain[0])
    settle_message(message=message, has_left=has_left, by=adviser, now=MORNING)
    message.refresh_from_db()
    assert (message.state, message.settled_by) == (state, adviser)
    assert ActivityEntry.objects.about(uncertain[0].company).get().by == adviser
    with pytest.raises(CampaignError, match="plus incertain"):
        settle_message(message=message, has_left=True, by=adviser, now=MORNING)


def test_a_failed_message_is_tried_anew_when_asked(structure, adviser):
    (recipient,) = queued(structure, 1)
    Message.objects.update(state=MessageState.FAILED, attempts=5, prepared_at=MORNING)
    queue_again(message=message_of(recipient), by=adviser, now=MORNING)
    message = message_of(recipient)
    assert (message.state, message.attempts, message.prepared_at) == (MessageState.QUEUED, 0, None)
    with pytest.raises(CampaignError):
        queue_again(message=message, by=adviser, now=MORNING)


@pytest.mark.parametrize("reason", ["bounced", "answered"])
def test_one_that_would_serve_nothing_is_not(structure, adviser, reason):
    (recipient,) = queued(structure, 1)
    Message.objects.update(state=MessageState.FAILED, bounced_at=MORNING if reason == "bounced" else None)
    if reason == "answered":
        type(recipient).objects.update(state=RecipientState.ANSWERED, answered_at=MORNING)
    with pytest.raises(CampaignError):
        queue_again(message=message_of(recipient), by=adviser, now=MORNING)


def test_an_address_is_put_aside_once_and_lifted_with_a_reason(structure, manager):
    first, again = (
        suppress_address(
            structure_id=structure.pk,
            email=" Contact@Entreprise.Example",
            reason=SuppressionReason.BOUNCED,
            by=None,
            now=MORNING,
        )
        for _ in range(2)
    )
    assert first == again
    assert first.email == "contact@entreprise.example"
    with pytest.raises(CampaignError, match="pourquoi"):
        lift_suppression(suppression=first, note=" ", by=manager, now=MORNING)
    lift_suppression(suppression=first, note="Faute de frappe corrigée", by=manager, now=MORNING)
    assert not Suppression.objects.standing().exists()
    with pytest.raises(CampaignError):
        lift_suppression(suppression=first, note="encore", by=manager, now=MORNING)
    first.refresh_from_db()
    assert (first.lifted_by, "Faute de frappe" in first.note) == (manager, True)


def test_whoever_has_waited_longest_is_sent_first(structure, other_structure, monkeypatch):
    """With one worker and three structures, the last order of its queue would expire, and always the same one's."""
    queued(structure, 2, now=timezone.now())
    queued(other_structure, 1, now=timezone.now())
    Message.objects.filter(pk=Message.objects.order_by("pk").first().pk).update(attempted_at=timezone.now())
    asked = []
    monkeypatch.setattr(
        tasks.send_outbox, "apply_async", lambda kwargs, **options: asked.append(kwargs["structure_id"])
    )
    tasks.sweep_outbox()
    assert asked == [other_structure.pk, structure.pk]
    Message.objects.filter(structure=other_structure).update(attempted_at=timezone.now() + dt.timedelta(seconds=1))
    tasks.sweep_outbox()
    assert asked[2:] == [structure.pk, other_structure.pk]
