"""One young person put forward on one opportunity (positionnement), and what becomes of it."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models

from companies.models import Company, Contact
from core.addresses import url_of_row
from core.models import StructureScoped, StructureScopedQuerySet
from core.states import StateMixin
from opportunities.enums import (
    CASE_ROLES,
    LIVE_PLACEMENTS,
    PLACEMENT_MOVES,
    REALISED,
    BreakCause,
    Party,
    PlacementRefusalReason,
    PlacementState,
)
from opportunities.models.opportunity import Opportunity
from youth.models import Need, YoungPerson


class PlacementQuerySet(StructureScopedQuerySet):
    viewing_roles = CASE_ROLES

    def visible_to(self, user: Any) -> Self:
        gone = Opportunity.objects.filter(company__in=Company.objects.binned())
        seen = super().visible_to(user).exclude(young_person__in=YoungPerson.objects.binned())
        # Two readings of an index: joined by an « or », they would read the whole table.
        return seen.exclude(opportunity__in=gone).exclude(opportunity__in=Opportunity.objects.binned())

    def live(self) -> Self:
        return self.filter(state__in=LIVE_PLACEMENTS)

    def realised(self) -> Self:
        """Those that really began."""
        return self.filter(state__in=REALISED)


class Placement(StateMixin, StructureScoped):
    MOVES: ClassVar = PLACEMENT_MOVES

    opportunity = models.ForeignKey(
        Opportunity, verbose_name="opportunité", on_delete=models.CASCADE, related_name="placements"
    )
    young_person = models.ForeignKey(
        YoungPerson, verbose_name="jeune", on_delete=models.CASCADE, related_name="placements"
    )
    need = models.ForeignKey(
        Need,
        verbose_name="besoin",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # the placement outlives the need it answered
        related_name="placements",
    )
    state = models.CharField("état", max_length=10, choices=PlacementState, default=PlacementState.CONSIDERED)
    state_since = models.DateTimeField("dans cet état depuis")

    considered_on = models.DateField("envisagé le")
    proposed_on = models.DateField("profil proposé le", null=True, blank=True)
    meeting_at = models.DateTimeField("rencontre le", null=True, blank=True)
    accepted_on = models.DateField("accord le", null=True, blank=True)
    refused_on = models.DateField("refus le", null=True, blank=True)
    started_on = models.DateField("début le", null=True, blank=True)
    planned_end_on = models.DateField("fin prévue le", null=True, blank=True)
    ended_on = models.DateField("fin ou rupture le", null=True, blank=True)

    refused_by = models.CharField("refus de", max_length=15, choices=Party, blank=True)
    refusal_reason = models.CharField("raison du refus", max_length=20, choices=PlacementRefusalReason, blank=True)
    broken_by = models.CharField("rupture par", max_length=15, choices=Party, blank=True)
    break_cause = models.CharField("cause de la rupture", max_length=15, choices=BreakCause, blank=True)
    outcome_note = models.CharField("précision", max_length=300, blank=True)

    preparation_youth = models.TextField("préparation avec la personne", blank=True)
    preparation_company = models.TextField("préparation avec l’entreprise", blank=True)

    created_at = models.DateTimeField("noté le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField("version", default=1, editable=False)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = "positionnement"
        verbose_name_plural = "positionnements"
        constraints = [
            models.UniqueConstraint(fields=["structure", "id"], name="placement_structure_id_unique"),
            models.UniqueConstraint(
                fields=["opportunity", "young_person"],
                condition=models.Q(state__in=[str(state) for state in LIVE_PLACEMENTS]),
                name="placement_one_at_a_time",
                violation_error_message="Un positionnement de cette personne sur cette opportunité est déjà en cours.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[str(state) for state in REALISED]) | models.Q(started_on__isnull=False),
                name="placement_started_dated",
                violation_error_message="Dites quel jour cela a commencé.",
            ),
            models.CheckConstraint(
                condition=(models.Q(state__in=["ended", "broken"]) & models.Q(ended_on__isnull=False))
                | (~models.Q(state__in=["ended", "broken"]) & models.Q(ended_on=None)),
                name="placement_end_dated",
                violation_error_message="Dites quel jour cela s’est terminé.",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="placement_dates_in_order",
                violation_error_message="La fin vient après le début.",
            ),
            models.CheckConstraint(
                condition=models.Q(planned_end_on=None)
                | models.Q(started_on=None)
                | models.Q(planned_end_on__gte=models.F("started_on")),
                name="placement_plan_in_order",
                violation_error_message="La fin prévue vient après le début.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=PlacementState.REFUSED)
                | (~models.Q(refused_by="") & ~models.Q(refusal_reason="") & models.Q(refused_on__isnull=False)),
                name="placement_refused_has_reason",
                violation_error_message="Dites qui refuse, et pourquoi.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=PlacementState.BROKEN) | ~models.Q(break_cause=""),
                name="placement_broken_has_cause",
                violation_error_message="Dites pourquoi c’est rompu.",
            ),
        ]
        indexes = [
            models.Index(fields=["opportunity", "state"], name="placement_opportunity_idx"),
            models.Index(fields=["young_person", "state"], name="placement_person_idx"),
            models.Index(fields=["need"], name="placement_need_idx"),
            models.Index(fields=["structure", "state", "state_since", "id"], name="placement_state_idx"),
            models.Index(fields=["structure", "state_since", "id"], name="placement_since_idx"),
            models.Index(fields=["structure", "started_on", "id"], name="placement_started_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.young_person.short_name} · {self.opportunity}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_PLACEMENTS

    @property
    def is_realised(self) -> bool:
        return self.state in REALISED

    def get_absolute_url(self) -> str:
        return url_of_row("opportunities:placement_detail", self.pk)


class ImmersionQuerySet(StructureScopedQuerySet):
    viewing_roles = CASE_ROLES


class Immersion(StructureScoped):
    """What a PMSMP asks besides. The State's service makes the convention; only its number is kept here."""

    placement = models.OneToOneField(Placement, on_delete=models.CASCADE, related_name="immersion")
    starts_on = models.DateField("du", null=True, blank=True)
    ends_on = models.DateField("au", null=True, blank=True)
    weekly_hours = models.DecimalField("heures par semaine", max_digits=4, decimal_places=1, null=True, blank=True)
    schedule = models.CharField("jours et horaires", max_length=200, blank=True)
    tutor = models.ForeignKey(
        Contact,
        verbose_name="tuteur ou tutrice",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # the immersion stands without the person
        related_name="+",
    )
    activities = models.TextField("ce que le jeune fera", blank=True)
    requested_on = models.DateField("convention demandée le", null=True, blank=True)
    convention_number = models.CharField("numéro de convention", max_length=30, blank=True)

    objects = ImmersionQuerySet.as_manager()

    class Meta:
        verbose_name = "immersion"
        verbose_name_plural = "immersions"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="immersion_dates_in_order",
                violation_error_message="La fin vient après le début.",
            ),
        ]

    def __str__(self) -> str:
        return self.convention_number or "immersion"
