"""Noting an exchange: a call in ten seconds, a visit with its sheet, and always what comes next."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Site, User
from companies.actions import NextActionDraft
from companies.enums import CallOutcome, Direction, InteractionKind, NextActionKind
from companies.forms.company import LONG_TEXT
from companies.forms.fields import DayField, MomentField, PhoneField
from companies.forms.next_action import ON_DATE, checked_due_day, chosen_day, delay_choices
from companies.models import Contact, Interaction, NextAction
from companies.models.interaction import VISIT_STEPS
from core.layouts import PageHelper

NOTHING = "nothing"
FIELDS = (
    "kind",
    "direction",
    "at",
    "duration_minutes",
    "outcome",
    "place",
    "site",
    "summary",
    "asked",
    *VISIT_STEPS,
)
# What a person would ask at each step of the interview.
QUESTIONS = {
    "discover": "Que fait l’entreprise, depuis quand, avec qui\u202f? Laissez-la raconter.",
    "listen": "Qu’est-ce qui la préoccupe, de quoi est-elle fière\u202f? Ses mots à elle.",
    "clarify": "Qu’est-ce qui reste à comprendre\u00a0: quels postes, quels horaires, quel accueil\u202f?",
    "reformulate": "«\u00a0Si je vous suis bien…\u00a0»\u00a0: ce qu’elle a confirmé.",
    "propose": "Ce que nous lui avons proposé, et ce qu’elle en dit.",
}
STEP_LABELS = {
    "discover": "Découvrir",
    "listen": "Écouter",
    "clarify": "Clarifier",
    "reformulate": "Reformuler",
    "propose": "Proposer",
}
NEXT_CHOICES = [
    (NextActionKind.CALL, "Rappeler"),
    (NextActionKind.VISIT, "Aller la voir"),
    (NextActionKind.EMAIL, "Écrire"),
    (NextActionKind.MEETING, "Se rencontrer"),
    (NextActionKind.OTHER, "Autre chose"),
    (NOTHING, "Rien à prévoir"),
]
_NEXT_TITLES = {
    NextActionKind.CALL: "Rappeler",
    NextActionKind.VISIT: "Visiter",
    NextActionKind.EMAIL: "Écrire à",
    NextActionKind.MEETING: "Rencontrer",
}
EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
LONGEST_MINUTES = 24 * 60


class InteractionForm(forms.ModelForm):
    """What was said. `company` scopes the people; `now` bounds the date."""

    kind = forms.ChoiceField(label="Quel échange", choices=InteractionKind.choices, widget=forms.RadioSelect)
    direction = forms.ChoiceField(
        label="À l’initiative de qui",
        choices=[(Direction.OUTGOING, "Nous"), (Direction.INCOMING, "Elle")],
        widget=forms.RadioSelect,
        initial=Direction.OUTGOING,
    )
    at = MomentField(label="Quand")
    duration_minutes = forms.IntegerField(label="Durée (min)", required=False, min_value=1, max_value=LONGEST_MINUTES)
    outcome = forms.ChoiceField(label="Issue", required=False, choices=CallOutcome.choices, widget=forms.RadioSelect)
    contacts = forms.ModelMultipleChoiceField(
        label="Avec qui", queryset=Contact.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    colleagues = forms.ModelMultipleChoiceField(
        label="Collègues présents", queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Interaction
        fields = [*FIELDS, "contacts", "colleagues"]

    def __init__(self, *args: Any, company: Any, user: Any, colleagues: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company, self.user, self.now = company, user, now
        people = Contact.objects.kept().filter(company=company, left_on=None)
        if self.instance.pk:
            people = Contact.objects.filter(pk__in=[*people.values_list("pk", flat=True), *self._met()])
        self.fields["contacts"].queryset = people.order_by("-is_main", "last_name", "first_name", "pk")
        self.fields["colleagues"].queryset = colleagues.exclude(pk=self.instance.by_id or user.pk)
        self.fields["site"].queryset = Site.objects.filter(structure=company.structure_id).order_by("name", "pk")
        self.fields["site"].empty_label = "Sans préciser"
        self.fields["at"].widget.attrs["max"] = f"{timezone.localtime(now) + dt.timedelta(days=1):%Y-%m-%dT%H:%M}"
        self._word_fields()
        self.helper = PageHelper(self)

    def _met(self) -> list[int]:
        return list(self.instance.contacts.values_list("pk", flat=True))

    def _word_fields(self) -> None:
        self.fields["summary"].label = "Ce qu’il faut retenir"
        self.fields["summary"].widget.attrs["rows"] = 5
        self.fields["asked"].label = "Nous lui avons demandé quelque chose"
        self.fields["asked"].help_text = "Compte dans ses sollicitations\u00a0: une place, une offre, un coup de main."
        self.fields["place"].label = "Lieu"
        self.fields["site"].label = "Antenne"
        for name in VISIT_STEPS:
            self.fields[name].label = STEP_LABELS[name]
            self.fields[name].help_text = QUESTIONS[name]
            self.fields[name].widget.attrs["rows"] = 2

    def steps(self) -> list[Any]:
        return [self[name] for name in VISIT_STEPS]

    @property
    def filled_steps(self) -> bool:
        """The sheet opens by itself when something is written in it."""
        return any(self[name].value() or self[name].errors for name in VISIT_STEPS)

    def clean_at(self) -> dt.datetime:
        at = self.cleaned_data["at"]
        if at > self.now + dt.timedelta(days=1):
            raise ValidationError("Cet échange est à venir\u00a0: prévoyez plutôt une action.")
        if at < EARLIEST:
            raise ValidationError("Vérifiez l’année.")
        return at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") != InteractionKind.CALL:
            cleaned["outcome"] = ""
        for name in ("summary", *VISIT_STEPS):
            if len(cleaned.get(name) or "") > LONG_TEXT:
                self.add_error(name, f"Ce texte est trop long\u00a0: {LONG_TEXT} caractères au plus.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """Fields of the exchange, without the people."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    def values_with_people(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in (*FIELDS, "contacts", "colleagues")}


