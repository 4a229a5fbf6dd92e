"""The ledger of erasures: what a restored backup brings back is erased again by it."""

from django.db import models

from accounts.enums import Role
from core.models import StructureScoped, StructureScopedQuerySet


class ErasedFileQuerySet(StructureScopedQuerySet):
    viewing_roles = frozenset({Role.MANAGER})


class ErasedFile(StructureScoped):
    """A number and a moment, nothing of anybody. No foreign key: it must stand beside a file that is not there."""

    file_number = models.PositiveBigIntegerField("numéro du dossier")
    erased_at = models.DateTimeField("effacé le")

    objects = ErasedFileQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier effacé"
        verbose_name_plural = "dossiers effacés"
        constraints = [
            models.UniqueConstraint(fields=["structure", "file_number"], name="erased_file_once"),
        ]

    def __str__(self) -> str:
        return f"dossier {self.file_number}"
