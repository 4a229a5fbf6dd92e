"""Asking companies for what young people wait for: one next action with each, never twice for the same thing."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from companies.actions import NextActionDraft, add_next_action
from companies.actions.many import lock_companies
from companies.enums import NextActionState, RelationState
from companies.models import Company
from core.phases import Phase
from core.trades import FAMILIES, family_of
from opportunities.enums import AS_A_SOLUTION
from opportunities.models import Solicitation
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
    """One next action with each company not yet asked for this need; with `to_adviser`, for whoever follows it."""
    family = family_of(need.occupation_id or "")
    asked = Solicitation.objects.filter(need=need)
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
    """Companies are locked before it is looked at what was asked: two people at once never plan the same twice."""
    rows = lock_companies(companies)
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
