"""How the views of a file come in: the row or a 404, the right or a 403, then the reason, quota and register."""

import logging
from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from urllib.parse import urlencode

from celery import current_app
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from core.doors import allow
from youth.actions import QuotaReachedError, ReasonNeededError, check_opening, open_file
from youth.actions.accesses import QUOTA
from youth.models import YoungPerson
from youth.permissions import can_view_file

logger = logging.getLogger(__name__)


def visible_file(request: HttpRequest, pk: int) -> YoungPerson:
    allow(can_view_file(request.user))
    rows = YoungPerson.objects.visible_to(request.user).select_related("counsellor", "backup", "structure")
    return get_object_or_404(rows, pk=pk)


def of_file(view: Callable[..., HttpResponse] | None = None, *, logged: bool = False) -> Any:
    """The view receives `young_person`, of a file that may be opened now.

    Each page says something of the file, so that a line of the register says who opened it: once an hour for the pages
    beside it; each time for the file itself (`logged`), whose refused form comes back with all of it. Without a reason,
    for a file outside her own caseload, she is first asked for one.
    """
    if view is None:
        return partial(of_file, logged=logged)

    @wraps(view)
    def guarded(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        person, now = visible_file(request, pk), timezone.now()
        try:
            if request.method == "GET" or (logged and request.method == "POST"):
                once = not logged or request.method == "POST"
                if open_file(young_person=person, user=request.user, now=now, only_once=once):
                    _tell_managers(request, person)
            else:
                check_opening(young_person=person, user=request.user, now=now)
        except ReasonNeededError:
            return _ask_reason(request, person)
        except QuotaReachedError:
            return quota_page(request)
        return view(request, young_person=person, **kwargs)

    return guarded


def _ask_reason(request: HttpRequest, person: YoungPerson) -> HttpResponse:
    wanted = request.get_full_path() if request.method == "GET" and not request.htmx else person.get_absolute_url()
    address = f"{reverse('youth:young_person_open', args=[person.pk])}?{urlencode({'next': wanted})}"
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
        return response
    return redirect(address)


def quota_page(request: HttpRequest) -> HttpResponse:
    return render(request, "youth/quota.html", {"quota": QUOTA}, status=429)


def _tell_managers(request: HttpRequest, person: YoungPerson) -> None:
    ids = {"structure_id": person.structure_id, "reader_id": request.user.pk}
    transaction.on_commit(partial(_send, ids))


def _send(ids: dict[str, int]) -> None:
    try:
        current_app.send_task("youth.tasks.tell_managers_of_quota", kwargs=ids, retry=False)
    except Exception:  # a broker that does not answer stops no page; the register of accesses says it too
        logger.warning("the alert on a reading quota could not be queued", exc_info=True)
