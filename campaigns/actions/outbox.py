"""The outbox: what is to leave gets a row, once; what is no longer wanted is taken back while it still waits."""

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from campaigns.enums import Channel, MessageState
from campaigns.models import Campaign, LetterVersion, Message, Recipient

logger = logging.getLogger(__name__)

SENDING_TASK = "campaigns.tasks.send_outbox"
TEST_TASK = "campaigns.tasks.send_test_mail"
BY_EMAIL = (Channel.EMAIL, Channel.BOTH)


def message_id_of(recipient: Recipient, step: int) -> str:
    """The Message-ID of that step: always the same for the same row, and nobody else can draw it.

    It names its structure, so that the wall is up before a returned message is looked for. A reference is drawn at
    random: after a restore, a new row never takes the name of a message that has left.
    """
    name = f"{recipient.structure_id}.{recipient.reference.replace('-', '').lower()}.{int(step)}"
    proof = salted_hmac("campaigns.message_id", name, algorithm="sha256").hexdigest()[:16]
    return f"<{name}.{proof}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


@transaction.atomic
def queue_messages(
    *,
    campaign: Campaign,
    recipients: Iterable[Recipient],
    step: int,
    text_of: Callable[[Recipient], LetterVersion],
    not_before: dt.datetime,
    now: dt.datetime,
) -> int:
    """One waiting e-mail for each recipient still waited for and written to by e-mail; how many are new.

    Asked twice, it adds nothing: (recipient, step) and (campaign, step, contact) are unique. Two queries.
    """
    written_to = [each for each in recipients if each.is_waited_for and each.email and each.channel in BY_EMAIL]
    pks = [recipient.pk for recipient in written_to]
    known = set(Message.objects.filter(recipient_id__in=pks, step=step).values_list("recipient_id", flat=True))
    rows = [
        Message(
            structure_id=campaign.structure_id,
            campaign=campaign,
            recipient=recipient,
            contact_id=recipient.contact_id,
            step=step,
            letter=text_of(recipient),
            to_address=recipient.email,
            message_id=message_id_of(recipient, step),
            state_since=now,
            not_before=not_before,
        )
        for recipient in written_to
        if recipient.pk not in known
    ]
    Message.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    wake_sender(campaign.structure_id)
    return len(rows)


@transaction.atomic
def cancel_queued(*, recipient: Recipient, now: dt.datetime) -> int:
    """What still waits for that recipient does not leave; how many were taken back.

    One whose worker has said « sending » is gone: it cannot be called back.
    """
    waiting = Message.objects.filter(recipient=recipient, state=MessageState.QUEUED)
    return waiting.update(state=MessageState.CANCELLED, state_since=now, leased_until=None, leased_by="")


def send_test(*, letter: LetterVersion, recipient: Recipient, by: Any) -> None:
    """The letter as this recipient would read it, to oneself, within a minute; its personal link opens nothing.

    It has no row: nothing is asked of anybody, and one that is lost is asked for again.
    """
    ids = {"letter_id": letter.pk, "recipient_id": recipient.pk, "user_id": by.pk}
    _queue_task(TEST_TASK, structure_id=letter.structure_id, **ids)


def wake_sender(structure_id: int) -> None:
    """Ask a worker to send on commit. A broker that does not answer is no error: the sweep finds the rows."""
    _queue_task(SENDING_TASK, structure_id=structure_id)


def _queue_task(name: str, **ids: int) -> None:
    transaction.on_commit(lambda: _send_task(name, ids))


def _send_task(name: str, ids: dict[str, int]) -> None:
    try:
        current_app.send_task(name, kwargs=ids, retry=False)
    except Exception:
        logger.warning("%s could not be queued", name, exc_info=True)
