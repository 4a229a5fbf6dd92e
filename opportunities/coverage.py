"""Needs that wait against free places, by phase and family of trades or commune: what is uncovered, and how long."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, DurationField, ExpressionWrapper, F, FloatField, Func, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Left
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
NO_TRADE_WORDS = "Métier à préciser"
NO_COMMUNE_WORDS = "Commune à préciser"
# More communes than that are not compared at a glance: a place narrows them.
MOST_ROWS = 40


def family_words(family: str) -> str:
    return FAMILIES.get(family, NO_TRADE_WORDS)


# --- the two ways of cutting it into rows -----------------------------------------------------
Raw = tuple[str, ...]
Named = Mapping[Raw, tuple[str, str]]


@dataclass(frozen=True)
class Axis:
    """What a row is. `need` and `offer`: expressions that tell it; `named`: {what they gave: (key, label)}."""

    name: str
    title: str
    short: str
    need: Mapping[str, Any]
    offer: Mapping[str, Any]
    named: Callable[[Iterable[Raw]], Named]


def _families(found: Iterable[Raw]) -> Named:
    return {raw: (family_of(raw[0]), family_words(family_of(raw[0]))) for raw in found}


def _communes(found: Iterable[Raw]) -> Named:
    """By code; a name without one is the commune of that name that has one, else itself."""
    names: dict[str, str] = {raw[0]: raw[1] for raw in sorted(found) if raw[0]}
    codes = {city: code for code, city in names.items()}
    named: dict[Raw, tuple[str, str]] = {}
    for code, city in found:
        key = code or codes.get(city, city)
        named[code, city] = (key, names.get(key) or city or NO_COMMUNE_WORDS)
    return named


def _where(name: str) -> Case:
    """Of an opportunity: where it is said to be, else at the company's."""
    elsewhere = ~Q(city="") | ~Q(insee_code="")
    return Case(When(elsewhere, then=F(name)), default=F(f"company__{name}"))


BY_FAMILY = Axis(
    "family",
    "Famille de métiers",
    "Par métier",
    {"letter": Coalesce(Left("occupation_id", 1), Value(""))},
    {"letter": Coalesce(Left("occupations", 1), Value(""))},
    _families,
)
BY_COMMUNE = Axis(
    "commune",
    "Commune",
    "Par commune",
    {"code": F("insee_code"), "commune": F("city")},
    {"code": _where("insee_code"), "commune": _where("city")},
    _communes,
)
AXES = {axis.name: axis for axis in (BY_FAMILY, BY_COMMUNE)}


# --- the grid ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cell:
    """One family (its letter) or one commune (its code) in one phase. `needs` that wait, `places` that are free.

    `days`: median from a need to its first proposal, None when nothing was proposed.
    """

    key: str
    phase: Phase
    needs: int
    places: int
    days: int | None = None
    label: str = ""

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
        """What the address says: "F3", "-1", "360182"."""
        return f"{self.key or '-'}{int(self.phase)}"

    @property
    def name(self) -> str:
        return f"{self.label}, {self.phase.label.lower()}"

    @property
    def needs_words(self) -> str:
        return plural(self.needs, "besoin")

    @property
    def places_words(self) -> str:
        return counted(self.places, "place") if self.places else "aucune place"

    @property
    def is_slow(self) -> bool:
        return is_slow(self.days)


def is_slow(days: int | None) -> bool:
    return days is not None and days > SLOW_DAYS


@dataclass(frozen=True)
class Row:
    """One family, or one commune. `days`: as of a cell, in the four phases."""

    key: str
    label: str
    cells: Sequence[Cell]
    days: int | None

    @property
    def gap(self) -> int:
        return sum(cell.gap for cell in self.cells)

    @property
    def needs(self) -> int:
        return sum(cell.needs for cell in self.cells)

    @property
    def is_slow(self) -> bool:
        return is_slow(self.days)


@dataclass(frozen=True)
class Grid:
    """Rows, the most uncovered first. `waiting`: {phase: young people}; `free`: {phase: places, each counted once}.

    `quiet`: families with neither need nor place; `hidden`: so many communes more, the best covered.
    """

    axis: Axis
    rows: Sequence[Row]
    waiting: Mapping[int, int]
    free: Mapping[int, int]
    quiet: Sequence[str] = field(default=())
    hidden: int = 0

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


@dataclass(frozen=True)
class Around:
    """Where one looks: everything, or at most `km` from a place."""

    place: Place | None = None
    km: int = 0

    def of(self, rows: QuerySet) -> QuerySet:
        return within(rows, self.place, self.km) if self.place else rows


def coverage_grid(*, user: Any, structure: Any, around: Around, today: dt.date, axis: Axis = BY_FAMILY) -> Grid:
    """Three queries: needs, places, delays."""
    needs = around.of(Need.objects.visible_to(user).in_structure(structure))
    waiting, people = _waiting(needs, axis)
    places, free = _free(around.of(_offers(user, structure, today)), axis)
    delays = _delays(needs, axis, today)
    named = axis.named({raw for counts in (waiting, places, delays) for raw, _phase in counts})
    labels = dict(named.values())
    if axis is BY_FAMILY:
        labels |= {family: family_words(family) for family in FAMILIES}
    every = {key: _Figures() for key in labels}
    for (raw, phase), count in waiting.items():
        every[named[raw][0]].needs[phase] += count
    for (raw, phase), count in places.items():
        every[named[raw][0]].places[phase] += count
    for (raw, phase), days in delays.items():
        every[named[raw][0]].days.setdefault(phase, []).extend(days)
    rows = [_row(key, labels[key], figures) for key, figures in every.items()]
    busy = [row for row in rows if any(cell.needs or cell.places for cell in row.cells)]
    busy.sort(key=lambda row: (-row.gap, -row.needs, not row.key, row.label))
    quiet = sorted(row.label for row in rows if row not in busy and row.key) if axis is BY_FAMILY else []
    waiting_people: dict[int, int] = {phase: len(people[phase]) for phase in Phase}
    hidden = max(0, len(busy) - MOST_ROWS)
    return Grid(axis, busy[:MOST_ROWS], waiting_people, free, quiet, hidden)


