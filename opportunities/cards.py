"""A placement as its pages read it: of the young person her card, never her row.

Rows come with `opportunity__company`, `young_person__counsellor`, `need__occupation` and `opportunity__managed_by`.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from core.french import french_date, french_moment
from core.phases import IMMERSIONS
from opportunities.enums import LIVE_PLACEMENTS, REALISED, OpportunityState, PlacementState
from opportunities.models import Opportunity, Placement
from youth.cards import YouthCard, card_of

_P = PlacementState
LOOKS = {
    _P.CONSIDERED: "",
    _P.PROPOSED: "half",
    _P.MEETING: "half",
    _P.ACCEPTED: "on",
    _P.REFUSED: "asleep",
    _P.STARTED: "amb",
    _P.ENDED: "on",
    _P.BROKEN: "asleep",
}
# Nobody said yes yet.
_EARLY = (_P.CONSIDERED, _P.PROPOSED, _P.MEETING)
# The way as it is hoped for, and where each state stands on it.
WAY = (_P.CONSIDERED, _P.PROPOSED, _P.MEETING, _P.ACCEPTED, _P.STARTED, _P.ENDED)


@dataclass(frozen=True)
class Gesture:
    """A step that may come next. `at_once`: one press is enough, on today's day. `danger`: it ends it badly."""

    to: str
    label: str
    icon: str
    at_once: bool = False
    danger: bool = False


GESTURES = {
    _P.PROPOSED: Gesture(_P.PROPOSED, "Profil proposé à l’entreprise", "send", at_once=True),
    _P.MEETING: Gesture(_P.MEETING, "Prévoir la rencontre", "calendar-plus"),
    _P.ACCEPTED: Gesture(_P.ACCEPTED, "Noter l’accord", "check", at_once=True),
    _P.STARTED: Gesture(_P.STARTED, "Noter le début", "play"),
    _P.ENDED: Gesture(_P.ENDED, "Noter la fin", "flag"),
    _P.REFUSED: Gesture(_P.REFUSED, "Noter un refus", "circle-slash", danger=True),
    _P.BROKEN: Gesture(_P.BROKEN, "Noter une rupture", "unlink", danger=True),
}
# In the order they are offered; the first is the one to do.
_NEXT = {
    _P.CONSIDERED: (_P.PROPOSED, _P.MEETING, _P.REFUSED),
    _P.PROPOSED: (_P.MEETING, _P.ACCEPTED, _P.REFUSED),
    _P.MEETING: (_P.ACCEPTED, _P.REFUSED),
    _P.ACCEPTED: (_P.STARTED, _P.REFUSED),
    _P.STARTED: (_P.ENDED, _P.BROKEN),
}
_WHAT_NOW = {
    _P.CONSIDERED: "À proposer à l’entreprise",
    _P.PROPOSED: "L’entreprise doit répondre",
    _P.ACCEPTED: "Le début est à noter le jour venu",
    _P.STARTED: "C’est en cours",
}


@dataclass(frozen=True)
class Step:
    """One step of the way. `is_done`, `is_current`; `when`: its day in words."""

    label: str
    when: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True)
