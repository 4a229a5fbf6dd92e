"""What the opportunities and placements drawn leave behind them: their moves, and the lines of the timelines."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType

from companies.models import Company
from config.demo.offers import SPACE, Forward, Offer
from config.demo.young_people import PARIS
from core.models import ActivityEntry, ActivityKind
from opportunities.actions.opportunities import summary_of
from opportunities.actions.placements import SAID
from opportunities.enums import STATE_SAID, OpportunityState, PlacementState
from opportunities.models import Opportunity, OpportunityMove, Placement, PlacementMove
from youth.models import YoungPerson


def forwards_of(offers: Iterable[Offer]) -> list[Forward]:
    return [each for offer in offers for each in offer.placements]


def opportunity_moves(offers: Iterable[Offer]) -> Iterator[OpportunityMove]:
    for offer in offers:
        before = ""
        for state, at, by, note in offer.history:
            yield OpportunityMove(
                structure=offer.opportunity.structure,
                opportunity=offer.opportunity,
                from_state=before,
                to_state=state,
                note=note,
                at=at,
                by=by,
            )
            before = state


def placement_moves(offers: Iterable[Offer]) -> Iterator[PlacementMove]:
    for forward in forwards_of(offers):
        before = ""
        for rank, (state, day, note) in enumerate(forward.days):
            yield PlacementMove(
                structure=forward.placement.structure,
                placement=forward.placement,
                from_state=before,
                to_state=state,
                on=day,
                note=note[:300],
                at=_noted(day, rank),
                by=forward.placement.created_by,
            )
            before = state


def _noted(day: dt.date, rank: int) -> dt.datetime:
    """Two states of one day are noted one after the other."""
    return dt.datetime.combine(day, dt.time(9 + rank, 15), PARIS)


def entries(offers: Iterable[Offer]) -> Iterator[ActivityEntry]:
    """The lines of the timelines, as the actions would have written them."""
    of: dict[Any, ContentType] = {
        model: ContentType.objects.get_for_model(model) for model in (Company, Opportunity, Placement, YoungPerson)
    }

    def entry(subject: Any, source: Any, **values: Any) -> ActivityEntry:
        return ActivityEntry(
            structure_id=subject.structure_id,
            subject_type=of[type(subject)],
            subject_id=subject.pk,
            source_type=of[type(source)],
            source_id=source.pk,
            **values,
        )

    for offer in offers:
        opportunity = offer.opportunity
        kind = ActivityKind.OPPORTUNITY
        for rank, (state, at, by, note) in enumerate(offer.history):
            if rank:
                verb, title, body = "opportunity_moved", f"Opportunité {STATE_SAID[OpportunityState(state)]}", note
            else:
                verb, title = "opportunity_created", "Opportunité proposée"
                body = f"{summary_of(opportunity)} · {STATE_SAID[OpportunityState(state)]}"
            title = f"{title}{SPACE}: {opportunity}"[:250]
            yield entry(opportunity.company, opportunity, kind=kind, verb=verb, title=title, body=body, at=at, by=by)
        if change := offer.widened:
            yield entry(
                opportunity.company,
                opportunity,
                kind=kind,
                verb="criteria_widened",
                title=f"Critères élargis{SPACE}: {opportunity}"[:250],
                body=change.note,
                changes={"critères": [change.before, change.after]},
                at=change.at,
                by=change.by,
            )
    for forward in forwards_of(offers):
        placement = forward.placement
        for rank, (state, day, note) in enumerate(forward.days):
            meets = state == PlacementState.MEETING
            said = f"{SAID[state]} {note}" if meets else SAID[state]
            values: dict[str, Any] = {
                "kind": ActivityKind.PLACEMENT,
                "verb": f"placement_{state}",
                "title": f"{placement}{SPACE}: {said}"[:250],
                "at": _noted(day, rank),
                "by": placement.created_by,
            }
            yield entry(placement.opportunity.company, placement, **values)
            yield entry(placement.young_person, placement, body="" if meets else note, **values)