@dataclass
class _Figures:
    """Of one row, by phase."""

    needs: Counter[int] = field(default_factory=Counter)
    places: Counter[int] = field(default_factory=Counter)
    days: dict[int, list[float]] = field(default_factory=dict)


def _row(key: str, label: str, figures: _Figures) -> Row:
    cells = [
        Cell(key, phase, figures.needs[phase], figures.places[phase], _median(figures.days.get(phase, [])), label)
        for phase in Phase
    ]
    return Row(key, label, cells, _median([day for days in figures.days.values() for day in days]))


def _median(days: Sequence[float]) -> int | None:
    return round(median(days)) if days else None


def _offers(user: Any, structure: Any, today: dt.date) -> QuerySet:
    return Opportunity.objects.visible_to(user).in_structure(structure).open().free_on(today)


def _waiting(needs: Any, axis: Axis) -> tuple[Counter[tuple[Raw, int]], dict[int, set[int]]]:
    """({(row, phase): needs}, {phase: young people})."""
    rows = needs.waiting().order_by().values("phase", **axis.need).annotate(people=ArrayAgg("young_person_id"))
    counts, people = Counter[tuple[Raw, int]](), {int(phase): set[int]() for phase in Phase}
    for row in rows:
        counts[_raw(row, axis), row["phase"]] += len(row["people"])
        people[row["phase"]].update(row["people"])
    return counts, people


def _raw(row: Mapping[str, Any], axis: Axis) -> Raw:
    return tuple(row[name] or "" for name in axis.need)


def _free(offers: QuerySet, axis: Axis) -> tuple[Counter[tuple[Raw, int]], Counter[int]]:
    """({(row, phase): places}, {phase: places}); what is open to two families counts in both, once in the phase."""
    rows = offers.order_by().values("pk", "phase", free=F("places") - F("taken"), **axis.offer)
    by_row, by_phase = Counter[tuple[Raw, int]](), Counter[int]()
    # Rows that differ say each family of an opportunity once; its places are those of any of them.
    once = {}
    for row in rows.distinct():
        by_row[_raw(row, axis), row["phase"]] += row["free"]
        once[row["pk"]] = row["phase"], row["free"]
    for phase, free in once.values():
        by_phase[phase] += free
    return by_row, by_phase


class _Days(Func):
    """An interval in days."""

    template = "EXTRACT(EPOCH FROM %(expressions)s) / 86400"
    output_field = FloatField()


def _delays(needs: QuerySet, axis: Axis, today: dt.date) -> dict[tuple[Raw, int], list[float]]:
    """{(row, phase): days from each need to its first proposal}, of the proposals of the last year."""
    since = timezone.make_aware(dt.datetime.combine(today - YEAR, dt.time()))
    waited = _Days(ExpressionWrapper(F("proposed_at") - F("opened_at"), output_field=DurationField()))
    rows = needs.filter(proposed_at__gte=since).order_by().values("phase", **axis.need)
    return {(_raw(row, axis), row["phase"]): row["waited"] for row in rows.annotate(waited=ArrayAgg(waited))}


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
        return f"{self.cell.label} en {self.cell.phase.label.lower()}"


def cell_detail(
    cell: Cell, *, user: Any, structure: Any, around: Around, today: dt.date, axis: Axis = BY_FAMILY
) -> CellDetail:
    """Seven queries at most. Companies that already have a place free there are not asked again."""
    waiting = around.of(Need.objects.visible_to(user).in_structure(structure).waiting())
    answered = _offers(user, structure, today)
    if axis is BY_FAMILY:
        waiting = waiting.filter(of_family(cell.key))
        answered = answered.filter(of_family(cell.key, "occupations")) if cell.key else answered
    else:
        waiting = waiting.filter(_in_commune(cell))
        answered = answered.alias(code=_where("insee_code"), commune=_where("city")).filter(
            _in_commune(cell, "code", "commune")
        )
    rows = list(with_cards(waiting.filter(phase=cell.phase).order_by("opened_at", "pk"))[:NEEDS_READ])
    family = cell.key if axis is BY_FAMILY else None
    demand = Demand(cell.phase, family, [facts_of_need(row, today=today) for row in rows])
    companies = Company.objects.visible_to(user).in_structure(structure)
    companies = companies.exclude(pk__in=answered.filter(phase=cell.phase).order_by().values("company_id"))
    prospects = companies_for(demand, companies=companies, user=user, today=today, limit=PROSPECTS_SHOWN)
    lines = [need_line(row, user=user, today=today) for row in rows[:NEEDS_SHOWN]]
    return CellDetail(cell, prospects, lines)


def _in_commune(cell: Cell, code: str = "insee_code", city: str = "city") -> Q:
    """As rows are told apart: by the code, or by the name where there is no code."""
    named = Q(**{code: "", city: cell.label if cell.key else ""})
    return Q(**{code: cell.key}) | named if cell.key else named