class InteractionNoteForm(InteractionForm):
    """A new exchange: also whom we met for the first time, which action it was, and what comes next.

    `open_actions`: those the person may end. `may_add_contact`: whether she may write a new person down.
    """

    new_contact_name = forms.CharField(label="Nom d’une autre personne", required=False, max_length=150)
    new_contact_phone = PhoneField(label="Son téléphone")
    closes = forms.ModelMultipleChoiceField(
        label="C’est fait", queryset=NextAction.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    next_kind = forms.ChoiceField(
        label="Et ensuite\u202f?",
        choices=NEXT_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites ce qui vient ensuite, ou «\u00a0rien à prévoir\u00a0»."},
    )
    next_delay = forms.ChoiceField(label="Quand", required=False, widget=forms.RadioSelect)
    next_on = DayField(label="Quel jour", required=False)
    next_title = forms.CharField(label="En quelques mots", required=False, max_length=200)
    next_for = forms.ModelChoiceField(label="Par qui", queryset=User.objects.none(), empty_label=None, required=False)

    def __init__(
        self,
        *args: Any,
        open_actions: Iterable[NextAction] = (),
        may_add_contact: bool,
        colleagues: Any,
        now: dt.datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, colleagues=colleagues, now=now, **kwargs)
        if not may_add_contact:
            del self.fields["new_contact_name"], self.fields["new_contact_phone"]
        self.today = timezone.localdate(now)
        self.open_actions = list(open_actions)
        self.fields["closes"].queryset = NextAction.objects.filter(pk__in=[row.pk for row in self.open_actions])
        self.fields["closes"].choices = [(row.pk, row.title) for row in self.open_actions]
        self.fields["next_delay"].choices = delay_choices(self.today)
        self.fields["next_on"].widget.attrs["min"] = self.today.isoformat()
        self.fields["next_for"].queryset = colleagues
        self.fields["next_for"].initial = self.user.pk
        self._begin_with(self.initial.get("kind") or InteractionKind.CALL)

    def _begin_with(self, kind: str) -> None:
        self.initial["kind"] = kind
        self.initial["at"] = timezone.localtime(self.now).replace(second=0, microsecond=0)
        self.initial["closes"] = [row.pk for row in self.open_actions if row.kind == kind]
        if not self.initial.get("contacts"):
            main = self.fields["contacts"].queryset.filter(is_main=True).first()
            self.initial["contacts"] = [main.pk] if main else []

    def closing(self) -> list[dict[str, Any]]:
        """The boxes « C’est fait », each with the kind of exchange that ticks it."""
        boxes = list(self["closes"])
        return [{"box": box, "action": row} for box, row in zip(boxes, self.open_actions, strict=True)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("new_contact_phone") and not cleaned.get("new_contact_name"):
            self.add_error("new_contact_name", "Dites le nom, ou la fonction, de cette personne.")
        if cleaned.get("next_kind") not in (None, NOTHING):
            self._clean_next(cleaned)
        return cleaned

    def _clean_next(self, cleaned: dict[str, Any]) -> None:
        if self.errors.keys() & {"next_on", "next_delay"}:
            return
        if not cleaned.get("next_delay") and not cleaned.get("next_on"):
            self.add_error("next_delay", "Dites pour quand.")
            return
        day = chosen_day(cleaned.get("next_delay") or ON_DATE, cleaned.get("next_on"), today=self.today)
        try:
            cleaned["next_on"] = checked_due_day(day, today=self.today)
        except ValidationError as error:
            self.add_error("next_on", error)
        if cleaned["next_kind"] == NextActionKind.OTHER and not cleaned.get("next_title"):
            self.add_error("next_title", "Dites quoi, en quelques mots.")

    @property
    def is_nothing_next(self) -> bool:
        return self.cleaned_data["next_kind"] == NOTHING

    def new_contact(self) -> dict[str, Any] | None:
        """Values of the person met for the first time, or None."""
        name = self.cleaned_data.get("new_contact_name", "").strip()
        if not name:
            return None
        first, _, last = name.partition(" ")
        phone = self.cleaned_data["new_contact_phone"]
        values = {"first_name": first if last else "", "last_name": last or first}
        mobile = phone.startswith(("+336", "+337"))
        return {**values, "mobile": phone if mobile else "", "phone": "" if mobile else phone}

    def draft(self) -> NextActionDraft | None:
        data = self.cleaned_data
        if self.is_nothing_next:
            return None
        person = next(iter(data["contacts"]), None)
        return NextActionDraft(
            title=data["next_title"] or self._usual_title(data["next_kind"], person),
            due_on=data["next_on"],
            assigned_to=data["next_for"] or self.user,
            kind=data["next_kind"],
            contact=person,
        )

    def _usual_title(self, kind: str, person: Contact | None) -> str:
        return f"{_NEXT_TITLES[NextActionKind(kind)]} {person or self.company}"[:200]
