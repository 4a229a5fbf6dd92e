"""The list of placements, with its filters, columns and file."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.doors import allow
from core.lists import capped_counts
from core.views.lists import Tab, answer_columns, answer_filters
from opportunities.models import Placement
from opportunities.permissions import EDITORS, can_export_opportunities, can_view_opportunity
from opportunities.placement_listing import PlacementListing
from youth.views.exports import PeopleExport, answer_guarded_export

SESSION_COLUMNS = "placement_columns"
PEOPLE_EXPORT = PeopleExport(
    title="Exporter les positionnements",
    back="Positionnements",
    leaving="positionnement quitte,positionnements quittent",
    name="positionnements",
    sheet="Positionnements",
    reason="Export de la liste des positionnements",
    person="young_person_id",
)
# Queries as `Listing.filter_query` writes them: filters in their order.
TABS = (
    ("En cours", "state=live", False),
    ("À suivre", "late=any", True),
    ("Mes jeunes", "state=live&counsellor=me", False),
    ("Mes opportunités", "state=live&manager=me", False),
    ("Réalisations", "state=done", False),
)


def placements_of(request: HttpRequest) -> QuerySet:
    return Placement.objects.visible_to(request.user).in_structure(request.structure)


def listing_of(request: HttpRequest, query: QueryDict | None = None) -> PlacementListing:
    return PlacementListing(
        user=request.user,
        base=placements_of(request),
        query=request.GET if query is None else query,
        today=timezone.localdate(),
        remembered=request.session.get(SESSION_COLUMNS, ()),
    )


@require_safe
def placement_list(request: HttpRequest) -> HttpResponse:
    allow(can_view_opportunity(request.user))
    listing = listing_of(request)
    late = listing_of(request, QueryDict("late=any")).filtered
    count, total, late_count = capped_counts(listing.filtered, listing.base, late)
    tabs = [Tab("Tous", listing.path, listing.filterset.is_empty, None)]
    for label, query, hot in TABS:
        current = listing.filter_query == query
        tabs.append(Tab(label, f"{listing.path}?{query}", current, late_count if hot else None, hot))
    context = {
        "listing": listing,
        "page": listing.page,
        "count": count,
        "total": total,
        "tabs": tabs,
        "exportable": can_export_opportunities(request.user, request.structure),
    }
    return render(request, "opportunities/placement_list.html", context)


@require_safe
def placement_filters(request: HttpRequest) -> HttpResponse:
    allow(can_view_opportunity(request.user))
    return answer_filters(
        request,
        listing_of(request),
        title="Filtrer les positionnements",
        submit="Voir les positionnements",
        back="Positionnements",
    )


@require_POST
def placement_columns(request: HttpRequest) -> HttpResponse:
    allow(can_view_opportunity(request.user))
    return answer_columns(request, listing_of, session_key=SESSION_COLUMNS)


@require_http_methods(["GET", "HEAD", "POST"])
def placement_export(request: HttpRequest) -> HttpResponse:
    """First names and initials, nothing of the files; said first, guarded and written down like a list of files."""
    allow(can_export_opportunities(request.user, request.structure))
    listing = listing_of(request)
    # A person may read a structure's placements without the right to take them away.
    listing.base = listing.base.filter(structure_id__in=request.user.access.structure_ids(EDITORS))
    return answer_guarded_export(request, listing, PEOPLE_EXPORT)
