"""What is counted, defined once: every screen, export and report takes its figures here.

- **Proposition**: what a company offers. One opportunity counts for the places it offers (`places`), on the day it was
  received. A draft is not offered yet; what we refused, or the company took back, is no longer.
- **Positionnement**: one young person put forward on one opportunity, whatever became of it, on the day she was
  (`considered_on`).
- **Réalisation**: a positionnement that really took place, on the day it began (`started_on`); broken off later, it is
  one all the same.
- **Place libre**: of an open opportunity, neither taken nor over (`free_places`).

A period holds its two ends. Each function takes querysets already narrowed to what the reader may see.
"""

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from django.db.models import Count, F, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import TruncMonth

from core.phases import Phase
from opportunities.enums import REALISED, OpportunityState
from opportunities.models import Opportunity, Placement

NOT_OFFERED = (OpportunityState.DRAFT, OpportunityState.REFUSED, OpportunityState.WITHDRAWN)
# It was really offered to young people, whatever became of it.
OPENED = (OpportunityState.OPEN, OpportunityState.FILLED, OpportunityState.CLOSED)


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


def this_month(today: dt.date) -> Period:
    return Period(today.replace(day=1), today)


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


def openings(opportunities: QuerySet) -> QuerySet:
    """Of the propositions, those that were opened to young people."""
    return opportunities.filter(state__in=OPENED)


def placed(placements: QuerySet, period: Period = ALWAYS) -> QuerySet:
    return period.narrow(placements, "considered_on")


def realisations(placements: QuerySet, period: Period = ALWAYS) -> QuerySet:
    return period.narrow(placements.filter(state__in=REALISED), "started_on")


# --- what is open ---------------------------------------------------------------------------------
def free_places(today: dt.date) -> Sum:
    """Of open opportunities: their places that are neither taken nor over."""
    still = Q(ends_on=None) | Q(ends_on__gte=today)
    return Sum(F("places") - F("taken"), filter=still, default=0)


@dataclass(frozen=True)
class Standing:
    """What is open at a moment: so many `opportunities`, their `places`, and those that are `free`."""

    opportunities: int = 0
    places: int = 0
    free: int = 0


def standing_by_phase(opportunities: QuerySet, *, today: dt.date) -> dict[Phase, Standing]:
    """The four phases in their order, empty ones included: one query."""
    rows = opportunities.filter(state=OpportunityState.OPEN).order_by().values("phase")
    rows = rows.annotate(count=Count("*"), all=Sum("places"), free=free_places(today))
    found = {row["phase"]: Standing(row["count"], row["all"], row["free"]) for row in rows}
    return {phase: found.get(phase, Standing()) for phase in Phase}


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
    """{key: tally} of the keys that hold something: one query, whatever their number."""
    offered = _figures(propositions(opportunities, period), by.opportunities, _OFFERED, Sum("places"))
    put_forward = _figures(placed(placements, period), by.placements, _PUT_FORWARD)
    begun = _figures(realisations(placements, period), by.realisations or by.placements, _BEGUN)
    return _added(offered.union(put_forward, begun, all=True), by.key)


# Which figures of a `Tally` a row of the union tells, in their order.
_OFFERED, _PUT_FORWARD, _BEGUN = "opportunities propositions", "placements", "realisations"
_NOTHING = Value(0, output_field=IntegerField())


def _figures(rows: QuerySet, key: Any, names: str, second: Any = _NOTHING) -> QuerySet:
    """(key, `names`, how many rows, `second`)."""
    counted = rows.order_by().annotate(counted_by=key).values("counted_by")
    said = counted.annotate(said=Value(names), first_figure=Count("pk"), second_figure=second)
    return said.values_list("counted_by", "said", "first_figure", "second_figure")


def _added(rows: QuerySet, key: Callable[[Any], Hashable]) -> dict[Any, Tally]:
    """{key: tally} of rows of `_figures`."""
    found: dict[Any, Tally] = {}
    for value, names, *figures in rows:
        told = Tally(**dict(zip(names.split(), figures, strict=False)))
        found[key(value)] = found.get(key(value), Tally()) + told
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


def structure_tally_by_phase(*, user: Any, structure: Any, period: Period = ALWAYS) -> dict[Phase, Tally]:
    """Of the structure chosen, or of all those of the user."""
    return tally_by_phase(
        Opportunity.objects.visible_to(user).in_structure(structure),
        Placement.objects.visible_to(user).in_structure(structure),
        period=period,
    )


@dataclass(frozen=True)
class Brought:
    """Of a `Tally`, what « Ma journée » shows: the rest is not counted for it."""

    propositions: int
    realisations: int


def brought_by_phase(*, user: Any, structure: Any, period: Period) -> dict[Phase, Brought]:
    """To the structure chosen, or to all those of the user; empty phases included. One query."""
    opportunities = Opportunity.objects.visible_to(user).in_structure(structure)
    placements = Placement.objects.visible_to(user).in_structure(structure)
    offered = _figures(propositions(opportunities, period), BY_PHASE.opportunities, _OFFERED, Sum("places"))
    begun = _figures(realisations(placements, period), BY_PHASE.placements, _BEGUN)
    found = _added(offered.union(begun, all=True), BY_PHASE.key)
    told = {phase: found.get(phase, Tally()) for phase in Phase}
    return {phase: Brought(tally.propositions, tally.realisations) for phase, tally in told.items()}
