"""How a structure sends, and how often one company may be asked."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from campaigns.actions.letters import ensure_default_letters
from campaigns.models import LetterTemplate, SendingSettings
from companies.actions.solicitation import set_solicitation_limits
from companies.solicitations import Limit
from core.activity import log_activity
from core.changes import labelled, title_of, write_fields
from core.models import ActivityKind


@transaction.atomic
def prepare_structure(*, structure: Any, now: dt.datetime) -> None:
    """What a structure starts with, once: its texts and its settings. One that emptied its shelves keeps them so."""
    SendingSettings.objects.get_or_create(structure=structure)
    if not LetterTemplate.objects.filter(structure=structure).exists():
        ensure_default_letters(structure, now=now)


@transaction.atomic
def save_sending(
    *, structure: Any, values: Mapping[str, Any], limits: Mapping[str, Limit], by: Any, now: dt.datetime
) -> SendingSettings:
    """The row is made when something is first chosen; what changed is told in its history."""
    row, _ = SendingSettings.objects.get_or_create(structure=structure)
    row = SendingSettings.objects.select_for_update(of=("self",)).get(pk=row.pk)
    changes = write_fields(row, values)
    set_solicitation_limits(structure=structure, limits=limits)
    if changes:
        log_activity(
            subject=row,
            kind=ActivityKind.CHANGE,
            verb="sending_edited",
            title=title_of(SendingSettings, changes),
            by=by,
            at=now,
            changes=labelled(SendingSettings, changes),
        )
    return row
