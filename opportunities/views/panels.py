"""What other pages show of opportunities, fetched by them when they are there."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.doors import allow
from opportunities.counts import company_tally_by_phase, last_months
from opportunities.permissions import can_view_opportunity
from opportunities.placing import solicitations_of_company
from opportunities.queries import company_opportunities
from opportunities.views.doors import visible_company

# A company asked so long ago will not answer any more.
ASKED_LATELY = dt.timedelta(days=60)


@require_GET
def company_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """A company's opportunities: a panel of its record, or a page of its own without script."""
    allow(can_view_opportunity(request.user))
    company = visible_company(request, pk)
    allow(can_view_opportunity(request.user, company))
    today = timezone.localdate()
    period = last_months(today)
    context = {
        "company": company,
        "found": company_opportunities(company=company, user=request.user),
        "solicitations": solicitations_of_company(company.pk, user=request.user, since=today - ASKED_LATELY),
        "tallies": company_tally_by_phase(company=company, user=request.user, period=period).items(),
    }
    partial = request.htmx and not request.htmx.boosted
    page, panel = "opportunities/company_opportunities_page.html", "opportunities/partials/company_opportunities.html"
    response = render(request, panel if partial else page, context)
    response["Vary"] = "HX-Request"
    return response
