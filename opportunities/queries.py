"""What the pages of opportunities read, in a constant number of queries."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from core.french import counted, percent
from core.models import ActivityEntry
from core.phases import Phase
from opportunities.counts import free_places, standing_by_phase
from opportunities.enums import LIVE_OPPORTUNITIES, STATE_ICONS, STATE_SAID, Frequency, OpportunityState
from opportunities.models import CriteriaChange, Opportunity, OpportunityMove
from opportunities.seasons import begins_in, open_months
from youth.models import Need

# A group of the board shows so many cards; the list has them all.
CARDS_SHOWN = 8
EDITS_SHOWN = 30
ROWS_OF_SEASONS = 200
PANEL_ROWS = 6
# A widening is worth saying on the card for so long.
WIDENING_DAYS = 60
SOON_DAYS = 7


def opportunities_of(user: Any, structure: Any) -> Any:
    return Opportunity.objects.visible_to(user).in_structure(structure)


# --- the balance of the four phases ---------------------------------------------------------------
@dataclass(frozen=True)
class PhaseShare:
    """`open_count` opportunities open, with `free` places left of `places`; `total`: open in the four phases."""

    phase: Phase
    open_count: int
    places: int
    free: int
    total: int

    @property
    def share(self) -> str:
        return percent(100 * self.open_count / self.total) if self.total else ""

    @property
    def width(self) -> int:
        """Twelfths of the strip, one at least, so that a phase without any is still seen."""
        return max(1, round(12 * self.open_count / self.total)) if self.total else 3


def balance_of_phases(*, user: Any, structure: Any, today: dt.date) -> list[PhaseShare]:
    """What is open in each phase, in order, whatever the filters: one query."""
    found = standing_by_phase(opportunities_of(user, structure), today=today)
    total = sum(one.opportunities for one in found.values())
    return [PhaseShare(phase, one.opportunities, one.places, one.free, total) for phase, one in found.items()]


# --- the board ------------------------------------------------------------------------------------
GROUPS = (
    (OpportunityState.DRAFT, "Brouillons"),
    (OpportunityState.TO_QUALIFY, "À qualifier"),
    (OpportunityState.OPEN, "Ouvertes"),
    (OpportunityState.FILLED, "Pourvues ce mois"),
)


@dataclass(frozen=True)
class Group:
    """One state within a phase: its cards, and how many there are in all."""

    state: OpportunityState
    label: str
    count: int
    cards: list[Any]

    @property
    def hidden(self) -> int:
        return self.count - len(self.cards)


@dataclass(frozen=True)
class Lane:
    """One phase. `needs`: young people's needs that wait; `places_free`: of what is open there."""

    phase: Phase
    groups: list[Group]
    open_count: int
    places: int
    places_free: int
    needs: int
    share: str = ""

    @property
    def is_short(self) -> bool:
        return self.needs > self.places_free


@dataclass(frozen=True)
class Board:
    lanes: list[Lane]

    @property
    def open_count(self) -> int:
        return sum(lane.open_count for lane in self.lanes)

    @property
    def places(self) -> int:
        return sum(lane.places for lane in self.lanes)

    @property
    def is_empty(self) -> bool:
        return not any(group.count for lane in self.lanes for group in lane.groups)


def with_widening(opportunities: QuerySet) -> QuerySet:
    """`widened`: how criteria were last widened, when that is recent."""
    since = timezone.now() - dt.timedelta(days=WIDENING_DAYS)
    changes = CriteriaChange.objects.filter(opportunity=OuterRef("pk"), at__gte=since).order_by("-at", "-pk")
    return opportunities.annotate(widened=Subquery(changes.values("note")[:1]))


def board_of(*, shown: QuerySet, user: Any, structure: Any, today: dt.date) -> Board:
    """What is worked on in `shown`, and what was filled this month, by phase and state: four queries."""
    filled = Q(state=OpportunityState.FILLED, state_since__date__gte=today.replace(day=1))
    rows = shown.filter(Q(state__in=LIVE_OPPORTUNITIES) | filled)
    counts = {
        (row["phase"], row["state"]): row
        for row in rows.order_by()
        .values("phase", "state")
        .annotate(count=Count("*"), all=Sum("places"), free=free_places(today))
    }
    rank = Window(
        RowNumber(),
        partition_by=["phase", "state"],
        order_by=[F("answer_by").asc(nulls_last=True), F("title_key").asc(), F("pk").asc()],
        output_field=IntegerField(),
    )
    # Chosen first by their keys alone: what a card says besides is read for those that are shown.
    # Of a list, the planner knows how short it is; of a subquery, it reads the table again.
    first = list(rows.order_by().annotate(rank=rank).filter(rank__lte=CARDS_SHOWN).values_list("pk", flat=True))
    cards = with_widening(Opportunity.objects.filter(pk__in=first)).select_related("company", "managed_by")
    by_group: dict[tuple[int, str], list[Any]] = {}
    for card in cards.order_by(F("answer_by").asc(nulls_last=True), "title_key", "pk"):
        by_group.setdefault((card.phase, card.state), []).append(card)
    needs = waiting_needs(user=user, structure=structure)
    total = sum(row["count"] for (_, state), row in counts.items() if state == OpportunityState.OPEN)
    return Board([_lane(phase, counts, by_group, needs.get(phase, 0), total) for phase in Phase])


