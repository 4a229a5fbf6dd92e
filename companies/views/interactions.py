"""Noting an exchange, correcting it, choosing first with whom it was."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from companies.actions import (
    CompanyError,
    ConflictError,
    add_contact,
    bin_interaction,
    edit_interaction,
    record_interaction,
)
from companies.enums import InteractionKind
from companies.forms import InteractionForm, InteractionNoteForm, snapshot_of, with_choices_of
from companies.models import Company, Interaction, NextAction
from companies.permissions import (
    can_edit_company,
    can_edit_interaction,
    can_edit_next_action,
    can_record_interaction,
)
from companies.queries import INTERACTION_ICONS, recorders_of, startable_companies
from companies.views.conflicts import conflict_page
from companies.views.doors import allow, go_back, posted, posted_version, visible_company, visible_interaction
from core.toasts import say_with_undo

# Words of the address: /entreprises/12/echanges/noter/?genre=appel
KIND_WORDS = {
    "appel": InteractionKind.CALL,
    "visite": InteractionKind.VISIT,
    "e-mail": InteractionKind.EMAIL,
    "rendez-vous": InteractionKind.MEETING,
    "evenement": InteractionKind.EVENT,
}
SAVED = {
    InteractionKind.CALL: "L’appel est noté.",
    InteractionKind.VISIT: "La visite est notée.",
    InteractionKind.EMAIL: "L’e-mail est noté.",
    InteractionKind.MEETING: "Le rendez-vous est noté.",
    InteractionKind.EVENT: "L’événement est noté.",
}


@require_GET
def interaction_start(request: HttpRequest) -> HttpResponse:
    """« Noter un échange » from anywhere: first, with which company."""
    allow(can_record_interaction(request.user))
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    kind = request.GET.get("genre", "") if request.GET.get("genre") in KIND_WORDS else ""
    rows = startable_companies(user=request.user, structure=request.structure, words=words)
    context = {"companies": rows, "words": words, "kind": kind}
    if request.htmx and not request.htmx.boosted:
        return render(request, "companies/partials/interaction_choices.html", context)
    return render(request, "companies/interaction_start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def interaction_create(request: HttpRequest, pk: int) -> HttpResponse:
    company = visible_company(request, pk)
    allow(can_record_interaction(request.user, company))
    form = _note_form(request, company)
    if request.method == "POST" and form.is_valid():
        try:
            interaction = _record(request, company, form)
        except CompanyError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, SAVED[InteractionKind(interaction.kind)])
            return go_back(request, company)
    return render(request, "companies/interaction_form.html", _form_context(form, company))


def _note_form(request: HttpRequest, company: Company) -> InteractionNoteForm:
    actions = NextAction.objects.visible_to(request.user).open().filter(company=company).by_date()
    initial: dict[str, Any] = {"kind": KIND_WORDS.get(request.GET.get("genre", ""), InteractionKind.CALL)}
    person = request.GET.get("contact", "")
    if person.isascii() and person.isdigit() and len(person) < 18:
        initial["contacts"] = [int(person)]
    return InteractionNoteForm(
        posted(request),
        initial=initial,
        instance=Interaction(company=company, structure_id=company.structure_id, by=request.user),
        company=company,
        user=request.user,
        colleagues=recorders_of(company.structure_id),
        open_actions=[action for action in actions if can_edit_next_action(request.user, action)],
        may_add_contact=can_edit_company(request.user, company),
        now=timezone.now(),
    )


@transaction.atomic
def _record(request: HttpRequest, company: Company, form: InteractionNoteForm) -> Interaction:
    now, data = timezone.now(), form.cleaned_data
    people = list(data["contacts"])
    met = form.new_contact()
    if met:
        people.append(add_contact(company=company, values=met, by=request.user, now=now))
    return record_interaction(
        company=company,
        values=form.values(),
        contacts=people,
        colleagues=data["colleagues"],
        closes=data["closes"],
        next_action=form.draft(),
        nothing_next=form.is_nothing_next,
        by=request.user,
        now=now,
    )


def _form_context(form: InteractionForm, company: Company, **extra: Any) -> dict[str, Any]:
    icons = {str(kind): icon for kind, icon in INTERACTION_ICONS.items()}
    return {"form": form, "company": company, "kind_icons": icons, **extra}


@require_http_methods(["GET", "HEAD", "POST"])
def interaction_edit(request: HttpRequest, pk: int) -> HttpResponse:
    interaction = visible_interaction(request, pk)
    allow(can_edit_interaction(request.user, interaction))
    if request.method != "POST":
        form = _edit_form(request, interaction, None)
        version, base = interaction.version, snapshot_of(form)
    else:
        data = with_choices_of(request.POST, _edit_form(request, visible_interaction(request, pk), None))
        form = _edit_form(request, interaction, data)
        if form.is_valid():
            return _edit(request, interaction, form)
        version, base = posted_version(request), request.POST.get("base", "")
    context = _form_context(form, interaction.company, interaction=interaction, version=version, base=base)
    return render(request, "companies/interaction_edit.html", context)


def _edit_form(request: HttpRequest, interaction: Interaction, data: Any) -> InteractionForm:
    return InteractionForm(
        data,
        instance=interaction,
        company=interaction.company,
        user=request.user,
        colleagues=recorders_of(interaction.structure_id),
        now=timezone.now(),
    )


def _edit(request: HttpRequest, interaction: Interaction, form: InteractionForm) -> HttpResponse:
    try:
        edit_interaction(
            interaction=interaction,
            changes=form.values_with_people(),
            by=request.user,
            now=timezone.now(),
            version=posted_version(request),
        )
    except ConflictError as conflict:
        theirs = _edit_form(request, conflict.current, None)
        return conflict_page(request, form=form, theirs=theirs, company=interaction.company)
    messages.success(request, "L’échange est corrigé.")
    return redirect(interaction.company)


@require_POST
def interaction_bin(request: HttpRequest, pk: int) -> HttpResponse:
    interaction = visible_interaction(request, pk)
    allow(can_edit_interaction(request.user, interaction))
    bin_interaction(interaction=interaction, by=request.user, now=timezone.now())
    say_with_undo(
        request,
        "L’échange est à la corbeille.",
        undo_url=reverse("companies:interaction_restore", args=[interaction.pk]),
    )
    return redirect(interaction.company)
