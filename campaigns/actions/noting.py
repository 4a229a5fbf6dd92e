"""What has left is told: to the recipient's state, to the ledger of requests, to the company's timeline. Once each."""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import models, transaction

from campaigns.enums import MessageState, RecipientState, Step
from campaigns.models import Message, Recipient
from companies.actions.many import log_each
from companies.actions.solicitation import SolicitationDraft, record_solicitations
from companies.enums import SolicitationChannel
from core.models import ActivityKind
from core.scope import set_scope
from core.working_days import zone_of

NOTED_AT_ONCE = 200


def note_sent(*, structure: Any, now: dt.datetime) -> int:
    """Tell what has left and was not told yet; how many. A constant number of queries for each campaign.

    A worker killed between the sending and the telling is made good for by the sweep.
    """
    with transaction.atomic():
        set_scope([structure.pk])
        untold = Message.objects.filter(structure=structure, state=MessageState.SENT, noted_at=None)
        rows = untold.select_related("recipient__company", "campaign__owner").defer("text", "html")
        rows = rows.order_by("recipient_id", "pk")
        messages = list(rows.select_for_update(of=("self",), skip_locked=True)[:NOTED_AT_ONCE])
        if messages:
            _note_recipients([message.recipient_id for message in messages], now)
            _note_companies(messages, structure)
            Message.objects.filter(pk__in=[message.pk for message in messages]).update(noted_at=now)
    return len(messages)


def _note_recipients(pks: list[int], now: dt.datetime) -> None:
    """Asked, from the first that left. Whoever has answered meanwhile stays so, and was asked all the same."""
    recipients = Recipient.objects.filter(pk__in=pks)
    first = Message.objects.filter(recipient=models.OuterRef("pk"), sent_at__isnull=False).order_by("sent_at", "pk")
    recipients.filter(asked_at=None).update(asked_at=models.Subquery(first.values("sent_at")[:1]))
    recipients.filter(state=RecipientState.PLANNED).update(state=RecipientState.ASKED, state_since=now)


def _note_companies(messages: list[Message], structure: Any) -> None:
    zone = zone_of(structure.department)
    by_campaign: dict[int, list[Message]] = defaultdict(list)
    for message in messages:
        by_campaign[message.campaign_id].append(message)
    for group in by_campaign.values():
        campaign = group[0].campaign
        record_solicitations(
            drafts=[
                SolicitationDraft(
                    company=message.recipient.company,
                    channel=SolicitationChannel.EMAIL,
                    on=message.sent_at.astimezone(zone).date(),
                    title=f"{campaign} · {message.get_step_display().lower()}",
                    source=message,
                )
                for message in group
                if message.sent_at
            ],
            by=campaign.owner,
        )
        for step in Step:
            companies = [message for message in group if message.step == step]
            _log(companies, f"{step.label} envoyée par e-mail\u00a0: {campaign}")


def _log(messages: list[Message], title: str) -> None:
    """Each line bears the hour of its own message."""
    by_hour: dict[dt.datetime, list[Message]] = defaultdict(list)
    for message in messages:
        if message.sent_at:
            by_hour[message.sent_at.replace(second=0, microsecond=0)].append(message)
    for hour, group in by_hour.items():
        log_each(
            [(message.recipient.company, title, {}) for message in group],
            verb="campaign_sent",
            by=None,
            now=hour,
            kind=ActivityKind.CAMPAIGN,
        )
