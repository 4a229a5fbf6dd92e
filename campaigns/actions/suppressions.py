"""Addresses no campaign of the structure writes to: put aside, and taken back with a reason."""

import datetime as dt
from typing import Any

from django.db import transaction

from campaigns.actions.errors import CampaignError
from campaigns.enums import SuppressionReason
from campaigns.models import Suppression
from core.changes import locked

NOTE_LENGTH = 300


@transaction.atomic
def suppress_address(
    *, structure_id: int, email: str, reason: SuppressionReason, by: Any, now: dt.datetime, note: str = ""
) -> Suppression:
    """Holds at once, for every campaign: the sender looks at it in the statement that lets a message leave.

    One that stands already is kept as it is.
    """
    address = email.strip().lower()
    row = Suppression(structure_id=structure_id, email=address, reason=reason, note=note[:NOTE_LENGTH], at=now, by=by)
    Suppression.objects.bulk_create([row], ignore_conflicts=True)
    return Suppression.objects.standing().get(structure_id=structure_id, email=address)


@transaction.atomic
def lift_suppression(*, suppression: Suppression, note: str, by: Any, now: dt.datetime) -> Suppression:
    """Written to again. Raises `CampaignError` without a reason, or when a colleague has lifted it."""
    if not note.strip():
        raise CampaignError("Dites pourquoi cette adresse peut de nouveau recevoir nos messages.")
    current = locked(suppression)
    if current.lifted_at:
        raise CampaignError("Cette adresse n’est plus écartée.")
    current.lifted_at, current.lifted_by = now, by
    current.note = " · ".join(part for part in (current.note, f"levée\u00a0: {note.strip()}") if part)[:NOTE_LENGTH]
    current.save(update_fields=["lifted_at", "lifted_by", "note"])
    return current
