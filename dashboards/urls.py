"""Home, search."""

from django.urls import path

from dashboards.views import day, search

app_name = "dashboards"

urlpatterns = [
    path("", day.day, name="day"),
    path("recherche/", search.search, name="search"),
    path("recherche/suggestions/", search.search_suggest, name="search_suggest"),
]
