"""Fields that take what people type: spaces in a SIRET, a NAF without its dot. The others are every app's."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from companies.sectors import parse_naf
from core import french
from core.field_checks import validate_siret
from core.form_fields import DayField, MomentField, PhoneField, PostcodeField, compact
from core.models import Occupation
from core.widgets import DigitsInput

__all__ = ["DayField", "MomentField", "NafField", "OccupationsField", "PhoneField", "PostcodeField", "SiretField"]

_OCCUPATION_CODE = re.compile(r"[A-Z]\d{4}")


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
