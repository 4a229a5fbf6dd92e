"""How a structure sends: who approves, how fast, at which hours, from which address."""

import datetime as dt

from django.db import models

from accounts.enums import Role
from campaigns.models.base import CampaignScopedQuerySet
from core.models import StructureScoped


class SendingSettingsQuerySet(CampaignScopedQuerySet):
    # Administrators keep the settings; they see no campaign for it.
    viewing_roles = frozenset({Role.ADVISER, Role.MANAGER, Role.ADMINISTRATOR})


class SendingSettings(StructureScoped):
    """One row a structure, made when it is first asked for (`campaigns.queries.settings_of`)."""

    needs_approval = models.BooleanField("un responsable approuve chaque campagne d’un conseiller", default=False)
    sender_name = models.CharField("nom de l’expéditeur", max_length=100, blank=True)
    sender_email = models.EmailField("adresse de l’expéditeur", blank=True)
    per_minute = models.PositiveIntegerField("messages par minute", default=60)
    per_domain_per_minute = models.PositiveIntegerField("par minute vers un même domaine", default=20)
    opens_at = models.TimeField("à partir de", default=dt.time(8, 30))
    closes_at = models.TimeField("jusqu’à", default=dt.time(18, 0))
    answered_lately_days = models.PositiveSmallIntegerField(
        "ne pas solliciter celles qui ont répondu depuis moins de (jours)", default=180
    )
    clock_working_days = models.PositiveSmallIntegerField("jours ouvrés pour donner suite à une réponse", default=5)
    signature = models.ImageField("signature", upload_to="signatures/", blank=True)

    objects = SendingSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = "réglages des envois"
        verbose_name_plural = "réglages des envois"
        constraints = [
            models.UniqueConstraint(fields=["structure"], name="sending_settings_one"),
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")),
                name="sending_settings_hours_in_order",
                violation_error_message="L’heure de fin vient après l’heure de début.",
            ),
            models.CheckConstraint(
                condition=models.Q(per_minute__range=(1, 6000), per_domain_per_minute__range=(1, 6000)),
                name="sending_settings_rates",
                violation_error_message="Entre 1 et 6\u202f000 messages par minute.",
            ),
            models.CheckConstraint(
                condition=models.Q(clock_working_days__range=(1, 60)),
                name="sending_settings_clock",
                violation_error_message="Entre 1 et 60 jours ouvrés.",
            ),
        ]

    def __str__(self) -> str:
        return f"réglages des envois de {self.structure}"
