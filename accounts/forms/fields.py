"""Form fields shared by accounts: telephone, SIRET."""

import re

from django import forms

from core.french import phone as shown_phone
from core.validators import parse_phone


class PhoneField(forms.CharField):
    """Typed in any usual form, kept as E.164, shown the French way."""

    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"})

    def prepare_value(self, value: str | None) -> str | None:
        return shown_phone(value) if value and value.startswith("+") else value

    def clean(self, value: str | None) -> str:
        text = super().clean(value)
        if not text:
            return ""
        found = parse_phone(text)
        if found is None:
            raise forms.ValidationError("Ce numéro ne peut pas être appelé : vérifiez-le, par exemple 02 54 00 00 00.")
        return found.e164


class DigitsField(forms.CharField):
    """Digits typed with or without spaces."""

    def to_python(self, value: str | None) -> str:
        return re.sub(r"[\s.]", "", super().to_python(value))
