"""« Ma journée »: the home of whoever works with companies; the others' home says where they work."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import Role
from campaigns.answering import day_commitments
from campaigns.day import campaign_day
from campaigns.permissions import can_view_campaign
from companies.permissions import RECORDERS, can_edit_company, can_import_companies
from core.phases import Phase
from dashboards.queries import UncoveredNeeds, day_of, own_needs, team_lateness, uncovered_needs
from opportunities.counts import Brought, brought_by_phase, this_month
from opportunities.permissions import can_edit_opportunity
from opportunities.placing import placement_day


@require_safe
def day(request: HttpRequest) -> HttpResponse:
    user, structure, today = request.user, request.structure, timezone.localdate()
    pk = structure.pk if structure else None
    if not user.access.has_role(pk, *RECORDERS):
        return render(request, "dashboards/home.html", _home(request))
    writes, prospects = can_view_campaign(user, structure), can_edit_opportunity(user, structure)
    manages, follows = user.access.has_role(pk, Role.MANAGER), _follows(user, pk)
    context = {
        "day": day_of(user=user, structure=structure, today=today),
        "today": today,
        "editable": can_edit_company(user, structure),
        "may_import": can_import_companies(user, structure),
        "team": team_lateness(user=user, structure=structure, today=today) if manages else [],
        "manages": manages,
        "needs": own_needs(user=user, structure=structure, today=today) if follows else None,
        "follows": follows,
        "uncovered": _uncovered(request, follows=follows) if prospects else None,
        "month": _month(request) if prospects else {},
        "campaigns": campaign_day(user=user, structure=structure, day=today) if writes else None,
        "promises": day_commitments(user=user, structure=structure) if writes else None,
        "placements": placement_day(user=user, structure=structure, now=timezone.now(), today=today),
    }
    return render(request, "dashboards/day.html", context)


def _follows(user: Any, structure_id: int | None) -> bool:
    """Young people are followed by counsellors: their day begins with what these wait for."""
    return user.access.has_role(structure_id, Role.COUNSELLOR)


def _uncovered(request: HttpRequest, *, follows: bool) -> UncoveredNeeds:
    """Prospecting starts from what young people of the territory wait for."""
    today = timezone.localdate()
    return uncovered_needs(user=request.user, structure=request.structure, today=today, follows=follows)


def _month(request: HttpRequest) -> dict[Phase, Brought]:
    """Since its first day."""
    period = this_month(timezone.localdate())
    return brought_by_phase(user=request.user, structure=request.structure, period=period)


def _home(request: HttpRequest) -> dict:
    """An administrator sets up; a coordinator reads the group's aggregates."""
    access = request.user.access
    return {
        "today": timezone.localdate(),
        "administers": access.has_role(None, Role.ADMINISTRATOR),
        "coordinates": bool(access.group_ids),
    }
