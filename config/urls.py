"""All the addresses, one include an app, in French."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
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
    from anymail.urls import urlpatterns as reports

    # Each checks the provider's signature or secret itself.
    for report in reports:
        report.callback = login_not_required(report.callback)
    urlpatterns.append(path("retours/", include(reports)))
