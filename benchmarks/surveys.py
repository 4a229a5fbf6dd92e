"""A campaign under way in the big structure, whose companies have opened their survey."""

import datetime as dt

from django.utils import timezone

from benchmarks import volume
from campaigns.actions.links import draw_links
from campaigns.enums import CampaignState, Channel, LetterKind, RecipientState
from campaigns.models import Campaign, LetterTemplate, LetterVersion, Recipient
from companies.models import Company
from core.scope import structure_scope

NAME = "Pacte du banc d’essai"


def survey_keys(marks: volume.Landmarks) -> list[str]:
    """Keys of personal links; the campaign is made the first time."""
    now = timezone.now()
    with structure_scope([marks.structure_id]):
        campaign = Campaign.objects.filter(structure_id=marks.structure_id, name=NAME).first()
        if campaign is None:
            campaign = _launched(marks)
        recipients = list(campaign.recipients.order_by("pk"))
        return [link.survey_key for link in draw_links(campaign=campaign, recipients=recipients, now=now).values()]


def _launched(marks: volume.Landmarks) -> Campaign:
    now, structure_id = timezone.now(), marks.structure_id
    template = LetterTemplate.objects.create(structure_id=structure_id, name=NAME, kind=LetterKind.LETTER, version=1)
    letter = LetterVersion.objects.create(
        structure_id=structure_id, template=template, number=1, subject="Pacte", headline="Pacte", body="Bonjour.",
        created_at=now,
    )  # fmt: skip
    campaign = Campaign.objects.create(
        structure_id=structure_id,
        name=NAME,
        letter=letter,
        answer_by=timezone.localdate() + dt.timedelta(days=60),
        state=CampaignState.RUNNING,
        state_since=now,
        launched_at=now,
    )
    for company in Company.objects.filter(pk__in=marks.ordinary_ids[:100]).order_by("pk"):
        Recipient.objects.create(
            structure_id=structure_id,
            campaign=campaign,
            company=company,
            contact=company.contacts.order_by("pk").first(),
            adviser_id=marks.adviser_id,
            channel=Channel.POST,
            state=RecipientState.ASKED,
            state_since=now,
            asked_at=now,
            opened_at=now,
        )
    return campaign
