"""An import: its file, its rows as read, what it changed. Abstract: each app has its own tables, and its own readers.

The concrete rows name their batch (`batch`), and what they are about.
"""

from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from core.imports.enums import ImportState, RowClass, RowDecision
from core.models.job import Job
from core.models.scoped import StructureScoped, StructureScopedQuerySet

# A job that failed or was stopped wrote nothing: the import stands where it stood.
STATE_BEFORE = {
    ImportState.PREVIEWING: ImportState.UPLOADED,
    ImportState.APPLYING: ImportState.PREVIEWED,
    ImportState.UNDOING: ImportState.APPLIED,
}
DEFAULT_DECISIONS = {
    RowClass.NEW: RowDecision.CREATE,
    RowClass.CHANGED: RowDecision.UPDATE,
    RowClass.DOUBTFUL: RowDecision.IGNORE,
    RowClass.UNCHANGED: RowDecision.IGNORE,
    RowClass.ERROR: RowDecision.IGNORE,
}


class ImportBatchQuerySet(StructureScopedQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")


class BaseImportBatch(StructureScoped):
    file_name = models.CharField("fichier", max_length=200)
    file_size = models.PositiveIntegerField("taille", help_text="en octets")
    file_digest = models.CharField("empreinte", max_length=64, help_text="SHA-256, hexadécimal")
    sheet = models.CharField("feuille", max_length=100, blank=True)
    # Zero-based first row of the header and how many rows it takes; labels as read.
    header_row = models.PositiveIntegerField("ligne d’en-tête", default=0)
    header_rows = models.PositiveSmallIntegerField("lignes d’en-tête", default=1)
    labels = models.JSONField("colonnes", default=list)
    mapping = models.JSONField("correspondance", default=dict, help_text="{rang de colonne: champ}")
    state = models.CharField("état", max_length=12, choices=ImportState, default=ImportState.UPLOADED)
    counts = models.JSONField("décompte", default=dict)
    decisions = models.JSONField("décisions", default=dict, help_text="{classe: décision}")
    report = models.JSONField("bilan", default=dict, help_text="ce que l’import a écrit, et ce qu’il a laissé")
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("déposé le", auto_now_add=True)
    applied_at = models.DateTimeField("importé le", null=True, blank=True)
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name

    @property
    def settled_state(self) -> ImportState:
        """Where the import stands: a preview or an import whose job ended without it is back where it began.

        Needs `job` (select it with the batch).
        """
        state = ImportState(self.state)
        if state not in STATE_BEFORE or (self.job is not None and self.job.is_open):
            return state
        return STATE_BEFORE[state]

    @property
    def is_working(self) -> bool:
        return self.settled_state in STATE_BEFORE

    def decision_of(self, row_class: RowClass) -> RowDecision:
        """What is done with the rows of a class, unless one of them says otherwise."""
        return RowDecision(self.decisions.get(row_class, DEFAULT_DECISIONS[row_class]))


class BaseImportFile(StructureScoped):
    """The file as received, until the import is applied or a week has passed."""

    content = models.BinaryField("contenu")
    # Sheets with their first rows, read once: the pages that ask for the header need no second reading.
    workbook = models.JSONField("classeur", default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"fichier {self.pk}"


class ImportRowQuerySet(StructureScopedQuerySet):
    def of_class(self, row_class: RowClass) -> Self:
        return self.filter(row_class=row_class).order_by("number", "pk")


class BaseImportRow(StructureScoped):
    """One thing of the file (one or several of its rows), staged."""

    number = models.PositiveIntegerField("ligne", help_text="telle que le tableur la numérote")
    row_class = models.CharField("classe", max_length=10, choices=RowClass)
    decision = models.CharField("décision", max_length=10, choices=RowDecision, blank=True)
    values = models.JSONField("valeurs", default=dict)
    raw = models.JSONField(
        "cellules", default=list, encoder=DjangoJSONEncoder, help_text="telles que lues, pour le fichier des erreurs"
    )
    changes = models.JSONField("modifications", default=dict, help_text="{champ: [avant, après]}")
    remarks = models.JSONField(
        "remarques", default=list, help_text="[{kind: repair, warning ou error, row, column, before, after, message}]"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"ligne {self.number}"


class BaseImportChange(StructureScoped):
    """One row written by an import: what it was before (empty when the import created it).

    `written_version` is the row's version just after: another version means that something else
    has touched it since, and the import can no longer be undone whole.
    """

    model = models.CharField("table", max_length=20)
    object_id = models.BigIntegerField("ligne")
    created = models.BooleanField("créée", default=False)
    before = models.JSONField("avant", default=dict)
    written_version = models.PositiveIntegerField("version écrite", default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"


class BaseImportMapping(StructureScoped):
    """The columns a structure mapped once, remembered for the next file with the same header."""

    signature = models.CharField("signature des colonnes", max_length=64)
    mapping = models.JSONField("correspondance", default=dict, help_text="{libellé de colonne: champ}")
    used_at = models.DateTimeField("servie le", auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.signature[:12]
