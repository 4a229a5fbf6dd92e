"""A correction somebody outside proposes: shown beside what is known, written only when an adviser accepts it."""

from typing import Self

from django.conf import settings
from django.db import models

from companies.enums import ProposedChangeState
from companies.models.base import CompanyScopedQuerySet
from companies.models.company import Company
from companies.models.contact import Contact
from core.models import StructureScoped


class ProposedChangeQuerySet(CompanyScopedQuerySet):
    def waiting(self) -> Self:
        return self.filter(state=ProposedChangeState.PROPOSED)


class ProposedChange(StructureScoped):
    """`field`: of the contact when there is one, else of the company. One waits at a time for a field."""

    company = models.ForeignKey(
        Company, verbose_name="entreprise", on_delete=models.CASCADE, related_name="proposed_changes"
    )
    contact = models.ForeignKey(
        Contact, verbose_name="contact", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    field = models.CharField("champ", max_length=40)
    before = models.CharField("connu", max_length=300, blank=True)
    proposed = models.CharField("proposé", max_length=300, blank=True)
    origin = models.CharField("d’où cela vient", max_length=200, blank=True)
    proposed_at = models.DateTimeField("proposé le")
    state = models.CharField("état", max_length=10, choices=ProposedChangeState, default=ProposedChangeState.PROPOSED)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ProposedChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "correction proposée"
        verbose_name_plural = "corrections proposées"
        constraints = [
            models.UniqueConstraint(
                "company",
                models.functions.Coalesce("contact", 0),
                "field",
                condition=models.Q(state=ProposedChangeState.PROPOSED),
                name="proposed_change_one_waiting",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ProposedChangeState.PROPOSED, decided_at=None)
                | (~models.Q(state=ProposedChangeState.PROPOSED) & models.Q(decided_at__isnull=False)),
                name="proposed_change_decision_dated",
            ),
        ]
        indexes = [models.Index(fields=["company", "state"], name="proposed_change_company_idx")]

    def __str__(self) -> str:
        return f"{self.field}\u00a0: {self.proposed}"
