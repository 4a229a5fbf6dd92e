"""Needs that wait against places that are free, by family of trades and phase: what is uncovered, and for how long."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Aggregate, DurationField, ExpressionWrapper, F, QuerySet
from django.db.models.functions import Left
from django.utils import timezone

from companies.models import Company
from core.distance import Place, within
from core.french import counted, plural
from core.phases import Phase
from core.trades import FAMILIES, family_of
from opportunities.candidates import (
    Demand,
    NeedLine,
    Prospect,
    companies_for,
    facts_of_need,
    need_line,
    of_family,
    with_cards,
)
from opportunities.enums import AS_A_SOLUTION
from opportunities.models import Opportunity
from youth.models import Need

# From that many needs without a place, the cell is of the darkest.
WIDE_GAP = 4
# A first proposal that takes longer than three weeks is late.
SLOW_DAYS = 21
# Delays are those of the proposals made in the last year.
YEAR = dt.timedelta(days=365)
# Of the needs of a cell, the oldest tell which trades and places to look for.
NEEDS_READ = 60
NEEDS_SHOWN = 12
PROSPECTS_SHOWN = 8
NO_TRADE = ""
NO_TRADE_WORDS = "Métier à préciser"


def family_words(family: str) -> str:
    return FAMILIES.get(family, NO_TRADE_WORDS)


# --- the grid ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cell:
    """One family in one phase. `needs` that wait, `places` that are free."""

    family: str
    phase: Phase
    needs: int
    places: int

    @property
    def gap(self) -> int:
        return max(0, self.needs - self.places)

    @property
    def look(self) -> str:
        """Its class: "none", "ok", "gap1" or "gap2"."""
        if not self.needs:
            return "none"
        return "gap2" if self.gap >= WIDE_GAP else ("gap1" if self.gap else "ok")

    @property
    def code(self) -> str:
        """What the address says: "F3", "-1"."""
        return f"{self.family or '-'}{int(self.phase)}"

    @property
    def name(self) -> str:
        return f"{family_words(self.family)}, {self.phase.label.lower()}"

    @property
    def needs_words(self) -> str:
        return plural(self.needs, "besoin")

    @property
    def places_words(self) -> str:
        return counted(self.places, "place") if self.places else "aucune place"


@dataclass(frozen=True)
class Row:
    """One family. `days`: median from a need to its first proposal, None when nothing was proposed."""

    family: str
    cells: Sequence[Cell]
    days: int | None

    @property
    def label(self) -> str:
        return family_words(self.family)

    @property
    def gap(self) -> int:
        return sum(cell.gap for cell in self.cells)

    @property
    def needs(self) -> int:
        return sum(cell.needs for cell in self.cells)

    @property
    def is_slow(self) -> bool:
        return self.days is not None and self.days > SLOW_DAYS


@dataclass(frozen=True)
class Grid:
    """Rows, the most uncovered first. `waiting`: {phase: young people}; `free`: {phase: places, each counted once}."""

    rows: Sequence[Row]
    waiting: Mapping[int, int]
    free: Mapping[int, int]
    quiet: Sequence[str] = field(default=())

    @property
    def title(self) -> str:
        return finding(self.waiting, self.free)

    @property
    def is_empty(self) -> bool:
        return not self.rows

    @property
    def cells(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells]

    def cell(self, code: str) -> Cell | None:
        return next((cell for cell in self.cells if cell.code == code), None)

    @property
    def widest(self) -> Cell | None:
        """The cell that lacks the most places, of the phase the title speaks of; none when every need has one."""
        phase = scarcest(self.waiting, self.free)
        lacking = [cell for cell in self.cells if cell.gap]
        return max(lacking, key=lambda cell: (cell.phase == phase, cell.gap, cell.needs), default=None)


def scarcest(waiting: Mapping[int, int], free: Mapping[int, int]) -> Phase:
    """Where the most young people have no place."""
    return max(Phase, key=lambda one: (waiting.get(one, 0) - free.get(one, 0), waiting.get(one, 0)))


def finding(waiting: Mapping[int, int], free: Mapping[int, int]) -> str:
    """The phase that lacks the most, in one sentence."""
    if not sum(waiting.values()):
        return "Aucun jeune n’attend de solution"
    phase = scarcest(waiting, free)
    people, places = waiting.get(phase, 0), free.get(phase, 0)
    if people <= places:
        return "Chaque phase a au moins autant de places ouvertes que de jeunes qui attendent"
    who = f"{counted(people, 'jeune')} {plural(people, 'attend', 'attendent')} {AS_A_SOLUTION[phase]}"
    if not places:
        return f"{who}, aucune place n’est ouverte"
    return f"{who}, {counted(places, 'place est ouverte', 'places sont ouvertes')}"


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class Around:
    """Where one looks: everything, or at most `km` from a place."""

    place: Place | None = None
    km: int = 0

    def of(self, rows: QuerySet) -> QuerySet:
        return within(rows, self.place, self.km) if self.place else rows


def coverage_grid(*, user: Any, structure: Any, around: Around, today: dt.date) -> Grid:
    """Three queries: needs, places, delays."""
    needs, people = _waiting(around.of(Need.objects.visible_to(user).in_structure(structure)))
    places, free = _free(around.of(_offers(user, structure, today)))
    days = _delays(around.of(Need.objects.visible_to(user).in_structure(structure)), today)
    rows = [
        Row(
            family,
            [Cell(family, phase, needs[family, phase], places[family, phase]) for phase in Phase],
            days.get(family),
        )
        for family in (*FAMILIES, NO_TRADE)
    ]
    busy = [row for row in rows if any(cell.needs or cell.places for cell in row.cells)]
    busy.sort(key=lambda row: (-row.gap, -row.needs, row.family == NO_TRADE, row.label))
    quiet = [row.label for row in rows if row not in busy and row.family]
    return Grid(busy, {phase: len(people[phase]) for phase in Phase}, free, quiet)


def _offers(user: Any, structure: Any, today: dt.date) -> QuerySet:
    return Opportunity.objects.visible_to(user).in_structure(structure).open().free_on(today)


def _waiting(needs: Any) -> tuple[Counter[tuple[str, int]], dict[int, set[int]]]:
    """({(family, phase): needs}, {phase: young people})."""
    rows = needs.waiting().order_by().values("phase", letter=Left("occupation_id", 1))
    counts, people = Counter[tuple[str, int]](), {int(phase): set[int]() for phase in Phase}
    for row in rows.annotate(people=ArrayAgg("young_person_id")):
        counts[family_of(row["letter"] or ""), row["phase"]] += len(row["people"])
        people[row["phase"]].update(row["people"])
    return counts, people


def _free(offers: QuerySet) -> tuple[Counter[tuple[str, int]], Counter[int]]:
    """({(family, phase): places}, {phase: places}); what is open to two families counts in both, once in the phase."""
    rows = offers.order_by().values_list("pk", "phase", F("places") - F("taken"), Left("occupations", 1))
    by_family, by_phase = Counter[tuple[str, int]](), Counter[int]()
    # Rows that differ say each family of an opportunity once; its places are those of any of them.
    once = {}
    for pk, phase, free, letter in rows.distinct():
        by_family[family_of(letter or ""), phase] += free
        once[pk] = phase, free
    for phase, free in once.values():
        by_phase[phase] += free
    return by_family, by_phase


def _delays(needs: QuerySet, today: dt.date) -> dict[str, int]:
    """{family: median days from a need to its first proposal}, of the proposals of the last year."""
    since = timezone.make_aware(dt.datetime.combine(today - YEAR, dt.time()))
    waited = ExpressionWrapper(F("proposed_at") - F("opened_at"), output_field=DurationField())
    rows = needs.filter(proposed_at__gte=since).order_by().values(letter=Left("occupation_id", 1))
    return {
        family_of(row["letter"] or ""): round(row["median"] / dt.timedelta(days=1))
        for row in rows.annotate(median=Median(waited, output_field=DurationField()))
    }


# --- one cell ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class CellDetail:
    """Whom to ask, and the needs that wait the longest."""

    cell: Cell
    prospects: Sequence[Prospect]
    needs: Sequence[NeedLine]

    @property
    def hidden(self) -> int:
        return self.cell.needs - len(self.needs)

    @property
    def title(self) -> str:
        return f"{family_words(self.cell.family)} en {self.cell.phase.label.lower()}"


def cell_detail(cell: Cell, *, user: Any, structure: Any, around: Around, today: dt.date) -> CellDetail:
    """Seven queries at most. Companies that already have a place free there are not asked again."""
    waiting = around.of(Need.objects.visible_to(user).in_structure(structure).waiting())
    waiting = waiting.filter(of_family(cell.family), phase=cell.phase).order_by("opened_at", "pk")
    rows = list(with_cards(waiting)[:NEEDS_READ])
    demand = Demand(cell.phase, cell.family, [facts_of_need(row, today=today) for row in rows])
    answered = _offers(user, structure, today).filter(phase=cell.phase)
    if cell.family:
        answered = answered.filter(of_family(cell.family, "occupations"))
    companies = Company.objects.visible_to(user).in_structure(structure)
    companies = companies.exclude(pk__in=answered.order_by().values("company_id"))
    prospects = companies_for(demand, companies=companies, user=user, today=today, limit=PROSPECTS_SHOWN)
    lines = [need_line(row, user=user, today=today) for row in rows[:NEEDS_SHOWN]]
    return CellDetail(cell, prospects, lines)
