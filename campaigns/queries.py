"""What several pages and jobs of campaigns read."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from campaigns.enums import ASKED_TO_LEAVE, CampaignState, MessageState, RecipientState, Step
from campaigns.models import Campaign, CampaignMove, Message, PrintedLetter, Recipient, SendingSettings
from core.text import search_key


def settings_of(structure: Any) -> SendingSettings:
    """How that structure sends; the defaults, unsaved, as long as nobody chose otherwise. Takes a row or a pk."""
    pk = getattr(structure, "pk", structure)
    return SendingSettings.objects.filter(structure_id=pk).first() or SendingSettings(structure_id=pk)


# --- campaigns together -------------------------------------------------------------------------
def campaigns_listed(campaigns: "QuerySet[Campaign]") -> "QuerySet[Campaign]":
    """Latest first, with `asked_count`, `answered_count` and `out_count` of each. One query."""
    rows = campaigns.select_related("owner", "structure").annotate(
        asked_count=_counted(Q(exclusion="")),
        answered_count=_counted(Q(exclusion="", state=RecipientState.ANSWERED)),
        out_count=_counted(~Q(exclusion="")),
    )
    return rows.order_by("-created_at", "-pk")


def _counted(condition: Q) -> Coalesce:
    rows = Recipient.objects.filter(condition, campaign=OuterRef("pk")).order_by().values("campaign")
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count"), output_field=IntegerField()), 0)


# --- one campaign -------------------------------------------------------------------------------
def state_counts(campaign: Campaign) -> dict[str, int]:
    """{state of a recipient: how many of those written to}."""
    rows = Recipient.objects.included().filter(campaign=campaign).order_by().values_list("state")
    return dict(rows.annotate(count=Count("pk")))


def sent_counts(campaign: Campaign) -> dict[str, int]:
    """Of the letter: how many sent, waiting, failed, posted; of all: uncertain ones; of relaunches: sent or posted."""
    letter = Q(step=Step.LETTER)
    posted = PrintedLetter.objects.filter(batch__campaign=campaign, posted_at__isnull=False).aggregate(
        posted=Count("pk", filter=letter), relaunches=Count("pk", filter=~letter)
    )
    sent = Message.objects.filter(campaign=campaign).aggregate(
        sent=Count("pk", filter=letter & Q(state=MessageState.SENT)),
        waiting=Count("pk", filter=letter & Q(state__in=(MessageState.QUEUED, MessageState.SENDING))),
        failed=Count("pk", filter=letter & Q(state=MessageState.FAILED)),
        uncertain=Count("pk", filter=Q(state=MessageState.UNCERTAIN)),
        relaunches=Count("pk", filter=~letter & Q(state=MessageState.SENT)),
    )
    return sent | {"posted": posted["posted"], "relaunches": sent["relaunches"] + posted["relaunches"]}


def recipients_shown(campaign: Campaign, *, state: str = "", words: str = "") -> "QuerySet[Recipient]":
    """Those written to, by the name of the company, with their messages (`sent_messages`, latest first)."""
    messages = Prefetch("messages", Message.objects.order_by("-step", "-pk"), to_attr="sent_messages")
    rows = Recipient.objects.included().filter(campaign=campaign)
    if state:
        rows = rows.filter(state=state)
    for word in search_key(words).split()[:6]:
        rows = rows.filter(company__name_key__contains=word)
    related = rows.select_related("company", "contact", "adviser").prefetch_related(messages)
    return related.order_by("company__name_key", "pk")


def excluded_shown(campaign: Campaign, *, words: str = "") -> "QuerySet[Recipient]":
    """Those left out, by the name of the company."""
    rows = Recipient.objects.excluded().filter(campaign=campaign)
    for word in search_key(words).split()[:6]:
        rows = rows.filter(company__name_key__contains=word)
    return rows.select_related("company", "contact", "adviser").order_by("company__name_key", "pk")


def reason_it_came_back(campaign: Campaign) -> "CampaignMove | None":
    """Why a campaign that was to leave is in preparation again; None when nobody said."""
    last = moves_of(campaign).first()
    came_back = last and last.to_state == CampaignState.DRAFT and last.from_state in ASKED_TO_LEAVE
    return last if last and came_back and last.note else None


def moves_of(campaign: Campaign) -> "QuerySet[CampaignMove]":
    """Latest first."""
    return CampaignMove.objects.filter(campaign=campaign).select_related("by").order_by("-at", "-pk")
