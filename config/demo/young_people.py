"""The young people of one structure, their pathway, obstacles and needs: drawn, not yet saved.

Needs are planned first (`PLANS`): so many of each phase, waiting, met or abandoned. Each goes to somebody who was, or
is, in that phase at that time; what becomes of it with a company is told by `solutions`.
"""

import datetime as dt
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.contenttypes.models import ContentType

from accounts.models import Structure, User
from config.demo import youth_phrases as phrases
from config.demo.identities import Numbers, slug
from config.demo.network import Draws
from config.demo.relations import at_work
from config.demo.trades import Trade
from core.models import ActivityEntry, ActivityKind, Municipality
from core.phases import Phase, SolutionKind
from youth.actions import kept_until
from youth.enums import (
    District,
    Gender,
    NeedState,
    ObstacleLevel,
    Outcome,
    PathwayStep,
    ProfileField,
    Programme,
    TrainingLevel,
)
from youth.models import Need, NeedMove, Obstacle, PathwayMove, YoungPerson

PARIS = ZoneInfo("Europe/Paris")
# Needs go back nine months.
DAYS = 270
# A need met or abandoned leaves time for what happened to it.
SETTLED_AFTER = 48

P, K = Phase, SolutionKind


@dataclass(frozen=True)
class Plan:
    """`people`: {phase: (followed, left)}; `needs`: {phase: (open, proposed, met, abandoned)}."""

    people: dict[Phase, tuple[int, int]]
    needs: dict[Phase, tuple[int, int, int, int]]
    shared_obstacles: int
    # Free places among the open opportunities of the phase the companies open least.
    apprenticeship_places: int


PLANS = (
    Plan(
        {P.DISCOVERY: (23, 0), P.VALIDATION: (26, 0), P.APPRENTICESHIP: (19, 3), P.JOB: (12, 6)},
        {
            P.DISCOVERY: (12, 6, 18, 5),
            P.VALIDATION: (12, 9, 16, 5),
            P.APPRENTICESHIP: (13, 4, 5, 2),
            P.JOB: (6, 4, 6, 3),
        },
        9,
        4,
    ),
    Plan(
        {P.DISCOVERY: (16, 0), P.VALIDATION: (18, 0), P.APPRENTICESHIP: (13, 2), P.JOB: (9, 4)},
        {P.DISCOVERY: (9, 4, 12, 3), P.VALIDATION: (8, 6, 11, 3), P.APPRENTICESHIP: (8, 2, 3, 1), P.JOB: (4, 3, 4, 2)},
        4,
        3,
    ),
    Plan(
        {P.DISCOVERY: (9, 0), P.VALIDATION: (10, 0), P.APPRENTICESHIP: (6, 1), P.JOB: (5, 3)},
        {P.DISCOVERY: (5, 2, 7, 2), P.VALIDATION: (4, 3, 6, 2), P.APPRENTICESHIP: (4, 1, 2, 1), P.JOB: (2, 2, 2, 1)},
        2,
        1,
    ),
)
# What is asked in each phase, the usual first.
ASKED = {
    P.DISCOVERY: (K.COMPANY_VISIT, K.COMPANY_VISIT, K.PROFESSIONAL_TALK, K.PERSONAL_WELCOME, K.FORUM, ""),
    P.VALIDATION: (K.IMMERSION_CONFIRM, K.IMMERSION_CONFIRM, K.IMMERSION_DISCOVER, K.IMMERSION_RECRUIT, K.INTERNSHIP),
    P.APPRENTICESHIP: (K.APPRENTICESHIP, K.APPRENTICESHIP, K.APPRENTICESHIP, K.PROFESSIONALISATION),
    P.JOB: (K.PERMANENT, K.FIXED_LONG, K.FIXED_SHORT, K.FIXED_SHORT, K.SUBSIDISED, ""),
}
OUTCOMES = {
    P.APPRENTICESHIP: (Outcome.APPRENTICESHIP, Outcome.TRAINING, Outcome.APPRENTICESHIP),
    P.JOB: (Outcome.PERMANENT, Outcome.FIXED_LONG, Outcome.FIXED_SHORT, Outcome.OTHER),
}
STATES = (NeedState.OPEN, NeedState.PROPOSED, NeedState.MET, NeedState.ABANDONED)

NEED_WORDS = {
    NeedState.OPEN: ("need_logged", "Besoin noté"),
    NeedState.PROPOSED: ("need_proposed", "Solution proposée"),
    NeedState.MET: ("need_met", "Besoin satisfait"),
    NeedState.ABANDONED: ("need_abandoned", "Besoin abandonné"),
}
NEED_REOPENED = ("need_reopened", "Besoin rouvert")


