"""Addresses that refuse, messages that come back, people who complain: nothing more leaves to them."""

import datetime as dt
import re

from django.db import transaction

from campaigns.actions.outbox import cancel_queued
from campaigns.actions.suppressions import suppress_address
from campaigns.enums import MessageState, RecipientState, SuppressionReason
from campaigns.models import Message, Recipient
from core.activity import log_activity
from core.mail import Outcome
from core.models import ActivityKind

# RFC 3463: 5.1.x is about the address, but 5.1.7 and 5.1.8 about ours; 5.2.1, a mailbox that takes nothing any more.
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_NO_SUCH_ADDRESS = re.compile(r"\b5\.(1\.(?![78]\b)\d{1,3}|2\.1)\b")
# What servers that give no such code answer to RCPT for a mailbox they do not have.
_BARE_CODES = frozenset({550, 551, 553})


def says_no_such_address(outcome: Outcome) -> bool:
    """Whether the refusal is of the address itself: a policy or a full mailbox is not."""
    if outcome.of_sender:
        return False
    if _ENHANCED.search(outcome.answer):
        return bool(_NO_SUCH_ADDRESS.search(outcome.answer))
    return outcome.of_recipient and outcome.code in _BARE_CODES


@transaction.atomic
def refuse_address(*, message: Message, answer: str, now: dt.datetime) -> None:
    """The address takes no mail: no campaign writes to it any more, and the company is to be telephoned."""
    recipient = _stop(message, RecipientState.BOUNCED, now)
    suppress_address(
        structure_id=message.structure_id,
        email=message.to_address,
        reason=SuppressionReason.BOUNCED,
        note=answer,
        by=None,
        now=now,
    )
    title = f"E-mail revenu, adresse écartée\u00a0: {message.campaign}"
    _tell(recipient, verb="campaign_bounced", title=title, body=answer, now=now)


@transaction.atomic
def return_message(*, message: Message, answer: str, is_for_good: bool, now: dt.datetime) -> bool:
    """It left and came back. False when that was known, or says nothing of a message that left."""
    current = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if current.bounced_at or current.state not in (MessageState.SENT, MessageState.UNCERTAIN):
        return False
    current.sent_at = current.sent_at or current.attempted_at
    current.move_to(MessageState.FAILED)
    current.state_since = current.bounced_at = now
    current.server_answer = answer[:500]
    current.save(update_fields=["state", "state_since", "sent_at", "bounced_at", "server_answer"])
    if is_for_good:
        refuse_address(message=current, answer=answer, now=now)
    return True


@transaction.atomic
def note_complaint(*, message: Message, now: dt.datetime) -> None:
    """She told her provider that she does not want it: as good as an unsubscription."""
    recipient = _stop(message, RecipientState.OPTED_OUT, now)
    suppress_address(
        structure_id=message.structure_id,
        email=message.to_address,
        reason=SuppressionReason.COMPLAINED,
        note=str(message.campaign),
        by=None,
        now=now,
    )
    title = f"E-mail signalé comme indésirable\u00a0: {message.campaign}"
    _tell(recipient, verb="campaign_complained", title=title, body="", now=now)


def _stop(message: Message, state: RecipientState, now: dt.datetime) -> Recipient:
    recipient = Recipient.objects.select_for_update(of=("self",)).select_related("company").get(pk=message.recipient_id)
    if recipient.can_become(state):
        recipient.move_to(state)
        recipient.state_since = now
        recipient.save(update_fields=["state", "state_since"])
    cancel_queued(recipient=recipient, now=now)
    return recipient


def _tell(recipient: Recipient, *, verb: str, title: str, body: str, now: dt.datetime) -> None:
    log_activity(
        subject=recipient.company,
        kind=ActivityKind.CAMPAIGN,
        verb=verb,
        title=title,
        body=body,
        by=None,
        at=now,
        source=recipient,
    )
