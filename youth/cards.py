"""What an adviser receives of a young person: a type that holds nothing else, so that no template can leak it."""

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass
from typing import Any

from core.french import MONTHS, NBSP, french_date, short_date
from core.trades import FAMILIES, family_of
from youth.enums import FILE_ROLES, OLD_AFTER, AbandonReason, NeedState
from youth.models import Need, NeedMove, YoungPerson


@dataclass(frozen=True)
class YouthCard:
    """First name, initial, profile agreed for companies, place in the pathway, and whom to ask."""

    pk: int
    structure_id: int
    short_name: str
    company_profile: str
    phase: int
    has_left: bool
    counsellor_name: str
    # The address of the whole file, for whoever may open it; "" for an adviser.
    file_url: str = ""

    def __str__(self) -> str:
        return self.short_name


def card_of(young_person: YoungPerson, *, user: Any) -> YouthCard:
    """Select `counsellor` with the row. The file's address is given to those who may open it."""
    may_open = user.access.has_role(young_person.structure_id, *FILE_ROLES)
    return YouthCard(
        pk=young_person.pk,
        structure_id=young_person.structure_id,
        short_name=young_person.short_name,
        company_profile=young_person.company_profile,
        phase=young_person.phase,
        has_left=young_person.has_left,
        counsellor_name=young_person.counsellor.full_name if young_person.counsellor else "",
        file_url=young_person.get_absolute_url() if may_open else "",
    )


@dataclass(frozen=True)
class NeedCard:
    """A need as whoever works from needs reads it: of the young person, her card and nothing else.

    `age`: days since it was noted, until it was closed. `family`: letter of the trade's family, "" when not known.
    """

    pk: int
    structure_id: int
    url: str
    person: YouthCard
    phase: int
    kind_label: str
    trade: str
    occupation_label: str
    rome_code: str
    city: str
    postcode: str
    radius_km: int | None
    without_car: bool
    starts_on: dt.date | None
    ends_on: dt.date | None
    comment: str
    state: str
    state_label: str
    age: int
    opened_at: dt.datetime
    proposed_at: dt.datetime | None
    closed_at: dt.datetime | None
    abandon_reason: str
    abandon_note: str
    today: dt.date

    def __str__(self) -> str:
        return f"{self.person} · {self.trade}"

    @property
    def is_open(self) -> bool:
        """Nothing has been proposed."""
        return self.state == NeedState.OPEN

    @property
    def is_waiting(self) -> bool:
        return self.closed_at is None

    @property
    def is_old(self) -> bool:
        return self.is_waiting and self.age > OLD_AFTER

    @property
    def family(self) -> str:
        return family_of(self.rome_code)

    @property
    def family_label(self) -> str:
        return FAMILIES.get(self.family, "Métier à préciser")

    @property
    def where(self) -> str:
        return place_words(self.city or self.postcode, self.radius_km)

    @property
    def when(self) -> str:
        return period_words(self.starts_on, self.ends_on, today=self.today)


def need_card(need: Need, *, user: Any, today: dt.date) -> NeedCard:
    """Select `young_person__counsellor` and `occupation` with the row."""
    occupation = need.occupation
    return NeedCard(
        pk=need.pk,
        structure_id=need.structure_id,
        url=need.get_absolute_url(),
        person=card_of(need.young_person, user=user),
        phase=need.phase,
        kind_label=need.get_kind_display() if need.kind else "",
        trade=need.trade_label,
        occupation_label=occupation.label if occupation else "",
        rome_code=occupation.code if occupation else "",
        city=need.city,
        postcode=need.postcode,
        radius_km=need.radius_km,
        without_car=need.without_car,
        starts_on=need.starts_on,
        ends_on=need.ends_on,
        comment=need.comment,
        state=need.state,
        state_label=need.get_state_display(),
        age=need.age_on(today),
        opened_at=need.opened_at,
        proposed_at=need.proposed_at,
        closed_at=need.closed_at,
        abandon_reason=AbandonReason(need.abandon_reason).label if need.abandon_reason else "",
        abandon_note=need.abandon_note,
        today=today,
    )


def place_words(city: str, radius_km: int | None) -> str:
    """« Le Blanc, 20 km », « Le Blanc, partout », « partout »."""
    how_far = f"{radius_km}{NBSP}km" if radius_km else "partout"
    return f"{city}, {how_far}" if city else (f"dans les {how_far}" if radius_km else how_far)


def period_words(starts_on: dt.date | None, ends_on: dt.date | None, *, today: dt.date, short: bool = False) -> str:
    """« dès que possible », « en mars », « du 2 mars au 4 avril », « à partir du 2 mars », « avant le 4 avril ».

    `short`: for tables, « du 7 nov. au 5 févr. 2027 ».
    """
    if starts_on is None and ends_on is None:
        return "dès que possible"
    if starts_on is None:
        return f"avant le {_day(ends_on, today, short)}"
    if ends_on is None:
        return f"à partir du {_day(starts_on, today, short)}"
    if is_whole_month(starts_on, ends_on):
        year = "" if starts_on.year == today.year else f" {starts_on.year}"
        return f"en {MONTHS[starts_on.month - 1]}{year}"
    return f"du {_day(starts_on, today, short)} au {_day(ends_on, today, short)}"


def is_whole_month(starts_on: dt.date, ends_on: dt.date) -> bool:
    last = monthrange(starts_on.year, starts_on.month)[1]
    return starts_on.day == 1 and ends_on == starts_on.replace(day=last)


def _day(day: dt.date | None, today: dt.date, short: bool) -> str:
    """« 2 mars »: without the name of the day."""
    return short_date(day, today=today) if short else french_date(day, today=today).partition(" ")[2]


_STEPS = {
    NeedState.OPEN: ("Besoin rouvert", "rotate-ccw"),
    NeedState.PROPOSED: ("Solution proposée", "lightbulb"),
    NeedState.MET: ("Besoin satisfait", "circle-check"),
    NeedState.ABANDONED: ("Besoin abandonné", "circle-slash"),
}


@dataclass(frozen=True)
class NeedStep:
    """One line of a need's history."""

    title: str
    icon: str
    at: dt.datetime
    by_name: str
    note: str


def need_step(move: NeedMove) -> NeedStep:
    """Select `by` with the row."""
    title, icon = _STEPS[NeedState(move.to_state)]
    if not move.from_state:
        title, icon = "Besoin noté", "circle-plus"
    elif (move.from_state, move.to_state) == (NeedState.PROPOSED, NeedState.OPEN):
        title, icon = "De nouveau sans solution", "circle-dashed"
    return NeedStep(title, icon, move.at, move.by.full_name if move.by else "", move.note)
