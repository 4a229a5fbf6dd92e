"""Whom to ask for what is waited for: companies likely to open it, the best first."""

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, Exists, FloatField, Max, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

from companies.enums import NextActionState, RelationState
from companies.models import Company
from core.models import OccupationActivity
from core.trades import family_of
from opportunities.candidates.facts import facts_of_need, place_at
from opportunities.candidates.narrowing import Among, in_box, kilometres, reach_km, steps
from opportunities.counts import openings
from opportunities.matching import (
    CompanyFacts,
    Match,
    NeedFacts,
    Place,
    best,
    best_without_practice,
    likely,
    points_of_share,
)
from opportunities.models import Opportunity, Solicitation
from opportunities.models.opportunity import OpportunityQuerySet
from youth.models import Need

PROSPECTS = 12
# SQL counts the points of a company nearly as `matching` does: fewer are read.
PROSPECTS_SCORED = 200
# Where nobody says which trade, so many companies that have opened something are looked at.
MOST_OPENERS = 1_000
# A company of that activity hires the trade too seldom to be asked for it.
SMALLEST_SHARE = 0.01
MOST_ACTIVITIES = 60
# Several needs are looked at from so many places at most.
PLACES_COMPARED = 20
RELATIONS: Mapping[str, tuple[int, str]] = {
    RelationState.AMBASSADOR: (15, "ambassadrice"),
    RelationState.PARTNER: (12, "partenaire"),
    RelationState.IN_RELATION: (8, "en relation"),
    RelationState.PROSPECT: (4, "prospect"),
}
Rows = list[dict[str, Any]]
KNOWN = (RelationState.AMBASSADOR, RelationState.PARTNER, RelationState.IN_RELATION)


@dataclass(frozen=True)
class CompanyLine:
    pk: int
    name: str
    city: str
    adviser: str
    next_action_on: dt.date | None


@dataclass(frozen=True)
class Prospect:
    """A company to ask. `solicitation`: what is already planned with it for this."""

    match: Match
    company: CompanyLine
    solicitation: Solicitation | None = None
    is_late: bool = False

    @property
    def why(self) -> str:
        """What speaks for it, and what does not; the distance is shown beside when it is known."""
        beside = "distance" if self.match.distance_km is not None else ""
        said = [term.words for term in self.match.terms if term.name != beside and (term.points or term.is_gap)]
        return ", ".join(said)


@dataclass(frozen=True)
class Demand:
    """What is waited for: one need, or several of one phase and family ("" for no trade yet, None for any)."""

    phase: int
    family: str | None
    needs: Sequence[NeedFacts]
    need: Need | None = None

    @cached_property
    def trades(self) -> Counter[str]:
        """{ROME code: needs}."""
        return Counter(facts.rome for facts in self.needs if facts.rome)

    @property
    def is_of_several_trades(self) -> bool:
        return len(self.trades) > 1

    @cached_property
    def spots(self) -> list[NeedFacts]:
        """One need for each place it is waited for from; where nobody says where, one need without place."""
        by_place: dict[Place, NeedFacts] = {}
        for facts in self.needs:
            if facts.place and (facts.place not in by_place or _reaches_further(facts, by_place[facts.place])):
                by_place[facts.place] = facts
        return list(by_place.values())[:PLACES_COMPARED] or list(self.needs[:1])


def _reaches_further(one: NeedFacts, other: NeedFacts) -> bool:
    return other.radius_km is not None and (one.radius_km is None or one.radius_km > other.radius_km)


def demand_of(need: Need, *, today: dt.date) -> Demand:
    return Demand(need.phase, family_of(need.occupation_id or ""), [facts_of_need(need, today=today)], need)


def companies_for(
    demand: Demand,
    *,
    companies: QuerySet,
    user: Any,
    today: dt.date,
    leave_out: Collection[int] = (),
    limit: int = PROSPECTS,
) -> list[Prospect]:
    """Companies of `companies` (already visible to the user) likely to open it, the best first: nine queries at most.

    Never one that is asleep (en veille). `leave_out`: companies that have already answered.
    """
    if not demand.needs:
        return []
    shares = _hiring(demand.trades)
    asked = companies.exclude(pk__in=leave_out).exclude(relation_state=RelationState.WATCH)

    def read(narrowed: QuerySet) -> Rows:
        return list(_best_first(narrowed, demand, shares, user=user, today=today))

    def scored(rows: Rows) -> list[tuple[Match, dict[str, Any]]]:
        opened = _opened_by([row["pk"] for row in rows], demand.phase)
        by_pk = {row["pk"]: row for row in rows}
        found = (_likely(row, shares, opened, demand, today=today) for row in rows)
        return [(one, by_pk[one.pk]) for one in best(found, limit=limit)]

    if not demand.trades:
        found = scored(_openers(demand, asked, read, user=user, limit=limit))
    elif not demand.is_of_several_trades:
        found = scored(read(_doing_the_trade(demand, shares, asked)))
    else:
        near = asked.filter(_within_reach(demand.spots, reach_km))
        found = scored(read(near.filter(_practises(demand))))
        if len(found) < limit or found[-1][0].score <= best_without_practice(max(shares.values(), default=0.0)):
            found = scored(read(near.filter(_practises(demand) | Q(naf_code__in=sorted(shares)))))
    planned = _planned(demand, [one.pk for one, _ in found], user=user)
    return [_prospect(one, row, planned.get(one.pk), today=today) for one, row in found]


