"""Needs against places, by phase and family or commune; for a cell, whom to ask and who waits."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from companies.models import Company
from companies.permissions import EDITORS, can_edit_company
from core.distance import place_named
from core.doors import allow
from core.phases import Phase
from core.trades import FAMILIES
from opportunities.actions.prospecting import solicit_for_family
from opportunities.coverage import (
    AXES,
    BY_FAMILY,
    SLOW_DAYS,
    WIDE_GAP,
    Around,
    Axis,
    Cell,
    Grid,
    cell_detail,
    coverage_grid,
)
from opportunities.forms.coverage import DEFAULT_KM, AroundForm, SolicitForm
from opportunities.matching import COMPANY_TERMS
from opportunities.permissions import can_edit_opportunity, can_view_opportunity
from opportunities.views.matching import say_planned, soliciting_context

TABLE = "table"


@dataclass(frozen=True)
class Asked:
    """What the address says: where, and how to look."""

    form: AroundForm
    around: Around
    query: QueryDict

    @property
    def near(self) -> str:
        return self.around.place.name if self.around.place else ""

    @property
    def is_unknown(self) -> bool:
        """A place was asked that nobody knows."""
        return bool(self.form.cleaned_data.get("near")) and self.around.place is None

    @property
    def where(self) -> dict[str, Any]:
        return {"near": self.form.cleaned_data["near"], "km": self.around.km} if self.around.place else {}

    @property
    def is_table(self) -> bool:
        return self.query.get("view") == TABLE

    @property
    def axis(self) -> Axis:
        return AXES.get(self.query.get("by", ""), BY_FAMILY)

    @property
    def look(self) -> dict[str, str]:
        """What is kept from one way of looking to another."""
        look = {"view": TABLE} if self.is_table else {}
        return look if self.axis is BY_FAMILY else {**look, "by": self.axis.name}

    def _url(self, name: str, **params: Any) -> str:
        kept = {key: value for key, value in params.items() if value not in ("", None)}
        return f"{reverse(name)}?{urlencode(kept)}" if kept else reverse(name)

    def grid_url(self, **params: Any) -> str:
        return self._url("opportunities:coverage", **{**self.where, **self.look, "view": "", **params})

    @cached_property
    def _before_cell(self) -> str:
        """Worked out once: a grid has an address for each of its cells."""
        url = self.grid_url()
        return f"{url}{'&' if '?' in url else '?'}cell="

    def cell_url(self, cell: Cell) -> str:
        return f"{self._before_cell}{quote_plus(cell.code)}#case"

    def solicit_url(self, cell: Cell) -> str:
        """The needs of a commune are of several trades: they are asked for one by one."""
        if self.axis is not BY_FAMILY:
            return ""
        name = "opportunities:prospecting_solicit"
        return self._url(name, **self.where, phase=int(cell.phase), family=cell.key or "-")

    def table_url(self) -> str:
        return self.grid_url(view="" if self.is_table else TABLE)

    def cleared_url(self) -> str:
        return self._url("opportunities:coverage", **self.look)

    @property
    def axes(self) -> list[tuple[Axis, str]]:
        """(axis, address) of each way of cutting the grid."""
        view = TABLE if self.is_table else ""
        return [(axis, self.grid_url(view=view, by="" if axis is BY_FAMILY else axis.name)) for axis in AXES.values()]


def _asked(request: HttpRequest, query: QueryDict) -> Asked:
    form = AroundForm(query)
    form.is_valid()
    text = form.cleaned_data.setdefault("near", "")
    place = (
        place_named(text, Company.objects.visible_to(request.user).in_structure(request.structure)) if text else None
    )
    return Asked(form, Around(place, form.cleaned_data.get("km") or DEFAULT_KM), query)


def _grid(request: HttpRequest, asked: Asked) -> Grid:
    return coverage_grid(
        user=request.user,
        structure=request.structure,
        around=asked.around,
        today=timezone.localdate(),
        axis=asked.axis,
    )


def _cell_context(request: HttpRequest, cell: Cell | None, asked: Asked) -> dict[str, Any]:
    """The panel under the grid; nothing without a cell where somebody waits."""
    if cell is None or not cell.needs:
        return {"detail": None}
    detail = cell_detail(
        cell,
        user=request.user,
        structure=request.structure,
        around=asked.around,
        today=timezone.localdate(),
        axis=asked.axis,
    )
    solicit_url = asked.solicit_url(cell)
    allowed = bool(solicit_url) and can_edit_company(request.user, request.structure)
    return {
        "detail": detail,
        "prospects": detail.prospects,
        "company_terms": COMPANY_TERMS,
        "may_answer": can_edit_opportunity(request.user, request.structure),
        "solicit_url": solicit_url,
        **soliciting_context(detail.prospects, allowed=allowed),
    }


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    allow(can_view_opportunity(request.user))
    asked = _asked(request, request.GET)
    grid = _grid(request, asked)
    cell = grid.cell(request.GET.get("cell", "")) or grid.widest
    lines = [(row, [(one, asked.cell_url(one)) for one in row.cells]) for row in grid.rows]
    context = {
        "asked": asked,
        "grid": grid,
        "lines": lines,
        "chosen": cell,
        "phases": Phase,
        "wide_gap": WIDE_GAP,
        "slow_days": SLOW_DAYS,
        **({} if asked.is_table else _cell_context(request, cell, asked)),
    }
    return render(request, "opportunities/coverage.html", context)


@require_safe
def prospecting(request: HttpRequest) -> HttpResponse:
    """A cell on a page of its own: a family of trades in a phase."""
    allow(can_view_opportunity(request.user))
    query = request.GET.copy()
    query.pop("by", None)
    asked = _asked(request, query)
    grid = _grid(request, asked)
    cell = _cell_of(request, grid)
    context = {"asked": asked, "cell": cell, **_cell_context(request, cell, asked)}
    return render(request, "opportunities/prospecting.html", context)


def _phase_and_family(request: HttpRequest) -> tuple[int, str | None]:
    """(phase, 0 when it is none; family, "" for no trade yet, None when it is not said)."""
    text, family = request.GET.get("phase", ""), request.GET.get("family", "")
    phase = int(text) if text in {str(int(one)) for one in Phase} else 0
    if family == "-":
        return phase, ""
    return phase, family if family in FAMILIES else None


def _cell_of(request: HttpRequest, grid: Grid) -> Cell | None:
    """The cell asked; of a phase alone, the one that lacks the most places."""
    phase, family = _phase_and_family(request)
    cells = [cell for cell in grid.cells if not phase or cell.phase == phase]
    if family is not None:
        cells = [cell for cell in cells if cell.key == family]
    return max(cells, key=lambda cell: (cell.gap, cell.needs), default=None)


@require_POST
def prospecting_solicit(request: HttpRequest) -> HttpResponse:
    """One next action with each company ticked."""
    allow(can_edit_company(request.user, request.structure))
    asked = _asked(request, request.GET)
    phase, family = _phase_and_family(request)
    form = SolicitForm(request.POST)
    if not phase or family is None or not form.is_valid():
        messages.warning(request, "Cochez d’abord une ou plusieurs entreprises.")
    else:
        chosen = Company.objects.visible_to(request.user).in_structure(request.structure)
        chosen = chosen.filter(
            pk__in=form.cleaned_data["companies"], structure_id__in=request.user.access.structure_ids(EDITORS)
        )
        done = solicit_for_family(
            phase=phase,
            family=family,
            companies=chosen,
            to_adviser=form.to_adviser,
            by=request.user,
            now=timezone.now(),
        )
        say_planned(request, len(done), asked=len(form.cleaned_data["companies"]))
    return redirect(asked.grid_url(cell=f"{family or '-'}{phase}" if phase else "") + "#case")