class PlacementCard:
    pk: int
    structure_id: int
    version: int
    url: str
    youth: YouthCard
    opportunity: Opportunity
    state: str
    state_label: str
    state_since: dt.datetime
    considered_on: dt.date
    proposed_on: dt.date | None
    meeting_at: dt.datetime | None
    accepted_on: dt.date | None
    refused_on: dt.date | None
    started_on: dt.date | None
    planned_end_on: dt.date | None
    ended_on: dt.date | None
    why: str
    preparation_youth: str
    preparation_company: str
    need_url: str
    need_label: str
    # The need it was made for waits no more, and the company has said nothing yet.
    is_vain: bool

    def __str__(self) -> str:
        return f"{self.youth} · {self.opportunity}"

    @property
    def company(self) -> Any:
        return self.opportunity.company

    @property
    def look(self) -> str:
        return LOOKS[PlacementState(self.state)]

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_PLACEMENTS

    @property
    def is_realised(self) -> bool:
        return self.state in REALISED

    @property
    def is_immersion(self) -> bool:
        return self.opportunity.kind in IMMERSIONS

    @property
    def gestures(self) -> list[Gesture]:
        return [GESTURES[state] for state in _NEXT.get(PlacementState(self.state), ())]

    @property
    def has_freed_place(self) -> bool:
        """The opportunity was filled, and has room again: it is for a person to open it."""
        return self.opportunity.state == OpportunityState.FILLED and self.opportunity.free_places > 0

    def meeting_is_late(self, now: dt.datetime) -> bool:
        """It took place, and nobody said what came of it."""
        return self.state == _P.MEETING and self.meeting_at is not None and self.meeting_at < now

    def end_is_late(self, today: dt.date) -> bool:
        return self.state == _P.STARTED and self.planned_end_on is not None and self.planned_end_on < today

    @property
    def what_now(self) -> str:
        if self.state == _P.MEETING and self.meeting_at:
            return f"Rencontre {french_moment(self.meeting_at)}"
        if self.state == _P.STARTED and self.planned_end_on:
            return f"En cours jusqu’à {french_date(self.planned_end_on)}"
        return _WHAT_NOW.get(PlacementState(self.state), "")

    @property
    def when(self) -> str:
        """The day that counts in the state it is in, as one line."""
        if self.state == _P.MEETING and self.meeting_at:
            return french_moment(self.meeting_at)
        days = {
            _P.CONSIDERED: self.considered_on,
            _P.PROPOSED: self.proposed_on,
            _P.ACCEPTED: self.accepted_on,
            _P.REFUSED: self.refused_on,
            _P.STARTED: self.started_on,
            _P.ENDED: self.ended_on,
            _P.BROKEN: self.ended_on,
        }
        return french_date(days.get(PlacementState(self.state)))

    @property
    def steps(self) -> list[Step]:
        """The way, cut where it ended badly."""
        state = PlacementState(self.state)
        meeting = timezone.localdate(self.meeting_at) if self.meeting_at else None
        days = (
            self.considered_on, self.proposed_on, meeting, self.accepted_on, self.started_on, self.ended_on
        )  # fmt: skip
        if state in (_P.REFUSED, _P.BROKEN):
            made: list[tuple[PlacementState, dt.date | None]] = []
            made += [(step, day) for step, day in zip(WAY, days, strict=True) if day and step != _P.ENDED]
            last = self.refused_on if state == _P.REFUSED else self.ended_on
            made.append((state, last))
            return [Step(step.label, french_date(day), True, step == state) for step, day in made]
        here = WAY.index(state)
        # A meeting that nobody planned was passed over: it is not told as made.
        return [
            Step(step.label, french_date(day), place == here or (place < here and day is not None), place == here)
            for place, (step, day) in enumerate(zip(WAY, days, strict=True))
        ]


def placement_card(placement: Placement, *, user: Any) -> PlacementCard:
    need = placement.need
    return PlacementCard(
        pk=placement.pk,
        structure_id=placement.structure_id,
        version=placement.version,
        url=placement.get_absolute_url(),
        youth=card_of(placement.young_person, user=user),
        opportunity=placement.opportunity,
        state=placement.state,
        state_label=placement.get_state_display(),
        state_since=placement.state_since,
        considered_on=placement.considered_on,
        proposed_on=placement.proposed_on,
        meeting_at=placement.meeting_at,
        accepted_on=placement.accepted_on,
        refused_on=placement.refused_on,
        started_on=placement.started_on,
        planned_end_on=placement.planned_end_on,
        ended_on=placement.ended_on,
        why=_why(placement),
        preparation_youth=placement.preparation_youth,
        preparation_company=placement.preparation_company,
        need_url=need.get_absolute_url() if need else "",
        need_label=str(need) if need else "",
        is_vain=need is not None and not need.is_waiting and placement.state in _EARLY,
    )


def _why(placement: Placement) -> str:
    """« L’entreprise · autre candidat retenu · a déjà signé »."""
    said = {
        _P.REFUSED: (placement.get_refused_by_display(), placement.get_refusal_reason_display()),
        _P.BROKEN: (placement.get_broken_by_display(), placement.get_break_cause_display()),
    }.get(PlacementState(placement.state), ())
    parts = [*(str(part) for part in said), placement.outcome_note]
    return " · ".join(part for part in parts if part)