def _hiring(trades: Mapping[str, int]) -> dict[str, float]:
    """{NAF code: share, 0 to 1, of the recruitments of these trades}, each trade weighing as many as wait for it."""
    rows = OccupationActivity.objects.filter(occupation_id__in=sorted(trades), share__gte=SMALLEST_SHARE)
    total = sum(trades.values()) or 1
    shares: dict[str, float] = defaultdict(float)
    for rome, naf, share in rows.values_list("occupation_id", "naf_code", "share"):
        shares[naf] += share * trades[rome] / total
    return dict(sorted(shares.items(), key=lambda pair: -pair[1])[:MOST_ACTIVITIES])


def _doing_the_trade(demand: Demand, shares: Mapping[str, float], companies: QuerySet) -> QuerySet:
    does_it = Q(Among("pk", _practising(demand, companies))) | Q(naf_code__in=sorted(shares))
    return companies.filter(does_it, _within_reach(demand.spots, reach_km))


def _practising(demand: Demand, companies: QuerySet) -> list[int]:
    """Those where the trade is known to be practised, as ids: indexes then find them beside the activities."""
    links = _links(demand).filter(company__in=companies.order_by().values("pk"))
    return list(links.values_list("company_id", flat=True))


def _practises(demand: Demand) -> Q:
    """The same of several trades: nearly every activity hires one of them, and thousands of ids are slow to say."""
    return Q(pk__in=_links(demand).values("company_id"))


def _links(demand: Demand) -> QuerySet:
    return Company.occupations.through.objects.filter(occupation_id__in=sorted(demand.trades))


def _openers(demand: Demand, companies: QuerySet, read: Callable[[QuerySet], Rows], *, user: Any, limit: int) -> Rows:
    """Whatever the trade: those that have opened this phase; too few, any phase; too few still, those we know.

    Two queries, five at most. Distances are not stretched.
    """
    near = companies.filter(_within_reach(demand.spots, float))
    rows = read(near.filter(Among("pk", _opened_lately(_opened(user).filter(phase=demand.phase)))))
    if len(rows) < PROSPECTS_SCORED:
        rows = read(near.filter(Among("pk", _opened_lately(_opened(user)))))
    if len(rows) < limit:
        rows = read(near.filter(Q(relation_state__in=KNOWN) | Q(pk__in=[row["pk"] for row in rows])))
    return rows


def _opened_lately(opportunities: QuerySet) -> list[int]:
    """Their companies, those of the latest first; as ids: the index of companies finds them, and no other is read."""
    rows = opportunities.order_by().values("company_id").annotate(latest=Max("state_since"))
    return list(rows.order_by("-latest", "company_id").values_list("company_id", flat=True)[:MOST_OPENERS])


def _opened(user: Any) -> QuerySet:
    """Of the user’s structures, whatever became of the company: it orders those that she sees, and shows nothing."""
    structures = user.access.structure_ids(OpportunityQuerySet.viewing_roles)
    return openings(Opportunity.objects.kept().filter(structure_id__in=structures))


def _best_first(
    companies: QuerySet, demand: Demand, shares: Mapping[str, float], *, user: Any, today: dt.date
) -> QuerySet:
    """The highest scores as SQL can tell them, so that the few that are scored for good are the right ones."""
    does_it = Exists(_links(demand).filter(company_id=OuterRef("pk")))
    opened = _opened(user).order_by().values("company_id")
    points: Any = steps((Q(pk__in=opened.filter(phase=demand.phase)), 20), (Q(pk__in=opened), 10), default=0)
    if demand.trades:
        points += steps((does_it, 40), *_hires(shares), default=10)
    points += steps(*((Q(relation_state=state), worth) for state, (worth, _) in RELATIONS.items()), default=0)
    points += _rested(today) + _nearness(demand.spots)
    return (
        companies.annotate(does_it=does_it if demand.trades else Value(False))
        .order_by(points.desc(), "pk")
        .values(
            "pk",
            "name",
            "city",
            "naf_code",
            "latitude",
            "longitude",
            "relation_state",
            "last_interaction_on",
            "next_action_on",
            "does_it",
            "adviser__first_name",
            "adviser__last_name",
        )[:PROSPECTS_SCORED]
    )


