"""The home of a coordinator: her groups, by name. She sees no row of their structures."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import StructureGroup
from accounts.permissions import can_view_group


@require_safe
def group_detail(request: HttpRequest) -> HttpResponse:
    if not can_view_group(request.user):
        raise PermissionDenied
    groups = StructureGroup.objects.visible_to(request.user).prefetch_related("structures").order_by("name", "pk")
    return render(request, "accounts/group_detail.html", {"groups": groups})
