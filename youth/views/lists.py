"""The list of young people: its page, its filters, its columns, its export."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from core.addresses import url_if_any
from core.doors import allow
from core.lists import capped_counts
from core.views.lists import Tab, answer_columns, answer_filters
from youth.filters.young_people import ERASURE_NOTICE
from youth.listings.young_people import EVERYBODY, YoungPersonListing
from youth.models import Need, YoungPerson
from youth.permissions import can_edit_file, can_export_files, can_import_youth, can_view_file
from youth.views.exports import PeopleExport, answer_guarded_export

SESSION_COLUMNS = "young_person_columns"
PEOPLE_EXPORT = PeopleExport(
    title="Exporter la liste des jeunes",
    back="Jeunes",
    leaving="dossier quitte,dossiers quittent",
    name="jeunes",
    sheet="Jeunes",
    reason="Export de la liste",
    person="pk",
)


@dataclass(frozen=True)
class BuiltIn:
    """A view everybody has. `counted(people, user, day)`: what its figure counts, said as the filters say it.

    `hot`: what it holds asks for a hand.
    """

    label: str
    query: str
    counted: Callable[[Any, Any, dt.date], QuerySet] | None = None
    hot: bool = False


def _without_need(people: Any, user: Any, day: dt.date) -> QuerySet:
    waiting = Need.objects.visible_to(user).waiting().filter(young_person=OuterRef("pk"))
    return people.followed().filter(~Exists(waiting))


MINE = BuiltIn("Mes jeunes", "counsellor=me&here=followed", lambda people, user, day: people.of(user).followed())
BUILT_IN = (
    MINE,
    BuiltIn("Tous", EVERYBODY),
    BuiltIn("Sans besoin noté", "here=followed&need=none", _without_need),
    BuiltIn(
        "Sans référent",
        "counsellor=none&here=followed",
        lambda people, user, day: people.followed().filter(counsellor=None),
        hot=True,
    ),
    BuiltIn(
        "À effacer bientôt",
        "erase=soon",
        lambda people, user, day: people.due_for_erasure_on(day + ERASURE_NOTICE),
        hot=True,
    ),
    BuiltIn("Sortis", "here=left"),
)


def young_people_of(request: HttpRequest) -> QuerySet:
    return YoungPerson.objects.visible_to(request.user).in_structure(request.structure)


def listing_of(request: HttpRequest, query: QueryDict | None = None) -> YoungPersonListing:
    """The list this request speaks of; `query` when the filters came otherwise than by the address."""
    return YoungPersonListing(
        user=request.user,
        base=young_people_of(request),
        query=request.GET if query is None else query,
        today=timezone.localdate(),
        remembered=request.session.get(SESSION_COLUMNS, ()),
    )


@require_safe
def young_person_list(request: HttpRequest) -> HttpResponse:
    allow(can_view_file(request.user, request.structure))
    # Whoever follows young people begins with her own; « Tous » is one tab away.
    if not request.GET and request.user.access.has_role(None, Role.COUNSELLOR):
        return redirect(f"{reverse('youth:young_person_list')}?{MINE.query}")
    listing = listing_of(request)
    tabs = [view for view in BUILT_IN if view.counted]
    people = young_people_of(request)
    asked = [view.counted(people, request.user, listing.today) for view in tabs if view.counted]
    *tab_counts, count, total = capped_counts(*asked, listing.filtered, people)
    counts = iter(tab_counts)
    context = {
        "listing": listing,
        "page": listing.page,
        "count": count,
        "total": total,
        "tabs": [
            Tab(
                view.label,
                f"{listing.path}?{view.query}",
                _is_current(listing, view),
                next(counts) if view.counted else None,
                view.hot,
            )
            for view in BUILT_IN
        ],
        "editable": can_edit_file(request.user, request.structure),
        "exportable": can_export_files(request.user, request.structure),
        "import_url": url_if_any("youth:import_create") if can_import_youth(request.user, request.structure) else "",
    }
    return render(request, "youth/young_person_list.html", context)


def _is_current(listing: YoungPersonListing, view: BuiltIn) -> bool:
    return listing.filter_query == ("" if view.query == EVERYBODY else view.query)


@require_safe
def young_person_filters(request: HttpRequest) -> HttpResponse:
    allow(can_view_file(request.user, request.structure))
    listing = listing_of(request)
    return answer_filters(request, listing, title="Filtrer les jeunes", submit="Voir les jeunes", back="Jeunes")


@require_POST
def young_person_columns(request: HttpRequest) -> HttpResponse:
    allow(can_view_file(request.user, request.structure))
    return answer_columns(request, listing_of, session_key=SESSION_COLUMNS)


@require_http_methods(["GET", "HEAD", "POST"])
def young_person_export(request: HttpRequest) -> HttpResponse:
    allow(can_export_files(request.user, request.structure))
    return answer_guarded_export(request, listing_of(request), PEOPLE_EXPORT)
