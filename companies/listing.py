"""The list of companies: its filters and its columns together."""

from django.urls import reverse

from companies.filters import CompanyFilterSet
from companies.tables import COLUMNS
from core.lists import Listing


class CompanyListing(Listing):
    key = "companies"
    filterset_class = CompanyFilterSet
    columns = COLUMNS
    default_sort = "name"

    @property
    def path(self) -> str:  # type: ignore[override]
        return reverse("companies:company_list")
