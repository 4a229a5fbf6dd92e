"""/entreprises/…"""

from django.urls import path

from companies.views import merges

app_name = "companies"

urlpatterns = [
    path("doublons/", merges.duplicate_list, name="duplicate_list"),
    path("doublons/chercher/", merges.duplicate_scan, name="duplicate_scan"),
    path("doublons/<int:pk>/ecarter/", merges.duplicate_dismiss, name="duplicate_dismiss"),
    path("<int:pk>/fusionner/", merges.merge_pick, name="merge_pick"),
    path("<int:pk>/fusionner/<int:other_pk>/", merges.company_merge, name="company_merge"),
    path("fusions/<int:pk>/defaire/", merges.merge_undo, name="merge_undo"),
]
