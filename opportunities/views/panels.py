"""What other pages show of opportunities, fetched by them when they are there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.doors import allow
from opportunities.counts import company_tally_by_phase, last_months
from opportunities.permissions import can_view_opportunity
from opportunities.queries import company_opportunities
from opportunities.views.doors import visible_company


@require_GET
def company_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """A company's opportunities: a panel of its record, or a page of its own without script."""
    allow(can_view_opportunity(request.user))
    company = visible_company(request, pk)
    allow(can_view_opportunity(request.user, company))
    period = last_months(timezone.localdate())
    context = {
        "company": company,
        "found": company_opportunities(company=company, user=request.user),
        "tallies": company_tally_by_phase(company=company, user=request.user, period=period).items(),
    }
    partial = request.htmx and not request.htmx.boosted
    page, panel = "opportunities/company_opportunities_page.html", "opportunities/partials/company_opportunities.html"
    response = render(request, panel if partial else page, context)
    response["Vary"] = "HX-Request"
    return response
