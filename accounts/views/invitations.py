"""The page behind the link of an invitation. Opening it changes nothing: mail scanners follow every link."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import actions, queries
from accounts.forms import AcceptForm
from accounts.models import Invitation


@login_not_required
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, key: str) -> HttpResponse:
    # Answers alone are counted: reading a page writes nothing, and a key of 256 bits is not guessed by reading.
    if not ratelimit.consume(request, action="invitation"):
        return ratelimit.respond_429(request)
    invitation = queries.invitation_of_key(key)
    refusal = _refusal(invitation)
    if invitation is None or refusal:
        status = 404 if invitation is None else 410
        return render(request, refusal, {"invitation": invitation}, status=status)
    account = queries.account_at(invitation.email)
    if account is None:
        return _open_account(request, invitation)
    if request.user != account:
        context = {"invitation": invitation, "is_closed": not account.is_active}
        return render(request, "accounts/invitation_sign_in.html", context)
    return _join(request, invitation)


def _refusal(invitation: Invitation | None) -> str:
    """The page that says why the link cannot serve; nothing when it can."""
    if invitation is None:
        return "accounts/invitation_unknown.html"
    if invitation.accepted_at:
        return "accounts/invitation_accepted.html"
    if invitation.revoked_at:
        return "accounts/invitation_revoked.html"
    return "accounts/invitation_expired.html" if invitation.is_expired(timezone.now()) else ""


def _open_account(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    names = {"first_name": invitation.first_name, "last_name": invitation.last_name}
    form = AcceptForm(request.POST or None, initial=names, email=invitation.email)
    if request.method == "POST" and not request.user.is_authenticated and form.is_valid():
        try:
            user = actions.accept_invitation_as_new(
                invitation=invitation,
                first_name=form.cleaned_data["first_name"],
                last_name=form.cleaned_data["last_name"],
                password=form.cleaned_data["password1"],
                now=timezone.now(),
            )
        except actions.AccountError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Bienvenue {user.first_name} : votre compte est ouvert.")
            return perform_password_login(request, {"email": user.email}, Login(user=user, email=user.email))
    context = {"invitation": invitation, "form": form}
    return render(request, "accounts/invitation_accept.html", context)


def _join(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.method == "POST":
        try:
            actions.accept_invitation(invitation=invitation, user=request.user, now=timezone.now())
        except actions.AccountError as error:
            messages.error(request, str(error))
            return redirect(request.path)
        messages.success(request, f"Vous faites maintenant partie de l’équipe de {invitation.structure}.")
        return redirect("/")
    return render(request, "accounts/invitation_join.html", {"invitation": invitation})
