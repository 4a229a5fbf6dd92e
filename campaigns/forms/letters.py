"""The text of a letter: plain fields, where names between braces are filled for each company."""

from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms

from campaigns.actions.letters import TEXTS
from campaigns.enums import LetterKind
from campaigns.letters import one_line
from campaigns.merge_fields import unknown_in
from campaigns.models import LetterTemplate, LetterVersion
from core.layouts import PageHelper, Section, SideBySide


class LetterForm(forms.ModelForm):
    """`texts()` is what the actions take. `template` None: a new one, whose kind is asked."""

    name = forms.CharField(
        label="Nom du modèle", max_length=100, help_text="Pour le retrouver\u00a0: lui seul reste ici."
    )
    kind = forms.ChoiceField(label="Sert à", choices=LetterKind.choices, required=False)
    # As they stand on the page: the summary of errors follows it.
    field_order = ("name", "kind", *TEXTS)

    class Meta:
        model = LetterVersion
        fields = list(TEXTS)
        labels = {
            "subject": "Objet de l’e-mail",
            "headline": "Titre",
            "body": "Texte",
            "closing": "Formule de fin",
            "signatory": "Signée par",
            "signatory_title": "Qualité",
        }
        help_texts = {
            "body": "Une ligne vide sépare deux paragraphes\u202f; un tiret en début de ligne fait une liste.",
        }
        widgets = {"body": forms.Textarea(attrs={"rows": 18}), "closing": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, template: LetterTemplate | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if template is not None:
            del self.fields["kind"]
            self.initial.setdefault("name", template.name)
        self.helper = PageHelper()
        named = Layout("name") if template is not None else Layout("name", "kind")
        self.helper.layout = Layout(
            named,
            Section("Ce que lit l’entreprise", "subject", "headline", Field("body"), "closing"),
            Section("Qui signe", SideBySide("signatory", "signatory_title")),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("name", *TEXTS):
            if name in cleaned and not isinstance(self.fields[name].widget, forms.Textarea):
                cleaned[name] = one_line(cleaned[name])
        for name in TEXTS:
            unknown = unknown_in(cleaned.get(name, ""))
            if unknown:
                said = ", ".join(f"{{{written}}}" for written in unknown)
                self.add_error(name, f"{said}\u00a0: ce n’est pas un champ connu. Voyez la liste des champs.")
        return cleaned

    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in TEXTS}
