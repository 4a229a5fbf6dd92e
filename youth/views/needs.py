"""Needs: noting one from a phone, its page, its states."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.conflicts import conflict_page, snapshot_of, with_choices_of
from core.doors import allow, asked_words, go_back, posted, posted_version
from core.errors import ActionError, RowConflictError
from core.occupations import trade_chosen, trades_named
from youth.actions import abandon_need, edit_need, log_need, meet_need, propose_solution, reopen_need
from youth.cards import card_of, need_card, need_step
from youth.forms.needs import AbandonForm, NeedForm
from youth.models import Need, YoungPerson
from youth.permissions import can_edit_need, can_log_need, can_view_need
from youth.queries.needs import last_need_of, moves_of, people_to_ask_for, read_needs, recent_trades
from youth.tables.needs import LOOKS


def visible_need(request: HttpRequest, pk: int) -> Need:
    """A need of one's structures or a 404; whoever never sees needs is refused first."""
    allow(can_view_need(request.user))
    return get_object_or_404(read_needs(user=request.user, structure=None), pk=pk)


def editable_need(request: HttpRequest, pk: int) -> Need:
    allow(can_edit_need(request.user))
    need = visible_need(request, pk)
    allow(can_edit_need(request.user, need))
    return need


# --- noting ------------------------------------------------------------------------------------
@require_safe
def need_create(request: HttpRequest) -> HttpResponse:
    """« Noter un besoin » from anywhere: first, whose. `?jeune=12` goes on at once."""
    allow(can_log_need(request.user))
    person = request.GET.get("jeune", "")
    if person.isascii() and person.isdigit() and len(person) < 18:
        return redirect("youth:need_log", pk=int(person))
    words = asked_words(request)
    rows = people_to_ask_for(user=request.user, structure=request.structure, words=words)
    context = {"people": rows, "words": words}
    partial = request.htmx and not request.htmx.boosted
    response = render(request, "youth/partials/need_people.html" if partial else "youth/need_create.html", context)
    response["Vary"] = "HX-Request"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def need_log(request: HttpRequest, pk: int) -> HttpResponse:
    allow(can_log_need(request.user))
    people = YoungPerson.objects.visible_to(request.user).select_related("counsellor")
    person = get_object_or_404(people, pk=pk)
    allow(can_log_need(request.user, person))
    form = _log_form(request, person)
    if request.method == "POST" and not _is_search(request) and form.is_valid():
        try:
            need = log_need(young_person=person, values=form.values(), by=request.user, now=timezone.now())
        except ActionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Le besoin de {person.short_name} est noté.")
            return redirect(need)
    return render(request, "youth/need_log.html", {"form": form, "person": card_of(person, user=request.user)})


def _log_form(request: HttpRequest, person: YoungPerson) -> NeedForm:
    data = None if _is_search(request) else posted(request)
    return NeedForm(
        data,
        initial=_typed(request),
        young_person=person,
        today=timezone.localdate(),
        last=last_need_of(person),
        recent=recent_trades(person.structure_id),
    )


def _is_search(request: HttpRequest) -> bool:
    """Without script, trades are found by a second step: the form comes back with what it held."""
    return "find" in request.POST


def _typed(request: HttpRequest) -> dict[str, Any]:
    if not _is_search(request):
        return {}
    typed = {name: request.POST[name] for name in NeedForm.base_fields if name in request.POST}
    return {"kind": "", "radius_km": "", **typed, "without_car": "without_car" in request.POST}


@require_safe
def need_trades(request: HttpRequest) -> HttpResponse:
    """The trades that hold the words typed so far; the one chosen before stays."""
    allow(can_log_need(request.user))
    words = asked_words(request, "trade")
    chosen = trade_chosen(request.GET.get("occupation", "")[:20])
    found = [trade for trade in trades_named(words) if trade != chosen]
    return render(request, "youth/partials/need_trades.html", {"words": words, "chosen": chosen, "found": found})


# --- its page ----------------------------------------------------------------------------------
@require_safe
def need_detail(request: HttpRequest, pk: int) -> HttpResponse:
    need = visible_need(request, pk)
    allow(can_view_need(request.user, need))
    context = {
        "need": need_card(need, user=request.user, today=timezone.localdate()),
        "logged_by": need.opened_by.full_name if need.opened_by else "",
        "steps": [need_step(move) for move in moves_of(need)],
        "editable": can_edit_need(request.user, need),
        "state_look": LOOKS[need.state],
    }
    return render(request, "youth/need_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def need_edit(request: HttpRequest, pk: int) -> HttpResponse:
    need = editable_need(request, pk)
    if request.method != "POST" or _is_search(request):
        form = _edit_form(request, need, None)
        version = posted_version(request) or need.version
        base = request.POST.get("base", "") or snapshot_of(form)
    else:
        form = _edit_form(request, need, with_choices_of(request.POST, _edit_form(request, need, None)))
        version, base = posted_version(request), request.POST.get("base", "")
        if form.is_valid():
            answer = _edit(request, need, form)
            if answer:
                return answer
    card = need_card(need, user=request.user, today=timezone.localdate())
    return render(request, "youth/need_edit.html", {"form": form, "need": card, "version": version, "base": base})


def _edit_form(request: HttpRequest, need: Need, data: Any) -> NeedForm:
    return NeedForm(
        data,
        initial=_typed(request),
        instance=need,
        young_person=need.young_person,
        today=timezone.localdate(),
        recent=recent_trades(need.structure_id),
    )


def _edit(request: HttpRequest, need: Need, form: NeedForm) -> HttpResponse | None:
    """None when the action refused: the form says why."""
    try:
        edit_need(need=need, values=form.values(), by=request.user, now=timezone.now(), version=posted_version(request))
    except RowConflictError as conflict:
        return conflict_page(
            request,
            form=form,
            theirs=_edit_form(request, conflict.current, None),
            title=f"de {need.trade_label}",
            back_label=need.trade_label,
            back_url=need.get_absolute_url(),
        )
    except ActionError as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, "Le besoin est corrigé.")
    return redirect(need)


# --- states ------------------------------------------------------------------------------------
def _gesture(request: HttpRequest, pk: int, action: Any, said: str) -> HttpResponse:
    need = editable_need(request, pk)
    try:
        action(need=need, by=request.user, now=timezone.now())
    except ActionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return go_back(request, need)


@require_POST
def need_propose(request: HttpRequest, pk: int) -> HttpResponse:
    return _gesture(request, pk, propose_solution, "Une solution est proposée pour ce besoin.")


@require_POST
def need_meet(request: HttpRequest, pk: int) -> HttpResponse:
    return _gesture(request, pk, meet_need, "Ce besoin est satisfait.")


@require_POST
def need_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return _gesture(request, pk, reopen_need, "Ce besoin attend de nouveau une solution.")


@require_http_methods(["GET", "HEAD", "POST"])
def need_abandon(request: HttpRequest, pk: int) -> HttpResponse:
    need = editable_need(request, pk)
    form = AbandonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            abandon_need(need=need, **form.cleaned_data, by=request.user, now=timezone.now())
        except ActionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Ce besoin est abandonné.")
            return redirect(need)
    card = need_card(need, user=request.user, today=timezone.localdate())
    return render(request, "youth/need_abandon.html", {"form": form, "need": card})
