"""Who was put forward on what, and what became of it: placements and immersions, drawn, not yet saved."""

import datetime as dt
import itertools

from config.demo import youth_phrases as phrases
from config.demo.offers import SPACE, Forward, Offer, Offers
from config.demo.relations import at_work
from config.demo.young_people import PlannedNeed, moment
from core.french import french_date, french_moment
from core.phases import IMMERSIONS, Phase, SolutionKind
from opportunities.enums import REALISED, PlacementState
from opportunities.models import Immersion, Opportunity, Placement
from youth.enums import NeedState

S = PlacementState
# Of the placements under way, which state.
UNDER_WAY = (S.ACCEPTED, S.CONSIDERED, S.PROPOSED, S.MEETING, S.PROPOSED, S.MEETING)
BROKEN_PART = 0.1


class Forwards:
    """Draws who is put forward on the opportunities, for the needs of one structure."""

    def __init__(self, offers: Offers) -> None:
        self.offers, self.structure = offers, offers.structure
        self.days, self.source = offers.days, offers.source
        self.immersions: list[Immersion] = []
        self._states = itertools.cycle(UNDER_WAY)

    def _forward(self, offer: Offer, planned: PlannedNeed, day: dt.date) -> Forward:
        """Considered, that day: the need has a solution proposed."""
        company = offer.opportunity.company
        placement = Placement(
            structure=self.structure,
            opportunity=offer.opportunity,
            young_person=planned.need.young_person,
            need=planned.need,
            considered_on=day,
            created_by=company.adviser,
        )
        forward = Forward(placement)
        forward.record(S.CONSIDERED, day)
        offer.placements.append(forward)
        if planned.need.state == NeedState.OPEN:
            planned.record(NeedState.PROPOSED, moment(day, self.source), company.adviser, str(offer.opportunity))
        return forward

    def begun(self, planned: PlannedNeed) -> None:
        """A placement that really began, and what became of it."""
        need = planned.need
        opened_on = need.opened_at.date()
        offer = self.offers.answering(planned, opened_on, settled=True)
        opportunity = offer.opportunity
        day = self.days.after(max(opened_on, opportunity.received_on), 1, 9)
        if not offer.is_lasting:
            day = min(day, opportunity.starts_on)
        forward = self._forward(offer, planned, day)
        placement = forward.placement
        fixed = None if offer.is_lasting else opportunity.starts_on

        def later(day: dt.date, least: int, most: int) -> dt.date:
            found = self.days.after(day, least, most)
            return min(found, fixed) if fixed else found

        placement.proposed_on = day = later(day, 0, 3)
        forward.record(S.PROPOSED, day)
        if opportunity.phase > Phase.DISCOVERY and self.source.random() < 0.7:
            day = later(day, 2, 6)
            placement.meeting_at = moment(day, self.source)
            forward.record(S.MEETING, day, french_moment(placement.meeting_at))
        placement.accepted_on = day = later(day, 1, 4)
        forward.record(S.ACCEPTED, day)
        placement.started_on = started_on = fixed or later(day, 2, 10)
        self._plan_end(placement, opportunity, started_on)
        said = f"jusqu’à {french_date(placement.planned_end_on)}" if placement.planned_end_on else ""
        forward.record(S.STARTED, started_on, said)
        planned.record(NeedState.MET, moment(started_on, self.source), opportunity.company.adviser, str(opportunity))
        self._end(forward, opportunity)
        self._prepare(placement)
        self._immersion(placement, opportunity)

    def _plan_end(self, placement: Placement, opportunity: Opportunity, started_on: dt.date) -> None:
        days = {
            Phase.DISCOVERY: 0,
            Phase.VALIDATION: self.source.choice((4, 9, 11, 18)),
            Phase.APPRENTICESHIP: self.source.choice((365, 690)),
            Phase.JOB: {SolutionKind.FIXED_SHORT: 120, SolutionKind.FIXED_LONG: 365, SolutionKind.SUBSIDISED: 270}.get(
                SolutionKind(opportunity.kind)
            ),
        }[Phase(opportunity.phase)]
        if days is not None:
            placement.planned_end_on = at_work(started_on + dt.timedelta(days=days)) if days else started_on
            placement.planned_end_on = max(placement.planned_end_on, started_on)

    def _end(self, forward: Forward, opportunity: Opportunity) -> None:
        placement = forward.placement
        began, planned_end = placement.started_on, placement.planned_end_on
        breaks = opportunity.phase > Phase.DISCOVERY and self.source.random() < BROKEN_PART
        if breaks and (planned_end is None or planned_end > began) and self.days.age(began) > 4:
            last = min(self.days.yesterday, planned_end or self.days.yesterday)
            placement.ended_on = at_work(began + dt.timedelta(days=max(1, (last - began).days // 2)))
            placement.ended_on = max(placement.ended_on, began)
            placement.broken_by, placement.break_cause, placement.outcome_note = self.source.choice(phrases.BREAKS)
            said = f"{placement.get_broken_by_display()}, {placement.get_break_cause_display().lower()}"
            forward.record(S.BROKEN, placement.ended_on, f"{said}{SPACE}: {placement.outcome_note}")
        elif planned_end and planned_end < self.days.today:
            placement.ended_on, placement.outcome_note = planned_end, self.source.choice(phrases.ENDINGS)
            forward.record(S.ENDED, planned_end, placement.outcome_note)

    def under_way(self, planned: PlannedNeed) -> None:
        opened_on = planned.need.opened_at.date()
        phase = Phase(planned.need.phase)
        # In turn, so that each is there in a small structure too.
        state = S.MEETING if phase == Phase.APPRENTICESHIP else next(self._states)
        offer = self.offers.answering(planned, opened_on, settled=False)
        opportunity = offer.opportunity
        earliest = max(opened_on, opportunity.received_on, self.days.today - dt.timedelta(days=30))
        forward = self._forward(offer, planned, self.days.after(earliest, 1, 5))
        placement = forward.placement
        day = placement.considered_on
        if state == S.CONSIDERED:
            return
        placement.proposed_on = day = self.days.after(day, 0, 3)
        forward.record(S.PROPOSED, day)
        if state == S.PROPOSED:
            return
        day = self.days.after(day, 0, 3)
        if state == S.MEETING:
            meets_on = at_work(
                self.days.today + dt.timedelta(days=self.source.choice((-1, 1, 2, 4, 7, 9))), forward=True
            )
            placement.meeting_at = moment(meets_on, self.source)
            forward.record(S.MEETING, day, french_moment(placement.meeting_at))
        else:
            placement.accepted_on = self.days.after(day, 0, 3)
            forward.record(S.ACCEPTED, placement.accepted_on)
        self._prepare(placement)
        self._immersion(placement, opportunity)

    def refused(self, planned: PlannedNeed) -> None:
        """Put forward, and refused: the need waits again."""
        opened_on = planned.need.opened_at.date()
        offer = self.offers.answering(planned, opened_on, settled=False, until=self.days.after(opened_on, 1, 6))
        forward = self._forward(offer, planned, self.days.after(max(opened_on, offer.opportunity.received_on), 1, 5))
        placement = forward.placement
        placement.proposed_on = self.days.after(placement.considered_on, 0, 3)
        forward.record(S.PROPOSED, placement.proposed_on)
        by, reason, note = self.source.choice(phrases.REFUSALS)
        placement.refused_by, placement.refusal_reason, placement.outcome_note = by, reason, note
        placement.refused_on = self.days.after(placement.proposed_on, 2, 8)
        said = f"{placement.get_refused_by_display()}, {placement.get_refusal_reason_display().lower()}"
        forward.record(S.REFUSED, placement.refused_on, f"{said}{SPACE}: {note}")
        why = f"Positionnement refusé{SPACE}: {offer.opportunity}"
        planned.record(NeedState.OPEN, moment(placement.refused_on, self.source), placement.created_by, why)

    def _prepare(self, placement: Placement) -> None:
        if self.source.random() < 0.6:
            placement.preparation_youth = self.source.choice(phrases.PREPARATION_YOUTH)
        if self.source.random() < 0.5:
            placement.preparation_company = self.source.choice(phrases.PREPARATION_COMPANY)

    def _immersion(self, placement: Placement, opportunity: Opportunity) -> None:
        if opportunity.kind not in IMMERSIONS:
            return
        begun = placement.state in REALISED
        starts_on = placement.started_on or self.days.ahead(12)
        ends_on = placement.planned_end_on or at_work(starts_on + dt.timedelta(days=11))
        asked = begun or placement.state == S.ACCEPTED
        self.immersions.append(
            Immersion(
                structure=self.structure,
                placement=placement,
                starts_on=starts_on,
                ends_on=ends_on,
                weekly_hours=self.source.choice((28, 32, 35, 35)),
                schedule=self.source.choice(phrases.SCHEDULES),
                tutor=opportunity.contact,
                activities=self.source.choice(phrases.IMMERSION_TASKS),
                requested_on=(placement.accepted_on or placement.proposed_on) if asked else None,
                convention_number=f"EXEMPLE-{self.source.randint(10000, 99999)}" if begun else "",
            )
        )
