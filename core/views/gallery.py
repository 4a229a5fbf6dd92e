"""The gallery: every component in its states, with invented content. Shown in the demo and in development."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.layouts import Chips, PageHelper, PhaseChoices, Section, Segments, Short, SideBySide
from core.models import JobState
from core.phases import Phase
from core.widgets import DayInput, DigitsInput, HourInput, PhoneInput

SECTIONS = (
    ("tokens", "Couleurs et caractères"),
    ("words", "Petits mots"),
    ("gestures", "Boutons, menus, fenêtres"),
    ("lists", "Listes"),
    ("record", "Fiche"),
    ("forms", "Formulaires"),
    ("work", "Travaux, étapes, pages vides"),
)
TOKENS = (
    ("ground", "fond de page"),
    ("surface", "feuille"),
    ("sunken", "retrait"),
    ("line", "filet"),
    ("line-strong", "bord de champ"),
    ("ink", "texte"),
    ("muted", "texte discret"),
    ("primary", "liens, geste principal"),
    ("primary-quiet", "choisi"),
    ("accent", "demande la main"),
    ("accent-quiet", "bande en retard"),
    ("danger", "erreur, perte"),
    ("ok", "en ordre"),
    ("p1", "découverte"),
    ("p2", "validation"),
    ("p3", "alternance"),
    ("p4", "emploi"),
)


@dataclass(frozen=True)
class SampleJob:
    title: str
    state: str
    done: int = 0
    total: int = 0
    message: str = ""
    result_url: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in (JobState.QUEUED, JobState.RUNNING)

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0

    def get_state_display(self) -> str:
        return JobState(self.state).label


class SampleForm(forms.Form):
    name = forms.CharField(label="Nom de l’entreprise", help_text="Celui que l’on dit au téléphone.")
    siret = forms.CharField(
        label="SIRET", required=False, widget=DigitsInput, help_text="14 chiffres, avec ou sans espaces."
    )
    phone = forms.CharField(label="Téléphone", required=False, widget=PhoneInput)
    sector = forms.ChoiceField(label="Secteur", choices=[("", "Choisir"), ("btp", "BTP"), ("green", "Espaces verts")])
    kind = forms.ChoiceField(
        label="Type d’échange",
        choices=[("call", "Appel"), ("visit", "Visite"), ("email", "E-mail")],
        widget=forms.RadioSelect,
        initial="visit",
    )
    people = forms.MultipleChoiceField(
        label="Avec qui\u202f?",
        choices=[("1", "Nadia Haddad"), ("2", "Paul Ribot")],
        widget=forms.CheckboxSelectMultiple,
        initial=["1"],
        required=False,
    )
    on = forms.DateField(label="Quand", widget=DayInput)
    at = forms.TimeField(label="À quelle heure", widget=HourInput, required=False)
    summary = forms.CharField(label="Ce qu’il faut retenir", widget=forms.Textarea(attrs={"rows": 4}))
    phases = forms.TypedMultipleChoiceField(
        label="Elle ouvre une phase\u202f?",
        coerce=int,
        choices=Phase.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=[2],
    )
    logo = forms.FileField(label="Document", required=False)
    pilot = forms.BooleanField(label="Membre du groupe pilote", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PageHelper()
        self.helper.layout = Layout(
            Section(
                "L’entreprise",
                "name",
                SideBySide("siret", "phone"),
                "sector",
                purpose="Ce qui permet de la reconnaître.",
            ),
            Section(
                "L’échange",
                Segments("kind", icons={"call": "phone", "visit": "map-pinned", "email": "mail"}),
                Chips("people"),
                SideBySide("on", "at"),
                "summary",
                PhaseChoices("phases"),
                Short("logo"),
                "pilot",
                purpose="Ce qui s’est dit, et avec qui.",
            ),
        )


def gallery_context(now: dt.datetime) -> dict[str, Any]:
    """Everything the sections show, at one moment."""
    today = timezone.localdate(now)
    return {
        "sections": SECTIONS,
        "tokens": TOKENS,
        "now": now,
        "yesterday": today - dt.timedelta(days=1),
        "in_three_days": today + dt.timedelta(days=3),
        "two_days_ago": today - dt.timedelta(days=2),
        "four_months_ago": today - dt.timedelta(days=123),
        "phases": list(Phase),
        "some_phases": [Phase.VALIDATION, Phase.JOB],
        "form": SampleForm(auto_id="plain_%s"),
        "form_with_errors": SampleForm({"kind": "visit", "phases": ["2"]}, auto_id="faulty_%s"),
        "jobs": [
            SampleJob("Import de entreprises.csv", JobState.QUEUED),
            SampleJob("Import de entreprises.csv", JobState.RUNNING, 3_120, 12_514, "lecture des lignes"),
            SampleJob("Import de entreprises.csv", JobState.DONE, 12_514, 12_514, result_url="#work"),
            SampleJob(
                "Export des entreprises", JobState.FAILED, message="Le fichier dépasse 10 Mo. Coupez-le en deux."
            ),
        ],
        "steps": [("Fichier", "#work"), ("Colonnes", "#work"), "Vérification", "Import"],
    }


def gallery(request: HttpRequest) -> HttpResponse:
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    return render(request, "core/gallery.html", gallery_context(timezone.now()))
