"""What is asked on the pages of coverage and of companies to ask: where, which companies, who will call them."""

from typing import Any

from django import forms
from django.http import QueryDict

from core.french import NBSP

KM = (5, 10, 15, 20, 30, 50)
DEFAULT_KM = 20
ME, ADVISER = "me", "adviser"
# Ticked one by one, in a list of a dozen.
MOST_TICKED = 50


class AroundForm(forms.Form):
    """Two fields of the address; what makes no sense filters nothing."""

    near = forms.CharField(
        label="Près de",
        required=False,
        max_length=100,
        widget=forms.TextInput({"placeholder": "commune ou code postal"}),
    )
    km = forms.TypedChoiceField(
        label="À moins de",
        required=False,
        coerce=int,
        empty_value=DEFAULT_KM,
    )

    def __init__(self, query: QueryDict) -> None:
        """The usual distance is the one shown until another is asked."""
        super().__init__({"near": query.get("near", ""), "km": query.get("km") or DEFAULT_KM})
        self.fields["near"].widget.attrs |= {"class": "form-control", "autocomplete": "off"}
        self.fields["km"].widget.attrs |= {"class": "form-select"}
        self.fields["km"].choices = [(km, f"{km}{NBSP}km") for km in KM]


class SolicitForm(forms.Form):
    """Companies ticked; `to_adviser`: each to whoever follows it, rather than to oneself."""

    companies = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": "Cochez d’abord une ou plusieurs entreprises."}
    )
    who = forms.ChoiceField(choices=[(ME, "moi"), (ADVISER, "qui suit l’entreprise")], required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        ticked = [text for text in data.getlist("companies")[:MOST_TICKED] if text.isascii() and text.isdigit()]
        # The door of the view says which of them may be asked; here, that they are figures.
        self.fields["companies"].choices = [(text, text) for text in ticked if len(text) < 19]

    @property
    def to_adviser(self) -> bool:
        return self.cleaned_data.get("who") == ADVISER
