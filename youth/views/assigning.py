"""Young people ticked in the list and given to one counsellor: to whom, what would change, then the gesture."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.doors import allow
from core.errors import ActionError
from core.french import counted
from youth.actions import assign_counsellor, assignment_of
from youth.forms.young_people import CounsellorForm
from youth.listings.young_people import YoungPersonListing
from youth.permissions import can_edit_file
from youth.views.lists import listing_of

# Beyond, the list is filtered first: a gesture that moves a whole caseload is read before it is done.
MOST = 300
SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def young_person_assign(request: HttpRequest) -> HttpResponse:
    """Three steps by POST, which carry the selection."""
    allow(can_edit_file(request.user, request.structure))
    query = request.POST.get("query", "")[:4000]
    listing = listing_of(request, QueryDict(query))
    if request.method != "POST":
        return redirect(listing.all_url)
    people, ids = _selected(request, listing)
    rows = list(people.select_related("counsellor", "structure").order_by("name_key", "pk")[: MOST + 1])
    if not rows or len(rows) > MOST:
        too_many = f"Plus de {counted(MOST, 'jeune')}\u00a0: filtrez la liste d’abord."
        said = too_many if rows else "Cochez d’abord un ou plusieurs jeunes."
        messages.warning(request, said)
        return redirect(listing.url())
    asked = request.POST.get("step") in ("preview", "apply")
    form = CounsellorForm(request.POST if asked else None, structure_ids=sorted({row.structure_id for row in rows}))
    context: dict[str, Any] = {"form": form, "rows": rows, "listing": listing, "query": query, "ids": ids}
    if asked and form.is_valid():
        counsellor = form.cleaned_data["counsellor"]
        plan = assignment_of(young_people=rows, counsellor=counsellor, by=request.user)
        context |= {"plan": plan, "counsellor": counsellor, "sample": plan.changing[:SHOWN]}
        context["beyond"] = max(0, len(plan.changing) - SHOWN)
        if request.POST.get("step") == "apply":
            if request.POST.get("expected") == str(len(plan.changing)):
                return _give(request, listing, plan.changing, counsellor)
            context["moved"] = True
    return render(request, "youth/young_person_assign.html", context)


def _selected(request: HttpRequest, listing: YoungPersonListing) -> tuple[QuerySet, list[int]]:
    """The young people, and the ids to send again; none of these when the whole list is meant."""
    if request.POST.get("everything") == "1":
        return listing.filtered, []
    ids = [int(text) for text in request.POST.getlist("ids")[: MOST + 1] if text.isdecimal() and len(text) < 19]
    return listing.base.filter(pk__in=ids), ids


def _give(request: HttpRequest, listing: YoungPersonListing, people: list[Any], counsellor: Any) -> HttpResponse:
    try:
        changed = assign_counsellor(young_people=people, counsellor=counsellor, by=request.user, now=timezone.now())
    except ActionError as refusal:
        messages.error(request, str(refusal))
    else:
        given = counted(len(changed), "dossier confié,dossiers confiés")
        messages.success(request, f"{given} à {counsellor.full_name}.")
    return redirect(listing.url())
