"""The wizard’s forms: the file, its sheet and header, its columns."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from crispy_forms.layout import Layout
from django import forms
from django.core.files.uploadedfile import UploadedFile

from core.layouts import PageHelper
from core.spreadsheets.reading import DEFAULT_LIMITS

EXTENSIONS = (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt")
NOT_IMPORTED = "Ne pas importer"


class ImportField(Protocol):
    """What a column may fill; `several`: more than one column may."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def several(self) -> bool: ...


class ImportFileForm(forms.Form):
    """`structures`: those in which the person may import; asked only when there are several."""

    structure = forms.ModelChoiceField(queryset=None, label="Pour quelle structure", empty_label=None)
    file = forms.FileField(
        label="Fichier",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(EXTENSIONS)}),
        help_text="Excel (.xlsx, .xls), LibreOffice (.ods) ou CSV, tel qu’il est.",
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide\u00a0: il ne contient aucune ligne.",
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
    """One list of fields for each column of the file; `labels` as read, "" for a column without title.

    `groups`: (name of the group, its fields).
    """

    def __init__(
        self,
        *args: Any,
        labels: Sequence[str],
        mapping: Mapping[int, str],
        groups: Sequence[tuple[str, Sequence[ImportField]]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.labels = labels
        self.known = {field.key: field for _group, fields in groups for field in fields}
        choices = [("", NOT_IMPORTED), *((name, [(one.key, one.label) for one in own]) for name, own in groups)]
        for index, label in enumerate(labels):
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=label or f"Colonne {index + 1}, sans titre",
                choices=choices,
                required=False,
                initial=mapping.get(index, ""),
            )

    def clean(self) -> dict[str, Any]:
        taken: dict[str, str] = {}
        for index in range(len(self.labels)):
            name = f"column_{index}"
            key = self.cleaned_data.get(name, "")
            if not key or self.known[key].several:
                continue
            if key in taken:
                self.add_error(
                    name, f"«\u00a0{self.known[key].label}\u00a0» est déjà rempli par «\u00a0{taken[key]}\u00a0»."
                )
            else:
                taken[key] = self.fields[name].label
        return self.cleaned_data

    @property
    def mapping(self) -> dict[int, str]:
        return {index: self.cleaned_data.get(f"column_{index}", "") for index in range(len(self.labels))}
