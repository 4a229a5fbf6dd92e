"""Keeping a list under a name: the form, and which view a list opens on (a taste, told in no timeline)."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.db import IntegrityError, transaction

from core.layouts import PageHelper
from core.models import DefaultView, SavedView


class SavedViewForm(forms.ModelForm):
    """`may_share`: whether the person may show her view to the whole structure."""

    class Meta:
        model = SavedView
        fields = ["name", "is_shared"]
        labels = {"name": "Nom de la vue", "is_shared": "La montrer à toute la structure"}

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["is_shared"]
        self.helper = PageHelper(self)
        self.helper.layout = Layout(*self.fields)

    def save_if_named_alone(self) -> bool:
        """False, and said under the name, when a view of hers took that name since it was checked."""
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError as error:
            if "saved_view_name_unique" not in str(error):
                raise
            self.add_error("name", "Vous avez déjà une vue de ce nom.")
            return False
        return True

    def _get_validation_exclusions(self) -> set[str]:
        # The structure, the owner and the list are the view's, and the name is unique among hers.
        return super()._get_validation_exclusions() - {"structure", "owner", "listing"}  # type: ignore[misc]


def choose_default_view(*, view: SavedView, by: Any) -> DefaultView:
    """From now on its list opens on that view, for that person alone."""
    chosen, _ = DefaultView.objects.update_or_create(
        user=by, listing=view.listing, defaults={"view": view, "structure_id": view.structure_id}
    )
    return chosen


def forget_default_view(*, listing: str, by: Any) -> None:
    """That list opens on everything again."""
    DefaultView.objects.filter(user=by, listing=listing).delete()
