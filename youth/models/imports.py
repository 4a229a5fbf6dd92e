"""An import of young people: the tables of `core.models.imports`, and the young person of each row."""

from typing import Any, Self

from django.conf import settings
from django.db import models

from core.imports.enums import RowClass
from core.models import StructureScopedQuerySet
from core.models.imports import (
    BaseImportBatch,
    BaseImportChange,
    BaseImportFile,
    BaseImportMapping,
    BaseImportRow,
    ImportBatchQuerySet,
    ImportRowQuerySet,
)
from youth.enums import FILE_ROLES
from youth.models.young_person import YoungPerson

ELSEWHERE = "elsewhere"


class YouthImportBatchQuerySet(ImportBatchQuerySet):
    viewing_roles = FILE_ROLES


class YouthImportRowQuerySet(ImportRowQuerySet):
    viewing_roles = FILE_ROLES

    def of_class(self, row_class: Any) -> Self:
        """Changes of files that somebody else follows are a class of their own on the screens: `ELSEWHERE`."""
        if row_class == ELSEWHERE:
            return super().of_class(RowClass.CHANGED).filter(is_elsewhere=True)
        rows = super().of_class(row_class)
        return rows.filter(is_elsewhere=False) if row_class == RowClass.CHANGED else rows


class YouthImportQuerySet(StructureScopedQuerySet):
    viewing_roles = FILE_ROLES


class YouthImportBatch(BaseImportBatch):
    # Said once, for all the files of the import that somebody else follows; without it, none of them is written.
    reason = models.CharField("raison", max_length=200, blank=True)
    reason_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="raison donnée par",
        null=True,
        on_delete=models.SET_NULL,  # a reason without anybody opens nothing
        related_name="+",
    )

    objects = YouthImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "import de jeunes"
        verbose_name_plural = "imports de jeunes"
        indexes = [models.Index(fields=["structure", "-created_at"], name="youth_import_batch_idx")]


class YouthImportFile(BaseImportFile):
    batch = models.OneToOneField(YouthImportBatch, on_delete=models.CASCADE, related_name="file")

    objects = YouthImportQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier d’import de jeunes"
        verbose_name_plural = "fichiers d’import de jeunes"


class YouthImportRow(BaseImportRow):
    """One young person of the file."""

    batch = models.ForeignKey(YouthImportBatch, on_delete=models.CASCADE, related_name="rows")
    candidates = models.JSONField(
        "ressemblances", default=list, help_text="[{young_person, why}], la plus probable d’abord"
    )
    young_person = models.ForeignKey(YoungPerson, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Whoever deposited the file does not follow that young person.
    is_elsewhere = models.BooleanField("suivi par quelqu’un d’autre", default=False)

    objects = YouthImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne d’import de jeunes"
        verbose_name_plural = "lignes d’import de jeunes"
        indexes = [models.Index(fields=["batch", "row_class", "number"], name="youth_import_row_idx")]


class YouthImportChange(BaseImportChange):
    batch = models.ForeignKey(YouthImportBatch, on_delete=models.CASCADE, related_name="changes")

    objects = YouthImportQuerySet.as_manager()

    class Meta:
        verbose_name = "écriture d’import de jeunes"
        verbose_name_plural = "écritures d’import de jeunes"
        indexes = [models.Index(fields=["batch", "model", "object_id"], name="youth_import_change_idx")]


class YouthImportMapping(BaseImportMapping):
    objects = YouthImportQuerySet.as_manager()

    class Meta:
        verbose_name = "correspondance retenue pour les jeunes"
        verbose_name_plural = "correspondances retenues pour les jeunes"
        constraints = [models.UniqueConstraint(fields=["structure", "signature"], name="youth_import_mapping_unique")]
