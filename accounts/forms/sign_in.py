"""django-allauth's forms, with our words and our fields."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms

from core.layouts import PageHelper

CHOOSE_WELL = "12 caractères au moins : quelques mots qui vous parlent se retiennent mieux qu’un code."
LABELS = {
    "login": "Adresse e-mail",
    "email": "Adresse e-mail",
    "password": "Mot de passe",
    "oldpassword": "Mot de passe actuel",
    "password1": "Nouveau mot de passe",
    "password2": "Le même, une seconde fois",
    "name": "Nom de la clé",
    "passwordless": "Me connecter avec cette clé seule, sans mot de passe",
}
HELPS = {
    "password1": CHOOSE_WELL,
    "name": "Pour la reconnaître\u00a0: «\u00a0Mon téléphone\u00a0», «\u00a0Clé du bureau\u00a0».",
    "passwordless": "La clé demande alors votre empreinte, votre visage ou son code.",
}


class InOurWords:
    """Labels above, help only where it helps, no placeholder standing for a label; the page says the errors."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = HELPS.get(name, "")
            field.widget.attrs.pop("placeholder", None)
        if "password2" in self.fields and "password1" in self.fields:
            self.fields["password1"].widget.attrs["autocomplete"] = "new-password"
        self.helper = PageHelper()


class SameTwice:
    def clean(self) -> dict:
        cleaned = forms.Form.clean(self)  # in place of allauth's, which says it in its own words
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", "Les deux mots de passe ne sont pas les mêmes.")
        return cleaned


class SignInForm(InOurWords, account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}


class ForgottenPasswordForm(InOurWords, account.ResetPasswordForm):
    pass


class NewPasswordForm(InOurWords, SameTwice, account.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(InOurWords, SameTwice, account.ChangePasswordForm):
    pass


class ConfirmPasswordForm(InOurWords, account.ReauthenticateForm):
    pass


class OneTimeCode:
    """A field for six digits, or for a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = self.label
        code.widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        code.widget.attrs["maxlength"] = "20"
        self.helper = PageHelper()

    label = "Code"


class CodeForm(OneTimeCode, InOurWords, mfa.AuthenticateForm):
    label = "Code à six chiffres, ou code de secours"


class ConfirmCodeForm(OneTimeCode, InOurWords, mfa.ReauthenticateForm):
    label = "Code à six chiffres, ou code de secours"


class AddApplicationForm(OneTimeCode, InOurWords, totp.ActivateTOTPForm):
    label = "Code à six chiffres que montre l’application"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["code"].widget.attrs["autofocus"]


class AddKeyForm(InOurWords, webauthn.AddWebAuthnForm):
    pass


class RenameKeyForm(InOurWords, webauthn.EditWebAuthnForm):
    pass