def _moved(move: PathwayMove) -> str:
    """« Phase Validation », « Étape Orientation », « Sortie : CDI »."""
    if move.to_step == PathwayStep.LEFT:
        return f"Sortie\u00a0: {move.get_outcome_display()}"
    phase = f"phase {Phase(move.to_phase).label}" if move.from_phase != move.to_phase else ""
    step = f"étape {PathwayStep(move.to_step).label}" if move.from_step != move.to_step else ""
    said = ", ".join(filter(None, (phase, step)))
    return f"{said[:1].upper()}{said[1:]}"


def moment(day: dt.date, source: random.Random) -> dt.datetime:
    """Within office hours of that day."""
    return dt.datetime.combine(day, dt.time(source.randint(9, 16), source.choice((0, 10, 20, 35, 50))), PARIS)


@dataclass(frozen=True)
class Setting:
    """Where and when it happens, and with whom."""

    structure: Structure
    plan: Plan
    communes: list[Municipality]
    counsellors: list[User]
    advisers: list[User]
    managers: list[User]
    today: dt.date


@dataclass
class Youngster:
    """A young person and what her story needs. `since`: the first day of each phase she was in, in order."""

    person: YoungPerson
    trade: Trade
    since: dict[Phase, dt.date]
    left_on: dt.date | None = None
    waiting: set[Phase] = field(default_factory=set)
    needs: int = 0

    def span(self, phase: Phase, today: dt.date) -> tuple[dt.date, dt.date] | None:
        """The days she was in that phase."""
        if phase not in self.since:
            return None
        later = [day for other, day in self.since.items() if other > phase]
        return self.since[phase], min([*later, self.left_on or today])


@dataclass
class PlannedNeed:
    """`fate`: what it becomes. `solutions` fills the dates that a placement gives."""

    need: Need
    trade: Trade
    fate: NeedState
    history: list[tuple[NeedState, dt.datetime, User | None, str]] = field(default_factory=list)

    def record(self, state: NeedState, at: dt.datetime, by: User | None, note: str = "") -> None:
        """The need becomes that, then: its fields follow. Two gestures of one day are in order."""
        if self.history:
            at = max(at, self.history[-1][1] + dt.timedelta(minutes=10))
        self.history.append((state, at, by, note))
        self.need.state = state
        if state in (NeedState.PROPOSED, NeedState.MET):
            self.need.proposed_at = self.need.proposed_at or at
        self.need.closed_at = at if state in (NeedState.MET, NeedState.ABANDONED) else None


