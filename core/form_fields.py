"""Form fields that take what people type: spaces in a postcode, a phone in any form, a date in two."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core import french
from core.field_checks import validate_postcode
from core.validators import parse_phone
from core.widgets import DayInput, DigitsInput, MomentInput, PhoneInput

_SPACES = re.compile(r"[\s\u00a0\u202f.\-]")
# A number of social security: 13 digits, 15 with its key; Corsica writes a letter in it.
_NIR = re.compile(r"(?<!\d)[12]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[AB])\d{6}(?:\d{2})?(?!\d)", re.IGNORECASE)
_BETWEEN_DIGITS = re.compile(r"(?<=[\dABab])[\s\u00a0\u202f.\-]+(?=[\dABab])")

CAUTION = "Ni santé, ni origine, ni religion, ni numéro de sécurité sociale."
BAD_EMAIL = "Une adresse e-mail s’écrit ainsi\u00a0: nom@entreprise.fr."
LONG_TEXT = 10_000
# Of the days that people write here, births and plans included.
FIRST_YEAR, LAST_YEAR = 1900, 2100


def compact(text: str) -> str:
    """Without spaces, dots and dashes."""
    return _SPACES.sub("", text)


class PostcodeField(forms.CharField):
    widget = DigitsInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 10, "label": "Code postal", "required": False, **options})

    def to_python(self, value: Any) -> str:
        return compact(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if value:
            validate_postcode(value)


class PhoneField(forms.CharField):
    """Gives E.164, which the screens write in the French way."""

    widget = PhoneInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 40, "label": "Téléphone", "required": False, **options})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        phone = parse_phone(text)
        if phone is None:
            raise ValidationError("Ce numéro ne peut pas être appelé\u00a0: vérifiez-le, par exemple 02 54 00 00 00.")
        return phone.e164

    def prepare_value(self, value: Any) -> Any:
        """Shown as it is said; what was mistyped stays as typed."""
        phone = parse_phone(value) if isinstance(value, str) and value else None
        return french.phone(phone.e164) if phone else value


def refuse_far_year(value: dt.date) -> None:
    """A year mistyped. At the edge of the calendar, adding three months or changing the clock breaks every page."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(
            f"Vérifiez l’année\u00a0: {value.year} n’est pas entre {FIRST_YEAR} et {LAST_YEAR}.", code="year"
        )


class DayField(forms.DateField):
    default_validators = [refuse_far_year]

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": DayInput, "input_formats": ["%Y-%m-%d", "%d/%m/%Y"], **options})


class MomentField(forms.DateTimeField):
    default_validators = [refuse_far_year]

    def __init__(self, **options: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"]
        super().__init__(**{"widget": MomentInput, "input_formats": formats, **options})


def holds_nir(text: str) -> bool:
    """True when somebody's number of social security is written there, with or without spaces."""
    return bool(_NIR.search(_BETWEEN_DIGITS.sub("", text)))


def refuse_nir(text: str) -> None:
    """Validator of every free text about a person."""
    if holds_nir(text):
        raise ValidationError(
            "Ce texte contient un numéro de sécurité sociale\u00a0: retirez-le, il n’a pas à être gardé ici.",
            code="nir",
        )


def caution_texts(form: forms.BaseForm) -> None:
    """Every free text of the form about a person: kept to a length, refused with a NIR, with its reminder below."""
    for field in form.fields.values():
        if type(field) is forms.CharField:
            field.validators.append(refuse_nir)
        if isinstance(field.widget, forms.Textarea):
            field.validators.append(at_most(LONG_TEXT))
            field.widget.attrs.setdefault("rows", 3)
            field.help_text = f"{field.help_text} {CAUTION}".strip()


def at_most(length: int) -> Any:
    def check(value: str) -> None:
        if len(value) > length:
            raise ValidationError(f"Ce texte est trop long\u00a0: {length} caractères au plus.")

    return check
