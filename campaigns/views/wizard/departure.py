"""Fifth step: when it leaves."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaigns.actions.campaigns import (
    ask_for_approval,
    first_departure,
    launch_campaign,
    problems_of,
    schedule_campaign,
    wants_approval,
)
from campaigns.audience import reason_counts
from campaigns.enums import CampaignState
from campaigns.forms.campaigns import LATER, NOW, DepartureForm
from campaigns.models import Campaign
from campaigns.permissions import can_launch_campaign
from campaigns.relaunches import relaunches_too_late
from campaigns.views.wizard.frame import in_preparation, step_page
from campaigns.waiting import plan_of
from core.doors import allow, posted
from core.errors import ActionError
from core.french import french_moment


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_send(request: HttpRequest, pk: int) -> HttpResponse:
    """When it leaves; then it does, waits for its hour, or for a manager."""
    campaign = in_preparation(request, pk)
    allow(can_launch_campaign(request.user, campaign))
    if campaign.state != CampaignState.DRAFT:
        if request.method == "POST":
            messages.info(request, "Cette campagne n’est plus en préparation\u00a0: voici où elle en est.")
        return redirect(campaign)
    now = timezone.now()
    form = DepartureForm(posted(request), now=now, helps=_departure_helps(campaign, now), initial=_hour_of(campaign))
    if form.is_valid():
        try:
            _depart(request, campaign, form, now)
        except ActionError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(campaign)
    counts = reason_counts(campaign)
    included = counts.pop("", 0)
    context = {
        "form": form,
        "included": included,
        "excluded": sum(counts.values()),
        "problems": problems_of(campaign, now=now),
        "too_late": relaunches_too_late(plan_of(campaign), timezone.localdate(first_departure(campaign, now))),
        "wants_approval": wants_approval(campaign, request.user),
        "test_address": request.user.email,
    }
    return step_page(request, campaign, 5, "campaigns/campaign_send.html", **context)


def _departure_helps(campaign: Campaign, now: Any) -> dict[str, str]:
    if not campaign.by_email:
        return {NOW: "Les lettres sont à imprimer dès maintenant.", LATER: "Les lettres sont à imprimer ce jour-là."}
    at = first_departure(Campaign(structure=campaign.structure), now)
    first = "tout de suite" if at <= now else french_moment(at)
    hours = "Jamais la nuit, le week-end ni un jour férié\u00a0: alors, à la prochaine heure permise."
    return {NOW: f"Les premiers messages partent {first}.", LATER: hours}


def _hour_of(campaign: Campaign) -> dict[str, Any]:
    if not campaign.send_at:
        return {}
    local = timezone.localtime(campaign.send_at)
    return {"when": LATER, "day": local.date(), "hour": local.time().replace(second=0, microsecond=0)}


def _depart(request: HttpRequest, campaign: Campaign, form: DepartureForm, now: Any) -> None:
    send_at = form.send_at
    if wants_approval(campaign, request.user):
        ask_for_approval(campaign=campaign, send_at=send_at, by=request.user, now=now)
        messages.success(request, "Un responsable de votre structure peut maintenant approuver la campagne.")
    elif send_at:
        schedule_campaign(campaign=campaign, send_at=send_at, by=request.user, now=now)
        messages.success(request, f"La campagne partira {french_moment(send_at)}.")
    else:
        launched = launch_campaign(campaign=campaign, by=request.user, now=now)
        messages.success(request, f"La campagne «\u00a0{launched}\u00a0» est lancée.")