class Youth:
    """Draws young people and needs; the same source gives the same ones."""

    def __init__(self, setting: Setting, draws: Draws) -> None:
        self.structure, self.plan, self.communes = setting.structure, setting.plan, setting.communes
        self.counsellors, self.today = setting.counsellors, setting.today
        self.yesterday = at_work(self.today - dt.timedelta(days=1))
        self.source, self.faker, self.numbers = draws.source, draws.faker, draws.numbers
        self.names: set[str] = set()
        self.youngsters: list[Youngster] = []
        self.needs: list[PlannedNeed] = []
        self.obstacles: list[Obstacle] = []

    def draw(self, trades: Sequence[Trade]) -> None:
        """`trades`: those the companies of the structure have, so that a wish is not always in vain."""
        for phase, (followed, left) in self.plan.people.items():
            for rank in range(followed + left):
                self.youngsters.append(self._youngster(phase, trades, has_left=rank >= followed))
        self.source.shuffle(self.youngsters)
        for phase, counts in self.plan.needs.items():
            planned = dict(zip(STATES, counts, strict=True))
            # Those that want somebody who has been there for a while choose first.
            for state in (NeedState.PROPOSED, NeedState.OPEN, NeedState.MET, NeedState.ABANDONED):
                self.needs += [self._need(phase, state) for _ in range(planned[state])]
        self.obstacles = list(self._obstacles())

    # --- people -----------------------------------------------------------------------------------
    def _youngster(self, phase: Phase, trades: Sequence[Trade], *, has_left: bool) -> Youngster:
        since = self._since(phase, has_left=has_left)
        entered_on = min(since.values())
        person = self._person(entered_on)
        person.phase, person.phase_since = phase, since[phase]
        youngster = Youngster(person, self.source.choices(trades, [each.weight for each in trades])[0], since)
        if has_left:
            youngster.left_on = at_work(self.today - dt.timedelta(days=self.source.randint(8, 40)))
            person.outcome = self.source.choice(OUTCOMES[phase])
        person.last_contact_on = youngster.left_on or at_work(
            max(entered_on, self.today - dt.timedelta(days=self.source.choice((1, 3, 6, 9, 14, 20, 31, 48))))
        )
        person.keep_until = kept_until(person.last_contact_on)
        return youngster

    def _since(self, phase: Phase, *, has_left: bool) -> dict[Phase, dt.date]:
        """From the phase she began in to the present one, a month or more in each."""
        first = self.source.choice((1, 1, 1, 2)) if phase > 1 else 1
        first = max(first, int(phase) - 2)
        if phase == Phase.DISCOVERY:
            ages = [self.source.choice((9, 24, 52, 80, 110, 150, 190, 230))]
        else:
            ages = [self.source.randint(58, 120) if has_left else self.source.randint(12, 130)]
            for _ in range(int(phase) - first):
                ages.insert(0, ages[0] + self.source.randint(60, 110))
        days = [at_work(self.today - dt.timedelta(days=age)) for age in ages]
        return dict(zip([Phase(value) for value in range(first, phase + 1)], days, strict=True))

    def _person(self, entered_on: dt.date) -> YoungPerson:
        choose, chance = self.source.choice, lambda part: self.source.random() < part
        woman = chance(0.5)
        first_name, last_name = self._name(woman=woman)
        has_rqth = chance(0.07)
        age = (
            self.source.randint(26, 28)
            if has_rqth and chance(0.3)
            else self.source.choice((16, 17, 18, 18, 19, 19, 20, 20, 21, 22, 23, 24, 25))
        )
        birth_date = entered_on - dt.timedelta(days=round(age * 365.25) + self.source.randint(20, 330))
        seats = [9.0, 3.0, 3.0] + [1.0] * (len(self.communes) - 3)
        commune = self.source.choices(self.communes, seats)[0]
        counsellor = self.source.choices(self.counsellors, [2, 1][: len(self.counsellors)])[0]
        others = [each for each in self.counsellors if each != counsellor]
        person = YoungPerson(
            structure=self.structure,
            first_name=first_name,
            last_name=last_name,
            birth_date=birth_date,
            gender=(Gender.WOMAN if woman else Gender.MAN) if chance(0.95) else Gender.UNSAID,
            email=f"{slug(first_name)}.{slug(last_name)}@jeune.example.org" if chance(0.8) else "",
            phone=self.numbers.mobile() if chance(0.95) else "",
            imilo_number=f"9{self.source.randint(10**6, 10**7 - 1)}" if chance(0.9) else "",
            postcode=commune.postcodes[0],
            city=commune.name,
            insee_code=commune.insee_code,
            latitude=commune.latitude,
            longitude=commune.longitude,
            district=choose((District.NO, District.NO, District.NO, District.YES, District.UNKNOWN)),
            has_rqth=has_rqth,
            training_level=choose(
                (
                    *(TrainingLevel.BELOW, TrainingLevel.BELOW, TrainingLevel.LEVEL_3, TrainingLevel.LEVEL_3),
                    *(TrainingLevel.LEVEL_4, TrainingLevel.LEVEL_4, TrainingLevel.LEVEL_5),
                )
            ),
            programme=choose((Programme.PACEA, Programme.PACEA, Programme.CEJ, Programme.CEJ, Programme.OTHER)),
            counsellor=counsellor if chance(0.97) else None,
            entered_on=entered_on,
            consented_on=entered_on if chance(0.94) else None,
            created_by=counsellor,
        )
        if others and person.counsellor and chance(0.5):
            person.backup = others[0]
        self._tell_companies(person)
        return person

    def _name(self, *, woman: bool) -> tuple[str, str]:
        """Nobody else’s in the structure."""
        while True:
            first = self.source.choice(phrases.GIRLS if woman else phrases.BOYS)
            last = self.faker.last_name()
            if f"{first} {last}" not in self.names:
                self.names.add(f"{first} {last}")
                return first, last

    def _tell_companies(self, person: YoungPerson) -> None:
        chance, choose = (lambda part: self.source.random() < part), self.source.choice
        person.strengths = choose(phrases.STRENGTHS) if chance(0.75) else ""
        person.vulnerabilities = choose(phrases.VULNERABILITIES) if chance(0.55) else ""
        if chance(0.62):
            person.company_profile = choose(phrases.PROFILES)
            fields = [ProfileField.CITY, ProfileField.TRAINING_LEVEL]
            fields += [each for each in (ProfileField.AGE, ProfileField.STRENGTHS, ProfileField.PHONE) if chance(0.4)]
            person.profile_fields = [str(each) for each in fields]
            person.profile_agreed_on = at_work(person.entered_on + dt.timedelta(days=self.source.randint(1, 8)))

    # --- pathway ----------------------------------------------------------------------------------
    def moves(self) -> Iterator[PathwayMove]:
        """From nothing to where each one stands; the young people are given their step on the way."""
        for youngster in self.youngsters:
            yield from self._moves(youngster)

    def _moves(self, youngster: Youngster) -> Iterator[PathwayMove]:
        person = youngster.person
        phase, step = None, ""
        for day, to_phase, to_step in self._stations(youngster):
            at = moment(day, self.source)
            left = to_step == PathwayStep.LEFT
            note = phrases.LEAVING_NOTES[Outcome(person.outcome)] if left else ""
            if phase is not None and to_phase != phase:
                note = phrases.PATHWAY_NOTES.get(int(to_phase), "")
            yield PathwayMove(
                structure=self.structure,
                young_person=person,
                on=day,
                from_phase=phase,
                to_phase=to_phase,
                from_step=step,
                to_step=to_step,
                outcome=person.outcome if left else "",
                note=note,
                at=at,
                by=person.counsellor or person.created_by,
            )
            if to_step != step:
                person.step, person.step_since = to_step, day
            phase, step = to_phase, to_step

    def _stations(self, youngster: Youngster) -> list[tuple[dt.date, Phase, PathwayStep]]:
        """(day, phase, step) in order of time."""
        entered_on = youngster.person.entered_on
        first = min(youngster.since)
        begins = self.source.choice((PathwayStep.ENROLLED, PathwayStep.ENROLLED, PathwayStep.SPOTTED))
        after = ((7, PathwayStep.ASSESSED), (16, PathwayStep.ORIENTED), (26, PathwayStep.ACCOMPANIED))
        last = youngster.left_on or self.yesterday
        marks: list[tuple[dt.date, Phase | None, PathwayStep | None]] = [(entered_on, first, begins)]
        marks += [
            (at_work(entered_on + dt.timedelta(days=days)), None, step)
            for days, step in after
            if entered_on + dt.timedelta(days=days) <= last
        ]
        marks += [(day, phase, None) for phase, day in youngster.since.items() if phase != first]
        if youngster.left_on:
            marks.append((youngster.left_on, None, PathwayStep.LEFT))
        elif youngster.person.phase == Phase.JOB and (self.today - youngster.since[Phase.JOB]).days > 60:
            secured = at_work(youngster.since[Phase.JOB] + dt.timedelta(days=45))
            marks.append((secured, None, PathwayStep.SECURED))
        stations = []
        phase, step = first, begins
        for day, to_phase, to_step in sorted(marks, key=lambda mark: mark[0]):
            phase, step = to_phase or phase, to_step or step
            stations.append((day, phase, step))
        return stations

    # --- what is saved ------------------------------------------------------------------------------
    def need_moves(self) -> Iterator[NeedMove]:
        for planned in self.needs:
            before = ""
            for state, at, by, note in planned.history:
                yield NeedMove(
                    structure=self.structure,
                    need=planned.need,
                    from_state=before,
                    to_state=state,
                    note=note[:300],
                    at=at,
                    by=by,
                )
                before = state

    def entries(self, moves: Iterable[PathwayMove]) -> Iterator[ActivityEntry]:
        """The lines of the timelines, as the actions of `youth` would have written them. Rows are saved."""
        of = {model: ContentType.objects.get_for_model(model) for model in (YoungPerson, Need)}

        def entry(person: YoungPerson, source: Need | None = None, **values: Any) -> ActivityEntry:
            return ActivityEntry(
                structure=self.structure,
                subject_type=of[YoungPerson],
                subject_id=person.pk,
                source_type=of[Need] if source else None,
                source_id=source.pk if source else None,
                **values,
            )

        for move in moves:
            person = move.young_person
            if move.from_phase is None:
                said = {"kind": ActivityKind.CHANGE, "verb": "young_person_created", "title": "Dossier ouvert"}
            else:
                verb = "young_person_left" if move.to_step == PathwayStep.LEFT else "pathway_moved"
                said = {"kind": ActivityKind.PATHWAY, "verb": verb, "title": _moved(move), "body": move.note}
            yield entry(person, at=move.at, by=move.by, **said)
        for planned in self.needs:
            for rank, (state, at, by, note) in enumerate(planned.history):
                verb, words = NEED_WORDS[state] if rank == 0 or state != NeedState.OPEN else NEED_REOPENED
                yield entry(
                    planned.need.young_person,
                    planned.need,
                    kind=ActivityKind.NEED,
                    verb=verb,
                    title=f"{words}\u00a0: {planned.need}"[:250],
                    body=note or (planned.need.comment if rank == 0 else ""),
                    at=at,
                    by=by,
                )

    # --- obstacles --------------------------------------------------------------------------------
    def _obstacles(self) -> Iterator[Obstacle]:
        for youngster in self.youngsters:
            person = youngster.person
            count = self.source.choices((0, 1, 2, 3), (3, 4, 3, 1))[0]
            for kind in self.source.sample(list(phrases.OBSTACLES), count):
                noted_on = at_work(
                    min(self.yesterday, person.entered_on + dt.timedelta(days=self.source.randint(2, 40)))
                )
                noted_on = max(noted_on, person.entered_on)
                lifted = self.source.random() < 0.2 and (self.today - noted_on).days > 40
                yield Obstacle(
                    structure=self.structure,
                    young_person=person,
                    kind=kind,
                    level=self.source.choice(list(ObstacleLevel)),
                    note=self.source.choice(phrases.OBSTACLES[kind]) if self.source.random() < 0.85 else "",
                    noted_on=noted_on,
                    noted_by=person.counsellor or person.created_by,
                    lifted_on=noted_on + dt.timedelta(days=self.source.randint(14, 38)) if lifted else None,
                )

    # --- needs ------------------------------------------------------------------------------------
    def _need(self, phase: Phase, fate: NeedState) -> PlannedNeed:
        waits = fate in (NeedState.OPEN, NeedState.PROPOSED)
        youngster, opened_on = self._who(phase, waits=waits, answered=fate == NeedState.PROPOSED)
        youngster.needs += 1
        if waits:
            youngster.waiting.add(phase)
        person, trade = youngster.person, youngster.trade
        code = trade.occupations[0] if self.source.random() < 0.75 else self.source.choice(trade.occupations)
        vague = phase == Phase.DISCOVERY and fate == NeedState.OPEN and self.source.random() < 0.3
        starts_on = (
            opened_on + dt.timedelta(days=self.source.choice((7, 14, 30, 45))) if self.source.random() < 0.6 else None
        )
        by = person.counsellor or person.created_by
        opened_at = moment(opened_on, self.source)
        need = Need(
            structure=self.structure,
            young_person=person,
            phase=phase,
            kind=self.source.choice(ASKED[phase]),
            occupation_id=None if vague else code,
            trade=self.source.choice(phrases.NEED_WORDS) if vague else "",
            postcode=person.postcode,
            city=person.city,
            insee_code=person.insee_code,
            latitude=person.latitude,
            longitude=person.longitude,
            radius_km=self.source.choice((5, 10, 15, 15, 20, 30, 40, None)),
            without_car=self.source.random() < 0.45,
            starts_on=starts_on,
            ends_on=starts_on + dt.timedelta(days=90) if starts_on and self.source.random() < 0.3 else None,
            comment=self.source.choice(phrases.NEED_COMMENTS[phase]) if self.source.random() < 0.6 else "",
            opened_at=opened_at,
            opened_by=by,
        )
        planned = PlannedNeed(need, trade, fate)
        planned.record(NeedState.OPEN, opened_at, by)
        return planned

    def _who(self, phase: Phase, *, waits: bool, answered: bool) -> tuple[Youngster, dt.date]:
        """Somebody in that phase, and a day of it: recent for what waits, with time after it for what is settled."""
        latest = self.today - dt.timedelta(days=(16 if answered else 1) if waits else SETTLED_AFTER)
        earliest = self.today - dt.timedelta(days=DAYS)
        fitting = []
        for youngster in self.youngsters:
            span = youngster.span(phase, self.today)
            if span is None or (waits and (youngster.left_on or youngster.person.phase != phase)):
                continue
            if waits and phase in youngster.waiting:
                continue
            begins, ends = max(span[0], earliest), min(span[1], latest)
            if youngster.left_on:
                ends = min(ends, youngster.left_on - dt.timedelta(days=SETTLED_AFTER))
            if begins <= ends:
                fitting.append((youngster.needs, self.source.random(), youngster, begins, ends))
        _needs, _draw, youngster, begins, ends = min(fitting, key=lambda each: each[:2])
        # What waits is more often recent than old.
        part = self.source.random() ** (0.55 if waits else 1)
        day = at_work(begins + dt.timedelta(days=round((ends - begins).days * part)))
        return youngster, max(day, youngster.since[phase])


def youth_draws(draws: Draws, seed: int) -> Draws:
    """Chance of its own: adding to one part of the territory leaves the others as they are. No number twice, though."""
    own = Draws.seeded(seed)
    own.numbers = Numbers(own.source)
    own.numbers.given = draws.numbers.given
    return own
