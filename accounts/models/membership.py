"""Who works where, and as what."""

from typing import Any, Self

from django.conf import settings
from django.db import models

from accounts.enums import Role
from accounts.models.structure import Structure, StructureGroup


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(structure_id__in=user.access.structure_ids())


class Membership(models.Model):
    """One role of one person in one structure."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="personne", on_delete=models.CASCADE, related_name="memberships"
    )
    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField("rôle", max_length=15, choices=Role)
    created_at = models.DateTimeField("depuis le", auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "rôle"
        verbose_name_plural = "rôles"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "structure", "role"],
                name="membership_unique",
                violation_error_message="Cette personne a déjà ce rôle dans la structure.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.structure}"


class GroupMembership(models.Model):
    """A coordinator of a group of structures: sees aggregates, no row."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="personne", on_delete=models.CASCADE, related_name="group_memberships"
    )
    group = models.ForeignKey(
        StructureGroup, verbose_name="groupe", on_delete=models.CASCADE, related_name="memberships"
    )
    created_at = models.DateTimeField("depuis le", auto_now_add=True)

    class Meta:
        verbose_name = "coordination"
        verbose_name_plural = "coordinations"
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="group_membership_unique")]

    def __str__(self) -> str:
        return f"{self.user} · {self.group}"
