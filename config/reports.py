"""Where the chosen provider reports, by webhook, what became of our messages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.urls import urlpatterns as every_provider
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.urls import URLPattern, path


def report_urls(provider: str) -> list[URLPattern]:
    """`retours/<provider>/tracking/`, and nothing of the other providers, nor of the mail that some would bring in.

    The view itself asks neither to sign in nor for a CSRF token, but for the secret.
    """
    route = f"{provider}/tracking/"
    return [path(f"retours/{route}", _guarded(one.callback)) for one in every_provider if str(one.pattern) == route]


def _guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A wrong secret is refused: left to itself, the view says that the request is malformed."""

    @wraps(view)
    def report(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except AnymailWebhookValidationFailure:
            return HttpResponseForbidden()

    return report
