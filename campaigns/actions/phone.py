"""Calls of the phone list: each is an exchange with the company, and a request in its ledger."""

import datetime as dt
from typing import Any

from django.db import transaction

from campaigns.actions.answers import decline
from campaigns.actions.errors import CampaignError
from campaigns.enums import AnswerChannel, PhoneOutcome
from campaigns.models import PhoneCall, Recipient
from companies.actions import NextActionDraft, record_interaction
from companies.enums import CallOutcome, InteractionKind, NextActionKind
from core.activity import log_activity
from core.changes import locked
from core.models import ActivityKind

# The issue of the exchange the call is written as.
_ISSUES = {
    PhoneOutcome.COMMITS: CallOutcome.REACHED,
    PhoneOutcome.INTERESTED: CallOutcome.REACHED,
    PhoneOutcome.CALL_BACK: CallOutcome.CALL_BACK,
    PhoneOutcome.MESSAGE: CallOutcome.MESSAGE,
    PhoneOutcome.NO_ANSWER: CallOutcome.NO_ANSWER,
    PhoneOutcome.WRONG_NUMBER: CallOutcome.WRONG_NUMBER,
    PhoneOutcome.REFUSES: CallOutcome.REACHED,
}


@transaction.atomic
def record_call(
    *,
    recipient: Recipient,
    outcome: str,
    by: Any,
    now: dt.datetime,
    note: str = "",
    call_back_on: dt.date | None = None,
) -> PhoneCall:
    """One call. « À rappeler » plans it in the day's actions; « ne souhaite pas participer » is the company's no.

    Raises `CampaignError` when no day is said for calling back, or a day gone by, or when it is no longer to be called.
    """
    current = locked(recipient)
    if not Recipient.objects.on_the_phone_list().filter(pk=current.pk).exists():
        raise CampaignError(f"{current.company} n’est plus à appeler\u00a0: elle a répondu, ou un collègue a terminé.")
    if outcome == PhoneOutcome.CALL_BACK and call_back_on is None:
        raise CampaignError("Dites quel jour rappeler.")
    if call_back_on is not None and call_back_on < now.date():
        raise CampaignError("Ce jour est déjà passé\u00a0: choisissez-en un autre.")
    call = PhoneCall.objects.create(
        structure_id=current.structure_id,
        recipient=current,
        outcome=outcome,
        note=note,
        call_back_on=call_back_on,
        at=now,
        by=by,
    )
    _write_exchange(call, by=by, now=now)
    current.call_back_on = call_back_on
    current.save(update_fields=["call_back_on"])
    if outcome == PhoneOutcome.REFUSES:
        decline(recipient=current, by=by, now=now, channel=AnswerChannel.PHONE)
    return call


def _write_exchange(call: PhoneCall, *, by: Any, now: dt.datetime) -> None:
    recipient = call.recipient
    said = f"Campagne «\u00a0{recipient.campaign}\u00a0»\u00a0: {call.get_outcome_display().lower()}."
    draft = None
    if call.call_back_on is not None:
        draft = NextActionDraft(
            title=f"Rappeler\u00a0: {recipient.campaign}",
            due_on=call.call_back_on,
            assigned_to=by,
            kind=NextActionKind.CALL,
            contact=recipient.contact,
        )
    record_interaction(
        company=recipient.company,
        values={
            "kind": InteractionKind.CALL,
            "at": now,
            "outcome": _ISSUES[PhoneOutcome(call.outcome)],
            "summary": f"{said} {call.note}".strip(),
            "asked": True,
        },
        by=by,
        now=now,
        next_action=draft,
        nothing_next=draft is None,
        contacts=[recipient.contact] if recipient.contact else (),
    )


@transaction.atomic
def end_calls(*, recipient: Recipient, by: Any, now: dt.datetime) -> Recipient:
    """Nobody will call that company for this campaign any more."""
    current = locked(recipient)
    if current.phone_ended_at is None:
        current.phone_ended_at, current.call_back_on = now, None
        current.save(update_fields=["phone_ended_at", "call_back_on"])
        log_activity(
            subject=current.company,
            kind=ActivityKind.CAMPAIGN,
            verb="calls_ended",
            title=f"Plus d’appel pour la campagne\u00a0: {current.campaign}",
            source=current,
            by=by,
            at=now,
        )
    return current


@transaction.atomic
def call_again(*, recipient: Recipient, by: Any, now: dt.datetime) -> Recipient:
    """The way back, and the way in by hand: on the list of calls from now."""
    current = locked(recipient)
    current.phone_listed_at, current.phone_ended_at = current.phone_listed_at or now, None
    current.save(update_fields=["phone_listed_at", "phone_ended_at"])
    return current
