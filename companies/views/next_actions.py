"""What comes next: planned, done, postponed, handed over, dropped. On the record by HTMX, anywhere by a plain form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from companies.actions import (
    CompanyError,
    add_next_action,
    complete_next_action,
    drop_next_action,
    hand_over_next_action,
    postpone_next_action,
    reopen_next_action,
)
from companies.forms import DropForm, HandOverForm, NextActionForm, PostponeForm
from companies.models import NextAction
from companies.permissions import can_edit_company, can_edit_next_action
from companies.queries import recorders_of
from companies.views.companies import render_record
from companies.views.doors import allow, go_back, posted, visible_company, visible_next_action
from core.french import french_date
from core.toasts import say_with_undo


def _editable(request: HttpRequest, pk: int) -> NextAction:
    action = visible_next_action(request, pk)
    allow(can_edit_next_action(request.user, action))
    return action


def _answer(request: HttpRequest, action: NextAction) -> HttpResponse:
    """The record again when the gesture was made on it; elsewhere the page it was made on."""
    if request.htmx and request.htmx.target == "company-record":
        return render_record(request, action.company, focus="suite")
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return go_back(request, action.company)


def _try(request: HttpRequest, gesture: Callable[..., Any], action: NextAction, said: str, **arguments: Any) -> bool:
    """Do it and say it; a refusal is said too."""
    try:
        gesture(action=action, by=request.user, now=timezone.now(), **arguments)
    except CompanyError as error:
        messages.error(request, str(error))
        return False
    undo = reverse("companies:next_action_reopen", args=[action.pk])
    if gesture in (complete_next_action, drop_next_action):
        say_with_undo(request, said, undo_url=undo)
    else:
        messages.success(request, said)
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def next_action_create(request: HttpRequest, pk: int) -> HttpResponse:
    company = visible_company(request, pk)
    allow(can_edit_company(request.user, company))
    form = NextActionForm(
        posted(request),
        company=company,
        user=request.user,
        colleagues=recorders_of(company.structure_id),
        today=timezone.localdate(),
    )
    if request.method == "POST" and form.is_valid():
        action = add_next_action(company=company, draft=form.draft(), by=request.user, now=timezone.now())
        messages.success(request, f"C’est prévu pour {french_date(action.due_on)}\u00a0: {action.title}.")
        return redirect(company)
    return render(request, "companies/next_action_form.html", {"form": form, "company": company})


@require_POST
def next_action_done(request: HttpRequest, pk: int) -> HttpResponse:
    action = _editable(request, pk)
    _try(request, complete_next_action, action, f"C’est fait\u00a0: {action.title}.")
    return _answer(request, action)


@require_POST
def next_action_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    action = _editable(request, pk)
    _try(request, reopen_next_action, action, f"De nouveau à faire\u00a0: {action.title}.")
    return _answer(request, action)


@require_http_methods(["GET", "HEAD", "POST"])
def next_action_postpone(request: HttpRequest, pk: int) -> HttpResponse:
    action = _editable(request, pk)
    form = PostponeForm(posted(request), today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["due_on"]
        _try(request, postpone_next_action, action, f"Reporté à {french_date(day)}\u00a0: {action.title}.", due_on=day)
        return _answer(request, action)
    return _page(request, action, form, title="Reporter", button="Reporter")


@require_http_methods(["GET", "HEAD", "POST"])
def next_action_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    action = _editable(request, pk)
    colleagues = recorders_of(action.structure_id).exclude(pk=action.assigned_to_id)
    if request.htmx and request.method != "POST":
        context = {"action": action, "colleagues": colleagues}
        return render(request, "companies/partials/next_action_colleagues.html", context)
    form = HandOverForm(posted(request), colleagues=colleagues)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        _try(request, hand_over_next_action, action, f"Confié à {to.full_name}\u00a0: {action.title}.", to=to)
        return _answer(request, action)
    return _page(request, action, form, title="Confier à un collègue", button="Confier")


@require_http_methods(["GET", "HEAD", "POST"])
def next_action_drop(request: HttpRequest, pk: int) -> HttpResponse:
    action = _editable(request, pk)
    form = DropForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        _try(request, drop_next_action, action, f"Abandonné\u00a0: {action.title}.", reason=reason)
        return _answer(request, action)
    return _page(request, action, form, title="Abandonner cette action", button="Abandonner")


def _page(request: HttpRequest, action: NextAction, form: Any, *, title: str, button: str) -> HttpResponse:
    """The gesture as a small page: without script, or when what was typed has to be corrected."""
    if request.htmx and request.method == "POST":
        for errors in form.errors.values():
            messages.error(request, " ".join(errors))
        return _answer(request, action)
    context = {"action": action, "company": action.company, "form": form, "title": title, "button": button}
    return render(request, "companies/next_action_gesture.html", context)
