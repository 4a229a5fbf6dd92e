"""One company of a campaign: asked or left out, and where its answer is."""

import datetime as dt
import secrets
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from campaigns.enums import (
    PHONED,
    RECIPIENT_MOVES,
    WAITED_FOR,
    CampaignState,
    Channel,
    Exclusion,
    PhoneOutcome,
    RecipientState,
)
from campaigns.models.base import CampaignScopedQuerySet
from campaigns.models.campaign import Campaign
from companies.models import Company, Contact
from core.models import StructureScoped
from core.states import StateMixin

# No letter that reads as a figure, nor the reverse: read out on the telephone, typed from paper.
_LETTERS = "ABCDEFGHJKLMNPQRTUVWXY346789"


def new_reference() -> str:
    """« K7PQ-42MT »: what a paper answer bears; 28⁸ of them, and the structure's own."""
    drawn = [secrets.choice(_LETTERS) for _ in range(8)]
    return f"{''.join(drawn[:4])}-{''.join(drawn[4:])}"


class RecipientQuerySet(CampaignScopedQuerySet):
    def included(self) -> Self:
        return self.filter(exclusion="")

    def excluded(self) -> Self:
        return self.exclude(exclusion="")

    def waited_for(self) -> Self:
        return self.included().filter(state__in=WAITED_FOR)

    def on_the_phone_list(self) -> Self:
        """To be called: an answer, on whatever way it came, ends it; so does the stop of its campaign."""
        listed = self.included().filter(phone_listed_at__isnull=False, phone_ended_at=None, state__in=PHONED)
        listed = listed.exclude(campaign__state=CampaignState.STOPPED)
        return listed.filter(company__deleted_at=None, campaign__deleted_at=None)

    def to_call_on(self, day: dt.date) -> Self:
        """Those of the list nobody asked to call another day, later."""
        return self.on_the_phone_list().filter(models.Q(call_back_on=None) | models.Q(call_back_on__lte=day))


class Recipient(StateMixin, StructureScoped):
    """`adviser`: who follows the company when the campaign is launched; replies and drafts go to her.

    `opened_at` and `begun_at` are gestures (a POST, a saved answer): nothing is read from a followed link.
    """

    MOVES: ClassVar = RECIPIENT_MOVES

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="recipients")
    company = models.ForeignKey(
        Company, verbose_name="entreprise", on_delete=models.CASCADE, related_name="campaign_recipients"
    )
    contact = models.ForeignKey(
        Contact,
        verbose_name="contact",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # what was asked of the company stays
        related_name="+",
    )
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="suivie par", null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    email = models.EmailField("e-mail", blank=True)
    channel = models.CharField("envoi", max_length=5, choices=Channel)
    exclusion = models.CharField("pas sollicitée\u00a0:", max_length=16, choices=Exclusion, blank=True)
    exclusion_note = models.CharField("précision", max_length=300, blank=True)
    reference = models.CharField("référence", max_length=9, default=new_reference, editable=False)

    state = models.CharField("état", max_length=10, choices=RecipientState, default=RecipientState.PLANNED)
    state_since = models.DateTimeField("dans cet état depuis")
    asked_at = models.DateTimeField("sollicitée le", null=True, blank=True)
    opened_at = models.DateTimeField("questionnaire ouvert le", null=True, blank=True)
    begun_at = models.DateTimeField("réponse commencée le", null=True, blank=True)
    answered_at = models.DateTimeField("réponse donnée le", null=True, blank=True)
    # A relaunch held back by an adviser; the reason says why, to her colleagues.
    held_at = models.DateTimeField("relances retenues le", null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    held_note = models.CharField("pourquoi", max_length=200, blank=True)

    phone_listed_at = models.DateTimeField("à appeler depuis le", null=True, blank=True)
    call_back_on = models.DateField("rappeler le", null=True, blank=True)
    phone_ended_at = models.DateTimeField("appels terminés le", null=True, blank=True)
    created_at = models.DateTimeField("ajoutée le", auto_now_add=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = "destinataire"
        verbose_name_plural = "destinataires"
        constraints = [
            models.UniqueConstraint(fields=["structure", "id"], name="recipient_structure_id_unique"),
            models.UniqueConstraint(
                fields=["campaign", "company"],
                name="recipient_company_once",
                violation_error_message="Cette entreprise est déjà dans la campagne.",
            ),
            models.UniqueConstraint(fields=["structure", "reference"], name="recipient_reference_unique"),
            # Two companies with one address get one message.
            models.UniqueConstraint(
                "campaign",
                models.functions.Lower("email"),
                condition=models.Q(exclusion="") & ~models.Q(email=""),
                name="recipient_address_once",
                violation_error_message="Cette adresse reçoit déjà la campagne pour une autre entreprise.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=RecipientState.ANSWERED) | models.Q(answered_at__isnull=False),
                name="recipient_answer_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "state", "id"], name="recipient_state_idx"),
            models.Index(fields=["campaign", "exclusion"], name="recipient_exclusion_idx"),
            models.Index(fields=["company", "-id"], name="recipient_company_idx"),
            models.Index(
                fields=["structure", "call_back_on"],
                name="recipient_phone_idx",
                condition=models.Q(phone_listed_at__isnull=False, phone_ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company}"

    @property
    def is_included(self) -> bool:
        return self.exclusion == ""

    @property
    def is_waited_for(self) -> bool:
        return self.is_included and self.state in WAITED_FOR

    def is_over_on(self, day: dt.date) -> bool:
        return self.campaign.answer_by is not None and day > self.campaign.answer_by

    def get_absolute_url(self) -> str:
        return reverse("campaigns:recipient_detail", args=[self.pk])


class PhoneCall(StructureScoped):
    """One call of the phone list; the exchange it wrote on the company is its own row."""

    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="calls")
    outcome = models.CharField("issue", max_length=12, choices=PhoneOutcome)
    note = models.CharField("note", max_length=500, blank=True)
    call_back_on = models.DateField("rappeler le", null=True, blank=True)
    at = models.DateTimeField("le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = CampaignScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "appel de campagne"
        verbose_name_plural = "appels de campagne"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(outcome=PhoneOutcome.CALL_BACK) | models.Q(call_back_on__isnull=False),
                name="phone_call_back_dated",
                violation_error_message="Dites quel jour rappeler.",
            )
        ]
        indexes = [models.Index(fields=["recipient", "-at"], name="phone_call_idx")]

    def __str__(self) -> str:
        return self.get_outcome_display()
