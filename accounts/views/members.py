"""The team: who works there, as what, and who was invited."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions
from accounts.forms import InvitationForm, RolesForm
from accounts.models import Invitation, Structure, User
from accounts.permissions import can_close_account
from accounts.queries import team
from accounts.second_factor import has_factor
from accounts.views.structures import of_structure


@require_safe
@of_structure
def member_list(request: HttpRequest, structure: Structure) -> HttpResponse:
    now = timezone.now()
    invitations = Invitation.objects.visible_to(request.user).filter(structure=structure).open()
    return render(
        request,
        "accounts/member_list.html",
        {
            "structure": structure,
            "members": team(structure),
            "invitations": [(row, row.is_expired(now)) for row in invitations.order_by("email", "pk")],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_structure
def invitation_create(request: HttpRequest, structure: Structure) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sent = actions.invite_person(structure=structure, **form.cleaned_data, by=request.user, now=timezone.now())
        except actions.AccountError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, f"L’invitation part à {sent.email} : son lien est valable 7 jours.")
            return redirect("accounts:member_list")
    context = {"form": form, "structure": structure}
    return render(request, "accounts/invitation_form.html", context)


@require_POST
@of_structure
def invitation_renew(request: HttpRequest, pk: int, structure: Structure) -> HttpResponse:
    try:
        sent = actions.renew_invitation(
            invitation=_invitation(request, pk, structure), by=request.user, now=timezone.now()
        )
    except actions.AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Un nouveau lien part à {sent.email} ; l’ancien ne sert plus.")
    return redirect("accounts:member_list")


@require_POST
@of_structure
def invitation_revoke(request: HttpRequest, pk: int, structure: Structure) -> HttpResponse:
    try:
        gone = actions.revoke_invitation(
            invitation=_invitation(request, pk, structure), by=request.user, now=timezone.now()
        )
    except actions.AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"L’invitation de {gone.email} est annulée : son lien ne sert plus.")
    return redirect("accounts:member_list")


@require_http_methods(["GET", "HEAD", "POST"])
@of_structure
def member_edit(request: HttpRequest, pk: int, structure: Structure) -> HttpResponse:
    person = _person(request, pk, structure)
    held = list(person.memberships.filter(structure=structure).values_list("role", flat=True))
    form = RolesForm(request.POST or None, initial={"roles": held})
    if request.method == "POST":
        form = RolesForm(request.POST)
        if form.is_valid():
            try:
                actions.change_roles(
                    structure=structure,
                    person=person,
                    roles=form.cleaned_data["roles"],
                    by=request.user,
                    now=timezone.now(),
                )
            except actions.AccountError as error:
                form.add_error("roles", str(error))
            else:
                return _after_roles(request, person, form.cleaned_data["roles"], structure)
    context = {
        "form": form,
        "structure": structure,
        "person": person,
        "has_factor": has_factor(person),
        "may_close": can_close_account(request.user, person),
    }
    return render(request, "accounts/member_form.html", context)


def _after_roles(request: HttpRequest, person: User, roles: list[str], structure: Structure) -> HttpResponse:
    if roles:
        messages.success(request, f"Les rôles de {person.full_name} sont enregistrés.")
    else:
        messages.success(request, f"{person.full_name} ne fait plus partie de l’équipe.")
    # Whoever gave her own administration up has no more business on these pages.
    gone = person == request.user and "administrator" not in roles
    return redirect("/" if gone else "accounts:member_list")


@require_POST
@of_structure
def member_close(request: HttpRequest, pk: int, structure: Structure) -> HttpResponse:
    person = _person_to_close(request, pk, structure)
    try:
        actions.close_account(person=person, by=request.user, now=timezone.now())
    except actions.AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Le compte de {person.full_name} est fermé, ses sessions aussi.")
    return redirect("accounts:member_list")


@require_POST
@of_structure
def member_reopen(request: HttpRequest, pk: int, structure: Structure) -> HttpResponse:
    person = _person_to_close(request, pk, structure)
    actions.reopen_account(person=person, by=request.user, now=timezone.now())
    messages.success(request, f"Le compte de {person.full_name} est rouvert.")
    return redirect("accounts:member_list")


@require_POST
@of_structure
def member_factor_remove(request: HttpRequest, pk: int, structure: Structure) -> HttpResponse:
    person = _person_to_close(request, pk, structure)
    actions.remove_second_factor(person=person, by=request.user, now=timezone.now())
    messages.success(request, f"{person.full_name} choisira un nouveau second facteur à sa prochaine connexion.")
    return redirect("accounts:member_list")


def _person(request: HttpRequest, pk: int, structure: Structure) -> User:
    return get_object_or_404(User.objects.visible_to(request.user).filter(memberships__structure=structure), pk=pk)


def _person_to_close(request: HttpRequest, pk: int, structure: Structure) -> User:
    person = _person(request, pk, structure)
    if not can_close_account(request.user, person):
        raise PermissionDenied
    return person


def _invitation(request: HttpRequest, pk: int, structure: Structure) -> Invitation:
    return get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk, structure=structure)
