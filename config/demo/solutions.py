"""What companies offer one structure, and who was put forward: drawn, not yet saved.

The needs lead: a need that was met has a placement that began, a need with a solution proposed has one under way, and
the opportunity behind it is found among those already there, or opened by a company of that trade. Then come the
opportunities nobody was put forward on: drafts, open places, refused, withdrawn, closed, seasons.
"""

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType

from accounts.models import User
from companies.enums import RelationState
from companies.models import Company
from config.demo import youth_phrases as phrases
from config.demo.network import Draws, Known
from config.demo.relations import at_work
from config.demo.trades import Trade
from config.demo.young_people import ASKED, PARIS, PlannedNeed, Youth, moment
from core.french import french_date, french_moment
from core.models import ActivityEntry, ActivityKind
from core.phases import IMMERSIONS, PHASE_OF_KIND, Phase, SolutionKind
from core.trades import family_of
from opportunities.actions.opportunities import summary_of
from opportunities.actions.placements import SAID
from opportunities.enums import (
    PLACE_TAKING,
    REALISED,
    UNDECIDED_PLACEMENTS,
    Frequency,
    OpportunityState,
    Origin,
    PlacementState,
)
from opportunities.models import CriteriaChange, Immersion, Opportunity, OpportunityMove, Placement, PlacementMove
from youth.enums import NeedState
from youth.models import YoungPerson

O, S = OpportunityState, PlacementState  # noqa: E741 -- read at once in this module
SPACE = "\u00a0"
# Besides those the needs opened: (phase, state, how many) in the first structure; the others have a part of it.
ALONE = (
    (Phase.DISCOVERY, O.DRAFT, 2),
    (Phase.VALIDATION, O.DRAFT, 1),
    (Phase.JOB, O.DRAFT, 1),
    (Phase.DISCOVERY, O.TO_QUALIFY, 2),
    (Phase.VALIDATION, O.TO_QUALIFY, 2),
    (Phase.APPRENTICESHIP, O.TO_QUALIFY, 1),
    (Phase.JOB, O.TO_QUALIFY, 2),
    (Phase.DISCOVERY, O.OPEN, 4),
    (Phase.VALIDATION, O.OPEN, 5),
    (Phase.JOB, O.OPEN, 2),
    (Phase.VALIDATION, O.CLOSED, 2),
    (Phase.DISCOVERY, O.CLOSED, 2),
    (Phase.VALIDATION, O.REFUSED, 2),
    (Phase.JOB, O.REFUSED, 2),
    (Phase.APPRENTICESHIP, O.REFUSED, 1),
    (Phase.VALIDATION, O.WITHDRAWN, 1),
    (Phase.APPRENTICESHIP, O.WITHDRAWN, 2),
    (Phase.JOB, O.WITHDRAWN, 2),
)
PARTS = (1, 0.4, 0.2)
# Of the placements under way, which state.
UNDER_WAY = (S.ACCEPTED, S.CONSIDERED, S.PROPOSED, S.MEETING, S.PROPOSED, S.MEETING)
# One in four of these was put forward once, and refused.
REFUSED_BEFORE = frozenset({NeedState.OPEN, NeedState.ABANDONED})
BROKEN_PART = 0.1
SAID_OF = {
    O.DRAFT: "en brouillon",
    O.TO_QUALIFY: "à qualifier",
    O.OPEN: "ouverte",
    O.FILLED: "pourvue",
    O.CLOSED: "close",
    O.REFUSED: "refusée par nous",
    O.WITHDRAWN: "retirée par l’entreprise",
}


@dataclass
class Offer:
    """An opportunity, its trades, its history, and who was put forward."""

    opportunity: Opportunity
    codes: tuple[str, ...]
    history: list[tuple[str, dt.datetime, User | None, str]] = field(default_factory=list)
    widened: CriteriaChange | None = None
    placements: list["Forward"] = field(default_factory=list)
    is_lasting: bool = True  # not one day only

    @property
    def free(self) -> int:
        taken = sum(1 for each in self.placements if each.placement.state in PLACE_TAKING)
        return self.opportunity.places - taken

    @property
    def undecided(self) -> int:
        return sum(1 for each in self.placements if each.placement.state in UNDECIDED_PLACEMENTS)

    def record(self, state: str, at: dt.datetime, by: User | None, note: str = "") -> None:
        if self.history:
            at = max(at, self.history[-1][1] + dt.timedelta(minutes=10))
        self.history.append((state, at, by, note))
        self.opportunity.state, self.opportunity.state_since = state, at


