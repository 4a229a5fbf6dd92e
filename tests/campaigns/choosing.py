"""Choosing whom a campaign writes to, at an hour that letters may leave."""

import datetime as dt

from django.utils import timezone

from campaigns.actions.audience import choose_audience
from companies.models import Company

# A Tuesday, at ten.
NOW = dt.datetime(2026, 11, 24, 10, tzinfo=timezone.get_current_timezone())


def choose(campaign, by, **filters):
    rows = Company.objects.visible_to(by).filter(**filters)
    return choose_audience(campaign=campaign, companies=rows, query="", label="Toutes", by=by, now=NOW)
