"""What to do next: planned, postponed, handed over, dropped."""

import datetime as dt
from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError

from companies.actions import NextActionDraft
from companies.enums import NextActionKind
from companies.forms.fields import DayField
from companies.models import Contact
from core.french import short_date
from core.layouts import Chips, PageHelper, SideBySide
from core.widgets import HourInput

ICONS = {"call": "phone", "visit": "map-pinned", "email": "mail", "meeting": "users", "other": "list-todo"}
# (value of the chip, words, days ahead)
DELAYS = (
    ("tomorrow", "Demain", 1),
    ("week", "Dans une semaine", 7),
    ("fortnight", "Dans deux semaines", 14),
    ("month", "Dans un mois", 30),
)
ON_DATE = "date"
FURTHEST = dt.timedelta(days=5 * 366)
SHORT_DAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")


def working_day(day: dt.date) -> dt.date:
    """The day itself, or the Monday after a week-end."""
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def delay_choices(today: dt.date) -> list[tuple[str, str]]:
    """« Dans une semaine, lun. 30 nov. »… then a day of one's own."""
    rows = []
    for value, words, days in DELAYS:
        day = working_day(today + dt.timedelta(days=days))
        rows.append((value, f"{words} · {SHORT_DAYS[day.weekday()]} {short_date(day, today=today)}"))
    return [*rows, (ON_DATE, "Un autre jour")]


def chosen_day(delay: str, day: dt.date | None, *, today: dt.date) -> dt.date | None:
    days = {value: days for value, _, days in DELAYS}
    return working_day(today + dt.timedelta(days=days[delay])) if delay in days else day


def checked_due_day(day: dt.date | None, *, today: dt.date) -> dt.date:
    if day is None:
        raise ValidationError("Dites pour quel jour.")
    if day < today:
        raise ValidationError("Ce jour est passé.")
    if day > today + FURTHEST:
        raise ValidationError("Ce jour est trop loin\u00a0: vérifiez l’année.")
    return day


class Delay(Chips):
    """One of the delay and the day is asked: neither is said to be optional."""

    extra = {**Chips.extra, "hide_optional": True}


class Needed(Field):
    def render(self, *args: Any, **kwargs: Any) -> Any:
        return super().render(*args, **{**kwargs, "extra_context": {"hide_optional": True}})


class DueDayForm(forms.Form):
    """A delay as chips, or a day of the calendar; `due_on` is what comes out."""

    delay = forms.ChoiceField(label="Pour quand", required=False, widget=forms.RadioSelect)
    due_on = DayField(label="Quel jour", required=False)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["delay"].choices = delay_choices(today)
        self.fields["due_on"].widget.attrs["min"] = today.isoformat()
        self.helper = PageHelper(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors.keys() & {"delay", "due_on"}:
            try:
                cleaned["due_on"] = checked_due_day(
                    chosen_day(cleaned.get("delay", ""), cleaned.get("due_on"), today=self.today), today=self.today
                )
            except ValidationError as error:
                self.add_error("due_on", error)
        return cleaned


class NextActionForm(DueDayForm):
    kind = forms.ChoiceField(
        label="Quoi", choices=NextActionKind.choices, widget=forms.RadioSelect, initial=NextActionKind.CALL
    )
    title = forms.CharField(
        label="En quelques mots", max_length=200, help_text="Par exemple\u00a0: l’appeler au sujet du CAP couvreur."
    )
    due_time = forms.TimeField(label="À quelle heure", required=False, widget=HourInput)
    contact = forms.ModelChoiceField(label="Avec qui", queryset=Contact.objects.none(), required=False)
    assigned_to = forms.ModelChoiceField(label="Par qui", queryset=Contact.objects.none(), empty_label=None)

    field_order = ["kind", "title", "delay", "due_on", "due_time", "contact", "assigned_to"]

    def __init__(self, *args: Any, company: Any, user: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = Contact.objects.kept().filter(company=company).present()
        self.fields["contact"].empty_label = "Personne en particulier"
        self.fields["assigned_to"].queryset = colleagues
        self.fields["assigned_to"].initial = user.pk
        self.helper.layout = Layout(
            Chips("kind", icons=ICONS),
            "title",
            Delay("delay"),
            SideBySide(Needed("due_on"), "due_time"),
            SideBySide("contact", "assigned_to"),
        )

    def draft(self) -> NextActionDraft:
        data = self.cleaned_data
        return NextActionDraft(
            title=data["title"],
            due_on=data["due_on"],
            assigned_to=data["assigned_to"],
            kind=data["kind"],
            due_time=data["due_time"],
            contact=data["contact"],
        )


class PostponeForm(DueDayForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Delay("delay"), Needed("due_on"))


class WorkingDayForm(PostponeForm):
    """For many actions at once: none falls on a week-end."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day = cleaned.get("due_on")
        if day and not self.errors and day != working_day(day):
            self.add_error("due_on", "Ce jour tombe un week-end\u00a0: choisissez un jour ouvré.")
        return cleaned


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(label="À qui", queryset=Contact.objects.none(), empty_label=None)

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues
        self.helper = PageHelper(self)


class DropForm(forms.Form):
    reason = forms.CharField(label="Pourquoi", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PageHelper(self)
