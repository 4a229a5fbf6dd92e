"""The outbox: what leaves, to whom, once. A row is committed as « sending » before the server is spoken to."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from campaigns.enums import MESSAGE_MOVES, STEPS_SAID, MessageState, Step, SuppressionReason
from campaigns.models.base import CampaignScopedQuerySet
from campaigns.models.campaign import Campaign
from campaigns.models.letter import LetterVersion
from campaigns.models.recipient import Recipient
from campaigns.retention import POSTED_FILE_KEPT, UNPOSTED_FILE_KEPT
from companies.models import Contact
from core.models import StructureScoped
from core.states import StateMixin


class MessageQuerySet(CampaignScopedQuerySet):
    def sent(self) -> Self:
        return self.filter(state=MessageState.SENT)

    def uncertain(self) -> Self:
        return self.filter(state=MessageState.UNCERTAIN)


class Message(StateMixin, StructureScoped):
    """One e-mail. `message_id` derives from the row: the relay's log tells what became of it.

    `text` and `html` are what left, but for the personal link, which is put in at the last moment and kept nowhere.
    `leased_until`: a worker has it; past that, a row still queued is anyone's, a row « sending » is uncertain.
    """

    MOVES: ClassVar = MESSAGE_MOVES

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="messages")
    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="messages")
    contact = models.ForeignKey(
        Contact,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # what was sent was sent
        related_name="+",
    )
    step = models.PositiveSmallIntegerField("étape", choices=Step, default=Step.LETTER)
    letter = models.ForeignKey(
        LetterVersion,
        verbose_name="texte",
        on_delete=models.PROTECT,  # what was sent is kept
        related_name="+",
    )
    to_address = models.EmailField("adresse")
    subject = models.CharField("objet", max_length=200, blank=True)
    text = models.TextField("texte", blank=True)
    html = models.TextField("page", blank=True)

    state = models.CharField("état", max_length=10, choices=MessageState, default=MessageState.QUEUED)
    state_since = models.DateTimeField("dans cet état depuis")
    prepared_at = models.DateTimeField("préparé le", null=True, blank=True)
    not_before = models.DateTimeField("pas avant le")
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    leased_until = models.DateTimeField("tenu jusqu’à", null=True, blank=True)
    leased_by = models.CharField("tenu par", max_length=80, blank=True)
    message_id = models.CharField("Message-ID", max_length=200, blank=True)
    attempted_at = models.DateTimeField("dernier essai le", null=True, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    # The recipient, the ledger of requests and the timeline have been told that it left.
    noted_at = models.DateTimeField("porté au fil le", null=True, blank=True, editable=False)
    # What the server said, without the address: « 550 5.1.1 unknown user ».
    server_code = models.PositiveSmallIntegerField("code du serveur", null=True, blank=True)
    server_answer = models.CharField("réponse du serveur", max_length=500, blank=True)
    bounced_at = models.DateTimeField("revenu le", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        constraints = [
            models.UniqueConstraint(fields=["structure", "id"], name="message_structure_id_unique"),
            models.UniqueConstraint(fields=["campaign", "step", "contact"], name="message_contact_once"),
            models.UniqueConstraint(fields=["recipient", "step"], name="message_recipient_once"),
            models.CheckConstraint(
                condition=(models.Q(state=MessageState.SENT) & models.Q(sent_at__isnull=False))
                | ~models.Q(state=MessageState.SENT),
                name="message_sent_dated",
            ),
        ]
        indexes = [
            models.Index(
                fields=["structure", "not_before", "id"],
                name="message_queue_idx",
                condition=models.Q(state="queued"),
            ),
            models.Index(fields=["leased_until"], name="message_sending_idx", condition=models.Q(state="sending")),
            models.Index(fields=["campaign", "step", "state"], name="message_campaign_idx"),
            # What left within the last minute: the rate is counted here, and nowhere else.
            models.Index(fields=["structure", "attempted_at"], name="message_rate_idx"),
            models.Index(
                fields=["structure", "id"],
                name="message_to_note_idx",
                condition=models.Q(state="sent", noted_at=None),
            ),
            models.Index(fields=["message_id"], name="message_id_idx", condition=~models.Q(message_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} · {self.subject}"


class PrintedLetter(StructureScoped):
    """One letter of a batch to print: the exact pages are those of the batch's PDF."""

    batch = models.ForeignKey("campaigns.PrintBatch", on_delete=models.CASCADE, related_name="letters")
    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="printed_letters")
    step = models.PositiveSmallIntegerField("étape", choices=Step, default=Step.LETTER)
    letter = models.ForeignKey(LetterVersion, on_delete=models.PROTECT, related_name="+")
    first_page = models.PositiveIntegerField("première page")
    pages = models.PositiveSmallIntegerField("pages")
    posted_at = models.DateTimeField("postée le", null=True, blank=True)

    objects = CampaignScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "lettre imprimée"
        verbose_name_plural = "lettres imprimées"
        constraints = [models.UniqueConstraint(fields=["batch", "recipient"], name="printed_letter_once")]
        indexes = [models.Index(fields=["recipient", "step"], name="printed_letter_recipient_idx")]

    def __str__(self) -> str:
        return f"page {self.first_page}"


