"""Late next actions put off together, and put back."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from companies.actions.company import refresh_dates
from companies.actions.errors import CompanyError
from companies.actions.many import lock_companies, log_each
from companies.models import Company, NextAction
from core.models import ActivityKind

# {pk of the action: (its day, its hour or None)}
Before = dict[int, tuple[dt.date, dt.time | None]]


@transaction.atomic
def postpone_late_actions(*, actions: Iterable[NextAction], due_on: dt.date, by: Any, now: dt.datetime) -> Before:
    """Every one of these still open and late goes to that day, without its hour. Returns what each was.

    `CompanyError` when the day is past. A constant number of queries.
    """
    today = timezone.localdate(now)
    if due_on < today:
        raise CompanyError("Reportez à aujourd’hui ou à un jour à venir.")
    rows = [row for row in _locked(actions) if row.due_on < today]
    before: Before = {row.pk: (row.due_on, row.due_time) for row in rows}
    for row in rows:
        row.due_on, row.due_time = due_on, None
    _write(rows, {pk: day for pk, (day, _) in before.items()}, "Reporté", "next_action_postponed", by=by, now=now)
    return before


@transaction.atomic
def put_back_actions(*, before: Before, postponed_to: dt.date, by: Any, now: dt.datetime) -> int:
    """Undoes `postpone_late_actions` for those nobody ended nor moved since; returns how many."""
    actions = NextAction.objects.visible_to(by).of(by).filter(pk__in=before)
    rows = [row for row in _locked(actions) if row.due_on == postponed_to]
    for row in rows:
        row.due_on, row.due_time = before[row.pk]
    _write(rows, dict.fromkeys(before, postponed_to), "Report annulé", "next_action_put_back", by=by, now=now)
    return len(rows)


def _locked(actions: Iterable[NextAction]) -> list[NextAction]:
    """The companies first, in pk order, as every other gesture does."""
    actions = list(actions)
    kept = lock_companies(Company(pk=action.company_id) for action in actions)
    rows = NextAction.objects.open().filter(pk__in=[row.pk for row in actions], company__in=kept)
    return list(rows.select_related("company").order_by("pk").select_for_update(of=("self",)))


def _write(
    rows: list[NextAction], days: Mapping[int, dt.date], said: str, verb: str, *, by: Any, now: dt.datetime
) -> None:
    NextAction.objects.bulk_update(rows, ["due_on", "due_time"], batch_size=500)
    refresh_dates({row.company_id for row in rows})
    lines = [
        (
            row.company,
            f"{said}\u00a0: {row.title}",
            {"pour le": [f"{days[row.pk]:%d/%m/%Y}", f"{row.due_on:%d/%m/%Y}"]},
        )
        for row in rows
    ]
    log_each(lines, kind=ActivityKind.ACTION, verb=verb, by=by, now=now)
