"""A list that names young people leaves with a file: said first, the second factor asked again, each of them noted."""

from dataclasses import dataclass

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.second_factor import was_shown_lately
from core.lists import Listing, capped_counts
from core.views.lists import answer_export
from youth.actions import ExportRefusedError, log_export
from youth.models import YoungPerson


@dataclass(frozen=True)
class PeopleExport:
    """`leaving`: what goes, singular and plural with its verb; `reason`: for the register, and begins as they all do;
    `person`: how a row of the list names the young person."""

    title: str
    back: str
    leaving: str
    name: str
    sheet: str
    reason: str
    person: str


def answer_guarded_export(request: HttpRequest, listing: Listing, export: PeopleExport) -> HttpResponse:
    """The page that says what leaves, then the file. One limit a day for all such lists: see `log_export`."""
    if not was_shown_lately(request):
        return redirect_to_login(request.get_full_path(), reverse("mfa_reauthenticate"))
    context = {"listing": listing, "export": export}
    if request.method != "POST":
        (count,) = capped_counts(listing.filtered)
        return render(request, "youth/export.html", context | {"count": count})

    def note() -> HttpResponse | None:
        people = YoungPerson.objects.presented_to(request.user)
        named = people.filter(pk__in=listing.filtered.order_by().values(export.person))
        try:
            log_export(young_people=named, user=request.user, reason=export.reason, now=timezone.now())
        except ExportRefusedError as error:
            return render(request, "youth/export.html", context | {"refusal": str(error)}, status=429)
        return None

    return answer_export(request, listing, name=export.name, sheet=export.sheet, before=note)
