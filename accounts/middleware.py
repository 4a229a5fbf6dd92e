"""What a signed-in request knows of itself: how old its session is, which structures it works for."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts import second_factor
from accounts.session_keys import SEEN, STARTED, STRUCTURE
from core.scope import set_scope

GetResponse = Callable[[HttpRequest], HttpResponse]

# The last sign of life is written at most this often: reading a page is not a write.
SEEN_EVERY = dt.timedelta(minutes=5)


class SessionAgeMiddleware:
    """Two hours without a page, or twelve hours in all, and the session ends."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now().timestamp()
            started = request.session.setdefault(STARTED, now)
            seen = request.session.setdefault(SEEN, now)
            if now - seen > settings.SESSION_IDLE_SECONDS or now - started > settings.SESSION_COOKIE_AGE:
                logout(request)
                messages.info(request, "Votre session est terminée : identifiez-vous à nouveau.")
                return redirect(settings.LOGIN_URL)
            if now - seen > SEEN_EVERY.total_seconds():
                request.session[SEEN] = now
        return self.get_response(request)


class AccessMiddleware:
    """Sets `request.structures`, `request.structure`, and the scope of row-level security.

    `request.structure` is the one chosen in the header, or the only one; None stands for all of
    one's own. It narrows what is shown and never widens it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.structures, request.structure = [], None
        if request.user.is_authenticated:
            request.structures = request.user.structures
            chosen = request.session.get(STRUCTURE)
            by_pk = {structure.pk: structure for structure in request.structures}
            if len(by_pk) == 1:
                request.structure = request.structures[0]
            elif chosen in by_pk:
                request.structure = by_pk[chosen]
            set_scope(by_pk)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Whoever's role may see young people shows a second factor, or sets one up, before anything else.

    Only the pages that this needs stay open meanwhile. With a factor already on the account, adding another one is
    not among them: a stolen password would add its own.
    """

    ALWAYS_OPEN = frozenset({"account_logout", "core:health", "core:theme_choose"})
    TO_SHOW_IT = ALWAYS_OPEN | {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
    TO_SET_IT_UP = ALWAYS_OPEN | {
        "account_reauthenticate",
        "accounts:factor_start",
        "mfa_activate_totp",
        "mfa_add_webauthn",
    }

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: tuple, kwargs: dict) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or not second_factor.is_asked_of(user) or second_factor.was_shown(request):
            return None
        route = request.resolver_match.view_name
        if second_factor.has_factor(user):
            if route in self.TO_SHOW_IT:
                return None
            return redirect_to_login(request.get_full_path(), reverse("mfa_reauthenticate"))
        return None if route in self.TO_SET_IT_UP else redirect("accounts:factor_start")
