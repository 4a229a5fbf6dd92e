"""Duplicates proposed, compared side by side, merged, and merges undone."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from companies.duplicates import similar_companies
from companies.merges import (
    MERGED_FIELDS,
    MergeRefused,
    dismiss_pair,
    merge_choices,
    merge_companies,
    undo_merge,
    what_follows,
)
from companies.models import Company, CompanyMerge, Contact, DuplicatePair
from companies.permissions import can_merge_companies
from core.jobs import create_job
from core.models import Job
from core.toasts import say_with_undo

PAIRS_A_PAGE = 20
SCAN_TASK = "companies.tasks.scan_duplicates"


@require_GET
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Pairs to look at, strongest first, and how the last search went."""
    _check(can_merge_companies(request.user, request.structure))
    people = Contact.objects.present().filter(deleted_at=None)
    pairs = (
        DuplicatePair.objects.visible_to(request.user)
        .in_structure(request.structure)
        .proposed()
        .select_related("first__adviser", "second__adviser")
        .prefetch_related(Prefetch("first__contacts", people), Prefetch("second__contacts", people))
    )
    page = Paginator(pairs, PAIRS_A_PAGE).get_page(request.GET.get("page"))
    jobs = Job.objects.visible_to(request.user).in_structure(request.structure).filter(task=SCAN_TASK)
    return render(
        request, "companies/duplicate_list.html", {"page": page, "job": jobs.order_by("-created_at", "-pk").first()}
    )


@require_POST
def duplicate_scan(request: HttpRequest) -> HttpResponse:
    """Search the whole structure, in a job."""
    structures = [request.structure] if request.structure else request.structures
    allowed = [structure for structure in structures if can_merge_companies(request.user, structure)]
    _check(bool(allowed))
    running = Job.objects.visible_to(request.user).open().filter(task=SCAN_TASK)
    for structure in allowed:
        if not running.filter(structure=structure).exists():
            create_job(
                structure=structure,
                task=SCAN_TASK,
                title="Recherche des doublons",
                by=request.user,
                result_url=reverse("companies:duplicate_list"),
            )
    return redirect("companies:duplicate_list")


@require_POST
def duplicate_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """« Ce n’est pas un doublon » is remembered."""
    pair = get_object_or_404(DuplicatePair.objects.visible_to(request.user).select_related("first"), pk=pk)
    _check(can_merge_companies(request.user, pair))
    dismiss_pair(pair=pair, by=request.user, now=timezone.now())
    messages.success(request, "C’est retenu\u00a0: ces deux entreprises ne seront plus proposées ensemble.")
    return redirect("companies:duplicate_list")


@require_GET
def merge_pick(request: HttpRequest, pk: int) -> HttpResponse:
    """Which other company is the same as this one: those that look like it."""
    company = _company(request, pk)
    values = {
        name: getattr(company, name) for name in ("pk", "trade_name", "legal_name", "siret", "city", "phone", "email")
    }
    candidates = similar_companies(user=request.user, structure=company.structure, values=values, limit=10)
    return render(request, "companies/merge_pick.html", {"company": company, "candidates": candidates})


@require_http_methods(["GET", "HEAD", "POST"])
def company_merge(request: HttpRequest, pk: int, other_pk: int) -> HttpResponse:
    """Side by side, one choice a field; `pk` remains, `other_pk` goes to the bin."""
    kept, absorbed = _company(request, pk), _company(request, other_pk)
    if kept.pk == absorbed.pk or kept.structure_id != absorbed.structure_id:
        messages.error(request, "Ces deux entreprises ne se fusionnent pas.")
        return redirect(kept)
    if request.method == "POST":
        return _merge(request, kept, absorbed)
    context = {
        "kept": kept,
        "absorbed": absorbed,
        "choices": merge_choices(kept, absorbed),
        "follows": what_follows(absorbed),
    }
    return render(request, "companies/company_merge.html", context)


def _merge(request: HttpRequest, kept: Company, absorbed: Company) -> HttpResponse:
    chosen = {name for name in MERGED_FIELDS if request.POST.get(name) == "absorbed"}
    try:
        merge = merge_companies(kept=kept, absorbed=absorbed, from_absorbed=chosen, by=request.user, now=timezone.now())
    except MergeRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("companies:duplicate_list")
    say_with_undo(
        request,
        f"«\u00a0{absorbed}\u00a0» est fusionnée dans «\u00a0{kept}\u00a0».",
        undo_url=reverse("companies:merge_undo", args=[merge.pk]),
    )
    return redirect(kept)


@require_POST
def merge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    merge = get_object_or_404(CompanyMerge.objects.visible_to(request.user).select_related("kept", "absorbed"), pk=pk)
    _check(can_merge_companies(request.user, merge))
    try:
        touched = undo_merge(merge=merge, by=request.user, now=timezone.now())
    except MergeRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("companies:duplicate_list")
    both = f"«\u00a0{merge.kept}\u00a0» et «\u00a0{merge.absorbed}\u00a0»"
    text = f"La fusion est défaite\u00a0: {both} sont de nouveau deux."
    if touched:
        text += f" Modifié depuis, donc laissé tel quel\u00a0: {', '.join(touched)}."
    messages.success(request, text)
    return redirect("companies:company_detail", merge.kept_id)


def _company(request: HttpRequest, pk: int) -> Company:
    company = get_object_or_404(Company.objects.visible_to(request.user).select_related("structure", "adviser"), pk=pk)
    _check(can_merge_companies(request.user, company))
    return company


def _check(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
