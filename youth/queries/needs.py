"""What the pages of needs read."""

import datetime as dt
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, When

from accounts.models import User
from core.models import Occupation
from core.text import search_key
from youth.models import Need, NeedMove, YoungPerson
from youth.models.need import NeedQuerySet

# The trades offered before anything is typed: those the structure asked for lately.
RECENT_NEEDS, RECENT_TRADES = 60, 4
PEOPLE_SHOWN = 12
# A counsellor is told of what has waited so long without a solution.
PATIENCE = dt.timedelta(days=15)


# Of the young person, what a card says; the rest of the file is not even read.
_OF_THE_PERSON = {
    "id",
    "structure",
    "first_name",
    "last_name",
    "company_profile",
    "phase",
    "step",
    "counsellor",
    "backup",
}
_UNREAD = tuple(
    f"young_person__{field.name}" for field in YoungPerson._meta.concrete_fields if field.name not in _OF_THE_PERSON
) + tuple(
    f"young_person__counsellor__{field.name}"
    for field in User._meta.concrete_fields
    if field.name not in {"id", "first_name", "last_name"}
)


def with_person(needs: Any) -> Any:
    """With the trade, the counsellor, and as much of the young person as a card says."""
    return needs.select_related("young_person__counsellor", "occupation").defer(*_UNREAD)


def read_needs(*, user: Any, structure: Any) -> NeedQuerySet:
    """Visible needs with what a card asks (`youth.cards.need_card`)."""
    return with_person(Need.objects.visible_to(user).in_structure(structure))


def unsolved_needs(*, user: Any, structure: Any) -> QuerySet:
    """Nothing proposed yet, oldest first."""
    return read_needs(user=user, structure=structure).without_solution().order_by("opened_at", "pk")


def own_unsolved(*, user: Any, structure: Any) -> QuerySet:
    """Those of one's own young people, nothing proposed yet, oldest first."""
    needs = read_needs(user=user, structure=structure).of(user).without_solution()
    return needs.order_by("opened_at", "pk")


def own_open_needs(*, user: Any, structure: Any) -> QuerySet:
    """Of one's own young people, without a solution: the figure of the navigation."""
    return Need.objects.visible_to(user).in_structure(structure).of(user).without_solution()


def moves_of(need: Need) -> QuerySet:
    """Its history, newest first."""
    return NeedMove.objects.filter(need=need).select_related("by").order_by("-at", "-pk")


def people_to_ask_for(*, user: Any, structure: Any, words: str) -> list[YoungPerson]:
    """Young people a need may be noted for: one's own first, then by name; found by words when there are some."""
    people = YoungPerson.objects.visible_to(user).in_structure(structure).followed()
    for word in search_key(words.replace("\x00", "")).split()[:4]:
        people = people.filter(name_key__contains=word)
    own = Case(When(Q(counsellor=user) | Q(backup=user), then=0), default=1, output_field=IntegerField())
    if not words and people.of(user).exists():
        people = people.of(user)
    return list(people.annotate(not_own=own).order_by("not_own", "name_key", "pk")[:PEOPLE_SHOWN])


def recent_trades(structure_id: int) -> list[Occupation]:
    """The trades last asked for in the structure, each once."""
    needs = Need.objects.filter(structure_id=structure_id, occupation__isnull=False).select_related("occupation")
    latest = needs.order_by("-opened_at", "-pk")[:RECENT_NEEDS]
    trades = {need.occupation_id: need.occupation for need in latest}
    return [trade for trade in trades.values() if trade][:RECENT_TRADES]


def last_need_of(young_person: YoungPerson) -> Need | None:
    return Need.objects.filter(young_person=young_person).order_by("-opened_at", "-pk").first()
