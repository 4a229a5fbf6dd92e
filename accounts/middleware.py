"""What a signed-in request knows of itself: how old its session is, which structures it works for."""

import datetime as dt
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from core.scope import set_scope

GetResponse = Callable[[HttpRequest], HttpResponse]

STARTED, SEEN, STRUCTURE, FACTOR = "started_at", "seen_at", "structure_id", "second_factor"
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
                messages.info(request, "Votre session est terminée : identifiez-vous à nouveau.")
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
    """Whoever's role may see young people sets up a second factor before anything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or request.session.get(FACTOR) or not self._asked_of(user):
            return self.get_response(request)
        if is_mfa_enabled(user):
            request.session[FACTOR] = True
            return self.get_response(request)
        if request.path.startswith((reverse("account_logout"), "/compte/", "/static/", "/health")):
            return self.get_response(request)
        return redirect("mfa_activate_totp")

    @staticmethod
    def _asked_of(user) -> bool:
        waived = settings.DEMO and user.is_demo
        return not waived and user.needs_second_factor
