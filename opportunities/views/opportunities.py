"""One opportunity: its record, its form, its state, its criteria, its next season."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from companies.models import Contact, NextAction
from companies.queries import startable_companies
from core.conflicts import conflict_page, snapshot_of, with_choices_of
from core.doors import allow, asked_words, go_back, posted, posted_version
from core.errors import ActionError, RowConflictError
from core.phases import Phase, SolutionKind
from core.states import InvalidMoveError
from opportunities.actions import (
    LivePlacementsError,
    create_opportunity,
    duplicate_opportunity,
    edit_opportunity,
    move_opportunity,
    widen_criteria,
)
from opportunities.enums import REASONED_STATES, STATE_ICONS, Frequency, OpportunityState
from opportunities.forms import CriteriaForm, MoveForm, OpportunityForm
from opportunities.models import Opportunity
from opportunities.permissions import can_edit_opportunity, can_move_opportunity
from opportunities.queries import history_of, last_change, next_step
from opportunities.views.doors import visible_company, visible_opportunity

# What a button says, the usual way on first; those that ask for a reason open their own page.
MOVES = {
    OpportunityState.OPEN: "Ouvrir",
    OpportunityState.FILLED: "Marquer pourvue",
    OpportunityState.TO_QUALIFY: "À qualifier",
    OpportunityState.CLOSED: "Clore",
    OpportunityState.REFUSED: "La refuser…",
    OpportunityState.WITHDRAWN: "Retirée par l’entreprise…",
}
DONE = {
    OpportunityState.OPEN: "est ouverte",
    OpportunityState.FILLED: "est pourvue",
    OpportunityState.TO_QUALIFY: "est à qualifier",
    OpportunityState.CLOSED: "est close",
    OpportunityState.REFUSED: "est refusée\u00a0: l’entreprise attend votre explication",
    OpportunityState.WITHDRAWN: "est retirée par l’entreprise",
}
TITLES = {
    OpportunityState.REFUSED: "Refuser cette opportunité",
    OpportunityState.WITHDRAWN: "L’entreprise la retire",
    OpportunityState.CLOSED: "Clore cette opportunité",
}


def moves_of(opportunity: Opportunity) -> list[dict[str, Any]]:
    """The states it may become, as buttons."""
    return [
        {"state": state, "label": label, "icon": STATE_ICONS[state], "asks": state in REASONED_STATES}
        for state, label in MOVES.items()
        if opportunity.can_become(state)
    ]


@require_GET
def opportunity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    opportunity = visible_opportunity(request, pk)
    today = timezone.localdate()
    context = {
        "opportunity": opportunity,
        "occupations": opportunity.occupations.order_by("label", "pk"),
        "history": history_of(opportunity),
        "step": next_step(opportunity, today=today),
        "moves": moves_of(opportunity),
        "today": today,
    }
    return render(request, "opportunities/opportunity_detail.html", context)


# --- adding ---------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def opportunity_create(request: HttpRequest) -> HttpResponse:
    """With `entreprise`, its form; without, the choice of the company. `phase`, `genre`, `metier` fill it in.

    `sollicitation`: what the company was to be asked, and now answers.
    """
    allow(can_edit_opportunity(request.user))
    wanted = request.POST.get("entreprise") or request.GET.get("entreprise") or ""
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
        return _choice_of_company(request)
    company = visible_company(request, int(wanted))
    allow(can_edit_opportunity(request.user, company))
    arguments = {"company": company, "user": request.user}
    if request.method != "POST":
        form = OpportunityForm(initial=_initial(request, company), **arguments)
        return _create_page(request, company, form)
    form = OpportunityForm(request.POST, **arguments)
    if not form.is_valid():
        return _create_page(request, company, form)
    state = form.cleaned_data["state"]
    try:
        opportunity = create_opportunity(
            company=company,
            values=form.values(),
            state=state,
            by=request.user,
            now=timezone.now(),
            asked=_asked(request, company),
        )
    except ActionError as error:
        form.add_error(None, str(error))
        return _create_page(request, company, form)
    messages.success(request, f"«\u00a0{opportunity}\u00a0» est ajoutée.")
    return redirect(opportunity)


def _asked(request: HttpRequest, company: Any) -> NextAction | None:
    pk = request.POST.get("sollicitation") or request.GET.get("sollicitation") or ""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    return NextAction.objects.visible_to(request.user).filter(company=company, solicitation=int(pk)).first()


def _choice_of_company(request: HttpRequest) -> HttpResponse:
    words = asked_words(request)
    rows = startable_companies(user=request.user, structure=request.structure, words=words)
    rows = [row for row in rows if can_edit_opportunity(request.user, row)]
    carried = [(name, request.GET[name]) for name in ("phase", "genre", "metier") if name in request.GET]
    context = {"companies": rows, "words": words, "carried": carried}
    if request.htmx and not request.htmx.boosted:
        return render(request, "opportunities/partials/opportunity_companies.html", context)
    return render(request, "opportunities/opportunity_start.html", context)


def _initial(request: HttpRequest, company: Any) -> dict[str, Any]:
    phase, kind = request.GET.get("phase", ""), request.GET.get("genre", "")
    main = Contact.objects.visible_to(request.user).filter(company=company, left_on=None, is_main=True).first()
    trades = [code for code in request.GET.getlist("metier") if len(code) == 5 and code.isalnum()]
    return {
        "phase": int(phase) if phase in {str(value) for value in Phase.values} else None,
        "kind": kind if kind in SolutionKind.values else "",
        "occupations": trades[:10],
        "contact": main.pk if main else None,
        "address": company.address,
        "postcode": company.postcode,
        "city": company.city,
        "received_by": request.user.pk,
        "received_on": timezone.localdate(),
        "managed_by": request.user.pk,
        "frequency": Frequency.OCCASIONAL,
        "state": OpportunityState.OPEN,
        "places": 1,
    }


def _create_page(request: HttpRequest, company: Any, form: OpportunityForm) -> HttpResponse:
    context = {"form": form, "company": company, "asked": _asked(request, company)}
    return render(request, "opportunities/opportunity_form.html", context)


# --- correcting -----------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def opportunity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    opportunity = visible_opportunity(request, pk)
    allow(can_edit_opportunity(request.user, opportunity))
    arguments = {"company": opportunity.company, "user": request.user}
    if request.method != "POST":
        form = OpportunityForm(instance=opportunity, **arguments)
        return _edit_page(request, opportunity, form, opportunity.version)
    fresh = OpportunityForm(instance=visible_opportunity(request, pk), **arguments)
    form = OpportunityForm(with_choices_of(request.POST, fresh), instance=opportunity, **arguments)
    version = posted_version(request)
    if not form.is_valid():
        return _edit_page(request, opportunity, form, version)
    try:
        edit_opportunity(
            opportunity=opportunity, changes=form.values(), by=request.user, now=timezone.now(), version=version
        )
    except RowConflictError as conflict:
        theirs = OpportunityForm(instance=conflict.current, **arguments)
        return conflict_page(
            request,
            form=form,
            theirs=theirs,
            title=f"de {conflict.current}",
            back_label=str(conflict.current),
            back_url=conflict.current.get_absolute_url(),
            last=last_change(conflict.current),
        )
    except ActionError as error:
        form.add_error(None, str(error))
        return _edit_page(request, opportunity, form, version)
    messages.success(request, f"«\u00a0{opportunity}\u00a0» est à jour.")
    return redirect(opportunity)


def _edit_page(request: HttpRequest, opportunity: Opportunity, form: OpportunityForm, version: int) -> HttpResponse:
    base = request.POST.get("base") or snapshot_of(form)
    context = {"form": form, "opportunity": opportunity, "company": opportunity.company, "version": version}
    return render(request, "opportunities/opportunity_form.html", {**context, "base": base})


# --- another state --------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def opportunity_move(request: HttpRequest, pk: int) -> HttpResponse:
    """At once, or after its page when the state asks for a reason or somebody still waits for an answer."""
    opportunity = visible_opportunity(request, pk)
    allow(can_move_opportunity(request.user, opportunity))
    to = request.POST.get("to") or request.GET.get("to") or ""
    if not opportunity.can_become(to):
        said = "Cette opportunité a changé d’état entre-temps\u00a0: voici où elle en est."
        messages.warning(request, said)
        return redirect(opportunity)
    answered = "answered" in request.POST
    if request.method != "POST" or (to in REASONED_STATES and not answered):
        return _move_page(request, opportunity, MoveForm(to=to), to)
    form = MoveForm(request.POST, to=to, waiting="waiting" in request.POST)
    if answered and not form.is_valid():
        return _move_page(request, opportunity, form, to)
    return _move(request, opportunity, form if answered else None, to)


def _move(request: HttpRequest, opportunity: Opportunity, form: MoveForm | None, to: str) -> HttpResponse:
    """`form`: what was answered; None when a button alone was pressed."""
    given = form.cleaned_data if form else {}
    try:
        move_opportunity(opportunity=opportunity, to=to, by=request.user, now=timezone.now(), **given)
    except LivePlacementsError as error:
        again = MoveForm(initial=given, to=to, waiting=True)
        return _move_page(request, opportunity, again, to, waiting=str(error))
    except (InvalidMoveError, ActionError) as error:
        if form:
            form.add_error(None, str(error))
            return _move_page(request, opportunity, form, to)
        messages.error(request, str(error))
    else:
        messages.success(request, f"«\u00a0{opportunity}\u00a0» {DONE[OpportunityState(to)]}.")
    return go_back(request, opportunity)


def _move_page(
    request: HttpRequest, opportunity: Opportunity, form: MoveForm, to: str, *, waiting: str = ""
) -> HttpResponse:
    state = OpportunityState(to)
    context = {
        "form": form,
        "opportunity": opportunity,
        "to": to,
        "title": TITLES.get(state, f"Passer à «\u00a0{state.label}\u00a0»"),
        "submit": MOVES[state].rstrip("…"),
        "waiting": waiting or ("waiting" in request.POST),
        "next": request.POST.get("next", ""),
    }
    return render(request, "opportunities/opportunity_move.html", context)


# --- criteria -------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def opportunity_criteria(request: HttpRequest, pk: int) -> HttpResponse:
    """What the company asks now; what it asked before stays in the history."""
    opportunity = visible_opportunity(request, pk)
    allow(can_edit_opportunity(request.user, opportunity))
    data = posted(request)
    if data is not None:
        data = with_choices_of(data, _criteria_of(opportunity))
    form = _criteria_of(opportunity, data)
    version = posted_version(request) if data else opportunity.version
    if data is not None and form.is_valid():
        try:
            widen_criteria(
                opportunity=opportunity,
                by=request.user,
                now=timezone.now(),
                version=version,
                **form.cleaned_data,
            )
        except RowConflictError as conflict:
            return _criteria_conflict(request, form, conflict.current)
        except ActionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Les nouveaux critères sont notés, les anciens restent dans l’histoire.")
            return redirect(opportunity)
    base = request.POST.get("base") or snapshot_of(form)
    context = {"form": form, "opportunity": opportunity, "version": version, "base": base}
    return render(request, "opportunities/opportunity_criteria.html", context)


def _criteria_of(opportunity: Opportunity, data: Any = None, *, note: str = "") -> CriteriaForm:
    initial = {"criteria": opportunity.criteria, "negotiable": opportunity.negotiable, "note": note}
    return CriteriaForm(data, initial=initial)


def _criteria_conflict(request: HttpRequest, form: CriteriaForm, current: Opportunity) -> HttpResponse:
    """Her text beside one's own; one's own note goes on with what is chosen."""
    return conflict_page(
        request,
        form=form,
        theirs=_criteria_of(current, note=form.cleaned_data["note"]),
        title=f"de {current}",
        back_label=str(current),
        back_url=current.get_absolute_url(),
        last=last_change(current),
        version=current.version,
    )


# --- next season ----------------------------------------------------------------------------------
@require_POST
def opportunity_duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    opportunity = visible_opportunity(request, pk)
    allow(can_edit_opportunity(request.user, opportunity))
    try:
        copy = duplicate_opportunity(opportunity=opportunity, by=request.user, now=timezone.now())
    except ActionError as error:
        messages.error(request, str(error))
        return redirect(opportunity)
    messages.success(request, "La voici de nouveau, en brouillon\u00a0: vérifiez les dates avec l’entreprise.")
    return redirect(reverse("opportunities:opportunity_detail", args=[copy.pk]))
