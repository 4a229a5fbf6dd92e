"""A server that refuses the sender is not asked again for each recipient: campaigns pause, say why, resume with it."""

import datetime as dt
import logging
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend

from campaigns.actions.campaigns import pause_campaign, resume_campaign
from campaigns.actions.claiming import own_transaction
from campaigns.enums import CampaignState, MessageState
from campaigns.models import Campaign, Message
from core.mail import Outcome, Result, sender_refusal
from core.models import take_period

logger = logging.getLogger(__name__)

# A server that is away for a moment is waited for in silence.
AWAY_FOR = dt.timedelta(minutes=10)
# How often it is asked whether it would take our mail again.
ASKED_EVERY = dt.timedelta(minutes=5)
# It wants a name and a password, or does not know ours (RFC 4954).
AUTHENTICATION = frozenset({530, 534, 535, 538})
ACCEPTED_AGAIN = "Le serveur d’e-mail accepte de nouveau nos messages."
_WAITING = "Rien n’est perdu\u00a0: ce qui attend partira de lui-même dès qu’il acceptera."


def refuses_us(outcome: Outcome) -> bool:
    """For good and whoever the recipient: the address we send from, or our name and password."""
    if outcome.result == Result.ABSENT:
        return outcome.code in AUTHENTICATION
    return outcome.result == Result.REFUSED and outcome.of_sender and _is_about_us(outcome.code)


def _is_about_us(code: int | None) -> bool:
    """Interfaces of providers answer as web servers do, where 4xx may be of one address."""
    return code is not None and (code >= 500 or code in (401, 403))


def halt_campaigns(*, structure: Any, outcome: Outcome, now: dt.datetime) -> int:
    """Pause those whose messages wait, with the reason for whoever leads them; how many.

    A server that is merely away pauses them once something has waited long for it.
    """
    with own_transaction(structure.pk):
        waiting = Message.objects.filter(structure=structure, state=MessageState.QUEUED, not_before__lte=now)
        if not refuses_us(outcome):
            waiting = waiting.filter(not_before__lte=now - AWAY_FOR)
        running = Campaign.objects.filter(state=CampaignState.RUNNING, pk__in=waiting.values("campaign"))
        # Read again once whoever holds one has let it go: her own pause stays hers.
        campaigns = list(running.order_by("pk").select_for_update(of=("self",)))
        for campaign in campaigns:
            paused = pause_campaign(campaign=campaign, note=reason_of(outcome), by=None, now=now)
            paused.halted_because = reason_of(outcome)
            paused.save(update_fields=["halted_because"])
    if campaigns:
        logger.error("campaigns of structure %s wait: the mail server refuses us: %s", structure.pk, outcome.code)
    return len(campaigns)


def reason_of(outcome: Outcome) -> str:
    said = f" («\u00a0{outcome.code} {outcome.answer[:100]}\u00a0»)" if outcome.code else ""
    if outcome.result == Result.REFUSED:
        return (
            f"Le serveur d’e-mail refuse l’adresse de l’expéditeur{said}. Un responsable ou un administrateur la"
            f" corrige dans les réglages des envois, ou prévient votre support technique. {_WAITING}"
        )
    if outcome.code in AUTHENTICATION:
        return f"Le serveur d’e-mail refuse nos identifiants{said}. Prévenez votre support technique. {_WAITING}"
    return f"Le serveur d’e-mail ne répond pas{said}. {_WAITING}"


def resume_halted(*, structure: Any, server: BaseEmailBackend, sender: str, now: dt.datetime) -> int:
    """Ask the server, at most every few minutes, whether it takes our mail again; how many campaigns resume.

    It is told from whom a message would come, and none follows: through a provider's interface, a person resumes it.
    """
    halted = Campaign.objects.filter(structure=structure, state=CampaignState.PAUSED).exclude(halted_because="")
    with own_transaction(structure.pk):
        slot = int(now.timestamp() // ASKED_EVERY.total_seconds())
        if not halted.exists() or not take_period(job="campaigns.halted", period=f"{structure.pk} {slot}", now=now):
            return 0
    if sender_refusal(server, sender) is not None:
        return 0
    with own_transaction(structure.pk):
        campaigns = list(halted.order_by("pk").select_for_update(of=("self",)))
        for campaign in campaigns:
            resume_campaign(campaign=campaign, note=ACCEPTED_AGAIN, by=None, now=now)
    return len(campaigns)
