"""Lists kept under a name, for oneself or for the structure: their tabs in a list, and the gestures on them.

A list that keeps views says so once, where its views are: `keeps_views(KeptList(…))`; its page calls `shown_views`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.doors import allow
from core.lists import EVERYTHING, Listing
from core.models import DefaultView, SavedView
from core.saved_views import SavedViewForm, choose_default_view, forget_default_view
from core.views.lists import Tab

TOO_MANY = "Ces filtres sont trop nombreux pour être enregistrés\u00a0: retirez-en."


@dataclass(frozen=True)
class KeptList:
    """A list whose views are kept. `may_view`, `may_share`: predicates (user, structure or row).

    `back`: its short name, « Entreprises »; `everything`: what it shows without a filter, « toutes les entreprises ».
    """

    key: str
    back: str
    everything: str
    listing_of: Callable[[HttpRequest, QueryDict | None], Listing]
    may_view: Callable[[Any, Any], bool]
    may_share: Callable[[Any, Any], bool]


LISTS: dict[str, KeptList] = {}


def keeps_views(kept: KeptList) -> None:
    LISTS[kept.key] = kept


# --- in the page of a list ------------------------------------------------------------------------
@dataclass(frozen=True)
class ShownViews:
    """`opens_on`: where the bare address leads somebody who chose a default view; `tabs`; `current`: the view shown
    ({row, is_own, changed}), or None."""

    opens_on: str
    tabs: list[Tab]
    current: dict[str, Any] | None


def shown_views(request: HttpRequest, listing: Listing) -> ShownViews:
    """One query. The listing is told when its bare address opens a view, so that it can say how to see everything."""
    views = list(
        SavedView.objects.visible_to(request.user)
        .of_list(listing.key)
        .with_default_of(request.user)
        .select_related("owner")
        .order_by("name", "pk")
    )
    default = next((view for view in views if view.is_default), None)
    if default:
        listing.bare_query = EVERYTHING
    opens_on = view_url(listing, default) if default and not request.GET else ""
    return ShownViews(opens_on, _tabs(request, listing, views), _current_view(request, views))


def with_default_view(request: HttpRequest, listing: Listing) -> None:
    """The same told to the listing of a page that has no tabs: its choice of filters."""
    if listing.key in LISTS and not listing.bare_query:
        chosen = DefaultView.objects.visible_to(request.user).filter(user=request.user, listing=listing.key)
        listing.bare_query = EVERYTHING if chosen.exists() else ""


def is_view_chosen(request: HttpRequest) -> bool:
    """Whether a saved view is the tab on which one stands: none of the usual ones is then."""
    return request.GET.get("view", "") not in ("", "all")


def view_url(listing: Listing, view: SavedView) -> str:
    query = QueryDict(view.query, mutable=True)
    query["view"] = str(view.pk)
    return f"{listing.path}?{query.urlencode()}"


def _tabs(request: HttpRequest, listing: Listing, views: list[SavedView]) -> list[Tab]:
    chosen, names, tabs = request.GET.get("view", ""), _names(request, views), []
    for saved in views:
        note = "" if saved.owner_id == request.user.pk else f"partagée par {saved.owner.full_name}"
        note = ", ".join(filter(None, ["votre vue par défaut" if saved.is_default else "", note]))
        tabs.append(Tab(names[saved], view_url(listing, saved), chosen == str(saved.pk), note=note))
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


# --- the gestures ---------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_create(request: HttpRequest, key: str) -> HttpResponse:
    """Keep the filters, the order and the columns of the address under a name."""
    kept = LISTS.get(key)
    if kept is None:
        raise Http404
    among = [request.structure] if request.structure else request.structures
    structure = next((one for one in among if kept.may_view(request.user, one)), None)
    allow(structure is not None)
    given = request.POST.get("query", "") if request.method == "POST" else request.GET.urlencode()
    listing = kept.listing_of(request, QueryDict(given[:4000]))
    view = SavedView(structure=structure, owner=request.user, listing=key, query=listing.kept_query)
    form = SavedViewForm(request.POST or None, instance=view, may_share=kept.may_share(request.user, structure))
    if request.method == "POST" and form.is_valid():
        if len(view.query) > _longest():
            form.add_error(None, TOO_MANY)
        elif form.save_if_named_alone():
            messages.success(request, f"La vue «\u00a0{view.name}\u00a0» est enregistrée.")
            return redirect(view_url(listing, view))
    return _form_page(request, kept, form, listing)


def _longest() -> int:
    return SavedView._meta.get_field("query").max_length or 0


def _form_page(request: HttpRequest, kept: KeptList, form: SavedViewForm, listing: Listing) -> HttpResponse:
    context = {"form": form, "view": form.instance, "listing": listing, "kept": kept}
    return render(request, "core/list/saved_view_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename it, share it or keep it to oneself."""
    view, kept = _own_view(request, pk)
    listing = kept.listing_of(request, QueryDict(view.query))
    form = SavedViewForm(request.POST or None, instance=view, may_share=kept.may_share(request.user, view))
    if request.method == "POST" and form.is_valid() and form.save_if_named_alone():
        messages.success(request, f"La vue «\u00a0{view.name}\u00a0» est enregistrée.")
        return redirect(view_url(listing, view))
    return _form_page(request, kept, form, listing)


@require_POST
def saved_view_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep in the view the filters it has now on the page."""
    view, kept = _own_view(request, pk)
    listing = kept.listing_of(request, QueryDict(request.POST.get("query", "")[:4000]))
    if len(listing.kept_query) > _longest():
        messages.error(request, TOO_MANY)
        return redirect(view_url(listing, view))
    view.query = listing.kept_query
    view.save(update_fields=["query"])
    messages.success(request, f"La vue «\u00a0{view.name}\u00a0» garde maintenant ces filtres.")
    return redirect(view_url(listing, view))


@require_POST
def saved_view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    view, kept = _own_view(request, pk)
    view.delete()
    messages.success(request, f"La vue «\u00a0{view.name}\u00a0» est supprimée.")
    return redirect(kept.listing_of(request, QueryDict()).path)


@require_POST
def saved_view_default(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the list on that view from now on, or no longer (`chosen` empty); for nobody else."""
    view, kept = _visible_view(request, pk)
    listing = kept.listing_of(request, QueryDict(view.query))
    if request.POST.get("chosen"):
        choose_default_view(view=view, by=request.user)
        messages.success(request, f"La liste s’ouvrira sur «\u00a0{view.name}\u00a0», pour vous seulement.")
        return redirect(view_url(listing, view))
    forget_default_view(listing=view.listing, by=request.user)
    messages.success(request, f"La liste s’ouvrira sur {kept.everything}.")
    return redirect(listing.path)


def _visible_view(request: HttpRequest, pk: int) -> tuple[SavedView, KeptList]:
    """Of a list the person may open."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    kept = LISTS.get(view.listing)
    if kept is None:
        raise Http404
    allow(kept.may_view(request.user, view))
    return view, kept


def _own_view(request: HttpRequest, pk: int) -> tuple[SavedView, KeptList]:
    """Somebody else's shared view is seen, and left to its owner."""
    view, kept = _visible_view(request, pk)
    allow(view.owner_id == request.user.pk)
    return view, kept
