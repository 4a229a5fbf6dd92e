"""The list of companies: its filters and its columns together."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from companies.filters import CompanyFilterSet
from companies.tables import COLUMNS
from core.lists import Listing


class CompanyListing(Listing):
    key = "companies"
    filterset_class = CompanyFilterSet
    columns = COLUMNS
    default_sort = "name"

    # What the bare address must carry to show everything, for somebody whose default view it opens.
    bare_query = ""

    def url(self, *, without: Iterable[str] = (), **params: Any) -> str:
        address = super().url(without=without, **params)
        return self.all_url if address == self.path else address

    @property
    def all_url(self) -> str:
        """Every company, without a filter."""
        return f"{self.path}?{self.bare_query}" if self.bare_query else self.path

    @property
    def path(self) -> str:  # type: ignore[override]
        return reverse("companies:company_list")
