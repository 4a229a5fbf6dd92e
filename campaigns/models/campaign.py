"""A campaign: which text, to which companies, when, and what follows."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from campaigns.enums import CAMPAIGN_MOVES, LAUNCHED, LIVE_CAMPAIGNS, CampaignState, Channel, LetterKind
from campaigns.models.base import CampaignScopedQuerySet
from campaigns.models.letter import LetterVersion
from core.models import Deletable, DeletableQuerySet, StructureScoped
from core.states import StateMixin


class CampaignQuerySet(DeletableQuerySet):
    viewing_roles = CampaignScopedQuerySet.viewing_roles

    def live(self) -> Self:
        return self.filter(state__in=LIVE_CAMPAIGNS)

    def to_launch_at(self, now: dt.datetime) -> Self:
        """Scheduled, and its hour has come."""
        return self.filter(state=CampaignState.SCHEDULED, send_at__lte=now, deleted_at=None)


class Campaign(StateMixin, Deletable):
    """Texts are versions chosen once; relaunches count working days from the letter, then from the first relaunch."""

    MOVES: ClassVar = CAMPAIGN_MOVES

    name = models.CharField("nom", max_length=100)
    channel = models.CharField("envoi", max_length=5, choices=Channel, default=Channel.EMAIL)
    letter = models.ForeignKey(
        LetterVersion,
        verbose_name="lettre",
        null=True,
        blank=True,
        on_delete=models.PROTECT,  # what was sent is kept
        related_name="+",
    )
    unopened_text = models.ForeignKey(
        LetterVersion, verbose_name="relance\u00a0: lien jamais ouvert", null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    begun_text = models.ForeignKey(
        LetterVersion, verbose_name="relance\u00a0: réponse commencée", null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    unanswered_text = models.ForeignKey(
        LetterVersion, verbose_name="relance\u00a0: ouvert, sans réponse", null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    # How the audience was chosen: the address of a company list, said in words; recipients are the truth.
    audience_query = models.CharField("filtres de l’audience", max_length=1000, blank=True)
    audience_label = models.CharField("audience", max_length=200, blank=True)

    answer_by = models.DateField("réponse attendue avant le", null=True, blank=True)
    first_relaunch_days = models.PositiveSmallIntegerField(
        "première relance après (jours ouvrés)", null=True, blank=True
    )
    second_relaunch_days = models.PositiveSmallIntegerField(
        "seconde relance après (jours ouvrés)", null=True, blank=True
    )

    phone_days = models.PositiveSmallIntegerField(
        "à appeler après la dernière relance (jours ouvrés)",
        null=True,
        blank=True,
        help_text="vide\u00a0: à la date limite",
    )

    state = models.CharField("état", max_length=10, choices=CampaignState, default=CampaignState.DRAFT)
    state_since = models.DateTimeField("dans cet état depuis")
    # Paused by the sender and not by a person: it resumes by itself.
    halted_because = models.CharField("arrêtée parce que", max_length=400, blank=True, editable=False)
    send_at = models.DateTimeField("envoi le", null=True, blank=True, help_text="vide\u00a0: dès que possible")
    launched_at = models.DateTimeField("lancée le", null=True, blank=True, editable=False)
    ended_at = models.DateTimeField("terminée le", null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="approuvée par", null=True, blank=True,
        on_delete=models.SET_NULL, related_name="+",
    )  # fmt: skip
    approved_at = models.DateTimeField("approuvée le", null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="menée par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # it waits for another
        related_name="campaigns",
    )
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField("version", default=1, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = "campagne"
        verbose_name_plural = "campagnes"
        constraints = [
            models.UniqueConstraint(fields=["structure", "id"], name="campaign_structure_id_unique"),
            models.CheckConstraint(
                condition=models.Q(first_relaunch_days=None) | models.Q(first_relaunch_days__range=(1, 60)),
                name="campaign_first_relaunch",
                violation_error_message="Une relance part au plus tôt un jour ouvré après, et au plus tard 60.",
            ),
            models.CheckConstraint(
                condition=models.Q(second_relaunch_days=None)
                | models.Q(second_relaunch_days__range=(1, 60), first_relaunch_days__isnull=False),
                name="campaign_second_relaunch",
                violation_error_message="La seconde relance suit la première, d’un jour ouvré au moins.",
            ),
            models.CheckConstraint(
                condition=models.Q(phone_days=None) | models.Q(phone_days__range=(1, 60)),
                name="campaign_phone_days",
                violation_error_message="On appelle au plus tôt un jour ouvré après, et au plus tard 60.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=CampaignState.SCHEDULED) | models.Q(send_at__isnull=False),
                name="campaign_scheduled_has_hour",
                violation_error_message="Dites quand l’envoi part.",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=LAUNCHED, launched_at__isnull=False)
                | models.Q(launched_at=None)
                & ~models.Q(state__in=(CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.ENDED)),
                name="campaign_launch_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(launched_at=None) | models.Q(letter__isnull=False, answer_by__isnull=False),
                name="campaign_launched_has_letter",
                violation_error_message="Choisissez une lettre et une date de réponse.",
            ),
        ]
        indexes = [models.Index(fields=["structure", "state", "-created_at"], name="campaign_list_idx")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_launched(self) -> bool:
        return self.state in LAUNCHED and self.launched_at is not None

    @property
    def by_email(self) -> bool:
        return self.channel in (Channel.EMAIL, Channel.BOTH)

    @property
    def by_post(self) -> bool:
        return self.channel in (Channel.POST, Channel.BOTH)

    def relaunch_text(self, kind: str) -> LetterVersion:
        """The words chosen for that case; the letter itself when the campaign chose none."""
        chosen = {
            LetterKind.UNOPENED: self.unopened_text,
            LetterKind.BEGUN: self.begun_text,
            LetterKind.UNANSWERED: self.unanswered_text,
        }[LetterKind(kind)]
        text = chosen or self.unopened_text or self.letter
        assert text is not None  # the database refuses a campaign launched without its letter
        return text

    def get_absolute_url(self) -> str:
        return reverse("campaigns:campaign_detail", args=[self.pk])


class CampaignMove(StructureScoped):
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="moves")
    from_state = models.CharField("de", max_length=10, choices=CampaignState, blank=True)
    to_state = models.CharField("à", max_length=10, choices=CampaignState)
    note = models.CharField("précision", max_length=300, blank=True)
    at = models.DateTimeField("le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = CampaignScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "changement d’état de campagne"
        verbose_name_plural = "changements d’état de campagne"
        indexes = [models.Index(fields=["campaign", "at"], name="campaign_move_idx")]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
