"""How the views of a company come in: the row or a 404. The other doors are every app's."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from companies.models import Company, Contact, Interaction, NextAction
from core.doors import allow, go_back, posted, posted_snapshot, posted_version

__all__ = [
    "allow",
    "go_back",
    "posted",
    "posted_snapshot",
    "posted_version",
    "visible_company",
    "visible_contact",
    "visible_interaction",
    "visible_next_action",
]


def visible_company(request: HttpRequest, pk: int) -> Company:
    rows = Company.objects.visible_to(request.user).select_related("adviser", "structure")
    return get_object_or_404(rows, pk=pk)


def visible_contact(request: HttpRequest, pk: int) -> Contact:
    rows = Contact.objects.visible_to(request.user).filter(company__deleted_at=None).select_related("company")
    return get_object_or_404(rows, pk=pk)


def visible_interaction(request: HttpRequest, pk: int) -> Interaction:
    rows = Interaction.objects.visible_to(request.user).filter(company__deleted_at=None)
    return get_object_or_404(rows.select_related("company", "by", "next_action__assigned_to"), pk=pk)


def visible_next_action(request: HttpRequest, pk: int) -> NextAction:
    rows = NextAction.objects.visible_to(request.user).filter(company__deleted_at=None)
    return get_object_or_404(rows.select_related("company", "assigned_to"), pk=pk)
