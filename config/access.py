"""Who may call each address: the table that the tests replay and that docs/roles.md is written from.

To add a route, add one line:

    "companies:contact_edit": Rule(EDITORS, FORM, "modifier un contact", {"pk": "contact"}),

- its name in the URLconf;
- who: ANYONE, SIGNED_IN, or the roles that its predicate lets through (import them from the app's permissions);
- methods: PAGE (GET, HEAD), FORM (GET, HEAD, POST) or GESTURE (POST);
- what it is for, in French, for the documentation;
- for each part of its address, the kind of object it names. A new kind is one line in
  tests/consistency/objects.py, which makes one in a given structure.

The test (tests/consistency/test_access_table.py) then calls it as every role, by every method. An administrator, an
adviser… is somebody of the structure that owns the object; a stranger is an adviser and administrator of another one.
A route without a line fails the tests.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from accounts.enums import APPROVERS, Role
from campaigns.enums import CAMPAIGN_ROLES
from campaigns.permissions import LETTER_ROLES, SENDING_ROLES
from companies.permissions import EDITORS, IMPORTERS, RECORDERS
from youth.enums import CASE_ROLES, FILE_ROLES
from youth.permissions import IMPORTERS as YOUTH_IMPORTERS

COORDINATOR = "coordinator"
MEMBERS = frozenset(Role)
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
SIGNED_IN = MEMBERS | {COORDINATOR}
# Lists hold the rows of one's own structures: a coordinator, who has none, finds them empty.
OWN_ROWS = SIGNED_IN
MANAGERS = frozenset({Role.MANAGER})
COORDINATORS = frozenset({COORDINATOR})
ANYONE = SIGNED_IN | {"anyone"}

PAGE = frozenset({"GET", "HEAD"})
GESTURE = frozenset({"POST"})
FORM = PAGE | GESTURE


@dataclass(frozen=True)
class Rule:
    """`own`: what it names belongs to the person herself, so that another member gets a 404 like a stranger.

    `may_be_absent`: whoever is allowed still finds nothing before there is something (no recovery code yet…).
    """

    who: Iterable[str]
    methods: frozenset[str]
    what: str
    objects: Mapping[str, str] = field(default_factory=dict)
    own: bool = False
    may_be_absent: bool = False

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(str(role) for role in self.who)

    @property
    def is_public(self) -> bool:
        return "anyone" in self.roles


ACCESS: dict[str, Rule] = {
    # --- core ---------------------------------------------------------------------------------
    "core:health": Rule(ANYONE, FORM | {"PUT", "PATCH", "DELETE"}, "dire que le service répond"),
    "core:theme_choose": Rule(ANYONE, GESTURE, "choisir clair ou sombre"),
    "core:gallery": Rule(SIGNED_IN, PAGE, "voir les composants des écrans (démonstration)", may_be_absent=True),
    "core:municipality_suggest": Rule(SIGNED_IN, PAGE, "trouver une commune"),
    "core:job_detail": Rule(MEMBERS, PAGE, "suivre un travail long qu’on a lancé", {"key": "job"}, own=True),
    "core:job_card": Rule(MEMBERS, PAGE, "suivre un travail long qu’on a lancé", {"key": "job"}, own=True),
    "core:job_stop": Rule(MEMBERS, GESTURE, "arrêter un travail long qu’on a lancé", {"key": "job"}, own=True),
    # --- signing in ---------------------------------------------------------------------------
    "account_login": Rule(ANYONE, FORM, "se connecter"),
    "account_logout": Rule(ANYONE, FORM, "se déconnecter"),
    "account_inactive": Rule(ANYONE, PAGE, "apprendre que son compte est fermé"),
    "account_reset_password": Rule(ANYONE, FORM, "demander un nouveau mot de passe"),
    "account_reset_password_done": Rule(ANYONE, PAGE, "savoir que le lien est parti"),
    "account_reset_password_from_key": Rule(
        ANYONE, FORM, "choisir un nouveau mot de passe", {"uidb36": "text", "key": "text"}
    ),
    "account_reset_password_from_key_done": Rule(ANYONE, PAGE, "savoir qu’il est enregistré"),
    "mfa_authenticate": Rule(ANYONE, FORM, "donner son second facteur"),
    "mfa_login_webauthn": Rule(ANYONE, FORM, "se connecter avec une clé d’accès"),
    "accounts:invitation_accept": Rule(ANYONE, FORM, "accepter une invitation", {"key": "invitation_key"}),
    # --- one's own account --------------------------------------------------------------------
    "accounts:profile_edit": Rule(SIGNED_IN, FORM, "modifier son compte"),
    "account_change_password": Rule(SIGNED_IN, FORM, "changer de mot de passe"),
    "account_reauthenticate": Rule(SIGNED_IN, FORM, "confirmer que c’est bien soi"),
    "accounts:factor_start": Rule(SIGNED_IN, PAGE, "commencer un second facteur"),
    "mfa_index": Rule(SIGNED_IN, PAGE, "voir son second facteur"),
    "mfa_reauthenticate": Rule(SIGNED_IN, FORM, "confirmer par un code"),
    "mfa_activate_totp": Rule(SIGNED_IN, FORM, "relier une application de codes"),
    "mfa_deactivate_totp": Rule(SIGNED_IN, FORM, "retirer l’application de codes", may_be_absent=True),
    "mfa_view_recovery_codes": Rule(SIGNED_IN, PAGE, "voir ses codes de secours", may_be_absent=True),
    "mfa_generate_recovery_codes": Rule(SIGNED_IN, FORM, "tirer de nouveaux codes de secours"),
    "mfa_download_recovery_codes": Rule(SIGNED_IN, PAGE, "télécharger ses codes de secours", may_be_absent=True),
    "mfa_list_webauthn": Rule(SIGNED_IN, PAGE, "voir ses clés d’accès"),
    "mfa_add_webauthn": Rule(SIGNED_IN, FORM, "ajouter une clé d’accès"),
    "mfa_reauthenticate_webauthn": Rule(SIGNED_IN, FORM, "confirmer par une clé d’accès"),
    "mfa_remove_webauthn": Rule(SIGNED_IN, FORM, "retirer une clé d’accès", {"pk": "passkey"}, own=True),
    "mfa_edit_webauthn": Rule(SIGNED_IN, FORM, "renommer une clé d’accès", {"pk": "passkey"}, own=True),
    "usersessions_list": Rule(SIGNED_IN, FORM, "voir et fermer ses sessions"),
    "accounts:session_close": Rule(SIGNED_IN, GESTURE, "fermer une de ses sessions", {"pk": "session"}, own=True),
    # --- structure, team, group ---------------------------------------------------------------
    "accounts:structure_choose": Rule(SIGNED_IN, GESTURE, "choisir pour quelle structure on travaille"),
    "accounts:structure_logo": Rule(MEMBERS, PAGE, "voir le logo de sa structure", {"pk": "logo"}),
    "accounts:structure_edit": Rule(ADMINISTRATORS, FORM, "tenir la fiche de la structure"),
    "accounts:site_list": Rule(ADMINISTRATORS, PAGE, "voir les antennes"),
    "accounts:site_create": Rule(ADMINISTRATORS, FORM, "ajouter une antenne"),
    "accounts:site_edit": Rule(ADMINISTRATORS, FORM, "modifier une antenne", {"pk": "site"}),
    "accounts:site_close": Rule(ADMINISTRATORS, GESTURE, "fermer une antenne", {"pk": "site"}),
    "accounts:site_reopen": Rule(ADMINISTRATORS, GESTURE, "rouvrir une antenne", {"pk": "site"}),
    "accounts:member_list": Rule(ADMINISTRATORS, PAGE, "voir l’équipe"),
    "accounts:invitation_create": Rule(ADMINISTRATORS, FORM, "inviter une personne"),
    "accounts:invitation_renew": Rule(ADMINISTRATORS, GESTURE, "renvoyer une invitation", {"pk": "invitation"}),
    "accounts:invitation_revoke": Rule(ADMINISTRATORS, GESTURE, "annuler une invitation", {"pk": "invitation"}),
    "accounts:member_edit": Rule(ADMINISTRATORS, FORM, "changer les rôles d’une personne", {"pk": "member"}),
    "accounts:member_close": Rule(ADMINISTRATORS, GESTURE, "fermer un compte", {"pk": "member"}),
    "accounts:member_reopen": Rule(ADMINISTRATORS, GESTURE, "rouvrir un compte", {"pk": "member"}),
    "accounts:member_factor_remove": Rule(ADMINISTRATORS, GESTURE, "retirer un second facteur perdu", {"pk": "member"}),
    "accounts:approval_list": Rule(APPROVERS, PAGE, "voir les comptes à approuver"),
    "accounts:approval_give": Rule(APPROVERS, GESTURE, "approuver les rôles d’une personne", {"pk": "waiting_role"}),
    "accounts:group_detail": Rule(COORDINATORS, PAGE, "voir son groupe de structures"),
    # --- home, search -------------------------------------------------------------------------
    "dashboards:day": Rule(SIGNED_IN, PAGE, "voir sa journée"),
    "dashboards:help": Rule(SIGNED_IN, PAGE, "lire l’aide"),
    "dashboards:search": Rule(SIGNED_IN, PAGE, "chercher"),
    "dashboards:search_suggest": Rule(SIGNED_IN, PAGE, "chercher"),
    # --- companies: lists ---------------------------------------------------------------------
    "companies:company_list": Rule(OWN_ROWS, PAGE, "voir la liste des entreprises"),
    "companies:company_filters": Rule(OWN_ROWS, PAGE, "filtrer la liste"),
    "companies:company_columns": Rule(OWN_ROWS, GESTURE, "choisir les colonnes"),
    "companies:company_print": Rule(OWN_ROWS, PAGE, "imprimer la liste"),
    "companies:company_export": Rule(EDITORS, PAGE, "exporter la liste"),
    "companies:company_bulk": Rule(OWN_ROWS, FORM, "agir sur plusieurs entreprises"),
    "companies:tag_list": Rule(OWN_ROWS, PAGE, "voir les étiquettes"),
    "companies:tag_edit": Rule(EDITORS, FORM, "renommer une étiquette", {"pk": "tag"}),
    "companies:tag_delete": Rule(EDITORS, GESTURE, "supprimer une étiquette", {"pk": "tag"}),
    "core:saved_view_create": Rule(MEMBERS, FORM, "enregistrer une vue", {"key": "kept_list"}),
    "core:saved_view_edit": Rule(MEMBERS, FORM, "renommer une vue", {"pk": "saved_view"}, own=True),
    "core:saved_view_update": Rule(MEMBERS, GESTURE, "garder d’autres filtres", {"pk": "saved_view"}, own=True),
    "core:saved_view_default": Rule(MEMBERS, GESTURE, "ouvrir la liste sur une vue", {"pk": "saved_view"}, own=True),
    "core:saved_view_delete": Rule(MEMBERS, GESTURE, "supprimer une vue", {"pk": "saved_view"}, own=True),
    "companies:duplicate_list": Rule(EDITORS, PAGE, "voir les doublons"),
    "companies:duplicate_scan": Rule(EDITORS, GESTURE, "chercher les doublons"),
    "companies:duplicate_dismiss": Rule(EDITORS, GESTURE, "écarter un doublon", {"pk": "duplicate"}),
    "companies:merge_pick": Rule(EDITORS, PAGE, "choisir avec quoi fusionner", {"pk": "company"}),
    "companies:company_merge": Rule(EDITORS, FORM, "fusionner", {"pk": "company", "other_pk": "other_company"}),
    "companies:merge_undo": Rule(EDITORS, GESTURE, "défaire une fusion", {"pk": "merge"}),
    # --- companies: imports -------------------------------------------------------------------
    "companies:import_list": Rule(IMPORTERS, PAGE, "voir les imports"),
    "companies:import_create": Rule(IMPORTERS, FORM, "déposer un fichier"),
    "companies:import_template": Rule(IMPORTERS, PAGE, "télécharger le modèle", {"format": "csv"}),
    "companies:import_detail": Rule(IMPORTERS, PAGE, "suivre un import", {"pk": "import"}),
    "companies:import_header": Rule(IMPORTERS, FORM, "montrer la ligne des titres", {"pk": "import"}),
    "companies:import_columns": Rule(IMPORTERS, FORM, "dire ce que contient chaque colonne", {"pk": "import"}),
    "companies:import_preview": Rule(IMPORTERS, PAGE, "vérifier avant d’importer", {"pk": "import"}),
    "companies:import_refresh": Rule(IMPORTERS, GESTURE, "refaire la vérification", {"pk": "import"}),
    "companies:import_class_decide": Rule(
        IMPORTERS, GESTURE, "décider pour une classe de lignes", {"pk": "import", "row_class": "row_class"}
    ),
    "companies:import_row_decide": Rule(
        IMPORTERS, GESTURE, "décider pour une ligne", {"pk": "import", "row_pk": "import_row"}
    ),
    "companies:import_apply": Rule(IMPORTERS, GESTURE, "importer", {"pk": "import"}),
    "companies:import_report": Rule(IMPORTERS, PAGE, "lire le bilan d’un import", {"pk": "import"}),
    "companies:import_errors": Rule(
        IMPORTERS, PAGE, "télécharger les lignes en erreur", {"pk": "import", "format": "csv"}, may_be_absent=True
    ),
    "companies:import_undo": Rule(IMPORTERS, FORM, "annuler un import", {"pk": "import"}),
    "companies:import_discard": Rule(IMPORTERS, GESTURE, "abandonner un import", {"pk": "import"}),
    # --- youth: imports -------------------------------------------------------------------
    "youth:import_list": Rule(YOUTH_IMPORTERS, PAGE, "voir les imports de jeunes"),
    "youth:import_create": Rule(YOUTH_IMPORTERS, FORM, "déposer un fichier de jeunes"),
    "youth:import_template": Rule(YOUTH_IMPORTERS, PAGE, "télécharger le modèle des jeunes", {"format": "csv"}),
    "youth:import_detail": Rule(YOUTH_IMPORTERS, PAGE, "suivre un import de jeunes", {"pk": "youth_import"}),
    "youth:import_header": Rule(YOUTH_IMPORTERS, FORM, "montrer la ligne des titres", {"pk": "youth_import"}),
    "youth:import_columns": Rule(YOUTH_IMPORTERS, FORM, "dire ce que contient chaque colonne", {"pk": "youth_import"}),
    "youth:import_preview": Rule(YOUTH_IMPORTERS, PAGE, "vérifier avant d’importer", {"pk": "youth_import"}),
    "youth:import_refresh": Rule(YOUTH_IMPORTERS, GESTURE, "refaire la vérification", {"pk": "youth_import"}),
    "youth:import_class_decide": Rule(
        YOUTH_IMPORTERS, GESTURE, "décider pour une classe de lignes", {"pk": "youth_import", "row_class": "row_class"}
    ),
    "youth:import_row_decide": Rule(
        YOUTH_IMPORTERS, GESTURE, "décider pour une ligne", {"pk": "youth_import", "row_pk": "youth_import_row"}
    ),
    "youth:import_justify": Rule(
        YOUTH_IMPORTERS, GESTURE, "dire pourquoi compléter des dossiers suivis par d’autres", {"pk": "youth_import"}
    ),
    "youth:import_apply": Rule(YOUTH_IMPORTERS, GESTURE, "importer", {"pk": "youth_import"}),
    "youth:import_report": Rule(YOUTH_IMPORTERS, PAGE, "lire le bilan d’un import", {"pk": "youth_import"}),
    "youth:import_errors": Rule(
        YOUTH_IMPORTERS,
        PAGE,
        "télécharger les lignes en erreur",
        {"pk": "youth_import", "format": "csv"},
        may_be_absent=True,
    ),
    "youth:import_undo": Rule(YOUTH_IMPORTERS, FORM, "annuler un import", {"pk": "youth_import"}),
    "youth:import_discard": Rule(YOUTH_IMPORTERS, GESTURE, "abandonner un import", {"pk": "youth_import"}),
    # --- companies: one company ---------------------------------------------------------------
    "companies:company_create": Rule(EDITORS, FORM, "ajouter une entreprise"),
    "companies:company_hints": Rule(EDITORS, PAGE, "reconnaître un doublon en tapant"),
    "companies:occupation_search": Rule(EDITORS, PAGE, "trouver un métier"),
    "companies:company_detail": Rule(MEMBERS, PAGE, "voir une entreprise", {"pk": "company"}),
    "companies:company_timeline": Rule(MEMBERS, PAGE, "voir le fil d’une entreprise", {"pk": "company"}),
    "companies:company_gestures": Rule(MEMBERS, PAGE, "voir les gestes d’une ligne de la liste", {"pk": "company"}),
    "companies:company_edit": Rule(EDITORS, FORM, "modifier une entreprise", {"pk": "company"}),
    "companies:company_edit_field": Rule(
        EDITORS, FORM, "modifier un champ", {"pk": "company", "word": "company_field"}
    ),
    "companies:company_fact": Rule(MEMBERS, PAGE, "relire un champ", {"pk": "company", "word": "company_field"}),
    "companies:company_bin": Rule(EDITORS, GESTURE, "mettre à la corbeille", {"pk": "company"}),
    "companies:proposed_change_list": Rule(EDITORS, PAGE, "voir les corrections proposées", {"pk": "company"}),
    "companies:proposed_change_accept": Rule(EDITORS, GESTURE, "reprendre une correction", {"pk": "proposed_change"}),
    "companies:proposed_change_refuse": Rule(EDITORS, GESTURE, "écarter une correction", {"pk": "proposed_change"}),
    "companies:proposed_change_accept_all": Rule(EDITORS, GESTURE, "reprendre les corrections", {"pk": "company"}),
    "companies:bin_list": Rule(EDITORS, PAGE, "voir la corbeille"),
    "companies:company_restore": Rule(EDITORS, GESTURE, "restaurer", {"pk": "binned_company"}),
    "companies:contact_create": Rule(EDITORS, FORM, "ajouter un contact", {"pk": "company"}),
    "companies:contact_edit": Rule(EDITORS, FORM, "modifier un contact", {"pk": "contact"}),
    "companies:contact_gestures": Rule(RECORDERS, PAGE, "voir les gestes possibles avec un contact", {"pk": "contact"}),
    "companies:contact_leave": Rule(EDITORS, FORM, "noter un départ", {"pk": "contact"}),
    "companies:contact_return": Rule(EDITORS, GESTURE, "noter un retour", {"pk": "contact"}),
    "companies:contact_main": Rule(EDITORS, GESTURE, "choisir le contact principal", {"pk": "contact"}),
    "companies:contact_opt_out": Rule(EDITORS, GESTURE, "noter un refus d’e-mail", {"pk": "contact"}),
    "companies:contact_opt_in": Rule(EDITORS, GESTURE, "lever un refus d’e-mail", {"pk": "contact"}),
    "companies:contact_bin": Rule(EDITORS, GESTURE, "mettre un contact à la corbeille", {"pk": "contact"}),
    "companies:contact_restore": Rule(EDITORS, GESTURE, "restaurer un contact", {"pk": "binned_contact"}),
    "companies:interaction_start": Rule(RECORDERS, PAGE, "noter un échange"),
    "companies:interaction_create": Rule(RECORDERS, FORM, "noter un échange", {"pk": "company"}),
    "companies:interaction_edit": Rule(
        [Role.ADVISER, Role.MANAGER], FORM, "modifier un échange (son auteur, un responsable)", {"pk": "interaction"}
    ),
    "companies:interaction_bin": Rule(
        [Role.ADVISER, Role.MANAGER], GESTURE, "jeter un échange (son auteur, un responsable)", {"pk": "interaction"}
    ),
    "companies:interaction_restore": Rule(
        [Role.ADVISER, Role.MANAGER], GESTURE, "restaurer un échange", {"pk": "binned_interaction"}
    ),
    "companies:next_action_create": Rule(EDITORS, FORM, "prévoir une action", {"pk": "company"}),
    "companies:late_postpone": Rule(RECORDERS, FORM, "reporter ensemble ses actions en retard"),
    "companies:late_put_back": Rule(RECORDERS, GESTURE, "annuler ce report"),
    "companies:next_action_done": Rule(EDITORS, GESTURE, "marquer une action faite", {"pk": "next_action"}),
    "companies:next_action_reopen": Rule(EDITORS, GESTURE, "rouvrir une action", {"pk": "next_action"}),
    "companies:next_action_postpone": Rule(EDITORS, FORM, "reporter une action", {"pk": "next_action"}),
    "companies:next_action_hand_over": Rule(EDITORS, FORM, "confier une action", {"pk": "next_action"}),
    "companies:next_action_drop": Rule(EDITORS, FORM, "abandonner une action", {"pk": "next_action"}),
    # --- young people -------------------------------------------------------------------------
    "youth:young_person_list": Rule(FILE_ROLES, PAGE, "voir la liste des jeunes"),
    "youth:young_person_filters": Rule(FILE_ROLES, PAGE, "filtrer la liste des jeunes"),
    "youth:young_person_columns": Rule(FILE_ROLES, GESTURE, "choisir les colonnes de cette liste"),
    "youth:young_person_export": Rule(FILE_ROLES, FORM, "exporter la liste, second facteur redemandé"),
    "youth:young_person_assign": Rule(FILE_ROLES, FORM, "confier plusieurs jeunes à un conseiller"),
    "youth:young_person_create": Rule(FILE_ROLES, FORM, "ouvrir un dossier"),
    "youth:young_person_detail": Rule(FILE_ROLES, PAGE, "ouvrir un dossier", {"pk": "young_person"}),
    "youth:young_person_card": Rule(CASE_ROLES, PAGE, "voir la carte d’un jeune", {"pk": "young_person"}),
    "youth:young_person_timeline": Rule(FILE_ROLES, PAGE, "lire le fil d’un dossier", {"pk": "young_person"}),
    "youth:young_person_open": Rule(FILE_ROLES, FORM, "dire pourquoi on ouvre un dossier", {"pk": "young_person"}),
    "youth:young_person_edit": Rule(FILE_ROLES, FORM, "modifier un dossier", {"pk": "young_person"}),
    "youth:young_person_edit_fact": Rule(
        FILE_ROLES, FORM, "corriger un fait d’un dossier", {"pk": "young_person", "word": "file_fact"}
    ),
    "youth:young_person_fact": Rule(
        FILE_ROLES, PAGE, "relire un fait d’un dossier", {"pk": "young_person", "word": "file_fact"}
    ),
    "youth:young_person_met": Rule(FILE_ROLES, GESTURE, "noter un contact", {"pk": "young_person"}),
    "youth:pathway_move": Rule(FILE_ROLES, FORM, "faire avancer un parcours", {"pk": "young_person"}),
    "youth:pathway_leave": Rule(FILE_ROLES, FORM, "noter une sortie", {"pk": "young_person"}),
    "youth:company_profile_edit": Rule(
        FILE_ROLES, FORM, "écrire la présentation aux entreprises", {"pk": "young_person"}
    ),
    "youth:obstacle_create": Rule(FILE_ROLES, FORM, "noter un frein", {"pk": "young_person"}),
    "youth:obstacle_edit": Rule(FILE_ROLES, FORM, "corriger un frein", {"pk": "obstacle"}),
    "youth:obstacle_lift": Rule(FILE_ROLES, GESTURE, "lever un frein", {"pk": "obstacle"}),
    "youth:obstacle_share": Rule(FILE_ROLES, FORM, "partager un frein avec une personne", {"pk": "obstacle"}),
    "youth:obstacle_unshare": Rule(FILE_ROLES, GESTURE, "reprendre un frein partagé", {"pk": "obstacle_share"}),
    "youth:young_person_accesses": Rule(MANAGERS, PAGE, "voir qui a ouvert un dossier", {"pk": "young_person"}),
    "youth:access_list": Rule(MANAGERS, PAGE, "voir qui ouvre les dossiers"),
    "youth:young_person_data": Rule(FILE_ROLES, PAGE, "voir ce qui est gardé d’un jeune", {"pk": "young_person"}),
    "youth:young_person_data_export": Rule(
        FILE_ROLES, GESTURE, "remettre à un jeune ses données", {"pk": "young_person"}
    ),
    "youth:young_person_anonymise": Rule(MANAGERS, GESTURE, "effacer un dossier", {"pk": "young_person"}),
    "youth:young_person_bin": Rule(FILE_ROLES, GESTURE, "mettre un dossier à la corbeille", {"pk": "young_person"}),
    "youth:bin_list": Rule(FILE_ROLES, PAGE, "voir la corbeille des dossiers"),
    "youth:young_person_restore": Rule(FILE_ROLES, GESTURE, "restaurer un dossier", {"pk": "binned_young_person"}),
    # --- needs --------------------------------------------------------------------------------
    "youth:need_list": Rule(CASE_ROLES, PAGE, "voir la liste des besoins"),
    "youth:need_filters": Rule(CASE_ROLES, PAGE, "filtrer les besoins"),
    "youth:need_columns": Rule(CASE_ROLES, GESTURE, "choisir les colonnes des besoins"),
    "youth:need_print": Rule(CASE_ROLES, PAGE, "imprimer la liste des besoins"),
    "youth:need_export": Rule(CASE_ROLES, FORM, "exporter la liste des besoins, second facteur redemandé"),
    "youth:need_unsolved": Rule(CASE_ROLES, PAGE, "voir les besoins sans solution"),
    "youth:need_create": Rule(FILE_ROLES, PAGE, "choisir pour quel jeune noter un besoin"),
    "youth:need_log": Rule(FILE_ROLES, FORM, "noter un besoin", {"pk": "young_person"}),
    "youth:need_trades": Rule(FILE_ROLES, PAGE, "trouver le métier d’un besoin"),
    "youth:need_detail": Rule(CASE_ROLES, PAGE, "voir un besoin", {"pk": "need"}),
    "youth:need_edit": Rule(FILE_ROLES, FORM, "corriger un besoin", {"pk": "need"}),
    "youth:need_propose": Rule(FILE_ROLES, GESTURE, "dire qu’une solution est proposée", {"pk": "need"}),
    "youth:need_meet": Rule(FILE_ROLES, GESTURE, "dire qu’un besoin est satisfait", {"pk": "need"}),
    "youth:need_reopen": Rule(FILE_ROLES, GESTURE, "rouvrir un besoin", {"pk": "need"}),
    "youth:need_abandon": Rule(FILE_ROLES, FORM, "abandonner un besoin", {"pk": "need"}),
    # --- campaigns ----------------------------------------------------------------------------
    "campaigns:campaign_list": Rule(CAMPAIGN_ROLES, PAGE, "voir les campagnes"),
    "campaigns:campaign_create": Rule(CAMPAIGN_ROLES, FORM, "préparer une campagne"),
    "campaigns:campaign_start": Rule(CAMPAIGN_ROLES, FORM, "écrire à des entreprises choisies dans la liste"),
    "campaigns:campaign_detail": Rule(CAMPAIGN_ROLES, PAGE, "voir une campagne", {"pk": "campaign"}),
    "campaigns:campaign_companies": Rule(CAMPAIGN_ROLES, FORM, "choisir à qui écrire", {"pk": "campaign"}),
    "campaigns:campaign_texts": Rule(CAMPAIGN_ROLES, FORM, "choisir les textes et les dates", {"pk": "campaign"}),
    "campaigns:campaign_check": Rule(CAMPAIGN_ROLES, PAGE, "voir qui est écarté, et pourquoi", {"pk": "campaign"}),
    "campaigns:campaign_recheck": Rule(CAMPAIGN_ROLES, GESTURE, "vérifier de nouveau", {"pk": "campaign"}),
    "campaigns:campaign_preview": Rule(CAMPAIGN_ROLES, PAGE, "relire chaque lettre", {"pk": "campaign"}),
    "campaigns:campaign_send": Rule(CAMPAIGN_ROLES, FORM, "envoyer une campagne", {"pk": "campaign"}),
    "campaigns:campaign_test": Rule(CAMPAIGN_ROLES, GESTURE, "s’envoyer un essai", {"pk": "campaign"}),
    "campaigns:campaign_results": Rule(CAMPAIGN_ROLES, PAGE, "voir les résultats", {"pk": "campaign"}),
    "campaigns:campaign_export": Rule(CAMPAIGN_ROLES, PAGE, "exporter les résultats", {"pk": "campaign"}),
    "campaigns:campaign_approve": Rule(MANAGERS, GESTURE, "approuver une campagne (pas la sienne)", {"pk": "campaign"}),
    "campaigns:campaign_send_back": Rule(CAMPAIGN_ROLES, FORM, "remettre en préparation", {"pk": "campaign"}),
    "campaigns:campaign_pause": Rule(CAMPAIGN_ROLES, GESTURE, "mettre une campagne en pause", {"pk": "campaign"}),
    "campaigns:campaign_resume": Rule(CAMPAIGN_ROLES, GESTURE, "reprendre une campagne", {"pk": "campaign"}),
    "campaigns:campaign_stop": Rule(CAMPAIGN_ROLES, FORM, "arrêter une campagne", {"pk": "campaign"}),
    "campaigns:campaign_end": Rule(CAMPAIGN_ROLES, GESTURE, "terminer une campagne", {"pk": "campaign"}),
    "campaigns:campaign_bin": Rule(CAMPAIGN_ROLES, GESTURE, "mettre à la corbeille", {"pk": "campaign"}),
    "campaigns:campaign_restore": Rule(CAMPAIGN_ROLES, GESTURE, "restaurer une campagne", {"pk": "binned_campaign"}),
    "campaigns:recipient_exclude": Rule(
        CAMPAIGN_ROLES, GESTURE, "retirer une entreprise d’une campagne", {"pk": "recipient"}
    ),
    "campaigns:recipient_include": Rule(CAMPAIGN_ROLES, GESTURE, "l’y remettre", {"pk": "recipient"}),
    "campaigns:relaunch_list": Rule(CAMPAIGN_ROLES, PAGE, "voir les relances à venir"),
    "campaigns:recipient_hold": Rule(
        CAMPAIGN_ROLES, FORM, "retenir les relances à une entreprise", {"pk": "recipient"}
    ),
    "campaigns:recipient_release": Rule(CAMPAIGN_ROLES, GESTURE, "les laisser repartir", {"pk": "recipient"}),
    "campaigns:recipient_stop": Rule(
        CAMPAIGN_ROLES, FORM, "arrêter les relances à une entreprise", {"pk": "recipient"}
    ),
    "campaigns:phone_list": Rule(CAMPAIGN_ROLES, PAGE, "voir qui appeler"),
    "campaigns:phone_call": Rule(CAMPAIGN_ROLES, FORM, "noter un appel de campagne", {"pk": "recipient"}),
    "campaigns:phone_end": Rule(CAMPAIGN_ROLES, GESTURE, "ne plus appeler une entreprise", {"pk": "recipient"}),
    "campaigns:phone_again": Rule(
        CAMPAIGN_ROLES, GESTURE, "remettre une entreprise dans les appels", {"pk": "recipient"}
    ),
    # --- letters ------------------------------------------------------------------------------
    "campaigns:letter_list": Rule(LETTER_ROLES, PAGE, "voir les lettres et les relances"),
    "campaigns:letter_start": Rule(LETTER_ROLES, GESTURE, "partir des textes proposés"),
    "campaigns:letter_create": Rule(LETTER_ROLES, FORM, "écrire un modèle de lettre"),
    "campaigns:letter_preview": Rule(LETTER_ROLES, GESTURE, "essayer un texte sur une entreprise"),
    "campaigns:letter_detail": Rule(LETTER_ROLES, PAGE, "lire un modèle et ses versions", {"pk": "letter"}),
    "campaigns:letter_edit": Rule(LETTER_ROLES, FORM, "écrire une version", {"pk": "letter"}),
    "campaigns:letter_bin": Rule(LETTER_ROLES, GESTURE, "mettre un modèle à la corbeille", {"pk": "letter"}),
    "campaigns:letter_restore": Rule(LETTER_ROLES, GESTURE, "reprendre un modèle", {"pk": "binned_letter"}),
    "campaigns:letter_differences": Rule(
        LETTER_ROLES, PAGE, "comparer deux versions", {"pk": "letter", "number": "letter_number"}
    ),
    "campaigns:letter_pdf": Rule(
        LETTER_ROLES, PAGE, "voir une lettre en PDF", {"pk": "letter", "number": "letter_number"}
    ),
    "campaigns:letter_overflow": Rule(
        LETTER_ROLES, PAGE, "savoir si une lettre déborde de sa page", {"pk": "letter", "number": "letter_number"}
    ),
    "campaigns:version_restore": Rule(
        LETTER_ROLES, GESTURE, "reprendre une version", {"pk": "letter", "number": "letter_number"}
    ),
    "campaigns:sending_edit": Rule(SENDING_ROLES, FORM, "régler les envois et les limites de sollicitation"),
    "campaigns:signature_show": Rule(SENDING_ROLES, PAGE, "voir la signature des lettres", may_be_absent=True),
    "campaigns:print_batch_list": Rule(CAMPAIGN_ROLES, PAGE, "voir les lettres à imprimer", {"pk": "campaign"}),
    "campaigns:print_batch_create": Rule(CAMPAIGN_ROLES, GESTURE, "préparer le PDF des lettres", {"pk": "campaign"}),
    "campaigns:print_batch_file": Rule(CAMPAIGN_ROLES, PAGE, "télécharger le PDF des lettres", {"pk": "print_batch"}),
    "campaigns:print_batch_post": Rule(
        CAMPAIGN_ROLES, GESTURE, "noter des lettres comme postées", {"pk": "print_batch"}
    ),
    "campaigns:recipient_letter_pdf": Rule(
        CAMPAIGN_ROLES, PAGE, "voir la lettre d’une entreprise en PDF", {"pk": "recipient"}
    ),
    "campaigns:recipient_survey_pdf": Rule(
        CAMPAIGN_ROLES, PAGE, "télécharger le questionnaire d’une entreprise", {"pk": "recipient"}
    ),
    # --- opportunities ------------------------------------------------------------------------
    "opportunities:opportunity_board": Rule(CASE_ROLES, PAGE, "voir le tableau des opportunités"),
    "opportunities:opportunity_seasons": Rule(CASE_ROLES, PAGE, "voir les saisons des opportunités"),
    "opportunities:opportunity_list": Rule(CASE_ROLES, PAGE, "voir la liste des opportunités"),
    "opportunities:opportunity_filters": Rule(CASE_ROLES, PAGE, "filtrer les opportunités"),
    "opportunities:opportunity_columns": Rule(CASE_ROLES, GESTURE, "choisir les colonnes des opportunités"),
    "opportunities:opportunity_print": Rule(CASE_ROLES, PAGE, "imprimer la liste des opportunités"),
    "opportunities:opportunity_export": Rule(EDITORS, PAGE, "exporter la liste des opportunités"),
    "opportunities:opportunity_assign": Rule(EDITORS, FORM, "confier plusieurs opportunités"),
    "opportunities:opportunity_create": Rule(EDITORS, FORM, "ajouter une opportunité"),
    "opportunities:opportunity_detail": Rule(CASE_ROLES, PAGE, "voir une opportunité", {"pk": "opportunity"}),
    "opportunities:opportunity_edit": Rule(EDITORS, FORM, "modifier une opportunité", {"pk": "opportunity"}),
    "opportunities:opportunity_move": Rule(EDITORS, FORM, "changer l’état d’une opportunité", {"pk": "opportunity"}),
    "opportunities:opportunity_criteria": Rule(EDITORS, FORM, "élargir ses critères", {"pk": "opportunity"}),
    "opportunities:opportunity_bin": Rule(EDITORS, GESTURE, "mettre à la corbeille", {"pk": "opportunity"}),
    "opportunities:bin_list": Rule(EDITORS, PAGE, "voir la corbeille des opportunités"),
    "opportunities:opportunity_restore": Rule(
        EDITORS, GESTURE, "restaurer une opportunité", {"pk": "binned_opportunity"}
    ),
    "opportunities:opportunity_duplicate": Rule(
        EDITORS, GESTURE, "la reprendre pour la prochaine saison", {"pk": "opportunity"}
    ),
    "opportunities:coverage": Rule(CASE_ROLES, PAGE, "comparer les besoins et les places"),
    "opportunities:prospecting": Rule(CASE_ROLES, PAGE, "voir qui solliciter pour une famille de métiers"),
    "opportunities:prospecting_solicit": Rule(EDITORS, GESTURE, "prévoir de les solliciter"),
    "opportunities:need_matches": Rule(CASE_ROLES, PAGE, "chercher des solutions à un besoin", {"pk": "need"}),
    "opportunities:need_solicit": Rule(EDITORS, GESTURE, "prévoir de solliciter pour un besoin", {"pk": "need"}),
    "opportunities:opportunity_matches": Rule(
        CASE_ROLES, PAGE, "voir à quels jeunes une opportunité répond", {"pk": "opportunity"}
    ),
    "opportunities:company_panel": Rule(CASE_ROLES, PAGE, "voir les opportunités d’une entreprise", {"pk": "company"}),
    # --- placements ---------------------------------------------------------------------------
    "opportunities:placement_list": Rule(CASE_ROLES, PAGE, "voir la liste des positionnements"),
    "opportunities:placement_filters": Rule(CASE_ROLES, PAGE, "filtrer les positionnements"),
    "opportunities:placement_columns": Rule(CASE_ROLES, GESTURE, "choisir les colonnes des positionnements"),
    "opportunities:placement_export": Rule(EDITORS, FORM, "exporter les positionnements, second facteur redemandé"),
    "opportunities:placement_create": Rule(CASE_ROLES, FORM, "positionner un jeune"),
    "opportunities:placement_detail": Rule(CASE_ROLES, PAGE, "voir un positionnement", {"pk": "placement"}),
    "opportunities:placement_move": Rule(
        CASE_ROLES, FORM, "noter une étape d’un positionnement", {"pk": "placement", "to": "placement_state"}
    ),
    "opportunities:placement_meeting": Rule(CASE_ROLES, FORM, "reporter une rencontre", {"pk": "placement"}),
    "opportunities:placement_prepare": Rule(CASE_ROLES, FORM, "préparer une rencontre", {"pk": "placement"}),
    "opportunities:placement_immersion": Rule(CASE_ROLES, FORM, "prévoir une immersion", {"pk": "placement"}),
    "opportunities:profile_share": Rule(CASE_ROLES, GESTURE, "partager un profil par un lien", {"pk": "placement"}),
    "opportunities:profile_pdf": Rule(CASE_ROLES, PAGE, "télécharger un profil en PDF", {"pk": "placement"}),
    "opportunities:profile_revoke": Rule(CASE_ROLES, GESTURE, "annuler le lien vers un profil", {"pk": "profile_link"}),
    "opportunities:young_person_panel": Rule(
        CASE_ROLES, PAGE, "voir les positionnements d’un jeune", {"pk": "young_person"}
    ),
    "opportunities:need_panels": Rule(CASE_ROLES, PAGE, "voir ce qui est fait pour les besoins sans solution"),
    "opportunities:need_panel": Rule(CASE_ROLES, PAGE, "voir les positionnements pour un besoin", {"pk": "need"}),
    "opportunities:profile_open": Rule(ANYONE, FORM, "lire le profil qu’on a reçu", {"key": "profile_key"}),
    # --- campaigns: answers -------------------------------------------------------------------
    "campaigns:paper_answer": Rule(CAMPAIGN_ROLES, FORM, "saisir une réponse reçue sur papier"),
    "campaigns:paper_answer_edit": Rule(CAMPAIGN_ROLES, FORM, "saisir la réponse", {"pk": "recipient"}),
    "campaigns:recipient_detail": Rule(CAMPAIGN_ROLES, PAGE, "voir ce qu’elle a répondu", {"pk": "recipient"}),
    "campaigns:recipient_decline": Rule(CAMPAIGN_ROLES, GESTURE, "noter qu’elle ne participe pas", {"pk": "recipient"}),
    "campaigns:link_draw": Rule(CAMPAIGN_ROLES, GESTURE, "préparer un lien personnel", {"pk": "recipient"}),
    "campaigns:link_revoke": Rule(CAMPAIGN_ROLES, GESTURE, "annuler un lien personnel", {"pk": "recipient"}),
    "campaigns:commitment_list": Rule(CAMPAIGN_ROLES, PAGE, "voir les engagements à reprendre"),
    "campaigns:commitment_settle": Rule(CAMPAIGN_ROLES, GESTURE, "dire qu’il est repris", {"pk": "commitment"}),
    "campaigns:commitment_unsettle": Rule(CAMPAIGN_ROLES, GESTURE, "le remettre à reprendre", {"pk": "commitment"}),
    "campaigns:company_panel": Rule(CAMPAIGN_ROLES, PAGE, "voir les campagnes d’une entreprise", {"pk": "company"}),
    # --- campaigns: what was sent, addresses put aside -------------------------------------------
    "campaigns:message_list": Rule(CAMPAIGN_ROLES, PAGE, "voir les e-mails à vérifier"),
    "campaigns:message_detail": Rule(CAMPAIGN_ROLES, PAGE, "lire un e-mail envoyé", {"pk": "message"}),
    "campaigns:message_settle": Rule(CAMPAIGN_ROLES, GESTURE, "dire si un e-mail est parti", {"pk": "message"}),
    "campaigns:message_queue": Rule(CAMPAIGN_ROLES, GESTURE, "essayer de nouveau un e-mail", {"pk": "message"}),
    "campaigns:suppression_list": Rule(CAMPAIGN_ROLES, PAGE, "voir les adresses écartées"),
    "campaigns:suppression_create": Rule(CAMPAIGN_ROLES, FORM, "écarter une adresse"),
    "campaigns:suppression_lift": Rule(CAMPAIGN_ROLES, FORM, "permettre de nouveau une adresse", {"pk": "suppression"}),
    # --- campaigns: the survey -----------------------------------------------------------------
    "campaigns:survey": Rule(ANYONE, FORM, "répondre à l’enquête, par le lien reçu", {"key": "survey_key"}),
    "campaigns:survey_section": Rule(
        ANYONE, FORM, "répondre à une partie de l’enquête", {"key": "survey_key", "section": "survey_section"}
    ),
    "campaigns:survey_decline": Rule(ANYONE, GESTURE, "dire qu’on ne participe pas", {"key": "survey_key"}),
    "campaigns:unsubscribe": Rule(ANYONE, FORM, "ne plus recevoir d’e-mails", {"key": "unsubscribe_key"}),
    "campaigns:survey_astray": Rule(ANYONE, PAGE, "retrouver l’enquête par un lien mal copié", {"rest": "text"}),
    "campaigns:unsubscribe_astray": Rule(
        ANYONE, PAGE, "retrouver le désabonnement par un lien mal copié", {"rest": "text"}
    ),
}

LABELS = {role.value: str(role.label) for role in Role} | {COORDINATOR: "coordinateur d’un groupe"}


def who_in_words(rule: Rule) -> str:
    if rule.is_public:
        return "tout le monde"
    if rule.roles == frozenset(str(role) for role in SIGNED_IN):
        return "toute personne connectée" + (", pour ce qui est à elle" if rule.own else "")
    said = ", ".join(label for role, label in LABELS.items() if role in rule.roles)
    return said + (" (ce qui est à soi)" if rule.own else "")


def roles_document(addresses: Mapping[str, str]) -> str:
    """docs/roles.md: `addresses` gives each route its address, as a person reads it."""
    lines = [
        "# Qui peut quoi",
        "",
        "Écrit par `manage.py write_roles` depuis `config/access.py`, que les tests rejouent\u00a0: chaque adresse,",
        "avec chaque rôle et chaque méthode. Ce qui appartient à une autre structure n’existe pas (404)\u202f; ce que",
        "le rôle ne permet pas est refusé (403).",
        "",
        "| pour | adresse | méthodes | qui |",
        "| --- | --- | --- | --- |",
    ]
    for name, rule in ACCESS.items():
        methods = ", ".join(method for method in ("GET", "POST") if method in rule.methods)
        lines.append(f"| {rule.what} | `{addresses[name]}` | {methods} | {who_in_words(rule)} |")
    return "\n".join(lines) + "\n"
