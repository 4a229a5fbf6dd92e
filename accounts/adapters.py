"""How django-allauth behaves here: nobody signs up by herself, mails leave by the queue, keys belong to the site."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context, ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import queue_notice, queue_password_link

WAIT = "Trop d’essais : attendez une demi-heure, ou choisissez un nouveau mot de passe."
WRONG_CODE = "Ce code n’est pas le bon, ou il a déjà servi."


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Ce compte est fermé.",
        "email_password_mismatch": "L’adresse ou le mot de passe n’est pas le bon.",
        "enter_current_password": "Ce n’est pas votre mot de passe actuel.",
        "incorrect_code": WRONG_CODE,
        "incorrect_password": "Ce n’est pas votre mot de passe.",
        "invalid_login": "Cette adresse ne convient pas.",
        "invalid_password_reset": "Ce lien ne peut plus servir.",
        "too_many_login_attempts": WAIT,
        "rate_limited": "Trop d’essais en peu de temps : attendez un peu.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """An account comes from an invitation alone."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever gave her password or her factor in the last quarter of an hour is not asked for it again."""
        request = context.request
        since = timezone.now().timestamp() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        records = get_authentication_records(request, request.user)
        if any(record["method"] in ("password", "mfa") and record["at"] > since for record in records):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user: Any) -> list[dict]:
        words = {
            "reauthenticate": "Avec mon mot de passe",
            "mfa_reauthenticate": "Avec un code",
            "mfa_reauthenticate:webauthn": "Avec une clé d’accès",
        }
        methods = super().get_reauthentication_methods(user)
        return [{**method, "description": words[method["id"]]} for method in methods]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """A coordinator without any role in a structure starts from her group."""
        access = request.user.access
        if access.group_ids and not access.roles:
            return reverse("accounts:group_detail")
        return super().get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile_edit")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def set_password(self, user: Any, password: str) -> None:
        """A person who proved who she is by her mailbox may try again at once."""
        super().set_password(user, password)
        key = self._get_login_attempts_cache_key(context.request, email=user.email)
        ratelimit.clear(context.request, action="login_failed", key=key)

    def send_password_reset_mail(self, user: Any, email: str, context: dict) -> None:
        queue_password_link(user=user)

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict | None = None, email: str | None = None
    ) -> None:
        queue_notice(user=user, template=template_prefix)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Nothing else may leave by this door: it would be sent inside the request."""
        raise NotImplementedError(template_prefix)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "Ce second facteur ne peut pas être retiré.",
        "cannot_generate_recovery_codes": "Choisissez d’abord un second facteur.",
        "incorrect_code": WRONG_CODE,
        "unverified_email": "Votre adresse n’est pas encore vérifiée.",
    }

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "Ma clé d’accès" if not count else f"Ma clé d’accès nᵒ {count + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().partition(":")[0], "name": "Trait d’union"}
