"""Why a company is to be asked: the need, or the phase and family of trades, behind one of its next actions."""

from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.urls import reverse

from companies.models import NextAction
from core.models import StructureScoped, StructureScopedQuerySet
from core.phases import Phase
from opportunities.enums import CASE_ROLES
from youth.models import Need


class SolicitationQuerySet(StructureScopedQuerySet):
    viewing_roles = CASE_ROLES


class Solicitation(StructureScoped):
    """The company is the action's: a merge moves the action, and nothing here can disagree with it.

    `need`: the one it was planned for; without, the needs of that phase and family of trades ("" for no trade yet).
    """

    next_action = models.OneToOneField(NextAction, on_delete=models.CASCADE, related_name="solicitation")
    need = models.ForeignKey(
        Need,
        verbose_name="besoin",
        null=True,
        blank=True,
        on_delete=models.CASCADE,  # the action stays, and speaks of nobody
        related_name="solicitations",
    )
    phase = models.PositiveSmallIntegerField("phase", choices=Phase)
    family = models.CharField("famille de métiers", max_length=1, blank=True)
    created_at = models.DateTimeField("prévue le")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = SolicitationQuerySet.as_manager()

    class Meta:
        verbose_name = "sollicitation"
        verbose_name_plural = "sollicitations"
        indexes = [
            models.Index(fields=["need"], name="solicitation_need_idx"),
            models.Index(fields=["structure", "phase", "family"], name="solicitation_cell_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.next_action}"

    @property
    def is_awaited(self) -> bool:
        """The young person, or the family of trades, still waits for it. Reads the need when there is one."""
        return self.need is None or self.need.is_waiting

    @property
    def answer_url(self) -> str:
        """Where its yes is written down: the form of an opportunity, filled in with what was asked.

        Reads the next action, and the need when there is one.
        """
        asked: dict[str, object] = {"entreprise": self.next_action.company_id, "phase": self.phase}
        if self.need:
            asked |= {"genre": self.need.kind, "metier": self.need.occupation_id}
        asked["sollicitation"] = self.pk
        said = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('opportunities:opportunity_create')}?{said}"
