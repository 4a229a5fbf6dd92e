"""One gesture on the companies ticked, or on the whole list: ask, show what will change, then do it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from companies.actions.bulk import BulkKind, Plan, apply_bulk, bulk_plan, queue_bulk
from companies.actions.errors import CompanyError
from companies.forms.bulk import AssignForm, PlanForm, TagForm, UntagForm, WatchForm
from companies.listing import CompanyListing
from companies.permissions import EDITORS, can_edit_company, can_export_companies
from companies.views.lists import listing_of
from core.exports import FORMATS, export_file
from core.french import counted
from core.lists import capped_counts

FORMS: dict[str, type[forms.Form]] = {
    BulkKind.ASSIGN: AssignForm,
    BulkKind.TAG: TagForm,
    BulkKind.UNTAG: UntagForm,
    BulkKind.WATCH: WatchForm,
    BulkKind.PLAN: PlanForm,
}
EXPORT = "export"
# Ticked one by one, on one page; beyond, the whole list is asked for by its filters.
MAX_TICKED = 1000
# Above this a job does it, and the page comes back at once.
MAX_NOW = 500
COUNT_LIMIT = 100_000
SHOWN = 20


@dataclass(frozen=True)
class Selection:
    """Companies chosen, and what it takes to choose them again on the next step."""

    listing: CompanyListing
    companies: QuerySet
    ids: list[int]
    query: str
    everything: bool


def _selection(request: HttpRequest) -> Selection:
    query = request.POST.get("query", "")[:4000]
    listing = listing_of(request, QueryDict(query))
    everything = request.POST.get("everything") == "1"
    ids = [int(text) for text in request.POST.getlist("ids")[:MAX_TICKED] if text.isdecimal() and len(text) < 19]
    companies = listing.filtered if everything else listing.base.filter(pk__in=ids)
    return Selection(listing, companies, ids, query, everything)


@require_http_methods(["GET", "HEAD", "POST"])
def company_bulk(request: HttpRequest) -> HttpResponse:
    """Three steps by POST, which carry the selection: the question, what it would change, the gesture itself."""
    if request.method != "POST":
        return redirect("companies:company_list")
    selection, kind = _selection(request), request.POST.get("gesture", "")
    if kind == EXPORT:
        return _export(request, selection)
    if kind not in FORMS:
        return redirect(selection.listing.url())
    if not can_edit_company(request.user, request.structure):
        raise PermissionDenied
    return _step(request, selection, BulkKind(kind))


def _step(request: HttpRequest, selection: Selection, kind: BulkKind) -> HttpResponse:
    (count,) = capped_counts(selection.companies, caps=[COUNT_LIMIT])
    if not count.value:
        messages.warning(request, "Cochez d’abord une ou plusieurs entreprises.")
        return redirect(selection.listing.url())
    asked = request.POST.get("step") in ("preview", "apply")
    form = FORMS[kind](request.POST if asked else None, user=request.user, today=timezone.localdate())
    context: dict[str, Any] = {"selection": selection, "kind": kind, "form": form, "count": count}
    if asked and form.is_valid():
        values = form.values()  # type: ignore[attr-defined]
        try:
            plan = bulk_plan(kind=kind, companies=selection.companies, values=values, by=request.user)
            context |= _preview(plan)
        except CompanyError as refusal:
            form.add_error(None, str(refusal))
        else:
            expected = request.POST.get("expected")
            if request.POST.get("step") == "apply" and expected == str(context["changing"].value):
                return _apply(request, selection, values, plan, context["changing"].value)
            context["moved"] = request.POST.get("step") == "apply"
    return render(request, "companies/company_bulk.html", context)


def _preview(plan: Plan) -> dict[str, Any]:
    """Counts in one query, and the first companies that change."""
    groups = [skipped.companies for skipped in plan.skipped]
    changing, *skipped = capped_counts(plan.changing, *groups, caps=[COUNT_LIMIT] * (len(groups) + 1))
    told = zip(plan.skipped, skipped, strict=True)
    return {
        "plan": plan,
        "changing": changing,
        "skipped": [
            (count, group.reason, group.companies.order_by("name_key")[:3]) for group, count in told if count.value
        ],
        "sample": plan.changing.select_related("adviser").order_by("name_key", "pk")[:SHOWN],
        "beyond": max(0, changing.value - SHOWN),
    }


def _apply(request: HttpRequest, selection: Selection, values: dict[str, Any], plan: Plan, count: int) -> HttpResponse:
    kind, back = BulkKind(request.POST["gesture"]), selection.listing.url()
    if count > MAX_NOW:
        title = f"{kind.label.rstrip('…')} · {counted(count, 'entreprise')}"
        jobs = queue_bulk(kind=kind, companies=plan.changing, values=values, by=request.user, title=title, url=back)
        return redirect("core:job_detail", jobs[0].key)
    now = timezone.now()
    try:
        changed = apply_bulk(kind=kind, companies=plan.changing, values=values, by=request.user, now=now)
    except CompanyError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"C’est fait pour {counted(changed, 'entreprise')}.")
    return redirect(back)


def _export(request: HttpRequest, selection: Selection) -> HttpResponse:
    """What is ticked, as the list shows it."""
    if not can_export_companies(request.user, request.structure):
        raise PermissionDenied
    listing = selection.listing
    exportable = listing.base.filter(structure_id__in=request.user.access.structure_ids(EDITORS))
    # Ticked rows are taken as they are; the whole list keeps its filters.
    listing.base = exportable if selection.everything else exportable.filter(pk__in=selection.ids)
    file = export_file(listing, "xlsx", sheet="Entreprises")
    name = f"entreprises-{timezone.localdate():%Y-%m-%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=FORMATS["xlsx"])
