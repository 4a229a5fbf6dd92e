"""Which opportunities answer a need, which needs an opportunity answers, the best first."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from core.trades import family_of
from opportunities.candidates.facts import NEED_FIELDS, facts_of_need, facts_of_opportunity, need_facts
from opportunities.candidates.lines import NeedLine, need_lines
from opportunities.candidates.narrowing import SCORED, in_box, kilometres, of_domain, of_family, reach_km, steps
from opportunities.enums import LIVE_PLACEMENTS, PlacementState
from opportunities.matching import (
    STRETCH,
    STRETCH_KM,
    Match,
    NeedFacts,
    OpportunityFacts,
    best,
    match,
)
from opportunities.models import Opportunity, Placement
from youth.models import Need

SHOWN = 20
Ranked = TypeVar("Ranked", "RankedOpportunity", "RankedNeed")


@dataclass(frozen=True)
class RankedOpportunity:
    """`placed`: where this young person's own placement on it is, in words; "" when there is none going on."""

    match: Match
    opportunity: Opportunity
    placed: str = ""

    @property
    def negotiable(self) -> str:
        """What the company may negotiate, when something stands between and does not say it already."""
        text = self.opportunity.negotiable
        return text if self.match.gaps and text not in [term.way_out for term in self.match.gaps] else ""


@dataclass(frozen=True)
class RankedNeed:
    match: Match
    need: NeedLine
    placed: str = ""


def answers_apart(rows: Sequence[Ranked]) -> tuple[list[Ranked], list[Ranked]]:
    """Those that answer as they are, and those that something still stands between: nobody counts these as answers."""
    return [row for row in rows if not row.match.gaps], [row for row in rows if row.match.gaps]


def opportunities_for(need: Need, *, user: Any, today: dt.date, limit: int = SHOWN) -> list[RankedOpportunity]:
    """Open ones with a free place, of the need's structure and phase, the best first: three queries."""
    facts = facts_of_need(need, today=today)
    rows = _offers_near(facts, need.structure_id, user=user, today=today)
    found = best((match(facts, facts_of_opportunity(row, romes=row.romes), today=today) for row in rows), limit=limit)
    by_pk = Opportunity.objects.visible_to(user).select_related("company").in_bulk([one.pk for one in found])
    placed = _placements_of([need.young_person_id], [one.pk for one in found], user=user)
    return [
        RankedOpportunity(one, by_pk[one.pk], placed.get((one.pk, need.young_person_id), ""))
        for one in found
        if one.pk in by_pk
    ]


def _offers_near(facts: NeedFacts, structure_id: int, *, user: Any, today: dt.date) -> Iterable[Any]:
    trades = Opportunity.occupations.through.objects.filter(opportunity_id=OuterRef("pk"))
    rows = (
        Opportunity.objects.visible_to(user)
        .filter(structure_id=structure_id, phase=facts.phase)
        .open()
        .free_on(today)
        .alias(lat=Coalesce("latitude", "company__latitude"), lon=Coalesce("longitude", "company__longitude"))
        .annotate(romes=ArraySubquery(trades.values("occupation_id")))
    )
    order: list[Any] = []
    if facts.rome:
        rows = rows.filter(Exists(trades.filter(of_family(family_of(facts.rome)))) | ~Exists(trades))
        exact, beside = trades.filter(occupation_id=facts.rome), trades.filter(of_domain(facts.rome))
        order.append(steps((Exists(exact), 0), (Exists(beside), 1), default=2))
    if facts.place:
        if facts.radius_km is not None:
            rows = rows.filter(in_box(facts.place, reach_km(facts.radius_km), "lat", "lon"))
        order.append(kilometres(facts.place, "lat", "lon").asc(nulls_last=True))
    rows = rows.select_related("company").only(
        "phase", "kind", "latitude", "longitude", "without_car", "starts_on", "ends_on", "months", "negotiable",
        "company__latitude", "company__longitude",
    )  # fmt: skip
    return rows.order_by(*order, "pk")[:SCORED]


def _placements_of(people: Collection[int], opportunities: Collection[int], *, user: Any) -> dict[tuple[int, int], str]:
    """{(opportunity, young person): state in words} of the placements that go on."""
    rows = Placement.objects.visible_to(user).filter(
        young_person_id__in=people, opportunity_id__in=opportunities, state__in=LIVE_PLACEMENTS
    )
    return {
        (opportunity, person): str(PlacementState(state).label).lower()
        for opportunity, person, state in rows.values_list("opportunity_id", "young_person_id", "state")
    }


def needs_for(opportunity: Opportunity, *, user: Any, today: dt.date, limit: int = SHOWN) -> list[RankedNeed]:
    """Needs that wait, of the opportunity's structure and phase, the best first: four queries."""
    romes = list(opportunity.occupations.order_by("pk").values_list("pk", flat=True))
    facts = facts_of_opportunity(opportunity, romes=romes)
    rows = _needs_near(facts, opportunity.structure_id, user=user, today=today)
    needs = {row["pk"]: need_facts(row, today=today) for row in rows}
    matches = (match(need, facts, today=today) for need in needs.values())
    # A match bears the pk of the opportunity, here the same for all: what is ranked is the need.
    found = best((one and replace(one, pk=need_pk) for one, need_pk in zip(matches, needs, strict=True)), limit=limit)
    shown = Need.objects.visible_to(user).filter(pk__in=[one.pk for one in found])
    lines = {line.pk: line for line in need_lines(shown, user=user, today=today)}
    people = [line.card.pk for line in lines.values()]
    placed = _placements_of(people, [opportunity.pk], user=user)
    return [
        RankedNeed(one, lines[one.pk], placed.get((opportunity.pk, lines[one.pk].card.pk), ""))
        for one in found
        if one.pk in lines
    ]


def _needs_near(facts: OpportunityFacts, structure_id: int, *, user: Any, today: dt.date) -> QuerySet:
    rows = Need.objects.visible_to(user).filter(structure_id=structure_id, phase=facts.phase).waiting()
    order: list[Any] = []
    if facts.romes:
        wanted = Q(occupation_id=None)
        beside = Q()
        for rome in sorted(facts.romes):
            wanted |= of_family(family_of(rome)) if family_of(rome) else Q(occupation_id=rome)
            beside |= of_domain(rome)
        rows = rows.filter(wanted)
        order.append(steps((Q(occupation_id__in=sorted(facts.romes)), 0), (beside, 1), default=2))
    if facts.place:
        away = kilometres(facts.place)
        rows = rows.alias(away=away).filter(
            Q(away__lte=F("radius_km") * Value(STRETCH) + Value(STRETCH_KM)) | Q(radius_km=None) | Q(latitude=None)
        )
        order.append(F("away").asc(nulls_last=True))
    return rows.order_by(*order, "opened_at", "pk").values(*NEED_FIELDS)[:SCORED]
