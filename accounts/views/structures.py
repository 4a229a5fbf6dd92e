"""The structure's own sheet, its sites, and the switch in the header."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import close_site, reopen_site, save_site, save_structure
from accounts.forms import SiteForm, StructureForm
from accounts.models import Site, Structure
from accounts.session_keys import STRUCTURE
from accounts.views.at_hand import SeveralStructures, administered, structure_at_hand
from core.toasts import say_with_undo


def of_structure(view: Callable) -> Callable:
    """Hands `structure` to a page of settings; asks which when she administers several and has chosen none."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            structure = structure_at_hand(request)
        except SeveralStructures:
            return render(request, "accounts/structure_which.html", {"structures": administered(request)})
        return view(request, *args, structure=structure, **kwargs)

    return wrapper


@require_POST
def structure_choose(request: HttpRequest) -> HttpResponse:
    """Narrow to one of one's structures, or to none in particular. Anything else is not found."""
    chosen = request.POST.get("structure", "")
    if not chosen:
        request.session.pop(STRUCTURE, None)
    elif chosen in {str(structure.pk) for structure in request.structures}:
        request.session[STRUCTURE] = int(chosen)
    else:
        raise Http404
    following = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(following, {request.get_host()}, require_https=request.is_secure())
    # A page of the structure left may not exist for the one chosen: one starts again from home.
    return redirect(following if safe else "/")


@require_http_methods(["GET", "HEAD", "POST"])
@of_structure
def structure_edit(request: HttpRequest, structure: Structure) -> HttpResponse:
    stored = get_object_or_404(Structure.objects.visible_to(request.user), pk=structure.pk)
    form = StructureForm(request.POST or None, request.FILES or None, instance=stored)
    if request.method == "POST" and form.is_valid():
        save_structure(structure=form.instance, changed=form.changed_data, by=request.user, now=timezone.now())
        messages.success(request, "La fiche de la structure est enregistrée.")
        return redirect("accounts:structure_edit")
    return render(request, "accounts/structure_form.html", {"form": form, "structure": structure})


@require_safe
def structure_logo(request: HttpRequest, pk: int) -> HttpResponse:
    structure = get_object_or_404(Structure.objects.visible_to(request.user), pk=pk)
    if not structure.logo or not structure.logo.storage.exists(structure.logo.name):
        raise Http404
    kind = "image/png" if structure.logo.name.endswith(".png") else "image/jpeg"
    return FileResponse(structure.logo.open("rb"), content_type=kind)


@require_safe
@of_structure
def site_list(request: HttpRequest, structure: Structure) -> HttpResponse:
    sites = Site.objects.visible_to(request.user).filter(structure=structure).order_by("name", "pk")
    return render(
        request,
        "accounts/site_list.html",
        {
            "structure": structure,
            "sites": [site for site in sites if not site.closed_at],
            "closed_sites": [site for site in sites if site.closed_at],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_structure
def site_create(request: HttpRequest, structure: Structure) -> HttpResponse:
    return _site_form(request, Site(structure=structure), structure)


@require_http_methods(["GET", "HEAD", "POST"])
@of_structure
def site_edit(request: HttpRequest, pk: int, structure: Structure) -> HttpResponse:
    return _site_form(request, _site(request, pk, structure), structure)


def _site_form(request: HttpRequest, site: Site, structure: Structure) -> HttpResponse:
    form = SiteForm(request.POST or None, instance=site)
    if request.method == "POST" and form.is_valid():
        save_site(site=form.instance, changed=form.changed_data, by=request.user, now=timezone.now())
        messages.success(request, f"L’antenne {site} est enregistrée.")
        return redirect("accounts:site_list")
    context = {"form": form, "site": site, "structure": structure}
    return render(request, "accounts/site_form.html", context)


@require_POST
@of_structure
def site_close(request: HttpRequest, pk: int, structure: Structure) -> HttpResponse:
    site = close_site(site=_site(request, pk, structure), by=request.user, now=timezone.now())
    say_with_undo(request, f"L’antenne {site} est fermée.", undo_url=f"/structure/antennes/{site.pk}/rouvrir/")
    return redirect("accounts:site_list")


@require_POST
@of_structure
def site_reopen(request: HttpRequest, pk: int, structure: Structure) -> HttpResponse:
    site = reopen_site(site=_site(request, pk, structure), by=request.user, now=timezone.now())
    messages.success(request, f"L’antenne {site} est rouverte.")
    return redirect("accounts:site_list")


def _site(request: HttpRequest, pk: int, structure: Structure) -> Site:
    return get_object_or_404(
        Site.objects.visible_to(request.user).select_related("structure"), pk=pk, structure=structure
    )
