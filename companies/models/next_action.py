"""What is to be done next with a company, by whom, when."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models

from companies.enums import NextActionKind, NextActionState
from companies.models.base import CompanyScopedQuerySet
from companies.models.company import Company
from core.models import StructureScoped


class NextActionQuerySet(CompanyScopedQuerySet):
    def open(self) -> Self:
        """To be done, for companies that are not in the bin."""
        return self.filter(state=NextActionState.OPEN, company__deleted_at=None)

    def of(self, user: Any) -> Self:
        return self.filter(assigned_to=user)

    def late_on(self, day: dt.date) -> Self:
        return self.open().filter(due_on__lt=day)

    def due_on(self, day: dt.date) -> Self:
        return self.open().filter(due_on=day)

    def by_date(self) -> Self:
        return self.order_by("due_on", models.F("due_time").asc(nulls_last=True), "pk")


class NextAction(StructureScoped):
    company = models.ForeignKey(
        Company, verbose_name="entreprise", on_delete=models.CASCADE, related_name="next_actions"
    )
    contact = models.ForeignKey(
        "companies.Contact",
        verbose_name="avec",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # the action stands without the person
        related_name="+",
    )
    kind = models.CharField("genre", max_length=10, choices=NextActionKind, default=NextActionKind.CALL)
    title = models.CharField("quoi", max_length=200)
    due_on = models.DateField("pour le")
    due_time = models.TimeField("à", null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="qui",
        on_delete=models.PROTECT,  # accounts are closed, not erased
        related_name="next_actions",
    )
    state = models.CharField("état", max_length=10, choices=NextActionState, default=NextActionState.OPEN)
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    handed_over_from = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="confiée par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    handed_over_at = models.DateTimeField("confiée le", null=True, blank=True)
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = NextActionQuerySet.as_manager()

    class Meta:
        verbose_name = "prochaine action"
        verbose_name_plural = "prochaines actions"
        constraints = [
            models.UniqueConstraint(fields=["structure", "id"], name="next_action_structure_id_unique"),
            models.CheckConstraint(
                condition=models.Q(state=NextActionState.OPEN, ended_at=None)
                | (~models.Q(state=NextActionState.OPEN) & models.Q(ended_at__isnull=False)),
                name="next_action_end_dated",
                violation_error_message="Une action terminée porte une date, une action à faire n’en porte pas.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["assigned_to", "due_on"], name="next_action_day_idx", condition=models.Q(state="open")
            ),
            models.Index(fields=["company", "due_on"], name="next_action_company_idx"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def person(self) -> Any:
        """Whom it is with; nobody once she is in the bin. Select `contact` with the row."""
        return None if self.contact is None or self.contact.is_deleted else self.contact

    @property
    def is_open(self) -> bool:
        return self.state == NextActionState.OPEN

    def is_late_on(self, day: dt.date) -> bool:
        return self.is_open and self.due_on < day
