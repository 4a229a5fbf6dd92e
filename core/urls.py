from django.urls import path

from core.views import gallery, health, jobs, places, theme

app_name = "core"

urlpatterns = [
    path("health", health.health, name="health"),
    path("apparence/", theme.theme_choose, name="theme_choose"),
    path("travaux/<uuid:key>/", jobs.job_detail, name="job_detail"),
    path("travaux/<uuid:key>/carte/", jobs.job_card, name="job_card"),
    path("travaux/<uuid:key>/arreter/", jobs.job_stop, name="job_stop"),
    path("communes/", places.municipality_suggest, name="municipality_suggest"),
    path("composants/", gallery.gallery, name="gallery"),
]
