"""Third step: who is written to, who is left out, why, and what mends it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from campaigns.actions.audience import check_audience, exclude_recipient, include_recipient
from campaigns.actions.campaigns import problems_of
from campaigns.audience import OVERRIDABLE, fix_of, reason_counts, recipients_of
from campaigns.enums import CampaignState, Exclusion
from campaigns.models import Recipient
from campaigns.views.doors import editable_recipient
from campaigns.views.wizard.frame import in_preparation, step_page
from core.doors import go_back
from core.errors import ActionError
from core.french import counted

ROWS_A_PAGE = 25


@require_safe
def campaign_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is written to; who is left out, why, and what mends it. `?raison=`: one reason; `?voir=retenues`.

    `?corrigee`: back from a form that mended one, still to be looked at again.
    """
    campaign = in_preparation(request, pk)
    if campaign.state != CampaignState.DRAFT:
        return redirect(campaign)
    shows_included = request.GET.get("voir") == "retenues"
    counts = reason_counts(campaign)
    included, excluded = counts.pop("", 0), sum(counts.values())
    if not excluded:
        shows_included = True
    reason = request.GET.get("raison", "")
    rows = recipients_of(campaign)
    if shows_included:
        rows = rows.filter(exclusion="")
    else:
        rows = (
            rows.filter(exclusion=reason)
            if reason in counts
            else rows.exclude(exclusion="").order_by("exclusion", "company_key", "pk")
        )
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.fix = fix_of(row)
        row.may_be_kept = row.exclusion in OVERRIDABLE
    context = {
        "included": included,
        "excluded": excluded,
        "reasons": [(key, label, counts[key]) for key, label in Exclusion.choices if key in counts],
        "reason": reason if reason in counts else "",
        "shows_included": shows_included,
        "page": page,
        "problems": problems_of(campaign, now=timezone.now()),
        "mended": "corrigee" in request.GET,
        "here": request.get_full_path(),
    }
    return step_page(request, campaign, 3, "campaigns/campaign_check.html", **context)


@require_POST
def campaign_recheck(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = in_preparation(request, pk)
    before = reason_counts(campaign).get("", 0)
    try:
        check_audience(campaign=campaign, by=request.user, now=timezone.now())
    except ActionError as refusal:
        messages.error(request, str(refusal))
    else:
        gained = reason_counts(campaign).get("", 0) - before
        more = "de plus" if gained > 0 else "de moins"
        said = f"{counted(abs(gained), 'entreprise')} {more} à solliciter." if gained else "Rien n’a changé."
        messages.success(request, f"Vérifié. {said}")
    return redirect("campaigns:campaign_check", campaign.pk)


@require_POST
def recipient_exclude(request: HttpRequest, pk: int) -> HttpResponse:
    recipient = editable_recipient(request, pk)
    return _decide(request, recipient, exclude_recipient, f"{recipient.company} ne sera pas sollicitée.")


@require_POST
def recipient_include(request: HttpRequest, pk: int) -> HttpResponse:
    recipient = editable_recipient(request, pk)
    return _decide(request, recipient, include_recipient, f"{recipient.company} sera sollicitée.")


def _decide(request: HttpRequest, recipient: Recipient, gesture: Any, said: str) -> HttpResponse:
    try:
        gesture(recipient=recipient, by=request.user, now=timezone.now())
    except ActionError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return go_back(request, reverse("campaigns:campaign_check", args=[recipient.campaign_id]))
