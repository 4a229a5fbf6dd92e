"""The small forms of a placement: its steps, its meeting, its preparation, the immersion, a profile to share."""

import datetime as dt
from typing import Any

from crispy_forms.layout import Layout
from django import forms

from companies.models import Contact
from core.form_fields import CAUTION, DayField, MomentField, caution_texts
from core.layouts import Chips, PageHelper, Section, Short, SideBySide
from opportunities.enums import BreakCause, Party, PlacementRefusalReason, PlacementState
from opportunities.models import Immersion

_P = PlacementState
DAYS = {
    _P.PROPOSED: "Profil proposé le",
    _P.ACCEPTED: "Accord de l’entreprise le",
    _P.REFUSED: "Refus le",
    _P.STARTED: "A commencé le",
    _P.ENDED: "A terminé le",
    _P.BROKEN: "Rupture le",
}
LIVES = [("7", "7 jours"), ("30", "30 jours"), ("90", "90 jours")]


class StepForm(forms.Form):
    """What the state `to` asks; `values()` is what `move_placement` takes."""

    def __init__(self, *args: Any, to: str, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to = PlacementState(to)
        if self.to == _P.MEETING:
            self.fields["at"] = MomentField(label="Rencontre le")
        else:
            self.fields["on"] = DayField(label=DAYS[self.to], initial=today)
        getattr(self, f"_add_{self.to}", lambda: None)()
        caution_texts(self)
        self.helper = PageHelper(self)
        self.helper.layout = Layout(*[self._laid_out(name) for name in self.fields])

    def _add_started(self) -> None:
        self.fields["planned_end_on"] = DayField(label="Fin prévue le", required=False)

    def _add_refused(self) -> None:
        self._add_choice("refused_by", "Qui refuse\u202f?", Party.choices)
        self._add_choice("refusal_reason", "Pourquoi\u202f?", PlacementRefusalReason.choices)
        self._add_note()

    def _add_broken(self) -> None:
        self._add_choice("broken_by", "Qui a rompu\u202f?", Party.choices)
        self._add_choice("break_cause", "Pourquoi\u202f?", BreakCause.choices)
        self._add_note()

    def _add_ended(self) -> None:
        self._add_note(label="Ce qu’il en reste")

    def _add_choice(self, name: str, label: str, choices: Any) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)

    def _add_note(self, label: str = "Précision") -> None:
        self.fields["outcome_note"] = forms.CharField(
            label=label, max_length=300, required=False, help_text=CAUTION, widget=forms.TextInput
        )

    def _laid_out(self, name: str) -> Any:
        if isinstance(self.fields[name].widget, forms.RadioSelect):
            return Chips(name)
        return Short(name) if name in ("on", "at", "planned_end_on") else name

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("on"), values.get("planned_end_on")
        if start and end and end < start:
            self.add_error("planned_end_on", "La fin prévue vient après le début.")
        return values

    @property
    def day_field(self) -> str:
        """Where a fault of the day is said."""
        return "at" if self.to == _P.MEETING else "on"

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class MeetingForm(forms.Form):
    at = MomentField(label="Nouvelle date de la rencontre")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PageHelper(self)
        self.helper.layout = Layout(Short("at"))


class PreparationForm(forms.Form):
    youth = forms.CharField(
        label="Avec le jeune",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Ce qu’il sait de l’entreprise, comment il s’y rend, ce qu’il dira de lui, ce qu’il demandera.",
    )
    company = forms.CharField(
        label="Avec l’entreprise",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Qui l’accueille, ce qu’elle attend, ce qu’elle fera découvrir, ce qui peut l’inquiéter.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        caution_texts(self)
        self.helper = PageHelper(self)
        self.helper.layout = Layout("youth", "company")


class ImmersionForm(forms.ModelForm):
    starts_on = DayField(label="Du", required=False)
    ends_on = DayField(label="Au", required=False)
    requested_on = DayField(label="Convention demandée le", required=False)
    weekly_hours = forms.DecimalField(
        label="Heures par semaine", required=False, min_value=1, max_value=48, max_digits=4, decimal_places=1,
        localize=True, help_text="35 heures au plus avant 18\u00a0ans.",
    )  # fmt: skip

    class Meta:
        model = Immersion
        fields = [
            "starts_on",
            "ends_on",
            "weekly_hours",
            "schedule",
            "tutor",
            "activities",
            "requested_on",
            "convention_number",
        ]

    def __init__(self, *args: Any, company: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in [("schedule", "Jours et horaires"), ("activities", "Ce que le jeune fera")]:
            self.fields[name].label = label
        self.fields["tutor"] = forms.ModelChoiceField(
            Contact.objects.filter(company=company, deleted_at=None).present(),
            label="Tuteur ou tutrice",
            required=False,
            empty_label="À choisir",
        )
        self.fields["convention_number"].label = "Numéro de convention"
        self.fields["activities"].widget.attrs["rows"] = 3
        caution_texts(self)
        self.helper = PageHelper(self)
        self.helper.layout = Layout(
            Section("Quand", SideBySide(Short("starts_on"), Short("ends_on")), SideBySide("weekly_hours", "schedule"),
                    purpose="Un mois au plus\u202f; la convention se demande avant le premier jour."),
            Section("Avec qui, pour quoi", "tutor", "activities",
                    purpose="La personne qui accueille\u202f; elle signera aussi."),
            Section("Convention", SideBySide(Short("requested_on"), "convention_number"),
                    purpose="Elle se fait dans le service de l’État\u00a0: gardez ici son numéro."),
        )  # fmt: skip

    def _post_clean(self) -> None:
        """The action looks at the whole row: here only the fields speak."""

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ShareForm(forms.Form):
    life = forms.TypedChoiceField(
        label="Valable", choices=LIVES, coerce=int, initial="30", widget=forms.RadioSelect, required=False,
        empty_value=30,
    )  # fmt: skip

    def life_asked(self) -> dt.timedelta:
        return dt.timedelta(days=self.cleaned_data["life"])


class PlaceForm(forms.Form):
    """The day somebody was thought of."""

    on = DayField(label="Pressenti le")

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today
        self.helper = PageHelper(self)
        self.helper.layout = Layout(Short("on"))
