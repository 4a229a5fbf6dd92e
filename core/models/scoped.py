"""Base of every model that belongs to a structure."""

from collections.abc import Iterable
from typing import Any, Self

from django.db import models


class StructureScopedQuerySet(models.QuerySet):
    # Roles whose holders see the rows of this model; a model says its own.
    viewing_roles: Iterable[str] = ()

    def visible_to(self, user: Any) -> Self:
        """Rows of the structures in which the user holds a role that may see them, and of no other."""
        return self.filter(structure_id__in=user.access.structure_ids(self.viewing_roles))

    def in_structure(self, structure: Any) -> Self:
        """Narrow to the structure chosen in the header; None means all that is already visible."""
        return self if structure is None else self.filter(structure=structure)


class StructureScoped(models.Model):
    structure = models.ForeignKey(
        "accounts.Structure", verbose_name="structure", on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        abstract = True
