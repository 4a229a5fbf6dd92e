"""Small forms of what was sent, and of the addresses put aside."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms

from core.form_fields import BAD_EMAIL
from core.layouts import PageHelper


class SuppressionForm(forms.Form):
    email = forms.EmailField(label="Adresse e-mail", max_length=254, error_messages={"invalid": BAD_EMAIL})
    note = forms.CharField(
        label="Pourquoi\u202f?", max_length=200, help_text="Par exemple\u00a0: «\u00a0l’a demandé par téléphone\u00a0»."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PageHelper(self)
        self.helper.layout = Layout("email", "note")


class LiftForm(forms.Form):
    note = forms.CharField(
        label="Pourquoi peut-elle de nouveau recevoir nos messages\u202f?",
        max_length=150,
        help_text="Par exemple\u00a0: «\u00a0l’a demandé elle-même\u00a0», «\u00a0boîte rétablie\u00a0».",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PageHelper(self)
