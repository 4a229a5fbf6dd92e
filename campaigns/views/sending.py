"""The settings of sending, one structure at a time."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Structure
from campaigns.actions.settings import save_sending
from campaigns.forms.sending import SendingForm
from campaigns.permissions import can_edit_sending
from campaigns.queries import settings_of
from companies.queries import solicitation_limits
from core.doors import posted


@require_http_methods(["GET", "HEAD", "POST"])
def sending_edit(request: HttpRequest) -> HttpResponse:
    structures = _structures(request)
    if len(structures) > 1:
        return render(request, "accounts/structure_which.html", {"structures": structures})
    structure = structures[0]
    sending = settings_of(structure)
    files = request.FILES if request.method == "POST" else None
    form = SendingForm(posted(request), files, instance=sending, limits=solicitation_limits(structure.pk))
    if request.method == "POST" and form.is_valid():
        save_sending(
            structure=structure, values=form.values(), limits=form.limits(), by=request.user, now=timezone.now()
        )
        messages.success(request, "Les réglages des envois sont enregistrés.")
        return redirect("campaigns:sending_edit")
    # A refused form has written its values on the instance: what is kept is read again.
    context = {"form": form, "structure": structure, "sending": settings_of(structure)}
    return render(request, "campaigns/sending_form.html", context)


@require_safe
def signature_show(request: HttpRequest) -> HttpResponse:
    """The one kept, for whoever may change it."""
    stored = settings_of(_structures(request)[0]).signature
    if not stored or not stored.storage.exists(stored.name):
        raise Http404
    kind = "image/png" if stored.name.endswith(".png") else "image/jpeg"
    return FileResponse(stored.open("rb"), content_type=kind)


def _structures(request: HttpRequest) -> list[Structure]:
    candidates = [request.structure] if request.structure else request.structures
    found = [structure for structure in candidates if can_edit_sending(request.user, structure)]
    if not found:
        raise PermissionDenied
    return found
