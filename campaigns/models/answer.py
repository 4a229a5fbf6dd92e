"""The personal link to the survey, the answer, what it was before, and what it opened."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models

from campaigns.enums import AnswerChannel, AnswerState
from campaigns.models.base import CampaignScopedQuerySet
from campaigns.models.recipient import Recipient
from core.models import StructureScoped
from core.tokens import digest_of, key_from_seed, new_seed
from opportunities.enums import OpportunityState
from opportunities.models import Opportunity

_NOT_QUALIFIED = (OpportunityState.DRAFT, OpportunityState.TO_QUALIFY)
SURVEY = "campaigns.survey"
UNSUBSCRIBE = "campaigns.unsubscribe"


class SurveyLinkQuerySet(CampaignScopedQuerySet):
    def good_at(self, now: dt.datetime) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=now)


class SurveyLink(StructureScoped):
    """Two keys from one seed, each for one purpose; the table holds their digests, and no key."""

    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="links")
    seed = models.CharField("graine", max_length=32, default=new_seed, editable=False)
    survey_digest = models.CharField("empreinte du lien", max_length=64, unique=True, editable=False)
    unsubscribe_digest = models.CharField("empreinte du désabonnement", max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField("valable jusqu’au")
    revoked_at = models.DateTimeField("annulé le", null=True, blank=True)
    created_at = models.DateTimeField("créé le")

    objects = SurveyLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien vers l’enquête"
        verbose_name_plural = "liens vers l’enquête"
        constraints = [
            models.UniqueConstraint(
                fields=["recipient"], condition=models.Q(revoked_at=None), name="survey_link_one_standing"
            )
        ]

    def __str__(self) -> str:
        return f"lien du {self.created_at:%d/%m/%Y}"

    @property
    def survey_key(self) -> str:
        return key_from_seed(self.structure_id, self.seed, purpose=SURVEY)

    @property
    def unsubscribe_key(self) -> str:
        return key_from_seed(self.structure_id, self.seed, purpose=UNSUBSCRIBE)

    def draw(self) -> None:
        """Fill the digests from the seed. The caller saves."""
        self.survey_digest = digest_of(self.survey_key)
        self.unsubscribe_digest = digest_of(self.unsubscribe_key)

    def is_good_at(self, now: dt.datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


class AnswerQuerySet(CampaignScopedQuerySet):
    def given(self) -> Self:
        return self.filter(state=AnswerState.GIVEN)


class Answer(StructureScoped):
    """One for a recipient. `values`: {question name: value} in the shapes of `campaigns.survey`."""

    recipient = models.OneToOneField(Recipient, on_delete=models.CASCADE, related_name="answer")
    survey_version = models.PositiveSmallIntegerField("version de l’enquête", default=1)
    values = models.JSONField("réponses", default=dict, blank=True)
    comment = models.TextField("commentaire", max_length=2000, blank=True)
    state = models.CharField("état", max_length=6, choices=AnswerState, default=AnswerState.BEGUN)
    channel = models.CharField("reçue", max_length=6, choices=AnswerChannel, default=AnswerChannel.ONLINE)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="saisie par", null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    begun_at = models.DateTimeField("commencée le")
    given_at = models.DateTimeField("donnée le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse"
        verbose_name_plural = "réponses"
        constraints = [
            models.UniqueConstraint(fields=["structure", "id"], name="answer_structure_id_unique"),
            models.CheckConstraint(
                condition=models.Q(state=AnswerState.BEGUN, given_at=None)
                | models.Q(state=AnswerState.GIVEN, given_at__isnull=False),
                name="answer_given_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"réponse de {self.recipient}"


class AnswerVersion(StructureScoped):
    """The answer as it was given each time."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("numéro")
    values = models.JSONField("réponses", default=dict, blank=True)
    comment = models.TextField("commentaire", blank=True)
    channel = models.CharField("reçue", max_length=6, choices=AnswerChannel)
    at = models.DateTimeField("le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = CampaignScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "version d’une réponse"
        verbose_name_plural = "versions d’une réponse"
        constraints = [models.UniqueConstraint(fields=["answer", "number"], name="answer_version_unique")]

    def __str__(self) -> str:
        return f"version {self.number}"


class CommitmentQuerySet(CampaignScopedQuerySet):
    def waiting(self) -> Self:
        """Said yes, and nobody has given it a follow-up yet: neither said so, nor moved its draft on."""
        untouched = models.Q(opportunity__state__in=_NOT_QUALIFIED, opportunity__deleted_at=None)
        return self.filter(models.Q(opportunity=None) | untouched, settled_at=None, withdrawn_at=None)


class Commitment(StructureScoped):
    """One yes: the draft it opened, who owns it, and until when it must be followed up."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="commitments")
    question = models.CharField("question", max_length=20)
    phase = models.PositiveSmallIntegerField("phase")
    opportunity = models.OneToOneField(
        Opportunity,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # the promise was made all the same
        related_name="commitment",
    )
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField("le")
    due_on = models.DateField("à reprendre avant le")
    # The draft as this app last wrote it: at another version, somebody has worked on it.
    draft_version = models.PositiveIntegerField("version du brouillon", default=1, editable=False)
    settled_at = models.DateTimeField("reprise le", null=True, blank=True)
    # The company took it back in a later version of its answer.
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = "engagement"
        verbose_name_plural = "engagements"
        constraints = [models.UniqueConstraint(fields=["answer", "question"], name="commitment_once")]
        indexes = [
            models.Index(fields=["structure", "due_on"], name="commitment_due_idx", condition=models.Q(settled_at=None))
        ]

    def __str__(self) -> str:
        return self.question
