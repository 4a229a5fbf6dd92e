"""What a campaign brought: figures, pictures with their tables, and the file of it."""

import tempfile
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from campaigns.models import Campaign
from campaigns.permissions import can_export_campaign
from campaigns.results import EXPORT_HEADER, HEIGHT, WIDTH, compared, export_rows, picture_of, results_of
from campaigns.views.doors import visible_campaign
from core.doors import allow
from core.exports import FORMATS, SPOOL_SIZE
from core.spreadsheets.writing import write_table


@require_safe
def campaign_results(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = visible_campaign(request, pk)
    if not campaign.is_launched:
        return redirect(campaign)
    results = results_of(campaign, today=timezone.localdate())
    beside = compared(campaign, Campaign.objects.visible_to(request.user))
    context = {
        "campaign": campaign,
        "results": results,
        "totals": results.totals,
        "picture": picture_of(results.points),
        "box": f"-8 -14 {WIDTH + 40} {HEIGHT + 30}",
        "width": WIDTH,
        "height": HEIGHT,
        "highest": max((count for _, count in results.phases), default=0),
        "beside": beside if len(beside) > 1 else [],
        "exportable": can_export_campaign(request.user, campaign),
    }
    return render(request, "campaigns/campaign_results.html", context)


@require_safe
def campaign_export(request: HttpRequest, pk: int) -> HttpResponse:
    """`?format=`: csv or xlsx; a line for each company of the audience."""
    campaign = visible_campaign(request, pk)
    allow(can_export_campaign(request.user, campaign))
    kind = request.GET.get("format", "")
    kind = kind if kind in FORMATS else "csv"
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=SPOOL_SIZE)  # noqa: SIM115 -- the response closes it
    write_table(file, kind, EXPORT_HEADER, export_rows(campaign), sheet="Campagne")
    file.seek(0)
    name = f"campagne-{slugify(campaign.name)[:40] or campaign.pk}-{timezone.localdate():%Y-%m-%d}.{kind}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=FORMATS[kind])
