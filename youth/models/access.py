"""Who opened, changed or exported which file, when, and why."""

from django.conf import settings
from django.db import models

from accounts.enums import Role
from core.models import StructureScoped, StructureScopedQuerySet
from youth.enums import AccessKind
from youth.models.young_person import YoungPerson


class FileAccessQuerySet(StructureScopedQuerySet):
    viewing_roles = frozenset({Role.MANAGER})


class FileAccess(StructureScoped):
    young_person = models.ForeignKey(
        YoungPerson,
        null=True,
        on_delete=models.SET_NULL,  # the register outlives a file that an undone import takes back
        related_name="accesses",
    )
    # The file's number, which says nothing of anybody: all that stays of it here once the file is gone.
    file_number = models.PositiveBigIntegerField("numéro du dossier")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="qui",
        on_delete=models.PROTECT,  # accounts are closed, not erased
        related_name="+",
    )
    kind = models.CharField("geste", max_length=10, choices=AccessKind, default=AccessKind.READ)
    # Asked of whoever opens a file outside her own caseload.
    reason = models.CharField("raison", max_length=200, blank=True)
    at = models.DateTimeField("le")

    objects = FileAccessQuerySet.as_manager()

    class Meta:
        verbose_name = "accès à un dossier"
        verbose_name_plural = "accès aux dossiers"
        indexes = [
            models.Index(fields=["young_person", "-at"], name="file_access_person_idx"),
            models.Index(fields=["user", "-at"], name="file_access_user_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_kind_display()}"
