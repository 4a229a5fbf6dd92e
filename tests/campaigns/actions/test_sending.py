"""Messages leave by a real server, which also refuses, puts off, hangs and cuts."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone

from campaigns.actions import outbox, sending
from campaigns.actions.claiming import claim_batch, worker_name
from campaigns.actions.outbox import cancel_queued
from campaigns.actions.preparing import compose_letters, prepare_messages
from campaigns.actions.sending import BACKOFF, SENDING_LEASE, send_claimed
from campaigns.actions.suppressions import suppress_address
from campaigns.actions.sweeping import sweep_outbox
from campaigns.enums import CampaignState, Exclusion, MessageState, RecipientState, Step, SuppressionReason
from campaigns.letters import MARKS
from campaigns.models import Message, Suppression
from campaigns.queries import settings_of
from campaigns.tasks import send_test_mail
from companies.models import SolicitationEntry
from core.models import ActivityEntry, ActivityKind
from core.tokens import digest_of
from tests.campaigns.sending import MORNING, Clock, message_of, point_to, queue, queued, quick, send, states
from tests.factories import CampaignFactory, ContactFactory, RecipientFactory
from tests.smtp import SmtpSink


@pytest.fixture
def sink(settings):
    with SmtpSink() as server:
        point_to(settings, server)
        yield server


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rates(structure):
    return quick(structure)


@pytest.fixture
def campaign(structure, rates):
    return CampaignFactory(structure=structure, running=True, name="Pacte 2027")


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


def test_a_message_says_who_why_and_how_to_be_left_alone(structure, campaign, sink, clock, adviser, settings):
    settings.SITE_URL = "https://pacte.example"
    (recipient,) = queued(structure, 1, campaign=campaign, adviser=adviser)
    send(structure, clock)
    (mail,) = sink.taken
    message = message_of(recipient)
    assert mail["Message-ID"] == message.message_id
    assert structure.name in mail["From"]
    assert mail["Reply-To"] == f"Léa Morin <{adviser.email}>"
    link = recipient.links.get()
    assert mail["List-Unsubscribe"].strip() == f"<https://pacte.example/desabonnement/{link.unsubscribe_key}/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for part in (text, html):
        assert f"/enquete/{link.survey_key}/" in part
        assert link.unsubscribe_key in part
        assert not any(mark in part for mark in MARKS)
    assert "<img" not in html
    # What is kept is what left, but for the keys.
    for part in (message.text, message.html):
        assert link.survey_key not in part
        assert link.unsubscribe_key not in part
        assert any(mark in part for mark in MARKS)
    assert link.survey_digest == digest_of(link.survey_key)


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


def test_a_letter_that_lacks_a_field_fails_and_says_which(structure, campaign, sink, clock):
    campaign.letter.body = "Bonjour {civilite} {contact}, de {commune}."
    campaign.letter.save()
    queued(structure, 1, campaign=campaign, company__city="")
    assert send(structure, clock) == 0
    message = Message.objects.get()
    assert message.state == MessageState.FAILED
    assert "Il manque de quoi remplir la lettre" in message.server_answer


@pytest.mark.parametrize("name", ["Bois\r\nBcc: tous@example.org", "Bois\nX: y", "Bois\u2028Z"])
def test_a_line_break_in_a_name_adds_no_header(structure, campaign, sink, clock, name, adviser):
    campaign.letter.subject = "Un pacte avec {entreprise}"
    campaign.letter.save()
    type(adviser).objects.update(last_name="Morin")
    (recipient,) = queued(structure, 1, campaign=campaign, company__legal_name=name)
    send(structure, clock)
    assert sink.asked == [recipient.email]
    (mail,) = sink.taken
    assert mail["Bcc"] is None
    assert mail["X"] is None


def test_a_line_break_in_a_sender_fails_clearly(structure, sink, clock):
    quick(structure, sender_name="Mission\nBcc: tous@example.org")
    queued(structure, 1)
    assert send(structure, clock) == 0
    assert not sink.asked
    assert "retour à la ligne" in Message.objects.get().server_answer


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


def test_a_worker_that_was_frozen_says_nothing_to_the_server(structure, campaign, sink):
    """What it held was given to others meanwhile."""
    queued(structure, 1, campaign=campaign)
    send(structure, lambda: MORNING + SENDING_LEASE * (states() == ["sending"]))
    assert not sink.asked
    assert states() == ["sending"]


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


def test_a_backlog_of_three_days_leaves_once_in_permitted_hours(structure, campaign, sink, clock):
    """Beat was stopped from Friday night to Monday morning."""
    queued(structure, 5, campaign=campaign, now=MORNING - dt.timedelta(days=3))
    assert send(structure, Clock(MORNING.replace(hour=7))) == 0
    assert send(structure, clock) == 5
    assert send(structure, clock) == 0


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
