"""Home, search."""

from django.urls import path

from dashboards.views import day

app_name = "dashboards"

urlpatterns = [path("", day.day, name="day")]
