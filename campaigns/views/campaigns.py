"""Campaigns of the structure, the page of one, and what is done with one that is under way."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.actions.campaigns import (
    approve_campaign,
    bin_campaign,
    end_campaign,
    pause_campaign,
    restore_campaign,
    resume_campaign,
    send_back,
    stop_campaign,
)
from campaigns.actions.errors import CampaignError
from campaigns.enums import LIVE_CAMPAIGNS, CampaignState, RecipientState
from campaigns.forms.campaigns import NoteForm
from campaigns.models import Campaign
from campaigns.permissions import (
    can_approve_campaign,
    can_edit_campaign,
    can_export_campaign,
    can_stop_campaign,
    can_view_campaign,
)
from campaigns.queries import campaigns_listed, excluded_shown, moves_of, recipients_shown, sent_counts, state_counts
from campaigns.views.doors import visible_campaign
from core.doors import allow, asked_words, posted
from core.errors import ActionError
from core.toasts import say_with_undo

CAMPAIGNS_A_PAGE = 25
ROWS_A_PAGE = 25
IN_PREPARATION = (CampaignState.DRAFT, CampaignState.TO_APPROVE, CampaignState.SCHEDULED)
OVER = (CampaignState.ENDED, CampaignState.STOPPED)
# `?etat=`: those that were not written to.
LEFT_OUT = "ecartees"
TABS = (
    ("", "Toutes", None),
    ("en-cours", "En cours", LIVE_CAMPAIGNS),
    ("en-preparation", "En préparation", IN_PREPARATION),
    ("terminees", "Terminées", OVER),
)


@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Latest first. `?voir=`: those under way, in preparation, over; `corbeille`: those thrown away."""
    allow(can_view_campaign(request.user))
    wanted = request.GET.get("voir", "")
    base = Campaign.objects.visible_to(request.user).in_structure(request.structure)
    binned = Campaign.objects.binned_for(request.user).in_structure(request.structure)
    states = {word: states for word, _, states in TABS}.get(wanted)
    rows = binned if wanted == "corbeille" else base.filter(state__in=states) if states else base
    page = Paginator(campaigns_listed(rows), CAMPAIGNS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "campaigns/campaign_list.html",
        {
            "page": page,
            "tabs": TABS,
            "wanted": wanted if states or wanted == "corbeille" else "",
            "bin_count": binned.count(),
            "editable": can_edit_campaign(request.user, request.structure),
        },
    )


@require_safe
def campaign_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it is, company by company. `?etat=`: a state; `?q=`: the name of a company."""
    campaign = visible_campaign(request, pk)
    if campaign.state == CampaignState.DRAFT:
        return redirect("campaigns:campaign_companies" if not campaign.letter_id else "campaigns:campaign_check", pk)
    counts = state_counts(campaign)
    wanted, words = request.GET.get("etat", ""), asked_words(request)
    excluded = excluded_shown(campaign).count()
    if wanted == LEFT_OUT and excluded:
        rows = excluded_shown(campaign, words=words)
    else:
        rows = recipients_shown(campaign, state=wanted if wanted in RecipientState.values else "", words=words)
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "campaign": campaign,
        "total": sum(counts.values()),
        "to_ask": counts.get(RecipientState.PLANNED, 0),
        "asked": sum(counts.values()) - counts.get(RecipientState.PLANNED, 0),
        "excluded": excluded,
        "left_out": LEFT_OUT,
        "sent": sent_counts(campaign),
        "answered": counts.get(RecipientState.ANSWERED, 0),
        "states": [(key, label, counts[key]) for key, label in RecipientState.choices if counts.get(key)],
        "wanted": wanted,
        "words": words,
        "page": page,
        "moves": moves_of(campaign),
        "editable": can_edit_campaign(request.user, campaign),
        "stoppable": can_stop_campaign(request.user, campaign),
        "exportable": can_export_campaign(request.user, campaign),
        "approvable": campaign.state == CampaignState.TO_APPROVE and can_approve_campaign(request.user, campaign),
        "is_over": campaign.state in OVER,
    }
    return render(request, "campaigns/campaign_detail.html", context)


# --- approval -----------------------------------------------------------------------------------
@require_POST
def campaign_approve(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = visible_campaign(request, pk)
    allow(can_approve_campaign(request.user, campaign))
    return _gesture(request, campaign, approve_campaign, "La campagne est approuvée.")


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A manager sends it back with a word; whoever prepares it takes it up again."""
    campaign = visible_campaign(request, pk)
    allow(can_edit_campaign(request.user, campaign))
    return _noted(
        request, campaign, send_back, "campaigns/campaign_send_back.html", "La campagne est de nouveau en préparation."
    )


# --- under way ----------------------------------------------------------------------------------
@require_POST
def campaign_pause(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = _stoppable(request, pk)
    return _gesture(request, campaign, pause_campaign, "Plus rien ne part tant que la campagne est en pause.")


@require_POST
def campaign_resume(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = _stoppable(request, pk)
    return _gesture(request, campaign, resume_campaign, "La campagne reprend.")


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """For good, with a reason."""
    return _noted(
        request, _stoppable(request, pk), stop_campaign, "campaigns/campaign_stop.html", "La campagne est arrêtée."
    )


@require_POST
def campaign_end(request: HttpRequest, pk: int) -> HttpResponse:
    return _gesture(request, _stoppable(request, pk), end_campaign, "La campagne est terminée.")


def _stoppable(request: HttpRequest, pk: int) -> Campaign:
    campaign = visible_campaign(request, pk)
    allow(can_stop_campaign(request.user, campaign))
    return campaign


def _gesture(request: HttpRequest, campaign: Campaign, gesture: Callable[..., Any], said: str) -> HttpResponse:
    try:
        gesture(campaign=campaign, by=request.user, now=timezone.now())
    except ActionError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(campaign)


def _noted(
    request: HttpRequest, campaign: Campaign, gesture: Callable[..., Any], template: str, said: str
) -> HttpResponse:
    """The same with a reason, asked on a page of its own."""
    form = NoteForm(posted(request))
    if form.is_valid():
        try:
            gesture(campaign=campaign, note=form.cleaned_data["note"], by=request.user, now=timezone.now())
        except CampaignError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect(campaign)
    return render(request, template, {"form": form, "campaign": campaign})


# --- the bin ------------------------------------------------------------------------------------
@require_POST
def campaign_bin(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = visible_campaign(request, pk)
    allow(can_edit_campaign(request.user, campaign))
    try:
        bin_campaign(campaign=campaign, by=request.user, now=timezone.now())
    except ActionError as refusal:
        messages.error(request, str(refusal))
        return redirect(campaign)
    undo_url = reverse("campaigns:campaign_restore", args=[campaign.pk])
    say_with_undo(request, "La campagne est à la corbeille.", undo_url=undo_url)
    return redirect("campaigns:campaign_list")


@require_POST
def campaign_restore(request: HttpRequest, pk: int) -> HttpResponse:
    allow(can_view_campaign(request.user))
    campaign = get_object_or_404(Campaign.objects.binned_for(request.user), pk=pk)
    allow(can_edit_campaign(request.user, campaign))
    restore_campaign(campaign=campaign, by=request.user, now=timezone.now())
    messages.success(request, f"«\u00a0{campaign}\u00a0» est de retour.")
    return redirect(campaign)
