"""How the views of campaigns come in: the row or a 404, the right or a 403."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from campaigns.models import Campaign, Recipient
from campaigns.permissions import can_edit_campaign, can_view_campaign
from core.doors import allow, posted_version


def visible_campaign(request: HttpRequest, pk: int) -> Campaign:
    """Somebody without any role that sees campaigns is refused before anything is looked for."""
    allow(can_view_campaign(request.user))
    rows = Campaign.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("structure", "letter__template", "owner"), pk=pk)


def visible_recipient(request: HttpRequest, pk: int) -> Recipient:
    allow(can_view_campaign(request.user))
    rows = Recipient.objects.visible_to(request.user).exclude(campaign__deleted_at__isnull=False)
    return get_object_or_404(rows.select_related("campaign__structure", "company", "contact", "adviser"), pk=pk)


def editable_recipient(request: HttpRequest, pk: int) -> Recipient:
    recipient = visible_recipient(request, pk)
    allow(can_edit_campaign(request.user, recipient))
    return recipient


def drawn_from(request: HttpRequest) -> int | None:
    """The version of the answer that the page showed when it was drawn; None when it does not say."""
    return posted_version(request, "given") if "given" in request.POST else None
