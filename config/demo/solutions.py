"""What companies offer one structure, and who was put forward: drawn, not yet saved.

The needs lead: a need that was met has a placement that began, a need with a solution proposed has one under way, and
the opportunity behind it is found among those already there, or opened by a company of that trade. Then come the
opportunities nobody was put forward on: drafts, open places, refused, withdrawn, closed, seasons.
"""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence

from config.demo import youth_phrases as phrases
from config.demo.forwards import Forwards
from config.demo.histories import forwards_of
from config.demo.network import Draws, Known
from config.demo.offers import Days, Offers
from config.demo.relations import at_work
from config.demo.young_people import PlannedNeed, Youth, moment
from core.phases import Phase
from opportunities.enums import OpportunityState
from youth.enums import NeedState

O = OpportunityState  # noqa: E741 -- read at once in this module
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
# One in four of these was put forward once, and refused.
REFUSED_BEFORE = frozenset({NeedState.OPEN, NeedState.ABANDONED})


class Solutions:
    """Draws opportunities and placements for the needs of one structure."""

    def __init__(
        self, youth: Youth, network: Sequence[Known], labels: Mapping[str, str], draws: Draws, part: float
    ) -> None:
        """`labels`: {ROME code: how it is called}; `part`: of `ALONE`."""
        self.youth, self.part, self.source = youth, part, draws.source
        self.days = Days(youth.today, draws.source)
        self.offers = Offers(
            youth.structure, network, labels, self.days, apprenticeship_places=youth.plan.apprenticeship_places
        )
        self.forwards = Forwards(self.offers)
        self.refusals = itertools.cycle((True, False, False, False))

    def draw(self) -> None:
        for planned in sorted(self.youth.needs, key=lambda each: each.need.opened_at):
            self._answer(planned)
        for offer in self.offers.drawn:
            self.offers.conclude(offer)
        for phase, state, count in ALONE:
            for _ in range(max(1, round(count * self.part))):
                self.offers.alone(phase, state)
        self.offers.apprenticeships()
        self.offers.seasons()
        for forward in forwards_of(self.offers.drawn):
            forward.placement.state_since = moment(forward.days[-1][1], self.source)

    def _answer(self, planned: PlannedNeed) -> None:
        fate, need = planned.fate, planned.need
        may_be_refused = fate in REFUSED_BEFORE and self.days.age(need.opened_at.date()) > 25
        if may_be_refused and next(self.refusals):
            self.forwards.refused(planned)
        if fate == NeedState.MET:
            self.forwards.begun(planned)
        elif fate == NeedState.PROPOSED:
            self.forwards.under_way(planned)
        elif fate == NeedState.ABANDONED:
            reason = self.source.choice(list(phrases.ABANDONED))
            last = planned.history[-1][1].date()
            day = at_work(min(self.days.yesterday, last + dt.timedelta(days=self.source.randint(8, 40))))
            need.abandon_reason, need.abandon_note = reason, phrases.ABANDONED[reason]
            planned.record(NeedState.ABANDONED, moment(max(day, last), self.source), need.opened_by, need.abandon_note)
