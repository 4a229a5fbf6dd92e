"""`{% load coverage %}`: the rows of the grid, drawn here: a template would look up thousands of names to draw them."""

from collections.abc import Iterable, Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core import french
from core.templatetags.components import phase
from opportunities.coverage import Cell, Row

register = template.Library()

_NEVER = mark_safe('<span class="muted">aucune</span>')


@register.simple_tag
def coverage_rows(lines: Iterable[tuple[Row, Sequence[tuple[Cell, str]]]], *, chosen: Cell | None) -> SafeString:
    """`{% coverage_rows lines chosen=cell %}`: a line for each row; `chosen`: the cell told about under the grid."""
    drawn = []
    for row, cells in lines:
        drawn.append(mark_safe("<tr>") if row.needs else mark_safe('<tr class="quiet">'))
        drawn.append(format_html('<th scope="row">{}</th>', row.label))
        drawn += [_cell(cell, address, is_chosen=cell == chosen) for cell, address in cells]
        look = "late" if row.is_slow else "muted"
        said = _NEVER if row.days is None else french.counted(row.days, "jour")
        drawn.append(format_html('<td class="delay {}">{}</td></tr>', look, said))
    return mark_safe("".join(drawn))


def _cell(cell: Cell, address: str, *, is_chosen: bool) -> SafeString:
    said = format_html('<span class="phase-said">{}</span>', phase(int(cell.phase)))
    if not cell.needs:
        return format_html(
            '<td class="{}"><span class="cell">{}<span class="what">aucun besoin{}</span> {}</span></td>',
            cell.look,
            said,
            f" · {cell.places_words}" if cell.places else "",
            _days(cell),
        )
    return format_html(
        '<td class="{}{}"><a href="{}"{}>{}<span><b>{}</b> <span class="what">{} · {}</span>{}</span></a></td>',
        cell.look,
        " chosen" if is_chosen else "",
        address,
        mark_safe(' aria-current="true"') if is_chosen else "",
        said,
        french.number(cell.needs),
        cell.needs_words,
        cell.places_words,
        _days(cell, comma=True),
    )


def _days(cell: Cell, *, comma: bool = False) -> SafeString | str:
    """`comma`: parts it from what is said before, for whoever hears the page."""
    if cell.days is None:
        return ""
    return format_html(
        '<span class="days{}">{}proposé en {}</span>',
        " late" if cell.is_slow else "",
        mark_safe('<span class="visually-hidden">, </span>') if comma else "",
        french.counted(cell.days, "jour"),
    )
