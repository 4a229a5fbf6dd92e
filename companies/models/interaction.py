"""What was said, when, with whom; and what comes next."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Site
from companies.enums import CallOutcome, Direction, InteractionKind
from companies.models.base import Deletable, DeletableQuerySet
from companies.models.company import Company
from companies.models.contact import Contact
from companies.models.next_action import NextAction
from core.columns import field_label

# The steps of the 45 to 60-minute interview, in order.
VISIT_STEPS = ("discover", "listen", "clarify", "reformulate", "propose")


class InteractionQuerySet(DeletableQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class Interaction(Deletable):
    """Always ends with a next action or an explicit « rien à prévoir »: the database refuses anything else."""

    company = models.ForeignKey(
        Company, verbose_name="entreprise", on_delete=models.CASCADE, related_name="interactions"
    )
    kind = models.CharField("genre", max_length=10, choices=InteractionKind)
    direction = models.CharField("sens", max_length=10, choices=Direction, default=Direction.OUTGOING)
    at = models.DateTimeField("le")
    duration_minutes = models.PositiveSmallIntegerField("durée (minutes)", null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="par",
        on_delete=models.PROTECT,  # accounts are closed, not erased
        related_name="interactions",
    )
    colleagues = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name="avec les collègues", blank=True, related_name="+"
    )
    contacts = models.ManyToManyField(Contact, verbose_name="avec", blank=True, related_name="interactions")
    site = models.ForeignKey(
        Site,
        verbose_name="antenne",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # a closed site erases no exchange
        related_name="+",
    )
    place = models.CharField("lieu", max_length=150, blank=True)
    outcome = models.CharField("issue de l’appel", max_length=15, choices=CallOutcome, blank=True)
    summary = models.TextField("ce qu’il faut retenir", blank=True)
    discover = models.TextField("découvrir", blank=True)
    listen = models.TextField("écouter", blank=True)
    clarify = models.TextField("clarifier", blank=True)
    reformulate = models.TextField("reformuler", blank=True)
    propose = models.TextField("proposer", blank=True)
    next_action = models.OneToOneField(
        NextAction,
        verbose_name="prochaine action",
        null=True,
        blank=True,
        on_delete=models.PROTECT,  # the pair is the rule
        related_name="decided_in",
    )
    # Something was asked of the company: it counts in the ledger of requests.
    asked = models.BooleanField("nous lui avons demandé quelque chose", default=False)
    nothing_next = models.BooleanField("rien à prévoir", default=False)
    created_at = models.DateTimeField("noté le", auto_now_add=True)
    updated_at = models.DateTimeField("modifié le", auto_now=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)

    objects = InteractionQuerySet.as_manager()

    class Meta:
        verbose_name = "échange"
        verbose_name_plural = "échanges"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(next_action__isnull=False, nothing_next=False)
                | models.Q(next_action=None, nothing_next=True),
                name="interaction_ends_with_next",
                violation_error_message="Dites ce qui vient ensuite, ou «\u00a0rien à prévoir\u00a0».",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="") | models.Q(kind=InteractionKind.CALL),
                name="interaction_outcome_of_call",
                violation_error_message="Seul un appel a une issue d’appel.",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-at", "-id"], name="interaction_company_idx"),
            models.Index(fields=["by", "-at", "-id"], name="interaction_by_idx", condition=models.Q(deleted_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {timezone.localtime(self.at):%d/%m/%Y}"

    @property
    def visit_steps(self) -> list[tuple[str, str, str]]:
        """(field, label, text) of each step of the interview, in order."""
        return [(name, field_label(type(self), name), getattr(self, name)) for name in VISIT_STEPS]
