"""What is to be done next: planned, done, postponed, handed over, dropped."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from companies.actions.changes import lock, lock_with_company
from companies.actions.company import refresh_dates
from companies.actions.errors import CompanyError
from companies.enums import NextActionKind, NextActionState
from companies.models import Company, Contact, NextAction
from core.activity import log_activity
from core.french import french_date
from core.models import ActivityKind


@dataclass(frozen=True)
class NextActionDraft:
    """A next action not yet written."""

    title: str
    due_on: dt.date
    assigned_to: Any
    kind: str = NextActionKind.CALL
    due_time: dt.time | None = None
    contact: Contact | None = None


def write_next_action(*, company: Company, draft: NextActionDraft, by: Any) -> NextAction:
    """The row alone, for the action that tells it in its own line of the timeline."""
    return NextAction.objects.create(
        structure_id=company.structure_id,
        company=company,
        created_by=by,
        kind=draft.kind,
        title=draft.title,
        due_on=draft.due_on,
        due_time=draft.due_time,
        assigned_to=draft.assigned_to,
        contact=draft.contact,
    )


@transaction.atomic
def add_next_action(*, company: Company, draft: NextActionDraft, by: Any, now: dt.datetime) -> NextAction:
    lock(company)
    action = write_next_action(company=company, draft=draft, by=by)
    body = f"Pour le {french_date(draft.due_on, today=_day(now))}, par {draft.assigned_to.full_name}."
    _log(action, "next_action_added", f"À faire\u00a0: {action.title}", by, now, body=body)
    refresh_dates([company.pk])
    return action


@transaction.atomic
def complete_next_action(*, action: NextAction, by: Any, now: dt.datetime) -> NextAction:
    """Raises `CompanyError` when it is no longer to be done."""
    current = _open(action)
    _end(current, NextActionState.DONE, by, now)
    _log(current, "next_action_completed", f"Fait\u00a0: {current.title}", by, now)
    return current


@transaction.atomic
def drop_next_action(*, action: NextAction, by: Any, now: dt.datetime, reason: str = "") -> NextAction:
    current = _open(action)
    _end(current, NextActionState.DROPPED, by, now)
    _log(current, "next_action_dropped", f"Abandonné\u00a0: {current.title}", by, now, body=reason)
    return current


@transaction.atomic
def reopen_next_action(*, action: NextAction, by: Any, now: dt.datetime) -> NextAction:
    """The way back from done and dropped."""
    current = lock_with_company(action)
    if current.is_open:
        return current
    current.state, current.ended_at, current.ended_by = NextActionState.OPEN, None, None
    current.save(update_fields=["state", "ended_at", "ended_by"])
    refresh_dates([current.company_id])
    _log(current, "next_action_reopened", f"De nouveau à faire\u00a0: {current.title}", by, now)
    return current


@transaction.atomic
def postpone_next_action(*, action: NextAction, due_on: dt.date, by: Any, now: dt.datetime) -> NextAction:
    """To another day, no earlier than today."""
    current = _open(action)
    if due_on < _day(now):
        raise CompanyError("Reportez à aujourd’hui ou à un jour à venir.")
    before, current.due_on = current.due_on, due_on
    if before == due_on:
        return current
    # The hour belonged to the day that passed.
    current.due_time = None
    current.save(update_fields=["due_on", "due_time"])
    refresh_dates([current.company_id])
    changes = {"pour le": [f"{before:%d/%m/%Y}", f"{due_on:%d/%m/%Y}"]}
    _log(current, "next_action_postponed", f"Reporté\u00a0: {current.title}", by, now, changes=changes)
    return current


@transaction.atomic
def hand_over_next_action(*, action: NextAction, to: Any, by: Any, now: dt.datetime) -> NextAction:
    """Give it to a colleague; she sees who gave it and when."""
    current = _open(action)
    before = current.assigned_to
    if before == to:
        return current
    current.assigned_to, current.handed_over_from, current.handed_over_at = to, by, now
    current.save(update_fields=["assigned_to", "handed_over_from", "handed_over_at"])
    changes = {"qui": [before.full_name, to.full_name]}
    _log(
        current, "next_action_handed_over", f"Confié à {to.full_name}\u00a0: {current.title}", by, now, changes=changes
    )
    return current


def _day(now: dt.datetime) -> dt.date:
    return timezone.localdate(now)


def _open(action: NextAction) -> NextAction:
    current = lock_with_company(action)
    if not current.is_open:
        raise CompanyError(f"Cette action est déjà {current.get_state_display()}.")
    return current


def _end(action: NextAction, state: str, by: Any, now: dt.datetime) -> None:
    action.state, action.ended_at, action.ended_by = state, now, by
    action.save(update_fields=["state", "ended_at", "ended_by"])
    refresh_dates([action.company_id])


def _log(
    action: NextAction,
    verb: str,
    title: str,
    by: Any,
    now: dt.datetime,
    *,
    body: str = "",
    changes: dict[str, list[str]] | None = None,
) -> None:
    log_activity(
        subject=action.company,
        kind=ActivityKind.ACTION,
        verb=verb,
        title=title,
        body=body,
        changes=changes,
        by=by,
        at=now,
        source=action,
    )
