"""The structure's own sheet, and its sites."""

import io
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, UnidentifiedImageError

from accounts.departments import CHOICES
from accounts.forms.fields import DigitsField, PhoneField
from accounts.models import Site, Structure
from core.layouts import PageHelper, Section, Short, SideBySide

LOGO_BYTES = 1024 * 1024
LOGO_PIXELS = 4000
LOGO_SIDE = 800
LOGO_FORMATS = {"PNG": "png", "JPEG": "jpg"}


def clean_logo(upload: UploadedFile) -> ContentFile:
    """The picture drawn again from its pixels, at most 800 px wide or high: nothing else of the file is kept.

    PNG or JPEG, 1 MB and 4000 px a side at most; raises ValidationError with what to do.
    """
    if upload.size > LOGO_BYTES:
        raise forms.ValidationError("Cette image pèse plus de 1 Mo : enregistrez-la plus petite.")
    try:
        picture = Image.open(upload, formats=list(LOGO_FORMATS))
        kind = picture.format
        if max(picture.size) > LOGO_PIXELS:
            raise forms.ValidationError("Cette image dépasse 4 000 points de côté : enregistrez-la plus petite.")
        picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise forms.ValidationError("Ce fichier n’est pas une image PNG ou JPEG lisible.") from error
    mode = "RGBA" if kind == "PNG" else "RGB"
    drawn = picture.convert(mode)
    drawn.thumbnail((LOGO_SIDE, LOGO_SIDE))
    kept = Image.new(mode, drawn.size)
    kept.paste(drawn)
    written = io.BytesIO()
    kept.save(written, format=kind, optimize=True)
    return ContentFile(written.getvalue(), name=f"logo.{LOGO_FORMATS[kind]}")


class LogoField(forms.FileField):
    widget = forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        value = super().clean(data, initial)
        return clean_logo(value) if isinstance(value, UploadedFile) else value


class StructureForm(forms.ModelForm):
    siret = DigitsField(label="SIRET", required=False, max_length=20, help_text="14 chiffres, avec ou sans espaces.")
    phone = PhoneField(label="Téléphone", required=False, max_length=25)
    website = forms.URLField(label="Site", required=False, assume_scheme="https", max_length=200)
    logo = LogoField(
        label="Logo", required=False, help_text="PNG ou JPEG, 1 Mo au plus. Il figure en tête des lettres."
    )
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
