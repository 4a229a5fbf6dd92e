"""All the addresses, one include an app, in French."""

from django.urls import include, path

urlpatterns = [
    path("", include("dashboards.urls")),
    path("", include("core.urls")),
    path("compte/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("entreprises/", include("companies.urls")),
]
