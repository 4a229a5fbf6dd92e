"""What a gesture on many companies asks for. `values()` gives what `companies.actions.bulk` takes."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms

from accounts.models import User
from companies.enums import NextActionKind
from companies.forms.next_action import DueDayForm
from companies.models import Tag
from companies.permissions import EDITORS, RECORDERS
from core.layouts import Chips, PageHelper
from core.text import search_key

NOBODY = "none"


class AssignForm(forms.Form):
    adviser = forms.ChoiceField(label="À qui les confier")

    def __init__(self, *args: Any, user: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = _people(user, EDITORS)
        self.fields["adviser"].choices = [("", "Choisir une personne"), *people, (NOBODY, "Personne pour le moment")]
        self.helper = PageHelper(self)

    def values(self) -> dict[str, Any]:
        chosen = self.cleaned_data["adviser"]
        return {"adviser": None if chosen == NOBODY else int(chosen)}


class TagForm(forms.Form):
    tag = forms.CharField(label="Étiquette", max_length=50, help_text="Une étiquette nouvelle est créée.")

    def __init__(self, *args: Any, user: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = list(dict.fromkeys(Tag.objects.visible_to(user).order_by("name").values_list("name", flat=True)))
        self.fields["tag"].widget.attrs.update(list="known-tags", autocomplete="off")
        self.helper = PageHelper(self)

    def clean_tag(self) -> str:
        """The known spelling of a tag wins over the one typed."""
        typed = " ".join(self.cleaned_data["tag"].split())
        return next((name for name in self.known if search_key(name) == search_key(typed)), typed)

    def values(self) -> dict[str, Any]:
        return {"tag": self.cleaned_data["tag"]}


class UntagForm(forms.Form):
    tag = forms.ChoiceField(label="Étiquette à retirer")

    def __init__(self, *args: Any, user: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict.fromkeys(Tag.objects.visible_to(user).order_by("name").values_list("name", flat=True))
        self.fields["tag"].choices = [("", "Choisir une étiquette"), *((name, name) for name in names)]
        self.helper = PageHelper(self)

    def values(self) -> dict[str, Any]:
        return {"tag": self.cleaned_data["tag"]}


class WatchForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi",
        max_length=200,
        help_text="Par exemple\u00a0: en travaux jusqu’au printemps, ne recrute plus, a demandé qu’on la laisse.",
    )

    def __init__(self, *args: Any, user: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PageHelper(self)

    def values(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


class PlanForm(DueDayForm):
    kind = forms.ChoiceField(
        label="Quoi", choices=NextActionKind.choices, widget=forms.RadioSelect, initial=NextActionKind.CALL
    )
    title = forms.CharField(label="En quelques mots", max_length=200)
    assigned_to = forms.ChoiceField(label="Par qui", required=False)
    even_planned = forms.BooleanField(label="Aussi pour celles qui ont déjà une action prévue", required=False)

    field_order = ["kind", "title", "delay", "due_on", "assigned_to", "even_planned"]

    def __init__(self, *args: Any, user: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        people = _people(user, RECORDERS)
        self.fields["assigned_to"].choices = [("", "La personne qui suit chaque entreprise, à défaut moi"), *people]
        self.helper.layout = Layout(Chips("kind"), "title", Chips("delay"), "due_on", "assigned_to", "even_planned")

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "kind": data["kind"],
            "title": data["title"],
            "due_on": data["due_on"].isoformat(),
            "assigned_to": int(data["assigned_to"]) if data["assigned_to"] else None,
            "even_planned": data["even_planned"],
        }


def _people(user: Any, roles: Any) -> list[tuple[str, str]]:
    people = User.objects.with_role_in(user.access.structure_ids(EDITORS), *roles)
    return [(str(person.pk), person.full_name) for person in people.order_by("first_name", "last_name", "pk")]
