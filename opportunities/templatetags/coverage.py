"""`{% load coverage %}`: the rows of the grid, drawn here: a template would look up thousands of names to draw them."""

from collections.abc import Iterable, Sequence

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core import french
from core.templatetags.components import phase
from opportunities.coverage import Cell, Row

register = template.Library()

NEVER = '<span class="muted">aucune</span>'
QUIET, CURRENT = ' class="quiet"', ' aria-current="true"'
# Parts the days from what is said before them, for whoever hears the page.
COMMA = '<span class="visually-hidden">, </span>'


@register.simple_tag
def coverage_rows(lines: Iterable[tuple[Row, Sequence[tuple[Cell, str]]]], *, chosen: Cell | None) -> SafeString:
    """`{% coverage_rows lines chosen=cell %}`: a line for each row; `chosen`: the cell told about under the grid."""
    drawn = []
    for row, cells in lines:
        drawn.append(f'<tr{"" if row.needs else QUIET}><th scope="row">{escape(row.label)}</th>')
        drawn += [_cell(cell, address, is_chosen=cell is chosen) for cell, address in cells]
        said = NEVER if row.days is None else french.counted(row.days, "jour")
        drawn.append(f'<td class="delay {"late" if row.is_slow else "muted"}">{said}</td></tr>')
    return mark_safe("".join(drawn))


def _cell(cell: Cell, address: str, *, is_chosen: bool) -> str:
    """Safe: besides the address, it holds figures and our own words."""
    said = f'<span class="phase-said">{phase(int(cell.phase))}</span>'
    if not cell.needs:
        places = f" · {cell.places_words}" if cell.places else ""
        what = f'<span class="what">aucun besoin{places}</span> {_days(cell)}'
        return f'<td class="{cell.look}"><span class="cell">{said}{what}</span></td>'
    number = f'<b>{french.number(cell.needs)}</b> <span class="what">{cell.needs_words} · {cell.places_words}</span>'
    link = (
        f'<a href="{escape(address)}"{CURRENT if is_chosen else ""}>{said}<span>{number}{_days(cell, COMMA)}</span></a>'
    )
    return f'<td class="{cell.look}{" chosen" if is_chosen else ""}">{link}</td>'


def _days(cell: Cell, comma: str = "") -> str:
    if cell.days is None:
        return ""
    late = " late" if cell.is_slow else ""
    return f'<span class="days{late}">{comma}proposé en {french.counted(cell.days, "jour")}</span>'
