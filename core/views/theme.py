"""Light, dark, or as the device is: kept on the account, and in a cookie for the pages before signing in."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

THEMES = {"auto", "light", "dark"}
A_YEAR = 365 * 24 * 60 * 60


@login_not_required
@require_POST
def theme_choose(request: HttpRequest) -> HttpResponse:
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        return HttpResponseBadRequest("Apparence inconnue.")
    if request.user.is_authenticated:
        _keep_on_account(request.user, theme)
    response = redirect(_page_before(request))
    response.set_cookie(
        "theme", theme, max_age=A_YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response


def _keep_on_account(user: Any, theme: str) -> None:
    user.theme = theme
    user.save(update_fields=["theme"])


def _page_before(request: HttpRequest) -> str:
    before = request.headers.get("referer", "")
    secure = request.is_secure()
    return before if url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=secure) else "/"
