"""Writing to the activity log, and comparing a row before and after."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from core.columns import concrete_field, field_label
from core.field_checks import validate_phone
from core.french import french_time, phone
from core.models import ActivityEntry, ActivityKind, StructureScoped


def log_activity(
    *,
    subject: StructureScoped,
    kind: ActivityKind,
    verb: str,
    title: str,
    by: Any,
    at: dt.datetime,
    body: str = "",
    changes: dict[str, list[str]] | None = None,
    source: models.Model | None = None,
) -> ActivityEntry:
    """Add one line to the subject's timeline, in the caller's transaction.

    `changes` maps a field's label to [before, after].
    """
    return ActivityEntry.objects.create(
        structure_id=subject.structure_id,
        subject=subject,
        kind=kind,
        verb=verb,
        title=title[:250],
        body=body,
        changes=changes or {},
        at=at,
        by=by,
        source_type=ContentType.objects.get_for_model(source) if source else None,
        source_id=source.pk if source else None,
    )


def shown_value(instance: models.Model, field_name: str) -> str:  # noqa: PLR0911 -- one return a type
    """The value of a field as a person reads it: label of a choice, name of a related row, oui or non."""
    field = concrete_field(type(instance), field_name)
    value = getattr(instance, field_name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, (list, tuple)):
        labels = dict(getattr(getattr(field, "base_field", None), "flatchoices", ()))
        return ", ".join(str(labels.get(item, item)) for item in value)
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value):%d/%m/%Y} à {french_time(value)}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    return phone(value) if validate_phone in field.validators else str(value)


def shown_values(instance: models.Model, field_names: Iterable[str]) -> dict[str, str]:
    """Snapshot to compare with later: {field name: shown value}."""
    return {name: shown_value(instance, name) for name in field_names}


def changes_between(instance: models.Model, before: dict[str, str]) -> dict[str, list[str]]:
    """What differs from the snapshot now: {field label: [before, after]}; empty when nothing does."""
    after = shown_values(instance, before)
    return {
        field_label(type(instance), name): [before[name], after[name]] for name in before if before[name] != after[name]
    }
