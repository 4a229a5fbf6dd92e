"""An invitation to join a structure: one address, one purpose, one use, an end date."""

import datetime as dt
import hashlib
import secrets
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.crypto import salted_hmac

from accounts.enums import Role
from accounts.models.structure import Structure

INVITATION_LIFE = dt.timedelta(days=7)


def hash_key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(structure_id__in=user.access.structure_ids())

    def pending(self, now: dt.datetime) -> Self:
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)

    def open(self) -> Self:
        """Neither accepted nor revoked; it may have expired, and can then be sent again."""
        return self.filter(accepted_at=None, revoked_at=None)

    def with_key(self, key: str) -> Self:
        return self.filter(key_hash=hash_key(key))


class Invitation(models.Model):
    """The link's key is kept hashed (SHA-256, hexadecimal): who reads the table cannot use it.

    It is drawn from the site's secret and a random seed, so that the task that writes the e-mail finds it again
    and no queue carries it.
    """

    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField("e-mail")
    first_name = models.CharField("prénom", max_length=100, blank=True)
    last_name = models.CharField("nom", max_length=100, blank=True)
    roles = ArrayField(models.CharField(max_length=15, choices=Role), verbose_name="rôles", size=4)
    seed = models.CharField("graine du lien", max_length=32)
    key_hash = models.CharField("empreinte du lien", max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="invitation de",
        null=True,
        on_delete=models.SET_NULL,  # the invitation holds even when its author leaves
        related_name="+",
    )
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    sent_at = models.DateTimeField("envoyée le", null=True, blank=True)
    expires_at = models.DateTimeField("valable jusqu’au")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    revoked_at = models.DateTimeField("annulée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitations"
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open",
                violation_error_message="Une invitation attend déjà une réponse à cette adresse.",
            ),
            models.CheckConstraint(
                condition=models.Q(email=models.functions.Lower("email")), name="invitation_email_lower_case"
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(sent_at=None, revoked_at=None), name="invitation_to_send"
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.structure}"

    @property
    def key(self) -> str:
        """256 bits, hexadecimal: what follows the last slash of the link."""
        return salted_hmac("accounts.invitation", self.seed, algorithm="sha256").hexdigest()

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def role_labels(self) -> list[str]:
        return [str(Role(role).label) for role in self.roles]

    def draw_key(self, *, now: dt.datetime) -> None:
        """A new link for seven days; the one before is worth nothing any more. The caller saves."""
        self.seed = secrets.token_hex(16)
        self.key_hash = hash_key(self.key)
        self.expires_at = now + INVITATION_LIFE
        self.sent_at = None

    def is_expired(self, now: dt.datetime) -> bool:
        return self.expires_at <= now
