"""How views come in and go out: the right or a 403, what a form posted, and where to go back."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def allow(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def go_back(request: HttpRequest, default: Any) -> HttpResponse:
    """To the page the gesture was made on (`next`, posted or in the address, one of ours only), else to `default`."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(wanted)
    return redirect(default)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty POST binds it too, and is refused."""
    return request.POST if request.method == "POST" else None


def asked_words(request: HttpRequest, name: str = "q", *, most: int = 100) -> str:
    """What was typed to look for something: short, and without the character that the database refuses."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:most]


def posted_version(request: HttpRequest, name: str = "version") -> int:
    """The version the person had before her; 0, which no row has, when it is not a figure."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def posted_snapshot(request: HttpRequest) -> dict[str, list[str]]:
    """What the fields held when the page was drawn; empty when it cannot be read."""
    try:
        found = json.loads(request.POST.get("base", "") or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def posted_pairs(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, to be sent again by the next page."""
    left_out = {"csrfmiddlewaretoken", "confirmed", "correct", "version", "base"}
    return [(name, value) for name, values in request.POST.lists() if name not in left_out for value in values]
