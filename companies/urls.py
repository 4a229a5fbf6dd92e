"""/entreprises/…"""

from django.urls import path

from companies.views import imports, lists, merges, saved_views

app_name = "companies"

urlpatterns = [
    path("", lists.company_list, name="company_list"),
    path("filtrer/", lists.company_filters, name="company_filters"),
    path("colonnes/", lists.company_columns, name="company_columns"),
    path("imprimer/", lists.company_print, name="company_print"),
    path("exporter/", lists.company_export, name="company_export"),
    path("ensemble/", lists.company_list, name="bulk_start"),
    path("vues/enregistrer/", saved_views.saved_view_create, name="saved_view_create"),
    path("vues/<int:pk>/", saved_views.saved_view_edit, name="saved_view_edit"),
    path("vues/<int:pk>/filtres/", saved_views.saved_view_update, name="saved_view_update"),
    path("vues/<int:pk>/supprimer/", saved_views.saved_view_delete, name="saved_view_delete"),
    path("<int:pk>/", lists.company_list, name="company_detail"),
    path("doublons/", merges.duplicate_list, name="duplicate_list"),
    path("doublons/chercher/", merges.duplicate_scan, name="duplicate_scan"),
    path("doublons/<int:pk>/ecarter/", merges.duplicate_dismiss, name="duplicate_dismiss"),
    path("<int:pk>/fusionner/", merges.merge_pick, name="merge_pick"),
    path("<int:pk>/fusionner/<int:other_pk>/", merges.company_merge, name="company_merge"),
    path("fusions/<int:pk>/defaire/", merges.merge_undo, name="merge_undo"),
    path("imports/", imports.import_list, name="import_list"),
    path("imports/nouveau/", imports.import_create, name="import_create"),
    path("imports/modele/<slug:format>/", imports.import_template, name="import_template"),
    path("imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<int:pk>/titres/", imports.import_header, name="import_header"),
    path("imports/<int:pk>/colonnes/", imports.import_columns, name="import_columns"),
    path("imports/<int:pk>/verification/", imports.import_preview, name="import_preview"),
    path("imports/<int:pk>/verification/refaire/", imports.import_refresh, name="import_refresh"),
    path(
        "imports/<int:pk>/verification/<slug:row_class>/decider/",
        imports.import_class_decide,
        name="import_class_decide",
    ),
    path("imports/<int:pk>/lignes/<int:row_pk>/decider/", imports.import_row_decide, name="import_row_decide"),
    path("imports/<int:pk>/importer/", imports.import_apply, name="import_apply"),
    path("imports/<int:pk>/bilan/", imports.import_report, name="import_report"),
    path("imports/<int:pk>/erreurs/<slug:format>/", imports.import_errors, name="import_errors"),
    path("imports/<int:pk>/annuler/", imports.import_undo, name="import_undo"),
    path("imports/<int:pk>/abandonner/", imports.import_discard, name="import_discard"),
]
