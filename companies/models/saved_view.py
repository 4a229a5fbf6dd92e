"""A list as somebody arranged it: filters, order, columns, under a name."""

from typing import Any, Self

from django.conf import settings
from django.db import models

from companies.models.base import CompanyScopedQuerySet
from core.models import StructureScoped


class SavedViewQuerySet(CompanyScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own, and those colleagues share."""
        return super().visible_to(user).filter(models.Q(owner=user) | models.Q(is_shared=True))


class SavedView(StructureScoped):
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="créée par", on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField("nom", max_length=60)
    query = models.CharField("filtres", max_length=1000, blank=True, help_text="tels que l’adresse les porte")
    is_shared = models.BooleanField("partagée avec la structure", default=False)
    created_at = models.DateTimeField("créée le", auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "vue enregistrée"
        verbose_name_plural = "vues enregistrées"
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "owner", "name"],
                name="saved_view_name_unique",
                violation_error_message="Vous avez déjà une vue de ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.name
