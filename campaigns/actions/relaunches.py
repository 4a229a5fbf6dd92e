"""What a day brings to campaigns under way: relaunches leave, calls begin, the date of the answer passes.

Decided once a day and a structure, at its first permitted hour; whoever rings twice finds the day taken.
"""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import transaction

from campaigns.actions.errors import CampaignError
from campaigns.actions.outbox import cancel_queued, queue_messages
from campaigns.enums import WAITED_FOR, CampaignState, RecipientState
from campaigns.models import Campaign, Recipient
from campaigns.queries import settings_of
from campaigns.waiting import Relaunch, due_relaunches, to_phone
from core.activity import log_activity
from core.changes import locked
from core.models import ActivityKind, take_period
from core.working_days import is_permitted, zone_of

JOB = "campaigns.day"


@transaction.atomic
def run_day(*, structure: Any, now: dt.datetime) -> int:
    """Number of relaunches queued. Does nothing outside permitted hours, nor twice on one day."""
    sending = settings_of(structure)
    department = structure.department
    if not is_permitted(now, opens=sending.opens_at, closes=sending.closes_at, department=department):
        return 0
    day = now.astimezone(zone_of(department)).date()
    if not take_period(job=JOB, period=f"{structure.pk}:{day.isoformat()}", now=now):
        return 0
    recipients = Recipient.objects.filter(structure=structure)
    count = _queue(list(due_relaunches(recipients, day)), now)
    _begin_calls(to_phone(recipients, day), now)
    close_past_deadline(structure=structure, day=day, now=now)
    return count


def _queue(relaunches: list[Relaunch], now: dt.datetime) -> int:
    """Number of messages that are new."""
    by_step: dict[tuple[int, int], list[Relaunch]] = defaultdict(list)
    for relaunch in relaunches:
        by_step[relaunch.recipient.campaign_id, relaunch.step].append(relaunch)
    return sum(_queue_step(group, step, now) for (_, step), group in by_step.items())


def _queue_step(group: list[Relaunch], step: int, now: dt.datetime) -> int:
    campaign = group[0].recipient.campaign
    kinds = {relaunch.recipient.pk: relaunch.kind for relaunch in group}
    return queue_messages(
        campaign=campaign,
        recipients=[relaunch.recipient for relaunch in group],
        step=step,
        text_of=lambda recipient: campaign.relaunch_text(kinds[recipient.pk]),
        not_before=now,
        now=now,
    )


def _begin_calls(recipients: list[Recipient], now: dt.datetime) -> None:
    Recipient.objects.filter(pk__in=[row.pk for row in recipients], phone_listed_at=None).update(phone_listed_at=now)


@transaction.atomic
def close_past_deadline(*, structure: Any, day: dt.date, now: dt.datetime) -> int:
    """Companies still waited for the day after the deadline are « sans réponse »: calls go on, relaunches do not."""
    late = Campaign.objects.filter(
        structure=structure, state__in=(CampaignState.RUNNING, CampaignState.PAUSED), answer_by__lt=day
    )
    rows = Recipient.objects.included().filter(campaign__in=late, state__in=WAITED_FOR)
    return rows.update(state=RecipientState.UNANSWERED, state_since=now)


@transaction.atomic
def hold_recipient(*, recipient: Recipient, note: str, by: Any, now: dt.datetime) -> Recipient:
    """Its relaunches wait until somebody lets them go. Raises `CampaignError` without a reason."""
    if not note.strip():
        raise CampaignError("Dites pourquoi\u00a0: vos collègues le liront.")
    current = locked(recipient)
    current.held_at, current.held_by, current.held_note = now, by, note.strip()
    current.save(update_fields=["held_at", "held_by", "held_note"])
    return current


@transaction.atomic
def release_recipient(*, recipient: Recipient, by: Any, now: dt.datetime) -> Recipient:
    current = locked(recipient)
    current.held_at, current.held_by, current.held_note = None, None, ""
    current.save(update_fields=["held_at", "held_by", "held_note"])
    return current


@transaction.atomic
def stop_recipient(*, recipient: Recipient, note: str, by: Any, now: dt.datetime) -> Recipient:
    """Nothing more leaves to that company in this campaign. Raises `CampaignError` when nobody waits for it."""
    current = locked(recipient)
    if not current.is_waited_for and current.state != RecipientState.BOUNCED:
        raise CampaignError(f"{current.company} n’attend plus rien de cette campagne.")
    current.move_to(RecipientState.STOPPED)
    current.state_since = now
    current.save(update_fields=["state", "state_since"])
    cancel_queued(recipient=current, now=now)
    log_activity(
        subject=current.company,
        kind=ActivityKind.CAMPAIGN,
        verb="recipient_stopped",
        title=f"Relances arrêtées\u00a0: {current.campaign}",
        body=note.strip(),
        source=current,
        by=by,
        at=now,
    )
    return current
