"""The list of young people: its filters and its columns together."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from core.lists import Listing
from youth.filters.young_people import YoungPersonFilterSet
from youth.tables.young_people import COLUMNS

# The bare address opens one's own caseload; this one everybody.
EVERYBODY = "view=all"


class YoungPersonListing(Listing):
    key = "young_people"
    filterset_class = YoungPersonFilterSet
    columns = COLUMNS
    default_sort = "name"

    def url(self, *, without: Iterable[str] = (), **params: Any) -> str:
        address = super().url(without=without, **params)
        return self.all_url if address == self.path else address

    @property
    def all_url(self) -> str:
        return f"{self.path}?{EVERYBODY}"

    @property
    def path(self) -> str:  # type: ignore[override]
        return reverse("youth:young_person_list")
