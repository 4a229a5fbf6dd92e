"""The list of companies: its page, its filters, its columns, its export, its printed form."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from companies.exports import FORMATS, MAX_ROWS, export_file
from companies.listing import CompanyListing
from companies.models import Company, DefaultView, SavedView
from companies.permissions import EDITORS, can_edit_company, can_export_companies
from core.lists import COUNT_CAP, Count, capped_counts

# The address of the whole list for somebody whose bare address opens a view.
EVERYTHING = "view=all"
SESSION_COLUMNS = "company_columns"
PRINT_SIZE = 2000
# In a list too long to be counted whole, a selection is counted so far.
SELECTION_CAP = 2000


@dataclass(frozen=True)
class BuiltIn:
    """A view everybody has. `hot`: what it holds asks for a hand."""

    label: str
    query: str
    counted: bool = False
    hot: bool = False
    editors: bool = False


BUILT_IN = (
    BuiltIn("Toutes", ""),
    BuiltIn("Mes entreprises", "adviser=me", editors=True),
    BuiltIn("Sans prochaine action", "action=forgotten", counted=True, hot=True),
    BuiltIn("Groupe pilote", "pilot=yes", counted=True),
    BuiltIn("En veille", "state=watch"),
)


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool
    count: Count | None = None
    hot: bool = False
    note: str = ""


def companies_of(request: HttpRequest) -> QuerySet:
    return Company.objects.visible_to(request.user).in_structure(request.structure)


def listing_of(request: HttpRequest, query: QueryDict | None = None) -> CompanyListing:
    """The list this request speaks of; `query` when the filters came otherwise than by the address."""
    return CompanyListing(
        user=request.user,
        base=companies_of(request),
        query=request.GET if query is None else query,
        today=timezone.localdate(),
        remembered=request.session.get(SESSION_COLUMNS, ()),
    )


@require_safe
def company_list(request: HttpRequest) -> HttpResponse:
    listing = listing_of(request)
    views = SavedView.objects.visible_to(request.user).with_default_of(request.user, listing.key)
    views = list(views.select_related("owner").order_by("name", "pk"))
    default = next((view for view in views if view.is_default), None)
    if default and not request.GET:
        return redirect(view_url(listing.path, default))
    listing.bare_query = EVERYTHING if default else ""
    count, total, tab_counts = _counts(request, listing)
    context = {
        "listing": listing,
        "page": listing.page,
        "count": count,
        "total": total,
        "tabs": _tabs(request, listing, views, tab_counts),
        "view": _current_view(request, views),
        "editable": can_edit_company(request.user, request.structure),
        "exportable": can_export_companies(request.user, request.structure),
    }
    return render(request, "companies/company_list.html", context)


def _counts(request: HttpRequest, listing: CompanyListing) -> tuple[Count, Count, list[Count | None]]:
    """Of the list, of everything, of each tab that says a figure: in two queries.

    No tab is counted when everything passes the cap: such a count would read the whole table.
    """
    (total,) = capped_counts(companies_of(request))
    tabs = [view for view in BUILT_IN if view.counted]
    asked = [] if total.is_capped else [listing_of(request, QueryDict(view.query)).filtered for view in tabs]
    caps = [COUNT_CAP] * len(asked)
    if not listing.filterset.is_empty:
        asked.append(listing.filtered)
        caps.append(SELECTION_CAP if total.is_capped else COUNT_CAP)
    counts = capped_counts(*asked, caps=caps) if asked else []
    count = total if listing.filterset.is_empty else counts.pop()
    return count, total, [None] * len(tabs) if total.is_capped else list(counts)


def _tabs(
    request: HttpRequest, listing: CompanyListing, views: list[SavedView], counted: list[Count | None]
) -> list[Tab]:
    tabs, counts, chosen = [], iter(counted), request.GET.get("view", "")
    chosen = "" if chosen == "all" else chosen
    editor, names = request.user.access.has_role(None, *EDITORS), _names(request, views)
    for view in BUILT_IN:
        count = next(counts) if view.counted else None
        if view.editors and not editor:
            continue
        url = f"{listing.path}?{view.query}" if view.query else listing.all_url
        tabs.append(Tab(view.label, url, not chosen and listing.filter_query == view.query, count, view.hot))
    for saved in views:
        note = "" if saved.owner_id == request.user.pk else f"partagée par {saved.owner.full_name}"
        note = ", ".join(filter(None, ["votre vue par défaut" if saved.is_default else "", note]))
        tabs.append(Tab(names[saved], view_url(listing.path, saved), chosen == str(saved.pk), note=note))
    return tabs


def _names(request: HttpRequest, views: list[SavedView]) -> dict[SavedView, str]:
    """What each view is called; namesakes say whose they are: of which structure, or within one, of whom."""
    structures = {structure.pk: str(structure).replace("Mission Locale", "ML") for structure in request.structures}
    namesakes: dict[str, list[SavedView]] = {}
    for view in views:
        namesakes.setdefault(view.name, []).append(view)
    names = {}
    for name, several in namesakes.items():
        apart = len({view.structure_id for view in several}) == len(several)
        for view in several:
            whose = structures.get(view.structure_id, "") if apart else view.owner.full_name
            names[view] = name if len(several) == 1 else f"{name} ({whose})"
    return names


def view_url(path: str, view: SavedView) -> str:
    query = QueryDict(view.query, mutable=True)
    query["view"] = str(view.pk)
    return f"{path}?{query.urlencode()}"


def _current_view(request: HttpRequest, views: list[SavedView]) -> dict[str, Any] | None:
    """The saved view the page shows; whether it is one's own; whether it was changed since."""
    chosen = request.GET.get("view", "")
    saved = next((view for view in views if str(view.pk) == chosen), None)
    if saved is None:
        return None
    query = request.GET.copy()
    for name in ("view", "after", "before"):
        query.pop(name, None)
    changed = sorted(query.lists()) != sorted(QueryDict(saved.query).lists())
    return {"row": saved, "is_own": saved.owner_id == request.user.pk, "changed": changed}


