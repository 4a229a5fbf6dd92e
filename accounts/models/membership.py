"""Who works where, and as what."""

from typing import Any, Self

from django.conf import settings
from django.db import models

from accounts.enums import Role
from accounts.models.structure import Structure, StructureGroup


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(structure_id__in=user.access.structure_ids())

    def waiting(self) -> Self:
        """Given, and not yet approved by a second person: they open nothing."""
        return self.filter(awaits_approval=True)


class Membership(models.Model):
    """One role of one person in one structure.

    A stolen account gives roles to another one: a role opens nothing until somebody other than its giver approves it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="personne", on_delete=models.CASCADE, related_name="memberships"
    )
    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField("rôle", max_length=15, choices=Role)
    created_at = models.DateTimeField("depuis le", auto_now_add=True)
    awaits_approval = models.BooleanField("attend un accord", default=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="donné par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # the role outlives its giver
        related_name="+",
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="approuvé par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # idem
        related_name="+",
    )

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
