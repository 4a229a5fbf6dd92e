"""A placement: its page, its steps, its meeting, the preparation of both sides, the immersion."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.addresses import url_if_any
from core.doors import allow, asked_words, posted, posted_version
from core.errors import ActionError, RowConflictError
from core.states import InvalidMoveError
from opportunities.actions import (
    PlacementDayError,
    move_placement,
    place_young_person,
    plan_immersion,
    postpone_meeting,
    prepare_placement,
)
from opportunities.cards import GESTURES, PlacementCard, placement_card
from opportunities.enums import PlacementState
from opportunities.forms.placements import ImmersionForm, MeetingForm, PlaceForm, PreparationForm, ShareForm, StepForm
from opportunities.immersions import Check, Where, is_ready
from opportunities.models import Immersion, Opportunity, Placement
from opportunities.permissions import can_edit_placement, can_place_young_person
from opportunities.placing import (
    checks_of,
    history_lines,
    immersion_of,
    links_of,
    needs_to_place,
    opportunities_to_offer,
    people_to_place,
)
from opportunities.profile import is_shareable, shown_in_words
from opportunities.views.doors import visible_opportunity, visible_placement
from youth.cards import card_of
from youth.models import Need, YoungPerson
from youth.permissions import can_view_file
from youth.queries.needs import with_person


# --- its page -------------------------------------------------------------------------------------
def detail_context(request: HttpRequest, placement: Placement) -> dict[str, Any]:
    """Everything the page shows; of the young person, what her card holds."""
    now = timezone.now()
    card, today = placement_card(placement, user=request.user), timezone.localdate(now)
    context: dict[str, Any] = {
        "card": card,
        "moves": history_lines(placement.pk),
        "links": links_of(placement.pk, now=now),
        "shareable": is_shareable(placement.young_person),
        "shown": shown_in_words(placement.young_person),
        "agreed_on": placement.young_person.profile_agreed_on,
        "share_form": ShareForm(),
        "editable": can_edit_placement(request.user, placement),
        "meeting_is_late": card.meeting_is_late(now),
        "end_is_late": card.end_is_late(today),
        "today": today,
    }
    if card.is_immersion:
        immersion = immersion_of(placement.pk)
        checks = checks_of(placement, immersion, today=today)
        context |= {
            "immersion": immersion,
            "faults": [(check, _mending_url(check, card, request)) for check in checks if not check.ok],
            "complete": [check.label for check in checks if check.ok],
            "ready": is_ready(checks),
            "missing": sum(not check.ok and not check.is_warning for check in checks),
        }
    return context


def _mending_url(check: Check, card: PlacementCard, request: HttpRequest) -> str:
    """Where the fault is mended; "" where the person may not go."""
    urls = {
        Where.COMPANY: ("companies:company_edit", card.company.pk),
        Where.CONTACTS: ("companies:company_detail", card.company.pk),
        Where.OPPORTUNITY: ("opportunities:opportunity_edit", card.opportunity.pk),
        Where.IMMERSION: ("opportunities:placement_immersion", card.pk),
        Where.YOUNG_PERSON: ("youth:young_person_edit", card.youth.pk),
    }
    if check.where == Where.YOUNG_PERSON and not can_view_file(request.user, card):
        return ""
    return url_if_any(*urls[check.where])


@require_safe
def placement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    placement = visible_placement(request, pk)
    return render(request, "opportunities/placement_detail.html", detail_context(request, placement))


# --- putting somebody forward ---------------------------------------------------------------------
def _asked(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name) or request.GET.get(name) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_http_methods(["GET", "HEAD", "POST"])
def placement_create(request: HttpRequest) -> HttpResponse:
    """`opportunity`, `need`, `young_person`: what is known already; the page asks for the rest, then for the day."""
    allow(can_place_young_person(request.user))
    opportunity_pk, need_pk, person_pk = (_asked(request, name) for name in ("opportunity", "need", "young_person"))
    opportunity = visible_opportunity(request, opportunity_pk) if opportunity_pk else None
    need = None
    if need_pk:
        need = get_object_or_404(with_person(Need.objects.visible_to(request.user)), pk=need_pk)
        person_pk = need.young_person_id
    person = None
    if person_pk:
        people = YoungPerson.objects.presented_to(request.user).select_related("counsellor")
        person = get_object_or_404(people, pk=person_pk)
        allow(can_place_young_person(request.user, person))
    if opportunity and person:
        return _place(request, opportunity, person, need)
    text = asked_words(request)
    context: dict[str, Any] = {"opportunity": opportunity, "text": text, "need": need}
    if opportunity:
        allow(can_place_young_person(request.user, opportunity))
        context["needs"] = needs_to_place(opportunity=opportunity, user=request.user, text=text)
        context["people"] = people_to_place(opportunity=opportunity, user=request.user, text=text)
        return render(request, "opportunities/placement_who.html", context)
    if person is None:
        return redirect("opportunities:placement_list")
    context["youth"] = card_of(person, user=request.user)
    context["offers"] = opportunities_to_offer(
        user=request.user, structure_id=person.structure_id, person_pk=person.pk, need=need, text=text,
        today=timezone.localdate(),
    )  # fmt: skip
    return render(request, "opportunities/placement_where.html", context)


def _place(request: HttpRequest, opportunity: Opportunity, person: YoungPerson, need: Need | None) -> HttpResponse:
    form = PlaceForm(posted(request), today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            placement = place_young_person(
                opportunity=opportunity,
                young_person=person,
                need=need,
                by=request.user,
                now=timezone.now(),
                on=form.cleaned_data["on"],
            )
        except ActionError as error:
            form.add_error("on" if isinstance(error, PlacementDayError) else None, str(error))
        else:
            messages.success(
                request, f"Positionnement noté\u00a0: {person.short_name}, sur «\u00a0{opportunity}\u00a0»."
            )
            return redirect(placement)
    context = {"form": form, "opportunity": opportunity, "youth": card_of(person, user=request.user), "need": need}
    return render(request, "opportunities/placement_form.html", context)


# --- its steps ------------------------------------------------------------------------------------
def _editable(request: HttpRequest, pk: int) -> Placement:
    placement = visible_placement(request, pk)
    allow(can_edit_placement(request.user, placement))
    return placement


@require_http_methods(["GET", "HEAD", "POST"])
def placement_move(request: HttpRequest, pk: int, to: str) -> HttpResponse:
    """A step: at once by a button of the page (`today`), or with what it asks."""
    placement = _editable(request, pk)
    if to not in PlacementState.values or to == PlacementState.CONSIDERED:
        raise Http404
    today = timezone.localdate()
    if request.method == "POST" and "today" in request.POST:
        return _move(request, placement, to, {}) or redirect(placement)
    form = StepForm(posted(request), to=to, today=today)
    if request.method == "POST" and form.is_valid():
        answer = _move(request, placement, to, form.values(), form=form)
        if answer:
            return answer
    card = placement_card(placement, user=request.user)
    if request.method != "POST" and to not in {gesture.to for gesture in card.gestures}:
        messages.error(request, f"Ce positionnement est déjà «\u00a0{card.state_label.lower()}\u00a0».")
        return redirect(placement)
    context = {"form": form, "card": card, "gesture": GESTURES[PlacementState(to)]}
    return render(request, "opportunities/placement_step.html", context)


def _move(
    request: HttpRequest, placement: Placement, to: str, values: dict[str, Any], *, form: StepForm | None = None
) -> HttpResponse | None:
    """The page again when it is done; None when the form has to be shown with its refusal."""
    version = posted_version(request) or None
    try:
        moved = move_placement(
            placement=placement, to=to, values=values, by=request.user, now=timezone.now(), version=version
        )
    except RowConflictError:
        messages.error(request, "Quelqu’un vient de noter une étape\u00a0: voici où en est ce positionnement.")
        return redirect(placement)
    except (ActionError, InvalidMoveError) as error:
        if form is None:
            messages.error(request, str(error))
        else:
            form.add_error(form.day_field if isinstance(error, PlacementDayError) else None, str(error))
        return None
    messages.success(request, f"C’est noté\u00a0: {moved.get_state_display().lower()}.")
    return redirect(placement)


@require_http_methods(["GET", "HEAD", "POST"])
def placement_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """Another hour for the meeting."""
    placement = _editable(request, pk)
    form = MeetingForm(posted(request), initial={"at": placement.meeting_at})
    if request.method == "POST" and form.is_valid():
        try:
            postpone_meeting(placement=placement, at=form.cleaned_data["at"], by=request.user, now=timezone.now())
        except ActionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "La rencontre est reportée.")
            return redirect(placement)
    context = {"form": form, "card": placement_card(placement, user=request.user)}
    return render(request, "opportunities/placement_meeting.html", context)


# --- preparing ------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def placement_prepare(request: HttpRequest, pk: int) -> HttpResponse:
    placement = _editable(request, pk)
    said = {"youth": placement.preparation_youth, "company": placement.preparation_company}
    form = PreparationForm(posted(request), initial=said)
    version: int | None = placement.version
    if request.method == "POST" and form.is_valid():
        arguments = {"by": request.user, "now": timezone.now(), "version": posted_version(request)}
        try:
            prepare_placement(placement=placement, **form.cleaned_data, **arguments)
        except RowConflictError as conflict:
            version = conflict.current.version
            form.add_error(
                None,
                "Quelqu’un a enregistré avant vous\u00a0: son texte est ci-dessous. Reprenez-le dans le vôtre,"
                " puis enregistrez à nouveau.",
            )
        except ActionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "La préparation est enregistrée.")
            return redirect(placement)
    context = {"form": form, "card": placement_card(placement, user=request.user), "version": version}
    return render(request, "opportunities/placement_prepare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def placement_immersion(request: HttpRequest, pk: int) -> HttpResponse:
    placement = _editable(request, pk)
    card = placement_card(placement, user=request.user)
    if not card.is_immersion:
        raise Http404
    immersion = immersion_of(placement.pk) or Immersion(placement=placement, structure_id=placement.structure_id)
    form = ImmersionForm(posted(request), instance=immersion, company=card.company)
    if request.method == "POST" and form.is_valid():
        try:
            plan_immersion(placement=placement, values=form.values(), by=request.user, now=timezone.now())
        except ActionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "L’immersion est enregistrée.")
            return redirect(f"{card.url}#immersion")
    return render(request, "opportunities/placement_immersion.html", {"form": form, "card": card})
