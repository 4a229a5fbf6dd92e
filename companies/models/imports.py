"""An import of companies: the tables of `core.models.imports`, and the company of each row."""

from django.db import models

from accounts.enums import ALL_ROLES
from companies.models.base import CompanyScopedQuerySet
from companies.models.company import Company
from core.models.imports import (
    BaseImportBatch,
    BaseImportChange,
    BaseImportFile,
    BaseImportMapping,
    BaseImportRow,
    ImportBatchQuerySet,
    ImportRowQuerySet,
)


class CompanyImportBatchQuerySet(ImportBatchQuerySet):
    viewing_roles = ALL_ROLES


class CompanyImportRowQuerySet(ImportRowQuerySet):
    viewing_roles = ALL_ROLES


class ImportBatch(BaseImportBatch):
    objects = CompanyImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        verbose_name_plural = "imports"
        indexes = [models.Index(fields=["structure", "-created_at"], name="import_batch_idx")]


class ImportFile(BaseImportFile):
    batch = models.OneToOneField(ImportBatch, on_delete=models.CASCADE, related_name="file")

    objects = CompanyScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier d’import"
        verbose_name_plural = "fichiers d’import"


class ImportRow(BaseImportRow):
    """One company of the file."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    contacts = models.JSONField(
        "contacts", default=list, help_text="[{values, contact: celui qui existe, changes: {champ: [avant, après]}}]"
    )
    candidates = models.JSONField("ressemblances", default=list, help_text="[{company, why}], la plus probable d’abord")
    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = CompanyImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne d’import"
        verbose_name_plural = "lignes d’import"
        indexes = [models.Index(fields=["batch", "row_class", "number"], name="import_row_idx")]


class ImportChange(BaseImportChange):
    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="changes")

    objects = CompanyScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "écriture d’import"
        verbose_name_plural = "écritures d’import"
        indexes = [models.Index(fields=["batch", "model", "object_id"], name="import_change_idx")]


class ImportMapping(BaseImportMapping):
    objects = CompanyScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "correspondance retenue"
        verbose_name_plural = "correspondances retenues"
        constraints = [models.UniqueConstraint(fields=["structure", "signature"], name="import_mapping_unique")]
