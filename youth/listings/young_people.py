"""The list of young people: its filters and its columns together."""

from django.urls import reverse

from core.lists import EVERYTHING, Listing
from youth.filters.young_people import YoungPersonFilterSet
from youth.tables.young_people import COLUMNS

# The bare address opens one's own caseload; this one everybody.
EVERYBODY = EVERYTHING


class YoungPersonListing(Listing):
    key = "young_people"
    filterset_class = YoungPersonFilterSet
    columns = COLUMNS
    default_sort = "name"
    bare_query = EVERYBODY

    @property
    def path(self) -> str:  # type: ignore[override]
        return reverse("youth:young_person_list")
