"""What every list answers beside its page: the choice of filters, the choice of columns. See docs/lists.md."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from core.exports import FORMATS, MAX_ROWS, export_file
from core.lists import Count, Listing, capped_counts


@dataclass(frozen=True)
class Tab:
    """A view of the list, as `templates/core/list/tabs.html` draws it. `hot`: what it holds asks for a hand."""

    label: str
    url: str
    current: bool
    count: Count | None = None
    hot: bool = False
    note: str = ""


def answer_filters(request: HttpRequest, listing: Listing, *, title: str, submit: str, back: str) -> HttpResponse:
    """The filters in a window over the list, or a page of its own without script. `back`: the list's short name."""
    partial = request.htmx and not request.htmx.boosted
    template = "core/list/filters_dialog.html" if partial else "core/list/filters_page.html"
    groups = listing.filterset.panel_groups()
    context = {"listing": listing, "groups": groups, "title": title, "submit": submit, "back": back}
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response


def answer_columns(
    request: HttpRequest, listing_of: Callable[[HttpRequest, QueryDict], Listing], *, session_key: str
) -> HttpResponse:
    """Columns chosen: in the address from now on, and remembered for the session."""
    listing: Any = listing_of(request, QueryDict(request.POST.get("query", "")))
    known = {column.name for column in listing.columns if not column.fixed}
    chosen = [name for name in request.POST.getlist("columns") if name in known]
    if "usual" in request.POST or not chosen:
        request.session.pop(session_key, None)
        return redirect(listing.url(without=("columns",)))
    request.session[session_key] = chosen
    return redirect(listing.url(columns=chosen))


def answer_export(
    request: HttpRequest,
    listing: Listing,
    *,
    name: str,
    sheet: str,
    before: Callable[[], HttpResponse | None] | None = None,
) -> HttpResponse:
    """CSV or XLSX of exactly what is shown, or with every column. `name`: of the file, the day is added to it.

    A list too long is refused in words. `before`: what must be written first, or the answer that refuses the file.
    """
    asked = request.POST if request.method == "POST" else request.GET
    kind = asked.get("format", "")
    kind = kind if kind in FORMATS else "csv"
    (count,) = capped_counts(listing.filtered, caps=[MAX_ROWS])
    if count.is_capped:
        return render(request, "core/list/export_refused.html", {"listing": listing, "most": MAX_ROWS}, status=413)
    refusal = before() if before else None
    if refusal is not None:
        return refusal
    file = export_file(listing, kind, sheet=sheet, every_column=asked.get("all") == "1")
    file_name = f"{name}-{timezone.localdate():%Y-%m-%d}.{kind}"
    return FileResponse(file, as_attachment=True, filename=file_name, content_type=FORMATS[kind])