@dataclass
class Forward:
    """A placement and the days of its states, in order."""

    placement: Placement
    days: list[tuple[PlacementState, dt.date, str]] = field(default_factory=list)

    def record(self, state: PlacementState, day: dt.date, note: str = "") -> None:
        self.days.append((state, day, note))
        self.placement.state = state


class Solutions:
    """Draws opportunities and placements for the needs of one structure."""

    def __init__(
        self, youth: Youth, network: Sequence[Known], labels: Mapping[str, str], draws: Draws, part: float
    ) -> None:
        """`labels`: {ROME code: how it is called}; `part`: of `ALONE`."""
        self.youth, self.labels, self.source, self.part = youth, labels, draws.source, part
        self.structure, self.today, self.yesterday = youth.structure, youth.today, youth.yesterday
        self.offers: list[Offer] = []
        self.immersions: list[Immersion] = []
        self.under_way = itertools.cycle(UNDER_WAY)
        self.refusals = itertools.cycle((True, False, False, False))
        self.by_trade: dict[str, list[Known]] = defaultdict(list)
        alive = (RelationState.PARTNER, RelationState.IN_RELATION, RelationState.AMBASSADOR)
        for known in network:
            if known.company.relation_state in alive and known.company.adviser:
                self.by_trade[known.trade.naf].append(known)
        self.alive = [known for each in self.by_trade.values() for known in each]
        self.said: dict[int, int] = defaultdict(int)

    def draw(self) -> None:
        for planned in sorted(self.youth.needs, key=lambda each: each.need.opened_at):
            self._answer(planned)
        for offer in self.offers:
            self._conclude(offer)
        for phase, state, count in ALONE:
            for _ in range(max(1, round(count * self.part))):
                self._alone(phase, state)
        self._apprenticeships()
        self._seasons()

    # --- needs ------------------------------------------------------------------------------------
    def _answer(self, planned: PlannedNeed) -> None:
        fate, need = planned.fate, planned.need
        may_be_refused = fate in REFUSED_BEFORE and self._age(need.opened_at.date()) > 25
        if may_be_refused and next(self.refusals):
            self._refused(planned)
        if fate == NeedState.MET:
            self._begun(planned)
        elif fate == NeedState.PROPOSED:
            self._under_way(planned)
        elif fate == NeedState.ABANDONED:
            reason = self.source.choice(list(phrases.ABANDONED))
            last = planned.history[-1][1].date()
            day = at_work(min(self.yesterday, last + dt.timedelta(days=self.source.randint(8, 40))))
            need.abandon_reason, need.abandon_note = reason, phrases.ABANDONED[reason]
            planned.record(NeedState.ABANDONED, moment(max(day, last), self.source), need.opened_by, need.abandon_note)

    def _age(self, day: dt.date) -> int:
        return (self.today - day).days

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

    def _after(self, day: dt.date, least: int, most: int) -> dt.date:
        """Some days later, on a working day, yesterday at the latest: nothing is noted ahead of its hour."""
        later = at_work(day + dt.timedelta(days=self.source.randint(least, most)), forward=True)
        return max(day, min(later, self.yesterday))

    def _begun(self, planned: PlannedNeed) -> None:
        """A placement that really began, and what became of it."""
        need = planned.need
        opened_on = need.opened_at.date()
        offer = self._offer(planned, opened_on, settled=True)
        opportunity = offer.opportunity
        day = self._after(max(opened_on, opportunity.received_on), 1, 9)
        if not offer.is_lasting:
            day = min(day, opportunity.starts_on)
        forward = self._forward(offer, planned, day)
        placement = forward.placement
        fixed = None if offer.is_lasting else opportunity.starts_on

        def later(day: dt.date, least: int, most: int) -> dt.date:
            found = self._after(day, least, most)
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
        if breaks and (planned_end is None or planned_end > began) and self._age(began) > 4:
            last = min(self.yesterday, planned_end or self.yesterday)
            placement.ended_on = at_work(began + dt.timedelta(days=max(1, (last - began).days // 2)))
            placement.ended_on = max(placement.ended_on, began)
            placement.broken_by, placement.break_cause, placement.outcome_note = self.source.choice(phrases.BREAKS)
            said = f"{placement.get_broken_by_display()}, {placement.get_break_cause_display().lower()}"
            forward.record(S.BROKEN, placement.ended_on, f"{said}{SPACE}: {placement.outcome_note}")
        elif planned_end and planned_end < self.today:
            placement.ended_on, placement.outcome_note = planned_end, self.source.choice(phrases.ENDINGS)
            forward.record(S.ENDED, planned_end, placement.outcome_note)

    def _under_way(self, planned: PlannedNeed) -> None:
        opened_on = planned.need.opened_at.date()
        phase = Phase(planned.need.phase)
        # In turn, so that each is there in a small structure too.
        state = S.MEETING if phase == Phase.APPRENTICESHIP else next(self.under_way)
        offer = self._offer(planned, opened_on, settled=False)
        opportunity = offer.opportunity
        earliest = max(opened_on, opportunity.received_on, self.today - dt.timedelta(days=30))
        forward = self._forward(offer, planned, self._after(earliest, 1, 5))
        placement = forward.placement
        day = placement.considered_on
        if state == S.CONSIDERED:
            return
        placement.proposed_on = day = self._after(day, 0, 3)
        forward.record(S.PROPOSED, day)
        if state == S.PROPOSED:
            return
        day = self._after(day, 0, 3)
        if state == S.MEETING:
            meets_on = at_work(self.today + dt.timedelta(days=self.source.choice((-1, 1, 2, 4, 7, 9))), forward=True)
            placement.meeting_at = moment(meets_on, self.source)
            forward.record(S.MEETING, day, french_moment(placement.meeting_at))
        else:
            placement.accepted_on = self._after(day, 0, 3)
            forward.record(S.ACCEPTED, placement.accepted_on)
        self._prepare(placement)
        self._immersion(placement, opportunity)

    def _refused(self, planned: PlannedNeed) -> None:
        """Put forward, and refused: the need waits again."""
        opened_on = planned.need.opened_at.date()
        offer = self._offer(planned, opened_on, settled=False, until=self._after(opened_on, 1, 6))
        forward = self._forward(offer, planned, self._after(max(opened_on, offer.opportunity.received_on), 1, 5))
        placement = forward.placement
        placement.proposed_on = self._after(placement.considered_on, 0, 3)
        forward.record(S.PROPOSED, placement.proposed_on)
        by, reason, note = self.source.choice(phrases.REFUSALS)
        placement.refused_by, placement.refusal_reason, placement.outcome_note = by, reason, note
        placement.refused_on = self._after(placement.proposed_on, 2, 8)
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
        starts_on = placement.started_on or at_work(self.today + dt.timedelta(days=12), forward=True)
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

    # --- opportunities ----------------------------------------------------------------------------
    def _offer(self, planned: PlannedNeed, opened_on: dt.date, *, settled: bool, until: dt.date | None = None) -> Offer:
        """One that fits the need and has room, else a new one."""
        need = planned.need
        for offer in self.offers:
            if self._fits(offer, planned, opened_on, settled=settled):
                return offer
        kind = need.kind or self.source.choice([each for each in ASKED[Phase(need.phase)] if each])
        if need.phase == Phase.DISCOVERY and settled and self.source.random() < 0.5:
            kind = self.source.choice((SolutionKind.FORUM, SolutionKind.INFORMATION_MEETING))
        received_on = self._received(opened_on, until, settled=settled)
        offer = self._new(self._company(planned.trade, need.occupation_id), kind, received_on, need.occupation_id)
        if need.phase == Phase.DISCOVERY and settled:
            day = self._after(max(opened_on, received_on), 12, 30)
            offer.opportunity.starts_on = offer.opportunity.ends_on = day
            offer.is_lasting = False
        return offer

    def _received(self, opened_on: dt.date, until: dt.date | None, *, settled: bool) -> dt.date:
        """Most come once the need is known: the need leads."""
        if self.source.random() < 0.35:
            return at_work(opened_on - dt.timedelta(days=self.source.randint(3, 40)))
        if until:
            return until
        latest = min(self.today - dt.timedelta(days=3), opened_on + dt.timedelta(days=9))
        if not settled:
            latest = max(opened_on, self.today - dt.timedelta(days=self.source.randint(9, 35)))
        return max(opened_on, at_work(latest))

    def _fits(self, offer: Offer, planned: PlannedNeed, opened_on: dt.date, *, settled: bool) -> bool:
        opportunity, need = offer.opportunity, planned.need
        if opportunity.phase != need.phase or not self._suits(offer, need.occupation_id):
            return False
        if any(each.placement.young_person is need.young_person for each in offer.placements):
            return False
        if settled:
            if offer.is_lasting:
                return offer.free > offer.undecided and abs((opportunity.received_on - opened_on).days) < 40
            return offer.free > 0 and 3 <= (opportunity.starts_on - opened_on).days < 75
        recent = self._age(opportunity.received_on) < 60 and offer.is_lasting
        return recent and offer.free > offer.undecided

    @staticmethod
    def _suits(offer: Offer, code: str | None) -> bool:
        """To discover, a trade of the same family will do; a forum is for all."""
        if offer.opportunity.kind in (SolutionKind.FORUM, SolutionKind.INFORMATION_MEETING):
            return True
        if offer.opportunity.phase == Phase.DISCOVERY:
            return code is None or family_of(code) in {family_of(each) for each in offer.codes}
        return code in offer.codes

    def _company(self, trade: Trade, code: str | None = None) -> Known:
        """Of that trade when there is one; those who opened little come first."""
        found = self.by_trade.get(trade.naf) or [
            known for known in self.alive if code and code in known.trade.occupations
        ]
        return min(found or self.alive, key=lambda known: (self.said[known.company.pk], self.source.random()))

    def _new(self, known: Known, kind: str, received_on: dt.date, code: str | None = None) -> Offer:
        company, trade = known.company, known.trade
        self.said[company.pk] += 1
        phase = PHASE_OF_KIND[kind]
        codes = tuple(dict.fromkeys((code or trade.occupations[0], trade.occupations[0])))
        if phase >= Phase.APPRENTICESHIP:
            codes = codes[:1]
        places = {
            Phase.DISCOVERY: 10 if kind == SolutionKind.FORUM else self.source.choice((4, 5, 6, 8)),
            Phase.VALIDATION: self.source.choice((1, 1, 2, 2)),
        }.get(phase, 1)
        chance, choose = (lambda part: self.source.random() < part), self.source.choice
        label = self.labels[codes[0]]
        opportunity = Opportunity(
            structure=self.structure,
            company=company,
            contact=known.main if known.main and not known.main.left_on else None,
            title=phrases.TITLES[SolutionKind(kind)].format(craft=trade.craft, label=label)[:150],
            phase=phase,
            kind=kind,
            description=choose(phrases.DESCRIPTIONS[phase]) if chance(0.7) else "",
            places=places,
            schedule=choose(phrases.SCHEDULES) if chance(0.6) else "",
            address=company.address,
            postcode=company.postcode,
            city=company.city,
            insee_code=company.insee_code,
            latitude=company.latitude,
            longitude=company.longitude,
            without_car=chance(0.5),
            conditions=choose(phrases.CONDITIONS) if chance(0.5) else "",
            negotiable=choose(phrases.NEGOTIABLE) if chance(0.45) else "",
            is_open_to_all=chance(0.35),
            origin=choose((Origin.PRIOR_RELATION, Origin.NEGOTIATED, Origin.NEGOTIATED, Origin.EVENT, Origin.WATCH)),
            frequency=Frequency.REGULAR if phase <= Phase.VALIDATION and chance(0.4) else Frequency.OCCASIONAL,
            received_by=company.adviser,
            received_on=received_on,
            managed_by=company.adviser,
            created_by=company.adviser,
        )
        if chance(0.6):
            opportunity.months = self._usual_months(phase)
        offer = Offer(opportunity, codes)
        self._criteria(offer)
        at = moment(received_on, self.source)
        if phase >= Phase.VALIDATION and chance(0.4):
            offer.record(O.TO_QUALIFY, dt.datetime.combine(received_on, dt.time(8, 40), PARIS), company.adviser)
        offer.record(O.OPEN, at, company.adviser)
        self.offers.append(offer)
        return offer

    def _usual_months(self, phase: int) -> list[int]:
        """Months of the year it is there: a few from this one on; an apprentice begins around September."""
        first = 8 if phase == Phase.APPRENTICESHIP else self.today.month + self.source.randint(-1, 3)
        length = 4 if phase == Phase.APPRENTICESHIP else self.source.randint(3, 7)
        return sorted((first + step - 1) % 12 + 1 for step in range(length))

    def _criteria(self, offer: Offer) -> None:
        """Some say what they ask; some of these were talked round."""
        opportunity = offer.opportunity
        if opportunity.phase == Phase.DISCOVERY or self.source.random() > 0.55:
            return
        before, after, note = self.source.choice(phrases.CRITERIA)
        opportunity.criteria = opportunity.initial_criteria = before
        if self.source.random() < 0.45 and self._age(opportunity.received_on) > 3:
            opportunity.criteria = after
            offer.widened = CriteriaChange(
                structure=self.structure,
                opportunity=opportunity,
                before=before,
                after=after,
                note=note,
                at=moment(self._after(opportunity.received_on, 1, 3), self.source),
                by=opportunity.managed_by,
            )

    def _conclude(self, offer: Offer) -> None:
        """Filled when the last place began, closed when its day is over."""
        opportunity = offer.opportunity
        begun = [each.placement.started_on for each in offer.placements if each.placement.started_on]
        by = opportunity.managed_by
        if not offer.is_lasting:
            at = dt.datetime.combine(opportunity.starts_on, dt.time(17, 30), PARIS)
            offer.record(O.CLOSED, at, by, "La date est passée")
        elif begun and offer.free == 0:
            at = dt.datetime.combine(max(begun), dt.time(17, 10), PARIS)
            offer.record(O.FILLED, at, by, "Plus aucune place")
        elif not offer.undecided and self._age(opportunity.received_on) > 75:
            last = max([*begun, opportunity.received_on]) + dt.timedelta(days=20)
            offer.record(O.CLOSED, moment(at_work(min(last, self.yesterday)), self.source), by, "Plus d’actualité")

    def _alone(self, phase: Phase, state: OpportunityState) -> Offer:
        known = self._company(self.source.choice(self.alive).trade)
        kind = self.source.choice([each for each in ASKED[phase] if each])
        ages = {O.DRAFT: (1, 9), O.TO_QUALIFY: (1, 20), O.OPEN: (2, 55)}.get(state, (40, 240))
        day = at_work(self.today - dt.timedelta(days=self.source.randint(*ages)))
        offer = self._new(known, kind, day)
        opportunity = offer.opportunity
        by = opportunity.managed_by
        if state in (O.DRAFT, O.TO_QUALIFY):
            offer.history.clear()
            offer.record(state, moment(day, self.source), by)
        elif state == O.OPEN and self.source.random() < 0.4:
            opportunity.answer_by = at_work(self.today + dt.timedelta(days=self.source.randint(3, 25)), forward=True)
        elif state != O.OPEN:
            at = moment(self._after(day, 3, 15), self.source)
            note = "Personne ne s’est présenté" if state == O.CLOSED else ""
            if state == O.REFUSED:
                opportunity.refusal_reason, opportunity.reason_note = self.source.choice(phrases.REFUSED)
                note = f"{opportunity.get_refusal_reason_display()}{SPACE}: {opportunity.reason_note}"
            elif state == O.WITHDRAWN:
                opportunity.withdrawal_reason, opportunity.reason_note = self.source.choice(phrases.WITHDRAWN)
                note = f"{opportunity.get_withdrawal_reason_display()}{SPACE}: {opportunity.reason_note}"
            offer.record(state, at, by, note)
        return offer

    def _apprenticeships(self) -> None:
        """Few places where many wait: exactly those of the plan stay free."""

        def free() -> int:
            offers = [each for each in self.offers if each.opportunity.phase == Phase.APPRENTICESHIP]
            return sum(each.free for each in offers if each.opportunity.state == O.OPEN)

        while free() < self.youth.plan.apprenticeship_places:
            self._alone(Phase.APPRENTICESHIP, O.OPEN)
        for offer in self.offers:
            opportunity = offer.opportunity
            spare = opportunity.phase == Phase.APPRENTICESHIP and opportunity.state == O.OPEN and not offer.undecided
            if spare and free() > self.youth.plan.apprenticeship_places:
                offer.record(O.CLOSED, moment(self.yesterday, self.source), opportunity.managed_by, "Pourvue ailleurs")

    def _seasons(self) -> None:
        """The same renewed every year: last year’s is closed, this year’s is open or over."""
        for season in phrases.SEASONS:
            known = next((each for code in season[-1] for each in self.by_trade.get(code, ())), None)
            if known is None:
                continue
            former = None
            for years in (1, 0):
                offer = self._season(known, season, self.today.year - years)
                offer.opportunity.copied_from = former
                former = offer.opportunity

    def _season(self, known: Known, season: tuple[str, str, tuple[int, ...], tuple[str, ...]], year: int) -> Offer:
        """Asked for two months before, and not tomorrow."""
        title, kind, months, _codes = season
        starts_on = dt.date(year, months[0], 1)
        day = min(at_work(starts_on - dt.timedelta(days=60)), at_work(self.today - dt.timedelta(days=4)))
        offer = self._new(known, kind, day)
        opportunity = offer.opportunity
        opportunity.title, opportunity.frequency = title, Frequency.SEASONAL
        opportunity.places, opportunity.months = 3, sorted(months)
        opportunity.starts_on = starts_on
        ends_on = dt.date(starts_on.year + (months[-1] < months[0]), months[-1], 28)
        opportunity.ends_on = ends_on
        if ends_on < self.today:
            at = moment(at_work(ends_on), self.source)
            offer.record(O.CLOSED, at, opportunity.managed_by, "La saison est finie")
        return offer

    # --- what is saved ----------------------------------------------------------------------------
    def forwards(self) -> list[Forward]:
        return [each for offer in self.offers for each in offer.placements]

    def settle(self) -> None:
        """The last date of each placement, and who is free: once everything is drawn."""
        for forward in self.forwards():
            forward.placement.state_since = moment(forward.days[-1][1], self.source)

    def opportunity_moves(self) -> Iterator[OpportunityMove]:
        for offer in self.offers:
            before = ""
            for state, at, by, note in offer.history:
                yield OpportunityMove(
                    structure=self.structure,
                    opportunity=offer.opportunity,
                    from_state=before,
                    to_state=state,
                    note=note,
                    at=at,
                    by=by,
                )
                before = state

    def placement_moves(self) -> Iterator[PlacementMove]:
        for forward in self.forwards():
            before = ""
            for rank, (state, day, note) in enumerate(forward.days):
                yield PlacementMove(
                    structure=self.structure,
                    placement=forward.placement,
                    from_state=before,
                    to_state=state,
                    on=day,
                    note=note[:300],
                    at=self._noted(day, rank),
                    by=forward.placement.created_by,
                )
                before = state

    @staticmethod
    def _noted(day: dt.date, rank: int) -> dt.datetime:
        """Two states of one day are noted one after the other."""
        return dt.datetime.combine(day, dt.time(9 + rank, 15), PARIS)

    def entries(self) -> Iterator[ActivityEntry]:
        """The lines of the timelines, as the actions would have written them."""
        of: dict[Any, ContentType] = {
            model: ContentType.objects.get_for_model(model) for model in (Company, Opportunity, Placement, YoungPerson)
        }

        def entry(subject: Any, source: Any, **values: Any) -> ActivityEntry:
            return ActivityEntry(
                structure=self.structure,
                subject_type=of[type(subject)],
                subject_id=subject.pk,
                source_type=of[type(source)],
                source_id=source.pk,
                **values,
            )

        for offer in self.offers:
            opportunity = offer.opportunity
            kind = ActivityKind.OPPORTUNITY
            for rank, (state, at, by, note) in enumerate(offer.history):
                if rank:
                    verb, title, body = "opportunity_moved", f"Opportunité {SAID_OF[O(state)]}", note
                else:
                    verb, title = "opportunity_created", "Opportunité proposée"
                    body = f"{summary_of(opportunity)} · {SAID_OF[O(state)]}"
                title = f"{title}{SPACE}: {opportunity}"[:250]
                yield entry(
                    opportunity.company, opportunity, kind=kind, verb=verb, title=title, body=body, at=at, by=by
                )
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
        for forward in self.forwards():
            placement = forward.placement
            for rank, (state, day, note) in enumerate(forward.days):
                meets = state == S.MEETING
                said = f"{SAID[state]} {note}" if meets else SAID[state]
                values: dict[str, Any] = {
                    "kind": ActivityKind.PLACEMENT,
                    "verb": f"placement_{state}",
                    "title": f"{placement}{SPACE}: {said}"[:250],
                    "at": self._noted(day, rank),
                    "by": placement.created_by,
                }
                yield entry(placement.opportunity.company, placement, **values)
                yield entry(placement.young_person, placement, body="" if meets else note, **values)
