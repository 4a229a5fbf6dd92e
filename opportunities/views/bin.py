"""Opportunities thrown away by mistake: the gesture, its way back, and the page where they wait."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.doors import allow
from core.errors import ActionError
from core.toasts import say_with_undo
from opportunities.actions import bin_opportunity, restore_opportunity
from opportunities.models import Opportunity
from opportunities.permissions import EDITORS, can_edit_opportunity
from opportunities.views.doors import visible_opportunity

SHOWN = 200


@require_POST
def opportunity_bin(request: HttpRequest, pk: int) -> HttpResponse:
    opportunity = visible_opportunity(request, pk)
    allow(can_edit_opportunity(request.user, opportunity))
    try:
        bin_opportunity(opportunity=opportunity, by=request.user, now=timezone.now())
    except ActionError as error:
        messages.error(request, str(error))
        return redirect(opportunity)
    undo_url = reverse("opportunities:opportunity_restore", args=[opportunity.pk])
    say_with_undo(request, f"«\u00a0{opportunity}\u00a0» est à la corbeille.", undo_url=undo_url)
    return redirect("opportunities:opportunity_board")


@require_safe
def bin_list(request: HttpRequest) -> HttpResponse:
    allow(can_edit_opportunity(request.user, request.structure))
    rows = Opportunity.objects.binned_for(request.user).in_structure(request.structure)
    rows = rows.filter(structure_id__in=request.user.access.structure_ids(EDITORS))
    rows = rows.select_related("deleted_by", "company").order_by("-deleted_at", "-pk")[:SHOWN]
    return render(request, "opportunities/bin.html", {"rows": rows})


@require_POST
def opportunity_restore(request: HttpRequest, pk: int) -> HttpResponse:
    allow(can_edit_opportunity(request.user))
    opportunity = get_object_or_404(Opportunity.objects.binned_for(request.user), pk=pk)
    allow(can_edit_opportunity(request.user, opportunity))
    try:
        restore_opportunity(opportunity=opportunity, by=request.user, now=timezone.now())
    except ActionError as error:
        messages.error(request, str(error))
        return redirect("opportunities:bin_list")
    messages.success(request, f"«\u00a0{opportunity}\u00a0» est sortie de la corbeille.")
    return redirect(opportunity)
