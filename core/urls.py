from django.urls import path

from core.views import gallery, health, jobs, places, saved_views, theme

app_name = "core"

urlpatterns = [
    path("health", health.health, name="health"),
    path("apparence/", theme.theme_choose, name="theme_choose"),
    path("travaux/<uuid:key>/", jobs.job_detail, name="job_detail"),
    path("travaux/<uuid:key>/carte/", jobs.job_card, name="job_card"),
    path("travaux/<uuid:key>/arreter/", jobs.job_stop, name="job_stop"),
    path("vues/<slug:key>/enregistrer/", saved_views.saved_view_create, name="saved_view_create"),
    path("vues/<int:pk>/", saved_views.saved_view_edit, name="saved_view_edit"),
    path("vues/<int:pk>/filtres/", saved_views.saved_view_update, name="saved_view_update"),
    path("vues/<int:pk>/par-defaut/", saved_views.saved_view_default, name="saved_view_default"),
    path("vues/<int:pk>/supprimer/", saved_views.saved_view_delete, name="saved_view_delete"),
    path("communes/", places.municipality_suggest, name="municipality_suggest"),
    path("composants/", gallery.gallery, name="gallery"),
]
