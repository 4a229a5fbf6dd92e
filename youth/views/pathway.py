"""Where a young person is in the pathway, and what companies may read: small forms of one file."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.doors import allow, posted, posted_version
from core.errors import ActionError, RowConflictError
from youth.actions import leave, move_pathway, set_company_profile
from youth.forms.young_people import CompanyProfileForm, LeavingForm, MoveForm
from youth.held_elsewhere import holdings_of
from youth.models import YoungPerson
from youth.permissions import can_edit_file
from youth.views.doors import of_file


def answer_gesture(
    request: HttpRequest, form: Any, act: Callable[[], Any], *, template: str, context: dict[str, Any], done: str
) -> HttpResponse:
    """The form, or the gesture done and the way back to the file. What is refused is said above what was typed."""
    person = context["person"]
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except RowConflictError as conflict:
            context["version"] = conflict.current.version
            form.add_error(None, "Quelqu’un vient de modifier ce dossier\u00a0: relisez, puis enregistrez à nouveau.")
        except ActionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, done)
            return redirect("youth:young_person_detail", person.pk)
    return render(request, template, {**context, "form": form})


def _context(request: HttpRequest, person: YoungPerson) -> dict[str, Any]:
    version = posted_version(request) if request.method == "POST" else person.version
    return {"person": person, "version": version}


@require_http_methods(["GET", "HEAD", "POST"])
@of_file
def pathway_move(request: HttpRequest, young_person: YoungPerson) -> HttpResponse:
    allow(can_edit_file(request.user, young_person))
    initial = {"phase": young_person.phase, "step": young_person.step, "on": timezone.localdate()}
    form = MoveForm(posted(request), initial=initial)
    return answer_gesture(
        request,
        form,
        lambda: move_pathway(
            young_person=young_person,
            **form.cleaned_data,
            by=request.user,
            now=timezone.now(),
            version=posted_version(request),
        ),
        template="youth/pathway_move.html",
        context=_context(request, young_person),
        done="Le parcours est à jour.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_file
def pathway_leave(request: HttpRequest, young_person: YoungPerson) -> HttpResponse:
    allow(can_edit_file(request.user, young_person))
    holdings = holdings_of(young_person)
    form = LeavingForm(posted(request), initial={"on": timezone.localdate()}, holdings=holdings)
    context = _context(request, young_person)
    context["holdings"] = holdings
    context["waiting"] = young_person.needs.all().waiting().count()
    return answer_gesture(
        request,
        form,
        lambda: leave(
            young_person=young_person,
            outcome=form.cleaned_data["outcome"],
            on=form.cleaned_data["on"],
            note=form.cleaned_data["note"],
            becomes=form.becomes(),
            by=request.user,
            now=timezone.now(),
            version=posted_version(request),
        ),
        template="youth/pathway_leave.html",
        context=context,
        done=f"La sortie de {young_person.full_name} est notée.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_file
def company_profile_edit(request: HttpRequest, young_person: YoungPerson) -> HttpResponse:
    allow(can_edit_file(request.user, young_person))
    context = _context(request, young_person)
    form: forms.ModelForm = CompanyProfileForm(posted(request), instance=young_person)
    return answer_gesture(
        request,
        form,
        lambda: set_company_profile(
            young_person=young_person,
            text=form.cleaned_data["company_profile"],
            fields=form.cleaned_data["profile_fields"],
            agreed_on=form.cleaned_data["profile_agreed_on"],
            by=request.user,
            now=timezone.now(),
            version=posted_version(request),
        ),
        template="youth/company_profile_form.html",
        context=context,
        done="La présentation aux entreprises est enregistrée.",
    )
