"""How a structure sends: who signs, at which pace and hours, and how often one company may be asked."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from campaigns.letters import one_line
from campaigns.models import SendingSettings
from companies.solicitations import LEVEL_LABELS, Limit, limit_of
from core.form_fields import BAD_EMAIL
from core.french import number
from core.layouts import PageHelper, Section, Short, SideBySide
from core.pictures import KINDS, PictureField
from core.widgets import HourInput

BOUNDS = {
    "per_minute": (1, 6000),
    "per_domain_per_minute": (1, 6000),
    "answered_lately_days": (0, 3650),
    "clock_working_days": (1, 60),
}


class SendingForm(forms.ModelForm):
    """`values()` and `limits()` are what the action takes."""

    signature = PictureField(
        label="Image de la signature", required=False, help_text=f"{KINDS} Elle figure au bas des lettres."
    )

    class Meta:
        model = SendingSettings
        fields = [
            "needs_approval",
            "sender_name",
            "sender_email",
            "signature",
            "per_minute",
            "per_domain_per_minute",
            "opens_at",
            "closes_at",
            "answered_lately_days",
            "clock_working_days",
        ]
        labels = {
            "needs_approval": "Un responsable approuve chaque campagne d’un conseiller",
            "sender_name": "Nom de l’expéditeur",
            "sender_email": "Adresse de l’expéditeur",
            "per_minute": "Messages par minute",
            "per_domain_per_minute": "Vers un même domaine",
            "opens_at": "À partir de",
            "closes_at": "Jusqu’à",
            "answered_lately_days": "Répit après une réponse (jours)",
            "clock_working_days": "Jours ouvrés pour donner suite",
        }
        help_texts = {
            "sender_name": "Vide\u00a0: le nom de la structure.",
            "sender_email": "Vide\u00a0: l’adresse du service. Les réponses vont à la personne qui suit l’entreprise.",
            "answered_lately_days": "Une entreprise qui a répondu n’est pas sollicitée avant.",
            "clock_working_days": "Après un oui de l’entreprise.",
        }
        error_messages = {"sender_email": {"invalid": BAD_EMAIL}}
        widgets = {"opens_at": HourInput(), "closes_at": HourInput()}

    def __init__(self, *args: Any, limits: Mapping[str, Limit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (least, most) in BOUNDS.items():
            self.fields[name].validators = _between(least, most)
        for level, label in LEVEL_LABELS.items():
            known, short = limit_of(level, limits), label.split(" (")[0]
            self.fields[f"requests_{level}"] = _figure(short, "demandes au plus", known.requests, 100)
            self.fields[f"days_{level}"] = _figure(short, "sur (jours)", known.days, 730)
        self.helper = PageHelper()
        self.helper.layout = Layout(
            Section(
                "Qui écrit",
                SideBySide("sender_name", "sender_email"),
                "signature",
                purpose="Le logo et la ligne des financeurs se tiennent sur la fiche de la structure.",
            ),
            Section("Qui décide", "needs_approval"),
            Section(
                "À quel rythme",
                SideBySide("per_minute", "per_domain_per_minute"),
                SideBySide("opens_at", "closes_at"),
                purpose="Jamais la nuit, le week-end ni un jour férié\u202f; trop vite, des serveurs refusent.",
            ),
            Section(
                "Ne pas lasser les entreprises",
                *(SideBySide(Short(f"requests_{level}"), Short(f"days_{level}")) for level in LEVEL_LABELS),
                Short("answered_lately_days"),
                purpose="Lettres, e-mails, appels et invitations comptent ensemble, pour chaque entreprise.",
            ),
            Section("Donner suite", Short("clock_working_days")),
        )

    def clean_sender_name(self) -> str:
        return one_line(self.cleaned_data["sender_name"])

    def clean(self) -> dict[str, Any]:
        """What two hours say together is said at one of them."""
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and opens >= closes:
            self.add_error("closes_at", "L’heure de fin vient après l’heure de début.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """An empty signature field keeps the one there is; the box beside it takes it off."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name != "signature"} | (
            {"signature": self.cleaned_data["signature"] or ""} if "signature" in self.changed_data else {}
        )

    def limits(self) -> dict[str, Limit]:
        given = self.cleaned_data
        return {level: Limit(given[f"requests_{level}"], given[f"days_{level}"]) for level in LEVEL_LABELS}


def _figure(level: str, words: str, value: int, most: int) -> forms.IntegerField:
    label = f"{level}\u00a0: {words}"
    return forms.IntegerField(label=label, initial=value, validators=_between(1, most))


def _between(least: int, most: int) -> list[Any]:
    said = f"Entre {least} et {number(most)}."
    return [MinValueValidator(least, said), MaxValueValidator(most, said)]
