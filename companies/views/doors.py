"""How the views of a company come in and go out: the row or a 404, the right or a 403, and where to go back."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme

from companies.models import Company, Contact, Interaction, NextAction


def allow(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


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


def go_back(request: HttpRequest, default: Any) -> HttpResponse:
    """To the page the gesture was made on (`next`, one of ours only), else to `default`."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(wanted)
    return redirect(default)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty POST binds it too, and is refused."""
    return request.POST if request.method == "POST" else None


def posted_version(request: HttpRequest) -> int:
    """The version the person had before her; 0, which no row has, when it is not a figure."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def posted_snapshot(request: HttpRequest) -> dict[str, list[str]]:
    """What the fields held when the page was drawn; empty when it cannot be read."""
    try:
        found = json.loads(request.POST.get("base", "") or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
