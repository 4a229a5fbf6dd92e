"""Closed vocabularies of young people and their needs. Values in English, labels as shown."""

from collections.abc import Mapping

from django.db import models

from accounts.enums import Role

# Whoever reads a young person's file; an adviser is given a card instead (`youth.cards`).
FILE_ROLES = frozenset({Role.COUNSELLOR, Role.MANAGER})
# Whoever works from needs: nobody who only keeps the settings of the structure.
CASE_ROLES = frozenset({Role.ADVISER, Role.COUNSELLOR, Role.MANAGER})


class Gender(models.TextChoices):
    """As she or he says it."""

    WOMAN = "woman", "Femme"
    MAN = "man", "Homme"
    OTHER = "other", "Autre"
    UNSAID = "unsaid", "Ne souhaite pas le dire"


class District(models.TextChoices):
    """Lives in a priority district (QPV)."""

    YES = "yes", "Oui"
    NO = "no", "Non"
    UNKNOWN = "unknown", "Non renseigné"


class TrainingLevel(models.TextChoices):
    """Levels of the national framework of 2019."""

    BELOW = "below", "Sans diplôme (infra 3)"
    LEVEL_3 = "3", "CAP, BEP (niveau 3)"
    LEVEL_4 = "4", "Bac (niveau 4)"
    LEVEL_5 = "5", "Bac + 2 (niveau 5)"
    LEVEL_6 = "6", "Bac + 3 ou 4 (niveau 6)"
    LEVEL_7 = "7", "Bac + 5 (niveau 7)"
    LEVEL_8 = "8", "Doctorat (niveau 8)"


class Programme(models.TextChoices):
    PACEA = "pacea", "PACEA"
    CEJ = "cej", "Contrat d’engagement jeune (CEJ)"
    OTHER = "other", "Autre accompagnement"


class PathwayStep(models.TextChoices):
    """Said of a woman as of a man: nothing agrees with the person."""

    SPOTTED = "spotted", "Repérage"
    REMOBILISED = "remobilised", "Remobilisation"
    ENROLLED = "enrolled", "Inscription"
    ASSESSED = "assessed", "Pré-diagnostic"
    ORIENTED = "oriented", "Orientation"
    ACCOMPANIED = "accompanied", "En accompagnement"
    SECURED = "secured", "En sécurisation"
    LEFT = "left", "Sortie"


class Outcome(models.TextChoices):
    """What a young person left for."""

    PERMANENT = "permanent", "CDI"
    FIXED_LONG = "fixed_long", "CDD de plus de 6 mois"
    FIXED_SHORT = "fixed_short", "CDD de 6 mois ou moins"
    APPRENTICESHIP = "apprenticeship", "Alternance"
    TRAINING = "training", "Formation"
    OTHER = "other", "Autre"


class ObstacleKind(models.TextChoices):
    MOBILITY = "mobility", "Mobilité"
    HOUSING = "housing", "Logement"
    HEALTH_ACCESS = "health_access", "Accès aux soins"
    CHILDCARE = "childcare", "Garde d’enfant"
    DIGITAL = "digital", "Numérique"
    ADMINISTRATIVE = "administrative", "Démarches administratives"
    FRENCH = "french", "Langue française"
    MONEY = "money", "Ressources"
    OTHER = "other", "Autre"


class ObstacleLevel(models.IntegerChoices):
    LIGHT = 1, "Léger"
    HINDERING = 2, "Gênant"
    BLOCKING = 3, "Bloquant"


class NeedState(models.TextChoices):
    OPEN = "open", "Ouvert"
    PROPOSED = "proposed", "Solution proposée"
    MET = "met", "Satisfait"
    ABANDONED = "abandoned", "Abandonné"


# A need that waits longer, in days, is said in red everywhere.
OLD_AFTER = 30
# Still waiting for something to begin.
WAITING_NEEDS = (NeedState.OPEN, NeedState.PROPOSED)
NEED_MOVES: Mapping[str, frozenset[str]] = {
    NeedState.OPEN: frozenset({NeedState.PROPOSED, NeedState.MET, NeedState.ABANDONED}),
    NeedState.PROPOSED: frozenset({NeedState.OPEN, NeedState.MET, NeedState.ABANDONED}),
    NeedState.MET: frozenset({NeedState.OPEN}),
    NeedState.ABANDONED: frozenset({NeedState.OPEN}),
}


class AbandonReason(models.TextChoices):
    PROJECT_CHANGED = "project_changed", "Le projet a changé"
    FOUND_ALONE = "found_alone", "A trouvé par soi-même"
    UNAVAILABLE = "unavailable", "N’est plus disponible"
    UNREACHABLE = "unreachable", "Ne répond plus"
    LEFT = "left", "A quitté l’accompagnement"
    MISTAKE = "mistake", "Saisi par erreur"
    OTHER = "other", "Autre"


class ProfileField(models.TextChoices):
    """What a young person may agree to show to a company, besides her first name."""

    LAST_NAME = "last_name", "Nom"
    AGE = "age", "Âge"
    PHONE = "phone", "Téléphone"
    EMAIL = "email", "E-mail"
    CITY = "city", "Commune"
    TRAINING_LEVEL = "training_level", "Niveau de formation"
    STRENGTHS = "strengths", "Atouts"


class AccessKind(models.TextChoices):
    READ = "read", "a ouvert le dossier"
    EXPORTED = "exported", "a exporté le dossier"
    CHANGED = "changed", "a modifié le dossier"
