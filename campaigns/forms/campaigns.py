"""Preparing a campaign: which companies, which texts, when it leaves."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils import timezone

from campaigns.enums import Channel, LetterKind
from campaigns.models import Campaign, LetterVersion
from companies.forms.fields import DayField
from core.french import counted
from core.layouts import Choices, FilterHelper, PageHelper, Section, SideBySide
from core.widgets import HourInput

KEEP = "keep"
NOW, LATER = "now", "later"
MAX_DAYS = 60
CHANNEL_HELPS = {
    Channel.EMAIL: "Chacune reçoit un message et son lien personnel vers l’enquête.",
    Channel.POST: "Un seul PDF à imprimer, trié par code postal, avec l’enquête sur papier.",
    Channel.BOTH: "Chacune par ce qui l’atteint\u00a0: l’e-mail, la lettre, ou les deux.",
}


@dataclass(frozen=True)
class AudienceChoice:
    """Companies one may choose at once. `key` goes in the form; `query` is the address of the list."""

    key: str
    label: str
    query: str
    count: int
    note: str = ""

    @property
    def said(self) -> str:
        return counted(self.count, "entreprise") + (f" · {self.note}" if self.note else "")


class CompaniesForm(forms.Form):
    """Name, way of sending, companies. `choices`: the views offered; `kept`: how the present audience is said."""

    name = forms.CharField(label="Nom de la campagne", max_length=100, help_text="Pour vous et vos collègues.")
    channel = forms.ChoiceField(label="Comment écrire", choices=Channel.choices, widget=forms.RadioSelect)
    audience = forms.ChoiceField(label="À quelles entreprises", widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: Sequence[AudienceChoice], kept: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(KEEP, "Celles déjà choisies")] if kept else []
        offered += [(choice.key, choice.label) for choice in choices]
        helps = {choice.key: choice.said for choice in choices} | {KEEP: kept}
        self.fields["audience"].choices = offered
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.by_key = {choice.key: choice for choice in choices}
        if kept:
            self.initial.setdefault("audience", KEEP)
        self.helper = PageHelper(self)
        self.helper.layout = Layout("name", Choices("channel", helps=CHANNEL_HELPS), Choices("audience", helps=helps))

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    @property
    def chosen(self) -> AudienceChoice | None:
        """The view chosen; None to keep the present audience."""
        return self.by_key.get(self.cleaned_data["audience"])


class TextsForm(forms.ModelForm):
    """The letter, what follows when nobody answers, and the dates. Versions of the structure only."""

    answer_by = DayField(label="Réponse attendue avant le")
    first_relaunch_days = forms.IntegerField(
        label="Première relance après", required=False, min_value=1, max_value=MAX_DAYS, help_text="jours ouvrés"
    )
    second_relaunch_days = forms.IntegerField(
        label="Seconde relance après", required=False, min_value=1, max_value=MAX_DAYS, help_text="jours ouvrés de plus"
    )
    phone_days = forms.IntegerField(
        label="Téléphoner après", required=False, min_value=1, max_value=MAX_DAYS, help_text="jours ouvrés de plus"
    )

    class Meta:
        model = Campaign
        fields = [
            "letter",
            "answer_by",
            "first_relaunch_days",
            "second_relaunch_days",
            "phone_days",
            "unopened_text",
            "begun_text",
            "unanswered_text",
        ]
        labels = {
            "letter": "Lettre",
            "unopened_text": "À qui n’a jamais ouvert le lien",
            "begun_text": "À qui a commencé à répondre",
            "unanswered_text": "À qui a ouvert sans répondre",
        }

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for name, kind in (
            ("letter", LetterKind.LETTER),
            ("unopened_text", LetterKind.UNOPENED),
            ("begun_text", LetterKind.BEGUN),
            ("unanswered_text", LetterKind.UNANSWERED),
        ):
            self._offer(name, kind)
        self.fields["letter"].required = True
        self.fields["letter"].error_messages["required"] = "Choisissez une lettre."
        self.fields["answer_by"].widget.attrs["min"] = (today + dt.timedelta(days=1)).isoformat()
        for name in ("first_relaunch_days", "second_relaunch_days", "phone_days"):
            self.fields[name].error_messages |= {
                "min_value": "Un jour ouvré au moins.",
                "max_value": f"{MAX_DAYS} jours ouvrés au plus.",
                "invalid": "Un nombre de jours.",
            }
        # The sections say what may be left empty.
        self.helper = FilterHelper(self)
        self.helper.layout = Layout(Section("La lettre", "letter", "answer_by"), *self._follow_up())

    def _follow_up(self) -> list[Any]:
        alone = "Les relances partent seules les jours ouvrés, jamais la nuit ni un jour férié"
        printed = "celles par la poste vous attendent, prêtes à imprimer"
        ways = {
            Channel.EMAIL: f"{alone}, et",
            Channel.POST: "Les relances vous attendent le jour dit, prêtes à imprimer, et",
            Channel.BOTH: f"{alone}\u202f; {printed}. Elles",
        }
        purpose = (
            f"{ways[Channel(self.instance.channel)]} s’arrêtent dès que l’entreprise répond."
            " Laissez vide ce que vous ne voulez pas."
        )
        return [
            Section(
                "Si elle ne répond pas",
                SideBySide("first_relaunch_days", "second_relaunch_days", "phone_days"),
                purpose=purpose,
            ),
            Section(
                "Les mots des relances",
                "unopened_text",
                "begun_text",
                "unanswered_text",
                purpose="D’après ce que l’entreprise a fait elle-même. Sans choix, la lettre est envoyée de nouveau.",
            ),
        ]

    def _offer(self, name: str, kind: LetterKind) -> None:
        """The latest version of each template in use, and the one already chosen."""
        latest = Q(number=F("template__version"), template__deleted_at=None, template__kind=kind)
        chosen = getattr(self.instance, f"{name}_id")
        rows = LetterVersion.objects.filter(Q(structure_id=self.instance.structure_id), latest | Q(pk=chosen))
        field = self.fields[name]
        field.queryset = rows.select_related("template").order_by("template__name", "-number", "pk")
        field.label_from_instance = lambda version: f"{version.template.name} (version {version.number})"
        field.empty_label = "Choisissez…" if name == "letter" else "La lettre, de nouveau"

    def clean_answer_by(self) -> dt.date:
        day = self.cleaned_data["answer_by"]
        if day <= self.today:
            raise ValidationError("Choisissez un jour à venir.")
        if day > self.today + dt.timedelta(days=366):
            raise ValidationError("Un an au plus.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        alone = cleaned.get("second_relaunch_days") and not cleaned.get("first_relaunch_days")
        if alone and "first_relaunch_days" not in self.errors:
            said = "La seconde relance suit une première\u00a0: dites quand elle part."
            self.add_error("first_relaunch_days", said)
        return cleaned

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}


class DepartureForm(forms.Form):
    """When it leaves. `now` bounds the hour."""

    when = forms.ChoiceField(
        label="Quand",
        choices=[(NOW, "Dès que possible"), (LATER, "À une date et une heure")],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    day = DayField(label="Jour", required=False)
    hour = forms.TimeField(label="Heure", required=False, widget=HourInput, initial=dt.time(9, 0))

    def __init__(self, *args: Any, now: dt.datetime, helps: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["day"].widget.attrs["min"] = timezone.localdate(now).isoformat()
        self.helper = FilterHelper(self)
        self.helper.layout = Layout(Choices("when", helps=helps), SideBySide("day", "hour"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") != LATER or self.errors:
            return cleaned
        if not cleaned.get("day"):
            self.add_error("day", "Dites quel jour.")
        elif not cleaned.get("hour"):
            self.add_error("hour", "Dites à quelle heure.")
        elif self.send_at and self.send_at <= self.now:
            self.add_error("hour", "Cette heure est déjà passée.")
        return cleaned

    @property
    def send_at(self) -> dt.datetime | None:
        """The hour chosen; None: as soon as it may."""
        if self.cleaned_data.get("when") != LATER:
            return None
        return timezone.make_aware(dt.datetime.combine(self.cleaned_data["day"], self.cleaned_data["hour"]))


class NoteForm(forms.Form):
    """Why, for one's colleagues."""

    note = forms.CharField(label="Pourquoi", max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PageHelper(self)
