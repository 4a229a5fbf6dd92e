"""Home, search."""

from django.urls import path

from dashboards.views import day, help, search

app_name = "dashboards"

urlpatterns = [
    path("", day.day, name="day"),
    path("aide/", help.help, name="help"),
    path("recherche/", search.search, name="search"),
    path("recherche/suggestions/", search.search_suggest, name="search_suggest"),
]
