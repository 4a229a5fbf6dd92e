"""Preparing a campaign, in five steps that may be walked in any order: companies, texts, check, preview, departure.

What is chosen is written at once: one may leave and come back, and a colleague may go on.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from campaigns.actions.campaigns import edit_campaign
from campaigns.enums import CampaignState
from campaigns.models import Campaign
from campaigns.permissions import can_edit_campaign
from campaigns.queries import reason_it_came_back
from campaigns.views.doors import visible_campaign
from core.doors import allow, posted_version
from core.errors import ActionError, RowConflictError

STEPS = (
    ("Entreprises", "campaigns:campaign_companies"),
    ("Textes", "campaigns:campaign_texts"),
    ("Vérifier", "campaigns:campaign_check"),
    ("Aperçu", "campaigns:campaign_preview"),
    ("Envoyer", "campaigns:campaign_send"),
)


def steps_of(campaign: Campaign | None) -> list[tuple[str, str]]:
    return [(label, reverse(name, args=[campaign.pk]) if campaign else "") for label, name in STEPS]


def in_preparation(request: HttpRequest, pk: int) -> Campaign:
    """The campaign, for whoever may prepare it. One that is under way is shown by its page."""
    campaign = visible_campaign(request, pk)
    allow(can_edit_campaign(request.user, campaign))
    return campaign


def step_page(request: HttpRequest, campaign: Campaign, step: int, template: str, **context: Any) -> HttpResponse:
    is_draft = campaign.state == CampaignState.DRAFT
    shared = {"campaign": campaign, "steps": steps_of(campaign), "step": step, "is_draft": is_draft}
    came_back = reason_it_came_back(campaign) if is_draft else None
    return render(request, template, {**shared, "came_back": came_back, **context})


def save(request: HttpRequest, campaign: Campaign, form: Any, names: Any) -> bool:
    """Write these fields; what is refused goes to the form."""
    changes = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
    try:
        edit_campaign(
            campaign=campaign, changes=changes, by=request.user, now=timezone.now(), version=posted_version(request)
        )
    except RowConflictError:
        form.add_error(
            None, "Un collègue vient de modifier cette campagne\u00a0: rouvrez cette étape pour voir ce qu’il a écrit."
        )
        return False
    except ActionError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
