"""What is compared of a need and of an opportunity, from their rows.

Of a young person it holds nothing: neither gender, nor district, nor disability, nor age.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from opportunities.matching import (
    NeedFacts,
    OpportunityFacts,
    Place,
)
from opportunities.models import Opportunity
from youth.models import Need

NEED_FIELDS = (
    "pk", "phase", "kind", "occupation_id", "latitude", "longitude", "radius_km", "without_car", "starts_on",
    "ends_on", "opened_at",
)  # fmt: skip


def place_at(latitude: float | None, longitude: float | None) -> Place | None:
    return None if latitude is None or longitude is None else Place(latitude, longitude)


def need_facts(values: Mapping[str, Any], *, today: dt.date) -> NeedFacts:
    """From the values of `NEED_FIELDS`."""
    return NeedFacts(
        pk=values["pk"],
        phase=values["phase"],
        kind=values["kind"],
        rome=values["occupation_id"] or "",
        place=place_at(values["latitude"], values["longitude"]),
        radius_km=values["radius_km"],
        without_car=values["without_car"],
        starts_on=values["starts_on"],
        ends_on=values["ends_on"],
        waiting_days=max(0, (today - timezone.localdate(values["opened_at"])).days),
    )


def facts_of_need(need: Need, *, today: dt.date) -> NeedFacts:
    return need_facts({name: getattr(need, name) for name in NEED_FIELDS}, today=today)


def facts_of_opportunity(opportunity: Opportunity, *, romes: Iterable[str]) -> OpportunityFacts:
    """Where it is not said to be elsewhere, it is at the company's: select `company` with the row."""
    here = place_at(opportunity.latitude, opportunity.longitude)
    return OpportunityFacts(
        pk=opportunity.pk,
        phase=opportunity.phase,
        kind=opportunity.kind,
        romes=frozenset(romes),
        place=here or place_at(opportunity.company.latitude, opportunity.company.longitude),
        without_car=opportunity.without_car,
        starts_on=opportunity.starts_on,
        ends_on=opportunity.ends_on,
        months=frozenset(opportunity.months),
        negotiable=opportunity.negotiable,
    )
