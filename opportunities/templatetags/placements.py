"""`{% load placements %}`: the placements of an opportunity, for its own page."""

from typing import Any

from django import template
from django.template.context import Context

from opportunities.placing import placements_of_opportunity

register = template.Library()


@register.inclusion_tag("opportunities/partials/placement_rows.html", takes_context=True)
def placement_rows(context: Context, opportunity: Any) -> dict[str, Any]:
    """`{% placement_rows opportunity %}`: who is put forward on it. One query. The page has the way to put somebody."""
    return {
        "cards": placements_of_opportunity(opportunity, user=context["request"].user),
        "create_url": "",
        "with_opportunity": False,
        "nothing": "Aucun positionnement pour le moment.",
    }
