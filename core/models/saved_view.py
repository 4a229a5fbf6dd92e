"""A list as somebody arranged it: filters, order, columns, under a name."""

from typing import Any, Self

from django.conf import settings
from django.db import models

from core.models.scoped import StructureScoped, StructureScopedQuerySet


class SavedViewQuerySet(StructureScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own, and those colleagues share. Who may open their list is said by the list."""
        return super().visible_to(user).filter(models.Q(owner=user) | models.Q(is_shared=True))

    def of_list(self, listing: str) -> Self:
        return self.filter(listing=listing)

    def with_default_of(self, user: Any) -> Self:
        """`is_default`: the one the bare address of its list opens for that person."""
        chosen = DefaultView.objects.filter(view=models.OuterRef("pk"), user=user, listing=models.OuterRef("listing"))
        return self.annotate(is_default=models.Exists(chosen))


class SavedView(StructureScoped):
    """`listing` is the key of the list (`core.lists.Listing.key`)."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="créée par", on_delete=models.CASCADE, related_name="+"
    )
    listing = models.CharField("liste", max_length=30)
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
                fields=["structure", "owner", "listing", "name"],
                name="saved_view_name_unique",
                violation_error_message="Vous avez déjà une vue de ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class DefaultView(StructureScoped):
    """The view somebody finds first in a list: her own choice, even of a view a colleague shares.

    `listing` is the key of the list. The structure is the view's.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    listing = models.CharField("liste", max_length=30)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")

    objects = StructureScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "vue par défaut"
        verbose_name_plural = "vues par défaut"
        constraints = [models.UniqueConstraint(fields=["user", "listing"], name="default_view_unique")]

    def __str__(self) -> str:
        return f"{self.listing} → {self.view_id}"
