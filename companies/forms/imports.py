"""The wizard’s forms: the file, its sheet and header, its columns."""

from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.files.uploadedfile import UploadedFile

from companies.imports.columns import COMPANY_FIELDS, CONTACT_FIELDS, FIELD_BY_KEY
from core.layouts import PageHelper
from core.spreadsheets.reading import DEFAULT_LIMITS

EXTENSIONS = (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt")
NOT_IMPORTED = "Ne pas importer"


class ImportFileForm(forms.Form):
    """`structures`: those in which the person may import; asked only when there are several."""

    structure = forms.ModelChoiceField(queryset=None, label="Pour quelle structure", empty_label=None)
    file = forms.FileField(
        label="Fichier",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(EXTENSIONS)}),
        help_text="Excel (.xlsx, .xls), LibreOffice (.ods) ou CSV, tel qu’il est.",
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide : il ne contient aucune ligne.",
        },
    )

    def __init__(self, *args: Any, structures: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.structures = structures
        if len(structures) > 1:
            self.fields["structure"].queryset = structures
        else:
            del self.fields["structure"]
        self.helper = PageHelper(self)
        self.helper.layout = Layout(*self.fields)

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > DEFAULT_LIMITS.file_size:
            raise forms.ValidationError(
                f"Ce fichier dépasse {DEFAULT_LIMITS.file_size // 1_000_000} Mo. Gardez seulement les colonnes utiles,"
                " ou coupez-le en plusieurs fichiers."
            )
        return file

    @property
    def chosen_structure(self) -> Any:
        return self.cleaned_data.get("structure") or self.structures[0]


class ImportHeaderForm(forms.Form):
    """Which row holds the titles of the columns, among the first ones of a sheet."""

    sheet = forms.CharField(widget=forms.HiddenInput)
    first_row = forms.TypedChoiceField(label="Ligne des titres", coerce=int, widget=forms.RadioSelect)
    two_rows = forms.BooleanField(
        label="Les titres tiennent sur deux lignes", required=False, help_text="La ligne choisie et la suivante."
    )

    def __init__(self, *args: Any, numbers: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_row"].choices = [(number, f"Ligne {number}") for number in numbers]
        self.fields["first_row"].error_messages["required"] = "Choisissez la ligne des titres."


class ImportColumnsForm(forms.Form):
    """One list of fields for each column of the file; `labels` as read, "" for a column without title."""

    def __init__(self, *args: Any, labels: Sequence[str], mapping: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.labels = labels
        for index, label in enumerate(labels):
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=label or f"Colonne {index + 1}, sans titre",
                choices=FIELD_CHOICES,
                required=False,
                initial=mapping.get(index, ""),
            )

    def clean(self) -> dict[str, Any]:
        taken: dict[str, str] = {}
        for index in range(len(self.labels)):
            name = f"column_{index}"
            key = self.cleaned_data.get(name, "")
            if not key or FIELD_BY_KEY[key].several:
                continue
            if key in taken:
                self.add_error(
                    name, f"«\u00a0{FIELD_BY_KEY[key].label}\u00a0» est déjà rempli par «\u00a0{taken[key]}\u00a0»."
                )
            else:
                taken[key] = self.fields[name].label
        return self.cleaned_data

    @property
    def mapping(self) -> dict[int, str]:
        return {index: self.cleaned_data.get(f"column_{index}", "") for index in range(len(self.labels))}


FIELD_CHOICES = [
    ("", NOT_IMPORTED),
    ("Entreprise", [(field.key, field.label) for field in COMPANY_FIELDS]),
    ("Contacts", [(field.key, field.label) for field in CONTACT_FIELDS]),
]
