"""E-mails about accounts. They are sent by tasks alone, never inside a request."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from core import mail
from core.mail import HeaderRefused, address_of

__all__ = ["HeaderRefused", "address_of", "build_mail"]


def build_mail(template: str, *, to: str, **context: Any) -> EmailMessage:
    """The e-mail of `templates/accounts/mails/<template>.txt`: its first line is the subject, the rest the text."""
    text = render_to_string(f"accounts/mails/{template}.txt", {"site_url": settings.SITE_URL, "to": to, **context})
    subject, _, body = text.strip().partition("\n")
    return mail.build_mail(to=to, subject=subject, text=body)
