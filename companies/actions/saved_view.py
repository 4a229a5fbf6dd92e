"""Which saved view a list opens on: a taste, told in no timeline."""

from typing import Any

from companies.models import DefaultView, SavedView


def choose_default_view(*, view: SavedView, listing: str, by: Any) -> DefaultView:
    """From now on that list opens on that view, for that person alone."""
    chosen, _ = DefaultView.objects.update_or_create(
        user=by, listing=listing, defaults={"view": view, "structure_id": view.structure_id}
    )
    return chosen


def forget_default_view(*, listing: str, by: Any) -> None:
    """That list opens on everything again."""
    DefaultView.objects.filter(user=by, listing=listing).delete()
