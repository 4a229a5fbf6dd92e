"""The list of companies: its page, its filters, its columns, its export, its printed form."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from companies.listing import CompanyListing
from companies.models import Company
from companies.permissions import EDITORS, can_edit_company, can_export_companies, can_share_view, can_view_company
from core.lists import COUNT_CAP, Count, capped_counts
from core.views.lists import Tab, answer_columns, answer_export, answer_filters
from core.views.saved_views import KeptList, is_view_chosen, keeps_views, shown_views, with_default_view

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


keeps_views(
    KeptList(
        key=CompanyListing.key,
        back="Entreprises",
        everything="toutes les entreprises",
        listing_of=listing_of,
        may_view=can_view_company,
        may_share=can_share_view,
    )
)


@require_safe
def company_list(request: HttpRequest) -> HttpResponse:
    listing = listing_of(request)
    views = shown_views(request, listing)
    if views.opens_on:
        return redirect(views.opens_on)
    count, total, tab_counts = _counts(request, listing)
    context = {
        "listing": listing,
        "page": listing.page,
        "count": count,
        "total": total,
        "tabs": [*_tabs(request, listing, tab_counts), *views.tabs],
        "view": views.current,
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


def _tabs(request: HttpRequest, listing: CompanyListing, counted: list[Count | None]) -> list[Tab]:
    tabs, counts, chosen = [], iter(counted), is_view_chosen(request)
    editor = request.user.access.has_role(None, *EDITORS)
    for view in BUILT_IN:
        count = next(counts) if view.counted else None
        if view.editors and not editor:
            continue
        url = f"{listing.path}?{view.query}" if view.query else listing.all_url
        tabs.append(Tab(view.label, url, not chosen and listing.filter_query == view.query, count, view.hot))
    return tabs


@require_safe
def company_filters(request: HttpRequest) -> HttpResponse:
    """The choice of filters: a window over the list, or a page of its own without script."""
    listing = listing_of(request)
    with_default_view(request, listing)
    title = "Filtrer les entreprises"
    return answer_filters(request, listing, title=title, submit="Voir les entreprises", back="Entreprises")


@require_POST
def company_columns(request: HttpRequest) -> HttpResponse:
    """Columns chosen: in the address from now on, and remembered for the session."""
    return answer_columns(request, listing_of, session_key=SESSION_COLUMNS)


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
    return answer_export(request, listing, name="entreprises", sheet="Entreprises")
