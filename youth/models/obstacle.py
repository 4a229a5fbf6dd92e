"""What stands in the way, seen by counsellors, and by one adviser at a time when it is shared on purpose."""

from typing import Any, Self

from django.conf import settings
from django.db import models

from core.models import StructureScoped, StructureScopedQuerySet
from youth.enums import FILE_ROLES, ObstacleKind, ObstacleLevel
from youth.models.young_person import YoungPerson


class ObstacleQuerySet(StructureScopedQuerySet):
    viewing_roles = FILE_ROLES

    def standing(self) -> Self:
        return self.filter(lifted_on=None)

    def shared_with(self, adviser: Any) -> Self:
        """Those this adviser was told of, and that still stand, in structures she still works in."""
        shares = ObstacleShare.objects.filter(obstacle=models.OuterRef("pk"), adviser=adviser, ended_at=None)
        return self.standing().filter(models.Exists(shares), structure_id__in=adviser.access.structure_ids())


class Obstacle(StructureScoped):
    young_person = models.ForeignKey(YoungPerson, on_delete=models.CASCADE, related_name="obstacles")
    kind = models.CharField("frein", max_length=15, choices=ObstacleKind)
    level = models.PositiveSmallIntegerField("niveau", choices=ObstacleLevel)
    note = models.CharField("précision", max_length=300, blank=True)
    noted_on = models.DateField("noté le")
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    lifted_on = models.DateField("levé le", null=True, blank=True)

    objects = ObstacleQuerySet.as_manager()

    class Meta:
        verbose_name = "frein"
        verbose_name_plural = "freins"
        constraints = [
            models.UniqueConstraint(fields=["structure", "id"], name="obstacle_structure_id_unique"),
            models.UniqueConstraint(
                fields=["young_person", "kind"],
                condition=models.Q(lifted_on=None),
                name="obstacle_one_of_a_kind",
                violation_error_message="Ce frein est déjà noté pour ce jeune.",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_on=None) | models.Q(lifted_on__gte=models.F("noted_on")),
                name="obstacle_dates_in_order",
                violation_error_message="Un frein n’est pas levé avant d’être noté.",
            ),
        ]
        indexes = [models.Index(fields=["young_person", "lifted_on"], name="obstacle_person_idx")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_level_display().lower()})"


class ObstacleShareQuerySet(StructureScopedQuerySet):
    viewing_roles = FILE_ROLES


class ObstacleShare(StructureScoped):
    """One obstacle told to one adviser, on purpose, until somebody takes it back."""

    obstacle = models.ForeignKey(Obstacle, on_delete=models.CASCADE, related_name="shares")
    adviser = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    shared_at = models.DateTimeField("partagé le")
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField("repris le", null=True, blank=True)

    objects = ObstacleShareQuerySet.as_manager()

    class Meta:
        verbose_name = "partage d’un frein"
        verbose_name_plural = "partages de freins"
        constraints = [
            models.UniqueConstraint(
                fields=["obstacle", "adviser"],
                condition=models.Q(ended_at=None),
                name="obstacle_share_once",
                violation_error_message="Ce frein est déjà partagé avec cette personne.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.obstacle} → {self.adviser}"
