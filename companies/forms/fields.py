"""Fields that take what people type: spaces in a SIRET, a phone in any form, a NAF without its dot."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from companies.sectors import parse_naf
from core import french
from core.field_checks import validate_postcode, validate_siret
from core.models import Occupation
from core.validators import parse_phone
from core.widgets import DayInput, DigitsInput, MomentInput, PhoneInput

_SPACES = re.compile(r"[\s\u00a0\u202f.\-]")
_OCCUPATION_CODE = re.compile(r"[A-Z]\d{4}")


def compact(text: str) -> str:
    """Without spaces, dots and dashes."""
    return _SPACES.sub("", text)


class SiretField(forms.CharField):
    widget = DigitsInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 30, "label": "SIRET", "required": False, **options})

    def to_python(self, value: Any) -> str:
        return compact(super().to_python(value))

    def validate(self, value: str) -> None:
        super().validate(value)
        if value:
            validate_siret(value)

    def prepare_value(self, value: Any) -> Any:
        """Cut by three, as it is printed."""
        is_whole = isinstance(value, str) and len(value) == 14 and value.isdigit()
        return french.siret(value) if is_whole else value


class PostcodeField(forms.CharField):
    widget = DigitsInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 10, "label": "Code postal", "required": False, **options})

    def to_python(self, value: Any) -> str:
        return compact(super().to_python(value))

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


class NafField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 12, "required": False, **options})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        code = parse_naf(text)
        if text and not code:
            raise ValidationError("Un code NAF a quatre chiffres et une lettre, par exemple 43.91A.")
        return code


class OccupationsField(forms.ModelMultipleChoiceField):
    """ROME codes; what has not the shape of a code never reaches the database."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Occupation.objects.all(), **{"required": False, **options})

    def clean(self, value: Any) -> Any:
        codes = [code for code in value or [] if isinstance(code, str)]
        if not all(_OCCUPATION_CODE.fullmatch(code) for code in codes):
            raise ValidationError("Un des métiers choisis n’existe pas.")
        return super().clean(codes)


class DayField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": DayInput, "input_formats": ["%Y-%m-%d", "%d/%m/%Y"], **options})


class MomentField(forms.DateTimeField):
    def __init__(self, **options: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"]
        super().__init__(**{"widget": MomentInput, "input_formats": formats, **options})
