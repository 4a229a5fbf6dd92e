"""What a provider reports by webhook of a message it took: refused later, or unwanted. Opens are not asked for."""

import datetime as dt
import logging
from typing import Any

from django.utils import timezone

from campaigns.actions.returns import note_complaint, return_message
from campaigns.models import Message
from campaigns.returned import structure_of_message_id
from core.mail import said
from core.scope import structure_scope

logger = logging.getLogger(__name__)

# As django-anymail names them for every provider.
REFUSED = frozenset({"bounced", "rejected", "failed"})
UNWANTED = frozenset({"complained", "unsubscribed"})
FOR_GOOD = frozenset({"invalid", "bounced"})


def take_report(*, event: Any, now: dt.datetime) -> bool:
    """Write what it says; False when it is not about a message of ours, or says nothing that matters."""
    message_id = str((event.metadata or {}).get("message") or event.message_id or "")
    structure_id = structure_of_message_id(message_id)
    if structure_id is None or event.event_type not in REFUSED | UNWANTED:
        return False
    with structure_scope([structure_id]):
        message = Message.objects.filter(structure=structure_id, message_id=message_id).first()
        if message is None:
            return False
        if event.event_type in UNWANTED:
            note_complaint(message=message, now=now)
            return True
        answer = said(event.mta_response or event.description or event.reject_reason or "")
        return return_message(message=message, answer=answer, is_for_good=event.reject_reason in FOR_GOOD, now=now)


def on_report(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """What django-anymail calls, once it has checked who speaks."""
    if not take_report(event=event, now=timezone.now()):
        logger.info("a report of %s was not about a campaign: %s", esp_name, event.event_type)
