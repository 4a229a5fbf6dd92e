"""What the sender left behind: leases that ran out, messages nobody may send any more, and those nobody knows about."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models.functions import Lower

from campaigns.actions.attempts import SENDING_LEASE
from campaigns.actions.errors import CampaignError
from campaigns.actions.noting import note_sent
from campaigns.actions.outbox import wake_sender
from campaigns.enums import LIVE_CAMPAIGNS, WAITED_FOR, MessageState
from campaigns.models import Message, Suppression
from companies.models import Contact
from core.activity import log_activity
from core.changes import locked
from core.models import ActivityKind
from core.scope import structure_scope
from core.working_days import zone_of

RESTORED_ANSWER = "La base vient d’une sauvegarde\u00a0: ce message est peut-être parti depuis."
UNCERTAIN_ANSWER = "L’envoi s’est interrompu avant la réponse du serveur\u00a0: peut-être parti, peut-être pas."
SETTLED_BY_HAND = "Vérifié par une personne\u00a0: "


@dataclass(frozen=True)
class Swept:
    """`waiting`: messages whose hour has come, or nearly. `last_tried`: when one of the structure left, or tried."""

    uncertain: int
    cancelled: int
    waiting: int
    last_tried: dt.datetime | None


def sweep_outbox(*, structure: Any, now: dt.datetime) -> Swept:
    """Every quarter of a minute. Harmless however often: each row is looked at in the statement that changes it."""
    with structure_scope([structure.pk]):
        uncertain = _doubt(structure, now)
        cancelled = _cancel(structure, now)
        ready = Message.objects.filter(structure=structure, state=MessageState.QUEUED, not_before__lte=now)
        waiting = ready.filter(models.Q(leased_until=None) | models.Q(leased_until__lte=now)).count()
        last_tried = Message.objects.filter(structure=structure).aggregate(last=models.Max("attempted_at"))["last"]
    while note_sent(structure=structure, now=now):
        pass
    return Swept(uncertain, cancelled, waiting, last_tried)


def _doubt(structure: Any, now: dt.datetime) -> int:
    """Its worker said « sending » and never came back."""
    lost = Message.objects.filter(structure=structure, state=MessageState.SENDING, leased_until__lte=now)
    return lost.update(state=MessageState.UNCERTAIN, state_since=now, server_answer=UNCERTAIN_ANSWER)


def _cancel(structure: Any, now: dt.datetime) -> int:
    """What the sender would pass over for ever. A campaign in pause keeps its messages."""
    queued = Message.objects.filter(structure=structure, state=MessageState.QUEUED)
    if not queued.exists():
        return 0
    count = 0
    for reason, condition in _reasons(structure, now):
        gone = queued.filter(condition)
        count += gone.update(
            state=MessageState.CANCELLED, state_since=now, leased_until=None, leased_by="", server_answer=reason
        )
    return count


def _reasons(structure: Any, now: dt.datetime) -> Iterable[tuple[str, models.Q]]:
    """The same as `claiming.MAY_LEAVE` says, apart from what may change back: a pause, a hold, an hour."""
    today = now.astimezone(zone_of(structure.department)).date()
    suppressed = Suppression.objects.standing().filter(structure=structure).values("email")
    opted_out = Contact.objects.filter(structure=structure, opted_out_at__isnull=False).exclude(email="")
    q = models.Q
    yield "La campagne est terminée.", ~q(campaign__state__in=LIVE_CAMPAIGNS) | q(campaign__deleted_at__isnull=False)
    yield "Rien n’est plus attendu de l’entreprise.", ~q(recipient__state__in=WAITED_FOR) | ~q(recipient__exclusion="")
    yield "La date de réponse est passée.", q(campaign__answer_by__lt=today)
    yield "L’entreprise est à la corbeille.", q(recipient__company__deleted_at__isnull=False)
    yield "La personne a quitté l’entreprise.", q(contact__left_on__isnull=False) | q(contact__deleted_at__isnull=False)
    yield "La personne n’y est plus.", q(contact=None) & ~q(to_address__iexact=models.F("recipient__company__email"))
    yield (
        "Ne veut plus d’e-mails.",
        q(contact__opted_out_at__isnull=False) | q(to_address__in=opted_out.values("email")),
    )
    yield "Adresse écartée.", q(pk__in=_addressed_to(suppressed))


def _addressed_to(addresses: models.QuerySet) -> models.QuerySet:
    return Message.objects.annotate(lower=Lower("to_address")).filter(lower__in=addresses).values("pk")


@transaction.atomic
def doubt_queue(*, structure: Any, now: dt.datetime) -> int:
    """After a restore, before anything is sent: whatever waits may have left since the backup; how many.

    `reconcile` with the relay's log tells; what it has nothing of goes back to the queue.
    """
    waiting = Message.objects.filter(structure=structure, state__in=(MessageState.QUEUED, MessageState.SENDING))
    return waiting.update(
        state=MessageState.UNCERTAIN,
        state_since=now,
        attempted_at=now - SENDING_LEASE,
        leased_until=None,
        leased_by="",
        server_answer=RESTORED_ANSWER,
    )


# --- nobody knows whether it left ---------------------------------------------------------------
@transaction.atomic
def reconcile(
    *, structure: Any, message_ids_sent: Collection[str], now: dt.datetime, complete_until: dt.datetime | None = None
) -> tuple[int, int]:
    """Settle what is uncertain from the relay's log; (number found there, number back in the queue).

    `complete_until`: up to when the log is whole: an uncertain message that had ended trying by then and is not in it
    did not leave. Without it nothing goes back to the queue.
    """
    rows = Message.objects.uncertain().filter(structure=structure).select_for_update(of=("self",)).order_by("pk")
    found = queued = 0
    for message in rows:
        if message.message_id in message_ids_sent:
            _settle_sent(message, now)
            found += 1
        elif complete_until and _had_ended_by(message, complete_until):
            _settle_again(message, now)
            queued += 1
    if queued:
        wake_sender(structure.pk)
    return found, queued


def _had_ended_by(message: Message, moment: dt.datetime) -> bool:
    """A worker thought lost may speak to the server until its lease is over."""
    return message.attempted_at is not None and message.attempted_at + SENDING_LEASE <= moment


def _settle_sent(message: Message, now: dt.datetime, answer: str = "") -> None:
    message.move_to(MessageState.SENT)
    message.sent_at = message.attempted_at or now
    _save_settled(message, now, answer)


def _settle_again(message: Message, now: dt.datetime, answer: str = "") -> None:
    message.move_to(MessageState.QUEUED)
    message.not_before = now
    _save_settled(message, now, answer)


def _save_settled(message: Message, now: dt.datetime, answer: str) -> None:
    message.state_since, message.leased_until, message.leased_by = now, None, ""
    message.server_answer = answer
    message.save()


@transaction.atomic
def settle_message(*, message: Message, has_left: bool, by: Any, now: dt.datetime) -> Message:
    """A person has looked: it left, or it did not and is queued again. Raises `CampaignError` when it is settled."""
    current = locked(message)
    if current.state != MessageState.UNCERTAIN:
        raise CampaignError("Ce message n’est plus incertain.")
    current.settled_by = by
    said = "bien parti" if has_left else "pas parti, remis en attente"
    settle = _settle_sent if has_left else _settle_again
    settle(current, now, f"{SETTLED_BY_HAND}{said}.")
    log_activity(
        subject=current.recipient.company,
        kind=ActivityKind.CAMPAIGN,
        verb="message_settled",
        title=f"E-mail incertain vérifié\u00a0: {said} ({current.campaign})",
        by=by,
        at=now,
        source=current.recipient,
    )
    if not has_left:
        wake_sender(current.structure_id)
    return current


@transaction.atomic
def queue_again(*, message: Message, by: Any, now: dt.datetime) -> Message:
    """A message « en échec » is tried anew, its attempts counted from nought: what kept it was mended.

    Raises `CampaignError` when it is not « en échec », or when nothing is waited for any more.
    """
    current = locked(message)
    if current.state != MessageState.FAILED or current.bounced_at:
        raise CampaignError(
            "Ce message n’est pas en échec, ou son adresse l’a refusé\u00a0: corrigez d’abord l’adresse."
        )
    if not current.recipient.is_waited_for:
        raise CampaignError("Rien n’est plus attendu de cette entreprise dans cette campagne.")
    current.attempts, current.prepared_at, current.settled_by = 0, None, by
    _settle_again(current, now)
    wake_sender(current.structure_id)
    return current
