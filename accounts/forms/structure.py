"""The structure's own sheet, and its sites."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms

from accounts.departments import CHOICES
from accounts.forms.fields import DigitsField, PhoneField
from accounts.models import Site, Structure
from core.layouts import PageHelper, Section, Short, SideBySide
from core.pictures import KINDS, PictureField


class StructureForm(forms.ModelForm):
    siret = DigitsField(label="SIRET", required=False, max_length=20, help_text="14 chiffres, avec ou sans espaces.")
    phone = PhoneField(label="Téléphone", required=False, max_length=25)
    website = forms.URLField(label="Site", required=False, assume_scheme="https", max_length=200)
    logo = PictureField(label="Logo", required=False, help_text=f"{KINDS} Il figure en tête des lettres.")
    department = forms.ChoiceField(
        label="Département",
        required=False,
        choices=[("", "Non précisé"), *CHOICES],
        help_text="Sert aux jours fériés : l’Alsace-Moselle et l’outre-mer ont les leurs.",
    )

    class Meta:
        model = Structure
        fields = [
            "name",
            "legal_name",
            "siret",
            "president",
            "address",
            "address_extra",
            "postcode",
            "city",
            "department",
            "phone",
            "email",
            "website",
            "logo",
            "funders_line",
        ]
        labels = {
            "name": "Nom",
            "legal_name": "Raison sociale",
            "president": "Présidente ou président",
            "address": "Adresse",
            "address_extra": "Complément d’adresse",
            "postcode": "Code postal",
            "city": "Ville",
            "email": "Adresse e-mail",
            "funders_line": "Ligne des financeurs",
        }
        help_texts = {
            "funders_line": "Au bas des lettres, par exemple «\u00a0Avec le soutien de l’État et de la Région\u00a0»."
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PageHelper()
        self.helper.layout = Layout(
            Section(
                "Qui elle est",
                "name",
                "legal_name",
                SideBySide("siret", "president"),
                purpose="Ce que lisent l’équipe et les entreprises.",
            ),
            Section(
                "Où elle est",
                "address",
                "address_extra",
                SideBySide("postcode", "city"),
                "department",
                purpose="L’adresse du siège ; les antennes ont la leur.",
            ),
            Section(
                "Comment la joindre", SideBySide("phone", "email"), "website", purpose="Les coordonnées de l’accueil."
            ),
            Section("En-tête des lettres", "logo", "funders_line", purpose="Ce qui entoure le texte des courriers."),
        )


class SiteForm(forms.ModelForm):
    phone = PhoneField(label="Téléphone", required=False, max_length=25)

    class Meta:
        model = Site
        fields = ["name", "address", "postcode", "city", "phone"]
        labels = {"name": "Nom", "address": "Adresse", "postcode": "Code postal", "city": "Ville"}
        help_texts = {"name": "Souvent celui de la commune ou du quartier."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PageHelper()
        self.helper.layout = Layout("name", "address", SideBySide(Short("postcode"), "city"), "phone")

    def validate_unique(self) -> None:
        """The structure is given by the page, not typed: check the name against it all the same."""
        super().validate_unique()
        try:
            self.instance.validate_constraints()
        except forms.ValidationError as error:
            self.add_error("name", error.messages)