class PrintBatchQuerySet(CampaignScopedQuerySet):
    def outdated(self, now: dt.datetime) -> Self:
        """Their file was kept as long as it is said: see `PrintBatch.kept_until`."""
        posted = models.Q(posted_at__lte=now - POSTED_FILE_KEPT)
        never = models.Q(posted_at=None, created_at__lte=now - UNPOSTED_FILE_KEPT)
        return self.exclude(file="").filter(posted | never)


class PrintBatch(StructureScoped):
    """Letters of a step as one PDF, sorted by postcode, each with the paper survey; posted all together."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="print_batches")
    step = models.PositiveSmallIntegerField("étape", choices=Step, default=Step.LETTER)
    job = models.ForeignKey(
        "core.Job",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # the file outlives the work
        related_name="+",
    )
    file = models.FileField("PDF", upload_to="letters/", blank=True)
    count = models.PositiveIntegerField("lettres", default=0)
    pages = models.PositiveIntegerField("pages", default=0)
    created_at = models.DateTimeField("demandé le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    posted_at = models.DateTimeField("postées le", null=True, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = PrintBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "lettres à imprimer"
        verbose_name_plural = "lettres à imprimer"
        constraints = [models.UniqueConstraint(fields=["structure", "id"], name="print_batch_structure_id_unique")]
        indexes = [models.Index(fields=["campaign", "-created_at"], name="print_batch_campaign_idx")]

    def __str__(self) -> str:
        return f"{self.get_step_display()} · {self.count} lettres"

    @property
    def kind_said(self) -> str:
        """« Lettres », « Premières relances »."""
        return STEPS_SAID[Step(self.step)]

    @property
    def kept_until(self) -> dt.datetime:
        """Past that, the file goes; what was printed and posted stays known."""
        return self.posted_at + POSTED_FILE_KEPT if self.posted_at else self.created_at + UNPOSTED_FILE_KEPT

    @property
    def is_purged(self) -> bool:
        """It had a file."""
        return bool(self.pages and not self.file)


class SuppressionQuerySet(CampaignScopedQuerySet):
    def standing(self) -> Self:
        return self.filter(lifted_at=None)


class Suppression(StructureScoped):
    """An address no campaign of the structure writes to. `email` in lower case."""

    email = models.EmailField("e-mail")
    reason = models.CharField("raison", max_length=12, choices=SuppressionReason)
    note = models.CharField("précision", max_length=300, blank=True)
    at = models.DateTimeField("le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField("levée le", null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = "adresse écartée"
        verbose_name_plural = "adresses écartées"
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "email"], condition=models.Q(lifted_at=None), name="suppression_one_standing"
            ),
            models.CheckConstraint(
                condition=models.Q(email=models.functions.Lower("email")), name="suppression_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return f"adresse écartée n° {self.pk}"
