"""The young person: her page, her form, the bin."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.addresses import url_if_any
from core.conflicts import conflict_page, snapshot_of, with_choices_of
from core.doors import allow, posted_pairs, posted_version
from core.errors import RowConflictError, RowGoneError
from core.toasts import say_with_undo
from core.views.facts import answer_fact, fact_named
from youth.actions import (
    HeldElsewhereError,
    YouthError,
    bin_young_person,
    create_young_person,
    edit_young_person,
    record_contact,
    restore_young_person,
)
from youth.cards import card_of
from youth.forms.young_people import IN_PLACE, YoungPersonForm
from youth.models import YoungPerson
from youth.permissions import can_edit_file, can_view_card
from youth.queries.young_people import (
    TIMELINE_VIEWS,
    last_change,
    obstacles_shared_with,
    similar_young_people,
    waiting_needs_of,
    young_person_page,
    young_person_timeline,
)
from youth.views.doors import of_file, visible_file


# --- record -------------------------------------------------------------------------------------
@require_safe
@of_file(logged=True)
def young_person_detail(request: HttpRequest, young_person: YoungPerson) -> HttpResponse:
    return render(request, "youth/young_person_detail.html", _record_context(request, young_person))


def _record_context(request: HttpRequest, young_person: YoungPerson, *, focus: str = "") -> dict[str, Any]:
    """What the file and its partials are drawn with. `focus`: the fact just corrected."""
    today = timezone.localdate()
    page = young_person_page(
        young_person=young_person, today=today, view=request.GET.get("fil", ""), cursor=request.GET.get("avant", "")
    )
    editable = can_edit_file(request.user, young_person)
    return {
        "person": young_person,
        "record": page,
        "today": today,
        "age": young_person.age_on(today),
        "timeline": page.timeline,
        "timeline_views": TIMELINE_VIEWS,
        "shown_fields": _agreed_fields(young_person),
        "placements_url": url_if_any("opportunities:young_person_panel", young_person.pk),
        "need_create_url": reverse("youth:need_log", args=[young_person.pk]),
        "is_over": young_person.keep_until < today,
        "edit_urls": {word: reverse("youth:young_person_edit_fact", args=[young_person.pk, word]) for word in IN_PLACE}
        if editable
        else {},
        "focus": focus,
    }


def _agreed_fields(person: YoungPerson) -> list[str]:
    labels = dict(YoungPerson._meta.get_field("profile_fields").base_field.choices)
    return [str(labels[name]).lower() for name in person.profile_fields if name in labels]


@require_safe
@of_file
def young_person_timeline_page(request: HttpRequest, young_person: YoungPerson) -> HttpResponse:
    """The timeline under another filter, or only its older lines (`avant`)."""
    older = request.GET.get("avant", "")
    timeline = young_person_timeline(young_person, view=request.GET.get("fil", ""), cursor=older)
    template = "young_person_timeline_lines" if older else "young_person_timeline"
    context = {"person": young_person, "timeline": timeline, "timeline_views": TIMELINE_VIEWS}
    return render(request, f"youth/partials/{template}.html", context)


@require_safe
def young_person_card(request: HttpRequest, pk: int) -> HttpResponse:
    """What an adviser reads: a card, the needs, and the obstacles that were shared with her."""
    allow(can_view_card(request.user))
    people = YoungPerson.objects.presented_to(request.user).select_related("counsellor")
    card, today = card_of(get_object_or_404(people, pk=pk), user=request.user), timezone.localdate()
    context = {
        "card": card,
        "obstacles": obstacles_shared_with(request.user, pk),
        "needs": [(need, need.age_on(today), need.is_old_on(today)) for need in waiting_needs_of(pk)],
        "placements_url": url_if_any("opportunities:young_person_panel", pk),
    }
    return render(request, "youth/young_person_card.html", context)


# --- create -------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def young_person_create(request: HttpRequest) -> HttpResponse:
    """The form, then the files she may already have, then the row."""
    allow(can_edit_file(request.user))
    structure = _structure_of_new(request)
    if structure is None:
        editable = [row for row in request.structures if can_edit_file(request.user, row)]
        return render(request, "youth/young_person_structure.html", {"structures": editable})
    today = timezone.localdate()
    arguments = {
        "instance": YoungPerson(structure=structure),
        "user": request.user,
        "structure": structure,
        "today": today,
    }
    context: dict[str, Any] = {"structure": structure}
    if request.method != "POST":
        form = YoungPersonForm(initial={"counsellor": request.user.pk, "entered_on": today}, **arguments)
        return render(request, "youth/young_person_form.html", {**context, "form": form})
    form = YoungPersonForm(request.POST, **arguments)
    if not form.is_valid() or "correct" in request.POST:
        return render(request, "youth/young_person_form.html", {**context, "form": form})
    if "confirmed" not in request.POST:
        people = YoungPerson.objects.visible_to(request.user).filter(structure=structure)
        candidates = similar_young_people(people, form.values())
        if candidates:
            context |= {"form": form, "candidates": candidates, "posted": posted_pairs(request)}
            return render(request, "youth/young_person_similar.html", context)
    try:
        person = create_young_person(structure=structure, values=form.values(), by=request.user, now=timezone.now())
    except YouthError as error:
        form.add_error(None, str(error))
        return render(request, "youth/young_person_form.html", {**context, "form": form})
    messages.success(request, f"Le dossier de {person.full_name} est ouvert. De quoi a-t-il besoin\u202f?")
    return redirect("youth:young_person_detail", person.pk)


def _structure_of_new(request: HttpRequest) -> Any:
    """The one chosen in the header, or named in the address, or the only one; None when it has to be asked."""
    editable = {row.pk: row for row in request.structures if can_edit_file(request.user, row)}
    if request.structure:
        allow(request.structure.pk in editable)
        return request.structure
    wanted = request.POST.get("structure") or request.GET.get("structure") or ""
    if wanted.isascii() and wanted.isdigit():
        return editable.get(int(wanted))
    return next(iter(editable.values())) if len(editable) == 1 else None


# --- edit ---------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@of_file(logged=True)
def young_person_edit(request: HttpRequest, young_person: YoungPerson) -> HttpResponse:
    allow(can_edit_file(request.user, young_person))
    arguments = {"user": request.user, "structure": young_person.structure, "today": timezone.localdate()}
    if request.method != "POST":
        form = YoungPersonForm(instance=young_person, **arguments)
        return _edit_page(request, young_person, form, young_person.version)
    fresh = YoungPersonForm(instance=visible_file(request, young_person.pk), **arguments)
    form = YoungPersonForm(with_choices_of(request.POST, fresh), instance=young_person, **arguments)
    version = posted_version(request)
    if not form.is_valid():
        return _edit_page(request, young_person, form, version)
    try:
        edit_young_person(
            young_person=young_person, changes=form.values(), by=request.user, now=timezone.now(), version=version
        )
    except RowConflictError as conflict:
        return _conflict(request, form, YoungPersonForm(instance=conflict.current, **arguments))
    except (YouthError, RowGoneError) as error:
        form.add_error(None, str(error))
        return _edit_page(request, young_person, form, version)
    messages.success(request, "Le dossier est à jour.")
    return redirect("youth:young_person_detail", young_person.pk)


def _conflict(request: HttpRequest, form: YoungPersonForm, theirs: YoungPersonForm) -> HttpResponse:
    person = theirs.instance
    return conflict_page(
        request,
        form=form,
        theirs=theirs,
        title=f"du dossier de {person.full_name}",
        back_label=person.full_name,
        back_url=person.get_absolute_url(),
        last=last_change(person),
    )


def _edit_page(request: HttpRequest, person: YoungPerson, form: YoungPersonForm, version: int) -> HttpResponse:
    # A refused form has written its values on the instance: the page names whom it was about.
    named = YoungPerson.objects.visible_to(request.user).get(pk=person.pk)
    base = request.POST.get("base") or snapshot_of(form)
    return render(
        request, "youth/young_person_form.html", {"form": form, "person": named, "version": version, "base": base}
    )


# --- a fact in place ----------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@of_file
def young_person_edit_fact(request: HttpRequest, young_person: YoungPerson, word: str) -> HttpResponse:
    """A few fields that go together, corrected where they stand."""
    allow(can_edit_file(request.user, young_person))
    fact = fact_named(
        word, IN_PLACE, request=request, shown="youth:young_person_fact", record=young_person,
        record_id="young-person-record", label=young_person.full_name,
    )  # fmt: skip
    arguments = {"user": request.user, "structure": young_person.structure, "today": timezone.localdate()}
    return answer_fact(
        request,
        fact,
        row=young_person,
        form_of=lambda data, row: YoungPersonForm(data, instance=row, only=fact.fields, **arguments),
        save=lambda form, version: edit_young_person(
            young_person=young_person,
            changes=form.values(),  # type: ignore[attr-defined]
            by=request.user,
            now=timezone.now(),
            version=version,
        ),
        show=lambda: _record_again(request, young_person.pk, focus=word),
    )


@require_safe
@of_file
def young_person_fact(request: HttpRequest, young_person: YoungPerson, word: str) -> HttpResponse:
    """Gives up a correction in place: the file as it is."""
    return _record_again(request, young_person.pk, focus=word)


def _record_again(request: HttpRequest, pk: int, *, focus: str) -> HttpResponse:
    """The file alone, without the page around it."""
    context = _record_context(request, visible_file(request, pk), focus=focus)
    return render(request, "youth/partials/young_person_record.html", context)


# --- gestures -----------------------------------------------------------------------------------
@require_POST
@of_file
def young_person_met(request: HttpRequest, young_person: YoungPerson) -> HttpResponse:
    """A contact today, in one press."""
    allow(can_edit_file(request.user, young_person))
    try:
        record_contact(young_person=young_person, on=timezone.localdate(), by=request.user, now=timezone.now())
    except (YouthError, RowGoneError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Le contact d’aujourd’hui est noté.")
    return redirect("youth:young_person_detail", young_person.pk)


@require_POST
@of_file
def young_person_bin(request: HttpRequest, young_person: YoungPerson) -> HttpResponse:
    allow(can_edit_file(request.user, young_person))
    try:
        bin_young_person(young_person=young_person, by=request.user, now=timezone.now())
    except HeldElsewhereError as held:
        context = {"person": young_person, "held": held}
        return render(request, "youth/young_person_bin.html", context, status=409)
    except RowGoneError as error:
        messages.error(request, str(error))
    else:
        say_with_undo(
            request,
            f"Le dossier de {young_person.full_name} est à la corbeille.",
            undo_url=reverse("youth:young_person_restore", args=[young_person.pk]),
        )
    return redirect("youth:young_person_list")


@require_safe
def bin_list(request: HttpRequest) -> HttpResponse:
    allow(can_edit_file(request.user, request.structure))
    rows = YoungPerson.objects.binned_for(request.user).in_structure(request.structure)
    rows = rows.select_related("deleted_by").order_by("-deleted_at", "-pk")[:200]
    return render(request, "youth/bin.html", {"rows": rows})


@require_POST
def young_person_restore(request: HttpRequest, pk: int) -> HttpResponse:
    allow(can_edit_file(request.user))
    person = get_object_or_404(YoungPerson.objects.binned_for(request.user), pk=pk)
    try:
        restore_young_person(young_person=person, by=request.user, now=timezone.now())
    except YouthError as error:
        messages.error(request, str(error))
        return redirect("youth:bin_list")
    messages.success(request, f"Le dossier de {person.full_name} est de retour.")
    return redirect("youth:young_person_detail", person.pk)
