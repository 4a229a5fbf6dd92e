"""What was put in the bin, and the way back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from companies.actions import CompanyError, restore_company, restore_contact, restore_interaction
from companies.models import Company, Contact, Interaction
from companies.permissions import can_edit_company, can_edit_interaction
from companies.queries import binned_rows
from companies.views.doors import allow


@require_GET
def bin_list(request: HttpRequest) -> HttpResponse:
    allow(can_edit_company(request.user, request.structure))
    rows = binned_rows(user=request.user, structure=request.structure)
    return render(request, "companies/bin.html", {"rows": [_shown(row) for row in rows]})


def _shown(row: Any) -> dict[str, Any]:
    kinds = {Company: ("entreprise", "building-2"), Contact: ("contact", "user-round")}
    kind, icon = kinds.get(type(row), ("échange", "message-circle"))
    name = {Company: "company", Contact: "contact"}.get(type(row), "interaction")
    return {"row": row, "kind": kind, "icon": icon, "restore_url": f"companies:{name}_restore"}


@require_POST
def company_restore(request: HttpRequest, pk: int) -> HttpResponse:
    company = get_object_or_404(Company.objects.binned_for(request.user), pk=pk)
    allow(can_edit_company(request.user, company))
    try:
        restore_company(company=company, by=request.user, now=timezone.now())
    except CompanyError as error:
        messages.error(request, str(error))
        return redirect("companies:bin_list")
    messages.success(request, f"«\u00a0{company}\u00a0» est de retour, avec ses contacts et ses échanges.")
    return redirect("companies:company_detail", company.pk)


@require_POST
def contact_restore(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Contact.objects.binned_for(request.user).filter(company__deleted_at=None).select_related("company")
    contact = get_object_or_404(rows, pk=pk)
    allow(can_edit_company(request.user, contact))
    restore_contact(contact=contact, by=request.user, now=timezone.now())
    messages.success(request, f"{contact} est de retour.")
    return redirect("companies:company_detail", contact.company_id)


@require_POST
def interaction_restore(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Interaction.objects.binned_for(request.user).filter(company__deleted_at=None).select_related("company")
    interaction = get_object_or_404(rows, pk=pk)
    allow(can_edit_interaction(request.user, interaction))
    restore_interaction(interaction=interaction, by=request.user, now=timezone.now())
    messages.success(request, "L’échange est de retour dans le fil.")
    return redirect("companies:company_detail", interaction.company_id)
