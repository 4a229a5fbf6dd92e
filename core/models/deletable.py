"""Soft deletion: a row goes to the bin, and comes back from it."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models

from core.models.scoped import StructureScoped, StructureScopedQuerySet


class DeletableQuerySet(StructureScopedQuerySet):
    """`visible_to` leaves out what lies in the bin."""

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).filter(deleted_at=None)

    def binned_for(self, user: Any) -> Self:
        """What the bin shows to that user."""
        return super().visible_to(user).filter(deleted_at__isnull=False)

    def kept(self) -> Self:
        return self.filter(deleted_at=None)

    def binned(self) -> Self:
        """Few rows, found by an index: what hangs on a row leaves these out rather than read each row it hangs on."""
        return self.filter(deleted_at__isnull=False)


class Deletable(StructureScoped):
    deleted_at = models.DateTimeField("mise à la corbeille le", null=True, blank=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="mise à la corbeille par",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,  # the bin outlives the account
        related_name="+",
    )

    class Meta:
        abstract = True

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    def put_in_bin(self, *, by: Any, at: dt.datetime) -> None:
        self.deleted_at, self.deleted_by = at, by
        self.save(update_fields=["deleted_at", "deleted_by"])

    def take_out_of_bin(self) -> None:
        self.deleted_at, self.deleted_by = None, None
        self.save(update_fields=["deleted_at", "deleted_by"])
