"""« Mon compte », and the first step of a second factor."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.views.decorators.http import require_safe
from django.views.generic import UpdateView

from accounts.forms import ProfileForm
from accounts.models import User
from accounts.queries import own_account, session_count
from accounts.second_factor import has_factor


class ProfileEditView(UpdateView):
    model = User
    form_class = ProfileForm
    template_name = "accounts/profile_form.html"
    http_method_names = ["get", "head", "post"]
    success_url = reverse_lazy("accounts:profile_edit")

    def get_object(self, queryset: Any = None) -> User:
        return own_account(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict:
        user = self.request.user
        return super().get_context_data(
            **kwargs,
            memberships=user.memberships.select_related("structure").order_by("structure__name", "pk"),
            has_factor=has_factor(user),
            session_count=session_count(user),
        )

    def form_valid(self, form: ProfileForm) -> HttpResponse:
        messages.success(self.request, "Votre compte est à jour.")
        return super().form_valid(form)


@require_safe
def factor_start(request: HttpRequest) -> HttpResponse:
    """Why a second factor, and the choice between an application and a key."""
    return render(request, "accounts/factor_start.html", {"has_factor": has_factor(request.user)})
