"""What a young person needs from companies: a phase, a trade, a place, a time."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.addresses import url_of_row
from core.field_checks import validate_insee_code, validate_postcode
from core.models import Occupation, StructureScoped, StructureScopedQuerySet
from core.phases import Phase, SolutionKind, kind_fits_phase
from core.states import StateMixin
from youth.enums import CASE_ROLES, NEED_MOVES, OLD_AFTER, WAITING_NEEDS, AbandonReason, NeedState
from youth.models.young_person import YoungPerson


class NeedQuerySet(StructureScopedQuerySet):
    viewing_roles = CASE_ROLES

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).exclude(young_person__in=YoungPerson.objects.binned())

    def waiting(self) -> Self:
        """Not met, not abandoned."""
        return self.filter(state__in=WAITING_NEEDS)

    def without_solution(self) -> Self:
        """Nothing has been proposed yet."""
        return self.filter(state=NeedState.OPEN)

    def of(self, user: Any) -> Self:
        """Of the young people she follows."""
        return self.filter(models.Q(young_person__counsellor=user) | models.Q(young_person__backup=user))


class Need(StateMixin, StructureScoped):
    MOVES: ClassVar = NEED_MOVES

    young_person = models.ForeignKey(YoungPerson, verbose_name="jeune", on_delete=models.CASCADE, related_name="needs")
    phase = models.PositiveSmallIntegerField("phase", choices=Phase)
    kind = models.CharField("genre de solution", max_length=20, choices=SolutionKind, blank=True)
    occupation = models.ForeignKey(
        Occupation,
        verbose_name="métier",
        null=True,
        blank=True,
        on_delete=models.PROTECT,  # a trade is replaced by its successor before it goes
        related_name="+",
    )
    # In the young person's words, or when no trade of the ROME is chosen yet.
    trade = models.CharField("métier, dit avec ses mots", max_length=150, blank=True)

    # Where, and how far
    postcode = models.CharField("code postal", max_length=5, blank=True, validators=[validate_postcode])
    city = models.CharField("commune", max_length=100, blank=True)
    insee_code = models.CharField("code commune INSEE", max_length=5, blank=True, validators=[validate_insee_code])
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    radius_km = models.PositiveSmallIntegerField(
        "jusqu’à", null=True, blank=True, help_text="en kilomètres\u202f; vide\u00a0: partout"
    )
    without_car = models.BooleanField("sans voiture", default=False)

    # When
    starts_on = models.DateField("à partir du", null=True, blank=True)
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    comment = models.TextField("commentaire", blank=True)

    state = models.CharField("état", max_length=10, choices=NeedState, default=NeedState.OPEN)
    opened_at = models.DateTimeField("noté le")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="noté par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposed_at = models.DateTimeField("première proposition le", null=True, blank=True, editable=False)
    closed_at = models.DateTimeField("clos le", null=True, blank=True, editable=False)
    abandon_reason = models.CharField("raison", max_length=20, choices=AbandonReason, blank=True)
    abandon_note = models.CharField("précision", max_length=300, blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = "besoin"
        verbose_name_plural = "besoins"
        constraints = [
            models.UniqueConstraint(fields=["structure", "id"], name="need_structure_id_unique"),
            models.CheckConstraint(
                condition=kind_fits_phase(),
                name="need_kind_fits_phase",
                violation_error_message="Ce genre de solution n’est pas de cette phase.",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="need_dates_in_order",
                violation_error_message="La fin vient après le début.",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=WAITING_NEEDS, closed_at=None)
                | (~models.Q(state__in=WAITING_NEEDS) & models.Q(closed_at__isnull=False)),
                name="need_end_dated",
                violation_error_message="Un besoin clos porte une date, un besoin ouvert n’en porte pas.",
            ),
            models.CheckConstraint(
                condition=(models.Q(state=NeedState.ABANDONED) & ~models.Q(abandon_reason=""))
                | (~models.Q(state=NeedState.ABANDONED) & models.Q(abandon_reason="")),
                name="need_abandoned_has_reason",
                violation_error_message="Dites pourquoi le besoin est abandonné.",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="need_position_whole",
                violation_error_message="La latitude et la longitude vont ensemble.",
            ),
        ]
        indexes = [
            models.Index(fields=["young_person", "state"], name="need_person_idx"),
            models.Index(
                fields=["structure", "phase", "occupation"],
                name="need_waiting_idx",
                condition=models.Q(state__in=["open", "proposed"]),
            ),
            models.Index(fields=["structure", "opened_at", "id"], name="need_opened_idx"),
            models.Index(fields=["structure", "state", "opened_at", "id"], name="need_state_idx"),
            # What the list, the board and the coverage count: this is read, and no row.
            models.Index(
                fields=["structure"],
                include=(
                    "young_person",
                    "state",
                    "phase",
                    "occupation",
                    "trade",
                    "insee_code",
                    "city",
                    "opened_at",
                    "proposed_at",
                ),
                name="need_count_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_phase_display()}\u00a0: {self.trade_label}"

    @property
    def trade_label(self) -> str:
        """The trade as said, else as the ROME names it."""
        return self.trade or (self.occupation.label if self.occupation else "métier à préciser")

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING_NEEDS

    def age_on(self, day: dt.date) -> int:
        """Days since it was noted, until it was closed."""
        end = timezone.localdate(self.closed_at) if self.closed_at else day
        return max(0, (end - timezone.localdate(self.opened_at)).days)

    def is_old_on(self, day: dt.date) -> bool:
        """Nothing was proposed for more than a month."""
        return self.state == NeedState.OPEN and self.age_on(day) > OLD_AFTER

    def get_absolute_url(self) -> str:
        return url_of_row("youth:need_detail", self.pk)


class NeedMoveQuerySet(StructureScopedQuerySet):
    viewing_roles = CASE_ROLES


class NeedMove(StructureScoped):
    """One change of state of a need."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="moves")
    from_state = models.CharField("de", max_length=10, choices=NeedState, blank=True)
    to_state = models.CharField("à", max_length=10, choices=NeedState)
    note = models.CharField("pourquoi", max_length=300, blank=True)
    at = models.DateTimeField("le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = NeedMoveQuerySet.as_manager()

    class Meta:
        verbose_name = "étape d’un besoin"
        verbose_name_plural = "étapes d’un besoin"
        indexes = [models.Index(fields=["need", "-at"], name="need_move_need_idx")]

    def __str__(self) -> str:
        return f"{self.get_to_state_display()}"
