"""What « Ma journée » shows of campaigns: those that wait for somebody, letters to print, companies to call."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject

from accounts.enums import Role
from campaigns.enums import ASKED_TO_LEAVE, CampaignState
from campaigns.models import Campaign, CampaignMove, Recipient
from campaigns.relaunches import step_to_print
from campaigns.waiting import BY_POST, asked_by_post, letters_to_print, plan_of, situation_of, with_what_left

DAY_CAMPAIGNS = 5
# What a line says of a campaign, and what tells whether a letter is to print: the rest is not read.
_SAID = ("name", "state", "state_since", "halted_because", "owner__first_name", "owner__last_name")
_SITUATED = (
    *("state", "channel", "email", "held_at", "opened_at", "begun_at"),
    *(f"campaign__{name}" for name in ("channel", "launched_at", "answer_by")),
    *(f"campaign__{name}" for name in ("first_relaunch_days", "second_relaunch_days", "phone_days")),
    "campaign__structure__department",
)


@dataclass(frozen=True)
class Prints:
    """What waits to be printed and posted in a campaign of one's own: first letters, relaunches."""

    campaign: Campaign
    letters: int
    relaunches: int


@dataclass(frozen=True)
class CampaignDay:
    """`waiting`: for an approval, come back with a reason (`last_move.word`), or paused by the sender
    (`halted_because`), the oldest first; `prints`: in campaigns under way; `calls`: companies of one's own to call.
    """

    waiting: list[Campaign]
    prints: list[Prints]
    calls: int

    def __bool__(self) -> bool:
        return bool(self.waiting or self.prints or self.calls)


def campaign_day(*, user: Any, structure: Any, day: dt.date) -> CampaignDay:
    """Two queries, and another on a day when campaigns of hers are under way by post."""
    last = CampaignMove.objects.filter(campaign=OuterRef("pk")).order_by("-at", "-pk")
    said = last.values(said=JSONObject(came_from="from_state", word="note", by="by"))[:1]
    rows = Campaign.objects.visible_to(user).in_structure(structure).filter(_may_wait_for(user) | _is_posted_by(user))
    rows = rows.select_related("owner").only(*_SAID).annotate(last_move=Subquery(said), letters=_letters())
    waiting: list[Campaign] = []
    posted: list[Campaign] = []
    for campaign in rows.order_by("state_since", "pk"):
        if campaign.state == CampaignState.RUNNING:
            posted.append(campaign)
        elif campaign.state != CampaignState.DRAFT or _came_back(campaign, user):
            waiting.append(campaign)
    mine = Recipient.objects.visible_to(user).in_structure(structure).to_call_on(day).filter(adviser=user)
    return CampaignDay(waiting[:DAY_CAMPAIGNS], _prints_of(posted, day) if posted else [], mine.count())


def _may_wait_for(user: Any) -> Q:
    """A manager approves those of others and, with who leads them, sees to those that the server refuses: she keeps
    the settings. One takes up again what came back.
    """
    manages = user.access.structure_ids([Role.MANAGER])
    to_approve = Q(state=CampaignState.TO_APPROVE, structure__in=manages) & ~Q(created_by=user)
    sees_to_it = Q(owner=user) | Q(structure__in=manages)
    halted = Q(sees_to_it, state=CampaignState.PAUSED) & ~Q(halted_because="")
    return to_approve | halted | Q(state=CampaignState.DRAFT, owner=user)


def _came_back(campaign: Any, user: Any) -> bool:
    """With a reason that somebody else gave, or nobody: its hour came, and it could not leave."""
    last = campaign.last_move
    return bool(last and last["word"] and last["came_from"] in ASKED_TO_LEAVE and last["by"] != user.pk)


def _is_posted_by(user: Any) -> Q:
    asked = Recipient.objects.waited_for().filter(campaign=OuterRef("pk"), channel__in=BY_POST)
    return Q(Exists(asked), state=CampaignState.RUNNING, owner=user)


def _letters() -> Coalesce:
    """How many first letters of a campaign are to print."""
    mine = letters_to_print(Recipient.objects.filter(campaign=OuterRef("pk"))).order_by().values("campaign")
    return Coalesce(Subquery(mine.annotate(count=Count("pk")).values("count")), 0)


def _prints_of(campaigns: Sequence[Any], day: dt.date) -> list[Prints]:
    asked = with_what_left(asked_by_post(Recipient.objects.filter(campaign__in=campaigns)))
    relaunches: Counter[int] = Counter()
    for row in asked.select_related("campaign__structure").only(*_SITUATED).order_by("pk"):
        if step_to_print(situation_of(row), plan_of(row.campaign), day) is not None:
            relaunches[row.campaign_id] += 1
    found = [Prints(campaign, campaign.letters, relaunches[campaign.pk]) for campaign in campaigns]
    return [prints for prints in found if prints.letters or prints.relaunches]
