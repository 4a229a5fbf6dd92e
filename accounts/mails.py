"""E-mails about accounts. One function builds them; they are sent by tasks alone, never inside a request."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse


class HeaderRefused(ValueError):
    """An address or a subject held a line break: somebody tried to write headers of her own."""


def build_mail(template: str, *, to: str, **context: Any) -> EmailMessage:
    """The e-mail of `templates/accounts/mails/<template>.txt`: its first line is the subject, the rest the text."""
    text = render_to_string(f"accounts/mails/{template}.txt", {"site_url": settings.SITE_URL, "to": to, **context})
    subject, _, body = text.strip().partition("\n")
    for header in (subject, to):
        if "\n" in header or "\r" in header:
            raise HeaderRefused(template)
    return EmailMessage(subject=subject.strip(), body=body.strip() + "\n", to=[to])


def address_of(name: str, **kwargs: Any) -> str:
    """The whole address of a page, from the site's own name and never from what a request says it is."""
    return settings.SITE_URL.rstrip("/") + reverse(name, kwargs=kwargs)
