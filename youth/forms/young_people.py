"""The forms of a young person's file: the file, the pathway, the obstacles, what companies may read."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError

from accounts.enums import Role
from accounts.models import User
from core.form_fields import CAUTION, DayField, PhoneField, PostcodeField, caution_texts, compact
from core.holdings import Holding
from core.layouts import Chips, PageHelper, PhaseChoices, Section, Segments, Short, SideBySide
from core.phases import Phase
from core.places import place_in
from youth.admission import admission_problem, keeping_problem
from youth.enums import (
    FILE_ROLES,
    ObstacleKind,
    ObstacleLevel,
    Outcome,
    PathwayStep,
    ProfileField,
)
from youth.held_elsewhere import Becomes
from youth.models import Obstacle, YoungPerson

_TO_SAY = "À préciser"
# Facts corrected where they stand on the file: {word of the address: (title, fields)}.
IN_PLACE = {
    "naissance": ("Naissance et genre", ("birth_date", "gender")),
    "joindre": ("Téléphone et e-mail", ("phone", "email")),
    "commune": ("Commune et quartier", ("postcode", "city", "district")),
    "imilo": ("Numéro i-Milo", ("imilo_number",)),
    "suivi": ("Suivi", ("counsellor", "backup")),
    "formation": ("Formation", ("training_level",)),
    "dispositif": ("Dispositif", ("programme",)),
    "rqth": ("RQTH", ("has_rqth",)),
    "entree": ("Entrée", ("entered_on",)),
    "donnees": ("Ses données", ("consented_on", "keep_until")),
    "atouts": ("Ses atouts", ("strengths",)),
    "fragilites": ("Ses fragilités", ("vulnerabilities",)),
}


# The postcode and the commune speak to each other.
_TEMPLATES = {"postcode": "core/fields/postcode.html", "city": "core/fields/city.html"}


def _piece(name: str) -> Any:
    return Field(name, template=_TEMPLATES[name]) if name in _TEMPLATES else name


def _first_capital(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        field.label = str(field.label)[:1].upper() + str(field.label)[1:]


class YoungPersonForm(forms.ModelForm):
    """The file, without the pathway (its own gestures) once it is open. `values()` is what the actions take.

    `only` keeps a few fields, for editing in place.
    """

    birth_date = DayField(label="Date de naissance")
    entered_on = DayField(label="Entrée le")
    consented_on = DayField(
        label="Information et consentement le",
        required=False,
        help_text="Le jour où le jeune a su ce que vous gardez de lui, et l’a accepté.",
    )
    keep_until = DayField(
        label="À conserver jusqu’au",
        required=False,
        help_text="Deux ans après le dernier contact, si vous ne dites rien.",
    )
    postcode = PostcodeField()
    phone = PhoneField()

    class Meta:
        model = YoungPerson
        fields = [
            "first_name",
            "last_name",
            "birth_date",
            "gender",
            "phone",
            "email",
            "imilo_number",
            "postcode",
            "city",
            "district",
            "has_rqth",
            "training_level",
            "programme",
            "counsellor",
            "backup",
            "entered_on",
            "phase",
            "step",
            "strengths",
            "vulnerabilities",
            "consented_on",
            "keep_until",
        ]

    def __init__(
        self, *args: Any, user: Any, structure: Any, today: dt.date, only: Iterable[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.structure, self.today = user, structure, today
        wanted = tuple(only)
        if self.instance.pk:
            del self.fields["phase"], self.fields["step"]
        else:
            del self.fields["keep_until"]
            self.fields["step"].choices = [item for item in PathwayStep.choices if item[0] != PathwayStep.LEFT]
            self.fields["phase"].widget = forms.RadioSelect(choices=Phase.choices)
        self._word_fields()
        for name in [name for name in self.fields if wanted and name not in wanted]:
            del self.fields[name]
        self._scope_choices()
        self.helper = PageHelper(self)
        self.helper.layout = Layout(*map(_piece, wanted)) if wanted else self._page()
        if wanted:  # the person pressed a pencil: what she came to correct takes the focus
            next(iter(self.fields.values())).widget.attrs["autofocus"] = True

    def _word_fields(self) -> None:
        _first_capital(self)
        caution_texts(self)
        self.fields["imilo_number"].help_text = "Celui de la fiche i-Milo\u00a0: il évite les doublons."
        self.fields["has_rqth"].help_text = "Vue des seuls conseillers jeunes et responsables."
        self.fields["city"].widget.attrs.update({"list": "municipalities", "autocomplete": "off"})
        for name in ("training_level", "programme"):
            self.fields[name].choices = [("", _TO_SAY), *list(self.fields[name].choices)[1:]]

    def _scope_choices(self) -> None:
        if "counsellor" not in self.fields:
            return
        people = User.objects.with_role_in([self.structure.pk], *FILE_ROLES)
        held = [pk for pk in (self.instance.counsellor_id, self.instance.backup_id) if pk]
        if held:
            people = people | User.objects.filter(pk__in=held)
        for name, nobody in (("counsellor", "Personne pour l’instant"), ("backup", "Personne")):
            self.fields[name].queryset = people.order_by("first_name", "last_name", "pk")
            self.fields[name].empty_label = nobody

    def _page(self) -> Layout:
        place = Section(
            "Où et comment joindre cette personne",
            SideBySide("phone", "email"),
            SideBySide(*map(_piece, ("postcode", "city"))),
            "district",
            purpose="De quoi prendre contact, et chercher près de chez soi.",
        )
        follow = ["imilo_number", SideBySide("counsellor", "backup"), SideBySide("entered_on", "programme")]
        if not self.instance.pk:
            follow += [PhaseChoices("phase"), "step"]
        return Layout(
            Section(
                "Qui",
                SideBySide("first_name", "last_name"),
                SideBySide("birth_date", "gender"),
                purpose="Le moins possible\u00a0: ni numéro de sécurité sociale, ni santé, ni origine.",
            ),
            place,
            Section("Son suivi", *follow, purpose="Qui l’accompagne, depuis quand, où il en est."),
            Section(
                "Sa situation",
                "training_level",
                "has_rqth",
                "strengths",
                "vulnerabilities",
                purpose="Ce qui aide, ce qui gêne, pour intégrer une entreprise.",
            ),
            Section(
                "Ses données",
                SideBySide(*[name for name in ("consented_on", "keep_until") if name in self.fields]),
                purpose="Une personne sait ce que l’on garde d’elle, et jusqu’à quand.",
            ),
        )

    # --- checks ----------------------------------------------------------------------------------
    def clean_imilo_number(self) -> str:
        number = compact(self.cleaned_data["imilo_number"]).upper()
        if number:
            same = YoungPerson.objects.filter(structure=self.structure, imilo_number=number, deleted_at=None)
            other = same.exclude(pk=self.instance.pk).first()
            if other:
                raise ValidationError(f"{other.full_name} porte déjà ce numéro i-Milo dans votre structure.")
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("backup") and cleaned.get("backup") == cleaned.get("counsellor"):
            self.add_error("backup", "Le conseiller relais est une autre personne que le référent.")
        if cleaned.get("entered_on") and cleaned["entered_on"] > self.today:
            self.add_error("entered_on", "Cette date est à venir.")
        elif "birth_date" in cleaned and "entered_on" in cleaned:
            self._check_age(cleaned)
        if cleaned.get("consented_on") and cleaned["consented_on"] > self.today:
            self.add_error("consented_on", "Cette date est à venir.")
        if "keep_until" in self.fields and "keep_until" in cleaned and not cleaned["keep_until"]:
            cleaned["keep_until"] = self.instance.keep_until
        self._check_keeping(cleaned.get("keep_until"))
        if "postcode" in cleaned and "city" in cleaned:
            place_in(cleaned, initial=self.initial)
        return cleaned

    def _check_keeping(self, keep_until: dt.date | None) -> None:
        """What is newly said; the day that stood before stays."""
        if keep_until and keep_until != self.instance.keep_until:
            problem = keeping_problem(keep_until=keep_until, today=self.today)
            if problem:
                self.add_error("keep_until", problem)

    def _check_age(self, cleaned: dict[str, Any]) -> None:
        problem = admission_problem(
            birth_date=cleaned["birth_date"],
            entered_on=cleaned["entered_on"],
            has_rqth=bool(cleaned.get("has_rqth")),
        )
        if problem:
            self.add_error("birth_date", problem)

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class MoveForm(forms.Form):
    """To another phase, another step."""

    phase = forms.TypedChoiceField(label="Phase", choices=Phase.choices, coerce=int, widget=forms.RadioSelect)
    step = forms.ChoiceField(
        label="Étape", choices=[item for item in PathwayStep.choices if item[0] != PathwayStep.LEFT]
    )
    on = DayField(label="Depuis le")
    note = forms.CharField(label="Pourquoi", max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        caution_texts(self)
        self.fields["note"].help_text = CAUTION
        self.helper = PageHelper(self)
        self.helper.layout = Layout(PhaseChoices("phase"), "step", Short("on"), "note")


class LeavingForm(forms.Form):
    """The end of the accompaniment, and for what; of each of `holdings`, what becomes of it (`becomes()`)."""

    outcome = forms.ChoiceField(label="Vers quoi", choices=Outcome.choices, widget=forms.RadioSelect)
    on = DayField(label="Sortie le")
    note = forms.CharField(label="Précision", max_length=300, required=False)

    def __init__(self, *args: Any, holdings: Sequence[Holding] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        caution_texts(self)
        self.fields["note"].help_text = CAUTION
        self.holdings = holdings
        rows = [self._asked_of(holding) for holding in holdings]
        self.helper = PageHelper(self)
        self.helper.layout = Layout(Chips("outcome"), Short("on"), *rows, "note")

    def _asked_of(self, holding: Holding) -> Any:
        label = f"{holding.label} ({holding.detail.lower()})"
        self.fields[f"{holding.key}-way"] = forms.ChoiceField(label=label, choices=[("", "À dire"), *holding.ways])
        reasons = [("", "—"), *holding.reasons]
        why = forms.ChoiceField(label="Pourquoi", choices=reasons, required=False, help_text="S’il s’arrête là.")
        self.fields[f"{holding.key}-reason"] = why
        return SideBySide(f"{holding.key}-way", f"{holding.key}-reason")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for holding in self.holdings:
            asks = cleaned.get(f"{holding.key}-way") in holding.asking
            if asks and not cleaned.get(f"{holding.key}-reason"):
                self.add_error(f"{holding.key}-reason", "Dites pourquoi.")
        return cleaned

    def becomes(self) -> Becomes:
        given = self.cleaned_data
        return {row.key: (given[f"{row.key}-way"], given[f"{row.key}-reason"]) for row in self.holdings}


class ObstacleForm(forms.ModelForm):
    """`taken`: the kinds that stand already, which are corrected rather than noted again."""

    kind = forms.ChoiceField(label="Quel frein", choices=ObstacleKind.choices, widget=forms.RadioSelect)
    level = forms.TypedChoiceField(
        label="À quel point", choices=ObstacleLevel.choices, coerce=int, widget=forms.RadioSelect
    )

    class Meta:
        model = Obstacle
        fields = ["kind", "level", "note"]

    def __init__(self, *args: Any, taken: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _first_capital(self)
        caution_texts(self)
        self.fields["note"].help_text = CAUTION
        rows: list[Any] = [Segments("level"), "note"]
        if self.instance.pk:
            del self.fields["kind"]
        else:
            free = [item for item in ObstacleKind.choices if item[0] not in set(taken)]
            self.fields["kind"].choices = free
            rows.insert(0, Chips("kind"))
        self.helper = PageHelper(self)
        self.helper.layout = Layout(*rows)


class CounsellorForm(forms.Form):
    """Who follows the young people ticked."""

    counsellor = forms.ModelChoiceField(label="À qui", queryset=User.objects.none(), empty_label="Choisir une personne")

    def __init__(self, *args: Any, structure_ids: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.with_role_in(structure_ids, *FILE_ROLES)
        self.fields["counsellor"].queryset = people.order_by("first_name", "last_name", "pk")
        self.helper = PageHelper(self)
        self.helper.layout = Layout("counsellor")


class ShareForm(forms.Form):
    """Which adviser is told."""

    adviser = forms.ModelChoiceField(label="Avec qui", queryset=User.objects.none(), empty_label="Choisir une personne")

    def __init__(self, *args: Any, structure: Any, told: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.with_role_in([structure.pk], Role.ADVISER).exclude(pk__in=list(told))
        self.fields["adviser"].queryset = people.order_by("first_name", "last_name", "pk")
        self.helper = PageHelper(self)
        self.helper.layout = Layout("adviser")


class CompanyProfileForm(forms.ModelForm):
    """What companies may read, as the young person agreed to it."""

    profile_fields = forms.MultipleChoiceField(
        label="Ce que le jeune accepte de montrer",
        choices=ProfileField.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Avec son prénom, toujours montré.",
    )
    profile_agreed_on = DayField(label="Accord du jeune le", required=False)

    class Meta:
        model = YoungPerson
        fields = ["company_profile", "profile_fields", "profile_agreed_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _first_capital(self)
        self.fields["company_profile"].help_text = "Écrite avec lui\u00a0: ce qu’il sait faire, ce qu’il cherche."
        caution_texts(self)
        self.fields["company_profile"].widget.attrs["rows"] = 6
        self.helper = PageHelper(self)
        self.helper.layout = Layout("company_profile", Chips("profile_fields"), Short("profile_agreed_on"))


class ReasonForm(forms.Form):
    """Why a file outside one's own caseload is opened."""

    reason = forms.CharField(
        label="Pourquoi ouvrez-vous ce dossier\u202f?",
        max_length=200,
        help_text="Par exemple\u00a0: remplacement d’une collègue, réunion d’équipe du mardi. La raison est gardée.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        caution_texts(self)
        self.fields["reason"].widget.attrs["autocomplete"] = "off"
        self.helper = PageHelper(self)
        self.helper.layout = Layout("reason")
