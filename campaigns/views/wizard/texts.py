"""Second step: the letter, the relaunches and their words, the dates."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaigns.enums import CampaignState
from campaigns.forms.campaigns import TextsForm
from campaigns.views.wizard.frame import in_preparation, save, step_page
from core.doors import posted, posted_version


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_texts(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter, the relaunches and their words, the dates."""
    campaign = in_preparation(request, pk)
    if campaign.state != CampaignState.DRAFT:
        return redirect(campaign)
    version = posted_version(request) if request.method == "POST" else campaign.version
    form = TextsForm(posted(request), instance=campaign, today=timezone.localdate())
    if form.is_valid() and save(request, campaign, form, TextsForm.Meta.fields):
        return redirect("campaigns:campaign_check", campaign.pk)
    return step_page(request, campaign, 2, "campaigns/campaign_texts.html", form=form, version=version)
