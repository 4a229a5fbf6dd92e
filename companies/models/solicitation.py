"""The ledger of what a company was asked, by whom, when; and how often its level of service lets us ask."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from companies.enums import ServiceLevel, SolicitationChannel
from companies.models.base import CompanyScopedQuerySet
from companies.models.company import Company
from core.models import StructureScoped


class SolicitationEntryQuerySet(CompanyScopedQuerySet):
    def since(self, day: dt.date) -> Self:
        return self.filter(on__gte=day)

    def latest_first(self) -> Self:
        return self.order_by("-on", "-pk")


class SolicitationEntry(StructureScoped):
    """One request made to a company. `source`: the row that asked (a message, an exchange…); asked once for each."""

    company = models.ForeignKey(
        Company, verbose_name="entreprise", on_delete=models.CASCADE, related_name="solicitation_entries"
    )
    channel = models.CharField("comment", max_length=10, choices=SolicitationChannel)
    on = models.DateField("le")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # the request was made all the same
        related_name="+",
    )
    title = models.CharField("quoi", max_length=200)
    source_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    source_id = models.BigIntegerField(null=True, blank=True)
    source = GenericForeignKey("source_type", "source_id")

    objects = SolicitationEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "sollicitation adressée"
        verbose_name_plural = "sollicitations adressées"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "source_type", "source_id"],
                condition=models.Q(source_id__isnull=False),
                name="solicitation_entry_once",
            )
        ]
        indexes = [
            models.Index(fields=["company", "-on"], name="solicitation_entry_company_idx"),
            models.Index(fields=["structure", "on"], name="solicitation_entry_day_idx"),
        ]

    def __str__(self) -> str:
        return self.title


class SolicitationLimitQuerySet(CompanyScopedQuerySet):
    pass


class SolicitationLimit(StructureScoped):
    """At most `requests` in `days` days for the companies of that level of service; "" for those that have none."""

    service_level = models.CharField("niveau de service", max_length=15, choices=ServiceLevel, blank=True)
    requests = models.PositiveSmallIntegerField("demandes au plus")
    days = models.PositiveSmallIntegerField("en jours")

    objects = SolicitationLimitQuerySet.as_manager()

    class Meta:
        verbose_name = "limite de sollicitation"
        verbose_name_plural = "limites de sollicitation"
        constraints = [
            models.UniqueConstraint(fields=["structure", "service_level"], name="solicitation_limit_unique"),
            models.CheckConstraint(
                condition=models.Q(requests__gte=1, days__range=(1, 730)),
                name="solicitation_limit_sensible",
                violation_error_message="Au moins une demande, sur une durée d’un jour à deux ans.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requests} en {self.days} jours"
