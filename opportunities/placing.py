"""What the pages of placements read, in a constant number of queries; and who may be put forward on what."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat, Left
from django.db.models.lookups import Contains

from companies.enums import ContactPart, NextActionState
from companies.models import Contact
from core.text import search_key
from opportunities.cards import PlacementCard, placement_card
from opportunities.enums import LIVE_PLACEMENTS, PlacementState
from opportunities.immersions import Check, ImmersionFacts, Person, immersion_checks
from opportunities.models import Immersion, Opportunity, Placement, PlacementMove, ProfileLink, Solicitation
from youth.cards import YouthCard, card_of
from youth.enums import WAITING_NEEDS
from youth.models import Need, YoungPerson
from youth.queries.needs import with_person

ROWS_SHOWN = 30
# « Ma journée » looks so far ahead for what begins.
SOON = dt.timedelta(days=7)
DAY_ROWS = 12
LIVE_FIRST = (Case(When(state__in=LIVE_PLACEMENTS, then=0), default=1), "-state_since", "-pk")


def with_card(placements: QuerySet) -> QuerySet:
    """What a `PlacementCard` reads."""
    return placements.select_related(
        "opportunity__company", "opportunity__managed_by", "young_person__counsellor", "need__occupation"
    )


def with_youth_name(placements: QuerySet) -> QuerySet:
    """`youth_name`: first name and initial, without reading the file."""
    initial = Concat(Left("young_person__last_name", 1), Value("."))
    return placements.annotate(youth_name=Concat("young_person__first_name", Value(" "), initial))


def cards(placements: QuerySet, *, user: Any) -> list[PlacementCard]:
    """Those still going first, then the newest."""
    rows = with_card(placements).order_by(*LIVE_FIRST)[:ROWS_SHOWN]
    return [placement_card(row, user=user) for row in rows]


def placements_of_opportunity(opportunity: Opportunity, *, user: Any) -> list[PlacementCard]:
    """One query."""
    return cards(Placement.objects.visible_to(user).filter(opportunity=opportunity), user=user)


def placements_of_need(need_pk: int, *, user: Any) -> list[PlacementCard]:
    return cards(Placement.objects.visible_to(user).filter(need_id=need_pk), user=user)


def placements_of_needs(needs: Sequence[int], *, user: Any) -> dict[int, list[PlacementCard]]:
    """{need: as `placements_of_need`}, for a page that shows many: one query."""
    rows = with_card(Placement.objects.visible_to(user).filter(need_id__in=needs)).order_by(*LIVE_FIRST)
    found: dict[int, list[PlacementCard]] = {}
    for row in rows:
        if row.need_id:
            found.setdefault(row.need_id, []).append(placement_card(row, user=user))
    return found


def solicitations_of_need(need_pk: int, *, user: Any) -> list[Solicitation]:
    """What is planned with companies for this need, or was done; what comes first, first. One query."""
    return solicitations_of_needs([need_pk], user=user).get(need_pk, [])[:ROWS_SHOWN]


def solicitations_of_needs(needs: Sequence[int], *, user: Any) -> dict[int, list[Solicitation]]:
    rows = Solicitation.objects.visible_to(user).filter(need_id__in=needs, next_action__company__deleted_at=None)
    rows = rows.exclude(next_action__state=NextActionState.DROPPED)
    rows = rows.select_related("next_action__company", "next_action__assigned_to", "need")
    found: dict[int, list[Solicitation]] = {}
    for row in rows.order_by("next_action__due_on", "pk"):
        found.setdefault(row.need_id or 0, []).append(row)
    return found


def solicitations_of_company(company_pk: int, *, user: Any, since: dt.date) -> list[Solicitation]:
    """What the company is to be asked for, and what it was asked since then and still waits. One query."""
    rows = Solicitation.objects.visible_to(user).filter(next_action__company_id=company_pk)
    rows = rows.filter(Q(need=None) | Q(need__in=Need.objects.visible_to(user)))
    asked = Q(next_action__state=NextActionState.DONE, next_action__ended_at__date__gte=since)
    still_waited_for = Q(need=None) | Q(need__state__in=WAITING_NEEDS)
    # What it opened since, in that phase, is its answer.
    since_then = Opportunity.objects.kept().filter(
        company_id=company_pk, phase=OuterRef("phase"), created_at__gte=OuterRef("created_at")
    )
    rows = rows.filter(Q(next_action__state=NextActionState.OPEN) | (asked & still_waited_for & ~Exists(since_then)))
    rows = rows.select_related("next_action__assigned_to", "need__young_person", "need__occupation")
    return list(rows.order_by("next_action__due_on", "pk")[:ROWS_SHOWN])


def placements_of_person(person_pk: int, *, user: Any) -> list[PlacementCard]:
    return cards(Placement.objects.visible_to(user).filter(young_person_id=person_pk), user=user)


@dataclass(frozen=True)
class MoveLine:
    """One step of the history: the day it happened, who noted it."""

    title: str
    icon: str
    on: dt.date
    who: str
    note: str


_ICONS = {
    PlacementState.CONSIDERED: "circle-plus",
    PlacementState.PROPOSED: "send",
    PlacementState.MEETING: "calendar-plus",
    PlacementState.ACCEPTED: "check",
    PlacementState.REFUSED: "circle-slash",
    PlacementState.STARTED: "play",
    PlacementState.ENDED: "flag",
    PlacementState.BROKEN: "unlink",
}


def history_lines(placement_pk: int) -> list[MoveLine]:
    """Newest first: one query."""
    rows = PlacementMove.objects.filter(placement_id=placement_pk).select_related("by").order_by("-at", "-pk")
    return [_move_line(move) for move in rows]


def _move_line(move: PlacementMove) -> MoveLine:
    title, icon = move.get_to_state_display(), _ICONS[PlacementState(move.to_state)]
    if move.from_state == move.to_state:
        title, icon = "Rencontre reportée", "calendar-clock"
    return MoveLine(title, icon, move.on, move.by.full_name if move.by else "", move.note)


@dataclass(frozen=True)
class SharedLink:
    """A link already given, and when the company read it. `state`: good, expired, revoked."""

    link: ProfileLink
    state: str
    views: Sequence[dt.datetime]

    @property
    def is_good(self) -> bool:
        return self.state == "good"


def links_of(placement_pk: int, *, now: dt.datetime) -> list[SharedLink]:
    """Newest first: two queries."""
    rows = ProfileLink.objects.filter(placement_id=placement_pk).select_related("created_by")
    found = []
    for link in rows.prefetch_related("views").order_by("-created_at", "-pk")[:10]:
        state = "revoked" if link.revoked_at else "good" if link.is_good_at(now) else "expired"
        found.append(SharedLink(link, state, sorted((view.at for view in link.views.all()), reverse=True)))
    return found


def link_of_digest(digest: str) -> ProfileLink | None:
    """Within the scope that was set: the one of a key, whatever became of it, with what its page shows."""
    rows = ProfileLink.objects.filter(
        digest=digest,
        placement__young_person__deleted_at=None,
        placement__young_person__anonymised_at=None,
        placement__opportunity__deleted_at=None,
        placement__opportunity__company__deleted_at=None,
    )
    return rows.select_related(
        "structure", "created_by", "placement__young_person", "placement__opportunity__company"
    ).first()


# --- an immersion ---------------------------------------------------------------------------------
def immersion_of(placement_pk: int) -> Immersion | None:
    return Immersion.objects.filter(placement_id=placement_pk).select_related("tutor").first()


def signatory_of(opportunity: Opportunity) -> Contact | None:
    """With whom it is dealt, else who decides there, else the main contact: one query."""
    people = Contact.objects.filter(company_id=opportunity.company_id, deleted_at=None, left_on=None)
    dealt = Q(pk=opportunity.contact_id) if opportunity.contact_id else Q(pk=None)
    rank = Case(When(dealt, then=0), When(part=ContactPart.DECIDES, then=1), When(is_main=True, then=2), default=3)
    return people.filter(dealt | Q(part=ContactPart.DECIDES) | Q(is_main=True)).order_by(rank, "pk").first()


def checks_of(placement: Placement, immersion: Immersion | None, *, today: dt.date) -> list[Check]:
    """What the convention would still miss: two queries besides the rows given."""
    opportunity, person = placement.opportunity, placement.young_person
    company, signatory = opportunity.company, signatory_of(opportunity)
    where = [opportunity.address or company.address, opportunity.postcode or company.postcode]
    where.append(opportunity.city or company.city)
    facts = ImmersionFacts(
        siret=company.siret,
        address=", ".join(where) if all(where) else "",
        has_birth_date=bool(person.birth_date),
        youth_email=person.email,
        has_youth_phone=bool(person.phone),
        trades=list(opportunity.occupations.order_by("label", "pk").values_list("label", flat=True)),
        tutor=_person(immersion.tutor) if immersion and immersion.tutor else None,
        signatory=_person(signatory) if signatory else None,
        starts_on=immersion.starts_on if immersion else None,
        ends_on=immersion.ends_on if immersion else None,
        weekly_hours=immersion.weekly_hours if immersion else None,
        activities=immersion.activities if immersion else "",
    )
    return immersion_checks(facts, today=today)


def _person(contact: Contact) -> Person:
    name = f"{contact.first_name} {contact.last_name}".strip()
    return Person(name=name, job_title=contact.job_title, email=contact.email)


# --- who, on what ---------------------------------------------------------------------------------
def needs_to_place(*, opportunity: Opportunity, user: Any, text: str = "") -> list[tuple[Need, YouthCard]]:
    """Needs that wait, of people not yet on it; those of its phase and trades first. One query and that of trades."""
    trades = list(opportunity.occupations.values_list("pk", flat=True))
    taken = Placement.objects.filter(opportunity=opportunity, young_person_id=OuterRef("young_person_id")).live()
    rows = (
        Need.objects.visible_to(user)
        .filter(structure_id=opportunity.structure_id)
        .waiting()
        .filter(~Exists(taken))
        .filter(_named(text, "young_person__", "trade", "occupation__label"))
    )
    closeness = Case(
        When(phase=opportunity.phase, occupation__in=trades, then=0),
        When(phase=opportunity.phase, then=1),
        When(occupation__in=trades, then=2),
        default=3,
    )
    ordered = with_person(rows).order_by(closeness, "opened_at", "pk")
    return [(need, card_of(need.young_person, user=user)) for need in ordered[:ROWS_SHOWN]]


def people_to_place(*, opportunity: Opportunity, user: Any, text: str) -> list[YouthCard]:
    """By name, for somebody whose need nobody noted yet; nobody before a name is typed."""
    if not text.strip():
        return []
    taken = Placement.objects.filter(opportunity=opportunity, young_person_id=OuterRef("pk")).live()
    rows = YoungPerson.objects.presented_to(user).followed().filter(structure_id=opportunity.structure_id)
    rows = rows.filter(~Exists(taken)).filter(_named(text, ""))
    rows = rows.select_related("counsellor").order_by("first_name", "name_key", "pk")
    return [card_of(row, user=user) for row in rows[:ROWS_SHOWN]]


def opportunities_to_offer(
    *, user: Any, structure_id: int, person_pk: int, need: Need | None, today: dt.date, text: str = ""
) -> list[Opportunity]:
    """Open, with a free place that is not over, where she is not yet: those of the need's phase and trade first."""
    taken = Placement.objects.filter(opportunity_id=OuterRef("pk"), young_person_id=person_pk).live()
    rows = Opportunity.objects.visible_to(user).filter(structure_id=structure_id).open().free_on(today)
    rows = rows.filter(~Exists(taken))
    for word in search_key(text).split()[:6]:
        rows = rows.filter(Q(title_key__contains=word) | Q(company__name_key__contains=word))
    order: list[Any] = ["title_key", "pk"]
    if need:
        fits = Q(occupations=need.occupation_id) if need.occupation_id else Q(pk=None)
        linked = rows.filter(fits).values("pk")
        order.insert(
            0,
            Case(
                When(Q(phase=need.phase) & Q(pk__in=linked), then=0),
                When(phase=need.phase, then=1),
                When(pk__in=linked, then=2),
                default=3,
            ),
        )
    return list(rows.select_related("company").order_by(*order)[:ROWS_SHOWN])


