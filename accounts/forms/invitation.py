"""Inviting, accepting, changing roles."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.enums import Role
from accounts.forms.sign_in import CHOOSE_WELL
from accounts.models import User
from core.layouts import Choices, PageHelper, SideBySide

ROLE_HELPS = {
    Role.ADVISER: "Entreprises, contacts, échanges, imports",
    Role.COUNSELLOR: "Consulte les entreprises, y note ses échanges",
    Role.MANAGER: "Tout ce que fait un conseiller, et les réglages du suivi",
    Role.ADMINISTRATOR: "Équipe, antennes, réglages de la structure",
}
ROLE_ICONS = {
    Role.ADVISER: "building-2",
    Role.COUNSELLOR: "users",
    Role.MANAGER: "chart-column",
    Role.ADMINISTRATOR: "landmark",
}


def _roles_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="Rôles",
        choices=[(role.value, str(role.label).capitalize()) for role in Role],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez un rôle au moins."},
    )


class RolesForm(forms.Form):
    """Exactly these roles; none takes the person out of the team."""

    roles = _roles_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].required = False
        self.helper = PageHelper()
        self.helper.hide_optional = True
        self.helper.layout = Layout(Choices("roles", icons=ROLE_ICONS, helps=ROLE_HELPS))


class InvitationForm(forms.Form):
    first_name = forms.CharField(label="Prénom", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    last_name = forms.CharField(label="Nom", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label="Adresse e-mail professionnelle",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="L’invitation y est envoyée ; cette adresse servira d’identifiant.",
    )
    roles = _roles_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PageHelper()
        self.helper.layout = Layout(
            SideBySide("first_name", "last_name"), "email", Choices("roles", icons=ROLE_ICONS, helps=ROLE_HELPS)
        )


class AcceptForm(forms.Form):
    """Opens an account: who she is, and her password."""

    first_name = forms.CharField(
        label="Prénom", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label="Nom", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    password1 = forms.CharField(
        label="Mot de passe",
        strip=False,
        help_text=CHOOSE_WELL,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Le même, une seconde fois",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.helper = PageHelper()
        self.helper.layout = Layout(SideBySide("first_name", "last_name"), "password1", "password2")

    def clean(self) -> dict:
        cleaned = super().clean()
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", "Les deux mots de passe ne sont pas les mêmes.")
        if first:
            person = User(
                email=self.email, first_name=cleaned.get("first_name", ""), last_name=cleaned.get("last_name", "")
            )
            try:
                validate_password(first, person)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return cleaned
