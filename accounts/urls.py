"""/compte/… and /structure/…

django-allauth's pages are named one by one, in French: what is not here (signing up, changing one's address, social
accounts, codes by e-mail) does not exist.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods

from accounts.views import approvals, group, invitations, members, profile, sessions, sign_in, structures

app_name = "accounts"

urlpatterns = [
    path("compte/moi/", profile.ProfileEditView.as_view(), name="profile_edit"),
    path("compte/second-facteur/commencer/", profile.factor_start, name="factor_start"),
    path("compte/sessions/<int:pk>/fermer/", sessions.session_close, name="session_close"),
    path("compte/invitation/<str:key>/", invitations.invitation_accept, name="invitation_accept"),
    path("structure/", structures.structure_edit, name="structure_edit"),
    path("structure/choisir/", structures.structure_choose, name="structure_choose"),
    path("structure/<int:pk>/logo/", structures.structure_logo, name="structure_logo"),
    path("structure/antennes/", structures.site_list, name="site_list"),
    path("structure/antennes/ajouter/", structures.site_create, name="site_create"),
    path("structure/antennes/<int:pk>/", structures.site_edit, name="site_edit"),
    path("structure/antennes/<int:pk>/fermer/", structures.site_close, name="site_close"),
    path("structure/antennes/<int:pk>/rouvrir/", structures.site_reopen, name="site_reopen"),
    path("structure/equipe/", members.member_list, name="member_list"),
    path("structure/equipe/inviter/", members.invitation_create, name="invitation_create"),
    path("structure/equipe/<int:pk>/", members.member_edit, name="member_edit"),
    path("structure/equipe/<int:pk>/fermer/", members.member_close, name="member_close"),
    path("structure/equipe/<int:pk>/rouvrir/", members.member_reopen, name="member_reopen"),
    path(
        "structure/equipe/<int:pk>/second-facteur/retirer/", members.member_factor_remove, name="member_factor_remove"
    ),
    path("structure/invitations/<int:pk>/renvoyer/", members.invitation_renew, name="invitation_renew"),
    path("structure/invitations/<int:pk>/annuler/", members.invitation_revoke, name="invitation_revoke"),
    path("structure/accords/", approvals.approval_list, name="approval_list"),
    path("structure/accords/<int:pk>/", approvals.approval_give, name="approval_give"),
    path("groupe/", group.group_detail, name="group_detail"),
]

sign_in_urlpatterns = [
    path("connexion/", sign_in.SignInView.as_view(), name="account_login"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("ferme/", account.account_inactive, name="account_inactive"),
    path("confirmer/", account.reauthenticate, name="account_reauthenticate"),
    path("mot-de-passe/", account.password_change, name="account_change_password"),
    path("mot-de-passe/oublie/", account.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "mot-de-passe/nouveau/fait/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"
    ),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("sessions/", sessions.session_list, name="usersessions_list"),
    path("second-facteur/", mfa.index, name="mfa_index"),
    path("second-facteur/code/", mfa.authenticate, name="mfa_authenticate"),
    path("second-facteur/confirmer/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-facteur/application/ajouter/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-facteur/application/retirer/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-facteur/codes-de-secours/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "second-facteur/codes-de-secours/tirer/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "second-facteur/codes-de-secours/telecharger/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("second-facteur/cles/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("second-facteur/cles/ajouter/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("second-facteur/cles/confirmer/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    # allauth forgot to say that whoever signs in is not signed in.
    path("second-facteur/cles/connexion/", login_not_required(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("second-facteur/cles/<int:pk>/retirer/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("second-facteur/cles/<int:pk>/renommer/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
]

# Django's form views take PUT for POST; nothing here is meant to.
for pattern in sign_in_urlpatterns:
    pattern.callback = require_http_methods(["GET", "HEAD", "POST"])(pattern.callback)
