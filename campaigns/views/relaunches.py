"""What leaves tomorrow, and holding a company back from it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.actions.relaunches import hold_recipient, release_recipient, stop_recipient
from campaigns.forms.calls import HoldForm, StopForm
from campaigns.models import Recipient
from campaigns.permissions import can_view_campaign
from campaigns.views.doors import editable_recipient
from campaigns.waiting import Relaunch, coming_relaunches
from core.doors import allow, go_back, posted
from core.errors import ActionError
from core.working_days import add_working_days, is_working_day

# A screen is read by a person: past that, the campaign's own page has the figures.
MOST_SHOWN = 500


def _department(request: HttpRequest) -> str:
    structures = [request.structure] if request.structure else request.structures
    return structures[0].department if structures else ""


def asked_day(request: HttpRequest) -> dt.date:
    """`?jour=aujourdhui`: today, be it worked or not; else the next working day."""
    today = timezone.localdate()
    return today if request.GET.get("jour") == "aujourdhui" else add_working_days(today, 1, _department(request))


@require_safe
def relaunch_list(request: HttpRequest) -> HttpResponse:
    """« Ce qui part demain »: each relaunch, in which words, and who holds it."""
    allow(can_view_campaign(request.user))
    day = asked_day(request)
    mine = request.GET.get("pour") == "moi"
    rows = Recipient.objects.visible_to(request.user).in_structure(request.structure)
    if mine:
        rows = rows.filter(adviser=request.user)
    relaunches = coming_relaunches(rows, day) if is_working_day(day, _department(request)) else []
    context: dict[str, Any] = {
        "day": day,
        "today": timezone.localdate(),
        "is_today": request.GET.get("jour") == "aujourdhui",
        "mine": mine,
        "leaving": sum(not (relaunch.stopped or relaunch.by_post) for relaunch in relaunches),
        "to_print": sum(relaunch.by_post and not relaunch.stopped for relaunch in relaunches),
        "held": sum(bool(relaunch.stopped) for relaunch in relaunches),
        "is_cut": len(relaunches) > MOST_SHOWN,
        "groups": _by_campaign(relaunches[:MOST_SHOWN], timezone.localdate()),
    }
    return render(request, "campaigns/relaunch_list.html", context)


def _by_campaign(relaunches: Sequence[Relaunch], today: dt.date) -> list[tuple[Any, list[Relaunch], int]]:
    """(campaign, its relaunches, how many of them may be printed today), the nearest deadline first."""
    groups: dict[int, tuple[Any, list[Relaunch]]] = {}
    for relaunch in relaunches:
        campaign = relaunch.recipient.campaign
        groups.setdefault(campaign.pk, (campaign, []))[1].append(relaunch)

    def printable(row: Relaunch) -> bool:
        return row.by_post and not row.stopped and row.due_on <= today

    ordered = sorted(groups.values(), key=lambda group: (group[0].answer_by, group[0].pk))
    return [(campaign, rows, sum(map(printable, rows))) for campaign, rows in ordered]


@require_http_methods(["GET", "HEAD", "POST"])
def recipient_hold(request: HttpRequest, pk: int) -> HttpResponse:
    recipient = editable_recipient(request, pk)
    form = HoldForm(posted(request))
    if form.is_valid():
        hold_recipient(recipient=recipient, note=form.cleaned_data["note"], by=request.user, now=timezone.now())
        messages.success(request, f"Les relances à {recipient.company} attendent.")
        return go_back(request, "campaigns:relaunch_list")
    return render(request, "campaigns/recipient_hold.html", {"form": form, "recipient": recipient})


@require_POST
def recipient_release(request: HttpRequest, pk: int) -> HttpResponse:
    recipient = editable_recipient(request, pk)
    release_recipient(recipient=recipient, by=request.user, now=timezone.now())
    messages.success(request, f"Les relances à {recipient.company} repartent à leur date.")
    return go_back(request, "campaigns:relaunch_list")


@require_http_methods(["GET", "HEAD", "POST"])
def recipient_stop(request: HttpRequest, pk: int) -> HttpResponse:
    recipient = editable_recipient(request, pk)
    form = StopForm(posted(request))
    if form.is_valid():
        try:
            stop_recipient(recipient=recipient, note=form.cleaned_data["note"], by=request.user, now=timezone.now())
        except ActionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Plus rien ne sera envoyé à {recipient.company} pour cette campagne.")
            return go_back(request, "campaigns:relaunch_list")
    return render(request, "campaigns/recipient_stop.html", {"form": form, "recipient": recipient})
