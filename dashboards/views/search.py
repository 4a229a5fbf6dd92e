"""The search box: its page of results, its suggestions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from companies.permissions import can_edit_company
from companies.search import MAX_LENGTH
from dashboards.search import Results
from dashboards.search import search as find

SUGGESTED = 5


def _context(request: HttpRequest, *, limit: int) -> dict:
    text = request.GET.get("q", "")[:MAX_LENGTH]
    results = Results(text="")
    if text.strip():
        results = find(user=request.user, structure=request.structure, text=text, limit=limit)
    return {"results": results, "editable": can_edit_company(request.user, request.structure)}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Companies, then contacts."""
    return render(request, "dashboards/search.html", _context(request, limit=20))


@require_safe
def search_suggest(request: HttpRequest) -> HttpResponse:
    """The options under the box, as one types."""
    return render(request, "dashboards/partials/search_suggestions.html", _context(request, limit=SUGGESTED))
