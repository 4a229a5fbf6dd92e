"""How django-allauth behaves here: nobody signs up by herself, passkeys are bound to the site."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """An account comes from an invitation alone."""
        return False


class MFAAdapter(DefaultMFAAdapter):
    pass
