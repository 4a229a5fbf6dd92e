"""What a team reads together: the needs nothing has been proposed for, by phase, then by family of trades."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.phases import Phase
from youth.cards import NeedCard, need_card
from youth.models import Need


@dataclass(frozen=True)
class FamilyGroup:
    """`label`: of the family of trades; its needs, oldest first."""

    label: str
    needs: list[NeedCard]


@dataclass(frozen=True)
class PhaseGroup:
    phase: Phase
    families: list[FamilyGroup]

    @property
    def count(self) -> int:
        return sum(len(family.needs) for family in self.families)

    @property
    def oldest(self) -> int:
        """Age in days of the one that has waited most; 0 when there is none."""
        return max((need.age for family in self.families for need in family.needs), default=0)


def groups_of(needs: Iterable[Need], *, user: Any, today: dt.date) -> list[PhaseGroup]:
    """The four phases in their order, the empty ones too; the family that has waited most first.

    `needs` come oldest first, as `youth.queries.needs.unsolved_needs` gives them.
    """
    cards = [need_card(need, user=user, today=today) for need in needs]
    groups = []
    for phase in Phase:
        families: dict[str, list[NeedCard]] = {}
        for card in sorted((card for card in cards if card.phase == phase), key=lambda card: -card.age):
            families.setdefault(card.family_label, []).append(card)
        groups.append(PhaseGroup(phase, [FamilyGroup(label, rows) for label, rows in families.items()]))
    return groups
