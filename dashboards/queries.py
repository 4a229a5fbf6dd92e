"""What a day is made of: what is late, what is today, what comes, who is forgotten."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count as SqlCount
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from accounts.enums import Role
from companies.enums import NextActionKind, NextActionState
from companies.models import Company, Interaction, NextAction
from core.addresses import url_of_row
from core.lists import Count, capped_counts
from opportunities.models import Solicitation
from youth.cards import NeedCard, need_card
from youth.queries.needs import PATIENCE, own_unsolved, unsolved_needs

AHEAD = dt.timedelta(days=7)
MOST_ACTIONS = 40
SHORT_LIST = 5
MOST_COUNTED = 999
ICONS = {
    NextActionKind.CALL: "phone",
    NextActionKind.VISIT: "navigation",
    NextActionKind.EMAIL: "mail",
    NextActionKind.MEETING: "users",
    NextActionKind.OTHER: "circle-check",
}


# What a line of the day says: the rest of its forty companies is not read.
_SAID = (
    *("kind", "title", "due_on", "due_time", "company_id", "contact_id", "handed_over_from_id"),
    *(f"company__{name}" for name in ("name", "address", "city", "phone", "email")),
    *(f"contact__{name}" for name in ("first_name", "last_name", "job_title", "email", "mobile", "phone")),
    *("contact__deleted_at", "contact__opted_out_at", "handed_over_from__first_name", "handed_over_from__last_name"),
)


@dataclass(frozen=True)
class DayAction:
    """One line of the day. `last_said`: what was kept of the last exchange, for what is today."""

    action: NextAction
    last_said: str

    @property
    def icon(self) -> str:
        return ICONS[NextActionKind(self.action.kind)]

    @property
    def done_url(self) -> str:
        return url_of_row("companies:next_action_done", self.action.pk)

    @property
    def phone(self) -> str:
        """The person's number, else the company's."""
        contact = self.action.person
        return (contact and (contact.mobile or contact.phone)) or self.action.company.phone

    @property
    def email(self) -> str:
        contact = self.action.person
        if contact and contact.is_opted_out:
            return ""
        return (contact and contact.email) or self.action.company.email

    @property
    def calls(self) -> bool:
        return self.action.kind == NextActionKind.CALL

    @property
    def writes(self) -> bool:
        return self.action.kind == NextActionKind.EMAIL

    @property
    def moves(self) -> bool:
        return self.action.kind in (NextActionKind.VISIT, NextActionKind.MEETING)


@dataclass(frozen=True)
class Day:
    today: dt.date
    late: Sequence[DayAction]
    now: Sequence[DayAction]
    ahead: Sequence[DayAction]
    is_cut: bool
    forgotten: QuerySet[Company]
    forgotten_count: Count
    companies_count: Count
    mine_count: Count
    exchanges: QuerySet[Interaction]
    most: int = MOST_ACTIONS

    @property
    def first(self) -> DayAction | None:
        """The next thing of today that has an hour: what a phone shows on top."""
        return next((item for item in self.now if item.action.due_time), None)

    @property
    def nothing_planned(self) -> bool:
        return not (self.late or self.now or self.ahead)


def day_of(*, user: Any, structure: Any, today: dt.date) -> Day:
    """The user's own day, in the structure chosen or in all of hers. Four queries."""
    companies = Company.objects.visible_to(user).in_structure(structure)
    mine = companies.filter(adviser=user)
    forgotten = mine.forgotten_on(today)
    actions = own_actions(user=user, structure=structure, today=today)
    counts = capped_counts(forgotten, companies, mine, caps=[MOST_COUNTED, 1, 1])
    return Day(
        today=today,
        late=[item for item in actions if item.action.due_on < today],
        now=[item for item in actions if item.action.due_on == today],
        ahead=[item for item in actions if item.action.due_on > today],
        is_cut=len(actions) == MOST_ACTIONS,
        forgotten=forgotten.only("name", "last_interaction_on").order_by(
            F("last_interaction_on").asc(nulls_first=True), "pk"
        )[:SHORT_LIST],
        forgotten_count=counts[0],
        companies_count=counts[1],
        mine_count=counts[2],
        exchanges=own_exchanges(user=user, structure=structure),
    )


