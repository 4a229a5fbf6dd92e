"""Needs that wait against free places, by phase and family of trades or commune: what is uncovered, and how long."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    Case,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
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
from youth.enums import WAITING_NEEDS
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


_SAYS_NO_PLACE = Q(city="", insee_code="")


def _where(name: str) -> Case:
    """Of an opportunity: where it is said to be, else at the company's, which is read for those alone."""
    of_company = Company.objects.filter(pk=OuterRef("company_id")).values(name)
    return Case(When(_SAYS_NO_PLACE, then=Subquery(of_company)), default=F(name))


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
    """Two queries: needs, places."""
    asked = _asked(around.of(Need.objects.visible_to(user).in_structure(structure)), axis, today)
    places, free = _free(around.of(_offers(user, structure, today)), axis)
    named = axis.named({*asked, *(raw for raw, _phase in places)})
    labels = dict(named.values())
    if axis is BY_FAMILY:
        labels |= {family: family_words(family) for family in FAMILIES}
    every = {key: _Figures(key, label) for key, label in labels.items()}
    people: dict[int, set[int]] = {phase: set() for phase in Phase}
    for raw, by_phase in asked.items():
        figures = every[named[raw][0]]
        for phase, (waiting, days) in by_phase.items():
            people[phase].update(waiting)
            figures.needs[phase] += len(waiting)
            figures.days.setdefault(phase, []).extend(days)
    for (raw, phase), count in places.items():
        every[named[raw][0]].places[phase] += count
    busy = sorted((one for one in every.values() if one.is_busy), key=_Figures.rank)
    quiet = sorted(one.label for one in every.values() if one.key and not one.is_busy) if axis is BY_FAMILY else []
    rows = [figures.row() for figures in busy[:MOST_ROWS]]
    return Grid(axis, rows, {phase: len(people[phase]) for phase in Phase}, free, quiet, max(0, len(busy) - MOST_ROWS))


@dataclass
class _Figures:
    """Of one row, by phase: enough to know its place, before what is shown of it is worked out."""

    key: str
    label: str
    needs: Counter[int] = field(default_factory=Counter)
    places: Counter[int] = field(default_factory=Counter)
    days: dict[int, list[float]] = field(default_factory=dict)

    @property
    def is_busy(self) -> bool:
        return any(self.needs.values()) or any(self.places.values())

    def rank(self) -> tuple[int, int, bool, str]:
        """The most uncovered first."""
        gap = sum(max(0, count - self.places[phase]) for phase, count in self.needs.items())
        return -gap, -sum(self.needs.values()), not self.key, self.label

    def row(self) -> Row:
        cells = [
            Cell(self.key, phase, self.needs[phase], self.places[phase], _median(self.days.get(phase, ())), self.label)
            for phase in Phase
        ]
        return Row(self.key, self.label, cells, _median([day for days in self.days.values() for day in days]))


def _median(days: Sequence[float]) -> int | None:
    return round(median(days)) if days else None


def _offers(user: Any, structure: Any, today: dt.date) -> QuerySet:
    return Opportunity.objects.visible_to(user).in_structure(structure).open().free_on(today)


class _Days(Func):
    """An interval in days."""

    template = "(EXTRACT(EPOCH FROM %(expressions)s) / 86400)::float8"
    output_field = FloatField()


def _asked(needs: Any, axis: Axis, today: dt.date) -> dict[Raw, dict[int, tuple[list[int], list[float]]]]:
    """{row: {phase: (whose needs wait, once for each; days from needs to their first proposal in the last year)}}."""
    since = timezone.make_aware(dt.datetime.combine(today - YEAR, dt.time()))
    waits, proposed = Q(state__in=WAITING_NEEDS), Q(proposed_at__gte=since)
    waited = _Days(ExpressionWrapper(F("proposed_at") - F("opened_at"), output_field=DurationField()))
    rows = needs.filter(waits | proposed).order_by().values("phase", **axis.need)
    found: dict[Raw, dict[int, tuple[list[int], list[float]]]] = {}
    for row in rows.annotate(people=ArrayAgg("young_person_id", filter=waits), days=ArrayAgg(waited, filter=proposed)):
        found.setdefault(_raw(row, axis), {})[row["phase"]] = row["people"] or [], row["days"] or []
    return found


def _raw(row: Mapping[str, Any], axis: Axis) -> Raw:
    return tuple(row[name] or "" for name in axis.need)


def _free(offers: QuerySet, axis: Axis) -> tuple[Counter[tuple[Raw, int]], Counter[int]]:
    """({(row, phase): places}, {phase: places}); what is open to two families counts in both, once in the phase."""
    rows = offers.order_by().values("phase", free=F("places") - F("taken"), **axis.offer)
    by_row, once = Counter[tuple[Raw, int]](), dict[tuple[int, int], set[int]]()
    # An opportunity of two trades of one family is there twice: a set says it once.
    for row in rows.annotate(offers=ArrayAgg("pk")):
        phase, free, offered = row["phase"], row["free"], set(row["offers"])
        by_row[_raw(row, axis), phase] += free * len(offered)
        once.setdefault((phase, free), set()).update(offered)
    by_phase = Counter[int]()
    for (phase, free), offered in once.items():
        by_phase[phase] += free * len(offered)
    return by_row, by_phase


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
    """Eight queries at most. Companies that already have a place free there are not asked again."""
    waiting = around.of(Need.objects.visible_to(user).in_structure(structure).waiting())
    answered = _offers(user, structure, today)
    if axis is BY_FAMILY:
        waiting = waiting.filter(of_family(cell.key))
        answered = answered.filter(of_family(cell.key, "occupations")) if cell.key else answered
    else:
        waiting = waiting.filter(_in_commune(cell))
        there = Q(_SAYS_NO_PLACE, company__in=Company.objects.filter(_in_commune(cell)))
        answered = answered.filter(there | (~_SAYS_NO_PLACE & _in_commune(cell)))
    rows = list(with_cards(waiting.filter(phase=cell.phase).order_by("opened_at", "pk"))[:NEEDS_READ])
    family = cell.key if axis is BY_FAMILY else None
    demand = Demand(cell.phase, family, [facts_of_need(row, today=today) for row in rows])
    companies = Company.objects.visible_to(user).in_structure(structure)
    companies = companies.exclude(pk__in=answered.filter(phase=cell.phase).order_by().values("company_id"))
    prospects = companies_for(demand, companies=companies, user=user, today=today, limit=PROSPECTS_SHOWN)
    lines = [need_line(row, user=user, today=today) for row in rows[:NEEDS_SHOWN]]
    return CellDetail(cell, prospects, lines)


def _in_commune(cell: Cell) -> Q:
    """As rows are told apart: by the code, or by the name where there is no code."""
    named = Q(insee_code="", city=cell.label if cell.key else "")
    return Q(insee_code=cell.key) | named if cell.key else named
