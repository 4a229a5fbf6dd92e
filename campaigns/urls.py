"""/campagnes/…, /enquete/…, /desabonnement/…"""

from django.urls import path

from campaigns.views import public

app_name = "campaigns"

urlpatterns = [
    path("enquete/<str:key>/", public.survey, name="survey"),
    path("enquete/<str:key>/sans-suite/", public.survey_decline, name="survey_decline"),
    path("enquete/<str:key>/<slug:section>/", public.survey_section, name="survey_section"),
    path("desabonnement/<str:key>/", public.unsubscribe, name="unsubscribe"),
]
