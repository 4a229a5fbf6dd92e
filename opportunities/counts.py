"""What is counted, defined once: every screen, export and report takes its figures here.

- **Proposition**: what a company offers. One opportunity counts for the places it offers (`places`), on the day it was
  received. A draft is not offered yet; what we refused, or the company took back, is no longer.
- **Positionnement**: one young person put forward on one opportunity, whatever became of it, on the day she was
  (`considered_on`).
- **Réalisation**: a positionnement that really took place, on the day it began (`started_on`); broken off later, it is
  one all the same.

A period holds its two ends. Each function takes querysets already narrowed to what the reader may see.
"""

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncMonth

from core.phases import Phase
from opportunities.enums import REALISED, OpportunityState
from opportunities.models import Opportunity, Placement

NOT_OFFERED = (OpportunityState.DRAFT, OpportunityState.REFUSED, OpportunityState.WITHDRAWN)


@dataclass(frozen=True)
class Period:
    """From a day to another, both counted; None: no limit."""

    since: dt.date | None = None
    until: dt.date | None = None

    def narrow(self, rows: QuerySet, name: str) -> QuerySet:
        if self.since:
            rows = rows.filter(**{f"{name}__gte": self.since})
        if self.until:
            rows = rows.filter(**{f"{name}__lte": self.until})
        return rows


ALWAYS = Period()


def last_months(today: dt.date, months: int = 12) -> Period:
    """The `months` months that end today."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    day = min(today.day, 28)
    return Period(dt.date(year, month + 1, day) + dt.timedelta(days=1), today)


@dataclass(frozen=True)
class Tally:
    """`propositions`: places offered, of `opportunities`; `placements`: positionnements; `realisations`."""

    opportunities: int = 0
    propositions: int = 0
    placements: int = 0
    realisations: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(self)))

    @property
    def is_empty(self) -> bool:
        return self == Tally()


# --- which rows -----------------------------------------------------------------------------------
def propositions(opportunities: QuerySet, period: Period = ALWAYS) -> QuerySet:
    """Opportunities that companies really offer."""
    return period.narrow(opportunities.exclude(state__in=NOT_OFFERED), "received_on")


def placed(placements: QuerySet, period: Period = ALWAYS) -> QuerySet:
    return period.narrow(placements, "considered_on")


def realisations(placements: QuerySet, period: Period = ALWAYS) -> QuerySet:
    return period.narrow(placements.filter(state__in=REALISED), "started_on")


# --- by what --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class By:
    """A way to group: the expression for opportunities, for placements put forward, and for those that began."""

    opportunities: Any
    placements: Any
    realisations: Any = None
    key: Callable[[Any], Hashable] = field(default=lambda value: value)


BY_PHASE = By(F("phase"), F("opportunity__phase"), key=Phase)
BY_COMPANY = By(F("company_id"), F("opportunity__company_id"))
BY_OPPORTUNITY = By(F("pk"), F("opportunity_id"))
BY_MONTH = By(TruncMonth("received_on"), TruncMonth("considered_on"), TruncMonth("started_on"), key=lambda day: day)


def tallies(opportunities: QuerySet, placements: QuerySet, *, by: By, period: Period = ALWAYS) -> Mapping[Any, Tally]:
    """{key: tally} of the keys that hold something: three queries, whatever their number."""
    found: dict[Any, Tally] = {}

    def add(rows: QuerySet, expression: Any, **figures: Any) -> None:
        counted = rows.order_by().annotate(counted_by=expression).values("counted_by").annotate(**figures)
        for row in counted:
            key = by.key(row.pop("counted_by"))
            found[key] = found.get(key, Tally()) + Tally(**{name: value or 0 for name, value in row.items()})

    add(propositions(opportunities, period), by.opportunities, opportunities=Count("pk"), propositions=Sum("places"))
    add(placed(placements, period), by.placements, placements=Count("pk"))
    add(realisations(placements, period), by.realisations or by.placements, realisations=Count("pk"))
    return found


def tally_by_phase(opportunities: QuerySet, placements: QuerySet, *, period: Period = ALWAYS) -> dict[Phase, Tally]:
    """The four phases in their order, empty ones included."""
    found = tallies(opportunities, placements, by=BY_PHASE, period=period)
    return {phase: found.get(phase, Tally()) for phase in Phase}


def company_tally_by_phase(*, company: Any, user: Any, period: Period = ALWAYS) -> dict[Phase, Tally]:
    """Of one company, as the user may see it."""
    return tally_by_phase(
        Opportunity.objects.visible_to(user).filter(company=company),
        Placement.objects.visible_to(user).filter(opportunity__company=company),
        period=period,
    )
