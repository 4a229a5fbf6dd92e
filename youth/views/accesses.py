"""Why a file is opened, who opened it, what is held of the person, and the end of it."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.second_factor import was_shown_lately
from core.doors import allow, posted
from core.errors import ActionError
from youth.actions import (
    QuotaReachedError,
    anonymise_young_person,
    check_opening,
    give_reason,
    log_file_access,
)
from youth.enums import AccessKind
from youth.exports import personal_record
from youth.forms.young_people import ReasonForm
from youth.models import FileAccess, YoungPerson
from youth.permissions import can_erase_file, can_export_files, can_view_accesses
from youth.queries.young_people import accesses_of, readers
from youth.views.doors import of_file, quota_page, visible_file

SPAN = dt.timedelta(days=30)
GIVEN_TO_HER = "Remis à la personne"


@require_http_methods(["GET", "HEAD", "POST"])
def young_person_open(request: HttpRequest, pk: int) -> HttpResponse:
    """A file outside her own caseload: why? Once a day."""
    person = visible_file(request, pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            give_reason(young_person=person, user=request.user, reason=form.cleaned_data["reason"], now=timezone.now())
        except QuotaReachedError:
            return quota_page(request)
        except ActionError as error:
            form.add_error("reason", str(error))
        else:
            return redirect(_wanted(request, person))
    return render(request, "youth/young_person_open.html", {"form": form, "person": person})


def _wanted(request: HttpRequest, person: YoungPerson) -> str:
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else person.get_absolute_url()


# --- the register -------------------------------------------------------------------------------
@require_safe
def young_person_accesses(request: HttpRequest, pk: int) -> HttpResponse:
    """Who opened this file: for managers, without opening it."""
    person = visible_file(request, pk)
    allow(can_view_accesses(request.user, person))
    return render(request, "youth/young_person_accesses.html", {"person": person, "accesses": accesses_of(person)})


@require_safe
def access_list(request: HttpRequest) -> HttpResponse:
    """Who opened how many files over a month."""
    allow(can_view_accesses(request.user, request.structure))
    rows = FileAccess.objects.visible_to(request.user).in_structure(request.structure)
    return render(request, "youth/access_list.html", {"readers": readers(rows, since=timezone.now() - SPAN)})


# --- her data -----------------------------------------------------------------------------------
@require_safe
@of_file
def young_person_data(request: HttpRequest, young_person: YoungPerson) -> HttpResponse:
    """What is held, until when, and what she may ask for."""
    context = {
        "person": young_person,
        "erasable": can_erase_file(request.user, young_person),
        "is_over": young_person.keep_until < timezone.localdate(),
    }
    return render(request, "youth/young_person_data.html", context)


@require_POST
@of_file
def young_person_data_export(request: HttpRequest, young_person: YoungPerson) -> HttpResponse:
    """Everything held of her, to be handed to her; the second factor is asked again."""
    allow(can_export_files(request.user, young_person))
    if not was_shown_lately(request):
        page = reverse("youth:young_person_data", args=[young_person.pk])
        return redirect_to_login(page, reverse("mfa_reauthenticate"))
    record = personal_record(young_person)
    log_file_access(
        young_person=young_person,
        user=request.user,
        kind=AccessKind.EXPORTED,
        at=timezone.now(),
        reason=GIVEN_TO_HER,
    )
    response = JsonResponse(record, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="dossier-{young_person.pk}.json"'
    return response


@require_POST
def young_person_anonymise(request: HttpRequest, pk: int) -> HttpResponse:
    """At the person's own request, before the time: nothing brings it back."""
    person, now = visible_file(request, pk), timezone.now()
    allow(can_erase_file(request.user, person))
    check = request.POST.get("said", "").strip().lower()
    if check != "effacer":
        messages.error(request, "Écrivez «\u00a0effacer\u00a0» pour confirmer\u00a0: rien n’a été effacé.")
        return redirect("youth:young_person_data", person.pk)
    try:
        check_opening(young_person=person, user=request.user, now=now)
        anonymise_young_person(young_person=person, by=request.user, now=now)
    except ActionError as error:
        messages.error(request, str(error))
        return redirect("youth:young_person_data", person.pk)
    messages.success(request, "Le dossier est effacé\u00a0: il n’en reste que des chiffres sans nom.")
    return redirect("youth:young_person_list")
