from django.urls import path

from core.views import gallery, health, theme

app_name = "core"

urlpatterns = [
    path("health", health.health, name="health"),
    path("apparence/", theme.theme_choose, name="theme_choose"),
    path("composants/", gallery.gallery, name="gallery"),
]
