"""Corrections proposed from outside, beside the record: accepted or refused one by one, or all together."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from companies.actions.errors import CompanyError
from companies.actions.proposed_change import accept_proposed_change, refuse_proposed_change
from companies.models import Company, ProposedChange
from companies.permissions import can_edit_company
from companies.queries import corrections_of
from companies.views.doors import allow, visible_company
from core.french import counted


@require_safe
def proposed_change_list(request: HttpRequest, pk: int) -> HttpResponse:
    company = visible_company(request, pk)
    allow(can_edit_company(request.user, company))
    context = {"company": company, "corrections": corrections_of(company)}
    return render(request, "companies/proposed_change_list.html", context)


def _change(request: HttpRequest, pk: int) -> ProposedChange:
    rows = ProposedChange.objects.visible_to(request.user).filter(company__deleted_at=None)
    change = get_object_or_404(rows.select_related("company", "contact"), pk=pk)
    allow(can_edit_company(request.user, change))
    return change


def _on(company: Company) -> HttpResponse:
    """To what still waits, else back to the record."""
    if corrections_of(company):
        return redirect("companies:proposed_change_list", company.pk)
    return redirect(company)


@require_POST
def proposed_change_accept(request: HttpRequest, pk: int) -> HttpResponse:
    change = _change(request, pk)
    try:
        accept_proposed_change(change=change, by=request.user, now=timezone.now())
    except CompanyError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "La fiche est corrigée.")
    return _on(change.company)


@require_POST
def proposed_change_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    change = _change(request, pk)
    refuse_proposed_change(change=change, by=request.user, now=timezone.now())
    messages.info(request, "La fiche reste telle quelle.")
    return _on(change.company)


@require_POST
def proposed_change_accept_all(request: HttpRequest, pk: int) -> HttpResponse:
    """All those that were shown: one that came meanwhile is left to be read."""
    company = visible_company(request, pk)
    allow(can_edit_company(request.user, company))
    seen = set(request.POST.getlist("change"))
    rows = [row.change for row in corrections_of(company) if str(row.change.pk) in seen]
    try:
        for change in rows:
            accept_proposed_change(change=change, by=request.user, now=timezone.now())
    except CompanyError as error:
        messages.error(request, str(error))
    else:
        said = counted(len(rows), "correction est reprise", "corrections sont reprises")
        messages.success(request, f"{said} sur la fiche.")
    return _on(company)
