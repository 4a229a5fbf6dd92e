"""/campagnes/…, /enquete/…, /desabonnement/…"""

from django.urls import path

from campaigns.views import campaigns, public, wizard

app_name = "campaigns"

urlpatterns = [
    path("campagnes/", campaigns.campaign_list, name="campaign_list"),
    path("campagnes/nouvelle/", wizard.campaign_create, name="campaign_create"),
    path("campagnes/ecrire/", wizard.campaign_start, name="campaign_start"),
    path("campagnes/<int:pk>/", campaigns.campaign_detail, name="campaign_detail"),
    path("campagnes/<int:pk>/entreprises/", wizard.campaign_companies, name="campaign_companies"),
    path("campagnes/<int:pk>/textes/", wizard.campaign_texts, name="campaign_texts"),
    path("campagnes/<int:pk>/verifier/", wizard.campaign_check, name="campaign_check"),
    path("campagnes/<int:pk>/verifier/de-nouveau/", wizard.campaign_recheck, name="campaign_recheck"),
    path("campagnes/<int:pk>/apercu/", wizard.campaign_preview, name="campaign_preview"),
    path("campagnes/<int:pk>/envoyer/", wizard.campaign_send, name="campaign_send"),
    path("campagnes/<int:pk>/approuver/", campaigns.campaign_approve, name="campaign_approve"),
    path("campagnes/<int:pk>/reprendre-en-preparation/", campaigns.campaign_send_back, name="campaign_send_back"),
    path("campagnes/<int:pk>/pause/", campaigns.campaign_pause, name="campaign_pause"),
    path("campagnes/<int:pk>/reprise/", campaigns.campaign_resume, name="campaign_resume"),
    path("campagnes/<int:pk>/arret/", campaigns.campaign_stop, name="campaign_stop"),
    path("campagnes/<int:pk>/fin/", campaigns.campaign_end, name="campaign_end"),
    path("campagnes/<int:pk>/corbeille/", campaigns.campaign_bin, name="campaign_bin"),
    path("campagnes/<int:pk>/restaurer/", campaigns.campaign_restore, name="campaign_restore"),
    path("campagnes/destinataires/<int:pk>/retirer/", wizard.recipient_exclude, name="recipient_exclude"),
    path("campagnes/destinataires/<int:pk>/remettre/", wizard.recipient_include, name="recipient_include"),
    path("enquete/<str:key>/", public.survey, name="survey"),
    path("enquete/<str:key>/sans-suite/", public.survey_decline, name="survey_decline"),
    path("enquete/<str:key>/<slug:section>/", public.survey_section, name="survey_section"),
    path("desabonnement/<str:key>/", public.unsubscribe, name="unsubscribe"),
]
