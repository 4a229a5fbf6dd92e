"""The forms of an opportunity: the whole, another state, wider criteria, who manages it."""

from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms

from accounts.models import User
from companies.forms.fields import OccupationsField
from companies.models import Contact
from core.form_fields import CAUTION, DayField, PostcodeField, at_most, refuse_nir
from core.layouts import Chips, PageHelper, PhaseChoices, Section, Segments, Short, SideBySide
from core.models import Occupation
from core.phases import PHASE_OF_KIND, Phase, SolutionKind
from core.places import place_in
from opportunities.enums import (
    CASE_ROLES,
    LIVE_OPPORTUNITIES,
    Frequency,
    OpportunityState,
    RefusalReason,
    WithdrawalReason,
)
from opportunities.forms.fields import KindField, MonthsField, kinds_by_phase
from opportunities.models import Opportunity

LONG_TEXT = 5000
MAX_PLACES = 500
HELPS = {
    "description": CAUTION,
    "title": "Comme vous la diriez à un jeune. Vide\u00a0: le genre et le métier.",
    "months": "Pour ce qui revient chaque année\u202f; rien\u00a0: la période ci-dessus.",
    "schedule": "Par exemple «\u00a0du lundi au jeudi, 8\u00a0h à 16\u00a0h\u00a0».",
    "conditions": "Salaire, équipement, repas, tutorat, durée.",
    "criteria": "Ce que l’entreprise demande. Nos mots la citent\u202f; un critère discriminatoire se refuse.",
    "negotiable": "Ce sur quoi elle peut bouger\u00a0: c’est là que vous aiderez.",
    "is_open_to_all": "L’entreprise accueille aussi des femmes dans un métier dit d’homme, et l’inverse.",
    "without_car": "À pied, à vélo, en car ou en covoiturage.",
}


