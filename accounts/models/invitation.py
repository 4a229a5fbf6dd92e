"""An invitation to join a structure: one address, one purpose, one use, an end date."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.enums import Role
from accounts.models.structure import Structure

INVITATION_LIFE = dt.timedelta(days=7)


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(structure_id__in=user.access.structure_ids())

    def pending(self, now: dt.datetime) -> Self:
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """The link's key is kept hashed (SHA-256, hexadecimal): who reads the table cannot use it."""

    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField("e-mail")
    first_name = models.CharField("prénom", max_length=100, blank=True)
    last_name = models.CharField("nom", max_length=100, blank=True)
    roles = ArrayField(models.CharField(max_length=15, choices=Role), verbose_name="rôles", size=4)
    key_hash = models.CharField("empreinte du lien", max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="invitation de",
        null=True,
        on_delete=models.SET_NULL,  # the invitation holds even when its author leaves
        related_name="+",
    )
    created_at = models.DateTimeField("envoyée le", auto_now_add=True)
    expires_at = models.DateTimeField("valable jusqu’au")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    revoked_at = models.DateTimeField("annulée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitations"

    def __str__(self) -> str:
        return f"{self.email} · {self.structure}"
