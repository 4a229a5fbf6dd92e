"""The rows of a list, drawn here: a template would look up some thousand names to draw one page of them."""

from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from core.addresses import url_of_row

register = template.Library()


@register.simple_tag
def row_url(name: str, pk: int) -> str:
    """`{% row_url "opportunities:need_panel" need.pk %}`: like `url`, for what a page says hundreds of times."""
    return url_of_row(name, pk)


@register.simple_tag
def list_rows(listing: Any, *, selectable: bool = False) -> SafeString:
    """`{% list_rows listing selectable=editable %}`: a line for each row of the page (core.lists.Listing).

    The first cell is the line's header; `selectable` puts a box before it.
    """
    first, *others = listing.shown_columns
    cells = [(f'<td class="{column.css}">' if column.css else "<td>", column.cell) for column in others]
    drawn = []
    for row in listing.page.rows:
        box = _box(row) if selectable else ""
        drawn.append(
            f'<tr>{box}<th scope="row" class="{first.css}">{conditional_escape(first.cell(row, listing))}</th>'
        )
        drawn += [f"{opening}{conditional_escape(cell(row, listing))}</td>" for opening, cell in cells]
        drawn.append("</tr>")
    return mark_safe("".join(drawn))


def _box(row: Any) -> SafeString:
    return format_html(
        '<td class="tick"><input type="checkbox" class="form-check-input" name="ids" value="{}" data-row'
        ' aria-label="Cocher {}"></td>',
        row.pk,
        row,
    )
