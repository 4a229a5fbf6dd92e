"""What companies offer one structure: opportunities, their history and their criteria, drawn, not yet saved."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from accounts.models import Structure, User
from companies.enums import RelationState
from config.demo import youth_phrases as phrases
from config.demo.network import Known
from config.demo.relations import at_work
from config.demo.trades import Trade
from config.demo.young_people import ASKED, PARIS, PlannedNeed, moment
from core.phases import PHASE_OF_KIND, Phase, SolutionKind
from core.trades import family_of
from opportunities.enums import PLACE_TAKING, UNDECIDED_PLACEMENTS, Frequency, OpportunityState, Origin, PlacementState
from opportunities.models import CriteriaChange, Opportunity, Placement

O = OpportunityState  # noqa: E741 -- read at once in this module
SPACE = "\u00a0"


@dataclass(frozen=True)
class Days:
    """The days of one structure: nothing is noted ahead of its hour."""

    today: dt.date
    source: random.Random

    @property
    def yesterday(self) -> dt.date:
        """The last day somebody worked before this one."""
        return at_work(self.today - dt.timedelta(days=1))

    def age(self, day: dt.date) -> int:
        return (self.today - day).days

    def ahead(self, count: int) -> dt.date:
        """So many days from this one, or the first one at work after that."""
        return at_work(self.today + dt.timedelta(days=count), forward=True)

    def after(self, day: dt.date, least: int, most: int) -> dt.date:
        """Some days later, on a working day, yesterday at the latest."""
        later = at_work(day + dt.timedelta(days=self.source.randint(least, most)), forward=True)
        return max(day, min(later, self.yesterday))


@dataclass
class Forward:
    """A placement and the days of its states, in order."""

    placement: Placement
    days: list[tuple[PlacementState, dt.date, str]] = field(default_factory=list)

    def record(self, state: PlacementState, day: dt.date, note: str = "") -> None:
        self.days.append((state, day, note))
        self.placement.state = state


@dataclass
class Offer:
    """An opportunity, its trades, its history, and who was put forward."""

    opportunity: Opportunity
    codes: tuple[str, ...]
    history: list[tuple[str, dt.datetime, User | None, str]] = field(default_factory=list)
    widened: CriteriaChange | None = None
    placements: list[Forward] = field(default_factory=list)
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


class Offers:
    """Draws the opportunities of one structure: those a need asks for, and those nobody was put forward on."""

    def __init__(
        self,
        structure: Structure,
        network: Sequence[Known],
        labels: Mapping[str, str],
        days: Days,
        *,
        apprenticeship_places: int,
    ) -> None:
        """`labels`: {ROME code: how it is called}; `apprenticeship_places`: how many stay free."""
        self.structure, self.labels, self.days, self.source = structure, labels, days, days.source
        self.apprenticeship_places = apprenticeship_places
        self.drawn: list[Offer] = []
        self.by_trade: dict[str, list[Known]] = defaultdict(list)
        alive = (RelationState.PARTNER, RelationState.IN_RELATION, RelationState.AMBASSADOR)
        for known in network:
            if known.company.relation_state in alive and known.company.adviser:
                self.by_trade[known.trade.naf].append(known)
        self.alive = [known for each in self.by_trade.values() for known in each]
        self.said: dict[int, int] = defaultdict(int)

    def answering(
        self, planned: PlannedNeed, opened_on: dt.date, *, settled: bool, until: dt.date | None = None
    ) -> Offer:
        """One that fits the need and has room, else a new one."""
        need = planned.need
        for offer in self.drawn:
            if self._fits(offer, planned, opened_on, settled=settled):
                return offer
        kind = need.kind or self.source.choice([each for each in ASKED[Phase(need.phase)] if each])
        if need.phase == Phase.DISCOVERY and settled and self.source.random() < 0.5:
            kind = self.source.choice((SolutionKind.FORUM, SolutionKind.INFORMATION_MEETING))
        received_on = self._received(opened_on, until, settled=settled)
        offer = self._new(self._company(planned.trade, need.occupation_id), kind, received_on, need.occupation_id)
        if need.phase == Phase.DISCOVERY and settled:
            day = self.days.after(max(opened_on, received_on), 12, 30)
            offer.opportunity.starts_on = offer.opportunity.ends_on = day
            offer.is_lasting = False
        return offer

    def _received(self, opened_on: dt.date, until: dt.date | None, *, settled: bool) -> dt.date:
        """Most come once the need is known: the need leads."""
        if self.source.random() < 0.35:
            return at_work(opened_on - dt.timedelta(days=self.source.randint(3, 40)))
        if until:
            return until
        latest = min(self.days.today - dt.timedelta(days=3), opened_on + dt.timedelta(days=9))
        if not settled:
            latest = max(opened_on, self.days.today - dt.timedelta(days=self.source.randint(9, 35)))
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
        recent = self.days.age(opportunity.received_on) < 60 and offer.is_lasting
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
        self.drawn.append(offer)
        return offer

    def _usual_months(self, phase: int) -> list[int]:
        """Months of the year it is there: a few from this one on; an apprentice begins around September."""
        first = 8 if phase == Phase.APPRENTICESHIP else self.days.today.month + self.source.randint(-1, 3)
        length = 4 if phase == Phase.APPRENTICESHIP else self.source.randint(3, 7)
        return sorted((first + step - 1) % 12 + 1 for step in range(length))

    def _criteria(self, offer: Offer) -> None:
        """Some say what they ask; some of these were talked round."""
        opportunity = offer.opportunity
        if opportunity.phase == Phase.DISCOVERY or self.source.random() > 0.55:
            return
        before, after, note = self.source.choice(phrases.CRITERIA)
        opportunity.criteria = opportunity.initial_criteria = before
        if self.source.random() < 0.45 and self.days.age(opportunity.received_on) > 3:
            opportunity.criteria = after
            offer.widened = CriteriaChange(
                structure=self.structure,
                opportunity=opportunity,
                before=before,
                after=after,
                note=note,
                at=moment(self.days.after(opportunity.received_on, 1, 3), self.source),
                by=opportunity.managed_by,
            )

    def conclude(self, offer: Offer) -> None:
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
        elif not offer.undecided and self.days.age(opportunity.received_on) > 75:
            last = max([*begun, opportunity.received_on]) + dt.timedelta(days=20)
            offer.record(O.CLOSED, moment(at_work(min(last, self.days.yesterday)), self.source), by, "Plus d’actualité")

    def alone(self, phase: Phase, state: OpportunityState) -> Offer:
        known = self._company(self.source.choice(self.alive).trade)
        kind = self.source.choice([each for each in ASKED[phase] if each])
        ages = {O.DRAFT: (1, 9), O.TO_QUALIFY: (1, 20), O.OPEN: (2, 55)}.get(state, (40, 240))
        day = at_work(self.days.today - dt.timedelta(days=self.source.randint(*ages)))
        offer = self._new(known, kind, day)
        opportunity = offer.opportunity
        by = opportunity.managed_by
        if state in (O.DRAFT, O.TO_QUALIFY):
            offer.history.clear()
            offer.record(state, moment(day, self.source), by)
        elif state == O.OPEN and self.source.random() < 0.4:
            opportunity.answer_by = at_work(
                self.days.today + dt.timedelta(days=self.source.randint(3, 25)), forward=True
            )
        elif state != O.OPEN:
            at = moment(self.days.after(day, 3, 15), self.source)
            note = "Personne ne s’est présenté" if state == O.CLOSED else ""
            if state == O.REFUSED:
                opportunity.refusal_reason, opportunity.reason_note = self.source.choice(phrases.REFUSED)
                note = f"{opportunity.get_refusal_reason_display()}{SPACE}: {opportunity.reason_note}"
            elif state == O.WITHDRAWN:
                opportunity.withdrawal_reason, opportunity.reason_note = self.source.choice(phrases.WITHDRAWN)
                note = f"{opportunity.get_withdrawal_reason_display()}{SPACE}: {opportunity.reason_note}"
            offer.record(state, at, by, note)
        return offer

    def apprenticeships(self) -> None:
        """Few places where many wait: exactly those of the plan stay free."""

        def free() -> int:
            offers = [each for each in self.drawn if each.opportunity.phase == Phase.APPRENTICESHIP]
            return sum(each.free for each in offers if each.opportunity.state == O.OPEN)

        while free() < self.apprenticeship_places:
            self.alone(Phase.APPRENTICESHIP, O.OPEN)
        for offer in self.drawn:
            opportunity = offer.opportunity
            spare = opportunity.phase == Phase.APPRENTICESHIP and opportunity.state == O.OPEN and not offer.undecided
            if spare and free() > self.apprenticeship_places:
                offer.record(
                    O.CLOSED, moment(self.days.yesterday, self.source), opportunity.managed_by, "Pourvue ailleurs"
                )

    def seasons(self) -> None:
        """The same renewed every year: last year’s is closed, this year’s is open or over."""
        for season in phrases.SEASONS:
            known = next((each for code in season[-1] for each in self.by_trade.get(code, ())), None)
            if known is None:
                continue
            former = None
            for years in (1, 0):
                offer = self._season(known, season, self.days.today.year - years)
                offer.opportunity.copied_from = former
                former = offer.opportunity

    def _season(self, known: Known, season: tuple[str, str, tuple[int, ...], tuple[str, ...]], year: int) -> Offer:
        """Asked for two months before, and not tomorrow."""
        title, kind, months, _codes = season
        starts_on = dt.date(year, months[0], 1)
        day = min(at_work(starts_on - dt.timedelta(days=60)), at_work(self.days.today - dt.timedelta(days=4)))
        offer = self._new(known, kind, day)
        opportunity = offer.opportunity
        opportunity.title, opportunity.frequency = title, Frequency.SEASONAL
        opportunity.places, opportunity.months = 3, sorted(months)
        opportunity.starts_on = starts_on
        ends_on = dt.date(starts_on.year + (months[-1] < months[0]), months[-1], 28)
        opportunity.ends_on = ends_on
        if ends_on < self.days.today:
            at = moment(at_work(ends_on), self.source)
            offer.record(O.CLOSED, at, opportunity.managed_by, "La saison est finie")
        return offer
