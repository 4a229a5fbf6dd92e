"""Choices an opportunity is made of: its kind within its phase, the months of its season."""

from typing import Any

from django import forms

from core.french import MONTHS
from core.phases import KINDS_BY_PHASE, Phase, SolutionKind

MONTH_CHOICES = [(number, name.capitalize()) for number, name in enumerate(MONTHS, start=1)]


class MonthsField(forms.TypedMultipleChoiceField):
    """Numbers of months, in the order of the year."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"choices": MONTH_CHOICES, "coerce": int, "required": False, "empty_value": [], **options})

    def clean(self, value: Any) -> list[int]:
        return sorted(super().clean(value))


class KindField(forms.ChoiceField):
    """The kinds of the four phases, side by side: the style sheet shows those of the phase chosen."""

    widget = forms.RadioSelect

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"choices": SolutionKind.choices, "label": "Genre", **options})


def kinds_by_phase(field: forms.BoundField) -> list[tuple[Phase, list[Any]]]:
    """(phase, its radios), for the template of the field."""
    drawn = {str(option.data["value"]): option for option in field}
    return [(phase, [drawn[str(kind)] for kind in kinds]) for phase, kinds in KINDS_BY_PHASE.items()]
