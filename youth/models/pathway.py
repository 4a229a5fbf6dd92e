"""Where a young person was before, and when she moved."""

from django.conf import settings
from django.db import models

from core.models import StructureScoped, StructureScopedQuerySet
from core.phases import Phase
from youth.enums import FILE_ROLES, Outcome, PathwayStep
from youth.models.young_person import YoungPerson


class PathwayMoveQuerySet(StructureScopedQuerySet):
    viewing_roles = FILE_ROLES


class PathwayMove(StructureScoped):
    """One change of phase, of step, or of both. A file begins with a move from nothing."""

    young_person = models.ForeignKey(YoungPerson, on_delete=models.CASCADE, related_name="moves")
    on = models.DateField("le")
    from_phase = models.PositiveSmallIntegerField("de la phase", choices=Phase, null=True, blank=True)
    to_phase = models.PositiveSmallIntegerField("à la phase", choices=Phase)
    from_step = models.CharField("de l’étape", max_length=15, choices=PathwayStep, blank=True)
    to_step = models.CharField("à l’étape", max_length=15, choices=PathwayStep)
    outcome = models.CharField("issue", max_length=15, choices=Outcome, blank=True)
    note = models.CharField("pourquoi", max_length=300, blank=True)
    at = models.DateTimeField("noté le")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="par",
        null=True,
        on_delete=models.SET_NULL,  # the story outlives the account
        related_name="+",
    )

    objects = PathwayMoveQuerySet.as_manager()

    class Meta:
        verbose_name = "étape du parcours"
        verbose_name_plural = "étapes du parcours"
        indexes = [models.Index(fields=["young_person", "-on", "-id"], name="pathway_move_person_idx")]

    def __str__(self) -> str:
        return f"{self.get_to_step_display()}, phase {self.get_to_phase_display()}"
