"""Lists kept under a name, for oneself or for the structure."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from companies.actions.saved_view import choose_default_view, forget_default_view
from companies.forms.saved_view import SavedViewForm
from companies.models import SavedView
from companies.permissions import can_share_view, can_view_company
from companies.views.lists import listing_of, view_url


@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_create(request: HttpRequest) -> HttpResponse:
    """Keep the filters, the order and the columns of the address under a name."""
    structure = request.structure or next(iter(request.structures), None)
    if structure is None or not can_view_company(request.user, structure):
        raise PermissionDenied
    given = request.POST.get("query", "") if request.method == "POST" else request.GET.urlencode()
    listing = listing_of(request, QueryDict(given[:4000]))
    view = SavedView(structure=structure, owner=request.user, query=listing.kept_query)
    form = SavedViewForm(request.POST or None, instance=view, may_share=can_share_view(request.user, structure))
    if request.method == "POST" and form.is_valid():
        if len(view.query) > SavedView._meta.get_field("query").max_length:
            form.add_error(None, "Ces filtres sont trop nombreux pour être enregistrés : retirez-en.")
        elif form.save_if_named_alone():
            messages.success(request, f"La vue « {view.name} » est enregistrée.")
            return redirect(view_url(listing.path, view))
    return render(request, "companies/saved_view_form.html", {"form": form, "view": view, "listing": listing})


@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename it, share it or keep it to oneself."""
    view = _own_view(request, pk)
    listing = listing_of(request, QueryDict(view.query))
    form = SavedViewForm(request.POST or None, instance=view, may_share=can_share_view(request.user, view))
    if request.method == "POST" and form.is_valid() and form.save_if_named_alone():
        messages.success(request, f"La vue « {view.name} » est enregistrée.")
        return redirect(view_url(listing.path, view))
    return render(request, "companies/saved_view_form.html", {"form": form, "view": view, "listing": listing})


@require_POST
def saved_view_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep in the view the filters it has now on the page."""
    view = _own_view(request, pk)
    listing = listing_of(request, QueryDict(request.POST.get("query", "")[:4000]))
    if len(listing.kept_query) > SavedView._meta.get_field("query").max_length:
        messages.error(request, "Ces filtres sont trop nombreux pour être enregistrés : retirez-en.")
        return redirect(view_url(listing.path, view))
    view.query = listing.kept_query
    view.save(update_fields=["query"])
    messages.success(request, f"La vue « {view.name} » garde maintenant ces filtres.")
    return redirect(view_url(listing.path, view))


@require_POST
def saved_view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    view = _own_view(request, pk)
    view.delete()
    messages.success(request, f"La vue « {view.name} » est supprimée.")
    return redirect("companies:company_list")


@require_POST
def saved_view_default(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the list on that view from now on, or no longer (`chosen` empty); for nobody else."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    listing = listing_of(request, QueryDict(view.query))
    if request.POST.get("chosen"):
        choose_default_view(view=view, listing=listing.key, by=request.user)
        messages.success(request, f"La liste s’ouvrira sur « {view.name} », pour vous seulement.")
        return redirect(view_url(listing.path, view))
    forget_default_view(listing=listing.key, by=request.user)
    messages.success(request, "La liste s’ouvrira sur toutes les entreprises.")
    return redirect(listing.path)


def _own_view(request: HttpRequest, pk: int) -> SavedView:
    """Somebody else's shared view is seen, and left to its owner."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    if view.owner_id != request.user.pk:
        raise PermissionDenied
    return view
