"""The sign-in page: allauth's, and in the demonstration the accounts one may try."""

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings

from accounts.queries import demo_accounts


class SignInView(LoginView):
    def get_context_data(self, **kwargs: Any) -> dict:
        context = super().get_context_data(**kwargs)
        context["demo_accounts"] = demo_accounts() if settings.DEMO else []
        return context
