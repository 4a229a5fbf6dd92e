"""An import of young people: the tables of `core.models.imports`, and the young person of each row."""

from django.db import models

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


class YouthImportBatchQuerySet(ImportBatchQuerySet):
    viewing_roles = FILE_ROLES


class YouthImportRowQuerySet(ImportRowQuerySet):
    viewing_roles = FILE_ROLES


class YouthImportQuerySet(StructureScopedQuerySet):
    viewing_roles = FILE_ROLES


class YouthImportBatch(BaseImportBatch):
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
