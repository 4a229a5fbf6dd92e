"""All the addresses, one include an app, in French."""

from django.conf import settings
from django.urls import include, path

from accounts.urls import sign_in_urlpatterns

urlpatterns = [
    path("", include("dashboards.urls")),
    path("", include("core.urls")),
    path("compte/", include(sign_in_urlpatterns)),
    path("", include("accounts.urls")),
    path("entreprises/", include("companies.urls")),
    path("", include("youth.urls")),
    path("", include("opportunities.urls")),
    path("", include("campaigns.urls")),
]

if settings.EMAIL_PROVIDER:
    from config.reports import report_urls

    urlpatterns.append(path("", include(report_urls(settings.EMAIL_PROVIDER))))
