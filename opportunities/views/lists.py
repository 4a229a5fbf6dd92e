"""Opportunities together: the board, the list, the seasons, the list's export, its paper, a gesture on several."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.doors import allow
from core.french import MONTHS, SHORT_MONTHS, counted
from core.lists import Count, capped_counts
from core.views.lists import Tab, answer_columns, answer_export, answer_filters
from core.views.saved_views import KeptList, is_view_chosen, keeps_views, shown_views, with_default_view
from opportunities.actions import assign_manager
from opportunities.forms import ManagerForm
from opportunities.listing import OpportunityListing
from opportunities.permissions import (
    EDITORS,
    can_edit_opportunity,
    can_export_opportunities,
    can_move_opportunity,
    can_view_opportunity,
)
from opportunities.queries import board_of, opportunities_of, seasons_of
from opportunities.views.opportunities import moves_of

SESSION_COLUMNS = "opportunity_columns"
PRINT_SIZE = 2000
MAX_TICKED = 1000
# The pages that share the filters, by the word of the address.
PAGES = {"tableau": "opportunity_board", "saisons": "opportunity_seasons"}
# Queries as `Listing.filter_query` writes them: filters in their order.
TABS = (
    ("Toutes", ""),
    ("En cours", "state=live"),
    ("Les miennes", "state=live&manager=me"),
    ("Réponse attendue", "answer=soon"),
    ("Places libres", "state=open&free=yes"),
)
# The one that asks for a hand is counted; the others would cost a reading of the table each.
HOT = "answer=soon"


def listing_of(
    request: HttpRequest, query: QueryDict | None = None, *, page: str = "opportunity_list"
) -> OpportunityListing:
    listing = OpportunityListing(
        user=request.user,
        base=opportunities_of(request.user, request.structure),
        query=request.GET if query is None else query,
        today=timezone.localdate(),
        remembered=request.session.get(SESSION_COLUMNS, ()),
    )
    listing.page_name = page
    return listing


keeps_views(
    KeptList(
        key=OpportunityListing.key,
        back="Opportunités",
        everything="toutes les opportunités",
        listing_of=listing_of,
        may_view=can_view_opportunity,
        may_share=can_edit_opportunity,
    )
)


# --- board and seasons ----------------------------------------------------------------------------
@require_safe
def opportunity_board(request: HttpRequest) -> HttpResponse:
    """What is being worked on, by phase and state."""
    allow(can_view_opportunity(request.user))
    listing = listing_of(request, page="opportunity_board")
    today = listing.today
    board = board_of(shown=listing.filtered, user=request.user, structure=request.structure, today=today)
    movable = can_move_opportunity(request.user, request.structure)
    for lane in board.lanes:
        for group in lane.groups:
            for card in group.cards:
                mine = movable and can_move_opportunity(request.user, card)
                card.gestures = moves_of(card) if mine else []
    context = {
        "board": board,
        "listing": listing,
        "today": today,
        "page_word": "tableau",
        "editable": can_edit_opportunity(request.user, request.structure),
    }
    return render(request, "opportunities/opportunity_board.html", context)


@require_safe
def opportunity_seasons(request: HttpRequest) -> HttpResponse:
    """What comes back every year, month by month."""
    allow(can_view_opportunity(request.user))
    listing = listing_of(request, page="opportunity_seasons")
    seasons = seasons_of(shown=listing.filtered, today=listing.today)
    months = [
        {"number": number, "short": SHORT_MONTHS[number - 1], "name": MONTHS[number - 1], "count": count}
        for number, count in enumerate(seasons.counts, start=1)
    ]
    context = {
        "seasons": seasons,
        "months": months,
        "this_month": listing.today.month,
        "next_month": MONTHS[seasons.next_month - 1],
        "listing": listing,
        "page_word": "saisons",
        "editable": can_edit_opportunity(request.user, request.structure),
    }
    return render(request, "opportunities/opportunity_seasons.html", context)


# --- list -----------------------------------------------------------------------------------------
@require_safe
def opportunity_list(request: HttpRequest) -> HttpResponse:
    allow(can_view_opportunity(request.user))
    listing = listing_of(request)
    views = shown_views(request, listing)
    if views.opens_on:
        return redirect(views.opens_on)
    total, count, tabs = _counts(request, listing)
    context = {
        "listing": listing,
        "page": listing.page,
        "count": count,
        "total": total,
        "tabs": [*tabs, *views.tabs],
        "view": views.current,
        "editable": can_edit_opportunity(request.user, request.structure),
        "exportable": can_export_opportunities(request.user, request.structure),
    }
    return render(request, "opportunities/opportunity_list.html", context)


def _counts(request: HttpRequest, listing: OpportunityListing) -> tuple[Count, Count, list[Tab]]:
    """Of everything, of the list, of the tab that asks for a hand: in one query."""
    asked = [listing.base, listing_of(request, QueryDict(HOT)).filtered]
    if not listing.filterset.is_empty:
        asked.append(listing.filtered)
    total, hot, *filtered = capped_counts(*asked)
    tabs, chosen = [], is_view_chosen(request)
    for label, query in TABS:
        url = f"{listing.path}?{query}" if query else listing.all_url
        here = not chosen and listing.filter_query == query
        tabs.append(Tab(label, url, here, hot if query == HOT else None, hot=query == HOT))
    return total, filtered[0] if filtered else total, tabs


@require_safe
def opportunity_filters(request: HttpRequest) -> HttpResponse:
    """The choice of filters, of the list, of the board or of the seasons (`page`)."""
    allow(can_view_opportunity(request.user))
    query = request.GET.copy()
    word = query.pop("page", [""])[-1]
    listing = listing_of(request, query, page=PAGES.get(word, "opportunity_list"))
    if listing.page_name == "opportunity_list":
        with_default_view(request, listing)
    title = "Filtrer les opportunités"
    return answer_filters(request, listing, title=title, submit="Voir les opportunités", back="Opportunités")


@require_POST
def opportunity_columns(request: HttpRequest) -> HttpResponse:
    allow(can_view_opportunity(request.user))
    return answer_columns(request, listing_of, session_key=SESSION_COLUMNS)


@require_safe
def opportunity_print(request: HttpRequest) -> HttpResponse:
    """The same list, long, without what is to be pressed."""
    allow(can_view_opportunity(request.user))
    listing = listing_of(request)
    listing.page_size = PRINT_SIZE
    (count,) = capped_counts(listing.filtered)
    return render(request, "opportunities/opportunity_print.html", {"listing": listing, "count": count})


@require_safe
def opportunity_export(request: HttpRequest) -> HttpResponse:
    """CSV or XLSX of exactly what is shown, or with every column."""
    allow(can_export_opportunities(request.user, request.structure))
    listing = listing_of(request)
    # A person may read a structure's opportunities without the right to take them away.
    listing.base = listing.base.filter(structure_id__in=request.user.access.structure_ids(EDITORS))
    return answer_export(request, listing, name="opportunites", sheet="Opportunités")


# --- several at once ------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def opportunity_assign(request: HttpRequest) -> HttpResponse:
    """Who manages those that are ticked: asked, then written."""
    allow(can_edit_opportunity(request.user))
    listing = listing_of(request, QueryDict(request.POST.get("query", "")[:4000]))
    ids = [int(text) for text in request.POST.getlist("ids")[:MAX_TICKED] if text.isdecimal() and len(text) < 19]
    editable = listing.base.filter(structure_id__in=request.user.access.structure_ids(EDITORS))
    rows = list(editable.filter(pk__in=ids).select_related("company").order_by("title_key", "pk"))
    if not rows:
        if request.method == "POST":
            messages.warning(request, "Cochez d’abord une ou plusieurs opportunités.")
        return redirect(listing.url())
    asked = request.POST.get("step") == "apply"
    form = ManagerForm(request.POST if asked else None, structure_ids=sorted({row.structure_id for row in rows}))
    if asked and form.is_valid():
        manager: Any = form.cleaned_data["manager"]
        changed = assign_manager(opportunities=rows, manager=manager, by=request.user, now=timezone.now())
        messages.success(request, f"C’est fait pour {counted(len(changed), 'opportunité')}.")
        return redirect(listing.url())
    context = {"form": form, "rows": rows, "listing": listing, "query": request.POST.get("query", "")}
    return render(request, "opportunities/opportunity_assign.html", context)
