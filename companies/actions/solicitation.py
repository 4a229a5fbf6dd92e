"""The ledger of requests made to companies: one line for each, whoever asked and however."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from companies.enums import SolicitationChannel
from companies.models import Company, SolicitationEntry, SolicitationLimit
from companies.solicitations import Limit

TITLE_LENGTH = SolicitationEntry._meta.get_field("title").max_length or 200


@dataclass(frozen=True)
class SolicitationDraft:
    """A request not yet written. `source`: the row that asked (a message, a printed letter, an exchange…)."""

    company: Company
    channel: str
    on: dt.date
    title: str
    source: models.Model | None = None


def record_solicitation(
    *,
    company: Company,
    channel: SolicitationChannel | str,
    on: dt.date,
    by: Any,
    title: str,
    source: models.Model | None = None,
) -> None:
    """One line of the ledger; a request of that source is written once, however often it is told."""
    draft = SolicitationDraft(company=company, channel=channel, on=on, title=title, source=source)
    record_solicitations(drafts=[draft], by=by)


@transaction.atomic
def record_solicitations(*, drafts: Iterable[SolicitationDraft], by: Any) -> None:
    """The same for many, in one query a thousand. `by` None: a machine sent what a campaign asked."""
    entries = [
        SolicitationEntry(
            structure_id=draft.company.structure_id,
            company_id=draft.company.pk,
            channel=draft.channel,
            on=draft.on,
            by=by,
            title=draft.title[:TITLE_LENGTH],
            source_type=ContentType.objects.get_for_model(draft.source) if draft.source else None,
            source_id=draft.source.pk if draft.source else None,
        )
        for draft in drafts
    ]
    SolicitationEntry.objects.bulk_create(entries, batch_size=1000, ignore_conflicts=True)


@transaction.atomic
def set_solicitation_limits(*, structure: Any, limits: Mapping[str, Limit]) -> None:
    """How often a company may be asked, for each level of service given; the others stay as they are."""
    for level, limit in limits.items():
        SolicitationLimit.objects.update_or_create(
            structure=structure, service_level=level, defaults={"requests": limit.requests, "days": limit.days}
        )


def forget_solicitation(*, source: models.Model) -> None:
    """It was not a request after all, or its row went to the bin."""
    source_type = ContentType.objects.get_for_model(source)
    SolicitationEntry.objects.filter(source_type=source_type, source_id=source.pk).delete()
