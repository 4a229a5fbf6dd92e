"""Pairs of rows that may be the same company, and merges that can be undone."""

from typing import Self

from django.conf import settings
from django.db import models

from companies.enums import DuplicateState
from companies.models.base import CompanyScopedQuerySet
from companies.models.company import Company
from core.models import StructureScoped


class DuplicatePairQuerySet(CompanyScopedQuerySet):
    def proposed(self) -> Self:
        return self.filter(state=DuplicateState.PROPOSED, first__deleted_at=None, second__deleted_at=None).order_by(
            "-score", "pk"
        )


class DuplicatePair(StructureScoped):
    """`first` has the smaller pk. `reasons` is a list of French words: « même SIRET », « même téléphone »…"""

    first = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    reasons = models.JSONField("raisons", default=list)
    score = models.PositiveSmallIntegerField("force", default=0)
    state = models.CharField("état", max_length=10, choices=DuplicateState, default=DuplicateState.PROPOSED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    created_at = models.DateTimeField("vu le", auto_now_add=True)

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        verbose_name = "doublon possible"
        verbose_name_plural = "doublons possibles"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_unique"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="duplicate_pair_ordered"),
        ]
        indexes = [models.Index(fields=["structure", "state", "-score"], name="duplicate_state_idx")]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}"


class CompanyMerge(StructureScoped):
    """What one merge changed, so that it can be undone.

    `kept_before`: the kept company's fields before. `moved`: {"app.Model": [pk, …]} of what followed.
    """

    kept = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="merges")
    absorbed = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="merged_by")
    kept_before = models.JSONField("avant", default=dict)
    moved = models.JSONField("ce qui a suivi", default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField("le")
    undone_at = models.DateTimeField("défaite le", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = CompanyScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "fusion"
        verbose_name_plural = "fusions"
        indexes = [models.Index(fields=["kept", "-at"], name="merge_kept_idx")]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.kept_id}"
