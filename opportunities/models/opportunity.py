"""What a company offers: a phase, a kind, trades, places, a time, and what can be negotiated."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from companies.models import Company, Contact
from core.addresses import url_of_row
from core.field_checks import validate_insee_code, validate_postcode
from core.models import Deletable, DeletableQuerySet, Occupation
from core.phases import Phase, SolutionKind, kind_fits_phase
from core.states import StateMixin
from opportunities.enums import (
    CASE_ROLES,
    LIVE_OPPORTUNITIES,
    OPPORTUNITY_MOVES,
    Frequency,
    OpportunityState,
    Origin,
    RefusalReason,
    WithdrawalReason,
)

_KEPT = models.Q(deleted_at=None)


class OpportunityQuerySet(DeletableQuerySet):
    viewing_roles = CASE_ROLES

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).exclude(company__in=Company.objects.binned())

    def binned_for(self, user: Any) -> Self:
        """Those of a company in the bin come back with it."""
        return super().binned_for(user).exclude(company__in=Company.objects.binned())

    def open(self) -> Self:
        return self.filter(state=OpportunityState.OPEN)

    def live(self) -> Self:
        """Draft, to qualify or open: still to be worked on."""
        return self.filter(state__in=LIVE_OPPORTUNITIES)

    def with_a_free_place(self) -> Self:
        return self.filter(places__gt=models.F("taken"))

    def free_on(self, day: dt.date) -> Self:
        """With a place that is neither taken nor over."""
        return self.with_a_free_place().exclude(ends_on__lt=day)

    def managed_by_user(self, user: Any) -> Self:
        return self.filter(managed_by=user)


class Opportunity(StateMixin, Deletable):
    MOVES: ClassVar = OPPORTUNITY_MOVES

    company = models.ForeignKey(
        Company, verbose_name="entreprise", on_delete=models.CASCADE, related_name="opportunities"
    )
    contact = models.ForeignKey(
        Contact,
        verbose_name="avec",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # the opportunity stands without the person
        related_name="+",
    )
    title = models.CharField("intitulé", max_length=150)
    phase = models.PositiveSmallIntegerField("phase", choices=Phase)
    kind = models.CharField("genre", max_length=20, choices=SolutionKind)
    occupations = models.ManyToManyField(Occupation, verbose_name="métiers", blank=True, related_name="+")
    description = models.TextField("ce qui est proposé", blank=True)

    places = models.PositiveSmallIntegerField("places", default=1)
    # Kept by a trigger on placements; the database refuses more than `places`.
    taken = models.PositiveSmallIntegerField("places prises", default=0, editable=False)

    # When: a period, or months of every year
    starts_on = models.DateField("du", null=True, blank=True)
    ends_on = models.DateField("au", null=True, blank=True)
    months = ArrayField(models.PositiveSmallIntegerField(), verbose_name="mois de la saison", default=list, blank=True)
    answer_by = models.DateField("répondre avant le", null=True, blank=True)
    schedule = models.CharField("horaires", max_length=200, blank=True)

    # Where
    address = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True, validators=[validate_postcode])
    city = models.CharField("commune", max_length=100, blank=True)
    insee_code = models.CharField("code commune INSEE", max_length=5, blank=True, validators=[validate_insee_code])
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    without_car = models.BooleanField("accessible sans voiture", default=False)

    # On what conditions
    conditions = models.TextField("conditions", blank=True)
    criteria = models.TextField("critères", blank=True)
    # As the company first said them; each widening is a `CriteriaChange`.
    initial_criteria = models.TextField("critères d’origine", blank=True, editable=False)
    negotiable = models.TextField("ce qui se négocie", blank=True)
    is_open_to_all = models.BooleanField(
        "ouverte aux femmes et aux hommes dans les métiers dits de l’autre", default=False
    )

    # How it came, who has it
    origin = models.CharField("origine", max_length=15, choices=Origin, blank=True)
    frequency = models.CharField("fréquence", max_length=10, choices=Frequency, default=Frequency.OCCASIONAL)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="reçue par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # it outlives the account
        related_name="+",
    )
    received_on = models.DateField("reçue le")
    managed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="gérée par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # it waits for another
        related_name="opportunities",
    )
    copied_from = models.ForeignKey(
        "self",
        verbose_name="reprise de",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="copies",
    )

    state = models.CharField("état", max_length=10, choices=OpportunityState, default=OpportunityState.DRAFT)
    state_since = models.DateTimeField("dans cet état depuis")
    refusal_reason = models.CharField("raison du refus", max_length=20, choices=RefusalReason, blank=True)
    withdrawal_reason = models.CharField("raison du retrait", max_length=20, choices=WithdrawalReason, blank=True)
    reason_note = models.CharField("précision", max_length=300, blank=True)

    created_at = models.DateTimeField("ajoutée le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    updated_at = models.DateTimeField("modifiée le", auto_now=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)

    title_key = models.GeneratedField(
        expression=models.Func("title", function="search_key"),
        output_field=models.TextField("clé de l’intitulé", db_collation="C"),
        db_persist=True,
    )

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = "opportunité"
        verbose_name_plural = "opportunités"
        constraints = [
            models.UniqueConstraint(fields=["structure", "id"], name="opportunity_structure_id_unique"),
            models.CheckConstraint(
                condition=kind_fits_phase() & ~models.Q(kind=""),
                name="opportunity_kind_fits_phase",
                violation_error_message="Ce genre d’opportunité n’est pas de cette phase.",
            ),
            models.CheckConstraint(
                condition=models.Q(places__gte=1),
                name="opportunity_has_places",
                violation_error_message="Une opportunité a au moins une place.",
            ),
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("places")),
                name="opportunity_not_overbooked",
                violation_error_message="Toutes les places sont prises.",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="opportunity_dates_in_order",
                violation_error_message="La fin vient après le début.",
            ),
            models.CheckConstraint(
                condition=models.Q(months__contained_by=list(range(1, 13))),
                name="opportunity_months_of_a_year",
                violation_error_message="Un mois va de 1 à 12.",
            ),
            models.CheckConstraint(
                condition=(models.Q(state=OpportunityState.REFUSED) & ~models.Q(refusal_reason=""))
                | (~models.Q(state=OpportunityState.REFUSED) & models.Q(refusal_reason="")),
                name="opportunity_refused_has_reason",
                violation_error_message="Dites pourquoi nous la refusons.",
            ),
            models.CheckConstraint(
                condition=(models.Q(state=OpportunityState.WITHDRAWN) & ~models.Q(withdrawal_reason=""))
                | (~models.Q(state=OpportunityState.WITHDRAWN) & models.Q(withdrawal_reason="")),
                name="opportunity_withdrawn_has_reason",
                violation_error_message="Dites pourquoi l’entreprise la retire.",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="opportunity_position_whole",
                violation_error_message="La latitude et la longitude vont ensemble.",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "state"], name="opportunity_company_idx"),
            *(
                models.Index(fields=["structure", *fields, "id"], name=f"opportunity_{name}_idx", condition=_KEPT)
                for name, fields in {
                    "board": ["phase", "state", "title_key"],
                    "state": ["state", "title_key"],
                    "title": ["title_key"],
                    "received": ["received_on"],
                    "answer": ["answer_by"],
                }.items()
            ),
            models.Index(fields=["structure", "managed_by", "state"], name="opportunity_manager_idx", condition=_KEPT),
            # What the balance of the phases, the board and the coverage count: this is read, and no row.
            models.Index(
                fields=["structure"],
                include=("company", "state", "phase", "places", "taken", "ends_on", "state_since"),
                name="opportunity_count_idx",
                condition=_KEPT,
            ),
            models.Index(
                fields=["structure", "deleted_at"],
                name="opportunity_binned_idx",
                condition=models.Q(deleted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def free_places(self) -> int:
        return self.places - self.taken

    @property
    def contract(self) -> str:
        """The contract, in the phases that have one: there it is the kind itself."""
        return self.get_kind_display() if self.phase in (Phase.APPRENTICESHIP, Phase.JOB) else ""

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_OPPORTUNITIES

    def is_over_on(self, day: dt.date) -> bool:
        return self.ends_on is not None and self.ends_on < day

    def get_absolute_url(self) -> str:
        return url_of_row("opportunities:opportunity_detail", self.pk)