def _lane(phase: Phase, counts: dict, by_group: dict, needs: int, total: int) -> Lane:
    groups = [
        Group(state, label, counts.get((phase, state), {}).get("count", 0), by_group.get((phase, state), []))
        for state, label in GROUPS
    ]
    here = counts.get((phase, OpportunityState.OPEN), {"count": 0, "all": 0, "free": 0})
    return Lane(
        phase=phase,
        groups=groups,
        open_count=here["count"],
        places=here["all"],
        places_free=here["free"],
        needs=needs,
        share=percent(100 * here["count"] / total) if total else "",
    )


def waiting_needs(*, user: Any, structure: Any) -> dict[int, int]:
    """{phase: needs neither met nor abandoned}."""
    rows = Need.objects.visible_to(user).in_structure(structure).waiting().order_by().values("phase")
    return {row["phase"]: row["count"] for row in rows.annotate(count=Count("*"))}


# --- one opportunity ------------------------------------------------------------------------------
@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened to an opportunity; `changes`: (label, before, after)."""

    at: dt.datetime
    title: str
    icon: str
    by: Any = None
    note: str = ""
    changes: Sequence[tuple[str, str, str]] = field(default=())


def history_of(opportunity: Opportunity) -> list[HistoryLine]:
    """Its states, its criteria, its corrections, newest first: three queries."""
    moves = OpportunityMove.objects.filter(opportunity=opportunity).select_related("by").order_by("-at", "-pk")
    changes = CriteriaChange.objects.filter(opportunity=opportunity).select_related("by").order_by("-at", "-pk")
    content_type = ContentType.objects.get_for_model(Opportunity)
    edits = ActivityEntry.objects.filter(
        source_type=content_type, source_id=opportunity.pk, verb__in=("opportunity_edited", "manager_assigned")
    )
    edits = edits.select_related("by").order_by("-at", "-pk")[:EDITS_SHOWN]
    lines: list[HistoryLine | None] = [_move_line(move) for move in moves]
    lines += [
        HistoryLine(row.at, "Critères négociés", "scaling", row.by, row.note, [("critères", row.before, row.after)])
        for row in changes
    ]
    lines += [_edit_line(entry) for entry in edits]
    return sorted((line for line in lines if line), key=lambda line: line.at, reverse=True)


def last_change(opportunity: Opportunity) -> ActivityEntry | None:
    """The line of the timeline that says who touched it last."""
    content_type = ContentType.objects.get_for_model(Opportunity)
    rows = ActivityEntry.objects.filter(source_type=content_type, source_id=opportunity.pk)
    return rows.select_related("by").order_by("-at", "-pk").first()


def _move_line(move: OpportunityMove) -> HistoryLine:
    state = OpportunityState(move.to_state)
    title, icon = state.label, STATE_ICONS[state]
    if not move.from_state:
        title, icon = f"Ajoutée, {STATE_SAID[state]}", "circle-plus"
    elif state == OpportunityState.OPEN and move.from_state in ("filled", "closed"):
        title = "Rouverte"
    return HistoryLine(move.at, title, icon, move.by, move.note)


def _edit_line(entry: ActivityEntry) -> HistoryLine | None:
    """Criteria have their own line; a correction of criteria alone says nothing more."""
    rows = [(label, str(before), str(after)) for label, before, after in entry.changed_rows() if label != "critères"]
    if not rows:
        return None
    title = "Confiée" if entry.verb == "manager_assigned" else "Fiche corrigée"
    return HistoryLine(entry.at, title, "history", entry.by, "", rows)


# --- the calendar of seasons ----------------------------------------------------------------------
@dataclass(frozen=True)
class Season:
    """One opportunity that comes back, and its months."""

    opportunity: Any
    months: frozenset[int]

    @property
    def cells(self) -> list[bool]:
        return [month in self.months for month in range(1, 13)]


@dataclass(frozen=True)
class Seasons:
    """`phases`: (phase, rows); `returning`: what begins again next month and has to be asked for."""

    phases: list[tuple[Phase, list[Season]]]
    returning: list[Season]
    counts: list[int]
    next_month: int
    is_cut: bool

    @property
    def is_empty(self) -> bool:
        return not any(rows for _, rows in self.phases)


def seasons_of(*, shown: QuerySet, today: dt.date) -> Seasons:
    """Regular and seasonal opportunities of `shown`, the last of each that was taken up again: one query.

    `counts`: how many are there in each month. What was refused or withdrawn does not come back by itself.
    """
    recurring = Q(frequency__in=(Frequency.REGULAR, Frequency.SEASONAL)) | ~Q(months=[])
    gone = (OpportunityState.REFUSED, OpportunityState.WITHDRAWN)
    again = Opportunity.objects.kept().filter(copied_from=OuterRef("pk"))
    rows = shown.filter(recurring).exclude(state__in=gone).exclude(Exists(again))
    found = list(rows.select_related("company", "contact").order_by("phase", "title_key", "pk")[: ROWS_OF_SEASONS + 1])
    seasons = [Season(row, _months(row)) for row in found[:ROWS_OF_SEASONS]]
    coming = today.month % 12 + 1
    returning = [
        season
        for season in seasons
        if begins_in(season.months, coming)
        and season.opportunity.state in (OpportunityState.FILLED, OpportunityState.CLOSED)
    ]
    return Seasons(
        phases=[(phase, [season for season in seasons if season.opportunity.phase == phase]) for phase in Phase],
        returning=returning,
        counts=[sum(month in season.months for season in seasons) for month in range(1, 13)],
        next_month=coming,
        is_cut=len(found) > ROWS_OF_SEASONS,
    )


def _months(row: Opportunity) -> frozenset[int]:
    return open_months(months=row.months, starts_on=row.starts_on, ends_on=row.ends_on, frequency=row.frequency)


# --- a company's opportunities --------------------------------------------------------------------
@dataclass(frozen=True)
class CompanyOpportunities:
    """The live ones first; `total` counts all of them."""

    rows: list[Any]

    @property
    def total(self) -> int:
        return self.rows[0].total if self.rows else 0


def company_opportunities(*, company: Any, user: Any) -> CompanyOpportunities:
    """One query, whatever their number."""
    rows = Opportunity.objects.visible_to(user).filter(company=company).annotate(total=Window(Count("pk")))
    is_over = Case(When(state__in=LIVE_OPPORTUNITIES, then=0), default=1)
    return CompanyOpportunities(list(rows.order_by(is_over, "phase", "-state_since", "-pk")[:PANEL_ROWS]))


# --- what to do now -------------------------------------------------------------------------------
@dataclass(frozen=True)
class NextStep:
    """What an opportunity asks for now; `due` when there is a day for it."""

    what: str
    detail: str = ""
    due: dt.date | None = None
    days_late: int = 0


def next_step(opportunity: Opportunity, *, today: dt.date) -> NextStep:
    """From its state and its day of answer alone: no query."""
    due = opportunity.answer_by if opportunity.is_live else None
    late = max(0, (today - due).days) if due else 0
    state = opportunity.state
    if state in (OpportunityState.DRAFT, OpportunityState.TO_QUALIFY):
        missing = [label for label, known in _worth_knowing(opportunity) if not known]
        detail = f"Il manque\u00a0: {', '.join(missing)}." if missing else "Tout est dit\u00a0: elle peut s’ouvrir."
        return NextStep("Préciser avec l’entreprise, puis ouvrir" if missing else "Ouvrir", detail, due, late)
    if state == OpportunityState.OPEN:
        free = opportunity.free_places
        what = f"Proposer {'un jeune' if free == 1 else 'des jeunes'}" if free else "Toutes les places sont prises"
        detail = counted(free, "place libre") if free else "Passez-la à «\u00a0Pourvue\u00a0» si c’est terminé."
        return NextStep(what, detail, due, late)
    if state in (OpportunityState.FILLED, OpportunityState.CLOSED):
        again = opportunity.frequency != Frequency.OCCASIONAL or opportunity.months
        return NextStep(
            "La redemander pour la prochaine saison" if again else "Remercier l’entreprise, donner des nouvelles"
        )
    return NextStep("Rien à faire\u00a0: l’histoire garde la raison")


def _worth_knowing(opportunity: Opportunity) -> list[tuple[str, Any]]:
    return [
        ("les dates ou les mois", opportunity.starts_on or opportunity.months),
        ("les horaires", opportunity.schedule),
        ("les critères", opportunity.criteria),
        ("à qui parler", opportunity.contact_id),
        ("qui la gère", opportunity.managed_by_id),
    ]
