"""« Mon compte »: what a person changes of her own."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms

from accounts.forms.fields import PhoneField
from accounts.models import User
from core.layouts import PageHelper, Segments, SideBySide


class ProfileForm(forms.ModelForm):
    phone = PhoneField(label="Téléphone", required=False, max_length=25)

    class Meta:
        model = User
        fields = ["first_name", "last_name", "phone", "theme"]
        labels = {"first_name": "Prénom", "last_name": "Nom", "theme": "Apparence"}
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "theme": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.attrs["autocomplete"] = "tel"
        self.fields["theme"].choices = [("auto", "Comme l’appareil"), ("light", "Clair"), ("dark", "Sombre")]
        self.helper = PageHelper()
        self.helper.layout = Layout(
            SideBySide("first_name", "last_name"),
            "phone",
            Segments("theme", icons={"auto": "monitor", "light": "sun", "dark": "moon"}),
        )
