"""The list of needs: its filters and its columns together."""

from django.urls import reverse

from core.lists import Listing
from youth.filters.needs import NeedFilterSet
from youth.tables.needs import COLUMNS


class NeedListing(Listing):
    key = "needs"
    filterset_class = NeedFilterSet
    columns = COLUMNS
    default_sort = "age"

    @property
    def path(self) -> str:  # type: ignore[override]
        return reverse("youth:need_list")