@require_safe
def company_filters(request: HttpRequest) -> HttpResponse:
    """The choice of filters: a window over the list, or a page of its own without script."""
    listing = listing_of(request)
    if DefaultView.objects.visible_to(request.user).filter(user=request.user, listing=listing.key).exists():
        listing.bare_query = EVERYTHING
    partial = request.htmx and not request.htmx.boosted
    template = "companies/partials/company_filters.html" if partial else "companies/company_filters.html"
    response = render(request, template, {"listing": listing, "groups": listing.filterset.panel_groups()})
    response["Vary"] = "HX-Request"
    return response


@require_POST
def company_columns(request: HttpRequest) -> HttpResponse:
    """Columns chosen: in the address from now on, and remembered for the session."""
    listing = listing_of(request, QueryDict(request.POST.get("query", "")))
    known = {column.name for column in listing.columns if not column.fixed}
    chosen = [name for name in request.POST.getlist("columns") if name in known]
    if "usual" in request.POST or not chosen:
        request.session.pop(SESSION_COLUMNS, None)
        return redirect(listing.url(without=("columns",)))
    request.session[SESSION_COLUMNS] = chosen
    return redirect(listing.url(columns=chosen))


@require_safe
def company_print(request: HttpRequest) -> HttpResponse:
    """The same list, long, without what is to be pressed."""
    listing = listing_of(request)
    listing.page_size = PRINT_SIZE
    (count,) = capped_counts(listing.filtered)
    return render(request, "companies/company_print.html", {"listing": listing, "count": count})


@require_safe
def company_export(request: HttpRequest) -> HttpResponse:
    """CSV or XLSX of exactly what is shown, or with every column."""
    if not can_export_companies(request.user, request.structure):
        raise PermissionDenied
    listing = listing_of(request)
    # A person may read a structure's companies without the right to take them away.
    listing.base = listing.base.filter(structure_id__in=request.user.access.structure_ids(EDITORS))
    kind = request.GET.get("format", "")
    if kind not in FORMATS:
        kind = "csv"
    every = request.GET.get("all") == "1"
    (count,) = capped_counts(listing.filtered, caps=[MAX_ROWS])
    if count.is_capped:
        return render(request, "companies/export_refused.html", {"listing": listing, "most": MAX_ROWS}, status=413)
    file = export_file(listing, kind, every_column=every)
    name = f"entreprises-{timezone.localdate():%Y-%m-%d}.{kind}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=FORMATS[kind])
