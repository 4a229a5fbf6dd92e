"""A person of the company."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from companies.forms.company import CAUTION, LONG_TEXT
from companies.forms.fields import DayField, PhoneField
from companies.models import Contact
from core.layouts import PageHelper, Section, Segments, SideBySide


class ContactForm(forms.ModelForm):
    phone = PhoneField()
    mobile = PhoneField(label="Mobile")

    class Meta:
        model = Contact
        fields = [
            "civility",
            "first_name",
            "last_name",
            "job_title",
            "part",
            "email",
            "phone",
            "mobile",
            "is_main",
            "notes",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]
        self.fields["civility"] = forms.ChoiceField(
            label="Civilité",
            required=False,
            choices=[("mme", "Mme"), ("m", "M."), ("", "Ne pas dire")],
            widget=forms.RadioSelect,
            initial=self.instance.civility,
        )
        self.fields["part"].choices = [("", "À préciser"), *list(self.fields["part"].choices)[1:]]
        self.fields["is_main"].help_text = "Celui que l’on appelle d’abord. Il n’y en a qu’un."
        self.fields["notes"].help_text = CAUTION
        self.fields["notes"].widget.attrs["rows"] = 3
        self.fields["notes"].max_length = LONG_TEXT
        self.helper = PageHelper(self)
        self.helper.layout = Layout(
            Section(
                "Qui",
                Segments("civility"),
                SideBySide("first_name", "last_name"),
                SideBySide("job_title", "part"),
                "is_main",
                purpose="Sa fonction dans l’entreprise, et sa place dans notre relation.",
            ),
            Section("Comment la joindre", SideBySide("mobile", "phone"), "email"),
            Section("À retenir", "notes"),
        )

    def clean_notes(self) -> str:
        notes = self.cleaned_data["notes"]
        if len(notes) > LONG_TEXT:
            raise ValidationError(f"Ce texte est trop long\u00a0: {LONG_TEXT} caractères au plus.")
        return notes


class LeaveForm(forms.Form):
    """When the person left."""

    left_on = DayField(label="Depuis quand")

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["left_on"].initial = today
        self.helper = PageHelper(self)

    def clean_left_on(self) -> Any:
        day = self.cleaned_data["left_on"]
        if day > self.today:
            raise ValidationError("Ce jour est à venir.")
        if day.year < 1950:
            raise ValidationError("Vérifiez l’année.")
        return day
