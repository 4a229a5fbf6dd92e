"""Whom a campaign in preparation writes to: chosen, looked at again, taken out or kept by a person.

Each gesture locks the campaign first, then what hangs on it.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone

from campaigns.actions.errors import CampaignError
from campaigns.audience import (
    MAX_AUDIENCE,
    OVERRIDABLE,
    Line,
    audience_lines,
    missing_of,
    recipients_of,
    texts_of,
)
from campaigns.enums import CampaignState, Exclusion
from campaigns.models import Campaign, Recipient
from campaigns.queries import settings_of
from core.changes import locked, write_fields
from core.french import number

_CHECKED = ("contact_id", "adviser_id", "email", "channel", "exclusion", "exclusion_note")
BATCH = 1000


@transaction.atomic
def choose_audience(
    *, campaign: Campaign, companies: models.QuerySet, query: str, label: str, by: Any, now: dt.datetime
) -> Campaign:
    """These companies and no other; what a person decided about one of them before stays decided.

    `companies` are already those the person sees. Raises `CampaignError` when they are none, or too many.
    """
    current = in_preparation(campaign)
    pks = list(
        companies.filter(structure_id=current.structure_id).order_by().values_list("pk", flat=True)[: MAX_AUDIENCE + 1]
    )
    if not pks:
        raise CampaignError("Aucune entreprise n’est choisie.")
    if len(pks) > MAX_AUDIENCE:
        raise CampaignError(
            f"Plus de {number(MAX_AUDIENCE)} entreprises\u00a0: choisissez une vue plus étroite,"
            " ou faites plusieurs campagnes."
        )
    write_fields(current, {"audience_query": query, "audience_label": label})
    Recipient.objects.filter(campaign=current).exclude(company_id__in=pks).delete()
    write_audience(current, now, companies=pks)
    return current


@transaction.atomic
def check_audience(*, campaign: Campaign, by: Any, now: dt.datetime) -> Campaign:
    """Look again at each company chosen: what was mended lets it in, what came up since leaves it out."""
    current = in_preparation(campaign)
    write_audience(current, now)
    return current


@transaction.atomic
def exclude_recipient(*, recipient: Recipient, note: str = "", by: Any, now: dt.datetime) -> Recipient:
    """A person takes the company out of the campaign in preparation."""
    campaign = in_preparation(recipient.campaign)
    current = locked(recipient)
    current.exclusion = Exclusion.BY_HAND
    current.exclusion_note = (note.strip() or f"Par {by.full_name}.")[:300]
    current.save(update_fields=["exclusion", "exclusion_note"])
    write_audience(campaign, now)
    return current


@transaction.atomic
def include_recipient(*, recipient: Recipient, by: Any, now: dt.datetime) -> Recipient:
    """A person writes to the company all the same. `CampaignError` when that is not hers to judge (`OVERRIDABLE`)."""
    campaign = in_preparation(recipient.campaign)
    current = locked(recipient)
    if current.is_included:
        return current
    if current.exclusion not in OVERRIDABLE:
        raise CampaignError(
            f"{current.company}\u00a0: {current.get_exclusion_display().lower()}. Cela se corrige d’abord."
        )
    if _address_taken(current):
        raise CampaignError(
            f"{current.company}\u00a0: une autre entreprise de la campagne reçoit déjà le message à cette adresse."
        )
    current.exclusion_note = _kept_note(current, by)
    current.exclusion = ""
    current.save(update_fields=["exclusion", "exclusion_note"])
    write_audience(campaign, now)
    current.refresh_from_db()
    if not current.is_included:
        raise CampaignError(
            f"{current.company}\u00a0: {current.get_exclusion_display().lower()}. {current.exclusion_note}"
        )
    return current


def _kept_note(recipient: Recipient, by: Any) -> str:
    if recipient.exclusion == Exclusion.BY_HAND:
        return f"Remise par {by.full_name}."
    return f"Gardée par {by.full_name} ({recipient.get_exclusion_display().lower()})."


def _address_taken(recipient: Recipient) -> bool:
    if not recipient.email:
        return False
    same = Recipient.objects.included().filter(campaign_id=recipient.campaign_id).exclude(pk=recipient.pk)
    return same.annotate(lowered=Lower("email")).filter(lowered=recipient.email.lower()).exists()


def in_preparation(campaign: Campaign, *, version: int | None = None) -> Campaign:
    """Locked; `CampaignError` when it is not, or no more, being prepared."""
    current = locked(campaign, version=version)
    if current.is_launched:
        raise CampaignError("La campagne est déjà lancée\u00a0: elle ne change plus.")
    if current.state != CampaignState.DRAFT:
        raise CampaignError(
            f"La campagne est «\u00a0{current.get_state_display().lower()}\u00a0»\u00a0: reprenez-la en préparation"
            " pour la modifier."
        )
    return current


# --- the audience, written ----------------------------------------------------------------------
def write_audience(campaign: Campaign, now: dt.datetime, *, companies: Collection[int] | None = None) -> None:
    """Write what each company of the campaign is: written to or left out. `companies`: others than those it has."""
    known = {row.company_id: row for row in Recipient.objects.filter(campaign=campaign).order_by("pk")}
    lines = audience_lines(
        companies=companies if companies is not None else list(known),
        structure=campaign.structure,
        channel=campaign.channel,
        settings=settings_of(campaign.structure_id),
        now=now,
        today=timezone.localdate(now),
        campaign=campaign,
        # Kept by a person: written to, with a note that says who and why.
        kept=[pk for pk, row in known.items() if row.is_included and row.exclusion_note],
        removed={pk: row.exclusion_note for pk, row in known.items() if row.exclusion == Exclusion.BY_HAND},
    )
    _write_lines(campaign, lines, known, now)
    _leave_out_the_lacking(campaign, now)


def _write_lines(campaign: Campaign, lines: Iterable[Line], known: Mapping[int, Recipient], now: dt.datetime) -> None:
    new: list[Recipient] = []
    changed: list[Recipient] = []
    seen: set[int] = set()
    for line in lines:
        row = known.get(line.company.pk) or Recipient(
            structure_id=campaign.structure_id, campaign=campaign, company=line.company, state_since=now
        )
        seen.add(line.company.pk)
        before = [getattr(row, name) for name in _CHECKED]
        _fill_recipient(row, line, campaign)
        if row.pk is None:
            new.append(row)
        elif before != [getattr(row, name) for name in _CHECKED]:
            changed.append(row)
    # Companies gone to the bin, or merged, since they were chosen.
    Recipient.objects.filter(campaign=campaign, company_id__in=[pk for pk in known if pk not in seen]).delete()
    # Two rows may exchange their addresses: none has one for the time of the writing.
    Recipient.objects.filter(pk__in=[row.pk for row in changed]).update(email="")
    Recipient.objects.bulk_update(changed, _CHECKED, batch_size=BATCH)
    Recipient.objects.bulk_create(new, batch_size=BATCH)


def _fill_recipient(row: Recipient, line: Line, campaign: Campaign) -> None:
    adviser = line.company.adviser
    follows = adviser.pk if adviser and adviser.is_active else campaign.owner_id
    row.contact_id = line.contact.pk if line.contact else None
    row.adviser_id, row.email, row.channel = follows, line.email, line.channel
    kept_by_hand = row.pk is not None and row.is_included and row.exclusion_note and line.is_included
    row.exclusion = line.exclusion
    row.exclusion_note = row.exclusion_note if kept_by_hand else line.note


def _leave_out_the_lacking(campaign: Campaign, now: dt.datetime) -> None:
    texts = texts_of(campaign)
    if not texts:
        return
    included = list(recipients_of(campaign).filter(exclusion=""))
    missing = missing_of(campaign=campaign, texts=texts, recipients=included, today=timezone.localdate(now)).own
    lacking = [row for row in included if row.pk in missing]
    for row in lacking:
        row.exclusion = Exclusion.MISSING_FIELD
        row.exclusion_note = f"Il manque {', '.join(missing[row.pk])}."[:300]
    Recipient.objects.bulk_update(lacking, ["exclusion", "exclusion_note"], batch_size=BATCH)
