"""What gestures on several companies share: locks and lines, in a constant number of queries."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType

from companies.models import Company
from core.models import ActivityEntry, ActivityKind


def lock_companies(companies: Iterable[Company]) -> list[Company]:
    """In pk order, so that two people working on the same rows wait for each other and never deadlock."""
    pks = sorted({company.pk for company in companies})
    rows = Company.objects.kept().filter(pk__in=pks).select_related("adviser").order_by("pk")
    return list(rows.select_for_update(of=("self",)))


def log_each(
    rows: Iterable[tuple[Company, str, dict[str, list[str]]]],
    *,
    verb: str,
    by: Any,
    now: dt.datetime,
    kind: ActivityKind = ActivityKind.CHANGE,
) -> None:
    """One line of the timeline for each (company, title, {field label: [before, after]})."""
    content_type = ContentType.objects.get_for_model(Company)
    ActivityEntry.objects.bulk_create(
        [
            ActivityEntry(
                structure_id=company.structure_id,
                subject_type=content_type,
                subject_id=company.pk,
                kind=kind,
                verb=verb,
                title=title[:250],
                changes=changes,
                at=now,
                by=by,
            )
            for company, title, changes in rows
        ],
        batch_size=1000,
    )
