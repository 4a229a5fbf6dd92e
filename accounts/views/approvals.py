"""Roles that wait for a second person."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import actions
from accounts.enums import APPROVERS
from accounts.models import Membership
from accounts.permissions import can_approve_members
from accounts.queries import waiting_people


@require_safe
def approval_list(request: HttpRequest) -> HttpResponse:
    if not can_approve_members(request.user, request.structure):
        raise PermissionDenied
    wanted = request.user.access.structure_ids(APPROVERS)
    structures = [pk for pk in wanted if request.structure is None or pk == request.structure.pk]
    people = waiting_people(structures, reader=request.user)
    return render(request, "accounts/approval_list.html", {"people": people})


@require_POST
def approval_give(request: HttpRequest, pk: int) -> HttpResponse:
    """`pk`: one of the roles; all those of that person in that structure are approved together."""
    if not can_approve_members(request.user):
        raise PermissionDenied
    rows = Membership.objects.visible_to(request.user).select_related("user", "structure")
    row = get_object_or_404(rows, pk=pk)
    if not can_approve_members(request.user, row.structure):
        raise PermissionDenied
    try:
        actions.approve_roles(structure=row.structure, person=row.user, by=request.user, now=timezone.now())
    except actions.AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{row.user.full_name} peut maintenant travailler.")
    return redirect("accounts:approval_list")
