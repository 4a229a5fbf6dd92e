"""The history of opportunities and placements: who moved what, when, why; how criteria were widened."""

from django.conf import settings
from django.db import models

from core.models import StructureScoped, StructureScopedQuerySet
from opportunities.enums import CASE_ROLES, OpportunityState, PlacementState
from opportunities.models.opportunity import Opportunity
from opportunities.models.placement import Placement


class MoveQuerySet(StructureScopedQuerySet):
    viewing_roles = CASE_ROLES


class OpportunityMove(StructureScoped):
    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="moves")
    from_state = models.CharField("de", max_length=10, choices=OpportunityState, blank=True)
    to_state = models.CharField("à", max_length=10, choices=OpportunityState)
    note = models.CharField("pourquoi", max_length=400, blank=True)
    at = models.DateTimeField("le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = "étape d’une opportunité"
        verbose_name_plural = "étapes d’une opportunité"
        indexes = [models.Index(fields=["opportunity", "-at"], name="opportunity_move_idx")]

    def __str__(self) -> str:
        return self.get_to_state_display()


class CriteriaChange(StructureScoped):
    """What the company asked, and what it asks now that it was negotiated."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="criteria_changes")
    before = models.TextField("avant", blank=True)
    after = models.TextField("après", blank=True)
    note = models.CharField("comment", max_length=300, blank=True)
    at = models.DateTimeField("le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = "critères négociés"
        verbose_name_plural = "critères négociés"
        indexes = [models.Index(fields=["opportunity", "-at"], name="criteria_change_idx")]

    def __str__(self) -> str:
        return self.after[:80]


class PlacementMove(StructureScoped):
    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="moves")
    from_state = models.CharField("de", max_length=10, choices=PlacementState, blank=True)
    to_state = models.CharField("à", max_length=10, choices=PlacementState)
    # The day it happened, which may be before the day it is noted.
    on = models.DateField("le")
    note = models.CharField("précision", max_length=300, blank=True)
    at = models.DateTimeField("noté le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = "étape d’un positionnement"
        verbose_name_plural = "étapes d’un positionnement"
        indexes = [models.Index(fields=["placement", "-at"], name="placement_move_idx")]

    def __str__(self) -> str:
        return self.get_to_state_display()
