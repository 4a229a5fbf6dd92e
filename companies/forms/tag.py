"""The name of a tag."""

from typing import Any

from django import forms

from companies.models import Tag
from core.layouts import PageHelper


class TagNameForm(forms.ModelForm):
    class Meta:
        model = Tag
        fields = ["name"]
        labels = {"name": "Nom de l’étiquette"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PageHelper(self)
