"""The small forms of relaunches and calls."""

import datetime as dt
from typing import Any

from crispy_forms.layout import Layout
from django import forms

from campaigns.enums import PhoneOutcome
from core.form_fields import DayField
from core.layouts import Choices, PageHelper, Short

_HELPS = {
    PhoneOutcome.COMMITS: "Vous remplirez sa réponse juste après.",
    PhoneOutcome.INTERESTED: "Elle garde son lien, et reste dans la liste.",
    PhoneOutcome.CALL_BACK: "Dites quel jour\u00a0: l’appel entrera dans votre journée.",
    PhoneOutcome.REFUSES: "Plus rien ne lui sera envoyé pour cette campagne.",
}


class CallForm(forms.Form):
    outcome = forms.ChoiceField(label="Ce que l’appel a donné", choices=PhoneOutcome.choices, widget=forms.RadioSelect)
    call_back_on = DayField(
        label="Rappeler le", required=False, help_text="Si vous avez choisi «\u00a0À rappeler\u00a0»."
    )
    note = forms.CharField(
        label="Ce qu’il faut retenir", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.helper = PageHelper(self)
        self.helper.layout = Layout(Choices("outcome", helps=_HELPS), Short("call_back_on"), "note")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        day = values.get("call_back_on")
        if values.get("outcome") == PhoneOutcome.CALL_BACK and not day and "call_back_on" not in self.errors:
            self.add_error("call_back_on", "Dites quel jour rappeler.")
        if day and day < self.today:
            self.add_error("call_back_on", "Ce jour est déjà passé\u00a0: choisissez-en un autre.")
        return values


class HoldForm(forms.Form):
    note = forms.CharField(
        label="Pourquoi retenir ses relances\u202f?",
        max_length=200,
        help_text="Vos collègues le liront. Par exemple\u00a0: «\u00a0je la vois jeudi\u00a0».",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PageHelper(self)


class StopForm(forms.Form):
    note = forms.CharField(label="Pourquoi\u202f?", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PageHelper(self)
