"""Help while typing a place."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.places import municipalities_of


@require_safe
def municipality_suggest(request: HttpRequest) -> HttpResponse:
    """Communes of the postcode typed, for the list under the field; the only one is written in an empty field."""
    rows = municipalities_of(request.GET.get("postcode", "").replace(" ", ""))
    only = rows[0] if len(rows) == 1 and not request.GET.get("city", "").strip() else None
    return render(request, "core/partials/municipality_suggestions.html", {"municipalities": rows, "only": only})
