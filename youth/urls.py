"""/jeunes/… and /besoins/…"""

from django.urls import path

from youth.views import accesses, imports, lists, need_lists, needs, obstacles, pathway, young_people

app_name = "youth"

urlpatterns = [
    path("jeunes/", lists.young_person_list, name="young_person_list"),
    path("jeunes/filtrer/", lists.young_person_filters, name="young_person_filters"),
    path("jeunes/colonnes/", lists.young_person_columns, name="young_person_columns"),
    path("jeunes/exporter/", lists.young_person_export, name="young_person_export"),
    path("jeunes/ajouter/", young_people.young_person_create, name="young_person_create"),
    path("jeunes/corbeille/", young_people.bin_list, name="bin_list"),
    path("jeunes/acces/", accesses.access_list, name="access_list"),
    *imports.WIZARD.urls("jeunes/import/"),
    path("jeunes/<int:pk>/", young_people.young_person_detail, name="young_person_detail"),
    path("jeunes/<int:pk>/carte/", young_people.young_person_card, name="young_person_card"),
    path("jeunes/<int:pk>/fil/", young_people.young_person_timeline, name="young_person_timeline"),
    path("jeunes/<int:pk>/ouvrir/", accesses.young_person_open, name="young_person_open"),
    path("jeunes/<int:pk>/modifier/", young_people.young_person_edit, name="young_person_edit"),
    path("jeunes/<int:pk>/contact/", young_people.young_person_met, name="young_person_met"),
    path("jeunes/<int:pk>/parcours/", pathway.pathway_move, name="pathway_move"),
    path("jeunes/<int:pk>/sortie/", pathway.pathway_leave, name="pathway_leave"),
    path("jeunes/<int:pk>/presentation/", pathway.company_profile_edit, name="company_profile_edit"),
    path("jeunes/<int:pk>/freins/ajouter/", obstacles.obstacle_create, name="obstacle_create"),
    path("jeunes/freins/<int:pk>/", obstacles.obstacle_edit, name="obstacle_edit"),
    path("jeunes/freins/<int:pk>/lever/", obstacles.obstacle_lift, name="obstacle_lift"),
    path("jeunes/freins/<int:pk>/partager/", obstacles.obstacle_share, name="obstacle_share"),
    path("jeunes/freins/partages/<int:pk>/reprendre/", obstacles.obstacle_unshare, name="obstacle_unshare"),
    path("jeunes/<int:pk>/acces/", accesses.young_person_accesses, name="young_person_accesses"),
    path("jeunes/<int:pk>/donnees/", accesses.young_person_data, name="young_person_data"),
    path("jeunes/<int:pk>/donnees/remettre/", accesses.young_person_data_export, name="young_person_data_export"),
    path("jeunes/<int:pk>/donnees/effacer/", accesses.young_person_anonymise, name="young_person_anonymise"),
    path("jeunes/<int:pk>/jeter/", young_people.young_person_bin, name="young_person_bin"),
    path("jeunes/<int:pk>/restaurer/", young_people.young_person_restore, name="young_person_restore"),
    path("besoins/", need_lists.need_list, name="need_list"),
    path("besoins/filtrer/", need_lists.need_filters, name="need_filters"),
    path("besoins/colonnes/", need_lists.need_columns, name="need_columns"),
    path("besoins/imprimer/", need_lists.need_print, name="need_print"),
    path("besoins/exporter/", need_lists.need_export, name="need_export"),
    path("besoins/sans-solution/", need_lists.need_unsolved, name="need_unsolved"),
    path("besoins/nouveau/", needs.need_create, name="need_create"),
    path("besoins/nouveau/<int:pk>/", needs.need_log, name="need_log"),
    path("besoins/metiers/", needs.need_trades, name="need_trades"),
    path("besoins/<int:pk>/", needs.need_detail, name="need_detail"),
    path("besoins/<int:pk>/corriger/", needs.need_edit, name="need_edit"),
    path("besoins/<int:pk>/solution/", needs.need_propose, name="need_propose"),
    path("besoins/<int:pk>/satisfait/", needs.need_meet, name="need_meet"),
    path("besoins/<int:pk>/rouvrir/", needs.need_reopen, name="need_reopen"),
    path("besoins/<int:pk>/abandonner/", needs.need_abandon, name="need_abandon"),
]
