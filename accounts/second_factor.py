"""Whether this session has shown a second factor, and what happens to it when one is added or removed.

The mark belongs to the session, not to the account: a session opened by a stolen password gains nothing when the
account's owner sets her factor up in another one.
"""

import time
from typing import Any

from allauth.account.internal.flows.login import clear_authentication_records, get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from accounts.session_keys import FACTOR

MAIN_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_asked_of(user: Any) -> bool:
    """Of everyone whose role sees young people; waived for the demonstration's own accounts, in the demo alone."""
    return user.needs_second_factor and not (settings.DEMO and user.is_demo)


def has_factor(user: Any) -> bool:
    return is_mfa_enabled(user, MAIN_FACTORS)


def was_shown(request: HttpRequest) -> bool:
    """True when this session signed in, or confirmed, with a factor, or set one up itself."""
    if request.session.get(FACTOR):
        return True
    records = get_authentication_records(request, request.user)
    if any(record["method"] == "mfa" for record in records):
        request.session[FACTOR] = True
        return True
    return False


def on_factor_added(sender: Any, request: HttpRequest, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type in MAIN_FACTORS:
        request.session[FACTOR] = True


def on_factor_removed(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """With the last one gone, this session sets another up before anything else, and the others end."""
    from accounts.actions import end_sessions  # noqa: PLC0415 -- a receiver, called late

    if not has_factor(user):
        request.session.pop(FACTOR, None)
        clear_authentication_records(request)
        end_sessions(user=user, keep=request.session.session_key)


def was_shown_lately(request: HttpRequest) -> bool:
    """True when this session gave a factor a few minutes ago: what takes many people's data away asks for it again."""
    if not is_asked_of(request.user):
        return True
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" and record.get("at", 0) >= since for record in records)
