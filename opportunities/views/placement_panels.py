"""The placements that other pages show: of an opportunity, of a need, of several at once, of a young person."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.doors import allow
from opportunities.permissions import can_edit_opportunity, can_place_young_person, can_view_opportunity
from opportunities.placing import (
    placements_of_need,
    placements_of_needs,
    placements_of_person,
    solicitations_of_need,
    solicitations_of_needs,
)
from youth.cards import card_of
from youth.models import Need, YoungPerson

MOST_PANELS = 200


@require_GET
def young_person_panel(request: HttpRequest, pk: int) -> HttpResponse:
    allow(can_view_opportunity(request.user))
    people = YoungPerson.objects.presented_to(request.user).select_related("counsellor")
    person = get_object_or_404(people, pk=pk)
    allow(can_view_opportunity(request.user, person))
    youth = card_of(person, user=request.user)
    may_place = not youth.has_left and can_place_young_person(request.user, person)
    context = {
        "title": f"Positionnements de {youth}",
        "cards": placements_of_person(youth.pk, user=request.user),
        "create_url": f"{reverse('opportunities:placement_create')}?young_person={youth.pk}" if may_place else "",
        "with_opportunity": True,
        "nothing": "Aucun positionnement pour le moment.",
    }
    return _answer(request, context)


@require_GET
def need_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """What is being done about a need."""
    allow(can_view_opportunity(request.user))
    needs = Need.objects.visible_to(request.user).select_related("young_person", "occupation")
    need = get_object_or_404(needs, pk=pk)
    context = {
        "title": f"Positionnements pour le besoin de {need.young_person.short_name}",
        "cards": placements_of_need(need.pk, user=request.user),
        "solicitations": solicitations_of_need(need.pk, user=request.user),
        **_gestures(request.user, need),
    }
    return _answer(request, context)


@require_GET
def need_panels(request: HttpRequest) -> HttpResponse:
    """The same for each of `besoins`, in as many queries: a page of needs is whole before anybody prints it."""
    allow(can_view_opportunity(request.user))
    words = request.GET.get("besoins", "").split(",")[:MOST_PANELS]
    asked = [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 19]
    needs = list(Need.objects.visible_to(request.user).filter(pk__in=asked).order_by("pk"))
    pks = [need.pk for need in needs]
    cards = placements_of_needs(pks, user=request.user)
    solicitations = solicitations_of_needs(pks, user=request.user)
    panels = [
        {
            "pk": need.pk,
            "cards": cards.get(need.pk, []),
            "solicitations": solicitations.get(need.pk, []),
            **_gestures(request.user, need),
            "nothing": "Aucune entreprise sollicitée.",
        }
        for need in needs
    ]
    return render(request, "opportunities/partials/need_panels_response.html", {"panels": panels})


def _gestures(user: Any, need: Need) -> dict[str, Any]:
    """What a panel of a need offers, or says when there is nothing."""
    may_place = need.is_waiting and can_place_young_person(user, need)
    return {
        "answers": need.is_waiting and can_edit_opportunity(user, need),
        "create_url": f"{reverse('opportunities:placement_create')}?need={need.pk}" if may_place else "",
        "with_opportunity": True,
        "nothing": "Rien n’a encore été proposé à une entreprise pour ce besoin.",
    }


def _answer(request: HttpRequest, context: dict) -> HttpResponse:
    """A panel of somebody else's page, or a page of its own without script."""
    partial = request.htmx and not request.htmx.boosted
    panel, page = "opportunities/partials/placement_rows.html", "opportunities/placement_panel_page.html"
    response = render(request, panel if partial else page, context)
    response["Vary"] = "HX-Request"
    return response
