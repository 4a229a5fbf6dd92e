"""The list of needs: its page, filters, columns, export, print; and the screen of those without a solution."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.doors import allow
from core.lists import COUNT_CAP, capped_counts
from core.views.lists import Tab, answer_columns, answer_filters
from core.views.saved_views import KeptList, is_view_chosen, keeps_views, shown_views, with_default_view
from youth.listings.needs import NeedListing
from youth.models import Need
from youth.permissions import can_log_need, can_view_need
from youth.queries.needs import unsolved_needs
from youth.unsolved import groups_of
from youth.views.exports import PeopleExport, answer_guarded_export

SESSION_COLUMNS = "need_columns"
PEOPLE_EXPORT = PeopleExport(
    title="Exporter les besoins",
    back="Besoins",
    leaving="besoin quitte,besoins quittent",
    name="besoins",
    sheet="Besoins",
    reason="Export de la liste des besoins",
    person="young_person_id",
)
PRINT_SIZE = 2000
# A tab says « 1 000+ » beyond: it tells that there is work, not how much to the last one.
TAB_CAP = 1_000
# A meeting reads no more than that; the list holds the others.
MOST_UNSOLVED = 200


@dataclass(frozen=True)
class BuiltIn:
    """A view everybody has. `hot`: what it holds asks for a hand; `own`: for whoever follows young people."""

    label: str
    query: str
    counted: bool = False
    hot: bool = False
    own: bool = False


BUILT_IN = (
    BuiltIn("En attente", ""),
    BuiltIn("De mes jeunes", "counsellor=me", own=True),
    BuiltIn("Sans solution", "state=open", counted=True),
    BuiltIn("Plus de 30\u00a0jours", "age=30", counted=True, hot=True),
    BuiltIn("Clos", "state=abandoned&state=met"),
)


def listing_of(request: HttpRequest, query: QueryDict | None = None) -> NeedListing:
    return NeedListing(
        user=request.user,
        base=Need.objects.visible_to(request.user).in_structure(request.structure),
        query=request.GET if query is None else query,
        today=timezone.localdate(),
        remembered=request.session.get(SESSION_COLUMNS, ()),
    )


keeps_views(
    KeptList(
        key=NeedListing.key,
        back="Besoins",
        everything="tous les besoins en attente",
        listing_of=listing_of,
        may_view=can_view_need,
        may_share=can_view_need,
    )
)


@require_safe
def need_list(request: HttpRequest) -> HttpResponse:
    allow(can_view_need(request.user))
    listing = listing_of(request)
    views = shown_views(request, listing)
    if views.opens_on:
        return redirect(views.opens_on)
    chosen = is_view_chosen(request)
    tabs = [tab for tab in BUILT_IN if not tab.own or can_log_need(request.user)]
    counted = [tab for tab in tabs if tab.counted]
    counts = capped_counts(
        listing.filtered,
        listing.base,
        *(listing_of(request, QueryDict(tab.query)).filtered for tab in counted),
        caps=[COUNT_CAP, COUNT_CAP, *[TAB_CAP] * len(counted)],
    )
    by_tab = dict(zip(counted, counts[2:], strict=True))
    context = {
        "listing": listing,
        "page": listing.page,
        "count": counts[0],
        "total": counts[1],
        "tabs": [
            Tab(
                tab.label,
                f"{listing.path}?{tab.query}" if tab.query else listing.all_url,
                not chosen and listing.filter_query == tab.query,
                by_tab.get(tab),
                tab.hot,
            )
            for tab in tabs
        ]
        + views.tabs,
        "view": views.current,
        "may_log": can_log_need(request.user, request.structure),
    }
    return render(request, "youth/need_list.html", context)


@require_safe
def need_filters(request: HttpRequest) -> HttpResponse:
    allow(can_view_need(request.user))
    listing = listing_of(request)
    with_default_view(request, listing)
    return answer_filters(request, listing, title="Filtrer les besoins", submit="Voir les besoins", back="Besoins")


@require_POST
def need_columns(request: HttpRequest) -> HttpResponse:
    allow(can_view_need(request.user))
    return answer_columns(request, listing_of, session_key=SESSION_COLUMNS)


@require_safe
def need_print(request: HttpRequest) -> HttpResponse:
    """The same list, long, without what is to be pressed."""
    allow(can_view_need(request.user))
    listing = listing_of(request)
    listing.page_size = PRINT_SIZE
    (count,) = capped_counts(listing.filtered)
    return render(request, "youth/need_print.html", {"listing": listing, "count": count})


@require_http_methods(["GET", "HEAD", "POST"])
def need_export(request: HttpRequest) -> HttpResponse:
    """First names and initials, whoever exports; said first, guarded and written down like a list of files."""
    allow(can_view_need(request.user))
    return answer_guarded_export(request, listing_of(request), PEOPLE_EXPORT)


@require_safe
def need_unsolved(request: HttpRequest) -> HttpResponse:
    """For a team meeting, projected or printed: what nothing has been proposed for."""
    allow(can_view_need(request.user))
    rows = list(unsolved_needs(user=request.user, structure=request.structure)[: MOST_UNSOLVED + 1])
    groups = groups_of(rows[:MOST_UNSOLVED], user=request.user, today=timezone.localdate())
    context = {
        "groups": groups,
        "shown": ",".join(str(need.pk) for need in rows[:MOST_UNSOLVED]),
        "count": min(len(rows), MOST_UNSOLVED),
        "is_cut": len(rows) > MOST_UNSOLVED,
        "oldest": max((group.oldest for group in groups), default=0),
        "today": timezone.localdate(),
        "may_log": can_log_need(request.user, request.structure),
    }
    return render(request, "youth/need_unsolved.html", context)
