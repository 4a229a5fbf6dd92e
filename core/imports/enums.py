"""Where an import stands, what a row would do, what is decided about it."""

from django.db import models


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", "fichier reçu"
    PREVIEWING = "previewing", "lecture en cours"
    PREVIEWED = "previewed", "à vérifier"
    APPLYING = "applying", "import en cours"
    APPLIED = "applied", "importé"
    UNDOING = "undoing", "annulation en cours"
    UNDONE = "undone", "annulé"
    FAILED = "failed", "en échec"


class RowClass(models.TextChoices):
    """What a row of an import would do."""

    NEW = "new", "nouvelle"
    CHANGED = "changed", "modifiée"
    UNCHANGED = "unchanged", "inchangée"
    DOUBTFUL = "doubtful", "doublon possible"
    ERROR = "error", "en erreur"


class RowDecision(models.TextChoices):
    CREATE = "create", "créer"
    UPDATE = "update", "mettre à jour"
    IGNORE = "ignore", "ignorer"