def own_actions(*, user: Any, structure: Any, today: dt.date) -> list[DayAction]:
    """Late ones, today's and those of the next seven days, by date."""
    last = Interaction.objects.filter(company=OuterRef("company_id"), deleted_at=None).newest_first()
    rows = (
        NextAction.objects.visible_to(user)
        .in_structure(structure)
        .of(user)
        .open()
        .filter(due_on__lte=today + AHEAD)
        .select_related("company", "contact", "handed_over_from")
        .only(*_SAID)
        .annotate(last_said=Subquery(last.values("summary")[:1]))
        .by_date()[:MOST_ACTIONS]
    )
    return [DayAction(row, row.last_said or "") for row in rows]


def own_exchanges(*, user: Any, structure: Any) -> QuerySet:
    exchanges = Interaction.objects.visible_to(user).in_structure(structure).filter(by=user, company__deleted_at=None)
    said = exchanges.select_related("company").only("kind", "summary", "at", "company__name")
    return said.newest_first()[:SHORT_LIST]


@dataclass(frozen=True)
class OwnNeeds:
    """Needs of one's own young people that wait for a first proposal; `count` of those more than `days` old."""

    shown: Sequence[NeedCard]
    count: Count
    days: int = PATIENCE.days


def own_needs(*, user: Any, structure: Any, today: dt.date) -> OwnNeeds:
    """The oldest of them, in two queries."""
    noted_before = today - PATIENCE
    needs = own_unsolved(user=user, structure=structure).filter(opened_at__date__lt=noted_before)
    (count,) = capped_counts(needs, caps=[MOST_COUNTED])
    shown = [need_card(need, user=user, today=today) for need in needs[:SHORT_LIST]] if count.value else []
    return OwnNeeds(shown, count)


@dataclass(frozen=True)
class UncoveredNeed:
    """`asked`: how many companies were asked for it, or are to be."""

    card: NeedCard
    asked: int


@dataclass(frozen=True)
class UncoveredNeeds:
    """Needs of the territory that nothing was proposed for, the oldest first; `count`: all of them."""

    shown: Sequence[UncoveredNeed]
    count: Count


def uncovered_needs(*, user: Any, structure: Any, today: dt.date, follows: bool) -> UncoveredNeeds:
    """Whoever works with companies starts from what young people wait for. One query, two when there are many.

    `follows`: those of her own young people are left out, her day shows them already.
    """
    needs = unsolved_needs(user=user, structure=structure)
    if follows:
        needs = needs.exclude(Q(young_person__counsellor=user) | Q(young_person__backup=user))
    asked = Solicitation.objects.filter(need=OuterRef("pk")).exclude(next_action__state=NextActionState.DROPPED)
    counted = asked.order_by().values("need").annotate(count=SqlCount("pk")).values("count")
    rows = list(needs.annotate(asked=Subquery(counted))[: SHORT_LIST + 1])
    count = Count(len(rows))
    if len(rows) > SHORT_LIST:
        (count,) = capped_counts(needs, caps=[MOST_COUNTED])
    shown = [UncoveredNeed(need_card(row, user=user, today=today), row.asked or 0) for row in rows[:SHORT_LIST]]
    return UncoveredNeeds(shown, count)


def late_actions(*, user: Any, structure: Any, today: dt.date) -> QuerySet:
    """Her own: the figure of the navigation."""
    return NextAction.objects.visible_to(user).in_structure(structure).of(user).late_on(today)


def team_lateness(*, user: Any, structure: Any, today: dt.date) -> QuerySet:
    """For a manager: each colleague with `late` and `open` actions, most late first; in structures she manages."""
    ids = user.access.structure_ids([Role.MANAGER])
    if structure is not None:
        ids = [pk for pk in ids if pk == structure.pk]
    actions = NextAction.objects.visible_to(user).open().filter(structure_id__in=ids)
    by_person = (
        actions.values("assigned_to")
        .annotate(late=SqlCount("pk", filter=Q(due_on__lt=today)), opened=SqlCount("pk"))
        .order_by("-late", "-opened", "assigned_to")
        .values("assigned_to", "assigned_to__first_name", "assigned_to__last_name", "late", "opened")
    )
    return by_person[:20]
