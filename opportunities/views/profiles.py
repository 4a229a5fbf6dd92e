"""A profile shown to a company: the link that one shares or takes back, its PDF, and the public page behind it."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.doors import allow
from core.errors import ActionError
from core.pdf import PdfUnavailableError, render_pdf
from core.scope import structure_scope
from core.tokens import digest_of, structure_of_key
from opportunities.actions import record_profile_view, revoke_profile, share_profile
from opportunities.forms.placements import ShareForm
from opportunities.models import Placement, ProfileLink
from opportunities.permissions import can_share_profile
from opportunities.placing import link_of_digest
from opportunities.profile import ProfileSheet, sheet_of
from opportunities.views.doors import visible_placement
from opportunities.views.placements import detail_context

LONGEST_KEY = 100


# --- ours -----------------------------------------------------------------------------------------
@require_POST
def profile_share(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link: its address is on the page that answers, and nowhere else afterwards."""
    placement = visible_placement(request, pk)
    allow(can_share_profile(request.user, placement))
    form = ShareForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choisissez la durée du lien.")
        return redirect(placement)
    try:
        _link, key = share_profile(placement=placement, by=request.user, now=timezone.now(), life=form.life_asked())
    except ActionError as error:
        messages.error(request, str(error))
        return redirect(placement)
    context = detail_context(request, placement)
    context["new_url"] = request.build_absolute_uri(reverse("opportunities:profile_open", args=[key]))
    return render(request, "opportunities/placement_detail.html", context)


@require_POST
def profile_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    allow(can_share_profile(request.user))
    link = get_object_or_404(ProfileLink.objects.visible_to(request.user).select_related("placement"), pk=pk)
    placement = visible_placement(request, link.placement_id)
    allow(can_share_profile(request.user, placement))
    revoke_profile(link=link, by=request.user, now=timezone.now())
    messages.success(request, "Le lien est annulé\u00a0: il ne montre plus rien.")
    return redirect(placement)


@require_safe
def profile_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet to print or to hand over: the same as the company reads."""
    placement = visible_placement(request, pk)
    allow(can_share_profile(request.user, placement))
    sheet = sheet_of(placement.young_person, today=timezone.localdate())
    if sheet is None or not placement.is_live:
        raise Http404
    try:
        return _pdf(sheet, placement)
    except PdfUnavailableError as error:
        messages.error(request, str(error))
        return redirect(placement)


def _pdf(sheet: ProfileSheet, placement: Placement) -> HttpResponse:
    context = {"sheet": sheet, "opportunity": placement.opportunity, "structure": placement.structure}
    name = f"profil-{slugify(sheet.first_name)}.pdf"
    content = render_pdf("opportunities/pdf/profile.html", context)
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


# --- the company's --------------------------------------------------------------------------------
# The key is the whole authority: no session is read. And a page that sends no referrer posts from the origin "null",
# which the check of forged requests refuses.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile_open(request: HttpRequest, key: str) -> HttpResponse:
    """GET says who wrote and offers a button; POST shows the profile and notes that it was read."""
    if not ratelimit.consume(request, action="profile"):
        return ratelimit.respond_429(request)
    structure_id = structure_of_key(key) if len(key) <= LONGEST_KEY else None
    if structure_id is None:
        return _closed(request, "opportunities/profile_unknown.html", 404)
    with structure_scope([structure_id]):
        return _open(request, key)


def _open(request: HttpRequest, key: str) -> HttpResponse:
    now = timezone.now()
    link = link_of_digest(digest_of(key))
    if link is None:
        return _closed(request, "opportunities/profile_unknown.html", 404)
    # Without her agreement any more, or once it is over, it is as if the link were taken back.
    sheet = sheet_of(link.placement.young_person, today=timezone.localdate(now))
    if link.revoked_at or sheet is None or not link.placement.is_live:
        return _closed(request, "opportunities/profile_revoked.html", 410, link)
    if not link.is_good_at(now):
        return _closed(request, "opportunities/profile_expired.html", 410, link)
    if request.method != "POST":
        return _private(render(request, "opportunities/profile_cover.html", _cover_context(link)))
    record_profile_view(link=link, now=now)
    return _private(_shown(request, link, sheet))


def _cover_context(link: ProfileLink) -> dict[str, Any]:
    """Who wrote, for what, until when: the template is not given the link, by which it would reach the file."""
    return {
        "structure": link.structure,
        "sender": link.created_by,
        "opportunity": link.placement.opportunity,
        "expires_at": link.expires_at,
    }


def _shown(request: HttpRequest, link: ProfileLink, sheet: ProfileSheet) -> HttpResponse:
    """The profile as a page, or as a PDF when that is asked."""
    if "pdf" in request.POST:
        try:
            return _pdf(sheet, link.placement)
        except PdfUnavailableError:
            messages.error(request, "Le PDF ne peut pas être préparé pour le moment\u00a0: imprimez cette page.")
    context = {"structure": link.structure, "sheet": sheet, "opportunity": link.placement.opportunity}
    return render(request, "opportunities/profile_shown.html", context)


def _closed(request: HttpRequest, template: str, status: int, link: ProfileLink | None = None) -> HttpResponse:
    """Unknown says nothing of anybody; expired and revoked say which structure to write to."""
    context = {"structure": link.structure if link else None}
    return _private(render(request, template, context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
