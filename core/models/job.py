"""A long piece of work: what, how far, how it ended. The row is the truth, the broker only wakes a worker."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models

from core.models.scoped import StructureScoped, StructureScopedQuerySet


class JobState(models.TextChoices):
    QUEUED = "queued", "en attente"
    RUNNING = "running", "en cours"
    DONE = "done", "terminé"
    FAILED = "failed", "en échec"
    CANCELLED = "cancelled", "arrêté"


OPEN_JOB_STATES = (JobState.QUEUED, JobState.RUNNING)


class JobQuerySet(StructureScopedQuerySet):
    def visible_to(self, user) -> Self:
        """Everybody sees the jobs they started, in structures they still belong to."""
        return self.filter(created_by=user, structure_id__in=user.access.structure_ids())

    def open(self) -> Self:
        return self.filter(state__in=OPEN_JOB_STATES)


class Job(StructureScoped):
    """`task` is the Celery task's name; it receives `job_id` alone."""

    key = models.UUIDField("clé", default=uuid.uuid4, unique=True, editable=False)
    task = models.CharField("tâche", max_length=100)
    title = models.CharField("intitulé", max_length=200)
    state = models.CharField("état", max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField("fait", default=0)
    total = models.PositiveIntegerField("total", default=0, help_text="0 tant qu’il n’est pas connu")
    message = models.CharField("message", max_length=500, blank=True)
    result = models.JSONField("résultat", default=dict, blank=True)
    result_url = models.CharField("page du résultat", max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="demandé par", on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField("demandé le", auto_now_add=True)
    started_at = models.DateTimeField("commencé le", null=True, blank=True)
    beat_at = models.DateTimeField("dernier signe", null=True, blank=True)
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    cancel_asked = models.BooleanField("arrêt demandé", default=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "travail"
        verbose_name_plural = "travaux"
        indexes = [
            models.Index(
                fields=["state", "beat_at"],
                name="job_open_idx",
                condition=models.Q(state__in=["queued", "running"]),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_JOB_STATES

    @property
    def percent(self) -> int:
        """0 to 100; 0 while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else 0
