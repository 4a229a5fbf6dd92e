"""What answers a need, whom to ask for it; which needs an opportunity answers."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from companies.models import Company
from companies.permissions import can_edit_company
from core.doors import allow
from core.french import counted, french_date
from opportunities.actions.prospecting import solicit_for_need, soliciting_day
from opportunities.candidates import (
    Prospect,
    answers_apart,
    companies_for,
    demand_of,
    need_line,
    needs_for,
    opportunities_for,
    with_cards,
)
from opportunities.forms.coverage import SolicitForm
from opportunities.matching import COMPANY_TERMS, OPPORTUNITY_TERMS
from opportunities.permissions import can_edit_opportunity, can_place_young_person
from opportunities.views.doors import visible_opportunity
from youth.models import Need
from youth.permissions import can_view_need

# Before anything was asked, so many of the best are ticked.
TICKED = 6


def visible_need(request: HttpRequest, pk: int) -> Need:
    allow(can_view_need(request.user))
    return get_object_or_404(with_cards(Need.objects.visible_to(request.user)), pk=pk)


def placement_url(allowed: bool) -> str:
    """Where a young person is put forward."""
    return reverse("opportunities:placement_create") if allowed else ""


@require_safe
def need_matches(request: HttpRequest, pk: int) -> HttpResponse:
    need, today = visible_need(request, pk), timezone.localdate()
    opportunities = opportunities_for(need, user=request.user, today=today)
    prospects = companies_for(
        demand_of(need, today=today),
        companies=companies_of(request, need),
        user=request.user,
        today=today,
        leave_out={one.opportunity.company_id for one in opportunities},
    )
    solutions, near_misses = answers_apart(opportunities)
    context = {
        "need": need_line(need, user=request.user, today=today),
        "is_waiting": need.is_waiting,
        "solutions": solutions,
        "near_misses": near_misses,
        "prospects": prospects,
        "opportunity_terms": OPPORTUNITY_TERMS,
        "company_terms": COMPANY_TERMS,
        "placement_url": placement_url(need.is_waiting and can_place_young_person(request.user, need)),
        "may_answer": need.is_waiting and can_edit_opportunity(request.user, need),
        "solicit_url": reverse("opportunities:need_solicit", args=[pk]),
        **soliciting_context(prospects, allowed=need.is_waiting and can_edit_company(request.user, need)),
    }
    return render(request, "opportunities/need_matches.html", context)


def companies_of(request: HttpRequest, need: Need) -> QuerySet:
    return Company.objects.visible_to(request.user).filter(structure_id=need.structure_id)


def soliciting_context(prospects: Sequence[Prospect], *, allowed: bool) -> dict[str, Any]:
    """What the list of companies to ask needs, to be ticked by whoever may plan."""
    free = [one.company.pk for one in prospects if not one.solicitation]
    return {
        "can_solicit": bool(free) and allowed,
        "ticked": free[:TICKED] if len(free) == len(prospects) else [],
        "due_on": soliciting_day(timezone.localdate()),
    }


@require_POST
def need_solicit(request: HttpRequest, pk: int) -> HttpResponse:
    """One next action with each company ticked."""
    need = visible_need(request, pk)
    allow(can_edit_company(request.user, need))
    back = redirect("opportunities:need_matches", pk)
    form = SolicitForm(request.POST)
    if not need.is_waiting:
        messages.error(request, "Ce besoin n’attend plus de solution\u00a0: rien n’a été prévu.")
    elif form.is_valid():
        chosen = companies_of(request, need).filter(pk__in=form.cleaned_data["companies"])
        done = solicit_for_need(
            need=need, companies=chosen, to_adviser=form.to_adviser, by=request.user, now=timezone.now()
        )
        say_planned(request, len(done), asked=len(form.cleaned_data["companies"]))
    else:
        messages.warning(request, "Cochez d’abord une ou plusieurs entreprises.")
    return back


def say_planned(request: HttpRequest, done: int, *, asked: int) -> None:
    if not done:
        messages.warning(request, "Rien de nouveau à prévoir\u00a0: ces entreprises sont déjà à solliciter pour cela.")
        return
    day = french_date(soliciting_day(timezone.localdate()))
    said = f"{counted(done, 'action prévue', 'actions prévues')} pour {day}."
    if asked > done:
        said += f" {counted(asked - done, 'entreprise était déjà prévue', 'entreprises étaient déjà prévues')}."
    messages.success(request, said)


@require_safe
def opportunity_matches(request: HttpRequest, pk: int) -> HttpResponse:
    """On the opportunity's page, the first few; on its own, twenty."""
    opportunity, today = visible_opportunity(request, pk), timezone.localdate()
    partial = bool(request.htmx) and not request.htmx.boosted
    is_open = opportunity.state == "open"
    needs = needs_for(opportunity, user=request.user, today=today, limit=5 if partial else 20) if is_open else []
    can_place = can_place_young_person(request.user, opportunity) and opportunity.free_places > 0
    answers, near_misses = answers_apart(needs)
    context = {
        "opportunity": opportunity,
        "is_open": is_open,
        "needs": needs,
        "answers": answers,
        "near_misses": near_misses,
        "partial": partial,
        "opportunity_terms": OPPORTUNITY_TERMS,
        "placement_url": placement_url(can_place),
    }
    template = (
        "opportunities/partials/opportunity_matches.html" if partial else "opportunities/opportunity_matches.html"
    )
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response
