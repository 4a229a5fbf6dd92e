"""What a company may read of a young person: a link that expires, opened by a gesture, each reading noted."""

import datetime as dt

from django.conf import settings
from django.db import models

from core.models import StructureScoped, StructureScopedQuerySet
from opportunities.enums import CASE_ROLES
from opportunities.models.placement import Placement


class ProfileLinkQuerySet(StructureScopedQuerySet):
    viewing_roles = CASE_ROLES


class ProfileLink(StructureScoped):
    """`digest`: SHA-256 of the key in the address; the key itself is kept nowhere."""

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="profile_links")
    digest = models.CharField("empreinte de la clé", max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField("valable jusqu’au")
    revoked_at = models.DateTimeField("annulé le", null=True, blank=True)
    created_at = models.DateTimeField("créé le")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ProfileLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien vers un profil"
        verbose_name_plural = "liens vers un profil"
        constraints = [models.UniqueConstraint(fields=["structure", "id"], name="profile_link_structure_id_unique")]
        indexes = [models.Index(fields=["placement", "-created_at"], name="profile_link_placement_idx")]

    def __str__(self) -> str:
        return f"lien du {self.created_at:%d/%m/%Y}"

    def is_good_at(self, now: dt.datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


class ProfileViewQuerySet(StructureScopedQuerySet):
    viewing_roles = CASE_ROLES


class ProfileView(StructureScoped):
    """One reading by the company. No address of the reader's network: when is enough."""

    link = models.ForeignKey(ProfileLink, on_delete=models.CASCADE, related_name="views")
    at = models.DateTimeField("le")

    objects = ProfileViewQuerySet.as_manager()

    class Meta:
        verbose_name = "lecture d’un profil"
        verbose_name_plural = "lectures d’un profil"
        indexes = [models.Index(fields=["link", "-at"], name="profile_view_link_idx")]

    def __str__(self) -> str:
        return f"lu le {self.at:%d/%m/%Y}"
