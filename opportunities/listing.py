"""The list of opportunities: its filters and its columns together; the board and the seasons share its filters."""

from django.urls import reverse

from core.lists import Listing
from opportunities.filters import OpportunityFilterSet
from opportunities.tables import COLUMNS


class OpportunityListing(Listing):
    """`page_name`: the page it is on, which its addresses lead back to."""

    key = "opportunities"
    filterset_class = OpportunityFilterSet
    columns = COLUMNS
    default_sort = "title"
    page_name = "opportunity_list"

    @property
    def path(self) -> str:  # type: ignore[override]
        return reverse(f"opportunities:{self.page_name}")
