"""/opportunites/…, /positionnements/…, /profil/…"""

from django.urls import path

from opportunities.views import (
    coverage,
    lists,
    matching,
    opportunities,
    panels,
    placement_list,
    placement_panels,
    placements,
    profiles,
)

app_name = "opportunities"

urlpatterns = [
    path("opportunites/", lists.opportunity_board, name="opportunity_board"),
    path("opportunites/saisons/", lists.opportunity_seasons, name="opportunity_seasons"),
    path("opportunites/liste/", lists.opportunity_list, name="opportunity_list"),
    path("opportunites/liste/filtrer/", lists.opportunity_filters, name="opportunity_filters"),
    path("opportunites/liste/colonnes/", lists.opportunity_columns, name="opportunity_columns"),
    path("opportunites/liste/imprimer/", lists.opportunity_print, name="opportunity_print"),
    path("opportunites/liste/exporter/", lists.opportunity_export, name="opportunity_export"),
    path("opportunites/liste/confier/", lists.opportunity_assign, name="opportunity_assign"),
    path("opportunites/nouvelle/", opportunities.opportunity_create, name="opportunity_create"),
    path("opportunites/<int:pk>/", opportunities.opportunity_detail, name="opportunity_detail"),
    path("opportunites/<int:pk>/modifier/", opportunities.opportunity_edit, name="opportunity_edit"),
    path("opportunites/<int:pk>/etat/", opportunities.opportunity_move, name="opportunity_move"),
    path("opportunites/<int:pk>/criteres/", opportunities.opportunity_criteria, name="opportunity_criteria"),
    path("opportunites/<int:pk>/reprendre/", opportunities.opportunity_duplicate, name="opportunity_duplicate"),
    path("opportunites/couverture/", coverage.coverage, name="coverage"),
    path("opportunites/couverture/solliciter/", coverage.prospecting, name="prospecting"),
    path("opportunites/couverture/solliciter/prevoir/", coverage.prospecting_solicit, name="prospecting_solicit"),
    path("opportunites/<int:pk>/jeunes/", matching.opportunity_matches, name="opportunity_matches"),
    path("besoins/<int:pk>/solutions/", matching.need_matches, name="need_matches"),
    path("besoins/<int:pk>/solliciter/", matching.need_solicit, name="need_solicit"),
    path("opportunites/entreprise/<int:pk>/", panels.company_panel, name="company_panel"),
    path("positionnements/", placement_list.placement_list, name="placement_list"),
    path("positionnements/filtrer/", placement_list.placement_filters, name="placement_filters"),
    path("positionnements/colonnes/", placement_list.placement_columns, name="placement_columns"),
    path("positionnements/exporter/", placement_list.placement_export, name="placement_export"),
    path("positionnements/nouveau/", placements.placement_create, name="placement_create"),
    path("positionnements/<int:pk>/", placements.placement_detail, name="placement_detail"),
    path("positionnements/<int:pk>/etape/<slug:to>/", placements.placement_move, name="placement_move"),
    path("positionnements/<int:pk>/rencontre/", placements.placement_meeting, name="placement_meeting"),
    path("positionnements/<int:pk>/preparer/", placements.placement_prepare, name="placement_prepare"),
    path("positionnements/<int:pk>/immersion/", placements.placement_immersion, name="placement_immersion"),
    path("positionnements/<int:pk>/profil/", profiles.profile_share, name="profile_share"),
    path("positionnements/<int:pk>/profil.pdf", profiles.profile_pdf, name="profile_pdf"),
    path("positionnements/profils/<int:pk>/annuler/", profiles.profile_revoke, name="profile_revoke"),
    path("positionnements/jeune/<int:pk>/", placement_panels.young_person_panel, name="young_person_panel"),
    path("positionnements/besoin/<int:pk>/", placement_panels.need_panel, name="need_panel"),
    path("profil/<str:key>/", profiles.profile_open, name="profile_open"),
]