class OpportunityForm(forms.ModelForm):
    """`values()` is what the actions take; `state` only when it is being added."""

    title = forms.CharField(label="Intitulé", max_length=150, required=False)
    kind = KindField()
    phase = forms.TypedChoiceField(label="Phase", choices=Phase.choices, coerce=int, widget=forms.RadioSelect)
    occupations = OccupationsField(label="Métiers")
    places = forms.IntegerField(label="Places", min_value=1, max_value=MAX_PLACES, initial=1)
    starts_on = DayField(label="Du", required=False)
    ends_on = DayField(label="Au", required=False)
    months = MonthsField(label="Mois de la saison")
    answer_by = DayField(label="Répondre avant le", required=False)
    received_on = DayField(label="Reçue le")
    postcode = PostcodeField()
    state = forms.ChoiceField(
        label="État",
        choices=[(state.value, state.label) for state in map(OpportunityState, LIVE_OPPORTUNITIES)],
        widget=forms.RadioSelect,
        initial=OpportunityState.OPEN,
    )

    class Meta:
        model = Opportunity
        fields = [
            "phase",
            "kind",
            "title",
            "occupations",
            "description",
            "places",
            "starts_on",
            "ends_on",
            "months",
            "answer_by",
            "schedule",
            "address",
            "postcode",
            "city",
            "without_car",
            "conditions",
            "criteria",
            "negotiable",
            "is_open_to_all",
            "contact",
            "origin",
            "frequency",
            "received_by",
            "received_on",
            "managed_by",
        ]

    def __init__(self, *args: Any, company: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company, self.user = company, user
        if self.is_bound and not self.data.get("phase"):
            self._read_phase()
        # The constraints of the table speak of its company too.
        self.instance.company, self.instance.structure_id = company, company.structure_id
        if self.instance.pk:
            del self.fields["state"]
        self._word_fields()
        self._scope_choices()
        self.helper = PageHelper(self)
        self.helper.layout = self._whole_page()

    def _read_phase(self) -> None:
        """The kind says its phase, when the phase is left unsaid."""
        phase = PHASE_OF_KIND.get(self.data.get("kind", ""))
        if phase:
            self.data = self.data.copy()
            self.data["phase"] = str(int(phase))

    def _word_fields(self) -> None:
        for name, field in self.fields.items():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]
            field.help_text = HELPS.get(name, field.help_text)
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3
                field.validators += [at_most(LONG_TEXT), refuse_nir]
        self.fields["city"].widget.attrs.update({"list": "municipalities", "autocomplete": "off"})
        self.fields["origin"].choices = [("", "À préciser"), *list(self.fields["origin"].choices)[1:]]
        self.fields["frequency"].widget = forms.RadioSelect(choices=Frequency.choices)

    def _scope_choices(self) -> None:
        contacts = Contact.objects.filter(company=self.company, deleted_at=None)
        here = contacts.filter(left_on=None) | contacts.filter(pk=self.instance.contact_id or 0)
        self.fields["contact"].queryset = here.order_by("-is_main", "last_name", "first_name", "pk")
        self.fields["contact"].empty_label = "Personne en particulier"
        people = User.objects.with_role_in([self.company.structure_id], *CASE_ROLES)
        for name in ("received_by", "managed_by"):
            kept = getattr(self.instance, f"{name}_id")
            rows = people | User.objects.filter(pk=kept) if kept else people
            self.fields[name].queryset = rows.order_by("first_name", "last_name", "pk")
            self.fields[name].empty_label = "Personne pour l’instant"

    def _whole_page(self) -> Layout:
        where = Section(
            "Où",
            "address",
            SideBySide(
                Field("postcode", template="core/fields/postcode.html"),
                Field("city", template="core/fields/city.html"),
            ),
            "without_car",
            purpose="Là où cela se passe, pour savoir qui peut s’y rendre.",
        )
        states = [Segments("state")] if "state" in self.fields else []
        return Layout(
            Section(
                "Ce que l’entreprise propose",
                PhaseChoices("phase"),
                Field("kind", template="opportunities/fields/kinds.html"),
                "title",
                Field("occupations", template="companies/fields/occupations.html"),
                Short("places"),
                "description",
                purpose="La phase d’abord\u00a0: elle dit à quel moment d’un parcours cela sert.",
            ),
            Section(
                "Quand",
                SideBySide("starts_on", "ends_on", "answer_by"),
                Chips("months"),
                Segments("frequency"),
                "schedule",
                purpose="Une période, ou les mois où cela revient chaque année.",
            ),
            where,
            Section(
                "À quelles conditions",
                "conditions",
                "criteria",
                "negotiable",
                "is_open_to_all",
                purpose="Les critères du début sont gardés\u00a0: vous verrez ce que vous avez fait bouger.",
            ),
            Section(
                "D’où elle vient, qui s’en occupe",
                SideBySide("contact", "origin"),
                SideBySide("received_by", "received_on"),
                "managed_by",
                *states,
                purpose="Pour que quelqu’un rappelle, et que l’on sache d’où viennent nos solutions.",
            ),
        )

    # --- what templates ask ----------------------------------------------------------------------
    def kinds_by_phase(self) -> list[tuple[Phase, list[Any]]]:
        return kinds_by_phase(self["kind"])

    def chosen_occupations(self) -> list[Occupation]:
        """Those ticked, for the box that searches the others."""
        if self.is_bound:
            codes = [code for code in self.data.getlist(self.add_prefix("occupations")) if "\x00" not in code]
        elif self.instance.pk:
            return list(self.instance.occupations.order_by("label", "pk"))
        else:
            codes = self.initial.get("occupations", [])
        return list(Occupation.objects.filter(code__in=codes).order_by("label", "pk")) if codes else []

    # --- checks ----------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._match_phase(cleaned)
        self._place(cleaned)
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "La fin vient après le début.")
        if cleaned.get("places") and cleaned["places"] < self.instance.taken:
            self.add_error("places", f"{self.instance.taken} places sont déjà prises\u00a0: gardez-en au moins autant.")
        if cleaned.get("kind") and not cleaned.get("title", "").strip():
            cleaned["title"] = self._title_of(cleaned)
        return cleaned

    def _match_phase(self, cleaned: dict[str, Any]) -> None:
        kind, phase = cleaned.get("kind"), cleaned.get("phase")
        if kind and phase and PHASE_OF_KIND[kind] != phase:
            self.add_error("kind", f"Choisissez un genre de la phase {Phase(phase).label.lower()}.")

    def _title_of(self, cleaned: dict[str, Any]) -> str:
        kind = str(SolutionKind(cleaned["kind"]).label).split(" (")[0]
        trades = list(cleaned.get("occupations") or [])
        return f"{kind}, {trades[0].label}"[:150] if trades else kind

    def _place(self, cleaned: dict[str, Any]) -> None:
        """At the company's when nothing is said; else the commune's own name, code and position when known."""
        if "postcode" not in cleaned or "city" not in cleaned:
            return
        company = self.company
        if not cleaned["postcode"] and not cleaned["city"]:
            cleaned.update(postcode=company.postcode, city=company.city, address=cleaned["address"] or company.address)
        if (cleaned["postcode"], cleaned["city"]) == (company.postcode, company.city) and company.latitude is not None:
            where = {name: getattr(company, name) for name in ("insee_code", "latitude", "longitude")}
            cleaned.update(where)
            return
        place_in(cleaned, initial=self.initial)

    def values(self) -> dict[str, Any]:
        """What the actions take; the state apart."""
        return {name: value for name, value in self.cleaned_data.items() if name != "state"}


