"""The activity log: one stream of what happened to a thing, to which every action writes."""

from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from core.models.scoped import StructureScoped, StructureScopedQuerySet


class ActivityKind(models.TextChoices):
    """What the timeline filters on. Later apps add their own word here."""

    INTERACTION = "interaction", "Échanges"
    ACTION = "action", "Actions"
    CHANGE = "change", "Modifications"
    IMPORT = "import", "Imports"
    MERGE = "merge", "Fusions"
    OPPORTUNITY = "opportunity", "Opportunités"
    PLACEMENT = "placement", "Positionnements"
    NEED = "need", "Besoins"
    PATHWAY = "pathway", "Parcours"
    CAMPAIGN = "campaign", "Campagnes"


class ActivityEntryQuerySet(StructureScopedQuerySet):
    def about(self, subject: models.Model) -> Self:
        """Entries about one thing, newest first."""
        content_type = ContentType.objects.get_for_model(subject, for_concrete_model=True)
        return self.filter(subject_type=content_type, subject_id=subject.pk).order_by("-at", "-pk")


class ActivityEntry(StructureScoped):
    """One line of a timeline. `changes` is {field label: [before, after]}, both as shown on screen."""

    subject_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    subject_id = models.BigIntegerField("sujet")
    subject = GenericForeignKey("subject_type", "subject_id")
    kind = models.CharField("genre", max_length=20, choices=ActivityKind)
    verb = models.CharField("geste", max_length=40, help_text="nom court de l’action, par exemple company_edited")
    title = models.CharField("titre", max_length=250)
    body = models.TextField("texte", blank=True)
    changes = models.JSONField("modifications", default=dict, blank=True)
    at = models.DateTimeField("le")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # the story outlives the account
        related_name="+",
    )
    # What the entry speaks of when that is a row of its own (an interaction, an import…).
    source_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    source_id = models.BigIntegerField(null=True, blank=True)
    source = GenericForeignKey("source_type", "source_id")

    objects = ActivityEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "entrée du fil"
        verbose_name_plural = "entrées du fil"
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-at", "-id"], name="activity_subject_idx"),
            models.Index(fields=["structure", "-at"], name="activity_structure_idx"),
            models.Index(fields=["source_type", "source_id"], name="activity_source_idx"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_change(self) -> bool:
        return bool(self.changes)

    def changed_rows(self) -> list[tuple[str, Any, Any]]:
        """(field, before, after) in the order they were written."""
        return [(label, pair[0], pair[1]) for label, pair in self.changes.items()]

    def untold_rows(self) -> list[tuple[str, Any, Any]]:
        """Those rows; none when there is one and the title says it already."""
        rows, said = self.changed_rows(), self.title.lower()
        if len(rows) == 1 and all(not value or str(value).lower() in said for value in rows[0][1:]):
            return []
        return rows
