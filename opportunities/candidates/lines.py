"""A need in a line, with the card of who has it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.french import number
from core.phases import SolutionKind
from opportunities.candidates.facts import NEED_FIELDS
from youth.cards import YouthCard, card_of
from youth.models import Need

# All that a card shows of a young person; the rest of the file is not read.
CARD_FIELDS = ("id", "structure_id", "first_name", "last_name", "company_profile", "phase", "step", "counsellor_id")
COUNSELLOR_FIELDS = ("id", "first_name", "last_name")


@dataclass(frozen=True)
class NeedLine:
    """A need as an adviser may read it: with the card of who has it, and no way to the file."""

    pk: int
    structure_id: int
    phase: int
    rome: str
    trade: str
    kind: str
    where: str
    age_days: int
    card: YouthCard


def with_cards(needs: QuerySet) -> QuerySet:
    """With what a line and the facts of a match say; of a file, only what a card holds is read."""
    return needs.select_related("occupation", "young_person__counsellor").only(
        *NEED_FIELDS,
        "structure_id",
        "trade",
        "city",
        "state",
        "closed_at",
        "occupation__label",
        "young_person_id",
        *(f"young_person__{name}" for name in CARD_FIELDS),
        *(f"young_person__counsellor__{name}" for name in COUNSELLOR_FIELDS),
    )


def need_lines(needs: QuerySet, *, user: Any, today: dt.date) -> list[NeedLine]:
    """One query."""
    return [need_line(row, user=user, today=today) for row in with_cards(needs)]


def need_line(need: Need, *, user: Any, today: dt.date) -> NeedLine:
    return NeedLine(
        pk=need.pk,
        structure_id=need.structure_id,
        phase=need.phase,
        rome=need.occupation_id or "",
        trade=need.trade_label,
        kind=str(SolutionKind(need.kind).label) if need.kind else "",
        where=_where(need),
        age_days=need.age_on(today),
        card=card_of(need.young_person, user=user),
    )


def _where(need: Need) -> str:
    """« Le Blanc, 20 km, sans voiture »."""
    reach = f"{number(need.radius_km)}\u00a0km" if need.radius_km is not None else "partout"
    return ", ".join(filter(None, [need.city, reach, "sans voiture" if need.without_car else ""]))
