"""Recipients of whom something is waited for: what left last, and what comes next (`campaigns.relaunches`)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce, Greatest

from campaigns.enums import PHONED, CampaignState, Channel, LetterKind, MessageState, RecipientState, Step
from campaigns.models import Campaign, Message, PrintedLetter, Recipient
from campaigns.models.recipient import RecipientQuerySet
from campaigns.relaunches import (
    Plan,
    Situation,
    due_step,
    is_to_phone,
    next_step,
    step_to_print,
    stop_reason,
    text_kind,
)
from core.working_days import zone_of

# A relaunch of these is on its way: nothing more is decided before it has left, or failed.
_ON_THEIR_WAY = (MessageState.QUEUED, MessageState.SENDING, MessageState.UNCERTAIN)
_NOTHING = Step.LETTER.value - 1
BY_POST = (Channel.POST, Channel.BOTH)


@dataclass(frozen=True)
class Relaunch:
    """One relaunch to come: to whom, which, in which words, and what holds it back ("" when nothing does).

    `by_post`: a letter that somebody prints and posts.
    """

    recipient: Recipient
    step: Step
    kind: LetterKind
    due_on: dt.date
    stopped: str = ""
    by_post: bool = False


def plan_of(campaign: Campaign) -> Plan:
    """Select `campaign__structure` with the recipients."""
    return Plan(
        first_days=campaign.first_relaunch_days,
        second_days=campaign.second_relaunch_days,
        phone_days=campaign.phone_days,
        answer_by=campaign.answer_by,
        department=campaign.structure.department,
    )


def with_what_left(recipients: RecipientQuerySet) -> RecipientQuerySet:
    """`last_step`, `last_at`: the latest e-mail or posted letter; `on_its_way`: another is about to leave."""
    mine = Message.objects.filter(recipient=models.OuterRef("pk"))
    sent = mine.filter(models.Q(state=MessageState.SENT) | models.Q(bounced_at__isnull=False)).order_by("-step")
    failed = mine.filter(state=MessageState.FAILED, bounced_at=None)
    posted = PrintedLetter.objects.filter(recipient=models.OuterRef("pk"), posted_at__isnull=False).order_by("-step")
    return recipients.annotate(
        last_step=Greatest(
            Coalesce(
                models.Subquery(sent.values("step")[:1]), models.Value(_NOTHING), output_field=models.IntegerField()
            ),
            Coalesce(
                models.Subquery(posted.values("step")[:1]), models.Value(_NOTHING), output_field=models.IntegerField()
            ),
        ),
        last_at=Greatest(models.Subquery(sent.values("sent_at")[:1]), models.Subquery(posted.values("posted_at")[:1])),
        on_its_way=models.Exists(mine.filter(state__in=_ON_THEIR_WAY)),
        has_failed=models.Exists(failed),
    )


def situation_of(recipient: Any) -> Situation:
    """From a row read through `with_what_left`. A letter that could not leave is as an address that refuses."""
    zone = zone_of(recipient.campaign.structure.department)
    last_at, state = recipient.last_at, recipient.state
    if recipient.has_failed and state in (RecipientState.PLANNED, RecipientState.ASKED):
        state = RecipientState.BOUNCED
        last_at = last_at or recipient.campaign.launched_at
    return Situation(
        state=state,
        last_step=recipient.last_step if recipient.last_step > _NOTHING else (Step.LETTER if last_at else None),
        last_on=last_at.astimezone(zone).date() if last_at else None,
        by_email=bool(recipient.email) and recipient.campaign.by_email,
        by_post=recipient.channel == Channel.POST,
        is_held=recipient.held_at is not None,
        has_opened=recipient.opened_at is not None,
        has_begun=recipient.begun_at is not None,
    )


def _read(recipients: RecipientQuerySet) -> RecipientQuerySet:
    related = ("campaign__structure", "company", "contact", "adviser")
    return with_what_left(recipients.included()).select_related(*related).order_by("pk")


def due_relaunches(recipients: RecipientQuerySet, day: dt.date) -> Iterator[Relaunch]:
    """What leaves by e-mail on that day, of campaigns under way."""
    running = recipients.filter(campaign__state=CampaignState.RUNNING, campaign__deleted_at=None)
    for recipient in _read(running.waited_for()).filter(on_its_way=False):
        situation, plan = situation_of(recipient), plan_of(recipient.campaign)
        step = due_step(situation, plan, day)
        if step is not None and situation.by_email:
            yield Relaunch(recipient, step, text_kind(situation), day)


def coming_relaunches(recipients: RecipientQuerySet, day: dt.date) -> list[Relaunch]:
    """What would leave on that day, with those somebody holds back (`stopped` says so); by company."""
    running = recipients.filter(campaign__state__in=(CampaignState.RUNNING, CampaignState.PAUSED))
    found = []
    for recipient in _read(running.filter(campaign__deleted_at=None).waited_for()).filter(on_its_way=False):
        situation, plan = situation_of(recipient), plan_of(recipient.campaign)
        coming = next_step(situation, plan)
        if coming is None or coming[1] > day:
            continue
        reason = stop_reason(situation, plan, day)
        if reason is None and recipient.campaign.state == CampaignState.PAUSED:
            reason_said = "La campagne est en pause."
        elif reason is None or situation.is_held:
            reason_said = str(reason or "")
        else:
            continue
        kind = text_kind(situation)
        found.append(Relaunch(recipient, coming[0], kind, coming[1], reason_said, situation.by_post))
    return sorted(found, key=lambda one: (one.recipient.company.name_key, one.recipient.pk))


def letters_to_print(recipients: RecipientQuerySet) -> RecipientQuerySet:
    """Those whose first letter goes by post and is not posted yet."""
    posted = PrintedLetter.objects.filter(recipient=models.OuterRef("pk"), step=Step.LETTER, posted_at__isnull=False)
    asked = recipients.waited_for().filter(channel__in=BY_POST, held_at=None, company__deleted_at=None)
    return asked.filter(~models.Exists(posted))


def relaunches_to_print(recipients: RecipientQuerySet, day: dt.date) -> list[Relaunch]:
    """Those asked by post whose next letter is due, until it is posted; sorted as the post counts them. One query."""
    found = []
    rows = _read(asked_by_post(recipients))
    for recipient in rows.order_by("company__postcode", "company__city_key", "company__name_key", "pk"):
        situation = situation_of(recipient)
        step = step_to_print(situation, plan_of(recipient.campaign), day)
        if step is not None:
            found.append(Relaunch(recipient, step, text_kind(situation), day, by_post=True))
    return found


def asked_by_post(recipients: RecipientQuerySet) -> RecipientQuerySet:
    """Of whom something is waited for, in campaigns under way."""
    asked = recipients.filter(channel=Channel.POST, campaign__state=CampaignState.RUNNING, campaign__deleted_at=None)
    return asked.waited_for().filter(company__deleted_at=None)


def to_phone(recipients: RecipientQuerySet, day: dt.date) -> list[Recipient]:
    """Those that enter the list of calls that day: not listed yet, and nothing on its way to them."""
    begun = recipients.filter(campaign__launched_at__isnull=False, campaign__deleted_at=None, phone_listed_at=None)
    calling = begun.exclude(campaign__state=CampaignState.STOPPED).filter(state__in=PHONED)
    rows = _read(calling).filter(on_its_way=False)
    return [row for row in rows if is_to_phone(situation_of(row), plan_of(row.campaign), day)]
