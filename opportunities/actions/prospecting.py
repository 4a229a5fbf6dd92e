"""Asking companies for what young people wait for: one next action with each, never twice for the same thing.

Nobody calls a company for a need that waits no more: what was still to be done for it is dropped, with the reason.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from companies.actions import NextActionDraft, add_next_action, drop_next_action
from companies.actions.many import lock_companies
from companies.enums import NextActionState, RelationState
from companies.models import Company
from core.changes import locked
from core.phases import Phase
from core.trades import FAMILIES, family_of
from opportunities.enums import AS_A_SOLUTION
from opportunities.models import Solicitation
from youth.enums import WAITING_NEEDS, NeedState
from youth.models import Need

WORKING_DAYS = 5
TITLE_LENGTH = 200


def working_days_after(day: dt.date, count: int) -> dt.date:
    """Saturdays and Sundays are not counted."""
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day


def soliciting_day(today: dt.date) -> dt.date:
    """When what is planned today is due."""
    return working_days_after(today, WORKING_DAYS)


def solicitation_title(*, phase: int, family: str, need: Need | None = None) -> str:
    """« Proposer une alternance : couvreur, Le Blanc ». Nobody is named: the action outlives the need."""
    asked = f"Proposer {AS_A_SOLUTION[Phase(phase)]}"
    if need is None:
        return f"{asked}\u00a0: {FAMILIES[family].lower()}" if family in FAMILIES else asked
    said = ", ".join(filter(None, [need.trade_label, need.city]))
    return f"{asked}\u00a0: {said}"[:TITLE_LENGTH]


@transaction.atomic
def solicit_for_need(
    *, need: Need, companies: Iterable[Company], to_adviser: bool, by: Any, now: dt.datetime
) -> list[Solicitation]:
    """One next action with each company not yet asked for this need; with `to_adviser`, for whoever follows it.

    None when the need waits no more.
    """
    family = family_of(need.occupation_id or "")
    asked = Solicitation.objects.filter(need=need).exclude(next_action__state=NextActionState.DROPPED)
    return _solicit(need.phase, family, need, asked, companies, to_adviser=to_adviser, by=by, now=now)


@transaction.atomic
def solicit_for_family(
    *, phase: int, family: str, companies: Iterable[Company], to_adviser: bool, by: Any, now: dt.datetime
) -> list[Solicitation]:
    """The same for the needs of a phase and family; not with those that are still to be asked for one of them."""
    asked = Solicitation.objects.filter(phase=phase, family=family, next_action__state=NextActionState.OPEN)
    return _solicit(phase, family, None, asked, companies, to_adviser=to_adviser, by=by, now=now)


def _solicit(
    phase: int,
    family: str,
    need: Need | None,
    asked: Any,
    companies: Iterable[Company],
    *,
    to_adviser: bool,
    by: Any,
    now: dt.datetime,
) -> list[Solicitation]:
    """Companies are locked before it is looked at what was asked: two people at once never plan the same twice.

    Then the need, which whoever closes it holds until what was planned for it is dropped.
    """
    rows = lock_companies(companies)
    if need and not locked(need).is_waiting:
        return []
    already = set(asked.filter(next_action__company__in=rows).values_list("next_action__company_id", flat=True))
    title = solicitation_title(phase=phase, family=family, need=need)
    due_on = soliciting_day(timezone.localdate(now))
    done = []
    for company in rows:
        if company.pk in already or company.relation_state == RelationState.WATCH:
            continue
        draft = NextActionDraft(title=title, due_on=due_on, assigned_to=_who(company, to_adviser=to_adviser, by=by))
        done.append(
            Solicitation(
                structure_id=company.structure_id,
                next_action=add_next_action(company=company, draft=draft, by=by, now=now),
                need=need,
                phase=phase,
                family=family,
                created_at=now,
                created_by=by,
            )
        )
    return Solicitation.objects.bulk_create(done)


def _who(company: Company, *, to_adviser: bool, by: Any) -> Any:
    """Whoever plans takes the companies of nobody, and of advisers whose account is closed."""
    adviser = company.adviser
    return adviser if to_adviser and adviser and adviser.is_active else by


# --- asking no more ---------------------------------------------------------------------------------
def stop_soliciting(*, need: Need, by: Any, now: dt.datetime) -> None:
    """Drop what is still to be asked for a need that was just met or abandoned."""
    _drop(_still_open().filter(need=need), by=by, now=now)


@transaction.atomic
def stop_vain_soliciting(*, structure_id: int, now: dt.datetime) -> int:
    """The same for every need of the structure that waits no more, or whose file is in the bin; how many actions."""
    over = ~Q(need__state__in=WAITING_NEEDS) | Q(need__young_person__deleted_at__isnull=False)
    return _drop(_still_open().filter(over, structure=structure_id, need__isnull=False), by=None, now=now)


def _still_open() -> Any:
    return Solicitation.objects.filter(next_action__state=NextActionState.OPEN, next_action__company__deleted_at=None)


def _drop(solicitations: Any, *, by: Any, now: dt.datetime) -> int:
    """Companies are locked before everything else elsewhere, and here the need is held already: to wait for them could
    be for ever. What somebody else works on is left to `stop_vain_soliciting`.
    """
    rows = solicitations.select_related("need", "next_action__company").order_by("next_action__company_id", "pk")
    rows = list(rows.select_for_update(of=("self", "next_action", "next_action__company"), skip_locked=True))
    for row in rows:
        drop_next_action(
            action=row.next_action, by=by, now=now, reason=f"{_why_no_more(row.need)}\u00a0: plus à demander."
        )
    return len(rows)


def _why_no_more(need: Need) -> str:
    """Nobody is named: it is told in the company's timeline."""
    said = {NeedState.MET: "Le besoin est satisfait", NeedState.ABANDONED: "Le besoin est abandonné"}
    return said.get(NeedState(need.state), "Le besoin n’est plus suivi")