class MoveForm(forms.Form):
    """Why, when the new state asks for it; a confirmation, when somebody waits for an answer."""

    note = forms.CharField(
        label="Précision",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[refuse_nir],
        help_text=f"Des faits, pas de jugement sur une personne. {CAUTION}",
    )

    def __init__(self, *args: Any, to: str, waiting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = {OpportunityState.REFUSED: RefusalReason, OpportunityState.WITHDRAWN: WithdrawalReason}.get(to)
        pieces: list[Any] = []
        if reasons:
            self.fields["reason"] = forms.ChoiceField(
                label="Pourquoi", choices=reasons.choices, widget=forms.RadioSelect
            )
            pieces.append(Field("reason"))
        if waiting:
            self.fields["confirmed"] = forms.BooleanField(
                label="Chacun sait, ou saura aujourd’hui, ce qu’il en est", required=True
            )
        pieces.append(Field("note"))
        if waiting:
            pieces.append(Field("confirmed"))
        self.helper = PageHelper(self)
        self.helper.layout = Layout(*pieces)


class CriteriaForm(forms.Form):
    """What the company asks now."""

    criteria = forms.CharField(
        label="Ce que l’entreprise demande maintenant",
        required=False,
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    negotiable = forms.CharField(
        label="Ce qui se négocie encore", required=False, max_length=LONG_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )
    note = forms.CharField(
        label="En quelques mots",
        required=False,
        max_length=80,
        help_text="Se lit sur le tableau, par exemple «\u00a0permis non exigé\u00a0».",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.validators.append(refuse_nir)
        self.helper = PageHelper(self)


class ManagerForm(forms.Form):
    """Who manages the opportunities ticked; nobody is an answer."""

    manager = forms.ModelChoiceField(
        label="Gérées par", queryset=User.objects.none(), required=False, empty_label="Personne pour l’instant"
    )

    def __init__(self, *args: Any, structure_ids: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Several structures at once: somebody who works in all of them.
        people = User.objects.with_role_in(structure_ids[:1], *CASE_ROLES)
        for pk in structure_ids[1:]:
            people = people.filter(pk__in=User.objects.with_role_in([pk], *CASE_ROLES).values("pk"))
        self.fields["manager"].queryset = people.order_by("first_name", "last_name", "pk")
        self.helper = PageHelper(self)