def _hires(shares: Mapping[str, float]) -> list[tuple[Q, float]]:
    """(activities, points) as `matching` counts them: a few sets, rather than a comparison for each activity."""
    by_points: dict[int, list[str]] = defaultdict(list)
    for naf, share in shares.items():
        by_points[points_of_share(share)].append(naf)
    return [(Q(naf_code__in=sorted(codes)), points) for points, codes in by_points.items()]


def _within_reach(spots: Sequence[NeedFacts], reach: Callable[[float], float]) -> Q:
    """In the box around each place; anywhere as soon as one of them asks for nothing nearer."""
    near = Q()
    for spot in spots:
        if spot.place is None or spot.radius_km is None:
            return Q()
        near |= in_box(spot.place, reach(spot.radius_km))
    return near


def _rested(today: dt.date) -> Case:
    """As `matching` counts it: asked long ago, or never."""
    return steps(
        (Q(last_interaction_on=None), 5),
        (Q(last_interaction_on__lte=today - dt.timedelta(days=60)), 5),
        (Q(last_interaction_on__lte=today - dt.timedelta(days=15)), 3),
        default=0,
    )


def _nearness(spots: Sequence[NeedFacts]) -> Any:
    """As `matching` counts it, from the first place only: the others are compared when the few are scored."""
    spot = spots[0] if spots else None
    if spot is None or spot.place is None:
        return Value(0.0)
    away = kilometres(spot.place)
    if spot.radius_km is None:
        nearness: Any = Value(16.0) - away * Value(0.1)
    else:
        nearness = Value(20.0) - away * Value(8.0 / max(spot.radius_km, 1))
    return Case(When(latitude=None, then=Value(6.0)), default=Greatest(nearness, Value(4.0)), output_field=FloatField())


def _opened_by(companies: Collection[int], phase: int) -> dict[int, tuple[int, int]]:
    """{company: (times it opened this phase, times it opened any)}."""
    rows = openings(Opportunity.objects.kept().filter(Among("company_id", companies))).order_by().values("company_id")
    rows = rows.annotate(here=Count("pk", filter=Q(phase=phase)), all=Count("pk"))
    return {row["company_id"]: (row["here"], row["all"]) for row in rows}


def _likely(
    row: Mapping[str, Any],
    shares: Mapping[str, float],
    opened: Mapping[int, tuple[int, int]],
    demand: Demand,
    *,
    today: dt.date,
) -> Match | None:
    here, every = opened.get(row["pk"], (0, 0))
    points, words = RELATIONS.get(row["relation_state"], (0, ""))
    facts = CompanyFacts(
        pk=row["pk"],
        trade_share=shares.get(row["naf_code"], 0.0),
        practises_trade=row["does_it"],
        opened_phase_times=here,
        opened_other_phase=every > here,
        place=place_at(row["latitude"], row["longitude"]),
        relation_points=points,
        relation_words=words,
        last_exchange_on=row["last_interaction_on"],
    )
    nearest = _nearest(demand.spots, facts.place)
    return likely(nearest, facts, several_trades=demand.is_of_several_trades, today=today)


def _nearest(spots: Sequence[NeedFacts], there: Place | None) -> NeedFacts:
    """As on a flat map, which is enough to compare; the first where nothing tells."""
    if there is None or len(spots) == 1:
        return spots[0]
    shrink = math.cos(math.radians(there.latitude))

    def away(spot: NeedFacts) -> float:
        here = spot.place
        if here is None:
            return math.inf
        north, east = here.latitude - there.latitude, shrink * (here.longitude - there.longitude)
        return north * north + east * east

    return min(spots, key=away)


def _prospect(one: Match, row: Mapping[str, Any], solicitation: Solicitation | None, *, today: dt.date) -> Prospect:
    due_on = row["next_action_on"]
    return Prospect(one, _company_line(row), solicitation, is_late=due_on is not None and due_on < today)


def _company_line(row: Mapping[str, Any]) -> CompanyLine:
    adviser = f"{row['adviser__first_name'] or ''} {row['adviser__last_name'] or ''}".strip()
    return CompanyLine(row["pk"], row["name"], row["city"], adviser, row["next_action_on"])


def _planned(demand: Demand, companies: Collection[int], *, user: Any) -> dict[int, Solicitation]:
    """{company: what is planned with it for this need, or is still to be done for its phase and family}."""
    families = [demand.family] if demand.family is not None else {family_of(facts.rome) for facts in demand.needs}
    cell = Q(phase=demand.phase, family__in=families, next_action__state=NextActionState.OPEN)
    asked = Q(need=demand.need) & ~Q(next_action__state=NextActionState.DROPPED)
    for_this = cell if demand.need is None else asked | (cell & Q(need=None))
    rows = Solicitation.objects.visible_to(user).filter(for_this, next_action__company_id__in=companies)
    rows = rows.select_related("next_action__assigned_to", "need").order_by("pk")
    return {row.next_action.company_id: row for row in rows}
