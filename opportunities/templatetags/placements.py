"""`{% load placements %}`: the placements of an opportunity, for its own page."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

from opportunities.enums import OpportunityState
from opportunities.permissions import can_place_young_person
from opportunities.placing import placements_of_opportunity

register = template.Library()


@register.inclusion_tag("opportunities/partials/placement_rows.html", takes_context=True)
def placement_rows(context: Context, opportunity: Any) -> dict[str, Any]:
    """`{% placement_rows opportunity %}`: who is put forward on it, and the way to put somebody. One query."""
    user = context["request"].user
    may_place = opportunity.state == OpportunityState.OPEN and can_place_young_person(user, opportunity)
    return {
        "cards": placements_of_opportunity(opportunity, user=user),
        "create_url": f"{reverse('opportunities:placement_create')}?opportunity={opportunity.pk}" if may_place else "",
        "with_opportunity": False,
        "nothing": "Personne n’est encore positionné.",
    }
