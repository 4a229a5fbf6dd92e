"""The company's form: a page for the whole, or a few of its fields in place."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from accounts.enums import Role
from accounts.models import User
from companies.enums import RelationState
from companies.forms.fields import DayField, NafField, OccupationsField, PhoneField, PostcodeField, SiretField
from companies.models import Company, Tag
from companies.queries import activity_label
from companies.sectors import proposed_sector, proposed_type
from core.form_fields import LONG_TEXT, at_most
from core.layouts import Chips, PageHelper, Section, Short, SideBySide
from core.models import Activity, Nomenclature, Occupation
from core.places import place_in

CAUTION = "Ni santé, ni numéro de sécurité sociale, ni jugement sur une personne."
PROFILE = (
    "activity",
    "history",
    "organisation",
    "ways_of_working",
    "attracts",
    "deters",
    "coming_needs",
    "equality_commitments",
)
# Said in the engagement survey, or to an adviser.
MARKS = ("recruits_all", "welcomes_all", "knows_aid")
# What is corrected in place from the record, together: (word of the address, title, fields).
IN_PLACE = {
    "suivi": ("Qui la suit", ("adviser",)),
    "relation": ("Où en est la relation", ("relation_state", "watch_reason")),
    "effectif": ("Effectif", ("workforce_band",)),
    "secteur": ("Secteur et type", ("sector", "company_type")),
    "joindre": ("La joindre", ("phone", "email", "website")),
    "adresse": ("Adresse", ("address", "address_extra", "postcode", "city")),
    "etiquettes": ("Étiquettes", ("tags", "new_tags", "is_pilot")),
    "origine": ("Origine de la relation", ("origin_network", "origin_direction", "origin_on", "network_kind")),
    "metiers": ("Métiers", ("occupations",)),
    "activite": ("Ce qu’elle fait", ("activity",)),
    "histoire": ("Son histoire", ("history",)),
    "organisation": ("Son organisation", ("organisation",)),
    "travail": ("Ses façons de travailler", ("ways_of_working",)),
    "attire": ("Ce qui attire", ("attracts",)),
    "retient": ("Ce qui retient", ("deters",)),
    "avenir": ("Ce qui s’annonce", ("coming_needs",)),
    "egalite": ("Engagements pour l’égalité", ("equality_commitments",)),
    "mixite": ("Femmes et hommes dans tous les métiers", ("recruits_all", "welcomes_all")),
    "aides": ("Aides à l’emploi des jeunes", ("knows_aid",)),
    "notes": ("Notes", ("notes",)),
}


class CompanyForm(forms.ModelForm):
    """`values()` is what the actions take. `only` keeps a few fields, for editing in place."""

    siret = SiretField(help_text="14 chiffres, avec ou sans espaces.")
    postcode = PostcodeField()
    phone = PhoneField()
    naf_code = NafField(label="Code NAF rév. 2", help_text="Sur l’extrait Kbis ou l’avis SIRENE, par exemple 43.91A.")
    naf_2025_code = NafField(label="Code NAF 2025", help_text="Remplacera le précédent en 2027.")
    origin_on = DayField(label="Connue depuis le", required=False)
    website = forms.URLField(label="Site", required=False, assume_scheme="https", max_length=200)
    occupations = OccupationsField(label="Métiers")
    new_tags = forms.CharField(
        label="Nouvelles étiquettes", required=False, max_length=200, help_text="Séparées par des virgules."
    )

    class Meta:
        model = Company
        fields = [
            "legal_name",
            "trade_name",
            "siret",
            "naf_code",
            "naf_2025_code",
            "legal_category",
            "workforce_band",
            "sector",
            "company_type",
            "address",
            "address_extra",
            "postcode",
            "city",
            "phone",
            "email",
            "website",
            "origin_network",
            "origin_direction",
            "origin_on",
            "network_kind",
            "adviser",
            "relation_state",
            "watch_reason",
            "is_pilot",
            "tags",
            *PROFILE,
            *MARKS,
            "occupations",
            "notes",
        ]

    def __init__(self, *args: Any, user: Any, structure: Any, only: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.structure = user, structure
        wanted = tuple(only)
        for name in [name for name in self.fields if wanted and name not in wanted]:
            del self.fields[name]
        self._word_fields()
        self._scope_choices()
        self.helper = PageHelper(self)
        self.helper.layout = Layout(*map(_piece, wanted)) if wanted else self._whole_page()
        if wanted:  # the person pressed a pencil: what she came to correct takes the focus
            next(iter(self.fields.values())).widget.attrs["autofocus"] = True

    def _word_fields(self) -> None:
        for name, field in self.fields.items():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3
                field.max_length = LONG_TEXT
                field.validators.append(at_most(LONG_TEXT))
            if name in HELPS:
                field.help_text = HELPS[name]
        if "legal_category" in self.fields:
            self.fields["legal_category"].widget.attrs["inputmode"] = "numeric"
        if "city" in self.fields:
            self.fields["city"].widget.attrs.update({"list": "municipalities", "autocomplete": "off"})
        for name in ("sector", "company_type", "workforce_band", "network_kind"):
            if name in self.fields:
                self.fields[name].choices = [("", "À préciser"), *list(self.fields[name].choices)[1:]]

    def _scope_choices(self) -> None:
        if "adviser" in self.fields:
            people = User.objects.with_role_in([self.structure.pk], Role.ADVISER, Role.MANAGER)
            if self.instance.adviser_id:
                people = people | User.objects.filter(pk=self.instance.adviser_id)
            self.fields["adviser"].queryset = people.order_by("first_name", "last_name", "pk")
            self.fields["adviser"].empty_label = "Personne pour l’instant"
        if "tags" in self.fields:
            self.fields["tags"].queryset = Tag.objects.filter(structure=self.structure).order_by("name", "pk")
            self.fields["tags"].widget = forms.CheckboxSelectMultiple(choices=self.fields["tags"].choices)
        if "origin_network" in self.fields:
            for name in ("origin_network", "origin_direction"):
                self.fields[name].choices = [("", "À préciser"), *list(self.fields[name].choices)[1:]]

    def _whole_page(self) -> Layout:
        return Layout(
            Section(
                "Qui elle est",
                "legal_name",
                "trade_name",
                Short("siret"),
                SideBySide(*map(_piece, ("naf_code", "naf_2025_code"))),
                SideBySide("workforce_band", Short("legal_category")),
                SideBySide(*map(_piece, ("sector", "company_type"))),
                purpose="De quoi la reconnaître, et la retrouver parmi les autres.",
            ),
            Section(
                "Où elle est, comment la joindre",
                "address",
                "address_extra",
                SideBySide(*map(_piece, ("postcode", "city"))),
                SideBySide("phone", "email"),
                "website",
                purpose="Le standard et l’adresse de l’entreprise\u202f; les personnes s’ajoutent ensuite.",
            ),
            Section(
                "Comment nous la connaissons",
                SideBySide("origin_network", "origin_direction"),
                SideBySide("origin_on", "network_kind"),
                purpose="D’où vient la relation\u00a0: cela comptera au moment de l’évaluer.",
            ),
            Section(
                "Le suivi",
                "adviser",
                "relation_state",
                "watch_reason",
                *map(_piece, ("tags", "new_tags", "is_pilot")),
                purpose="Une personne qui la suit, un état, ce qui la distingue.",
            ),
            Section(
                "Ce que nous savons d’elle",
                *PROFILE,
                *MARKS,
                _piece("occupations"),
                "notes",
                purpose="À compléter au fil des échanges. " + CAUTION,
            ),
        )

    # --- what templates ask ----------------------------------------------------------------------
    def chosen_occupations(self) -> list[Occupation]:
        """Those ticked, for the box that searches the others."""
        if self.is_bound:
            codes = [code for code in self.data.getlist(self.add_prefix("occupations")) if "\x00" not in code]
            return list(Occupation.objects.filter(code__in=codes).order_by("label", "pk"))
        if self.instance.pk:
            return list(self.instance.occupations.order_by("label", "pk"))
        return []

    def naf_label(self) -> str:
        return activity_label(self["naf_code"].value() or "") if "naf_code" in self.fields else ""

    # --- checks ----------------------------------------------------------------------------------
    def clean_siret(self) -> str:
        siret = self.cleaned_data["siret"]
        if siret:
            same = Company.objects.visible_to(self.user).filter(structure=self.structure, siret=siret)
            other = same.exclude(pk=self.instance.pk).first()
            if other:
                raise ValidationError(
                    format_html(
                        'Une entreprise de votre structure porte déjà ce SIRET\u00a0: <a href="{}">{}</a>.',
                        other.get_absolute_url(),
                        other,
                    )
                )
        return siret

    def clean_naf_code(self) -> str:
        return _known_naf(self.cleaned_data["naf_code"], Nomenclature.NAF_REV2)

    def clean_naf_2025_code(self) -> str:
        return _known_naf(self.cleaned_data["naf_2025_code"], Nomenclature.NAF_2025)

    def clean_legal_category(self) -> str:
        code = self.cleaned_data["legal_category"].strip()
        if code and not (code.isdigit() and len(code) == 4):
            raise ValidationError("Une catégorie juridique a 4 chiffres, par exemple 5710.")
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("relation_state") == RelationState.WATCH and not cleaned.get("watch_reason", "").strip():
            self.add_error("watch_reason", "Dites pourquoi elle est en veille.")
        elif "relation_state" in cleaned and cleaned["relation_state"] != RelationState.WATCH:
            cleaned["watch_reason"] = ""
        if "postcode" in cleaned and "city" in cleaned:
            place_in(cleaned, initial=self.initial)
        return cleaned

    # --- what the actions take -------------------------------------------------------------------
    def values(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        if "new_tags" in values:
            values["new_tags"] = [name for name in values["new_tags"].split(",") if name.strip()]
        return values

    def values_with_proposals(self) -> dict[str, Any]:
        """For a new company: what was left unsaid is taken from its codes; the adviser corrects it."""
        values = self.values()
        values["sector"] = values["sector"] or proposed_sector(values["naf_code"] or values["naf_2025_code"])
        values["company_type"] = values["company_type"] or proposed_type(
            workforce_band=values["workforce_band"], legal_category=values["legal_category"]
        )
        return values


HELPS = {
    "trade_name": "Celui que l’on dit, s’il diffère de la raison sociale.",
    "legal_category": "Code INSEE à 4 chiffres, par exemple 5710 (SAS) ou 9220 (association).",
    "sector": "Proposé d’après le code NAF si vous ne dites rien.",
    "company_type": "Proposé d’après l’effectif et la catégorie juridique.",
    "watch_reason": "Pour une entreprise en veille.",
    "is_pilot": "Elle participe à l’expérimentation du pacte.",
    "notes": CAUTION,
}


def _piece(name: str) -> Any:
    if name == "tags":
        return Chips("tags")
    if name in _TEMPLATES:
        return Field(name, template=_TEMPLATES[name])
    return name


_TEMPLATES = {
    "naf_code": "companies/fields/naf.html",
    "postcode": "core/fields/postcode.html",
    "city": "core/fields/city.html",
    "occupations": "companies/fields/occupations.html",
}


def _known_naf(code: str, nomenclature: str) -> str:
    """Refused only when the nomenclature is there to say so."""
    codes = Activity.objects.filter(nomenclature=nomenclature)
    if code and not codes.filter(code=code).exists() and codes.exists():
        raise ValidationError(f"Le code {code} n’existe pas dans cette nomenclature.")
    return code