def _named(text: str, person: str, *texts: str) -> Q:
    """Each word in a first name, as the initial of a last name, or in one of these texts.

    A whole last name is not looked for: whoever reads cards would learn it by trying.
    """
    asked = Q()
    for word in search_key(text.replace("\x00", "").replace(".", " ")).split()[:6]:
        one = Q(first_name_holds(word, person))
        if len(word) == 1:
            one |= Q(**{f"{person}last_name__istartswith": word})
        for name in texts:
            one |= Q(_key_holds(name, word))
        asked &= one
    return asked


def _key_holds(field: str, word: str) -> Contains:
    """Accents and capitals aside; `word` is a search key."""
    return Contains(Func(F(field), function="search_key", output_field=TextField()), word)


def first_name_holds(word: str, person: str = "young_person__") -> Contains:
    return _key_holds(f"{person}first_name", word)


# --- a day ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class PlacementDay:
    """`meetings`: today's, and those passed with nothing said; `starting`: accepted, and about to begin."""

    meetings: list[PlacementCard]
    starting: list[tuple[PlacementCard, dt.date]]
    late: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.meetings or self.starting)


def placement_day(*, user: Any, structure: Any, now: dt.datetime, today: dt.date) -> PlacementDay:
    """Of those that are hers: she made it, manages the opportunity, or follows the young person.

    One query for their keys, and one for what is said of them on a day that has some.
    """
    hers = Q(created_by=user) | Q(opportunity__managed_by=user) | Q(young_person__counsellor=user)
    mine = Placement.objects.visible_to(user).in_structure(structure).filter(hers).values_list("pk", flat=True)
    meeting = mine.filter(state=PlacementState.MEETING, meeting_at__date__lte=today).order_by("meeting_at", "pk")
    soon = (today - SOON, today + SOON)
    begins = Q(immersion__starts_on__range=soon) | Q(immersion=None, opportunity__starts_on__range=soon)
    accepted = mine.filter(begins, state=PlacementState.ACCEPTED).order_by("pk")
    keys = list(meeting[:DAY_ROWS].union(accepted[:DAY_ROWS], all=True))
    rows = with_card(Placement.objects.filter(pk__in=keys)).select_related("immersion").order_by("meeting_at", "pk")
    meetings, starting = [], []
    for row in rows if keys else ():
        card = placement_card(row, user=user)
        if row.state == PlacementState.MEETING:
            meetings.append(card)
        else:
            planned = getattr(row, "immersion", None)
            starting.append((card, (planned and planned.starts_on) or row.opportunity.starts_on))
    starting.sort(key=lambda pair: (pair[1], pair[0].pk))
    return PlacementDay(meetings, starting, frozenset(card.pk for card in meetings if card.meeting_is_late(now)))
